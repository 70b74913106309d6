"""A CalDAV server does what every task list and calendar must: Radicale, and a poorer one."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from icalendar import Calendar as ICalendar
from icalendar import Todo

from mailbridge.faults import Faults
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
