"""A vdir does what every task list and calendar must, and what only a vdir must."""

import errno
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from icalendar import Calendar as ICalendar
from icalendar import Todo

from mailbridge.domain.errors import ChangedMeanwhile, TryLater
from mailbridge.faults import Faults
from mailbridge.ports import Calendar, TaskList
from mailbridge.reminders.icalendar import uid_of
from mailbridge.reminders.tasklists.vdir import VdirCalendar, VdirTaskList, make_vdir
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


CHASE = tasklist_contract.CHASE
OTHERS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody else//EN\r
X-WR-CALNAME:Theirs\r
BEGIN:VTIMEZONE\r
TZID:Europe/Paris\r
BEGIN:STANDARD\r
DTSTART:19701025T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VTODO\r
UID:{uid}\r
X-MAILBRIDGE-KEY:{key}\r
SUMMARY:Ring the council\r
DUE;TZID=Europe/Paris:20261125T003000\r
PRIORITY:1\r
X-THEIRS;X-PARAM=1:kept\r
ATTACH:https://files.example/letter.pdf\r
SEQUENCE:4\r
{lines}BEGIN:VALARM\r
ACTION:AUDIO\r
TRIGGER:-PT2H\r
END:VALARM\r
END:VTODO\r
END:VCALENDAR\r
"""


def others_file(colleague: Colleague, lines: str = "", folder: str = "office") -> Path:
    """Our task as another program wrote it anew, under a file name of its own."""
    path = colleague.root / folder / "their name.ics"
    path.write_text(OTHERS.format(uid=uid_of(CHASE.key), key=CHASE.key, lines=lines), newline="")
    return path


@pytest.fixture
def colleague(tmp_path: Path) -> Colleague:
    return Colleague(tmp_path / "vdir")


def test_overwriting_keeps_what_others_put_there(colleague: Colleague) -> None:
    path = others_file(colleague)
    found = colleague.task_list.find(CHASE.key)
    assert found is not None
    colleague.task_list.put(CHASE, found.version)
    text = path.read_text("utf-8")
    for line in (
        "X-WR-CALNAME:Theirs",
        "TZID:Europe/Paris",
        "PRIORITY:1",
        "X-THEIRS;X-PARAM=1:kept",
        "ATTACH:https://files.example/letter.pdf",
        "ACTION:AUDIO",
        "TRIGGER:-PT2H",
        "SEQUENCE:5",
        "ACTION:DISPLAY",
        "TRIGGER;VALUE=DATE-TIME:20261124T090000Z",
    ):
        assert f"\n{line}\n" in text
    assert len(list(colleague.root.glob("office/*.ics"))) == 1


def test_a_due_time_is_a_day_in_the_offices_zone_and_stays_while_the_day_does(
    colleague: Colleague,
) -> None:
    path = others_file(colleague)  # 00:30 in Paris on the 25th is 23:30 in London on the 24th
    found = colleague.task_list.find(CHASE.key)
    assert found is not None
    assert found.task.due == date(2026, 11, 24)
    again = colleague.task_list.put(replace(CHASE, due=date(2026, 11, 24)), found.version)
    assert "DUE;TZID=Europe/Paris:20261125T003000" in path.read_text("utf-8")
    colleague.task_list.put(replace(CHASE, due=date(2026, 11, 30)), again.version)
    assert "DUE;VALUE=DATE:20261130" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("lines", "is_done"),
    [
        ("STATUS:COMPLETED\r\n", True),
        ("PERCENT-COMPLETE:100\r\n", True),
        ("COMPLETED:20261120T100000Z\r\n", True),
        ("STATUS:CANCELLED\r\n", True),
        ("STATUS:IN-PROCESS\r\nPERCENT-COMPLETE:50\r\n", False),
        ("STATUS:NEEDS-ACTION\r\n", False),
        ("", False),
    ],
)
def test_each_way_of_ticking_a_task_off_is_understood(
    colleague: Colleague, lines: str, *, is_done: bool
) -> None:
    others_file(colleague, lines)
    found = colleague.task_list.find(CHASE.key)
    assert found is not None
    assert found.task.is_done is is_done


def test_a_task_whose_due_day_was_taken_away_is_never_due(colleague: Colleague) -> None:
    colleague.task_list.put(CHASE, None)
    colleague.edit(CHASE.key, lambda todo: todo.pop("DUE"))
    found = colleague.task_list.find(CHASE.key)
    assert found is not None
    assert found.task.due == date.max


def test_a_damaged_file_of_ours_never_leads_to_a_second_task(colleague: Colleague) -> None:
    colleague.task_list.put(CHASE, None)
    reader = tasklist_contract.Reader(colleague.task_list)
    path = colleague.file(CHASE.key)
    whole = path.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"\xff\xfe", b"BEGIN:VCALENDAR\r\n"):
        path.write_bytes(damaged)
        with pytest.raises(TryLater, match="damaged"):
            colleague.task_list.find(CHASE.key)
        with pytest.raises(TryLater, match="damaged"):
            colleague.task_list.put(CHASE, None)
        assert reader.reads().gone == ()
        assert not colleague.task_list.changes(None).is_complete
        assert path.read_bytes() == damaged
    path.write_bytes(whole)
    reader.reads()
    assert reader.known[CHASE.key].task == CHASE


def test_a_damaged_file_of_others_is_in_nobodys_way(colleague: Colleague) -> None:
    (colleague.root / "office" / "broken.ics").write_bytes(b"BEGIN:VCALENDAR\r\n")
    (colleague.root / "office" / "notes.txt").write_bytes(b"x")
    copy = colleague.task_list.put(CHASE, None)
    batch = colleague.task_list.changes(None)
    assert (batch.tasks, batch.is_complete) == ((copy,), True)


def test_a_copy_that_a_person_made_is_theirs(colleague: Colleague) -> None:
    copy = colleague.task_list.put(CHASE, None)
    text = colleague.file(CHASE.key).read_text("utf-8").replace(uid_of(CHASE.key), "a-new-uid")
    (colleague.root / "office" / "copy.ics").write_text(text, newline="")
    assert colleague.task_list.changes(None).tasks == (copy,)


def test_unchanged_files_are_not_read_again_once_they_settled(colleague: Colleague) -> None:
    colleague.task_list.put(CHASE, None)
    later = time.time_ns() + 60_000_000_000
    tasks = VdirTaskList(colleague.root, now=lambda: later)
    cursor = tasks.changes(None).cursor
    assert tasks.changes(cursor).tasks == ()
    fresh_cursor = colleague.task_list.changes(None).cursor
    assert len(colleague.task_list.changes(fresh_cursor).tasks) == 1


def test_two_lists_with_one_slug_stay_two(colleague: Colleague) -> None:
    for key, name in (("1", "a.b"), ("2", "a-b"), ("3", "房屋"), ("4", "office")):
        colleague.task_list.put(replace(CHASE, key=key, task_list=name), None)
    lists = {copy.task.task_list for copy in colleague.again().changes(None).tasks}
    assert lists == {"a.b", "a-b", "房屋", "office"}
    assert not list(colleague.root.glob("office/*.ics"))


def test_a_full_disk_loses_nothing(colleague: Colleague) -> None:
    copy = colleague.task_list.put(CHASE, None)
    for step in ("before the new file is written", "before the new file takes its place"):
        colleague.faults.fail(step, OSError(errno.ENOSPC, "x"))
        with pytest.raises(TryLater, match="disk is full"):
            colleague.task_list.put(replace(CHASE, title="new"), copy.version)
    assert colleague.task_list.find(CHASE.key) == copy


def test_a_task_that_appears_just_while_we_make_it_is_not_overwritten(
    colleague: Colleague,
) -> None:
    path = colleague.root / "office" / f"{uid_of(CHASE.key)}.ics"

    def make_it(step: str) -> None:
        if step == "before the new file gets its name":
            others_file(colleague).rename(path)

    colleague.faults.each = make_it
    with pytest.raises(ChangedMeanwhile):
        colleague.task_list.put(CHASE, None)
    assert colleague.titles() == ("Ring the council",)
