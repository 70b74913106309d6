"""Tasks wanted, as we wrote them, and as people left them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.action import AmendTask, CloseTask, OpenTask, Plan
from mailbridge.domain.casework import Task
from mailbridge.reminders.reconcile import Deed, KnownTask, Noted, reconcile

KEY = "K4T7-29/1#1"
DUE, LATER, LATEST = date(2026, 11, 25), date(2026, 12, 7), date(2027, 1, 13)
TASK = Task(
    KEY,
    "Chase: Anytown Council",
    "Asked: damp\nSent: 3 November",
    DUE,
    datetime(2026, 11, 25, 9, tzinfo=UTC),
    ("Housing",),
    link="mid:one@mp.example",
)
KNOWN = KnownTask(KEY, TASK, TASK)
MOVED = replace(TASK, due=LATER, remind_at=datetime(2026, 12, 7, 9, tzinfo=UTC))


def actions(plan: Plan) -> list[object]:
    return [planned.action for planned in plan]


def test_a_missing_task_is_opened_once() -> None:
    plan, deeds = reconcile([TASK, TASK], [])
    assert (actions(plan), deeds) == ([OpenTask(TASK)], ())
    assert plan[0].reason_codes == ("chase-due",)


def test_a_task_that_stands_as_wanted_is_left_alone() -> None:
    assert reconcile([TASK], [KNOWN]) == ((), ())


def test_a_task_not_yet_seen_is_not_opened_again() -> None:
    assert reconcile([TASK], [KnownTask(KEY, TASK)]) == ((), ())


def test_what_we_want_otherwise_is_amended_field_by_field() -> None:
    plan, _ = reconcile([MOVED], [KNOWN])
    assert actions(plan) == [AmendTask(TASK, MOVED)]


def test_a_task_no_longer_wanted_is_ticked_off_with_the_reason() -> None:
    plan, _ = reconcile([], [KNOWN], why=lambda key: f"{key} was answered")
    assert actions(plan) == [CloseTask(KEY, f"{KEY} was answered")]


def test_the_next_chase_opens_after_the_last_one_closed() -> None:
    second = replace(TASK, key="K4T7-29/1#2")
    plan, _ = reconcile([second], [KNOWN])
    assert actions(plan) == [CloseTask(KEY, "No longer needed."), OpenTask(second)]


@pytest.mark.parametrize(
    ("deed", "known"),
    [
        (Deed.TICKED, replace(KNOWN, now=replace(TASK, is_done=True))),
        (Deed.DELETED, replace(KNOWN, now=None, was_deleted=True)),
    ],
)
@pytest.mark.parametrize("wanted", [[TASK], [MOVED], []])
def test_a_task_that_a_person_ended_is_noted_and_never_touched(
    deed: Deed, known: KnownTask, wanted: list[Task]
) -> None:
    assert reconcile(wanted, [known]) == ((), (Noted(KEY, deed),))
    assert reconcile(wanted, [replace(known, is_open=False)]) == ((), ())


@pytest.mark.parametrize(
    ("deed", "now"),
    [
        (Noted(KEY, Deed.POSTPONED, LATER), replace(TASK, due=LATER)),
        (Noted(KEY, Deed.EDITED), replace(TASK, title="Ring Dave")),
        (Noted(KEY, Deed.EDITED), replace(TASK, body="Rang on Monday")),
        (Noted(KEY, Deed.GIVEN_AWAY), replace(TASK, task_list="sam@mp.example")),
    ],
)
def test_what_a_person_changed_is_noted_and_left(deed: Noted, now: Task) -> None:
    assert reconcile([TASK], [replace(KNOWN, now=now)]) == ((), (deed,))


def test_the_servers_own_spelling_is_no_change_of_a_persons() -> None:
    now = replace(
        TASK, body="Asked: damp \r\nSent: 3 November\r\n", title="Chase:  Anytown Council"
    )
    assert reconcile([TASK], [replace(KNOWN, now=now)]) == ((), ())


def test_an_amendment_starts_from_the_text_as_the_server_spells_it() -> None:
    now = replace(TASK, body="Asked: damp\r\nSent: 3 November\r\n")
    wanted = replace(TASK, body="Asked: damp, twice")
    plan, _ = reconcile([wanted], [replace(KNOWN, now=now)])
    assert actions(plan) == [AmendTask(now, wanted)]


def test_a_task_whose_closing_is_still_on_its_way_is_opened_again_after_it() -> None:
    known = KnownTask(KEY, replace(TASK, is_done=True), TASK, is_open=False)
    plan, _ = reconcile([TASK], [known])
    assert actions(plan) == [AmendTask(replace(TASK, is_done=True), TASK)]


def test_an_edited_text_stays_while_the_date_moves() -> None:
    now = replace(TASK, body="Rang on Monday")
    wanted = replace(MOVED, body="Asked: damp, and a holding reply came")
    plan, _ = reconcile([wanted], [replace(KNOWN, now=now)])
    assert actions(plan) == [AmendTask(TASK, MOVED)]


def test_a_date_that_a_person_chose_is_overruled_only_by_a_later_promise() -> None:
    postponed = replace(KNOWN, now=replace(TASK, due=LATER))
    assert reconcile([replace(TASK, due=date(2026, 12, 1))], [postponed])[0] == ()
    wanted = replace(TASK, due=LATEST, remind_at=datetime(2027, 1, 13, 9, tzinfo=UTC))
    assert actions(reconcile([wanted], [postponed])[0]) == [
        AmendTask(replace(TASK, due=LATER), wanted)
    ]


def test_a_reminder_of_ours_does_not_ring_on_a_day_the_person_moved_away_from() -> None:
    postponed = replace(KNOWN, now=replace(TASK, due=LATEST))
    assert reconcile([MOVED], [postponed])[0] == ()


def test_a_task_we_closed_is_opened_again_when_the_answer_is_taken_back() -> None:
    closed = replace(TASK, is_done=True, body=f"{TASK.body}\n\nAnswered on 24 November 2026.")
    known = KnownTask(KEY, replace(TASK, is_done=True), closed, is_open=False)
    assert reconcile([], [known]) == ((), ())
    plan, _ = reconcile([TASK], [known])
    assert actions(plan) == [AmendTask(closed, TASK)]
    assert plan[0].reason_codes == ("chase-again",)


def test_moving_a_date_away_and_back_are_different_wishes_on_different_days() -> None:
    one, _ = reconcile([MOVED], [KNOWN], occasion="2026-11-26")
    two, _ = reconcile([MOVED], [KNOWN], occasion="2026-11-28")
    assert one[0].key != two[0].key


DAYS = st.sampled_from([DUE, LATER, LATEST])
LETTERS = ["A/1"]  # letters know nothing of each other: one will do


@st.composite
def tasks(draw: st.DrawFn, key: str) -> Task:
    return Task(
        key,
        draw(st.sampled_from(["Chase: A", "Ring Dave"])),
        draw(st.sampled_from(["Asked", "Rang"])),
        draw(DAYS),
        remind_at=draw(st.sampled_from([None, datetime(2026, 11, 25, 9, tzinfo=UTC)])),
        categories=draw(st.sampled_from([(), ("Housing",)])),
        task_list=draw(st.sampled_from(["", "sam"])),
        is_done=draw(st.booleans()),
    )


@st.composite
def offices(draw: st.DrawFn) -> tuple[list[Task], list[KnownTask]]:
    """Some letters, each with one chase wanted or none, and the tasks of chases known."""
    wanted: list[Task] = []
    known: list[KnownTask] = []
    for letter in LETTERS:
        number = draw(st.integers(1, 3))
        if draw(st.booleans()):
            wanted.append(replace(draw(tasks(f"{letter}#{number}")), is_done=False))
        for n in range(1, number + 1):
            if draw(st.booleans()):
                key = f"{letter}#{n}"
                # Of a letter's tasks only the last can be open: what the runner records.
                is_open = n == number and draw(st.booleans())
                written = replace(draw(tasks(key)), is_done=not is_open and draw(st.booleans()))
                now = draw(st.none() | tasks(key))
                known.append(KnownTask(key, written, now, is_open, draw(st.booleans())))
    return wanted, known


def done(known: list[KnownTask], plan: Plan) -> list[KnownTask]:
    """What is known once a plan was carried out, as a runner records it."""
    by_key = {task.key: task for task in known}
    for planned in plan:
        match planned.action:
            case OpenTask(task):
                by_key[task.key] = KnownTask(task.key, task, task)
            case AmendTask(was, task):
                copy = by_key[task.key]
                names = [
                    name
                    for name in (
                        "title",
                        "body",
                        "due",
                        "remind_at",
                        "categories",
                        "task_list",
                        "is_done",
                    )
                    if getattr(was, name) != getattr(task, name)
                ]
                changes = {name: getattr(task, name) for name in names}
                now = replace(copy.now, **changes) if copy.now else None
                by_key[task.key] = replace(copy, written=task, now=now, is_open=True)
            case CloseTask(key, _):
                copy = by_key[key]
                now = replace(copy.now, is_done=True) if copy.now else None
                written = replace(copy.written, is_done=True)
                by_key[key] = replace(copy, written=written, now=now, is_open=False)
            case other:
                pytest.fail(f"{other} is no action on tasks")
    return list(by_key.values())


@given(offices())
def test_a_plan_carried_out_leaves_nothing_to_do(
    office: tuple[list[Task], list[KnownTask]],
) -> None:
    wanted, known = office
    plan, _ = reconcile(wanted, known)
    assert reconcile(wanted, done(known, plan))[0] == ()


@given(offices())
def test_a_persons_change_is_never_overwritten(office: tuple[list[Task], list[KnownTask]]) -> None:
    wanted, known = office
    plan, _ = reconcile(wanted, known)
    copies = {copy.key: copy for copy in known}
    for action in actions(plan):
        if not isinstance(action, AmendTask):
            continue
        copy = copies[action.task.key]
        if copy.now is None or not copy.is_open:
            continue
        assert not copy.was_deleted
        for name in ("title", "body", "categories", "task_list"):
            if getattr(copy.now, name) != getattr(copy.written, name):
                assert getattr(action.task, name) == getattr(action.was, name)
        if copy.now.due != copy.written.due and action.task.due != action.was.due:
            assert action.task.due > copy.now.due


@given(offices())
def test_a_letter_never_has_two_open_tasks(office: tuple[list[Task], list[KnownTask]]) -> None:
    wanted, known = office
    plan, _ = reconcile(wanted, known)
    for letter in LETTERS:
        standing = [
            copy.key
            for copy in done(known, plan)
            if copy.key.startswith(letter)
            and copy.is_open
            and not copy.was_deleted
            and not (copy.now and copy.now.is_done)
        ]
        assert len(standing) <= 1
