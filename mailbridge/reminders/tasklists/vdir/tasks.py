"""Task lists in a vdir: one folder a list, one VTODO a file; see docs/embedded.md."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar

from mailbridge import disk
from mailbridge.domain.casework import Task, TaskCopy
from mailbridge.domain.errors import ChangedMeanwhile, NotThere, TryLater
from mailbridge.domain.message import Cursor, Handle
from mailbridge.faults import Step, no_fault
from mailbridge.ports import TaskBatch
from mailbridge.reminders.icalendar import (
    KEY,
    PREFIX,
    Broken,
    ours,
    parsed,
    task_in,
    uid_of,
    with_task,
)
from mailbridge.reminders.tasklists.vdir.files import Vdir

_LOG = logging.getLogger(__name__)
_VERSION = 1
_MARGIN = 3_000_000_000  # nanoseconds; see the same margin in the Maildir's listing


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as we saw it: `key` is "" when it is none of ours."""

    stamp: str  # time, inode and size; "" when it must be read again
    task_list: str
    key: str


@dataclass(frozen=True, slots=True)
class _Found:
    copy: TaskCopy
    path: Path
    calendar: Calendar


class VdirTaskList:
    """Task lists below `root`. Days and reminders are read in `timezone`, the office's.

    `step` is told each step, for crash tests; `now` gives nanoseconds since 1970.
    """

    def __init__(
        self,
        root: Path,
        name: str = "tasks",
        *,
        timezone: str = "Europe/London",
        step: Step = no_fault,
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._name = name
        self._vdir = Vdir(root, step)
        self._zone = ZoneInfo(timezone)
        self._now = now

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store."""
        return self._name

    def changes(self, since: Cursor | None) -> TaskBatch:
        """What changed since a cursor. Files whose time, inode and size are the same are not read,
        unless they were too fresh to trust these when we last looked."""
        with self._telling("The task lists cannot be read"):
            before, now = _seen_by(since), self._now()
            seen: dict[str, _Seen] = {}
            tasks: dict[str, TaskCopy] = {}
            is_whole = True
            for task_list, path in self._vdir.entries():
                place = str(path.relative_to(self._vdir.root))
                old = before.get(place) if before else None
                stamp = _stamp_of(path, now)
                if old and stamp and (old.stamp, old.task_list) == (stamp, task_list):
                    seen[place] = old
                    continue
                key = old.key if old else ""
                try:
                    found = self._read(task_list, path, key)
                except Broken:
                    _LOG.warning("unreadable calendar file %s", path.name)
                    # One of ours is neither changed nor gone until it can be read again: thought
                    # gone, its letter would never be chased again.
                    is_whole = is_whole and not _is_ours(path)
                    seen[place] = _Seen("", task_list, key)
                    continue
                key = found.copy.task.key if found else ""
                seen[place] = _Seen(stamp, task_list, key)
                if found:
                    tasks.setdefault(key, found.copy)
            here = {file.key for file in seen.values()}
            gone = {file.key for file in before.values()} - here if before else set()
            return TaskBatch(
                tasks=tuple(tasks.values()),
                gone=tuple(sorted(gone - {""})),
                is_complete=before is None and is_whole,
                cursor=_cursor(seen),
            )

    def find(self, key: str) -> TaskCopy | None:
        """The task with this key, also when another program gave its file another name or folder.
        Raises TryLater when its file is damaged, so that no second task is made."""
        with self._telling("The task cannot be looked for"):
            found = self._find(key)
            return found.copy if found else None

    def put(self, task: Task, if_version: str | None) -> TaskCopy:
        """Create a task or overwrite our fields of the version that we know."""
        with self._telling("The task cannot be written"):
            known = self._find(task.key)
            if if_version is not None and not known:
                raise NotThere(f"The task for {task.key} was deleted.")
            if known and known.copy.version != if_version:
                raise _changed(task.key)
            folder = self._vdir.collection(task.task_list)
            path = known.path if known else folder / f"{uid_of(task.key)}.ics"
            written_at = datetime.fromtimestamp(self._now() / 1e9, UTC).replace(microsecond=0)
            calendar = known.calendar if known else None
            data = with_task(calendar, task, self._zone, written_at)
            if known:
                self._overwrite(known, data, folder)
            else:
                try:
                    disk.create(path, data, self._vdir.step)
                except FileExistsError:
                    raise _changed(task.key) from None
            found = self._find(task.key)
            if not found:
                raise _changed(task.key)
            return found.copy

    def _overwrite(self, known: _Found, data: bytes, folder: Path) -> None:
        # The last look before we write; other programs take no lock.
        if _version(known.path.read_bytes(), known.copy.task.task_list) != known.copy.version:
            raise _changed(known.copy.task.key)
        disk.replace(known.path, data, self._vdir.step)
        if known.path.parent != folder:
            self._vdir.step("task: before it goes to the other list")
            known.path.rename(folder / known.path.name)
            disk.flush_folder(folder)
            disk.flush_folder(known.path.parent)

    def _find(self, key: str) -> _Found | None:
        for task_list, path in self._vdir.candidates(uid_of(key)):
            try:
                found = self._read(task_list, path, key)
            except Broken:
                raise TryLater(
                    f"The task file {path.name} is damaged, or just being written. Mend it, or "
                    "delete it if it stays so; no second task is made meanwhile."
                ) from None
            if found:
                return found
        return None

    def _read(self, task_list: str, path: Path, key: str) -> _Found | None:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None  # just deleted, or moved to another list
        calendar = parsed(data)
        found = ours(calendar, "VTODO", key)
        if not found:
            return None
        try:
            task = task_in(found[0], found[1], task_list, self._zone)
        except (ValueError, TypeError, OverflowError) as error:
            raise Broken(str(error)) from error
        handle = Handle(str(path.relative_to(self._vdir.root)))
        return _Found(TaskCopy(handle, _version(data, task_list), task), path, calendar)

    def _telling(self, doing: str) -> AbstractContextManager[None]:
        self._vdir.step("before the call")
        return disk.telling(f"{doing} in {self._vdir.root}")


def _changed(key: str) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"The task for {key} was changed or made meanwhile. Look at it first.")


def _version(data: bytes, task_list: str) -> str:
    """Of content and place: times and inodes can stay the same when another program writes."""
    return hashlib.blake2b(data + b"\0" + task_list.encode(), digest_size=12).hexdigest()


def _is_ours(path: Path) -> bool:
    return path.name.startswith(PREFIX) or KEY.encode() in path.read_bytes()


def _stamp_of(path: Path, now: int) -> str:
    """Time, inode and size of a file; "" when it is gone or so fresh that a change in the same
    step of the disk's clock could leave them the same."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ""
    if stat.st_mtime_ns + _MARGIN >= now:
        return ""
    return f"{stat.st_mtime_ns:x}.{stat.st_ino:x}.{stat.st_size:x}"


def _cursor(seen: Mapping[str, _Seen]) -> Cursor:
    files = {place: [file.stamp, file.task_list, file.key] for place, file in seen.items()}
    return Cursor(json.dumps([_VERSION, files], separators=(",", ":")))


def _seen_by(cursor: Cursor | None) -> dict[str, _Seen] | None:
    """What a cursor holds; None when there is none or it is not ours."""
    try:
        version, files = json.loads(cursor or "")
        if version != _VERSION:
            return None
        return {str(place): _Seen(*map(str, files[place])) for place in files}
    except (ValueError, TypeError):
        return None
