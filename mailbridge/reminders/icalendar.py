"""Tasks and appointments as iCalendar text (RFC 5545), and back. Pure.

Overwriting sets our own properties only; all others, and alarms that people set, stay.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta, tzinfo

from icalendar import Alarm, Calendar, Component, Event, Todo

from mailbridge.domain.casework import Appointment, Task

PREFIX = "mailbridge-"
KEY = "X-MAILBRIDGE-KEY"
NEVER = date.max
"""The due day of a task whose due day a person took away."""

_PRODID = "-//mailbridge//EN"
_DONE = frozenset({"COMPLETED", "CANCELLED"})


class Broken(ValueError):
    """The file holds no calendar, or half of one."""


def uid_of(key: str) -> str:
    """The UID of our entry: the same for the same key, and safe as a file name.

    >>> uid_of("K4T7-29/1#1") == uid_of("K4T7-29/1#1") != uid_of("K4T7-29/1#2")
    True
    >>> len(uid_of("K4T7-29/1#1"))
    43
    """
    return PREFIX + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def parsed(data: bytes) -> Calendar:
    """A file as a calendar. Raises Broken."""
    try:
        # from_ical takes text, and bytes that are not UTF-8 must not lose the rest.
        calendar = Calendar.from_ical(data.decode("utf-8", "replace"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Broken(str(error)) from error
    if not isinstance(calendar, Calendar):
        raise Broken("not one calendar")
    return calendar


def ours(calendar: Calendar, kind: str, key: str = "") -> tuple[Component, str] | None:
    """Our VTODO or VEVENT in a file, with its key; None when the file is somebody else's.

    Some programs drop properties they don't know, so a known `key` is looked for by UID alone. A
    copy that a person made has our key and another UID: it is theirs.
    """
    for component in calendar.walk(kind):
        uid, own_key = str(component.get("UID", "")), str(component.get(KEY, "")) or key
        if own_key and uid == uid_of(own_key) and (not key or own_key == key):
            return component, own_key
    return None


def task_in(todo: Component, key: str, task_list: str, zone: tzinfo) -> Task:
    """The task as a person left it; days and the reminder in the office's `zone`."""
    alarm = _our_alarm(todo)
    return Task(
        key=key,
        title=_text(todo, "SUMMARY"),
        body=_text(todo, "DESCRIPTION"),
        due=_due(todo, zone),
        remind_at=_rings_at(todo, alarm, zone) if alarm else None,
        categories=_categories(todo),
        task_list=task_list,
        link=_text(todo, "URL"),
        is_done=_is_done(todo),
    )


def with_task(calendar: Calendar | None, task: Task, zone: tzinfo, now: datetime) -> bytes:
    """The file's text once our task stands in it; None begins a new file."""
    calendar = calendar or _new()
    found = ours(calendar, "VTODO", task.key)
    todo = found[0] if found else _added(calendar, Todo(), task.key, now)
    was = task_in(todo, task.key, task.task_list, zone)
    _write(todo, task, now)
    _set(todo, "URL", task.link)
    if was.due != task.due:  # a time of day that a person gave it stays
        _set(todo, "DUE", task.due)
        todo.pop("DURATION", None)  # RFC 5545 §3.6.2: DUE or DURATION, never both
    if was.is_done != task.is_done:
        _set(todo, "STATUS", "COMPLETED" if task.is_done else "NEEDS-ACTION")
        _set(todo, "PERCENT-COMPLETE", 100 if task.is_done else 0)
        _set(todo, "COMPLETED", now if task.is_done else None)
    if was.remind_at != task.remind_at:
        _remind(todo, task)
    return bytes(calendar.to_ical(sorted=False))


def appointment_in(event: Component, key: str, zone: tzinfo) -> Appointment:
    """The appointment, its times in the office's `zone`. Raises Broken when it has no times."""
    start, end = _moment(event, "DTSTART", zone), _moment(event, "DTEND", zone)
    if start is None:
        raise Broken("an event without DTSTART")
    return Appointment(
        key=key,
        title=_text(event, "SUMMARY"),
        body=_text(event, "DESCRIPTION"),
        starts_at=start,
        ends_at=end or start,
        categories=_categories(event),
    )


def with_appointment(calendar: Calendar | None, wanted: Appointment, now: datetime) -> bytes:
    """The file's text once our appointment stands in it; None begins a new file."""
    calendar = calendar or _new()
    found = ours(calendar, "VEVENT", wanted.key)
    event = found[0] if found else _added(calendar, Event(), wanted.key, now)
    _write(event, wanted, now)
    # In UTC, so that the file needs no VTIMEZONE.
    _set(event, "DTSTART", wanted.starts_at.astimezone(UTC))
    _set(event, "DTEND", wanted.ends_at.astimezone(UTC))
    event.pop("DURATION", None)
    return bytes(calendar.to_ical(sorted=False))


def _new() -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", _PRODID)
    calendar.add("VERSION", "2.0")
    return calendar


def _added(calendar: Calendar, component: Component, key: str, now: datetime) -> Component:
    component.add("UID", uid_of(key))
    component.add("CREATED", now)
    calendar.add_component(component)
    return component


def _write(component: Component, wanted: Task | Appointment, now: datetime) -> None:
    """What tasks and appointments have in common."""
    _set(component, KEY, wanted.key)
    _set(component, "SUMMARY", wanted.title)
    _set(component, "DESCRIPTION", wanted.body)
    if _categories(component) != wanted.categories:
        _set(component, "CATEGORIES", list(wanted.categories) or None)
    _set(component, "DTSTAMP", now)
    _set(component, "LAST-MODIFIED", now)
    _set(component, "SEQUENCE", int(_text(component, "SEQUENCE") or -1) + 1)


def _set(component: Component, name: str, value: object) -> None:
    component.pop(name, None)
    if value not in (None, ""):
        component.add(name, value)


def _text(component: Component, name: str) -> str:
    value = component.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _categories(component: Component) -> tuple[str, ...]:
    lines = component.get("CATEGORIES", [])
    lines = lines if isinstance(lines, list) else [lines]
    return tuple(str(category) for line in lines for category in line.cats if category)


def _moment(component: Component, name: str, zone: tzinfo) -> datetime | None:
    """A DATE-TIME in the zone; a DATE is its first moment; a floating time is meant in the zone."""
    if name not in component:
        return None
    value = component.decoded(name)
    if isinstance(value, datetime):
        return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    return None


def _due(todo: Component, zone: tzinfo) -> date:
    due = _moment(todo, "DUE", zone)
    start = _moment(todo, "DTSTART", zone)
    if due is None and start and "DURATION" in todo:
        due = start + todo.decoded("DURATION")
    return due.date() if due else NEVER


def _is_done(todo: Component) -> bool:
    """Programs mark it in one of three ways; a task called off is no longer awaited either."""
    return (
        _text(todo, "STATUS").upper() in _DONE
        or _text(todo, "PERCENT-COMPLETE") == "100"
        or "COMPLETED" in todo
    )


def _our_alarm(todo: Component) -> Component | None:
    """Ours carries a UID (RFC 9074 §4) made from the task's."""
    uid = f"{_text(todo, 'UID')}-alarm"
    return next((a for a in todo.walk("VALARM") if _text(a, "UID") == uid), None)


def _rings_at(todo: Component, alarm: Component, zone: tzinfo) -> datetime | None:
    """RFC 5545 §3.8.6.3: a moment in UTC, or a time before the start or, RELATED=END, the due."""
    if "TRIGGER" not in alarm:
        return None
    trigger = alarm.decoded("TRIGGER")
    if isinstance(trigger, datetime):
        return trigger.astimezone(zone)
    is_end = str(alarm["TRIGGER"].params.get("RELATED", "START")).upper() == "END"
    first = _moment(todo, "DTSTART", zone)
    anchor = _moment(todo, "DUE", zone) if is_end or first is None else first
    if anchor is None or not isinstance(trigger, timedelta):
        return None
    return (anchor.astimezone(UTC) + trigger).astimezone(zone)


def _remind(todo: Component, task: Task) -> None:
    alarm = _our_alarm(todo)
    if alarm is not None:
        todo.subcomponents.remove(alarm)
    if task.remind_at is None:
        return
    alarm = Alarm()
    alarm.add("UID", f"{uid_of(task.key)}-alarm")
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", task.title)
    alarm.add("TRIGGER", task.remind_at.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    todo.add_component(alarm)
