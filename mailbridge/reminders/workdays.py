"""Deadlines: days, working days, bank holidays. All dates are days in the office's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from mailbridge.domain.office import Nation
from mailbridge.domain.people import Wait, WaitUnit

_DAY = timedelta(days=1)
_SATURDAY = 5

_SUBDIVISION = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


@dataclass(frozen=True, slots=True)
class Workdays:
    """Which days are worked in one nation of the United Kingdom.

    >>> england, scotland = Workdays(), Workdays(Nation.SCOTLAND)
    >>> england.is_workday(date(2026, 11, 30)), scotland.is_workday(date(2026, 11, 30))
    (True, False)
    """

    nation: Nation = Nation.ENGLAND

    def is_workday(self, day: date) -> bool:
        """Monday to Friday and no bank holiday.

        >>> Workdays().is_workday(date(2026, 12, 24)), Workdays().is_workday(date(2026, 12, 25))
        (True, False)
        """
        # The library lists bank holidays at weekends too, so the weekday is a test of its own.
        return day.weekday() < _SATURDAY and day not in _bank_holidays(self.nation, day.year)

    def next_workday(self, day: date) -> date:
        """That day if it is worked, else the first worked day after it.

        >>> Workdays().next_workday(date(2026, 12, 25))
        datetime.date(2026, 12, 29)
        >>> Workdays().next_workday(date(2026, 12, 24))
        datetime.date(2026, 12, 24)
        """
        while not self.is_workday(day):
            day += _DAY
        return day

    def add(self, day: date, n: int) -> date:
        """The n-th working day after a day, which is not counted itself; the day when n is 0.

        >>> Workdays().add(date(2026, 12, 7), 20)
        datetime.date(2027, 1, 7)
        >>> Workdays().add(date(2026, 12, 5), 0)
        datetime.date(2026, 12, 5)
        """
        for _ in range(n):
            day = self.next_workday(day + _DAY)
        return day

    def between(self, earlier: date, later: date) -> int:
        """Working days after `earlier`, up to and with `later`; 0 when that is not later.

        >>> Workdays().between(date(2026, 12, 24), date(2026, 12, 29))
        1
        >>> Workdays().between(date(2026, 12, 29), date(2026, 12, 24))
        0
        """
        days = range(1, (later - earlier).days + 1)
        return sum(self.is_workday(earlier + timedelta(days=n)) for n in days)


def local_day(at: datetime, timezone: str) -> date:
    """The office's day at a moment (aware).

    >>> from datetime import UTC
    >>> local_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "Europe/London")  # summer time
    datetime.date(2026, 7, 1)
    >>> local_day(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "Europe/London")
    datetime.date(2026, 11, 30)
    """
    return at.astimezone(ZoneInfo(timezone)).date()


def last_day(letter_day: date, wait: Wait, workdays: Workdays) -> date:
    """The last day on which an answer is in time.

    Counted from the day after sending; where a promise counts from receipt (departments: Cabinet
    Office guidance on letters from Members of Parliament), from the day after that.

    >>> last_day(date(2026, 11, 2), Wait(21), Workdays())
    datetime.date(2026, 11, 23)
    >>> last_day(date(2026, 12, 7), Wait(20, WaitUnit.WORKING_DAYS), Workdays())
    datetime.date(2027, 1, 7)
    """
    received = workdays.add(letter_day, wait.receipt_days)
    if wait.unit is WaitUnit.WORKING_DAYS:
        return workdays.add(received, wait.length)
    return received + timedelta(days=wait.length)


@lru_cache(maxsize=8192)  # a hundred thousand letters share a few hundred days and waits
def due(letter_day: date, wait: Wait, workdays: Workdays) -> date:
    """The first working day after the wait ran out: the day a chase is due.

    >>> due(date(2026, 11, 2), Wait(21), Workdays())
    datetime.date(2026, 11, 24)
    >>> due(date(2026, 12, 3), Wait(21), Workdays())  # runs out on Christmas Eve
    datetime.date(2026, 12, 29)
    """
    return workdays.next_workday(last_day(letter_day, wait, workdays) + _DAY)


@lru_cache(maxsize=512)
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISION[nation], years=year))
