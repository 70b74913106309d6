"""The memory edges do what every edge must."""

import pytest

from mailbridge.domain.errors import TryLater
from mailbridge.ingest.mailboxes.memory import MemoryMailbox
from mailbridge.ports import Calendar, Capability, Mailbox, TaskList
from mailbridge.reminders.tasklists.memory import MemoryCalendar, MemoryTaskList
from tests.contracts import calendar_contract, mailbox_contract, tasklist_contract


class MemoryAccount(MemoryMailbox):
    """In memory the mailbox and the colleague are one object, and outlive any process."""

    @property
    def mailbox(self) -> Mailbox:
        return self

    def again(self) -> Mailbox:
        return self

    def become_unreadable(self) -> None:
        self.faults.fail("before changes", TryLater("The mailbox did not answer."))

    def raws(self, folder: str) -> list[bytes]:
        return [self.raw(handle) for handle in self.mails(folder)]


class TestMemoryMailbox(mailbox_contract.MailboxContract):
    @pytest.fixture
    def open_account(self) -> mailbox_contract.OpenAccount:
        return MemoryAccount


class TestPoorMailbox(mailbox_contract.MailboxContract):
    """A server that can do nothing beyond what it must."""

    @pytest.fixture
    def open_account(self) -> mailbox_contract.OpenAccount:
        return lambda: MemoryAccount(capabilities=frozenset[Capability]())


class MemoryTasks(MemoryTaskList):
    @property
    def task_list(self) -> TaskList:
        return self

    def again(self) -> TaskList:
        return self

    def become_unreadable(self) -> None:
        self.faults.fail("before changes", TryLater("The task lists did not answer."))


class TestMemoryTaskList(tasklist_contract.TaskListContract):
    @pytest.fixture
    def open_account(self) -> tasklist_contract.OpenAccount:
        return MemoryTasks


class MemoryAppointments(MemoryCalendar):
    @property
    def calendar(self) -> Calendar:
        return self

    def again(self) -> Calendar:
        return self


class TestMemoryCalendar(calendar_contract.CalendarContract):
    @pytest.fixture
    def open_account(self) -> calendar_contract.OpenAccount:
        return MemoryAppointments
