"""The clock that the runners are handed: the system's, or one set to a day to be rehearsed."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present as an aware time."""


def system_clock() -> datetime:
    """Now, aware and UTC."""
    return datetime.now(UTC)


def standing_clock(at: datetime) -> Clock:
    """A clock that always shows `at` (aware)."""
    return lambda: at
