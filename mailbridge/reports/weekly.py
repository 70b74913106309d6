"""The week's `Casework review`: one appointment with the pack in it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbridge.domain.casework import Appointment
from mailbridge.domain.office import Office

LENGTH = timedelta(minutes=30)
TITLE = "Casework review"
MOST_LINES = 25  # of one section; the rest is counted


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the pack: its heading, and a line for each thing."""

    heading: str
    lines: tuple[str, ...]


def starts_at(today: date, office: Office) -> datetime:
    """When the review of this week is, or of next week once its day is over; office's zone.

    >>> starts_at(date(2026, 11, 24), Office())  # a Tuesday; the office reviews on Mondays
    datetime.datetime(2026, 11, 30, 10, 0, tzinfo=zoneinfo.ZoneInfo(key='Europe/London'))
    """
    day = today + timedelta(days=(office.review_weekday - today.weekday()) % 7)
    return datetime.combine(day, office.review_at, ZoneInfo(office.timezone))


def key_of_week(at: datetime) -> str:
    """The appointment's lasting key.

    >>> key_of_week(datetime(2026, 11, 30, 10))
    'review/2026-W49'
    """
    year, week, _ = at.isocalendar()
    return f"review/{year}-W{week:02}"


def appointment(at: datetime, sections: Iterable[Section], read_until: str) -> Appointment:
    """The calendar entry. A section with nothing in it is left out."""
    return Appointment(
        key=key_of_week(at),
        title=TITLE,
        body=page(sections, read_until),
        starts_at=at,
        ends_at=at + LENGTH,
    )


def page(sections: Iterable[Section], read_until: str) -> str:
    """The pack as plain text, in the order given.

    >>> print(page([Section("Overdue", ("K4T7-29 …",)), Section("None", ())], "today"))
    OVERDUE (1)
    - K4T7-29 …
    <BLANKLINE>
    Mail read up to today.
    """
    parts = [_part(section) for section in sections if section.lines]
    return "\n\n".join([*parts, f"Mail read up to {read_until}."])


def _part(section: Section) -> str:
    shown = [f"- {line}" for line in section.lines[:MOST_LINES]]
    more = len(section.lines) - len(shown)
    rest = [f"… and {more} more: `mailbridge review` lists them."] if more else []
    heading = f"{section.heading.upper()} ({len(section.lines)})"
    return "\n".join([heading, *shown, *rest])
