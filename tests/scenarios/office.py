"""A small office to tell stories with: a real Maildir, task lists, a database, the commands."""

import io
import json
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any

import time_machine

from mailbridge.cli import main
from mailbridge.config import load, sample
from mailbridge.domain.message import Copy
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox, deliver, make_maildir
from mailbridge.ports import Mailbox, TaskList
from mailbridge.reminders.tasklists.vdir import VdirTaskList, make_vdir

OFFICE = "office@mp.example"
COUNCIL = "housing@anytown.gov.example"
START = datetime(2026, 11, 3, 9, tzinfo=UTC)
PEOPLE = "Name,Email,Postcode\nMrs Amina Khan,amina@khan.example,LS6 2AB\n"
BODIES = "Name,Domains,Aliases\nAnytown Council,anytown.gov.example,Council\n"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401  # JSON has no narrower type
        """What it said as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class FolderInATest:
    """The mail in one folder, as Outlook shows it."""

    mails: tuple[tuple[str, frozenset[str]], ...]  # subject and categories

    def holds(self, words: str) -> bool:
        return any(words in subject for subject, _ in self.mails)

    def tags(self, words: str) -> frozenset[str]:
        """Of the mail whose subject comes nearest: “Damp” rather than “Re: Damp”."""
        found = [mail for mail in self.mails if words in mail[0]]
        return min(found, key=lambda mail: len(mail[0]))[1]


@dataclass(slots=True)
class OfficeInATest:
    """One office in an empty folder. `now` is its clock, and moves when told."""

    home: Path
    now: datetime = START
    answers: dict[str, dict[str, object]] = field(default_factory=dict)  # for the configuration
    _numbers: Iterable[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        sections: dict[str, dict[str, object]] = {
            "office": {"emails": [OFFICE]},
            "mailbox": {"path": "mail"},
            "tasks": {"path": "tasks"},
            "calendar": {"path": "calendar"},
        }
        for name, values in self.answers.items():
            sections[name] = {**sections.get(name, {}), **values}
        self.config.write_text(sample(sections), encoding="utf-8")
        make_maildir(self.home / "mail")
        for folder in ("tasks", "calendar"):
            make_vdir(self.home / folder)
        self.imports("constituents", PEOPLE)
        self.imports("organisations", BODIES)

    @property
    def config(self) -> Path:
        return self.home / "mailbridge.toml"

    @property
    def mailbox(self) -> Mailbox:
        """As a caseworker's own mail program sees it."""
        return MaildirMailbox(self.home / "mail")

    @property
    def tasks(self) -> TaskList:
        """As a caseworker's own task program sees them."""
        return VdirTaskList(self.home / "tasks")

    @property
    def url(self) -> str:
        return load(self.config).store.url

    def runs(self, *words: str) -> Said:
        """One command, at the office's time."""
        out, err = io.StringIO(), io.StringIO()
        with time_machine.travel(self.now, tick=True), redirect_stdout(out), redirect_stderr(err):
            code = main(["--config", str(self.config), *words])
        return Said(code, out.getvalue(), err.getvalue())

    def asks(self, *words: str) -> Any:  # noqa: ANN401  # JSON has no narrower type
        """One command's JSON."""
        return self.runs("--json", *words).data

    def imports(self, kind: str, rows: str) -> None:
        path = self.home / f"{kind}.csv"
        path.write_text(rows, encoding="utf-8")
        assert self.runs("import", kind, str(path)).code == 0

    def opens(self, title: str, *words: str) -> str:
        """A case; its reference."""
        return str(self.asks("case", "open", title, *words)["reference"])

    def receives(self, about: str, text: str = "Dear office", **headers: str) -> str:
        """A mail in the inbox, by default from Mrs Khan; its Message-ID."""
        given = {"From": "Amina Khan <amina@khan.example>", "To": OFFICE, **headers}
        return self._delivers("INBOX", about, text, given)

    def sends(self, about: str, text: str, **headers: str) -> str:
        """A mail among the sent ones, by default to the council; its Message-ID."""
        return self._delivers("Sent", about, text, {"From": OFFICE, "To": COUNCIL, **headers})

    def _delivers(self, folder: str, about: str, text: str, headers: dict[str, str]) -> str:
        mail = EmailMessage()
        number = next(iter(self._numbers))
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        defaults = {"Message-ID": f"<m{number}@mail.example>", "Date": format_datetime(self.now)}
        for key, value in {**defaults, **named, "Subject": about}.items():
            mail[key] = value
        mail.set_content(text)
        self.puts(mail.as_bytes(), folder)
        return str(mail["Message-ID"]).strip("<>")

    def puts(self, raw: bytes, folder: str) -> None:
        """A mail as it stands, into a folder."""
        flags = None if folder == "INBOX" else "S"
        deliver(self.home / "mail", raw, folder, at=self.now, flags=flags)

    def works(self, **later: float) -> Said:
        """One round, after so many days, hours or minutes."""
        self.now += timedelta(**later)
        return self.runs("run", "--once", "--at", self.now.isoformat())

    def copies(self) -> dict[str, list[Copy]]:
        """Every mail outside of Drafts, by folder."""
        found: dict[str, list[Copy]] = {}
        for copy in self.mailbox.changes(None).copies:
            found.setdefault(copy.folder, []).append(copy)
        return found

    def folder(self, name: str) -> FolderInATest:
        """The folder whose name holds these words."""
        mails = []
        for folder, copies in self.copies().items():
            for copy in copies if name in folder else ():
                with self.mailbox.fetch(copy.handle) as raw:
                    lines = raw.read().decode().splitlines()
                subject = next(line for line in lines if line.startswith("Subject: "))
                tags = frozenset(tag.replace("_", " ") for tag in copy.tags)
                mails.append((subject.removeprefix("Subject: "), tags))
        return FolderInATest(tuple(mails))

    def titles(self) -> tuple[str, ...]:
        """The open tasks."""
        tasks = (copy.task for copy in self.tasks.changes(None).tasks)
        return tuple(task.title for task in tasks if not task.is_done)
