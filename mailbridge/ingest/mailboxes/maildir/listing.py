"""What lies in one Maildir folder, and whether that changed since we last looked.

A folder's stamp is when its directories and its keyword list were last changed. Renaming, adding
or removing a file changes the directory's time; so a folder whose stamp is the same need not be
read. One trap: file systems keep time in steps (ext4: the kernel's tick, some milliseconds; others
up to two seconds), so a file that comes in the very step in which we looked leaves the same stamp.
A stamp is therefore trusted only when it was *settled*: already older than `MARGIN` when we looked.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailbridge.domain.message import Copy, Cursor, Folder
from mailbridge.faults import Step, no_fault
from mailbridge.ingest.mailboxes.maildir import keywords as kw
from mailbridge.ingest.mailboxes.maildir.names import handle_of
from mailbridge.ingest.mailboxes.maildir.tree import Place

MARGIN = 3_000_000_000
"""Nanoseconds. FAT keeps times in steps of two seconds; a network disk's clock may differ a bit."""

_VERSION = 1
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a folder was last changed; times in nanoseconds since 1970, 0 where there is none."""

    folder_id: str
    new_at: int
    cur_at: int
    keywords_at: int
    is_settled: bool

    def still_holds(self, now: "Stamp") -> bool:
        """Nothing changed since this stamp was taken, and nothing can have slipped past it."""
        return self.is_settled and self.times == now.times

    @property
    def times(self) -> tuple[str, int, int, int]:
        """What is compared."""
        return self.folder_id, self.new_at, self.cur_at, self.keywords_at


def stamp_of(place: Place, now: int) -> Stamp:
    """A folder's stamp; `now` in nanoseconds since 1970. FileNotFoundError when it is gone."""
    new_at = (place.path / "new").stat().st_mtime_ns
    cur_at = (place.path / "cur").stat().st_mtime_ns
    keywords_at = _time_of(place.path / kw.FILE)
    # A time in the future (another machine's clock, or ours was set back) is not settled either.
    is_settled = max(new_at, cur_at, keywords_at) + MARGIN < now
    return Stamp(place.folder.id, new_at, cur_at, keywords_at, is_settled)


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@dataclass(frozen=True, slots=True)
class Known:
    """What a cursor holds: the root's inode, and the stamp of each folder that was told."""

    root_id: str
    stamps: Mapping[str, Stamp]

    def cursor(self) -> Cursor:
        """As text."""
        stamps = {name: astuple(stamp) for name, stamp in self.stamps.items()}
        return Cursor(json.dumps([_VERSION, self.root_id, stamps], separators=(",", ":")))


def known_by(cursor: Cursor | None) -> Known | None:
    """What a cursor holds; None when there is none or it is not ours."""
    try:
        version, root_id, stamps = json.loads(cursor or "")
        if version != _VERSION:
            return None
        return Known(str(root_id), {str(name): Stamp(*stamps[name]) for name in stamps})
    except (ValueError, TypeError):
        return None


def files_in(path: Path, step: Step = no_fault) -> Iterator[os.DirEntry[str]]:
    """Every mail file of a folder; hidden files, links and directories are no mails."""
    # A mail goes from new/ to cur/, never back: in this order none is missed on its way.
    for part in ("new", "cur"):
        with os.scandir(path / part) as entries:
            for entry in entries:
                if entry.name[0] != "." and entry.is_file(follow_symlinks=False):
                    yield entry
        step(f"changes: {part} was listed")


def mails_in(path: Path, step: Step = no_fault) -> dict[str, tuple[str, float]]:
    """Lasting part of the file name → the letters of its flags, and when it came (seconds since
    1970: the file's time, as for Dovecot's INTERNALDATE), for every mail in a folder."""
    mails: dict[str, tuple[str, float]] = {}
    for entry in files_in(path, step):
        with suppress(FileNotFoundError):  # just renamed: the folder is read again
            unique, _, info = entry.name.partition(":")
            flags = info[2:].partition(",")[0] if info.startswith("2,") else ""
            mails[unique] = flags, entry.stat(follow_symlinks=False).st_mtime
    return mails


def copies_in(place: Place, now: int, step: Step) -> tuple[list[Copy], Stamp]:
    """Every mail of a folder, and the stamp it had before we looked.

    A file that is renamed while a directory is read may be missed by that reading (POSIX, readdir),
    so a folder that changed meanwhile is read again and the readings are put together.
    """
    before = stamp_of(place, now)
    stamp, mails = before, mails_in(place.path, step)
    for _ in range(_TRIES):
        after = stamp_of(place, now)
        if after.times == stamp.times:
            break
        stamp, mails = after, mails | mails_in(place.path, step)
    return copies(place.folder, mails, kw.load(place.path)), before


def copies(
    folder: Folder, mails: Mapping[str, tuple[str, float]], keywords: Mapping[str, str]
) -> list[Copy]:
    """Copies as a mailbox tells them."""
    # A folder of 100,000 mails has only a few sets of flags.
    read: dict[str, tuple[str, frozenset[str]]] = {}
    result = []
    for unique, (flags, came_at) in mails.items():
        if flags not in read:
            letters = sorted(set(flags))
            tags = frozenset(kw.name_of(x, keywords) for x in letters if x in kw.LETTERS)
            system = "".join(x for x in letters if x not in kw.LETTERS)
            read[flags] = (" ".join((system, *sorted(tags))), tags)
        version, tags = read[flags]
        handle, at = handle_of(folder.name, unique), datetime.fromtimestamp(came_at, UTC)
        result.append(Copy(folder.name, handle, version, tags, folder.role, at))
    return result
