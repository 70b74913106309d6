"""A CalDAV server does what every task list and calendar must: Radicale, and a poorer one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar as ICalendar
from icalendar import Todo

from mailbridge.domain.casework import TaskCopy
from mailbridge.domain.errors import ChangedMeanwhile
from mailbridge.faults import Faults, no_fault
from mailbridge.ports import Calendar, TaskList
from mailbridge.reminders.icalendar import uid_of
from mailbridge.reminders.tasklists.caldav import CaldavCalendar, CaldavTaskList, Home, Wire
from mailbridge.reminders.tasklists.caldav.home import Entry
from tests.contracts import calendar_contract, tasklist_contract
from tests.servers.radicale import PASSWORD, Radicale

CHASE = tasklist_contract.CHASE
OFFICE = "mailbridge"


@pytest.fixture(scope="session", params=["radicale", "without sync tokens"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Radicale]:
    is_poor = request.param != "radicale"
    radicale = Radicale(tmp_path_factory.mktemp("radicale"), is_poor=is_poor)
    yield radicale
    radicale.kill()


@pytest.fixture
def running(server: Radicale) -> Radicale:
    server.start()
    return server


class Colleague:
    """Somebody whose own program uses the same account over the wire."""

    def __init__(self, server: Radicale) -> None:
        self.server = server
        self.user = server.new_user()
        self.faults = Faults()
        self.wire = Wire(server.url, self.user, lambda: PASSWORD)
        self.home = Home(self.wire)
        self.task_list: TaskList = self.again()

    def again(self) -> TaskList:
        wire = Wire(self.server.url, self.user, lambda: PASSWORD, step=self.faults)
        return CaldavTaskList(Home(wire))

    def entries(self, task_list: str = "") -> list[Entry]:
        for collection in self.home.collections("VTODO"):
            if collection.name == (task_list or OFFICE):
                return list(self.home.read(collection, self.home.etags(collection)))
        return []

    def entry(self, key: str, kind: str = "VTODO") -> Entry:
        return next(
            entry
            for collection in self.home.collections(kind)
            for entry in self.home.with_uid(collection, kind, uid_of(key))
        )

    def edit(self, key: str, change: Callable[[Todo], object]) -> None:
        entry = self.entry(key)
        calendar = ICalendar.from_ical(entry.data.decode())
        for todo in calendar.walk("VTODO"):
            assert isinstance(todo, Todo)
            change(todo)
        self.home.write(entry.href, calendar.to_ical(), entry.etag)

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
        there = self.home.collection(task_list or OFFICE, "VTODO")
        self.home.move(self.entry(key).href, there)

    def person_deletes(self, key: str) -> None:
        self.wire.ask("DELETE", self.entry(key).href)

    def person_adds_own(self, title: str, task_list: str = "") -> None:
        calendar, todo = ICalendar(), Todo()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//Somebody//EN")
        todo.add("uid", f"own-{len(title)}")
        todo.add("summary", title)
        calendar.add_component(todo)
        there = self.home.collection(task_list or OFFICE, "VTODO")
        self.home.write(f"{there.href}own-{len(title)}.ics", calendar.to_ical(), None)

    def forget_history(self) -> None:
        if self.server.is_poor:
            pytest.skip("this server keeps no history that it could forget")
        self.server.forget_history(self.user)

    def become_unreadable(self) -> None:
        self.server.kill()

    def titles(self, task_list: str = "") -> tuple[str, ...]:
        calendars = (ICalendar.from_ical(entry.data.decode()) for entry in self.entries(task_list))
        return tuple(str(todo["summary"]) for found in calendars for todo in found.walk("VTODO"))


class TestCaldavTaskList(tasklist_contract.TaskListContract):
    @pytest.fixture
    def open_account(self, running: Radicale) -> tasklist_contract.OpenAccount:
        return lambda: Colleague(running)


class CalendarColleague(Colleague):
    def __init__(self, server: Radicale) -> None:
        super().__init__(server)
        self.calendar = self.opened()

    def opened(self) -> Calendar:
        wire = Wire(self.server.url, self.user, lambda: PASSWORD, step=self.faults)
        return CaldavCalendar(Home(wire))


class CalendarAccount:
    """A calendar with a colleague who uses it in another program at the same time."""

    def __init__(self, server: Radicale) -> None:
        self.colleague = CalendarColleague(server)
        self.faults = self.colleague.faults
        self.calendar: Calendar = self.again()

    def again(self) -> Calendar:
        return self.colleague.opened()

    def person_deletes(self, key: str) -> None:
        self.colleague.wire.ask("DELETE", self.colleague.entry(key, "VEVENT").href)


class TestCaldavCalendar(calendar_contract.CalendarContract):
    @pytest.fixture
    def open_account(self, running: Radicale) -> calendar_contract.OpenAccount:
        return lambda: CalendarAccount(running)


OTHERS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody else//EN\r
X-WR-CALNAME:Theirs\r
BEGIN:VTODO\r
UID:{uid}\r
{key}SUMMARY:Ring the council\r
DTSTAMP:20261101T000000Z\r
DUE:20261124T233000Z\r
PRIORITY:1\r
X-THEIRS;X-PARAM=1:kept\r
ATTACH:https://files.example/letter.pdf\r
SEQUENCE:4\r
BEGIN:VALARM\r
ACTION:AUDIO\r
TRIGGER:-PT2H\r
END:VALARM\r
END:VTODO\r
END:VCALENDAR\r
"""


@pytest.fixture
def colleague(running: Radicale) -> Colleague:
    return Colleague(running)


def others_write(
    colleague: Colleague, *, uid: str = "", key: str = "", task_list: str = OFFICE
) -> Entry:
    """Our task as another program wrote it anew, at an address of its own."""
    line = f"X-MAILBRIDGE-KEY:{key}\r\n" if key else ""
    data = OTHERS.format(uid=uid or uid_of(CHASE.key), key=line).encode()
    there = colleague.home.collection(task_list, "VTODO")
    colleague.home.write(f"{there.href}their-own-name.ics", data, None)
    return colleague.entries(task_list)[-1]


def found(colleague: Colleague) -> TaskCopy:
    copy = colleague.task_list.find(CHASE.key)
    assert copy is not None
    return copy


def test_overwriting_keeps_what_others_put_there(colleague: Colleague) -> None:
    others_write(colleague, key=CHASE.key)
    copy = found(colleague)
    assert copy.task.due == date(2026, 11, 24)  # 23:30 in London is still the 24th
    colleague.task_list.put(replace(CHASE, due=date(2026, 11, 24)), copy.version)
    (entry,) = colleague.entries()
    for line in (
        "X-WR-CALNAME:Theirs",
        "DUE:20261124T233000Z",
        "PRIORITY:1",
        "X-THEIRS;X-PARAM=1:kept",
        "ATTACH:https://files.example/letter.pdf",
        "ACTION:AUDIO",
        "TRIGGER:-PT2H",
        "SEQUENCE:5",
        "ACTION:DISPLAY",
        "TRIGGER;VALUE=DATE-TIME:20261124T090000Z",
    ):
        assert f"\n{line}\n" in entry.data.decode().replace("\r", "")


def test_a_program_that_drops_our_key_hides_no_task_from_us(colleague: Colleague) -> None:
    others_write(colleague, task_list="olu@mp.example")
    assert found(colleague).task.title == "Ring the council"
    with pytest.raises(ChangedMeanwhile):
        colleague.again().put(CHASE, None)
    assert colleague.titles() == ()


def test_a_copy_that_a_person_made_is_theirs(colleague: Colleague) -> None:
    copy = colleague.task_list.put(CHASE, None)
    others_write(colleague, uid="a-new-uid", key=CHASE.key)
    assert colleague.task_list.changes(None).tasks == (copy,)


def test_a_task_that_appears_just_while_we_make_it_is_not_overwritten(
    colleague: Colleague,
) -> None:
    def make_it(step: str) -> None:
        if step == "before PUT":
            colleague.faults.each = no_fault
            there = colleague.home.collection(OFFICE, "VTODO")
            data = OTHERS.format(uid=uid_of(CHASE.key), key="").encode()
            colleague.home.write(f"{there.href}{uid_of(CHASE.key)}.ics", data, None)

    colleague.faults.each = make_it
    with pytest.raises(ChangedMeanwhile):
        colleague.task_list.put(CHASE, None)
    assert colleague.titles() == ("Ring the council",)


def test_a_task_that_changes_just_while_we_write_it_is_not_overwritten(
    colleague: Colleague,
) -> None:
    copy = colleague.task_list.put(CHASE, None)

    def change_it(step: str) -> None:
        if step == "before PUT":
            colleague.faults.each = no_fault
            colleague.person_edits(CHASE.key, body="They rang back.")

    colleague.faults.each = change_it
    with pytest.raises(ChangedMeanwhile):
        colleague.task_list.put(replace(CHASE, body="ours"), copy.version)
    assert found(colleague).task.body == "They rang back."


def test_quiet_lists_cost_one_request(colleague: Colleague) -> None:
    for key in ("1", "2", "3"):
        colleague.task_list.put(replace(CHASE, key=key, task_list=f"list {key}"), None)
    cursor = colleague.task_list.changes(None).cursor
    colleague.faults.reached.clear()
    batch = colleague.task_list.changes(cursor)
    assert (batch.tasks, batch.gone) == ((), ())
    assert colleague.faults.reached == ["before PROPFIND"]


def test_only_what_changed_is_read(colleague: Colleague) -> None:
    for key in ("1", "2", "3"):
        colleague.task_list.put(replace(CHASE, key=key), None)
    cursor = colleague.task_list.changes(None).cursor
    colleague.person_completes("2")
    assert [copy.task.key for copy in colleague.task_list.changes(cursor).tasks] == ["2"]


def test_a_task_moved_between_two_of_our_requests_is_never_told_as_deleted(
    colleague: Colleague,
) -> None:
    for key, task_list in (("1", "a"), ("2", "z"), ("3", "z")):
        colleague.task_list.put(replace(CHASE, key=key, task_list=task_list), None)
    cursor = colleague.task_list.changes(None).cursor
    for key in ("1", "3"):
        colleague.person_edits(key, title="changed, so that this list is looked into")
    looks = iter(range(100))
    looked_into_a = 0 if colleague.server.is_poor else 1

    def move_it(step: str) -> None:
        if step == "before REPORT" and next(looks) == looked_into_a:
            colleague.person_gives_to("2", "a")

    colleague.faults.each = move_it
    batch = colleague.task_list.changes(cursor)
    assert batch.gone == ()
    assert {copy.task.key: copy.task.task_list for copy in batch.tasks}["2"] == "a"
    assert colleague.task_list.changes(batch.cursor).gone == ()


def test_a_renamed_list_takes_its_tasks_along(colleague: Colleague) -> None:
    colleague.task_list.put(replace(CHASE, task_list="olu"), None)
    cursor = colleague.task_list.changes(None).cursor
    (there,) = (each for each in colleague.home.collections("VTODO") if each.name == "olu")
    rename = (
        "<d:propertyupdate xmlns:d=\"DAV:\"><d:set><d:prop><d:displayname>Olu's &amp; Ann's"
        "</d:displayname></d:prop></d:set></d:propertyupdate>"
    )
    colleague.wire.ask("PROPPATCH", there.href, rename)
    batch = colleague.task_list.changes(cursor)
    assert [copy.task.task_list for copy in batch.tasks] == ["Olu's & Ann's"]
    assert batch.gone == ()
    # A list of the old name is another one, and can be made again.
    copy = colleague.task_list.put(replace(CHASE, key="2", task_list="olu"), None)
    assert copy.task.task_list == "olu"


def test_lists_are_named_as_people_name_them(colleague: Colleague) -> None:
    names = ("a.b", "a-b", "房屋", "Sam & <Olu>", "office")
    for name in names:
        colleague.task_list.put(replace(CHASE, key=name, task_list=name), None)
    tasks = colleague.again().changes(None).tasks
    assert {copy.task.task_list for copy in tasks} == set(names)


def test_a_list_for_tasks_takes_no_appointments_and_the_other_way_round(
    colleague: Colleague,
) -> None:
    colleague.task_list.put(CHASE, None)
    CaldavCalendar(colleague.home).put_appointment(calendar_contract.REVIEW)
    kinds = [each.kinds for each in colleague.home.collections("VTODO")]
    kinds += [each.kinds for each in colleague.home.collections("VEVENT")]
    assert kinds == [frozenset({"VTODO"}), frozenset({"VEVENT"})]


def test_the_address_may_be_the_server_the_account_or_the_home(running: Radicale) -> None:
    user = running.new_user()
    for url in (running.url, f"{running.url}{user}/", f"{running.url}.well-known/caldav"):
        tasks = CaldavTaskList(Home(Wire(url, user, lambda: PASSWORD)))
        assert (tasks.find(CHASE.key) or tasks.put(CHASE, None)).task == CHASE
