"""An office whose day is told on any backend: what comes in, what people do in Outlook, what they
then see there. Nothing of mailbridge itself is looked at but what shows in Outlook."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from mailbridge.app import random_reference, rule_texts, work_of
from mailbridge.config import Settings, load, sample
from mailbridge.domain.casework import Case, Task, TaskCopy
from mailbridge.domain.message import Copy, Cursor
from mailbridge.faults import Faults
from mailbridge.ports import Mailbox, TaskList
from mailbridge.runners.daemon import Work
from mailbridge.store import casework, people, state
from mailbridge.store.engine import open_store
from tests.scenarios.backends import Backend
from tests.scenarios.office import OFFICE, OfficeInATest, Said

# What bodies write back, from the surest answer to none at all.
SUBSTANTIVE = """Dear Ms Placeholder,

Thank you for your letter. I am writing in response to your enquiry about Mrs Khan. Our surveyor
inspected the flat on 12 November and found that the extractor fan had failed. We have replaced it
and treated the walls. We have also refunded two weeks of rent. I hope this answers your concerns.

Yours sincerely
J Smith
"""
HOLDING = """Dear Ms Placeholder,

Thank you for your letter. We are looking into the matter and will send you a full response{by}.

Yours sincerely
J Smith
"""
RECEIVED = "Thank you for your e-mail, which we have received."


@dataclass(slots=True)
class Story(OfficeInATest):
    """One office on one backend. Rounds run in this process, on the office's own clock."""

    backend: Backend = field(kw_only=True)
    template: Path = field(kw_only=True)  # a database with the register of `OfficeInATest`
    faults: Faults = field(default_factory=Faults)
    rules: dict[str, str] = field(default_factory=lambda: dict(rule_texts()))
    _work: Work | None = None
    _settings: Settings | None = None
    _delivered: Counter[bytes] = field(default_factory=Counter)

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
        shutil.copy(self.template, self.home / "mailbridge.sqlite")

    @property
    def mailbox(self) -> Mailbox:
        return self.backend.mailbox

    @property
    def tasks(self) -> TaskList:
        return self.backend.tasks

    # mailbridge's side.

    @property
    def work(self) -> Work:
        """The mailbridge that runs now."""
        if self._work is None:
            settings = self._settings = self._settings or load(self.config)
            self._work = work_of(
                self.backend.plugged(self.faults),
                open_store(settings.store.url),
                settings.office_policy(),
                lambda: self.rules,
                lambda: self.now,
            )
        return self._work

    def works(self, **later: float) -> Said:
        """One round, after so many days, hours or minutes; `err` is what it could not do."""
        self.now += timedelta(**later)
        self.work.take_lease()
        return Said(0, "", self.work.round().trouble)

    def restarts(self) -> None:
        """mailbridge is stopped and started: whatever it had only in its head is gone."""
        if self._work is not None:
            self._work.store.close()
        self._work = None

    def lists_afresh(self) -> None:
        """The servers have forgotten what they told us: everything is listed again."""
        with self.work.store.writing() as tx:
            for source in (f"mailbox {self.mailbox.name}", f"tasks {self.tasks.name}"):
                if state.cursor(tx, source) is not None:
                    state.save_cursor(tx, source, Cursor("no longer understood"), self.now)

    # Mail.

    def puts(self, raw: bytes, folder: str) -> None:
        self._delivered[raw] += 1
        self.backend.delivers(raw, folder, self.now)

    def _mails(self) -> Iterator[tuple[Copy, bytes]]:
        box = self.mailbox
        for copy in box.changes(None).copies:
            with box.fetch(copy.handle) as raw:
                yield copy, raw.read()

    def mail(self, about: str) -> Copy:
        """Where the one mail with this subject lies, with its categories as people see them."""
        found = [copy for copy, raw in self._mails() if _parsed(raw)["Subject"] == about]
        (copy,) = found
        return replace(copy, tags=frozenset(tag.replace("_", " ") for tag in copy.tags))

    def moves(self, about: str, folder: str) -> None:
        """Somebody drags a mail into a folder."""
        self.mailbox.move(self.mail(about).handle, folder)

    def tags(self, about: str, *tags: str) -> None:
        """Somebody puts categories on a mail."""
        self.mailbox.add_tags(self.mail(about).handle, map(self.mailbox.spelling, tags))

    def untags(self, about: str, *tags: str) -> None:
        """Somebody takes categories off a mail."""
        assert set(tags) <= self.mail(about).tags, "nobody can take off what is not there"
        self.mailbox.remove_tags(self.mail(about).handle, map(self.mailbox.spelling, tags))

    def drafts(self) -> list[EmailMessage]:
        """What waits in Drafts."""
        return list(map(_parsed, self.backend.drafts()))

    # Folders.

    def folders(self) -> tuple[str, ...]:
        """Every folder below that of the cases."""
        names = (folder.name for folder in self.mailbox.changes(None).folders)
        return tuple(name for name in names if name.startswith("Cases/"))

    def case_folder(self, words: str) -> str:
        """The one folder of a case whose name holds these words."""
        (name,) = (name for name in self.folders() if words in name.rpartition("/")[2])
        return name

    def case(self, reference: str) -> Case:
        """A case as mailbridge knows it."""
        with self.work.store.reading() as tx:
            found = casework.case(tx, reference)
        assert found is not None
        return found

    def addresses(self) -> tuple[str, ...]:
        """The addresses that are taken for Mrs Khan's."""
        with self.work.store.reading() as tx:
            (person,) = people.ids_by(tx, emails=["amina@khan.example"])
            (found,) = people.constituents_by_id(tx, [person])
        return found.emails

    def makes_folder(self, name: str) -> None:
        """Somebody makes a folder."""
        self.backend.makes_folder(name)

    def renames_folder(self, words: str, new: str) -> None:
        """Somebody renames the folder of a case, or drags it elsewhere."""
        self.mailbox.move_folder(self.case_folder(words), new)

    def case_with_folder(self, title: str = "Khan, Amina – damp at Elm Court") -> str:
        """A case of Mrs Khan's with its folder, in which her first mail lies, "My flat"; its
        reference. How a case is made by hand is a story of its own."""
        reference = random_reference()
        folder = f"Cases/{title} ({reference})"
        with self.work.store.writing() as tx:
            (person,) = people.ids_by(tx, emails=["amina@khan.example"])
            opened = self.now.date()
            casework.put_case(tx, Case(reference, title, person, folder=folder, opened_on=opened))
        self.makes_folder(folder)
        self.receives("My flat", "It is in Elm Court.\n\nAmina Khan")
        self.moves("My flat", folder)
        return reference

    def letter(self, reference: str, about: str = "Mrs Khan, damp", **headers: str) -> str:
        """The office asks the council about a case; the letter's Message-ID."""
        words = f"What will you do about Mrs Khan's flat? Our ref {reference}."
        return self.sends(about, words, **headers)

    def replies(
        self, letter: str, text: str, about: str = "Re: Mrs Khan, damp", **headers: str
    ) -> str:
        """The council answers a letter; the answer's Message-ID."""
        given = {"From": "Housing <housing@anytown.gov.example>", "In_Reply_To": f"<{letter}>"}
        return self.receives(about, text, **{**given, **headers})

    # Tasks.

    def task_copies(self) -> list[TaskCopy]:
        """All our tasks, done ones too, by key."""
        return sorted(self.tasks.changes(None).tasks, key=lambda copy: copy.task.key)

    def task(self, words: str) -> Task:
        """The one task, open or done, with these words in its title."""
        (task,) = (each.task for each in self.task_copies() if words in each.task.title)
        return task

    def changes_task(self, words: str, **to: Any) -> None:  # noqa: ANN401  # any field
        """Somebody changes an open task: ticks it off, moves its day, edits it, gives it away."""
        (copy,) = (
            each
            for each in self.task_copies()
            if words in each.task.title and not each.task.is_done
        )
        self.tasks.put(replace(copy.task, **to), copy.version)

    def deletes_task(self, words: str) -> None:
        """Somebody deletes a task."""
        self.backend.deletes_task(self.task(words).key)

    # What holds at the end of every story.

    def ends(self) -> None:
        """Whatever was told: no mail was lost, changed or made, no letter has two open tasks, and
        a mailbridge that is started again and is told everything afresh does nothing more."""
        before = self._shows()
        self.restarts()
        self.lists_afresh()
        self.works(minutes=1)
        assert self._shows() == before, "a round with nothing new did something"
        self.restarts()

    def _shows(self) -> object:
        """All that Outlook shows."""
        assert Counter(raw for _, raw in self._mails()) == self._delivered, "a mail is lost"
        letters = Counter(
            copy.task.key.rpartition("#")[0]
            for copy in self.task_copies()
            if not copy.task.is_done and "#" in copy.task.key
        )
        assert all(count == 1 for count in letters.values()), "two open tasks for one letter"
        return (
            sorted((copy.folder, sorted(copy.tags), raw) for copy, raw in self._mails()),
            [copy.task for copy in self.task_copies()],
            sorted(self.backend.drafts()),
        )


def _parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def day(words: str) -> date:
    """A day as ISO 8601 writes it."""
    return date.fromisoformat(words)


def at(words: str) -> datetime:
    """A moment in UTC, which is the office's time in winter."""
    return datetime.fromisoformat(words).replace(tzinfo=UTC)
