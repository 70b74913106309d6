"""Every wish is done once, in order, and never too often."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from mailbridge.domain.action import (
    Action,
    AddTags,
    AmendTask,
    CloseTask,
    FileMessage,
    MoveFolder,
    OpenTask,
    Planned,
    PutAppointment,
    RemoveTags,
    SaveDraft,
)
from mailbridge.domain.casework import Appointment, Task
from mailbridge.domain.message import MessageKey
from mailbridge.store import outbox
from mailbridge.store.engine import Store
from mailbridge.store.outbox import FURTHEST, LONGEST_WAIT, State, Wish, wait_after

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ONE, TWO = MessageKey("1" * 20), MessageKey("2" * 20)


def wish(mail: MessageKey, tag: str, occasion: str = "") -> Planned:
    return Planned(AddTags(mail, (tag,)), ("why",), "because", occasion)


def add(tx: Connection, *planned: Planned, is_held: bool = False) -> int:
    return outbox.add(tx, planned, NOW, is_held=is_held)


def claim(tx: Connection, now: datetime = NOW) -> Wish | None:
    return outbox.claim(tx, now, jitter=0.0)


def claimed_tag(tx: Connection, now: datetime = NOW) -> str | None:
    found = claim(tx, now)
    if found is None:
        return None
    assert isinstance(found.action, AddTags)
    return found.action.tags[0]


def claim_and_fail(store: Store) -> None:
    with store.writing() as tx:
        claim(tx)
        raise LookupError


def test_the_same_wish_is_recorded_once_in_one_plan_or_in_two(store: Store) -> None:
    with store.writing() as tx:
        assert add(tx, wish(ONE, "a"), wish(ONE, "a"), wish(ONE, "b")) == 2
        assert add(tx, wish(ONE, "a"), wish(ONE, "c")) == 1
        assert [each.action for each in outbox.listing(tx)] == [
            AddTags(ONE, (tag,)) for tag in "abc"
        ]


def test_a_wish_that_is_done_is_not_wished_again_but_on_another_occasion(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
        claim(tx)
        outbox.settle(tx, 1, State.DONE, "", NOW)
        assert add(tx, wish(ONE, "a")) == 0
        assert add(tx, wish(ONE, "a", "a second time")) == 1


def test_a_plan_of_thousands_is_recorded(store: Store) -> None:
    plan = tuple(wish(ONE, str(number)) for number in range(2_500))
    with store.writing() as tx:
        assert outbox.add(tx, plan, NOW) == 2_500
        assert outbox.add(tx, plan, NOW) == 0


def test_the_oldest_goes_first_and_order_is_kept_for_each_mail(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"), wish(ONE, "b"), wish(TWO, "c"))
        assert claimed_tag(tx) == "a"
        # "a" is under way, so "b" waits; the other mail goes on.
        assert claimed_tag(tx) == "c"
        assert claimed_tag(tx) is None
        outbox.settle(tx, 1, State.DONE, "", NOW)
        assert claimed_tag(tx) == "b"


@pytest.mark.parametrize("end", [State.DONE, State.STOPPED, State.DROPPED])
def test_whatever_ends_a_wish_lets_the_next_one_go(store: Store, end: State) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"), wish(ONE, "b"))
        claim(tx)
        outbox.settle(tx, 1, end, "", NOW)
        assert claimed_tag(tx) == "b"


def test_a_held_wish_holds_the_later_ones_of_its_mail_and_no_others(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"), is_held=True)
        add(tx, wish(ONE, "b"), wish(TWO, "c"))
        assert claimed_tag(tx) == "c"
        assert claimed_tag(tx) is None
        assert outbox.change(tx, [1], State.DUE, NOW) == 1
        assert claimed_tag(tx) == "a"


def test_the_try_is_counted_and_the_next_one_set_before_anything_is_done(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
    with store.writing() as tx:
        claim(tx)
    # The process dies here. What is on disk says that one try was made.
    with store.reading() as tx:
        (row,) = outbox.listing(tx)
        assert (row.tries, row.next_try_at) == (1, NOW + timedelta(seconds=30))


def test_a_claim_that_is_rolled_back_counts_no_try(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
    with pytest.raises(LookupError):
        claim_and_fail(store)
    with store.reading() as tx:
        assert outbox.listing(tx)[0].tries == 0


def test_a_wish_rests_longer_after_each_try_but_never_over_an_hour(store: Store) -> None:
    waits = []
    now = NOW
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
        for _ in range(12):
            assert claim(tx, now) is not None
            assert claim(tx, now) is None
            (row,) = outbox.listing(tx)
            waits.append(row.next_try_at - now)
            now = row.next_try_at
    assert waits[:3] == [timedelta(seconds=30), MINUTE, 2 * MINUTE]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_jitter_makes_a_wait_up_to_half_as_long_again() -> None:
    assert wait_after(0, 1.0) == timedelta(seconds=45)
    assert wait_after(99, 1.0) == 1.5 * LONGEST_WAIT < FURTHEST


def test_a_clock_that_is_put_back_by_days_makes_nobody_wait_for_days(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
        claim(tx, NOW + timedelta(days=30))
        assert claimed_tag(tx) == "a"
        # And an hour put back, as no server should be in autumn, is waited for.
        assert claimed_tag(tx) is None


def test_a_server_that_asks_for_a_delay_gets_it(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
        claim(tx)
        outbox.postpone(tx, 1, "busy", NOW, 10 * MINUTE)
        assert claim(tx, NOW + 9 * MINUTE) is None
        again = claim(tx, NOW + 10 * MINUTE)
        assert again is not None
        assert again.last_error == "busy"


def test_a_server_that_asks_for_days_is_not_asked_again_at_once(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"))
        claim(tx)
        outbox.postpone(tx, 1, "closed for the week", NOW, timedelta(days=7))
        assert claim(tx) is None
        assert claim(tx, NOW + MINUTE) is None
        assert claim(tx, NOW + FURTHEST) is not None


def test_wishes_of_kinds_that_rest_are_left_for_another_time(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"), Planned(CloseTask("k", "done"), ("why",), ""))
        found = outbox.claim(tx, NOW, 0.0, {"AddTags", "FileMessage"})
        assert found is not None
        assert found.kind == "CloseTask"
        assert outbox.claim(tx, NOW, 0.0, {"AddTags"}) is None
        assert outbox.listing(tx)[0].tries == 0


ALLOWED = {
    (State.DUE, State.HELD),
    (State.HELD, State.DUE),
    (State.STOPPED, State.DUE),
    (State.DUE, State.DUE),
    (State.HELD, State.DROPPED),
    (State.DUE, State.DROPPED),
    (State.STOPPED, State.DROPPED),
}


@pytest.mark.parametrize("was", State)
@pytest.mark.parametrize("to", [State.HELD, State.DUE, State.DROPPED])
def test_what_a_person_may_make_of_a_wish(store: Store, was: State, to: State) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"), is_held=was is State.HELD)
        if was in {State.DONE, State.STOPPED, State.DROPPED}:
            outbox.settle(tx, 1, was, "so it ended", NOW)
        changed = outbox.change(tx, [1, 999], to, NOW + HOUR)
        (row,) = outbox.listing(tx)
    assert changed == ((was, to) in ALLOWED)
    assert row.state is (to if changed else was)
    if changed and to is State.DUE:
        assert (row.next_try_at, row.settled_at) == (NOW + HOUR, None)
    if changed and to is State.DROPPED:
        assert row.settled_at == NOW + HOUR


def test_lists_are_narrowed_by_state_subject_kind_number_and_length(store: Store) -> None:
    with store.writing() as tx:
        add(tx, wish(ONE, "a"), wish(TWO, "b"), Planned(CloseTask("k", "done"), ("why",), ""))
        outbox.change(tx, [2], State.HELD, NOW)

        def numbers(*rows: Wish) -> list[int]:
            return [row.seq for row in rows]

        assert numbers(*outbox.listing(tx, states=[State.HELD])) == [2]
        assert numbers(*outbox.listing(tx, subject=f"mail {ONE}")) == [1]
        assert numbers(*outbox.listing(tx, kind="CloseTask")) == [3]
        assert numbers(*outbox.listing(tx, after=1)) == [2, 3]
        assert numbers(*outbox.listing(tx, limit=1)) == [1]
        assert numbers(*outbox.wishes(tx, [3, 1, 77])) == [1, 3]
        assert outbox.counts(tx) == {
            State.HELD: 1,
            State.DUE: 2,
            State.DONE: 0,
            State.STOPPED: 0,
            State.DROPPED: 0,
        }
        assert outbox.next_due_at(tx) == NOW


def test_nothing_due_has_no_next_time(store: Store) -> None:
    with store.reading() as tx:
        assert outbox.next_due_at(tx) is None
        assert outbox.claim(tx, NOW, 0.0) is None


LONDON = ZoneInfo("Europe/London")
TASK = Task(
    "K4T7-29/1#1",
    "Chase: Anytown Council – Khan, “damp”",
    "Line one\nLine two",
    date(2026, 12, 1),
    datetime(2026, 12, 1, 9, tzinfo=LONDON),
    ("Housing", "Urgent"),
    "amina",
    "message:1",
)
EVERY = (
    AddTags(ONE, ("Housing?", "Who?")),
    RemoveTags(ONE, ("Who?",)),
    FileMessage(ONE, "INBOX", "Cases/Khan – damp (K4T7-29)", "K4T7-29"),
    MoveFolder("K4T7-29", "Cases/Khan", "Cases/Khan (K4T7-29)"),
    SaveDraft("k", ("a@b.example",), "Re: damp", "Dear …", "m1@mail.example", ("m0@mail.example",)),
    OpenTask(TASK),
    AmendTask(TASK, replace(TASK, due=date(2026, 12, 8), remind_at=None)),
    CloseTask("K4T7-29/1#1", "Answered by mail of 3 Dec"),
    PutAppointment(Appointment("k", "t", "b", TASK.remind_at or NOW, NOW, ("a",))),
)


def test_there_is_an_example_of_every_kind_of_action() -> None:
    assert {type(action) for action in EVERY} == set(get_args(Action))


@pytest.mark.parametrize("action", EVERY, ids=lambda action: type(action).__name__)
def test_every_kind_of_action_comes_back_from_the_store_as_it_went_in(
    store: Store, action: Action
) -> None:
    with store.writing() as tx:
        add(tx, Planned(action, ("one", "two"), "because", "now"))
    with store.reading() as tx:
        (row,) = outbox.listing(tx)
    assert row.action == action
    assert (row.subject, row.kind) == (action.subject, type(action).__name__)
    assert (row.reason_codes, row.words, row.occasion) == (("one", "two"), "because", "now")
