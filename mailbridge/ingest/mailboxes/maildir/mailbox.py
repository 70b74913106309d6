"""A Maildir++ as a `mailbridge.ports.Mailbox`, with Dovecot's keywords; see docs/embedded.md."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import BinaryIO, TypeVar

from mailbridge import disk
from mailbridge.domain.errors import ChangedMeanwhile, NotThere, TryLater
from mailbridge.domain.message import Copy, Cursor, Handle, MessageKey, Role
from mailbridge.faults import Step, no_fault
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.mailboxes.maildir import keywords as kw
from mailbridge.ingest.mailboxes.maildir.dotlock import dotlock
from mailbridge.ingest.mailboxes.maildir.listing import (
    Known,
    Stamp,
    copies,
    copies_in,
    files_in,
    known_by,
    mails_in,
    stamp_of,
)
from mailbridge.ingest.mailboxes.maildir.names import FileName, file_name, handle_of, parts_of
from mailbridge.ingest.mailboxes.maildir.tree import Place, Tree, deliver, unique_name
from mailbridge.ingest.spelling import as_keyword
from mailbridge.ports import Batch, Capability

T = TypeVar("T")

_UNLISTED = frozenset({Role.DRAFTS, Role.JUNK, Role.TRASH})
Times = Mapping[str, tuple[str, int, int, int]]
_COMMON = ("new/{}", "cur/{}:2,", "cur/{}:2,S")
_TRIES = 5


class MaildirMailbox:
    """One Maildir++ below `root`. `roles` names folders that are not called as usual ("Bin").
    `reserved` categories always find one of a folder's 26 letters, at the cost of others.

    `wait` looks every `interval`. `step` is told each step, for crash tests; `now` gives
    nanoseconds since 1970. Other programs may use the same folder at any time.
    """

    def __init__(  # noqa: PLR0913  # how a place is read, and what tests put in its way
        self,
        root: Path,
        name: str = "office",
        *,
        roles: Mapping[str, Role] | None = None,
        reserved: Iterable[str] = (),
        interval: timedelta = timedelta(seconds=1),
        step: Step = no_fault,
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._name = name
        self._tree = Tree(root, roles or {}, step)
        self._reserved = tuple(as_keyword(tag) for tag in reserved)
        self._interval = interval.total_seconds()
        self._step = step
        self._now = now
        self._stopped = Event()
        self._told: Times | None = None  # by the last changes()
        self._keys: dict[str, MessageKey] = {}  # by file name: a mail's bytes never change

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything; tags up to 26 different ones a folder."""
        return frozenset(Capability)

    def spelling(self, tag: str) -> str:
        """A category as a keyword."""
        return as_keyword(tag)

    def changes(self, since: Cursor | None) -> Batch:
        """Every folder that changed since a cursor, whole. Unchanged ones cost no reading."""
        with self._telling("The mailbox cannot be read"):
            now, places = self._now(), self._tree.places()
            known = known_by(since)
            listed = {n: p for n, p in places.items() if p.folder.role not in _UNLISTED}
            found: list[Copy] = []
            stamps: dict[str, Stamp] = {}
            complete = set(known.stamps) - set(listed) if known else set()
            for name, place in listed.items():
                old = known.stamps.get(name) if known else None
                try:
                    if old and old.still_holds(stamp_of(place, now)):
                        stamps[name] = old
                        continue
                    inside, stamps[name] = copies_in(place, now, self._step)
                except FileNotFoundError:
                    if place.path == self._tree.root:
                        raise
                    # Renamed or deleted while we looked: told by the next batch.
                    inside = []
                found += inside
                complete.add(name)
            root_id = places["INBOX"].folder.id
            if known and known.root_id != root_id and not found and len(listed) < len(known.stamps):
                raise TryLater(
                    f"The mailbox {self._tree.root} is empty, and is not the one that was read "
                    "before. Check that the right disk is mounted; if it is, and the mailbox was "
                    "made anew, put its folders or a first mail there."
                )
            self._told = _times(stamps)
            return Batch(
                copies=tuple(found),
                gone=(),
                complete=frozenset(complete),
                folders=tuple(place.folder for place in places.values()),
                cursor=Known(root_id, stamps).cursor(),
            )

    @contextmanager
    def fetch(self, handle: Handle) -> Iterator[BinaryIO]:
        """The file itself, open for reading."""
        with self._telling("The mail cannot be read"):
            stream = self._at(handle, lambda _place, path, _name: path.open("rb"))
        with stream:
            yield stream

    def find(self, key: MessageKey, message_id: str, folder: str) -> Handle | None:  # noqa: ARG002
        """Where a mail lies in one folder. There is no server to search by `message_id`: each mail
        is read once, and its key remembered."""
        with self._telling("The folder cannot be searched"):
            place = self._tree.find(folder)
            if not place:
                self._check_root()
                return None
            for entry in files_in(place.path):
                unique = entry.name.partition(":")[0]
                if self._key(unique, entry.path, place) == key:
                    return handle_of(place.folder.name, unique)
            return None

    def look(self, handle: Handle) -> Copy:
        """One copy as it is now."""
        with self._telling("The mail cannot be looked at"):
            return self._at(handle, _copy)

    def move(self, handle: Handle, folder: str) -> Handle:
        """Move a mail by one rename(2): it is in the old folder or in the new, never in both."""
        with self._telling("The mail cannot be moved"):
            return self._at(handle, lambda place, path, name: self._move(place, path, name, folder))

    def add_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Add categories, at most 26 different ones a folder."""
        wanted = {as_keyword(tag) for tag in tags} - {""}
        with self._telling("The mail cannot be tagged"):

            def add(place: Place, path: Path, name: FileName) -> None:
                have = {tag.lower() for tag in _copy(place, path, name).tags}
                lacking = sorted(tag for tag in wanted if tag.lower() not in have)
                if lacking:
                    with self._letters(place.path, lacking) as letters:
                        self._retag(path, place, name.unique, name.flags | letters)

            self._at(handle, add)

    def remove_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Remove categories."""
        unwanted = {as_keyword(tag).lower() for tag in tags}
        with self._telling("The mail's tags cannot be removed"):

            def remove(place: Place, path: Path, name: FileName) -> None:
                keywords = kw.load(place.path)
                kept = frozenset(
                    letter
                    for letter in name.flags
                    if letter not in kw.LETTERS
                    or kw.name_of(letter, keywords).lower() not in unwanted
                )
                if kept != name.flags:
                    self._retag(path, place, name.unique, kept)

            self._at(handle, remove)

    def move_folder(self, old: str, new: str) -> None:
        """Rename a folder and those below it, each by one rename(2)."""
        with self._telling("The folder cannot be renamed"):
            self._check_root()
            self._tree.move(old, new)

    def save_draft(self, draft: bytes) -> Handle:
        """Put a mail into Drafts, flagged as a draft and as seen: we wrote it ourselves."""
        with self._telling("The draft cannot be saved"):
            roles = {p.folder.role: p.folder.name for p in self._tree.places().values()}
            folder = roles.get(Role.DRAFTS, "Drafts")
            return deliver(self._tree.root, draft, folder, flags="DS", step=self._step)

    def wait(self, at_most: timedelta) -> bool:
        """Look every `interval` whether a folder changed since `changes` last told."""
        deadline = time.monotonic() + at_most.total_seconds()
        before = self._told if self._told is not None else self._stamps()
        while not self._stopped.is_set():
            if self._stamps() not in (before, None):
                return True
            left = deadline - time.monotonic()
            if left <= 0 or self._stopped.wait(min(self._interval, left)):
                break
        return False

    def stop(self) -> None:
        """Wake `wait` for good, from another thread or a signal handler."""
        self._stopped.set()

    # Inside.

    @contextmanager
    def _telling(self, doing: str) -> Iterator[None]:
        """No OSError leaves us."""
        with disk.telling(f"{doing} in {self._tree.root}"):
            self._step("before the call")
            yield

    def _check_root(self) -> None:
        """A mailbox that is not mounted has lost no mail: FileNotFoundError, never NotThere."""
        (self._tree.root / "cur").stat()

    def _stamps(self) -> Times | None:
        """What `changes` would compare; None when it would tell that it cannot read."""
        try:
            places = self._tree.places().values()
            listed = [place for place in places if place.folder.role not in _UNLISTED]
            return _times({place.folder.name: stamp_of(place, 0) for place in listed})
        except OSError:
            return None

    def _at(self, handle: Handle, act: Callable[[Place, Path, FileName], T]) -> T:
        """Do something with a mail's file, looking again when another program renames it."""
        folder, unique = parts_of(handle)
        found = None
        for _ in range(_TRIES):
            place = self._tree.find(folder)
            try:
                found = _file_of(place.path, unique) if place else None
                if not place or not found:
                    break
                return act(place, found, file_name(found.name))
            except FileNotFoundError:
                continue
        self._check_root()
        if found:
            raise ChangedMeanwhile("Another program keeps changing this mail. Look at it again.")
        raise NotThere("The mail is no longer in this folder: it was moved or deleted.")

    def _move(self, place: Place, path: Path, name: FileName, folder: str) -> Handle:
        target = self._tree.make(folder)
        if target.path == place.path:
            return handle_of(place.folder.name, name.unique)
        # A new name each time: a name that Dovecot has seen in that folder before would look to it
        # like a mail restored from a backup, and be renamed.
        unique = unique_name(fields=name.unique.partition(",")[2])
        tags = sorted(_copy(place, path, name).tags)
        if tags:
            flags = name.flags.difference(kw.LETTERS)
            with self._letters(target.path, tags) as letters:
                self._rename(path, target.path / "cur" / str(FileName(unique, flags | letters)))
        else:
            new_name = FileName(unique, name.flags, name.has_info)
            self._rename(path, target.path / path.parent.name / str(new_name))
        if name.unique in self._keys:
            self._keys[unique] = self._keys.pop(name.unique)
        return handle_of(target.folder.name, unique)

    def _retag(self, path: Path, place: Place, unique: str, flags: frozenset[str]) -> None:
        self._rename(path, place.path / "cur" / str(FileName(unique, flags)))

    def _rename(self, path: Path, target: Path) -> None:
        self._step("mail: before it is renamed")
        path.rename(target)
        self._step("mail: before its folders are flushed")
        # The new place first: a cut between the two then leaves it in both or in the new one.
        for folder in dict.fromkeys((target.parent, path.parent)):
            disk.flush_folder(folder)
        self._step("mail: after its folders were flushed")

    @contextmanager
    def _letters(self, folder: Path, names: Iterable[str]) -> Iterator[frozenset[str]]:
        """The letters of keywords in a folder, new ones allotted. The folder's lock is held until
        the letters stand in a file name, so that nobody gives them another meaning before."""
        with dotlock(folder / "dovecot-uidlist", folder / "tmp"):
            known = kw.load(folder)
            wanted = kw.allotted(
                names,
                known,
                lambda: frozenset("".join(flags for flags, _ in mails_in(folder).values())),
                self._reserved,
            )
            if wanted != known:
                kw.save(folder, wanted, self._step)
            yield frozenset(kw.letter_of(name, wanted) for name in names)

    def _key(self, unique: str, path: str, place: Place) -> MessageKey | None:
        if unique not in self._keys:
            try:
                with Path(path).open("rb") as stream:
                    self._keys[unique] = key_of(stream)[0]
            except FileNotFoundError:  # renamed meanwhile
                found = _file_of(place.path, unique)
                return self._key(unique, str(found), place) if found else None
        return self._keys[unique]


def _times(stamps: Mapping[str, Stamp]) -> Times:
    return {name: stamp.times for name, stamp in stamps.items()}


def _copy(place: Place, path: Path, name: FileName) -> Copy:
    mail = "".join(name.flags), path.stat().st_mtime
    return copies(place.folder, {name.unique: mail}, kw.load(place.path))[0]


def _file_of(folder: Path, unique: str) -> Path | None:
    """The file of a mail, whatever its flags are now."""
    if not unique or unique.startswith(".") or "/" in unique:
        return None
    guesses = [folder / form.replace("{}", unique) for form in _COMMON]
    for path in guesses:
        if path.is_file() and not path.is_symlink():
            return path
    # A file that is renamed just while the directory is read may be missed: read it twice.
    for part in ("new", "cur", "new", "cur"):
        with os.scandir(folder / part) as entries:
            for entry in entries:
                if entry.name.startswith(unique) and entry.name.partition(":")[0] == unique:
                    return Path(entry.path) if entry.is_file(follow_symlinks=False) else None
    return None
