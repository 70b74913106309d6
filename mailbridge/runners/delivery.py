"""Doing what was wished for: claim a row, apply it, settle it. Look first, then do.

Every action can be applied twice without harm: it looks whether its effect is already there.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import assert_never

import structlog
from sqlalchemy import Connection

from mailbridge.domain.action import (
    Action,
    AddTags,
    AmendTask,
    CloseTask,
    FileMessage,
    MoveFolder,
    OpenTask,
    PutAppointment,
    RemoveTags,
    SaveDraft,
)
from mailbridge.domain.errors import (
    ChangedMeanwhile,
    NotThere,
    Refused,
    SignInNeeded,
    TryLater,
)
from mailbridge.domain.message import Copy, Handle, MessageKey
from mailbridge.domain.office import Office
from mailbridge.ingest.keys import key_of
from mailbridge.planning.filing import folder_of
from mailbridge.ports import Calendar, Mailbox, TaskList
from mailbridge.reminders.drafting import draft_mail
from mailbridge.runners.clock import Clock
from mailbridge.runners.faulty import where_raised
from mailbridge.runners.tasking import Outcome, amend, close, open_task
from mailbridge.store import casework, messages, outbox, state
from mailbridge.store.engine import Store, StoreUnavailable
from mailbridge.store.outbox import State, Wish

log = structlog.get_logger()

MOST_TRIES_FOR_LOST = 6  # a mail that is nowhere we look was deleted, or lies where we don't
MOST_TRIES_FOR_FAULTS = 6  # a fault of ours does not mend itself: then a person hears of it
MOST_TRIES_AT_ONCE = 3  # of a wish whose item is changed again and again under our hands
MOST_IN_A_ROW = 5  # TryLaters of one edge after which it is left in peace until the next run
SIGN_IN = "sign-in needed"  # note: nothing is tried until a person has signed in

_TASKS = frozenset({OpenTask.__name__, AmendTask.__name__, CloseTask.__name__})
_CALENDAR = frozenset({PutAppointment.__name__})
EDGES = (_TASKS, _CALENDAR, frozenset(outbox.KINDS) - _TASKS - _CALENDAR)  # the rest: the mailbox
"""Kinds of wishes by the edge that they go to."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How applying one wish ended; `record` writes down what else we now know."""

    state: State
    result: str
    record: Callable[[Connection, datetime], None] = lambda _tx, _now: None
    error: str = ""  # why it was stopped, where that is no person's doing


@dataclass(frozen=True, slots=True)
class Delivery:
    """Applies the outbox to a mailbox, its task lists and its calendar."""

    mailbox: Mailbox
    tasks: TaskList
    calendar: Calendar | None
    store: Store
    office: Office
    clock: Clock
    jitter: Callable[[], float]
    drafts: str = "Drafts"

    def run(self) -> int:
        """Apply every wish that is due. How many were claimed.

        An edge that is busy, out of reach or wants somebody to sign in is left in peace until the
        next run; what goes to the others is done. Raises SignInNeeded, once that is through.
        """
        done = 0
        resting: set[str] = set()
        in_a_row: Counter[frozenset[str]] = Counter()
        locked_out: SignInNeeded | None = None
        while (wish := self._claim(resting)) is not None:
            done += 1
            edge = next(kinds for kinds in EDGES if wish.kind in kinds)
            try:
                self._carry_out(wish)
            except SignInNeeded as error:
                # Trying once for each wish would only get the account locked.
                locked_out = error
                resting |= edge
            except TryLater as later:
                in_a_row[edge] += 1
                if later.after or in_a_row[edge] == MOST_IN_A_ROW:
                    resting |= edge
            else:
                in_a_row[edge] = 0
        if locked_out is not None:
            raise locked_out
        return done

    def _claim(self, resting: set[str]) -> Wish | None:
        with self.store.writing() as tx:
            return outbox.claim(tx, self.clock(), self.jitter(), resting)

    def _carry_out(self, wish: Wish) -> None:
        """Apply one claimed wish and write down how it ended. TryLater and SignInNeeded are
        passed on as well: they say something about the whole edge."""
        try:
            self._settle(wish, self._apply(wish))
        except TryLater as later:
            self._postpone(wish, str(later), later.after or None)
            raise
        except SignInNeeded as error:
            self._postpone(wish, str(error))
            raise
        except ChangedMeanwhile as error:
            at_once = wish.tries + 1 < MOST_TRIES_AT_ONCE
            self._postpone(wish, str(error), timedelta() if at_once else None)
        except NotThere as error:
            # Intake may yet tell where the mail went; after some tries it is nowhere we look: most
            # likely a person deleted it, and need not be told.
            self._postpone_or_stop(wish, str(error), MOST_TRIES_FOR_LOST, told="")
        except Refused as error:
            self._settle(wish, Settled(State.STOPPED, str(error), error=str(error)))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the next wish has its turn
            where = where_raised(error)
            log.error("an action failed", key=wish.key, kind=wish.kind, where=where)
            words = f"mailbridge failed ({where})"
            self._postpone_or_stop(wish, words, MOST_TRIES_FOR_FAULTS, told=words)

    def _settle(self, wish: Wish, settled: Settled) -> None:
        with self.store.writing() as tx:
            now = self.clock()
            settled.record(tx, now)
            outbox.settle(tx, wish.seq, settled.state, settled.result, now, settled.error)
        log.info("action", key=wish.key, kind=wish.kind, state=settled.state, tries=wish.tries + 1)

    def _postpone(self, wish: Wish, error: str, after: timedelta | None = None) -> None:
        with self.store.writing() as tx:
            outbox.postpone(tx, wish.seq, error, self.clock(), after)
        log.info("action", key=wish.key, kind=wish.kind, state="try later", tries=wish.tries + 1)

    def _postpone_or_stop(self, wish: Wish, error: str, most_tries: int, *, told: str) -> None:
        if wish.tries + 1 < most_tries:
            self._postpone(wish, error)
        else:
            self._settle(wish, Settled(State.STOPPED, error, error=told))

    def _apply(self, wish: Wish) -> Settled:  # one branch an action
        action: Action = wish.action
        match action:
            case AddTags():
                return self._add_tags(action)
            case RemoveTags():
                return self._remove_tags(action)
            case FileMessage():
                return self._file(action)
            case MoveFolder():
                return self._move_folder(action, wish.tries)
            case SaveDraft():
                return self._save_draft(action, wish.created_at)
            case OpenTask():
                return self._task(open_task(self.tasks, action), action.task.key)
            case AmendTask():
                return self._task(amend(self.tasks, action), action.task.key)
            case CloseTask():
                return self._task(close(self.tasks, action), action.key)
            case PutAppointment():
                return self._put_appointment(action)
            case _:
                assert_never(action)

    def _add_tags(self, action: AddTags) -> Settled:
        with self.store.reading() as tx:
            declined = {
                each.tag
                for each in messages.suggestions_for(tx, [action.message])
                if each.state == "declined"
            }
        tags = [tag for tag in action.tags if tag.removesuffix("?") not in declined]
        if not tags:
            return Settled(State.STOPPED, "a person took this category off: never put back")
        copy = self._copy_of(action.message)
        self.mailbox.add_tags(copy.handle, [self.mailbox.spelling(tag) for tag in tags])
        return self._tagged(copy.handle, action.message, frozenset(tags), frozenset())

    def _remove_tags(self, action: RemoveTags) -> Settled:
        copy = self._copy_of(action.message)
        self.mailbox.remove_tags(copy.handle, [self.mailbox.spelling(tag) for tag in action.tags])
        return self._tagged(copy.handle, action.message, frozenset(), frozenset(action.tags))

    def _tagged(
        self,
        handle: Handle,
        key: MessageKey,
        added: frozenset[str],
        removed: frozenset[str],
    ) -> Settled:
        """Remember only our own difference: what people did meanwhile is for intake to find."""

        def record(tx: Connection, now: datetime) -> None:
            known = messages.copies_at(tx, self.mailbox.name, [handle]).get(handle)
            if known is not None:
                tags = (known.tags | added) - removed
                # The old version stays: intake looks at this copy once more and finds no change.
                copy = Copy(known.folder, handle, known.version, tags, known.role)
                messages.note_copy(tx, self.mailbox.name, copy, key, now)

        return Settled(State.DONE, ", ".join(sorted(added or removed)), record)

    def _copy_of(self, key: MessageKey) -> Copy:
        """Where a mail lies now: where we saw it last, or where its case's mail lies."""
        with self.store.reading() as tx:
            known = messages.copies_of(tx, self.mailbox.name, key)
            decision = messages.decisions_for(tx, [key]).get(key)
            found = messages.message(tx, key)
            case = casework.case(tx, decision.case_reference) if decision else None
        for place in known:
            try:
                return self.mailbox.look(place.handle)
            except NotThere:
                continue
        folders = dict.fromkeys([place.folder for place in known])
        if case is not None:
            folders[folder_of(case, self.office)] = None
        for folder in folders:
            handle = self.mailbox.find(key, found.message_id if found else "", folder)
            if handle is not None:
                return self.mailbox.look(handle)
        message = "the mail is in none of the folders where it was seen"
        raise NotThere(message)

    def _file(self, action: FileMessage) -> Settled:
        """The copy still where we saw it → move; already in the target → done; else a person
        took it, and their word stands."""
        with self.store.reading() as tx:
            case = casework.case(tx, action.case_reference) if action.case_reference else None
            known = messages.copies_of(tx, self.mailbox.name, action.message)
            found = messages.message(tx, action.message)
            stands = messages.decisions_for(tx, [action.message]).get(action.message)
        if stands and stands.by_person and stands.case_reference != action.case_reference:
            return Settled(State.STOPPED, "a person decided otherwise: their word stands")
        target = folder_of(case, self.office) if case else action.folder
        message_id = found.message_id if found else ""
        for place in known:
            if place.folder != action.from_folder:
                continue
            try:
                if self.mailbox.look(place.handle).folder == action.from_folder:
                    return self._moved(place.handle, action, target)
            except NotThere:
                continue
        there = self.mailbox.find(action.message, message_id, target)
        if there is not None:
            return self._filed(there, None, action, target)
        here = self.mailbox.find(action.message, message_id, action.from_folder)
        if here is not None:
            return self._moved(here, action, target)
        return Settled(State.STOPPED, "a person moved it elsewhere: it stays there")

    def _moved(self, handle: Handle, action: FileMessage, target: str) -> Settled:
        return self._filed(self.mailbox.move(handle, target), handle, action, target)

    def _filed(
        self, handle: Handle, old: Handle | None, action: FileMessage, target: str
    ) -> Settled:
        copy = self.mailbox.look(handle)

        def record(tx: Connection, now: datetime) -> None:
            name = self.mailbox.name
            known = messages.copies_of(tx, name, action.message)
            before = next((each for each in known if each.folder == action.from_folder), None)
            # The version of before the move: intake looks once more, in case people tagged it.
            tags = before.tags if before else frozenset[str]()
            messages.forget_copies(tx, name, [each for each in (old,) if each is not None])
            messages.note_copy(tx, name, replace(copy, tags=tags), action.message, now)
            case = casework.case(tx, action.case_reference) if action.case_reference else None
            if case is not None and case.folder != target:
                casework.put_case(tx, replace(case, folder=target))
            state.write_journal(
                tx, f"mail {action.message}", "filed", f"moved to {target} by mailbridge", now
            )

        return Settled(State.DONE, target, record)

    def _move_folder(self, action: MoveFolder, earlier_tries: int) -> Settled:
        """The old name is gone → at the first try a person renamed it, and theirs stays; later it
        was most likely ourselves, cut short. If it was not, the next look at the folders tells."""
        try:
            self.mailbox.move_folder(action.old, action.new)
        except NotThere:
            if not earlier_tries:
                return Settled(State.DONE, "it is not called that any more")

        def record(tx: Connection, now: datetime) -> None:
            case = casework.case(tx, action.case_reference)
            if case is not None:
                casework.put_case(tx, replace(case, folder=action.new))
            messages.rename_folder(tx, self.mailbox.name, action.old, action.new)
            about = f"case {action.case_reference}"
            state.write_journal(tx, about, "folder-moved", f"its folder is now {action.new}", now)

        return Settled(State.DONE, action.new, record)

    def _save_draft(self, action: SaveDraft, created_at: datetime) -> Settled:
        """The same wish makes the same mail, so a draft that is already there is found."""
        raw = draft_mail(action, self.office, created_at)
        key, message_id = key_of(BytesIO(raw))
        if self.mailbox.find(key, message_id, self.drafts) is None:
            self.mailbox.save_draft(raw)
        return Settled(State.DONE, message_id)

    def _task(self, outcome: Outcome, key: str) -> Settled:
        """Remember the task as it stands now, so that the next sweep sees what people change."""

        def record(tx: Connection, now: datetime) -> None:
            row = casework.task_row(tx, key)
            if row is not None and outcome.copy is not None:
                row = replace(row, now=outcome.copy.task, version=outcome.copy.version)
                casework.put_task(tx, row, now)

        return Settled(State.DONE, outcome.words, record)

    def _put_appointment(self, action: PutAppointment) -> Settled:
        if self.calendar is None:
            return Settled(State.STOPPED, "the office keeps no calendar that mailbridge may use")
        if self.calendar.find_appointment(action.appointment.key) != action.appointment:
            self.calendar.put_appointment(action.appointment)
        return Settled(State.DONE, action.appointment.key)
