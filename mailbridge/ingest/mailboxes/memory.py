"""A mailbox held in memory: for tests, and to learn what a mailbox does.

It behaves like a server that other people use too. Its `person_…` verbs are what they do in their
own mail programs; `faults` makes any call fail before its effect, amid it, or after it.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import BinaryIO

from mailbridge.domain.errors import NotThere, Refused
from mailbridge.domain.message import Copy, Cursor, Folder, Handle, MessageKey, Role
from mailbridge.faults import Faults
from mailbridge.ingest.keys import key_of
from mailbridge.ports import Batch, Capability

UNLISTED = frozenset({Role.DRAFTS, Role.JUNK, Role.TRASH})
"""Roles of folders whose mail nobody is told of."""

_FOLDERS = {
    "INBOX": Role.INBOX,
    "Sent": Role.SENT,
    "Drafts": Role.DRAFTS,
    "Junk": Role.JUNK,
    "Trash": Role.TRASH,
}


@dataclass(slots=True)
class _Mail:
    raw: bytes
    folder: str
    at: datetime
    tags: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    version: int = 0


class MemoryMailbox:
    """A `Mailbox` in memory. Without a capability it behaves as servers without it do.

    Each call asks `faults` at the steps "before move", "amid move" (after the folder was made; on a
    mailbox that cannot MOVE, between copying and removing) and "after move", and so on.
    """

    def __init__(
        self,
        name: str = "office",
        capabilities: Iterable[Capability] = frozenset(Capability),
        spelling: Callable[[str], str] = str,
        faults: Faults | None = None,
    ) -> None:
        self._name = name
        self._capabilities = frozenset(capabilities)
        self._spelling = spelling
        self.faults = faults or Faults()
        self._mails: dict[Handle, _Mail] = {}
        self._folders: dict[str, Folder] = {}
        self._journal: list[Handle | None] = []  # None: only the folders changed
        self._epoch = 0
        self._told = 0  # how much of the journal the last changes() gave
        self._number = 0
        self._changed = Condition()
        for folder, role in _FOLDERS.items():
            self._add_folder(folder, role)

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this mailbox can do: what it was made with."""
        return self._capabilities

    def spelling(self, tag: str) -> str:
        """How this mailbox writes a category: by default, as it is."""
        return self._spelling(tag)

    def changes(self, since: Cursor | None) -> Batch:
        """What changed since a cursor, or everything."""
        with self._call("changes"), self._changed:
            start = self._start(since)
            is_complete = start is None
            touched = self._mails if is_complete else dict.fromkeys(self._journal[start:])
            here = [handle for handle in touched if handle and self._is_listed(handle)]
            self._told = len(self._journal)
            return Batch(
                copies=tuple(self._copy(handle) for handle in here),
                gone=()
                if is_complete
                else tuple(h for h in touched if h and not self._is_listed(h)),
                complete=frozenset(self._folders) if is_complete else frozenset(),
                folders=tuple(self._folders.values()),
                cursor=Cursor(f"{self._epoch}:{self._told}"),
            )

    @contextmanager
    def fetch(self, handle: Handle) -> Iterator[BinaryIO]:
        """The raw bytes of a mail."""
        with self._call("fetch"):
            stream = io.BytesIO(self._mail(handle).raw)
        with stream:
            yield stream

    def find(self, key: MessageKey, message_id: str, folder: str) -> Handle | None:  # noqa: ARG002
        """Where a mail lies in one folder, or None. `message_id` is of no help here."""
        with self._call("find"):
            for handle, mail in self._mails.items():
                if mail.folder == folder and key_of(io.BytesIO(mail.raw))[0] == key:
                    return handle
            return None

    def look(self, handle: Handle) -> Copy:
        """One copy as it is now."""
        with self._call("look"):
            self._mail(handle)
            return self._copy(handle)

    def move(self, handle: Handle, folder: str) -> Handle:
        """Move a mail, making the folder if need be; it gets a new handle, as on most servers."""
        with self._call("move"), self._changed:
            mail = self._mail(handle)
            self._make_folder(folder)
            if mail.folder == folder:
                return handle
            if Capability.MOVE not in self._capabilities:
                # RFC 3501 has only COPY and then delete: a cut in between leaves two.
                moved = self._put(_Mail(mail.raw, folder, mail.at, set(mail.tags), set(mail.flags)))
                self.faults("amid move")
            else:
                self.faults("amid move")
                moved = self._put(_Mail(mail.raw, folder, mail.at, set(mail.tags), set(mail.flags)))
            del self._mails[handle]
            self._note(handle)
            return moved

    def add_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Add categories, keeping all others."""
        with self._call("add_tags"):
            self._change_tags(handle, add=tags)

    def remove_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Remove categories, keeping all others."""
        with self._call("remove_tags"):
            self._change_tags(handle, remove=tags)

    def move_folder(self, old: str, new: str) -> None:
        """Rename a folder with all it holds. Its mails keep their handles, as on Exchange."""
        with self._call("move_folder"):
            self._rename(old, new)

    def save_draft(self, draft: bytes) -> Handle:
        """Put a mail into Drafts, flagged as a draft."""
        with self._call("save_draft"):
            return self._put(_Mail(draft, "Drafts", datetime.now(UTC), flags={"draft", "seen"}))

    def wait(self, at_most: timedelta) -> bool:
        """Return True as soon as something changed that `changes` has not told."""
        with self._call("wait"), self._changed:
            return self._changed.wait_for(self._has_news, at_most.total_seconds())

    # What other people do, and what tests look at.

    def deliver(self, raw: bytes, folder: str = "INBOX", at: datetime | None = None) -> Handle:
        """A mail comes in."""
        self._make_folder(folder)
        return self._put(_Mail(raw, folder, at or datetime.now(UTC)))

    def person_moves(self, handle: Handle, folder: str) -> Handle:
        """Somebody drags a mail into a folder."""
        self._make_folder(folder)
        mail = self._mails.pop(handle)
        self._note(handle)
        return self._put(_Mail(mail.raw, folder, mail.at, mail.tags, mail.flags))

    def person_tags(
        self, handle: Handle, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        """Somebody puts categories on a mail or takes them off."""
        self._change_tags(handle, add, remove)

    def person_reads(self, handle: Handle) -> None:
        """Somebody opens a mail, which marks it as read."""
        self._flag(handle, "seen")

    def person_deletes(self, handle: Handle) -> None:
        """Somebody deletes a mail for good."""
        del self._mails[handle]
        self._note(handle)

    def person_makes_folder(self, name: str) -> None:
        """Somebody makes a folder."""
        self._make_folder(name)

    def person_moves_folder(self, old: str, new: str) -> None:
        """Somebody renames a folder or drags it elsewhere."""
        self._rename(old, new)

    def forget_history(self) -> None:
        """The server loses track: every cursor given so far is no longer understood."""
        self._epoch += 1

    def mails(self, folder: str) -> tuple[Handle, ...]:
        """What lies in a folder, oldest first; an unknown folder holds nothing."""
        return tuple(handle for handle, mail in self._mails.items() if mail.folder == folder)

    def raw(self, handle: Handle) -> bytes:
        """The bytes of a mail, past all faults."""
        return self._mails[handle].raw

    def flags(self, handle: Handle) -> frozenset[str]:
        """ "seen" and "draft", where set."""
        return frozenset(self._mails[handle].flags)

    # Inside.

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        self.faults(f"before {name}")
        yield
        self.faults(f"after {name}")

    def _start(self, since: Cursor | None) -> int | None:
        """Where in the journal a cursor stands; None when it is not understood."""
        epoch, _, number = (since or "").partition(":")
        if epoch != str(self._epoch) or not number.isdecimal():
            return None
        return int(number)

    def _has_news(self) -> bool:
        return Capability.WAIT in self._capabilities and len(self._journal) > self._told

    def _is_listed(self, handle: Handle) -> bool:
        mail = self._mails.get(handle)
        return mail is not None and self._folders[mail.folder].role not in UNLISTED

    def _mail(self, handle: Handle) -> _Mail:
        try:
            return self._mails[handle]
        except KeyError:
            raise NotThere(f"The mail {handle} was moved or deleted. Look for it again.") from None

    def _copy(self, handle: Handle) -> Copy:
        mail = self._mails[handle]
        role = self._folders[mail.folder].role
        return Copy(mail.folder, handle, str(mail.version), frozenset(mail.tags), role, mail.at)

    def _put(self, mail: _Mail) -> Handle:
        with self._changed:
            self._number += 1
            handle = Handle(f"m{self._number}")
            self._mails[handle] = mail
            self._note(handle)
            return handle

    def _note(self, handle: Handle | None) -> None:
        with self._changed:
            self._journal.append(handle)
            self._changed.notify_all()

    def _flag(self, handle: Handle, flag: str) -> None:
        mail = self._mail(handle)
        mail.flags.add(flag)
        mail.version += 1
        self._note(handle)

    def _change_tags(
        self, handle: Handle, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        mail = self._mail(handle)
        if Capability.TAGS not in self._capabilities:
            return  # as servers do that answer OK and drop the keyword (PERMANENTFLAGS without \\*)
        tags = (mail.tags | set(map(self.spelling, add))) - set(map(self.spelling, remove))
        if tags != mail.tags:
            mail.tags = tags
            mail.version += 1
            self._note(handle)

    def _add_folder(self, name: str, role: Role = Role.OTHER) -> None:
        self._number += 1
        has_id = Capability.FOLDER_IDS in self._capabilities
        self._folders[name] = Folder(name, role, f"f{self._number}" if has_id else "")
        self._note(None)

    def _make_folder(self, name: str) -> None:
        levels = name.split("/")
        if not all(levels):
            raise Refused(f'"{name}" is no folder\'s name: a level of it is empty.')
        for depth in range(1, len(levels) + 1):
            above = "/".join(levels[:depth])
            if above not in self._folders:
                self._add_folder(above)

    def _rename(self, old: str, new: str) -> None:
        if old not in self._folders:
            raise NotThere(f'There is no folder "{old}". It was renamed or deleted.')
        if new in self._folders or f"{new}/".startswith(f"{old}/") or old == "INBOX":
            raise Refused(f'The folder "{old}" cannot become "{new}": that name is taken.')
        if "/" in new:
            self._make_folder(new.rpartition("/")[0])
        inside = [name for name in self._folders if f"{name}/".startswith(f"{old}/")]
        for name in inside:
            folder = self._folders.pop(name)
            moved = new + name[len(old) :]
            self._folders[moved] = Folder(moved, folder.role, folder.id)
            for handle in self.mails(name):
                self._mails[handle].folder = moved
                self._note(handle)
        self._note(None)
