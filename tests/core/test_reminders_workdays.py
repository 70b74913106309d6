"""Deadlines, each worked out by hand with a calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.office import Nation
from mailbridge.domain.people import Wait, WaitUnit
from mailbridge.reminders.workdays import Workdays, due, last_day, local_day

ENGLAND = Workdays()
SCOTLAND = Workdays(Nation.SCOTLAND)
DAYS, WORKING = WaitUnit.DAYS, WaitUnit.WORKING_DAYS

SOME_DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("what", "sent", "wait", "workdays", "last", "chase"),
    [
        ("a Monday", date(2026, 11, 2), Wait(21), ENGLAND, date(2026, 11, 23), date(2026, 11, 24)),
        ("a Friday", date(2026, 11, 6), Wait(21), ENGLAND, date(2026, 11, 27), date(2026, 11, 30)),
        (
            "the same in Scotland, where Monday is St Andrew's Day",
            date(2026, 11, 6),
            Wait(21),
            SCOTLAND,
            date(2026, 11, 27),
            date(2026, 12, 1),
        ),
        (
            "a Saturday",
            date(2026, 11, 7),
            Wait(21),
            ENGLAND,
            date(2026, 11, 28),
            date(2026, 11, 30),
        ),
        (
            "20 working days over Christmas",
            date(2026, 12, 7),
            Wait(20, WORKING),
            ENGLAND,
            date(2027, 1, 7),
            date(2027, 1, 8),
        ),
        (
            "the same in Scotland, with 4 January for the 2nd",
            date(2026, 12, 7),
            Wait(20, WORKING),
            SCOTLAND,
            date(2027, 1, 8),
            date(2027, 1, 11),
        ),
        (
            "2 January itself, a Friday",
            date(2026, 1, 1),
            Wait(1, WORKING),
            SCOTLAND,
            date(2026, 1, 5),
            date(2026, 1, 6),
        ),
        (
            "the same in England",
            date(2026, 1, 1),
            Wait(1, WORKING),
            ENGLAND,
            date(2026, 1, 2),
            date(2026, 1, 5),
        ),
        (
            "the eve of Good Friday",
            date(2026, 4, 2),
            Wait(1, WORKING),
            ENGLAND,
            date(2026, 4, 7),
            date(2026, 4, 8),
        ),
        (
            "the same in Scotland, where Easter Monday is worked",
            date(2026, 4, 2),
            Wait(1, WORKING),
            SCOTLAND,
            date(2026, 4, 6),
            date(2026, 4, 7),
        ),
        ("a leap day", date(2028, 2, 29), Wait(21), ENGLAND, date(2028, 3, 21), date(2028, 3, 22)),
        (
            "over a leap day",
            date(2028, 2, 28),
            Wait(1),
            ENGLAND,
            date(2028, 2, 29),
            date(2028, 3, 1),
        ),
        (
            "received two working days later, by post",
            date(2026, 11, 6),
            Wait(20, WORKING, 2),
            ENGLAND,
            date(2026, 12, 8),
            date(2026, 12, 9),
        ),
        (
            "running out on Christmas Eve",
            date(2026, 12, 3),
            Wait(21),
            ENGLAND,
            date(2026, 12, 24),
            date(2026, 12, 29),
        ),
        (
            "no wait at all",
            date(2026, 11, 3),
            Wait(0),
            ENGLAND,
            date(2026, 11, 3),
            date(2026, 11, 4),
        ),
    ],
)
def test_a_deadline_is_the_one_worked_out_by_hand(
    what: str, sent: date, wait: Wait, workdays: Workdays, last: date, chase: date
) -> None:
    assert (last_day(sent, wait, workdays), due(sent, wait, workdays)) == (last, chase), what


@pytest.mark.parametrize(
    ("nation", "day", "is_worked"),
    [
        (Nation.NORTHERN_IRELAND, date(2026, 3, 17), False),
        (Nation.ENGLAND, date(2026, 3, 17), True),
        (Nation.NORTHERN_IRELAND, date(2026, 7, 13), False),
        (Nation.WALES, date(2026, 8, 31), False),
        (Nation.SCOTLAND, date(2026, 8, 31), True),
        (Nation.SCOTLAND, date(2026, 8, 3), False),
        (Nation.ENGLAND, date(2026, 12, 26), False),  # Boxing Day, a Saturday
        (Nation.ENGLAND, date(2026, 12, 28), False),  # in its place
    ],
)
def test_each_nation_has_its_own_bank_holidays(nation: Nation, day: date, is_worked: bool) -> None:  # noqa: FBT001  # a table's column
    assert Workdays(nation).is_workday(day) is is_worked


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # The clocks go forward on 29 March 2026 at 01:00 UTC and back on 25 October at 01:00 UTC.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_a_letter_belongs_to_the_offices_day_on_both_sides_of_a_clock_change(
    moment: datetime, day: date
) -> None:
    assert local_day(moment, "Europe/London") == day


@given(day=SOME_DAYS, n=st.integers(0, 60))
def test_adding_working_days_and_counting_them_agree(day: date, n: int) -> None:
    assert ENGLAND.between(day, ENGLAND.add(day, n)) == n


@given(day=SOME_DAYS, length=st.integers(0, 90), unit=st.sampled_from(WaitUnit))
def test_a_chase_is_due_on_a_worked_day_after_the_wait_with_none_between(
    day: date, length: int, unit: WaitUnit
) -> None:
    wait = Wait(length, unit)
    last, chase = last_day(day, wait, ENGLAND), due(day, wait, ENGLAND)
    assert chase > last >= day
    assert ENGLAND.is_workday(chase)
    assert not any(
        ENGLAND.is_workday(last + timedelta(days=n)) for n in range(1, (chase - last).days)
    )
