"""A small office whose power can be cut anywhere: edges in memory, a real SQLite file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from mailbridge.app import Edges, work_of
from mailbridge.domain.casework import Case
from mailbridge.domain.message import MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.reference import reference_from
from mailbridge.faults import Faults, PowerCut
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.mailboxes.memory import MemoryMailbox
from mailbridge.reminders.tasklists.memory import MemoryCalendar, MemoryTaskList
from mailbridge.runners.daemon import Work
from mailbridge.store import casework, people
from mailbridge.store.engine import Store, open_store

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
OFFICE = Office(name="Office of Jo Placeholder MP", emails=("office@mp.example",))
FOLDER = "Cases/Khan, Amina – damp at Elm Court"

# The least of rules, so that reading them costs nothing: what is tested here is the doing.
RULES = {
    "framework.toml": """
[facet]
issue = "blue"
urgency = "red"
sensitivity = "purple"
transferability = "steel"

[[tag]]
name = "Housing"
facet = "issue"
use = "Homes."
avoid = "Anything else."
phrases = ["my flat is damp"]
keywords = ["repairs"]
""",
    "tags-issue.toml": """
[[rule]]
id = "housing-damp"
tag = "Housing"
words = ["damp"]
confidence = 0.9
hit = "My flat is damp."
miss = "My flat is dry."
""",
    "organisations.toml": """
[[organisation]]
id = "anytown-council"
name = "Anytown Council"
kind = "council"
domains = ["anytown.example"]
wait = "21 days"
source = "made up"
hit = "housing@anytown.example"
miss = "housing@othertown.example"
""",
}


class CutStore(Store):
    """The real store; the power may fail just before and just after each commit."""

    faults: Faults

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, with a step before its commit and one after it."""
        with super().writing() as tx:
            yield tx
            self.faults("before commit")
        self.faults("after commit")


def _no_waiting(connection: DBAPIConnection, _record: object) -> None:
    connection.cursor().execute("PRAGMA synchronous=OFF")


class CrashOffice:
    """Verbs of an office's day, a clock that only moves when told, and a power switch."""

    def __init__(self, path: Path, answers: str) -> None:
        self.now = START
        self.faults = Faults()
        self.mailbox = MemoryMailbox(faults=self.faults)
        self.tasks = MemoryTaskList(faults=self.faults)
        self._url = f"sqlite:///{path}"
        self._rules = RULES | {"answers.toml": answers}
        self._references = iter(range(1, 10_000))
        self.sent: dict[MessageKey, bytes] = {}  # every mail that ever came or went
        self.work = self._start()
        with self.work.store.writing() as tx:
            person = people.add_constituent(tx, "Mrs Amina Khan", "import", self.now)
            people.learn_email(tx, "amina@home.example", person, "", self.now)
            casework.put_case(
                tx,
                Case(
                    reference_from(0),
                    "Khan, Amina – damp at Elm Court",
                    person,
                    folder=f"{FOLDER} ({reference_from(0)})",
                    opened_on=date(2026, 11, 1),
                ),
            )
        self.mailbox.person_makes_folder(self.folder)

    @property
    def reference(self) -> str:
        """Of the one case there is."""
        return reference_from(0)

    @property
    def folder(self) -> str:
        """Where its mail lies."""
        return f"{FOLDER} ({self.reference})"

    def _start(self) -> Work:
        """A new process: nothing is remembered but the mailbox, the tasks and the file."""
        store = CutStore(open_store(self._url).engine)
        store.engine.dispose()
        # The disk does not fail here, only the process does: there is no need to wait for it.
        event.listen(store.engine, "connect", _no_waiting)
        object.__setattr__(store, "faults", self.faults)
        return work_of(
            Edges(self.mailbox, self.tasks, MemoryCalendar()),
            store,
            OFFICE,
            lambda: self._rules,
            lambda: self.now,
            new_reference=lambda: reference_from(next(self._references)),
        )

    def works(self) -> bool:
        """One round; False when the power failed in it, and then a new process is started."""
        self.now += timedelta(minutes=1)
        try:
            self.work.take_lease()
            self.work.round()
        except PowerCut:
            self.work.store.close()
            self.work = self._start()
            return False
        return True

    def rests(self) -> None:
        """No more faults: rounds until nothing is due any more."""
        self.faults.cut_at(0)
        for _ in range(12):
            self.works()
            self.now += timedelta(hours=2)

    def delivers(self, raw: bytes, folder: str = "INBOX") -> None:
        """A mail comes in, or lies among the sent ones."""
        self.mailbox.deliver(raw, folder, self.now)
        self.sent[key_of(io.BytesIO(raw))[0]] = raw

    def mail(  # the headers of a mail
        self,
        sender: str,
        to: str,
        subject: str,
        body: str,
        number: int,
        answers: int | None = None,
        automatic: str = "",
    ) -> bytes:
        """RFC 5322 bytes, dated now."""
        lines = [
            f"From: {sender}",
            f"To: {to}",
            f"Subject: {subject}",
            f"Message-ID: <m{number}@mail.example>",
            f"Date: {self.now:%a, %d %b %Y %H:%M:%S} +0000",
        ]
        if answers is not None:
            lines.append(f"In-Reply-To: <m{answers}@mail.example>")
        if automatic:
            lines.append(f"Auto-Submitted: {automatic}")
        return "\r\n".join([*lines, "", body, ""]).encode()
