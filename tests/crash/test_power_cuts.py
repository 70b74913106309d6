"""The power fails at any step while mail flows in and people move things: at rest, all is well."""

import io
import os
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mailbridge.domain.action import AddTags, FileMessage
from mailbridge.domain.casework import LetterState
from mailbridge.domain.errors import TryLater
from mailbridge.ingest.keys import key_of
from mailbridge.shipped import rules_dir
from mailbridge.store import casework, messages, outbox, state
from mailbridge.store.engine import open_store
from mailbridge.store.outbox import State
from tests.crash.office import CrashOffice

ANSWERS = (rules_dir() / "answers.toml").read_text(encoding="utf-8")
CONSTITUENT = "Amina Khan <amina@home.example>"
COUNCIL = "Housing <housing@anytown.example>"
US = "office@mp.example"
DAY = timedelta(days=1)
STEPS = st.integers(1, 30)
PICK = st.integers(0, 1000)

SUBSTANTIVE = """Dear Ms Placeholder,

Thank you for your letter. I am writing in response to your enquiry about Mrs Khan. Our surveyor
inspected the flat on 12 November and found that the extractor fan had failed. We have replaced it
and treated the walls. We have also refunded two weeks of rent. I hope this answers your concerns.

Yours sincerely
J Smith
"""


@pytest.fixture(scope="module", autouse=True)
def _template(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    OfficeMachine.template = path


class OfficeMachine(RuleBasedStateMachine):
    """What may happen to an office in any order."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        path = self.folder / "store.sqlite"
        shutil.copy(self.template, path)
        self.office = CrashOffice(path, ANSWERS)
        self.number = 0
        self.letters: list[int] = []
        self.deleted: set[str] = set()
        self.moved: set[str] = set()  # keys of mails that a person has moved

    def teardown(self) -> None:
        """Whatever happened: at rest nothing is lost, nothing twice, nothing missing."""
        try:
            self.at_rest()
        finally:
            self.office.work.store.close()
            shutil.rmtree(self.folder)

    def next_number(self) -> int:
        self.number += 1
        return self.number

    # What happens.

    @initialize()
    def begins(self) -> None:
        self.office.works()

    @rule(cut=STEPS)
    def works_until_the_power_fails(self, cut: int) -> None:
        self.office.faults.cut_at(cut)
        self.office.works()
        self.office.faults.cut_at(0)

    @rule(cuts=st.lists(STEPS, min_size=2, max_size=4))
    def mail_comes_and_the_power_fails_again_and_again(self, cuts: list[int]) -> None:
        self.a_constituent_writes(twice=False)
        self.the_office_writes_to_the_council()
        for cut in cuts:
            self.works_until_the_power_fails(cut)

    @precondition(lambda self: self.letters)
    @rule(cuts=st.lists(STEPS, min_size=2, max_size=4))
    def three_weeks_pass_and_the_power_fails_again_and_again(self, cuts: list[int]) -> None:
        self.three_weeks_pass()
        for cut in cuts:
            self.works_until_the_power_fails(cut)

    @rule()
    def works(self) -> None:
        self.office.works()

    @rule(step=st.sampled_from(["before move", "after move", "before put", "after add_tags"]))
    def an_edge_fails(self, step: str) -> None:
        self.office.faults.fail(step, TryLater("busy"))

    @rule()
    def a_day_passes(self) -> None:
        self.office.now += DAY

    @rule()
    def three_weeks_pass(self) -> None:
        self.office.now += 22 * DAY

    @rule(twice=st.booleans())
    def a_constituent_writes(self, twice: bool) -> None:  # noqa: FBT001  # Hypothesis draws it
        office = self.office
        body = f"My flat is damp. My reference is {office.reference}.\n\nAmina Khan"
        raw = office.mail(CONSTITUENT, US, "Damp", body, self.next_number())
        office.delivers(raw)
        if twice:
            office.delivers(raw)

    @rule()
    def a_stranger_writes(self) -> None:
        office = self.office
        raw = office.mail("Bo <bo@far.example>", US, "Bins", "My bins.", self.next_number())
        office.delivers(raw)

    @rule()
    def the_office_writes_to_the_council(self) -> None:
        office, number = self.office, self.next_number()
        body = f"What will you do about the damp at Mrs Khan's flat? Our ref {office.reference}."
        subject = f"Mrs Khan, damp {number} ({office.reference})"
        office.delivers(office.mail(US, COUNCIL, subject, body, number), "Sent")
        self.letters.append(number)

    @precondition(lambda self: self.letters)
    @rule(which=PICK, automatic=st.booleans())
    def the_council_answers(self, which: int, automatic: bool) -> None:  # noqa: FBT001
        office, letter = self.office, self.letters[which % len(self.letters)]
        kind = "auto-replied" if automatic else ""
        body = "We have received your mail." if automatic else SUBSTANTIVE
        subject = f"Re: Mrs Khan, damp {letter} ({office.reference})"
        raw = office.mail(COUNCIL, US, subject, body, self.next_number(), letter, kind)
        office.delivers(raw)

    @rule(which=PICK, home=st.booleans())
    def a_caseworker_moves_a_mail(self, which: int, home: bool) -> None:  # noqa: FBT001
        box = self.office.mailbox
        handles = [*box.mails("INBOX"), *box.mails(self.office.folder)]
        if handles:
            handle = handles[which % len(handles)]
            self.moved.add(key_of(io.BytesIO(box.raw(handle)))[0])
            box.person_moves(handle, "INBOX" if home else self.office.folder)

    @rule(which=PICK, tag=st.sampled_from(["Housing", "Housing?", "Own"]), on=st.booleans())
    def a_caseworker_tags(self, which: int, tag: str, on: bool) -> None:  # noqa: FBT001
        box = self.office.mailbox
        handles = [*box.mails("INBOX"), *box.mails(self.office.folder)]
        if handles:
            handle = handles[which % len(handles)]
            box.person_tags(handle, add=(tag,) if on else (), remove=() if on else (tag,))

    @rule(which=PICK, how=st.sampled_from(["completes", "deletes", "edits"]))
    def a_caseworker_handles_a_task(self, which: int, how: str) -> None:
        tasks = self.office.tasks
        keys = [copy.task.key for copy in tasks.changes(None).tasks if not copy.task.is_done]
        if not keys:
            return
        key = keys[which % len(keys)]
        if how == "completes":
            tasks.person_completes(key)
        elif how == "edits":
            tasks.person_edits(key, body="my own words")
        else:
            tasks.person_deletes(key)
            self.deleted.add(key)

    @rule()
    def the_servers_forget(self) -> None:
        self.office.mailbox.forget_history()
        self.office.tasks.forget_history()

    # What must hold.

    def at_rest(self) -> None:
        office = self.office
        office.rests()
        lying = Counter(
            key_of(io.BytesIO(office.mailbox.raw(handle)))[0]
            for folder in ("INBOX", "Sent", office.folder)
            for handle in office.mailbox.mails(folder)
        )
        assert set(lying) == set(office.sent), "a mail is lost, or one came from nowhere"
        with office.work.store.reading() as tx:
            assert messages.known_keys(tx, office.sent) == set(office.sent), "a mail was not read"
            assert not state.set_aside_list(tx)
            wishes = outbox.listing(tx)
            rows = {row.key: row for row in casework.task_rows(tx)}
            copies = {key: messages.copies_of(tx, office.mailbox.name, key) for key in office.sent}
        assert not [wish for wish in wishes if wish.state in outbox.OPEN], "something is still due"
        for key, places in copies.items():
            assert len(places) == lying[key], "we do not know where a mail lies"
        drafts = Counter(office.mailbox.raw(each) for each in office.mailbox.mails("Drafts"))
        assert set(drafts.values()) <= {1}, "a draft was saved twice"
        self._check_stopped(wishes)
        self._check_tasks(rows)

    def _check_stopped(self, wishes: tuple[outbox.Wish, ...]) -> None:
        """Nothing says *stopped* that in truth worked."""
        box = self.office.mailbox
        there = {key_of(io.BytesIO(box.raw(handle)))[0] for handle in box.mails(self.office.folder)}
        for wish in wishes:
            if wish.state is State.STOPPED and isinstance(wish.action, FileMessage):
                key = wish.action.message
                assert key in self.moved or key not in there, "filed, and yet it says stopped"
            if wish.state is State.STOPPED and isinstance(wish.action, AddTags):
                assert "took this category off" in wish.result

    def _check_tasks(self, rows: dict[str, casework.TaskRow]) -> None:
        """One open task per open chase, none twice, none for an answered letter."""
        open_tasks = Counter(
            copy.task.key.rpartition("#")[0]
            for copy in self.office.tasks.changes(None).tasks
            if not copy.task.is_done and not copy.task.key.startswith("attention/")
        )
        assert all(count == 1 for count in open_tasks.values()), "two open tasks for one letter"
        deleted = {key.rpartition("#")[0] for key in self.deleted}
        assert not deleted & set(open_tasks), "a deleted task came back"
        with self.office.work.store.reading() as tx:
            letters_now = casework.letters_in(tx)
            awaited = {each.id for each in letters_now if each.state is LetterState.AWAITING}
        assert set(open_tasks) <= awaited, "a task stands for a letter that was answered"
        planned = {copy.task.key for copy in self.office.tasks.changes(None).tasks}
        assert planned >= {key for key, row in rows.items() if row.is_open}, "a task is missing"


TestPowerCuts = pytest.mark.timeout(400)(OfficeMachine.TestCase)
TestPowerCuts.settings = settings(
    # More of them for a long look: MAILBRIDGE_CRASH_EXAMPLES=500.
    max_examples=int(os.environ.get("MAILBRIDGE_CRASH_EXAMPLES", "25")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(400)
def test_the_power_fails_at_every_step_of_the_round_in_which_a_chase_falls_due() -> None:
    cut, went_through = 0, False
    while not went_through:
        cut += 1
        machine = OfficeMachine()
        machine.begins()
        machine.the_office_writes_to_the_council()
        machine.works()
        machine.three_weeks_pass()
        machine.office.faults.cut_at(cut)
        went_through = machine.office.works()
        machine.teardown()
    assert cut > len(("claim", "find", "put", "settle"))
