"""Rounds that go on whatever fails, one daemon a mailbox, and logs that give nothing away."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection
from structlog.testing import capture_logs

from mailbridge.app import Edges, work_of
from mailbridge.domain.casework import Case
from mailbridge.domain.errors import EdgeError, Refused, SignInNeeded, TryLater
from mailbridge.domain.office import Office
from mailbridge.domain.rules import RulesBroken
from mailbridge.faults import Faults
from mailbridge.ingest.mailboxes.memory import MemoryMailbox
from mailbridge.reminders.tasklists.memory import MemoryCalendar, MemoryTaskList
from mailbridge.runners.daemon import TROUBLE, Occupied, Work, is_alive, run
from mailbridge.runners.delivery import SIGN_IN
from mailbridge.runners.intake import MOST_UNREAD, READ_AT
from mailbridge.shipped import rules_dir
from mailbridge.store import casework, messages, people, state
from mailbridge.store.engine import Store, StoreUnavailable, open_store
from mailbridge.store.lookups import keys_in_case, message_count

START = datetime(2026, 11, 3, 9, tzinfo=UTC)
OFFICE = Office(name="Office of Jo Placeholder MP", emails=("office@mp.example",))
CASE = Case("K4T7-29", "Khan – damp", 1, folder="Cases/Khan – damp (K4T7-29)")
NEVER = CronTrigger(year=2999)
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in rules_dir().glob("*.toml")}


@dataclass
class Desk:
    """A whole office on edges in memory, whose clock moves when told."""

    store: Store
    now: datetime = START
    texts: Mapping[str, str] = field(default_factory=lambda: TEXTS)
    faults: Faults = field(default_factory=Faults)
    number: int = 0

    def __post_init__(self) -> None:
        self.mailbox = MemoryMailbox(faults=self.faults)
        self.tasks = MemoryTaskList()
        self.work = self.started()
        with self.store.writing() as tx:
            person = people.add_constituent(tx, "Mrs Amina Khan", "import", self.now)
            people.learn_email(tx, "amina@home.example", person, "", self.now)
            casework.put_case(tx, CASE)
        self.mailbox.person_makes_folder(CASE.folder)

    def started(self, clock: Callable[[], datetime] | None = None) -> Work:
        edges = Edges(self.mailbox, self.tasks, MemoryCalendar())
        return work_of(edges, self.store, OFFICE, lambda: self.texts, clock or self.clock)

    def clock(self) -> datetime:
        return self.now

    def receives(
        self,
        text: str = "Hello",
        folder: str = "INBOX",
        sender: str = "amina@home.example",
        subject: str = "Damp",
        to: str = "office@mp.example",
    ) -> None:
        self.number += 1
        raw = (
            f"Message-ID: <m{self.number}@mail.example>\r\nFrom: {sender}\r\nTo: {to}\r\n"
            f"Date: {self.now:%a, %d %b %Y %H:%M:%S} +0000\r\nSubject: {subject}\r\n\r\n{text}\r\n"
        )
        at = self.now + timedelta(seconds=self.number)
        self.mailbox.deliver(raw.encode(), folder, at)

    def note(self, name: str) -> str | None:
        with self.store.reading() as tx:
            note = state.note(tx, name)
        return note.value if note else None

    def known(self) -> int:
        with self.store.reading() as tx:
            return message_count(tx)

    def runs_until(self, waits: int, poll: timedelta = timedelta(hours=1)) -> None:
        """The daemon, until it has waited for mail so many times."""
        stop, left = Event(), iter(range(waits))

        def step(name: str) -> None:
            if name == "before wait":
                if next(left, None) == waits - 1:
                    stop.set()
                # Something changed, so nobody waits for long.
                self.mailbox.person_makes_folder(f"Own/{len(self.faults.reached)}")

        self.faults.each = step
        run(self.work, poll, NEVER, stop)


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


def lease(desk: Desk) -> str:
    with desk.store.reading() as tx:
        return state.lease_holder(tx, "mailbox office")


# --- the daemon --------------------------------------------------------------------------------


def test_the_daemon_reads_until_it_is_told_to_stop_and_gives_the_mailbox_back(
    desk: Desk,
) -> None:
    desk.receives()
    desk.runs_until(3)
    assert desk.known() == 1
    assert not lease(desk)


def test_a_daemon_told_to_stop_before_it_began_does_nothing(desk: Desk) -> None:
    stop = Event()
    stop.set()
    run(desk.work, timedelta(hours=1), NEVER, stop)
    assert desk.faults.reached == []


def test_mail_wakes_the_daemon(desk: Desk) -> None:
    stop = Event()

    def step(name: str) -> None:
        if name == "before wait":
            if desk.known():
                stop.set()
            else:
                desk.receives()

    desk.faults.each = step
    run(desk.work, timedelta(hours=1), NEVER, stop)
    assert desk.known() == 1


def test_a_second_daemon_on_another_machine_has_to_wait(desk: Desk) -> None:
    with desk.store.writing() as tx:
        length = timedelta(minutes=5)
        state.take_lease(tx, "mailbox office", "elsewhere.example:7", START, length, ())
    with pytest.raises(Occupied, match=r"process 7 on elsewhere\.example"):
        desk.runs_until(1)
    assert lease(desk) == "elsewhere.example:7"
    assert desk.faults.reached == []


def test_what_a_daemon_that_died_here_had_is_taken_at_once(desk: Desk) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    holder = f"{socket.gethostname()}:{ended.pid}"
    assert not is_alive(holder)
    with desk.store.writing() as tx:
        state.take_lease(tx, "mailbox office", holder, START, timedelta(minutes=5), ())
    desk.work.take_lease()
    assert lease(desk) != holder


def test_a_reading_that_takes_longer_than_the_lease_keeps_it(desk: Desk) -> None:
    for number in range(60):
        desk.receives(f"Mail {number}")
    desk.work.take_lease()

    def step(name: str) -> None:
        if name == "before fetch":
            desk.now += timedelta(seconds=10)  # ten minutes in all: twice the lease

    desk.faults.each = step
    desk.work.round()
    with desk.store.writing() as tx:
        length = timedelta(minutes=5)
        other = state.take_lease(tx, "mailbox office", "elsewhere.example:7", desk.now, length, ())
    assert other is not None
    assert desk.known() == 60


@pytest.mark.parametrize(
    ("holder", "alive"),
    [
        ("elsewhere.example:1", True),
        (f"{socket.gethostname()}:1", True),  # somebody else's process
        ("nonsense", True),
        (f"{socket.gethostname()}:x", True),
    ],
)
def test_a_holder_is_believed_to_live_unless_this_machine_knows_better(
    holder: str,
    alive: bool,  # noqa: FBT001  # a column of the table
) -> None:
    assert is_alive(holder) is alive


@pytest.mark.parametrize(
    "error",
    [
        TryLater("out of reach"),
        SignInNeeded("sign in"),
        Refused("no"),
        StoreUnavailable("locked"),
        RulesBroken(("line 1",)),
        KeyError("a fault of ours"),
        OSError("disk"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_nothing_that_fails_in_a_round_ends_the_daemon(desk: Desk, error: Exception) -> None:
    desk.receives()
    desk.faults.fail("before changes", error)
    desk.runs_until(3)
    assert desk.known() == 1
    assert desk.note(TROUBLE) is None


def test_a_mailbox_that_cannot_even_be_waited_for_does_not_end_the_daemon(desk: Desk) -> None:
    desk.faults.fail("before wait", TryLater("out of reach"))
    desk.receives()
    desk.runs_until(2)
    assert desk.known() == 1


def test_a_store_that_cannot_be_used_in_the_end_does_not_hide_why_the_daemon_stops(
    desk: Desk,
) -> None:
    class Unwilling(Store):
        @contextmanager
        def writing(self) -> Iterator[Connection]:
            with super().writing() as tx:
                yield tx
                raise StoreUnavailable("locked")

    desk.work = replace(desk.work, store=Unwilling(desk.store.engine))
    desk.runs_until(2)  # ends as told, though the lease could not even be given back


# --- a round -----------------------------------------------------------------------------------


def test_while_the_mailbox_is_out_of_reach_it_is_told_since_when_and_then_forgotten(
    desk: Desk,
) -> None:
    desk.faults.fail("before changes", TryLater("out of reach"))
    assert desk.work.round().trouble == "out of reach"
    assert desk.note(TROUBLE) == "out of reach"
    assert desk.note(READ_AT) is None
    assert not desk.work.round().trouble
    assert desk.note(TROUBLE) is None
    assert desk.note(READ_AT) is not None


def test_a_delivery_that_needs_a_sign_in_is_told_to_people(desk: Desk) -> None:
    desk.receives("Who am I?", sender="stranger@home.example")
    desk.faults.fail("before add_tags", SignInNeeded("Sign in again."))
    assert desk.work.round().trouble == "Sign in again."
    assert desk.note(SIGN_IN) == "Sign in again."
    assert any("sign-in" in title for title in desk.tasks.titles())


def test_rules_that_were_never_sound_are_told_to_people(desk: Desk) -> None:
    desk.texts = {"framework.toml": "nonsense"}
    desk.receives()
    assert "framework.toml" in desk.work.round().trouble
    assert any("rules" in title for title in desk.tasks.titles())
    assert desk.known() == 0
    desk.texts = TEXTS
    assert not desk.work.round().trouble
    assert desk.known() == 1


def test_one_mail_that_cannot_be_read_keeps_no_other_from_being_read(desk: Desk) -> None:
    for number in range(30):
        desk.receives(f"Mail {number}")
    desk.faults.fail("before fetch", TryLater("bad sector"))
    assert "1 mail(s) could not be read yet: bad sector" in desk.work.round().trouble
    assert desk.known() == 29
    assert desk.note(READ_AT) is None
    assert not desk.work.round().trouble
    assert desk.known() == 30


def test_a_mailbox_that_stops_answering_is_not_asked_for_each_of_its_mails(desk: Desk) -> None:
    for number in range(30):
        desk.receives(f"Mail {number}")
    for _ in range(30):
        desk.faults.fail("before fetch", TryLater("out of reach"))
    assert desk.work.round().trouble == "out of reach"
    assert desk.faults.reached.count("before fetch") == MOST_UNREAD


def test_a_mail_in_a_folder_below_a_cases_folder_belongs_to_the_case(desk: Desk) -> None:
    desk.receives(folder=f"{CASE.folder}/Photos", sender="somebody@home.example")
    desk.work.round()
    with desk.store.reading() as tx:
        (key,) = keys_in_case(tx, CASE.reference)
        assert messages.decisions_for(tx, [key])[key].by_person


def test_a_mail_that_our_code_cannot_cope_with_is_set_aside_and_the_next_one_read(
    desk: Desk,
) -> None:
    calls = iter(range(10_000))

    def clock() -> datetime:
        """Fails while the first mail is being recorded."""
        if desk.faults.reached.count("after fetch") == 2 and next(calls) == 0:
            raise KeyError("CANARY")
        return desk.now

    for number in range(2):
        desk.receives(f"Mail {number}")
    with capture_logs() as logs:
        desk.started(clock).round()
    with desk.store.reading() as tx:
        (row,) = state.set_aside_list(tx)
    assert row.code == "not-decided"
    assert "CANARY" not in f"{row.words} {logs}"
    assert desk.known() == 1


# --- logs --------------------------------------------------------------------------------------

CANARY = "canary"


def test_no_word_of_a_mail_is_ever_logged(desk: Desk) -> None:
    words = {
        "text": f"My {CANARY} flat is damp. {CANARY} Khan, LS6 2AB. K4T7-29",
        "subject": f"{CANARY} K4T7-29",
    }
    edges: list[EdgeError] = [
        TryLater(CANARY),
        Refused(CANARY),
        SignInNeeded(CANARY),
    ]
    with capture_logs() as logs:
        for step in ("changes", "fetch", "add_tags", "move", "find", "look", "move_folder"):
            for error in (*edges, KeyError(CANARY), StoreUnavailable("locked")):
                desk.receives(**words, sender=f"{CANARY}@{CANARY}.example")
                desk.receives(**words)
                desk.receives(**words, folder=CASE.folder, sender=f"{CANARY}@home.example")
                desk.receives(
                    **words,
                    folder="Sent",
                    sender="office@mp.example",
                    to=f"{CANARY}@anytown.gov.uk",
                )
                desk.mailbox.person_makes_folder(f"Cases/{CANARY} {desk.number}")
                desk.faults.fail(f"before {step}", error)
                desk.now += timedelta(hours=2)
                desk.runs_until(1)
        for handle in desk.mailbox.mails("INBOX"):
            desk.mailbox.person_moves(handle, CASE.folder)
        desk.runs_until(1)
    events = {str(event["event"]) for event in logs}
    assert {"mail", "action", "an action failed", "a round failed", "try later"} <= events
    assert [event for event in logs if CANARY in repr(event)] == []


def test_the_words_above_are_read_and_kept_though_never_logged(desk: Desk) -> None:
    desk.receives(subject=CANARY)
    desk.work.round()
    with desk.store.reading() as tx:
        (mail,) = messages.messages_by(tx, message_ids=["m1@mail.example"])
    assert CANARY in mail.subject
