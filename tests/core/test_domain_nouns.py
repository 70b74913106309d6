"""What the nouns promise by themselves."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from mailbridge.domain import errors
from mailbridge.domain.action import Action, AddTags, FileMessage, RemoveTags
from mailbridge.domain.casework import short_title
from mailbridge.domain.message import Address, Automatic, Message, MessageKey
from mailbridge.domain.people import Wait, WaitUnit, wait_from

KEY = MessageKey("0" * 20)
AT, LATER = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC)


def test_no_action_sends_or_deletes() -> None:
    names = " ".join(kind.__name__ for kind in get_args(Action)).lower()
    assert "send" not in names
    assert "delete" not in names


def test_all_that_is_done_to_one_mail_has_one_subject_so_that_its_order_is_kept() -> None:
    actions = (AddTags(KEY, ("a",)), RemoveTags(KEY, ("b",)), FileMessage(KEY, "INBOX", "Cases"))
    assert {action.subject for action in actions} == {f"mail {KEY}"}


def test_there_are_five_errors_and_each_is_an_edge_error() -> None:
    kinds = {
        value
        for value in vars(errors).values()
        if isinstance(value, type)
        and issubclass(value, errors.EdgeError)
        and value is not errors.EdgeError
    }
    assert {kind.__name__ for kind in kinds} == {
        *("TryLater", "NotThere", "ChangedMeanwhile", "Refused", "SignInNeeded"),
    }


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Khan, Amina – damp at Elm Court", "Khan, damp at Elm Court"),
        ("Khan, Amina", "Khan, Amina"),
        ("Damp – walls, floor", "Damp – walls, floor"),
        ("", ""),
    ],
)
def test_a_task_names_a_case_without_given_names(title: str, short: str) -> None:
    assert short_title(title) == short


@pytest.mark.parametrize(
    ("words", "wait"),
    [
        ("21 days", Wait(21)),
        (" 1 day ", Wait(1)),
        ("3 Weeks", Wait(21)),
        ("20 working days", Wait(20, WaitUnit.WORKING_DAYS)),
        ("0 days", None),
        ("-1 days", None),
        ("21", None),
        ("21 days or so", None),
        ("12345 days", None),
        ("", None),
    ],
)
def test_a_wait_in_peoples_words(words: str, wait: Wait | None) -> None:
    assert wait_from(words) == wait


def test_a_mail_is_as_old_as_our_own_server_says() -> None:
    assert Message(KEY, date=AT, received_at=LATER).at == LATER
    assert Message(KEY, date=AT).at == AT
    assert Message(KEY).at is None


def test_an_address_without_an_at_has_no_domain() -> None:
    assert Address("odd@name@mp.example").domain == "mp.example"
    assert not Address("undisclosed").domain


def test_a_header_is_found_in_any_letter_case_every_time_it_stands() -> None:
    mail = Message(KEY, headers=(("X-A", "1"), ("x-a", "2"), ("X-B", "3")))
    assert mail.header("x-A") == ("1", "2")
    assert mail.header("X-C") == ()


def test_who_wrote_and_to_whom() -> None:
    one, two, three = Address("a@x.example"), Address("b@x.example"), Address("c@x.example")
    mail = Message(KEY, from_=(one, two), to=(two,), cc=(three,), bcc=(one,))
    assert mail.sender == one
    assert mail.recipients == (two, three, one)
    assert Message(KEY).sender is None


@pytest.mark.parametrize("automatic", Automatic)
def test_only_no_means_that_a_person_typed_it(automatic: Automatic) -> None:
    assert Message(KEY, automatic=automatic).is_automatic is (automatic is not Automatic.NO)
