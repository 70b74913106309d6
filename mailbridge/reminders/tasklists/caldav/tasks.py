"""Task lists on a CalDAV server: one collection a list, one VTODO a task; see docs/caldav.md."""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar

from mailbridge.domain.casework import Task, TaskCopy
from mailbridge.domain.errors import ChangedMeanwhile, NotThere, TryLater
from mailbridge.domain.message import Cursor, Handle
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
from mailbridge.reminders.tasklists.caldav.home import Changes, Collection, Entry, Home

_LOG = logging.getLogger(__name__)
_VERSION = 1
_KIND = "VTODO"
_UNNAMED = "uid:"  # one of ours whose key cannot be read: some programs drop what they don't know


@dataclass(frozen=True, slots=True)
class _List:
    """A list as we saw it: its mark, and each entry's address with ETag and key.

    For the key there is "uid:…" where only the UID says that it is ours, and "" when it is not:
    such entries are kept only where the server has no history and ETags are compared.
    """

    name: str
    mark: str
    seen: Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class _Sight:
    """What one look at all lists gathers."""

    collections: dict[str, Collection] = field(default_factory=dict)
    lists: dict[str, _List] = field(default_factory=dict)
    tasks: dict[str, TaskCopy] = field(default_factory=dict)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Found:
    copy: TaskCopy
    entry: Entry
    calendar: Calendar


class CaldavTaskList:
    """The task lists of one account. The office's own is the collection named `office_list`, a
    caseworker's the one that bears the name of their list; a missing one is made when needed.

    Days and reminders are read in `timezone`, the office's; `now` gives nanoseconds since 1970.
    """

    def __init__(
        self,
        home: Home,
        name: str = "tasks",
        *,
        office_list: str = "mailbridge",
        timezone: str = "Europe/London",
        now: Callable[[], int] = time.time_ns,
    ) -> None:
        self._home = home
        self._name = name
        self._office_list = office_list
        self._zone = ZoneInfo(timezone)
        self._now = now
        # The lists as we last saw them. A find looks at what changed since, and never searches:
        # iCloud finds nothing by UID, and others only what their index knows.
        self._known: Mapping[str, _List] = {}
        self._places: dict[str, tuple[Collection, str]] = {}

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store."""
        return self._name

    def changes(self, since: Cursor | None) -> TaskBatch:
        """What changed since a cursor. Quiet lists cost one request for all of them together."""
        before = _lists_in(since)
        sight = self._look(before or {})
        gone = _keys(before or {}) - _keys(sight.lists)
        # Moved into a list that we had read already? Then it stands there now.
        again = self._look(sight.lists) if gone else sight
        gone -= _keys(again.lists)
        tasks = sight.tasks | again.tasks
        return TaskBatch(
            tasks=tuple(tasks[key] for key in tasks if key not in gone),
            gone=tuple(sorted(gone)),
            is_complete=before is None and sight.is_whole and again.is_whole,
            cursor=_cursor(again.lists),
        )

    def find(self, key: str) -> TaskCopy | None:
        """The task with this key, also when another program gave it another address or list.
        Raises TryLater when it cannot be read, so that no second task is made."""
        found = self._find(key)
        return found.copy if found else None

    def put(self, task: Task, if_version: str | None) -> TaskCopy:
        """Create a task or overwrite our fields of the version that we know. The server itself
        watches over both (If-None-Match and If-Match, RFC 9110 §13.1)."""
        known = self._find(task.key)
        if if_version is not None and not known:
            raise NotThere(f"The task for {task.key} was deleted.")
        if known and known.copy.version != if_version:
            raise _changed(task.key)
        collection = self._home.collection(task.task_list or self._office_list, _KIND)
        written_at = datetime.fromtimestamp(self._now() / 1e9, UTC).replace(microsecond=0)
        data = with_task(known.calendar if known else None, task, self._zone, written_at)
        if known:
            href = known.entry.href
            self._home.write(href, data, known.entry.etag)
            if known.entry.collection.href != collection.href:
                href = self._home.move(href, collection)
        else:
            href = f"{collection.href.rstrip('/')}/{uid_of(task.key)}.ics"
            self._home.write(href, data, None)
        self._places[task.key] = (collection, href)
        found = self._find(task.key)
        if not found:
            raise _changed(task.key)
        return found.copy

    def _look(self, before: Mapping[str, _List]) -> _Sight:
        """All lists as they are, telling of what is not as it was before."""
        sight = _Sight()
        for collection in self._home.collections(_KIND):
            href = collection.href
            sight.collections[href] = collection
            sight.lists[href] = self._compare(collection, before.get(href), sight)
        self._known = sight.lists
        return sight

    def _compare(self, collection: Collection, known: _List | None, sight: _Sight) -> _List:
        """One list as it is; what changed in it goes into `sight`."""
        if known and known.name != collection.name:
            known = None  # every task of it stands in a list of another name now
        if known and collection.mark and known.mark == collection.mark:
            return known
        changes = self._home.changes(collection, known.mark) if known else None
        seen = dict(known.seen) if known else {}
        if not changes:
            etags = self._home.etags(collection)
            gone = tuple(href for href in seen if href not in etags)
            changes = Changes(etags, gone, collection.mark)
        for href in changes.gone:
            seen.pop(href, None)
        new = [href for href, etag in changes.etags.items() if seen.get(href, ("",))[0] != etag]
        unread = set(new)
        for entry in self._home.read(collection, new):
            unread.discard(entry.href)
            seen[entry.href] = self._take(entry, seen.get(entry.href, ("", ""))[1], sight)
        if changes.mark.startswith("sync:"):
            seen = {href: (etag, key) for href, (etag, key) in seen.items() if key}
        # Named as changed and not handed out: deleted just now, or a server in trouble. Without a
        # mark the whole list is gone through again next time.
        return _List(collection.name, "" if unread else changes.mark, seen)

    def _take(self, entry: Entry, known: str, sight: _Sight) -> tuple[str, str]:
        """The ETag and key of an entry, which goes into `sight` when it is one of ours."""
        key = "" if known.startswith(_UNNAMED) else known
        name = entry.href.rpartition("/")[2].removesuffix(".ics")
        try:
            found = self._read(entry, key)
        except Broken:
            _LOG.warning("unreadable entry %s", name)
            if PREFIX.encode() not in entry.data and KEY.encode() not in entry.data:
                return entry.etag, ""
            # One of ours is neither changed nor gone until it can be read again: thought gone,
            # its letter would never be chased again.
            sight.is_whole = False
            return entry.etag, key or _UNNAMED + name
        if found:
            sight.tasks.setdefault(found.copy.task.key, found.copy)
            return entry.etag, found.copy.task.key
        uids = (str(todo.get("UID", "")) for todo in parsed(entry.data).walk(_KIND))
        return entry.etag, next((_UNNAMED + uid for uid in uids if uid.startswith(PREFIX)), "")

    def _find(self, key: str) -> _Found | None:
        # Asked first where it last stood: one request. A list's new name is learned of by the next
        # look.
        place = self._places.pop(key, None)
        found = self._read_at(*place, key) if place else None
        if found:
            return found
        sight = self._look(self._known)
        names = {key, _UNNAMED + uid_of(key)}
        for at, known in sight.lists.items():
            for href in (href for href, (_, own) in known.seen.items() if own in names):
                found = self._read_at(sight.collections[at], href, key)
                if found:
                    return found
        return None

    def _read_at(self, collection: Collection, href: str, key: str) -> _Found | None:
        try:
            entries = tuple(self._home.read(collection, [href]))
        except NotThere:  # the whole list is gone
            return None
        for entry in entries:
            try:
                found = self._read(entry, key)
            except Broken:
                raise TryLater(
                    f"The task at {entry.href.rpartition('/')[2]} is damaged. Mend it, or delete "
                    "it; no second task is made meanwhile."
                ) from None
            if found:
                self._places[key] = (collection, entry.href)
                return found
        return None

    def _read(self, entry: Entry, key: str) -> _Found | None:
        calendar = parsed(entry.data)
        found = ours(calendar, _KIND, key)
        if not found:
            return None
        name = entry.collection.name
        try:
            task = task_in(
                found[0], found[1], "" if name == self._office_list else name, self._zone
            )
        except (ValueError, TypeError, OverflowError) as error:
            raise Broken(str(error)) from error
        return _Found(TaskCopy(Handle(entry.href), _version(entry), task), entry, calendar)


def _changed(key: str) -> ChangedMeanwhile:
    return ChangedMeanwhile(f"The task for {key} was changed or made meanwhile. Look at it first.")


def _version(entry: Entry) -> str:
    """Of ETag and list: given to another list, an entry keeps its ETag on some servers."""
    whole = f"{entry.etag}\0{entry.collection.href}"
    return hashlib.blake2b(whole.encode(), digest_size=12).hexdigest()


def _keys(lists: Mapping[str, _List]) -> set[str]:
    keys = {key for known in lists.values() for _, key in known.seen.values()}
    return {key for key in keys if key and not key.startswith(_UNNAMED)}


def _cursor(lists: Mapping[str, _List]) -> Cursor:
    whole = {href: [known.name, known.mark, known.seen] for href, known in lists.items()}
    return Cursor(json.dumps([_VERSION, whole], separators=(",", ":")))


def _lists_in(cursor: Cursor | None) -> dict[str, _List] | None:
    """What a cursor holds; None when there is none or it is not ours."""
    try:
        version, lists = json.loads(cursor or "")
        if version != _VERSION:
            return None
        return {
            str(href): _List(
                str(name),
                str(mark),
                {str(place): (str(etag), str(key)) for place, (etag, key) in seen.items()},
            )
            for href, (name, mark, seen) in lists.items()
        }
    except (ValueError, TypeError, AttributeError):
        return None
