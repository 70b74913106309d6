"""When mailbridge itself fails: the tasks that say so in Outlook. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailbridge.domain.casework import Task
from mailbridge.domain.office import Office
from mailbridge.reminders.workdays import Workdays, local_day

DAY_STARTS, DAY_ENDS = time(9), time(17)  # the hours that count as working ones
KEY = "attention/"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something a person must see to. `since` is aware: the same trouble keeps its task."""

    kind: str  # "set-aside", "silent", "sign-in", "rules", "stopped"
    title: str  # what it is, in a few words
    body: str  # what happened, what it means, what to do next
    since: datetime


def attention(troubles: Iterable[Trouble], office: Office) -> tuple[Task, ...]:
    """The tasks, one a trouble, in the office's list, due on the day it began."""
    return tuple(_task(trouble, office) for trouble in troubles)


def _task(trouble: Trouble, office: Office) -> Task:
    day = local_day(trouble.since, office.timezone)
    zone = ZoneInfo(office.timezone)
    return Task(
        key=f"{KEY}{trouble.kind}/{day.isoformat()}",
        title=f"mailbridge needs attention: {trouble.title}",
        body=trouble.body,
        due=day,
        remind_at=trouble.since.astimezone(zone).replace(microsecond=0),
    )


def working_hours(since: datetime, until: datetime, office: Office, workdays: Workdays) -> float:
    """Hours between nine and five on working days in the office's zone.

    >>> from datetime import UTC
    >>> from mailbridge.domain.office import Nation
    >>> friday = datetime(2026, 11, 20, 16, tzinfo=UTC)
    >>> monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    >>> working_hours(friday, monday, Office(), Workdays(Nation.ENGLAND))
    2.0
    >>> working_hours(monday, friday, Office(), Workdays(Nation.ENGLAND))
    0.0
    """
    zone = ZoneInfo(office.timezone)
    total = timedelta(0)
    day = local_day(since, office.timezone)
    last = local_day(until, office.timezone)
    while day <= last:
        if workdays.is_workday(day):
            start = max(since, _at(day, DAY_STARTS, zone))
            end = min(until, _at(day, DAY_ENDS, zone))
            total += max(end - start, timedelta(0))
        day += timedelta(days=1)
    return total / timedelta(hours=1)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone)
