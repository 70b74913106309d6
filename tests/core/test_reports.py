"""The week's page: when it is, what stands in it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from mailbridge.domain.office import Office
from mailbridge.reports.weekly import MOST_LINES, Section, appointment, key_of_week, page, starts_at


@pytest.mark.parametrize(
    ("today", "weekday", "expected"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),  # on the day itself: today
        (date(2026, 11, 24), 0, date(2026, 11, 30)),
        (date(2026, 11, 29), 0, date(2026, 11, 30)),
        (date(2026, 12, 30), 4, date(2027, 1, 1)),
    ],
)
def test_the_review_is_on_the_next_of_its_weekdays(
    today: date, weekday: int, expected: date
) -> None:
    assert starts_at(today, Office(review_weekday=weekday)).date() == expected


def test_the_review_keeps_its_hour_on_the_wall_when_the_clocks_change() -> None:
    office = Office(review_weekday=0, review_at=time(10))
    summer, winter = starts_at(date(2026, 10, 19), office), starts_at(date(2026, 10, 26), office)
    assert (summer.hour, winter.hour) == (10, 10)
    assert winter.astimezone(UTC) - summer.astimezone(UTC) == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (datetime(2026, 11, 30, 10, tzinfo=UTC), "review/2026-W49"),
        (
            datetime(2027, 1, 1, 10, tzinfo=UTC),
            "review/2026-W53",
        ),
        (datetime(2027, 1, 4, 10, tzinfo=UTC), "review/2027-W01"),
    ],
)
def test_a_week_has_one_key_though_it_lies_in_two_years(at: datetime, key: str) -> None:
    assert key_of_week(at) == key


def test_a_long_section_is_counted_whole_and_shown_in_part() -> None:
    lines = tuple(f"case {number}" for number in range(MOST_LINES + 3))
    shown = page([Section("Overdue", lines)], "today").splitlines()
    assert shown[0] == f"OVERDUE ({MOST_LINES + 3})"
    assert sum(line.startswith("- ") for line in shown) == MOST_LINES
    assert shown[MOST_LINES + 1].startswith("… and 3 more")


def test_a_week_without_anything_says_how_far_mail_was_read() -> None:
    assert page([Section("Overdue", ())], "Monday, 9 am") == "Mail read up to Monday, 9 am."


def test_the_appointment_lasts_half_an_hour_and_can_be_found_again() -> None:
    at = starts_at(date(2026, 11, 24), Office())
    entry = appointment(at, [Section("Overdue", ("one",))], "today")
    assert entry.key == "review/2026-W49"
    assert entry.ends_at - entry.starts_at == timedelta(minutes=30)
    assert "- one" in entry.body
