"""What every calendar must do: each sentence of `mailbridge.ports.Calendar` is a test here."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from mailbridge.domain.casework import Appointment
from mailbridge.faults import Faults, PowerCut
from mailbridge.ports import Calendar

LONDON = ZoneInfo("Europe/London")
REVIEW = Appointment(
    key="review/2026-W49",
    title="Casework review",
    body="Overdue: 3\nTo check: 2; nobody placed: 1, “Khan”\n",
    starts_at=datetime(2026, 12, 4, 14, 0, tzinfo=LONDON),
    ends_at=datetime(2026, 12, 4, 14, 30, tzinfo=LONDON),
    categories=("mailbridge", "a, b"),
)


class Account(Protocol):
    """A calendar with a colleague who uses it in another program at the same time."""

    faults: Faults

    @property
    def calendar(self) -> Calendar: ...
    def again(self) -> Calendar: ...
    def person_deletes(self, key: str) -> None: ...


OpenAccount = Callable[[], Account]


class CalendarContract:
    @pytest.fixture
    def open_account(self) -> OpenAccount:
        raise NotImplementedError

    @pytest.fixture
    def account(self, open_account: OpenAccount) -> Account:
        return open_account()

    def test_an_entry_comes_back_as_it_was_put(self, account: Account) -> None:
        account.calendar.put_appointment(REVIEW)
        assert account.calendar.find_appointment(REVIEW.key) == REVIEW
        assert account.again().find_appointment(REVIEW.key) == REVIEW

    def test_an_entry_of_another_key_is_not_found(self, account: Account) -> None:
        account.calendar.put_appointment(REVIEW)
        assert account.calendar.find_appointment("review/2026-W50") is None

    def test_putting_it_again_brings_ours_up_to_date(self, account: Account) -> None:
        summer = datetime(2026, 7, 3, 9, 30, tzinfo=LONDON)
        later = replace(REVIEW, title="Review", body="", starts_at=summer, categories=())
        later = replace(later, ends_at=summer.replace(hour=10))
        account.calendar.put_appointment(REVIEW)
        account.calendar.put_appointment(later)
        assert account.calendar.find_appointment(REVIEW.key) == later

    def test_two_keys_are_two_entries(self, account: Account) -> None:
        other = replace(REVIEW, key="review/2026-W50", title="Next")
        account.calendar.put_appointment(REVIEW)
        account.calendar.put_appointment(other)
        assert account.calendar.find_appointment(REVIEW.key) == REVIEW
        assert account.calendar.find_appointment(other.key) == other

    def test_an_entry_that_a_person_deleted_is_not_found(self, account: Account) -> None:
        account.calendar.put_appointment(REVIEW)
        account.person_deletes(REVIEW.key)
        assert account.calendar.find_appointment(REVIEW.key) is None

    def test_putting_cut_anywhere_ends_in_the_new_entry(self, open_account: OpenAccount) -> None:
        changed = replace(REVIEW, title="Review, moved")
        for step in itertools.count(1):
            account = open_account()
            account.calendar.put_appointment(REVIEW)
            account.faults.cut_at(step)
            try:
                account.calendar.put_appointment(changed)
            except PowerCut:
                account.faults.cut_at(0)
                assert account.again().find_appointment(REVIEW.key) in (REVIEW, changed)
                account.again().put_appointment(changed)
            else:
                assert step > 1
                break
            assert account.calendar.find_appointment(REVIEW.key) == changed
