"""A vdir does what every task list and calendar must, and what only a vdir must."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from icalendar import Calendar as ICalendar
from icalendar import Todo

from mailbridge.faults import Faults
from mailbridge.ports import Calendar, TaskList
from mailbridge.reminders.tasklists.vdir import VdirCalendar, VdirTaskList, make_vdir
from mailbridge.reminders.tasklists.vdir.entries import uid_of
from mailbridge.reminders.tasklists.vdir.files import Vdir
from tests.contracts import calendar_contract, tasklist_contract

T = TypeVar("T")


def fresh(make: Callable[[Path], T], tmp_path: Path) -> Callable[[], T]:
    accounts = (make(tmp_path / str(number) / "vdir") for number in range(1000))
    return lambda: next(accounts)


class Colleague:
    """Somebody whose program keeps the same `.ics` files, and knows nothing of our properties."""

    def __init__(self, root: Path) -> None:
        self.root = make_vdir(root)
        self.faults = Faults()
        self.task_list: TaskList = self.again()

    def again(self) -> TaskList:
        return VdirTaskList(self.root, step=self.faults)

    def file(self, key: str) -> Path:
        return next(self.root.glob(f"*/{uid_of(key)}.ics"))

    def edit(self, key: str, change: Callable[[Todo], object]) -> None:
        path = self.file(key)
        calendar = ICalendar.from_ical(path.read_text("utf-8"))
        for todo in calendar.walk("VTODO"):
            assert isinstance(todo, Todo)
            change(todo)
        path.write_bytes(calendar.to_ical())

    def set(self, key: str, **values: object) -> None:
        def change(todo: Todo) -> None:
            for name, value in values.items():
                todo.pop(name, None)
                todo.add(name, value)

        self.edit(key, change)

    def person_completes(self, key: str) -> None:
        self.set(key, status="COMPLETED")

    def person_moves_due(self, key: str, due: date) -> None:
        self.set(key, due=due)

    def person_edits(self, key: str, title: str | None = None, body: str | None = None) -> None:
        values = {"summary": title, "description": body}
        self.set(key, **{name: value for name, value in values.items() if value is not None})

    def person_gives_to(self, key: str, task_list: str) -> None:
        path = self.file(key)
        path.rename(self.folder(task_list) / path.name)

    def person_deletes(self, key: str) -> None:
        self.file(key).unlink()

    def person_adds_own(self, title: str, task_list: str = "") -> None:
        calendar, todo = ICalendar(), Todo()
        todo.add("uid", title)
        todo.add("summary", title)
        calendar.add_component(todo)
        (self.folder(task_list) / f"0 {title}.ics").write_bytes(calendar.to_ical())

    def folder(self, task_list: str) -> Path:
        return Vdir(self.root, Faults()).collection(task_list)

    def forget_history(self) -> None:
        pytest.skip("a vdir remembers nothing that it could forget: the cursor holds it all")

    def become_unreadable(self) -> None:
        self.root.rename(self.root.with_name("unmounted"))

    def titles(self, task_list: str = "") -> tuple[str, ...]:
        files = sorted(self.folder(task_list).glob("*.ics"))
        calendars = (ICalendar.from_ical(path.read_text("utf-8")) for path in files)
        return tuple(str(todo["summary"]) for found in calendars for todo in found.walk("VTODO"))


class TestVdirTaskList(tasklist_contract.TaskListContract):
    @pytest.fixture
    def open_account(self, tmp_path: Path) -> tasklist_contract.OpenAccount:
        return fresh(Colleague, tmp_path)


class CalendarColleague:
    def __init__(self, root: Path) -> None:
        self.root = make_vdir(root)
        self.faults = Faults()
        self.calendar: Calendar = self.again()

    def again(self) -> Calendar:
        return VdirCalendar(self.root, step=self.faults)

    def person_deletes(self, key: str) -> None:
        next(self.root.glob(f"*/{uid_of(key)}.ics")).unlink()


class TestVdirCalendar(calendar_contract.CalendarContract):
    @pytest.fixture
    def open_account(self, tmp_path: Path) -> calendar_contract.OpenAccount:
        return fresh(CalendarColleague, tmp_path)
