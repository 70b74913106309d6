"""Doing what was wished for: the effect, a second time without harm, and what people did first."""

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

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
from mailbridge.domain.casework import Appointment, Case, Task
from mailbridge.domain.errors import (
    ChangedMeanwhile,
    EdgeError,
    NotThere,
    Refused,
    SignInNeeded,
    TryLater,
)
from mailbridge.domain.finding import Facet, Match, Outcome, Reason, Suggestion, Verdict
from mailbridge.domain.message import Handle, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.faults import Faults, PowerCut
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.mailboxes.memory import MemoryMailbox
from mailbridge.reminders.tasklists.memory import MemoryCalendar, MemoryTaskList
from mailbridge.runners.delivery import (
    MOST_IN_A_ROW,
    MOST_TRIES_FOR_FAULTS,
    MOST_TRIES_FOR_LOST,
    Delivery,
)
from mailbridge.store import casework, messages, outbox, state
from mailbridge.store.engine import Store, StoreUnavailable, open_store
from mailbridge.store.outbox import State, Wish

START = datetime(2026, 11, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = Office(name="Office of Jo Placeholder MP", emails=("office@mp.example",))
CASE = Case("K4T7-29", "Khan – damp", folder="Cases/Khan – damp (K4T7-29)")
TASK = Task("K4T7-29/1#1", "Chase: Council", "We asked.", date(2026, 12, 1))


@dataclass
class Desk:
    """Edges in memory, a store, and a clock that moves when told."""

    store: Store
    now: datetime = START
    faults: Faults = field(default_factory=Faults)
    mailbox: MemoryMailbox = field(init=False)
    tasks: MemoryTaskList = field(init=False)
    calendar: MemoryCalendar = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.mailbox = MemoryMailbox(faults=self.faults)
        self.tasks = MemoryTaskList(faults=self.faults)
        self.calendar = MemoryCalendar(faults=self.faults)
        with self.store.writing() as tx:
            casework.put_case(tx, CASE)

    def delivery(self, *, has_calendar: bool = True) -> Delivery:
        calendar = self.calendar if has_calendar else None
        return Delivery(
            self.mailbox, self.tasks, calendar, self.store, OFFICE, lambda: self.now, lambda: 0.0
        )

    def runs(self) -> int:
        return self.delivery().run()

    def receives(self, folder: str = "INBOX") -> tuple[MessageKey, Handle]:
        """A mail that intake has seen."""
        self.number += 1
        raw = (
            f"Message-ID: <m{self.number}@mail.example>\r\nFrom: a@home.example\r\n"
            "Date: Tue, 03 Nov 2026 09:00:00 +0000\r\nSubject: Damp\r\n\r\nHello\r\n"
        ).encode()
        handle = self.mailbox.deliver(raw, folder, self.now)
        key, message_id = key_of(io.BytesIO(raw))
        with self.store.writing() as tx:
            messages.put_message(tx, Message(key, message_id), (), folder, self.now)
        self.sees(key, handle)
        return key, handle

    def sees(self, key: MessageKey, handle: Handle) -> None:
        with self.store.writing() as tx:
            copy = self.mailbox.look(handle)
            messages.note_copy(tx, self.mailbox.name, copy, key, self.now)

    def wishes(self, *actions: Action, occasion: str = "") -> None:
        plan = tuple(Planned(action, ("why",), "because", occasion) for action in actions)
        with self.store.writing() as tx:
            outbox.add(tx, plan, self.now)

    def rows(self) -> tuple[Wish, ...]:
        with self.store.reading() as tx:
            return outbox.listing(tx)

    @property
    def row(self) -> Wish:
        (row,) = self.rows()
        return row

    def tags(self, handle: Handle) -> set[str]:
        return set(self.mailbox.look(handle).tags)

    def decides(self, key: MessageKey, reference: str | None, *, by_person: bool) -> None:
        outcome = Outcome.MATCHED if reference else Outcome.NOBODY
        case = Verdict(outcome, reference, reasons=(Reason("test", ""),))
        with self.store.writing() as tx:
            match = Match(Verdict(Outcome.NOBODY), case)
            messages.put_decision(tx, key, match, (), self.now, by_person=by_person)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def desk(empty_file: Path, tmp_path: Path) -> Iterator[Desk]:
    path = shutil.copy(empty_file, tmp_path / "store.sqlite")
    store = open_store(f"sqlite:///{path}")
    yield Desk(store)
    store.close()


def filing(key: MessageKey, here: str = "INBOX") -> FileMessage:
    return FileMessage(key, here, CASE.folder, CASE.reference)


# --- each kind: its effect, and no other when it is applied again ---------------------------------


def _add(desk: Desk) -> tuple[Action, Callable[[], object]]:
    key, handle = desk.receives()
    desk.mailbox.person_tags(handle, add=["Own"])
    return AddTags(key, ("Housing?",)), lambda: desk.tags(handle) == {"Own", "Housing?"}


def _remove(desk: Desk) -> tuple[Action, Callable[[], object]]:
    key, handle = desk.receives()
    desk.mailbox.person_tags(handle, add=["Own", "Who?"])
    return RemoveTags(key, ("Who?",)), lambda: desk.tags(handle) == {"Own"}


def _file(desk: Desk) -> tuple[Action, Callable[[], object]]:
    key, _ = desk.receives()
    return filing(
        key
    ), lambda: (len(desk.mailbox.mails(CASE.folder)), len(desk.mailbox.mails("INBOX"))) == (1, 0)


def _move_folder(desk: Desk) -> tuple[Action, Callable[[], object]]:
    desk.receives(CASE.folder)
    action = MoveFolder(CASE.reference, CASE.folder, "Cases/Closed/Khan")

    def holds() -> bool:
        with desk.store.reading() as tx:
            case = casework.case(tx, CASE.reference)
            known = messages.folders_with_copies(tx, "office")
        there = len(desk.mailbox.mails("Cases/Closed/Khan")) == 1
        return there and case is not None and (case.folder, *known) == ("Cases/Closed/Khan",) * 2

    return action, holds


def _draft(desk: Desk) -> tuple[Action, Callable[[], object]]:
    action = SaveDraft("K4T7-29/1#1", ("council@anytown.example",), "Re: Damp", "Dear …")
    return action, lambda: len(desk.mailbox.mails("Drafts")) == 1


def _open(desk: Desk) -> tuple[Action, Callable[[], object]]:
    return OpenTask(TASK), lambda: desk.tasks.titles() == (TASK.title,)


def _amend(desk: Desk) -> tuple[Action, Callable[[], object]]:
    desk.tasks.put(TASK, None)
    later = replace(TASK, due=date(2026, 12, 8))
    return AmendTask(TASK, later), lambda: _now(desk).due == later.due


def _close(desk: Desk) -> tuple[Action, Callable[[], object]]:
    desk.tasks.put(TASK, None)
    body = "We asked.\n\nAnswered on 2 December.\n"
    return CloseTask(
        TASK.key, "Answered on 2 December."
    ), lambda: (_now(desk).is_done, _now(desk).body) == (True, body)


def _appointment(desk: Desk) -> tuple[Action, Callable[[], object]]:
    entry = Appointment("review/2026-W49", "Casework review", "…", START, START + HOUR)
    return PutAppointment(entry), lambda: desk.calendar.appointments == {entry.key: entry}


def _now(desk: Desk) -> Task:
    copy = desk.tasks.find(TASK.key)
    assert copy is not None
    return copy.task


KINDS = (_add, _remove, _file, _move_folder, _draft, _open, _amend, _close, _appointment)
Kind = Callable[[Desk], tuple[Action, Callable[[], object]]]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__.strip("_"))


def test_there_is_a_test_for_every_kind_of_action(desk: Desk) -> None:
    made = set()
    for kind in KINDS:
        desk.tasks = MemoryTaskList()
        made.add(type(kind(desk)[0]).__name__)
    assert made == set(outbox.KINDS)


@every_kind
def test_a_wish_has_its_effect_and_the_same_again_changes_nothing(desk: Desk, kind: Kind) -> None:
    action, holds = kind(desk)
    desk.wishes(action)
    assert desk.runs() == 1
    assert holds()
    desk.wishes(action, occasion="again")
    assert desk.runs() == 1
    assert holds()
    assert [row.state for row in desk.rows()] == [State.DONE, State.DONE]


@every_kind
def test_a_power_cut_at_any_step_leaves_a_wish_that_is_done_once(desk: Desk, kind: Kind) -> None:
    action, holds = kind(desk)
    desk.wishes(action)
    cuts = 0
    for step in range(1, 40):
        desk.faults.cut_at(step)
        try:
            desk.runs()
        except PowerCut:
            cuts += 1
        else:
            break
        finally:
            desk.faults.cut_at(0)
            desk.now += 2 * HOUR
    assert cuts > 0
    assert holds()
    assert desk.row.state is State.DONE
    assert desk.row.tries == cuts + 1


@every_kind
def test_try_later_is_tried_later(desk: Desk, kind: Kind) -> None:
    action, holds = kind(desk)
    desk.wishes(action)
    desk.faults.each = failing(TryLater("busy"))
    assert desk.runs() == 1
    desk.faults.each = failing(None)
    row = desk.row
    assert (row.state, row.tries, row.last_error) == (State.DUE, 1, "busy")
    assert row.next_try_at == START + timedelta(seconds=30)
    assert desk.runs() == 0
    desk.now = row.next_try_at
    assert desk.runs() == 1
    assert holds()
    assert (desk.row.state, desk.row.last_error) == (State.DONE, "")


@every_kind
def test_a_refusal_stops_the_wish_with_the_servers_words(desk: Desk, kind: Kind) -> None:
    action, _ = kind(desk)
    desk.wishes(action)
    desk.faults.each = failing(Refused("The mailbox is full."))
    desk.runs()
    assert (desk.row.state, desk.row.result) == (State.STOPPED, "The mailbox is full.")
    desk.faults.each = failing(None)
    assert desk.runs() == 0


@every_kind
def test_a_fault_of_ours_costs_no_other_wish_its_turn_and_ends_with_a_person(
    desk: Desk, kind: Kind
) -> None:
    action, _ = kind(desk)
    desk.wishes(action)
    desk.faults.each = failing(KeyError("CANARY"))
    for _ in range(MOST_TRIES_FOR_FAULTS):
        assert desk.runs() == 1
        desk.now += 2 * HOUR
    assert desk.row.state is State.STOPPED
    assert desk.row.result.startswith("mailbridge failed (KeyError at ")
    assert desk.row.last_error == desk.row.result  # so a task tells of it
    assert "CANARY" not in desk.row.result


def failing(error: Exception | None) -> Callable[[str], None]:
    """Every step of every edge fails so; None: none does."""

    def step(_name: str) -> None:
        if error is not None:
            raise error

    return step


# --- the edges' errors -------------------------------------------------------------------------


def test_a_server_that_names_a_delay_gets_it(desk: Desk) -> None:
    desk.wishes(OpenTask(TASK))
    desk.faults.fail("before find", TryLater("throttled", timedelta(minutes=7)))
    desk.runs()
    assert desk.row.next_try_at == START + timedelta(minutes=7)


def test_a_server_that_names_days_does_not_keep_the_run_going_for_ever(desk: Desk) -> None:
    desk.wishes(OpenTask(TASK))
    desk.faults.each = failing(TryLater("closed", timedelta(days=3)))
    assert desk.runs() == 1
    assert desk.runs() == 0


def test_a_server_that_asks_to_wait_is_left_in_peace_and_the_others_go_on(desk: Desk) -> None:
    keys = [desk.receives()[0] for _ in range(3)]
    desk.wishes(*(AddTags(key, ("Who?",)) for key in keys), OpenTask(TASK))
    desk.faults.fail("before look", TryLater("throttled", timedelta(minutes=7)))
    assert desk.runs() == 2
    assert [row.state for row in desk.rows()] == [State.DUE, State.DUE, State.DUE, State.DONE]
    # The other mails are not held back by the delay that was named for the first.
    assert [row.tries for row in desk.rows()[:3]] == [1, 0, 0]
    assert desk.runs() == 2


def test_a_server_out_of_reach_is_asked_a_few_times_a_run_and_not_for_each_wish(
    desk: Desk,
) -> None:
    keys = [desk.receives()[0] for _ in range(MOST_IN_A_ROW + 20)]
    desk.wishes(*(AddTags(key, ("Who?",)) for key in keys), OpenTask(TASK))
    desk.mailbox.faults = Faults()
    desk.mailbox.faults.each = failing(TryLater("connection refused"))
    assert desk.runs() == MOST_IN_A_ROW + 1
    assert desk.tasks.titles() == (TASK.title,)


def test_wishes_that_fail_now_and_then_do_not_stop_the_run(desk: Desk) -> None:
    keys = [desk.receives()[0] for _ in range(4 * MOST_IN_A_ROW)]
    desk.wishes(*(AddTags(key, ("Who?",)) for key in keys))
    calls = iter(range(10_000))

    def every_other_look(step: str) -> None:
        if step == "before look" and next(calls) % 2:
            raise TryLater("busy")

    desk.faults.each = every_other_look
    assert desk.runs() == len(keys)


def test_an_account_that_needs_a_sign_in_is_tried_once_a_run_lest_it_be_locked(
    desk: Desk,
) -> None:
    keys = [desk.receives()[0] for _ in range(5)]
    desk.wishes(*(AddTags(key, ("Who?",)) for key in keys), OpenTask(TASK))
    desk.mailbox.faults = Faults()
    desk.mailbox.faults.each = failing(SignInNeeded("Sign in again."))
    with pytest.raises(SignInNeeded, match="Sign in again"):
        desk.runs()
    assert desk.mailbox.faults.reached == ["before look"]
    assert desk.tasks.titles() == (TASK.title,)
    assert {row.state for row in desk.rows()} == {State.DUE, State.DONE}
    desk.mailbox.faults.each = failing(None)
    desk.now += HOUR
    assert desk.runs() == 5


def test_what_changed_meanwhile_is_looked_at_again_at_once(desk: Desk) -> None:
    desk.tasks.put(TASK, None)
    desk.wishes(CloseTask(TASK.key, "Answered."))
    desk.faults.fail("before put", ChangedMeanwhile("somebody types"))
    assert desk.runs() == 2
    assert _now(desk).is_done
    assert desk.row.tries == 2


def test_what_changes_again_and_again_is_left_for_later(desk: Desk) -> None:
    desk.tasks.put(TASK, None)
    desk.wishes(CloseTask(TASK.key, "Answered."))
    desk.faults.each = failing(ChangedMeanwhile("somebody types"))
    assert desk.runs() == 3
    assert desk.row.next_try_at > desk.now


@pytest.mark.parametrize("kind", [AddTags, RemoveTags])
def test_a_mail_that_is_nowhere_is_looked_for_a_few_times_and_then_given_up(
    desk: Desk, kind: type[AddTags | RemoveTags]
) -> None:
    key, handle = desk.receives()
    desk.mailbox.person_deletes(handle)
    desk.wishes(kind(key, ("Who?",)))
    for _ in range(MOST_TRIES_FOR_LOST - 1):
        assert desk.runs() == 1
        assert desk.row.state is State.DUE
        desk.now += 2 * HOUR
    desk.runs()
    assert desk.row.state is State.STOPPED
    assert "in none of the folders" in desk.row.result
    assert not desk.row.last_error  # most likely a person deleted it, and need not be told


def test_a_mail_that_turns_up_again_gets_its_category(desk: Desk) -> None:
    key, handle = desk.receives()
    moved = desk.mailbox.person_moves(handle, "To do")
    desk.wishes(AddTags(key, ("Who?",)))
    desk.runs()
    assert desk.row.state is State.DUE
    desk.sees(key, moved)
    desk.now += HOUR
    desk.runs()
    assert desk.tags(moved) == {"Who?"}


def test_the_store_in_trouble_ends_the_run_and_the_wish_stays(desk: Desk) -> None:
    desk.wishes(OpenTask(TASK))
    desk.faults.each = failing(StoreUnavailable("full"))
    with pytest.raises(StoreUnavailable):
        desk.runs()
    assert desk.row.state is State.DUE


@pytest.mark.parametrize(
    "error", [TryLater("x"), ChangedMeanwhile("x"), NotThere("x"), Refused("x"), KeyError("x")]
)
def test_no_error_of_one_wish_keeps_another_from_being_done(desk: Desk, error: Exception) -> None:
    key, _ = desk.receives()
    desk.wishes(AddTags(key, ("Who?",)), OpenTask(TASK))
    desk.mailbox.faults = Faults()
    desk.mailbox.faults.each = failing(error)
    desk.runs()
    assert desk.tasks.titles() == (TASK.title,)
    assert isinstance(error, EdgeError | KeyError)


# --- filing ------------------------------------------------------------------------------------


def test_a_mail_goes_into_its_cases_folder_as_it_is_called_by_then(desk: Desk) -> None:
    key, _ = desk.receives()
    desk.wishes(filing(key))
    with desk.store.writing() as tx:
        casework.put_case(tx, replace(CASE, folder="Cases/Khan – mould (K4T7-29)"))
    desk.runs()
    assert len(desk.mailbox.mails("Cases/Khan – mould (K4T7-29)")) == 1
    assert desk.row.result == "Cases/Khan – mould (K4T7-29)"


def test_the_first_mail_gives_a_case_its_folder(desk: Desk) -> None:
    with desk.store.writing() as tx:
        casework.put_case(tx, replace(CASE, folder=""))
    key, _ = desk.receives()
    desk.wishes(filing(key))
    desk.runs()
    with desk.store.reading() as tx:
        case = casework.case(tx, CASE.reference)
    assert case is not None
    assert case.folder == CASE.folder


def test_a_mail_that_a_person_took_elsewhere_stays_there(desk: Desk) -> None:
    key, handle = desk.receives()
    desk.mailbox.person_moves(handle, "Cases/Another")
    desk.wishes(filing(key))
    desk.runs()
    assert desk.row.state is State.STOPPED
    assert "a person moved it elsewhere" in desk.row.result
    assert len(desk.mailbox.mails("Cases/Another")) == 1


def test_a_mail_that_a_person_filed_where_we_would_is_done(desk: Desk) -> None:
    key, handle = desk.receives()
    desk.mailbox.person_moves(handle, CASE.folder)
    desk.wishes(filing(key))
    desk.runs()
    assert (desk.row.state, desk.row.result) == (State.DONE, CASE.folder)


def test_a_mail_that_a_person_moved_back_is_never_filed_by_an_older_wish(desk: Desk) -> None:
    key, _ = desk.receives()
    desk.wishes(filing(key))
    desk.decides(key, None, by_person=True)
    desk.runs()
    assert desk.row.state is State.STOPPED
    assert len(desk.mailbox.mails("INBOX")) == 1


def test_a_mail_that_a_person_gave_to_this_case_is_filed(desk: Desk) -> None:
    key, _ = desk.receives()
    desk.wishes(filing(key))
    desk.decides(key, CASE.reference, by_person=True)
    desk.runs()
    assert desk.row.state is State.DONE


def test_a_mail_whose_handle_died_is_found_in_its_folder(desk: Desk) -> None:
    key, handle = desk.receives()
    away = desk.mailbox.person_moves(handle, "To do")
    desk.mailbox.person_moves(away, "INBOX")
    desk.wishes(filing(key))
    desk.runs()
    assert len(desk.mailbox.mails(CASE.folder)) == 1


def test_filing_leaves_one_known_copy_with_what_people_tagged_still_to_be_seen(
    desk: Desk,
) -> None:
    key, handle = desk.receives()
    desk.mailbox.person_tags(handle, add=["Housing"])
    desk.wishes(filing(key))
    desk.runs()
    with desk.store.reading() as tx:
        (known,) = messages.copies_of(tx, "office", key)
        journal = state.read_journal(tx, [f"mail {key}"])
    assert known.folder == CASE.folder
    assert known.tags == frozenset()  # as last seen: the next look finds "Housing" new
    assert [entry.code for entry in journal] == ["filed"]


# --- categories --------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["Housing", "Housing?"])
def test_a_declined_tag_is_never_put_back(desk: Desk, tag: str) -> None:
    key, handle = desk.receives()
    with desk.store.writing() as tx:
        housing = Suggestion("Housing", Facet.ISSUE, 0.9, "rule")
        messages.put_suggestion(tx, key, housing, "declined", desk.now)
    desk.wishes(AddTags(key, (tag, "Urgent?")), AddTags(key, (tag,)))
    desk.runs()
    assert desk.tags(handle) == {"Urgent?"}
    assert [row.state for row in desk.rows()] == [State.DONE, State.STOPPED]


def test_a_category_follows_a_mail_into_its_cases_folder(desk: Desk) -> None:
    key, handle = desk.receives()
    desk.decides(key, CASE.reference, by_person=False)
    moved = desk.mailbox.person_moves(handle, CASE.folder)
    desk.wishes(AddTags(key, ("Urgent?",)))
    desk.runs()
    assert desk.tags(moved) == {"Urgent?"}


def test_only_our_own_difference_is_remembered(desk: Desk) -> None:
    key, handle = desk.receives()
    desk.mailbox.person_tags(handle, add=["Housing"])
    desk.wishes(AddTags(key, ("Urgent?",)))
    desk.runs()
    with desk.store.reading() as tx:
        (known,) = messages.copies_of(tx, "office", key)
    assert known.tags == {"Urgent?"}
    assert known.version != desk.mailbox.look(handle).version


# --- folders, drafts, tasks, calendar ----------------------------------------------------------


def test_a_folder_that_a_person_renamed_first_keeps_their_name(desk: Desk) -> None:
    desk.mailbox.person_makes_folder("Cases/Theirs")
    desk.wishes(MoveFolder(CASE.reference, CASE.folder, "Cases/Ours"))
    desk.runs()
    assert desk.row.state is State.DONE
    names = [folder.name for folder in desk.mailbox.changes(None).folders]
    assert "Cases/Theirs" in names
    assert "Cases/Ours" not in names


def test_a_folder_never_takes_the_name_of_another(desk: Desk) -> None:
    for name in (CASE.folder, "Cases/Taken"):
        desk.mailbox.person_makes_folder(name)
    desk.wishes(MoveFolder(CASE.reference, CASE.folder, "Cases/Taken"))
    desk.runs()
    assert desk.row.state is State.STOPPED
    with desk.store.reading() as tx:
        case = casework.case(tx, CASE.reference)
    assert case is not None
    assert case.folder == CASE.folder


def test_a_draft_that_a_person_changed_is_not_written_over(desk: Desk) -> None:
    action, _ = _draft(desk)
    desk.wishes(action)
    desk.runs()
    (draft,) = desk.mailbox.mails("Drafts")
    raw = desk.mailbox.raw(draft)
    desk.mailbox.person_deletes(draft)
    desk.mailbox.deliver(raw.replace(b"Dear", b"My dear"), "Drafts")
    desk.wishes(action, occasion="crash")  # at the same time: the very same draft
    desk.runs()
    assert len(desk.mailbox.mails("Drafts")) == 1


def test_a_task_that_people_changed_keeps_their_fields_and_gets_ours(desk: Desk) -> None:
    desk.tasks.put(TASK, None)
    desk.tasks.person_edits(TASK.key, title="Ring them")
    later = replace(TASK, title="Chase again", due=date(2026, 12, 8), body="New words.")
    desk.wishes(AmendTask(TASK, later))
    desk.runs()
    now = _now(desk)
    assert (now.title, now.due, now.body) == ("Ring them", date(2026, 12, 8), "New words.")


@pytest.mark.parametrize(
    "action", [AmendTask(TASK, replace(TASK, title="Else")), CloseTask(TASK.key, "Answered.")]
)
def test_a_task_that_a_person_deleted_stays_deleted(desk: Desk, action: Action) -> None:
    desk.wishes(action)
    desk.runs()
    assert (desk.row.state, desk.row.result) == (
        State.DONE,
        "a person deleted it: it stays deleted",
    )
    assert desk.tasks.titles() == ()


def test_a_task_that_is_ticked_off_gets_no_second_line(desk: Desk) -> None:
    desk.tasks.put(TASK, None)
    desk.tasks.person_completes(TASK.key)
    desk.wishes(CloseTask(TASK.key, "Answered."))
    desk.runs()
    assert _now(desk).body == TASK.body


def test_the_task_is_remembered_as_it_stands_now(desk: Desk) -> None:
    row = casework.TaskRow(TASK.key, "", TASK, None, "", is_open=True, was_deleted=False)
    with desk.store.writing() as tx:
        casework.put_task(tx, row, desk.now)
    desk.wishes(OpenTask(TASK))
    desk.runs()
    with desk.store.reading() as tx:
        now = casework.task_row(tx, TASK.key)
    copy = desk.tasks.find(TASK.key)
    assert now is not None
    assert copy is not None
    assert (now.now, now.version) == (TASK, copy.version)


def test_an_office_without_a_calendar_is_told_so(desk: Desk) -> None:
    action, _ = _appointment(desk)
    desk.wishes(action)
    desk.delivery(has_calendar=False).run()
    assert desk.row.state is State.STOPPED
    assert "no calendar" in desk.row.result
