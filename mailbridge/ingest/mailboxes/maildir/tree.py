"""The folders of a Maildir++ on disk: listing, making, renaming and subscribing them."""

import os
import secrets
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from mailbridge import disk
from mailbridge.domain.errors import NotThere, Refused
from mailbridge.domain.message import Folder, Handle, Role
from mailbridge.faults import Step, no_fault
from mailbridge.ingest.mailboxes.maildir.dotlock import dotlock
from mailbridge.ingest.mailboxes.maildir.names import (
    INBOX,
    ROLES,
    directory_of,
    folder_of,
    handle_of,
)

_SUBSCRIPTIONS = "subscriptions"
_VERSION_2 = "V\t2\n\n"
_deliveries = count()


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and the directory that holds it."""

    folder: Folder
    path: Path


class Tree:
    """The folders below one Maildir root. Raises OSError; the mailbox turns it into our words."""

    def __init__(self, root: Path, roles: Mapping[str, Role], step: Step) -> None:
        self.root = root
        self._roles = {name.lower(): role for name, role in {**ROLES, **roles}.items()}
        self._step = step

    def places(self) -> dict[str, Place]:
        """Every folder by name, the inbox first. FileNotFoundError when the root is gone."""
        found = {INBOX: Place(Folder(INBOX, Role.INBOX, str(self.root.stat().st_ino)), self.root)}
        with os.scandir(self.root) as entries:
            below = sorted(
                (entry.name, entry.inode())
                for entry in entries
                if entry.name.startswith(".")
                # Dovecot renames a folder to "..DOVECOT-TRASHED" while it deletes it.
                and not entry.name.startswith("..")
                and entry.is_dir(follow_symlinks=False)
            )
        for directory, inode in below:
            path = self.root / directory
            # "cur" is made last: without it, a folder is still being made, or is no mail folder.
            if (path / "cur").is_dir():
                name = folder_of(directory)
                while name in found:  # two spellings of one name: both are read
                    name += " (2)"
                found[name] = Place(Folder(name, self._role(name), str(inode)), path)
        return found

    def find(self, folder: str) -> Place | None:
        """One folder, or None when there is none of that name."""
        try:
            path = self.root / directory_of(folder)
        except Refused:
            path = self.root / "no such folder"
        try:
            if (path / "cur").is_dir():
                name = folder_of(path.name) if path != self.root else INBOX
                role = Role.INBOX if path == self.root else self._role(name)
                return Place(Folder(name, role, str(path.stat().st_ino)), path)
        except FileNotFoundError:
            pass
        # Its directory's name may be one that we would not have written.
        return self.places().get(folder)

    def make(self, folder: str) -> Place:
        """The folder, made with those above it if need be. A cut leaves it made or unseen."""
        levels = folder.split("/")
        directory_of(folder)  # refuses the whole name before anything above it is made
        for depth in range(1, len(levels)):
            self._make_one("/".join(levels[:depth]))
        return self._make_one(folder)

    def _make_one(self, folder: str) -> Place:
        found = self.find(folder)
        if found:
            return found
        directory = directory_of(folder)
        path = self.root / directory
        for part in (path, path / "tmp", path / "new"):
            self._step(f"folder: before making {part.name if part != path else 'it'}")
            part.mkdir(mode=0o700, exist_ok=True)
        # Maildir++: marks a folder of a larger Maildir, for programs that count quotas.
        (path / "maildirfolder").touch()
        self._step("folder: before subscribing to it")
        self._subscribe({directory: directory})
        self._step("folder: before making cur")
        (path / "cur").mkdir(mode=0o700, exist_ok=True)
        disk.flush_folder(path)
        disk.flush_folder(self.root)
        return Place(Folder(folder, self._role(folder), str(path.stat().st_ino)), path)

    def move(self, old: str, new: str) -> None:
        """Rename a folder with those below it. NotThere, or Refused, before anything is touched."""
        place = self.find(old)
        if not place:
            raise NotThere(f'There is no folder "{old}". It was renamed or deleted.')
        target = directory_of(new)
        below = self._below(place.path.name) if place.path != self.root else []
        renamed = {name: target + name[len(place.path.name) :] for name in below}
        taken = self.find(new) or any((self.root / name).exists() for name in renamed.values())
        if taken or place.path == self.root or f"{target}.".startswith(f"{place.path.name}."):
            raise Refused(f'The folder "{old}" cannot become "{new}": that name is taken.')
        for name in renamed.values():
            directory_of(folder_of(name))  # the folders inside must not get too long a name
        if "/" in new:
            self.make(new.rpartition("/")[0])
        # The deepest first, the folder itself last: after a cut it is still there to be renamed,
        # and the rest follows.
        for name in sorted(renamed, reverse=True):
            self._step("folder: before renaming one")
            (self.root / name).rename(self.root / renamed[name])
        disk.flush_folder(self.root)
        self._step("folder: before subscribing to the new name")
        self._subscribe(renamed)

    def _below(self, directory: str) -> list[str]:
        """The directory itself, and those of the folders below it."""
        names = (path.name for path in self.root.iterdir())
        return [name for name in names if f"{name}.".startswith(f"{directory}.")]

    def _role(self, name: str) -> Role:
        return self._roles.get(name.lower(), Role.OTHER)

    def _subscribe(self, renamed: Mapping[str, str]) -> None:
        """Let mail programs show folders: most list only those in Dovecot's `subscriptions`."""
        path = self.root / _SUBSCRIPTIONS
        with dotlock(path, self.root / "tmp"):
            text = path.read_text("utf-8", "surrogateescape") if path.exists() else ""
            # Dovecot 2.3 parts levels by a tab and says so in the first line; older ones by ".".
            is_new = not text or text.startswith(_VERSION_2.rstrip("\n"))
            separator = "\t" if is_new else "."
            spelled = {
                old[1:].replace(".", separator): new[1:].replace(".", separator)
                for old, new in renamed.items()
            }
            head = _VERSION_2 if is_new else ""
            lines = text.removeprefix(_VERSION_2).splitlines()
            wanted = [spelled.get(line, line) for line in lines]
            wanted += [name for name in spelled.values() if name not in wanted]
            if wanted != lines:
                content = head + "".join(f"{line}\n" for line in wanted)
                data = content.encode("utf-8", "surrogateescape")
                disk.replace(path, data, self._step, self.root / "tmp" / _SUBSCRIPTIONS)


def make_maildir(root: Path) -> Path:
    """An empty Maildir++ with Sent, Drafts, Junk and Trash; what is there already stays."""
    root.mkdir(parents=True, exist_ok=True)
    for part in ("tmp", "new", "cur"):
        (root / part).mkdir(mode=0o700, exist_ok=True)
    tree = Tree(root, {}, no_fault)
    for folder in ("Sent", "Drafts", "Junk", "Trash"):
        tree.make(folder)
    return root


def unique_name(size: int | None = None, fields: str = "") -> str:
    """A file name that nobody else gives (https://cr.yp.to/proto/maildir.html, "unique name").

    `size` in bytes is written as Dovecot's ",S="; `fields` are those of a name the mail had before.
    """
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    host = socket.gethostname().replace("/", "\\057").replace(":", "\\072").replace(",", "\\054")
    counted = f"M{nanoseconds // 1000}P{os.getpid()}Q{next(_deliveries)}R{secrets.token_hex(4)}"
    fields = f"S={size}" if size is not None else fields
    return f"{seconds}.{counted}.{host}" + (f",{fields}" if fields else "")


def deliver(
    root: Path,
    raw: bytes,
    folder: str = "INBOX",
    *,
    at: datetime | None = None,
    flags: str | None = None,
    step: Step = no_fault,
) -> Handle:
    """Put a mail into a folder, whole or not at all; `at` is when it is said to have arrived.

    Without `flags` it is new mail; with them ("S": seen, "D": draft) it is mail a person has had.
    Raises OSError.
    """
    path = Tree(root, {}, step).make(folder).path
    unique = unique_name(len(raw))
    step("mail: before it is written")
    disk.write(path / "tmp" / unique, raw)
    if at is not None:
        os.utime(path / "tmp" / unique, (at.timestamp(), at.timestamp()))
    target = path / "new" / unique if flags is None else path / "cur" / f"{unique}:2,{flags}"
    step("mail: before it gets its place")
    (path / "tmp" / unique).rename(target)
    step("mail: before its folder is flushed")
    disk.flush_folder(target.parent)
    return handle_of(folder, unique)
