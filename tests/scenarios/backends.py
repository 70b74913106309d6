"""The edges that every story is told on. One more backend is one more line in BACKENDS.

Stories use only what stands here and the protocols themselves: what people do in their own programs
(moving, tagging, ticking off) is done through the same protocols, by a second client of the server.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from mailbridge.app import Edges
from mailbridge.domain.casework import Appointment
from mailbridge.domain.errors import TryLater
from mailbridge.faults import Faults, Step, no_fault
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox, deliver, make_maildir
from mailbridge.ingest.mailboxes.maildir.tree import Tree
from mailbridge.ingest.mailboxes.memory import MemoryMailbox
from mailbridge.ports import Mailbox, TaskList
from mailbridge.reminders.tasklists.memory import MemoryCalendar, MemoryTaskList
from mailbridge.reminders.tasklists.vdir import VdirCalendar, VdirTaskList, make_vdir


class Backend(Protocol):
    """An office's server, as mailbridge and as people meet it."""

    @property
    def mailbox(self) -> Mailbox:
        """As people's own mail program sees it."""

    @property
    def tasks(self) -> TaskList:
        """As people's own task program sees them."""

    def plugged(self, step: Step = no_fault) -> Edges:
        """What a newly started mailbridge works on; `step` is told each of its steps."""

    def delivers(self, raw: bytes, folder: str, at: datetime) -> None:
        """A mail comes in, or lies in some other folder."""

    def makes_folder(self, name: str) -> None:
        """Somebody makes a folder."""

    def deletes_task(self, key: str) -> None:
        """Somebody deletes a task."""

    def drafts(self) -> tuple[bytes, ...]:
        """The mails in Drafts."""

    def appointment(self, key: str) -> Appointment | None:
        """An entry of the calendar."""

    def vanishes(self) -> None:
        """The mailbox is out of reach: a server that is down, a disk that is not mounted."""

    def returns(self) -> None:
        """It is there again."""


class MemoryBackend:
    """Everything in memory."""

    def __init__(self, home: Path) -> None:
        del home
        self._faults = Faults()
        self._mailbox = MemoryMailbox(faults=self._faults)
        self._task_faults = Faults()
        self._tasks = MemoryTaskList(faults=self._task_faults)
        self._calendar = MemoryCalendar()

    @property
    def mailbox(self) -> Mailbox:
        return self._mailbox

    @property
    def tasks(self) -> TaskList:
        return self._tasks

    def plugged(self, step: Step = no_fault) -> Edges:
        self._faults.each = self._task_faults.each = step
        return Edges(self._mailbox, self._tasks, self._calendar)

    def delivers(self, raw: bytes, folder: str, at: datetime) -> None:
        self._mailbox.deliver(raw, folder, at)

    def makes_folder(self, name: str) -> None:
        self._mailbox.person_makes_folder(name)

    def deletes_task(self, key: str) -> None:
        self._tasks.person_deletes(key)

    def drafts(self) -> tuple[bytes, ...]:
        return tuple(map(self._mailbox.raw, self._mailbox.mails("Drafts")))

    def appointment(self, key: str) -> Appointment | None:
        return self._calendar.find_appointment(key)

    def vanishes(self) -> None:
        def out_of_reach(_step: str) -> None:
            raise TryLater("the server does not answer")

        self._faults.each = out_of_reach

    def returns(self) -> None:
        self._faults.each = no_fault


class EmbeddedBackend:
    """Maildir++ and vdir on disk."""

    def __init__(self, home: Path) -> None:
        self._mail, self._lists, self._diary = home / "mail", home / "tasks", home / "calendar"
        make_maildir(self._mail)
        make_vdir(self._lists)
        make_vdir(self._diary)

    @property
    def mailbox(self) -> Mailbox:
        return MaildirMailbox(self._mail)

    @property
    def tasks(self) -> TaskList:
        return VdirTaskList(self._lists)

    def plugged(self, step: Step = no_fault) -> Edges:
        return Edges(
            MaildirMailbox(self._mail, step=step),
            VdirTaskList(self._lists, step=step),
            VdirCalendar(self._diary),
        )

    def delivers(self, raw: bytes, folder: str, at: datetime) -> None:
        deliver(self._mail, raw, folder, at=at, flags=None if folder == "INBOX" else "S")

    def makes_folder(self, name: str) -> None:
        Tree(self._mail, {}, no_fault).make(name)

    def deletes_task(self, key: str) -> None:
        copy = self.tasks.find(key)
        assert copy is not None
        (self._lists / copy.handle).unlink()

    def drafts(self) -> tuple[bytes, ...]:
        place = Tree(self._mail, {}, no_fault).make("Drafts").path
        return tuple(
            path.read_bytes() for part in ("new", "cur") for path in (place / part).iterdir()
        )

    def appointment(self, key: str) -> Appointment | None:
        return VdirCalendar(self._diary).find_appointment(key)

    def vanishes(self) -> None:
        self._mail.rename(self._mail.with_name("mail elsewhere"))

    def returns(self) -> None:
        self._mail.with_name("mail elsewhere").rename(self._mail)


BACKENDS: dict[str, Callable[[Path], Backend]] = {
    "memory": MemoryBackend,
    "embedded": EmbeddedBackend,
}
