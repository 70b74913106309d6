"""One sweep of the reminders: gather, reconcile, record. No timers are stored."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Connection

from mailbridge.domain.action import AmendTask, CloseTask, OpenTask, Plan, Planned
from mailbridge.domain.casework import (
    AnswerKind,
    Case,
    Chase,
    Letter,
    LetterState,
    Task,
)
from mailbridge.domain.office import Office
from mailbridge.ports import TaskBatch, TaskList
from mailbridge.reminders.attention import Trouble, attention, working_hours
from mailbridge.reminders.policy import wanted
from mailbridge.reminders.reconcile import Deed, KnownTask, Noted, reconcile
from mailbridge.reminders.wording import closing_line, draft_of, task_of, why_closed
from mailbridge.reminders.workdays import Workdays, local_day
from mailbridge.runners.clock import Clock
from mailbridge.runners.delivery import SIGN_IN
from mailbridge.runners.intake import READ_AT
from mailbridge.runners.shelf import BROKEN
from mailbridge.store import casework, messages, outbox, people, state
from mailbridge.store.casework import TaskRow
from mailbridge.store.engine import Store

log = structlog.get_logger()

VANISHED = "task lists vanished"  # note: every task is gone at once; nobody does that on purpose
FEW = 3  # this many tasks may all go at once without anybody being asked


@dataclass(frozen=True, slots=True)
class Reminding:
    """Keeps the task lists as they should be."""

    tasks: TaskList
    store: Store
    office: Office
    clock: Clock

    def run_once(self, *, mail_is_read: bool = True) -> int:
        """Read what people did to tasks, and plan what follows. How many actions were planned.

        While the mailbox cannot be read an answer may lie in it unseen: then nobody is chased, and
        only what needs attention is told. Raises TryLater, SignInNeeded, StoreUnavailable;
        nothing is lost, the next sweep sees it.
        """
        now = self.clock()
        source = f"tasks {self.tasks.name}"
        with self.store.reading() as tx:
            since = state.cursor(tx, source)
            looked_at = state.cursor_saved_at(tx, source)
            fresh = casework.open_tasks_since(tx, looked_at) if looked_at else ()
        batch = self.tasks.changes(since)
        batch = replace(batch, gone=(*batch.gone, *self._gone_unseen(fresh, batch)))
        workdays = Workdays(self.office.nation)
        with self.store.writing() as tx:
            is_whole = self._take_in(tx, batch, now)
            plan = self._sweep(tx, workdays, now, mail_is_read=mail_is_read)
            if is_whole:  # else the same is told again at the next look, until it is mended
                state.save_cursor(tx, source, batch.cursor, now)
        if plan:
            log.info("sweep", actions=len(plan))
        return len(plan)

    def _gone_unseen(self, fresh: Iterable[TaskRow], batch: TaskBatch) -> tuple[str, ...]:
        """Tasks that we wrote since the last look and that a person deleted before this one: no
        list has told us of them, so none can tell that they are gone."""
        told = {copy.task.key for copy in batch.tasks}.union(batch.gone)
        unseen = (row.key for row in fresh if row.key not in told)
        return tuple(key for key in unseen if self.tasks.find(key) is None)

    def _take_in(self, tx: Connection, batch: TaskBatch, now: datetime) -> bool:
        """Tasks as people left them. False while so many are gone that it is taken for a fault."""
        for copy in batch.tasks:
            row = casework.task_row(tx, copy.task.key)
            if row is not None and row.version != copy.version:
                casework.put_task(tx, replace(row, now=copy.task, version=copy.version), now)
        seen = [row for row in casework.task_rows(tx, open_only=True) if row.now is not None]
        there = {copy.task.key for copy in batch.tasks}
        gone = [
            row
            for row in seen
            if row.key in batch.gone or (batch.is_complete and row.key not in there)
        ]
        lost = [row for row in gone if row.letter_id]
        has_vanished = state.note(tx, VANISHED) is not None
        is_all = len(lost) > FEW and len(lost) == sum(bool(row.letter_id) for row in seen)
        is_fault = bool(lost) and (is_all or has_vanished) and not self._is_meant(tx)
        if is_fault:
            # A list that is suddenly empty is a fault of a disk or a server, not of a person.
            state.keep_note(tx, VANISHED, str(len(lost)), now)
            log.warning("every task is gone at once: taken for a fault", tasks=len(lost))
        else:
            state.drop_note(tx, VANISHED)
        for row in gone:
            if not (is_fault and row.letter_id):
                casework.put_task(tx, replace(row, was_deleted=True), now)
        return not is_fault

    def _is_meant(self, tx: Connection) -> bool:
        """Whether a person ticked off the task that tells of the vanished ones."""
        note = state.note(tx, VANISHED)
        if note is None:
            return False
        (asking,) = attention([Trouble("vanished", "", "", note.at)], self.office)
        row = casework.task_row(tx, asking.key)
        return bool(row and row.now and row.now.is_done and not row.written.is_done)

    def _sweep(
        self, tx: Connection, workdays: Workdays, now: datetime, *, mail_is_read: bool
    ) -> Plan:
        today = local_day(now, self.office.timezone)
        chases = self._chases(tx, today, workdays) if mail_is_read else {}
        tasks = (
            *(self._task(tx, chase) for chase in chases.values()),
            *attention(self._troubles(tx, workdays, now), self.office),
        )
        # A task whose last change is still on its way is left alone until it has arrived: as it
        # stands, it would look as if a person had changed it.
        underway = {wish.subject for wish in outbox.listing(tx, states=outbox.OPEN)}
        tasks = tuple(task for task in tasks if f"task {task.key}" not in underway)
        rows = {
            row.key: row
            for row in casework.task_rows(tx, open_only=True)
            if (mail_is_read or not row.letter_id) and f"task {row.key}" not in underway
        }
        for task in tasks:
            row = rows.get(task.key) or casework.task_row(tx, task.key)
            if row is not None:
                rows[task.key] = row
        known = [
            KnownTask(row.key, row.written, row.now, row.is_open, row.was_deleted)
            for row in rows.values()
        ]
        plan, deeds = reconcile(
            tasks, known, why=lambda key: self._why(tx, rows[key]), occasion=now.isoformat()
        )
        for deed in deeds:
            self._note(tx, deed, rows[deed.key], today, now)
        plan = (*plan, *self._drafts(tx, plan, chases))
        self._record(tx, plan, rows, chases, now)
        return plan

    def _chases(self, tx: Connection, today: date, workdays: Workdays) -> dict[str, Chase]:
        letters = casework.letters_in(tx, LetterState.AWAITING)
        cases = {
            case.reference: case
            for case in casework.cases_by(
                tx, references=[letter.case_reference for letter in letters]
            )
        }
        answers = casework.answers_to(tx)
        found = wanted(letters, answers, cases, today, self.office, workdays)
        # A task that stands is never taken away for its date alone: the clock may have been put
        # back, or the wait made longer. Then its date is amended.
        stands = {row.key: row.letter_id for row in casework.task_rows(tx, open_only=True)}
        ids = set(stands.values())
        theirs = [letter for letter in letters if letter.id in ids]
        ever = wanted(theirs, answers, cases, date.max, self.office, workdays)
        return {
            chase.key: chase for chase in (*ever, *found) if chase in found or chase.key in stands
        }

    def _task(self, tx: Connection, chase: Chase) -> Task:
        case = _case_of(tx, chase.letter)
        workers = {each.email: each for each in people.all_caseworkers(tx)}
        return task_of(
            chase,
            case,
            people.constituent(tx, case.constituent_id),
            workers.get(case.caseworker),
            self.office,
        )

    def _drafts(self, tx: Connection, plan: Plan, chases: dict[str, Chase]) -> Plan:
        """A chase-up in Drafts for every chase whose task is opened now."""
        planned = []
        for each in plan:
            if not isinstance(each.action, OpenTask) or each.action.task.key not in chases:
                continue
            chase = chases[each.action.task.key]
            case = _case_of(tx, chase.letter)
            person = people.constituent(tx, case.constituent_id)
            draft = draft_of(chase, case, person, self.office)
            if draft is not None:
                planned.append(Planned(draft, ("chase-draft",), "a chase-up to send", chase.key))
        return tuple(planned)

    def _why(self, tx: Connection, row: TaskRow) -> str:
        """The line that a task ends with."""
        letter = casework.letter(tx, row.letter_id) if row.letter_id else None
        if letter is None:
            return "This has been seen to."
        if letter.state is LetterState.ANSWERED:
            answers = casework.answers_to(tx, [letter.id])
            real = [each for each in answers if each.kind is AnswerKind.SUBSTANTIVE]
            if real:
                mail = messages.message(tx, real[-1].message_key)
                return closing_line(real[-1], mail.subject if mail else "", self.office)
            return "Somebody marked the letter as answered."
        return why_closed(letter, casework.case(tx, letter.case_reference))

    def _note(self, tx: Connection, noted: Noted, row: TaskRow, today: date, now: datetime) -> None:
        """What a person did to a task. Ticked off and deleted end it; the rest is respected."""
        letter = casework.letter(tx, row.letter_id) if row.letter_id else None
        if noted.deed in (Deed.TICKED, Deed.DELETED):
            casework.put_task(tx, replace(row, is_open=False), now)
        if letter is not None and noted.deed is Deed.TICKED:
            number = int(row.key.rpartition("#")[2])
            done = max(letter.chases_done, number)
            casework.put_letter(tx, replace(letter, restarted_on=today, chases_done=done))
        if letter is not None and noted.deed is Deed.DELETED:
            casework.put_letter(tx, replace(letter, is_muted=True))
        about = f"task {row.key}"
        words = f"a person {noted.deed}" + (f": {noted.on.isoformat()}" if noted.on else "")
        if words not in {entry.words for entry in state.read_journal(tx, [about])}:
            state.write_journal(tx, about, f"task-{noted.deed.name.lower()}", words, now)

    def _record(
        self,
        tx: Connection,
        plan: Plan,
        rows: dict[str, TaskRow],
        chases: dict[str, Chase],
        now: datetime,
    ) -> None:
        """The rows as they will stand, and the wishes that make them so, in one transaction."""
        for planned in plan:
            action = planned.action
            match action:
                case OpenTask(task=task):
                    chase = chases.get(task.key)
                    letter_id = chase.letter.id if chase else ""
                    row = TaskRow(task.key, letter_id, task, None, "", True, False)  # noqa: FBT003  # columns
                case AmendTask(task=task):
                    row = replace(rows[task.key], written=task, is_open=True)
                case CloseTask(key=key):
                    ended = replace(rows[key].written, is_done=True)
                    row = replace(rows[key], written=ended, is_open=False)
                case _:
                    continue
            casework.put_task(tx, row, now)
            about = f"task {row.key}"
            state.write_journal(tx, about, planned.reason_codes[0], planned.words, now)
        is_held = self.office.holds_effects or len(plan) > self.office.most_actions
        outbox.add(tx, plan, now, is_held=is_held)

    def _troubles(self, tx: Connection, workdays: Workdays, now: datetime) -> Iterable[Trouble]:
        """What a person must see to, from what the store knows."""
        aside = state.set_aside_list(tx)
        if aside:
            yield Trouble(
                "set-aside",
                "mail could not be read",
                f"{len(aside)} mail(s) could not be understood and lie untouched where they "
                "arrived. Nothing was done with them. Read them there; `mailbridge review` names "
                "each with the reason, and `mailbridge review --seen` ends this task.",
                aside[0].at,
            )
        stopped = outbox.listing(tx, states=[outbox.State.STOPPED])
        refused = [wish for wish in stopped if wish.last_error]
        if refused:
            yield Trouble(
                "refused",
                "some changes could not be made",
                f"{len(refused)} change(s) to mail or tasks were refused and are not tried again, "
                "so something you should see may not be shown. `mailbridge review` names each "
                "with the reason, and `mailbridge outbox drop` ends this task.",
                refused[0].settled_at or now,
            )
        read = state.note(tx, READ_AT)
        hours = self.office.silent_hours
        if read and working_hours(read.at, now, self.office, workdays) >= hours:
            yield Trouble(
                "silent",
                f"no mail read for {hours} working hours",
                "The mailbox could not be read. New mail is not being filed and answers are not "
                "noticed; chases may be wrong until it is. `mailbridge status` says why.",
                read.at + timedelta(hours=1),
            )
        for name, kind, title, body in _NOTED:
            note = state.note(tx, name)
            if note:
                yield Trouble(kind, title, body, note.at)


_NOTED = (
    (
        BROKEN,
        "rules",
        "the rules have mistakes",
        """The rule files were changed and have mistakes. The old rules stay in force.
`mailbridge config check` names every mistake.""",
    ),
    (
        SIGN_IN,
        "sign-in",
        "sign-in is needed",
        """The account's credentials are not accepted any more. Nothing is read or written until
somebody signs in again; nothing is lost meanwhile.""",
    ),
    (
        VANISHED,
        "vanished",
        "every task is gone from the list",
        """All chases disappeared at once. That is taken for a fault of the list: they still count,
and this task closes by itself once they are back. If somebody deleted them on purpose, tick this
off: then their letters are not chased any more.""",
    ),
)


def _case_of(tx: Connection, letter: Letter) -> Case:
    case = casework.case(tx, letter.case_reference)
    if case is None:  # a foreign key forbids it
        message = f"letter {letter.id} has no case"
        raise LookupError(message)
    return case
