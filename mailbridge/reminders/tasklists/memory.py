"""Task lists and a calendar held in memory: for tests, and to learn what a task list does.

The `person_…` verbs are what people do in their own programs; `faults` makes any call fail before
or after its effect.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from mailbridge.domain.casework import Appointment, Task, TaskCopy
from mailbridge.domain.errors import ChangedMeanwhile, NotThere
from mailbridge.domain.message import Cursor, Handle
from mailbridge.faults import Faults
from mailbridge.ports import TaskBatch


class MemoryTaskList:
    """A `TaskList` in memory. Each call asks `faults` at "before put", "after put" and so on."""

    def __init__(self, name: str = "tasks", faults: Faults | None = None) -> None:
        self._name = name
        self.faults = faults or Faults()
        self._tasks: dict[str, TaskCopy] = {}
        self._own: list[tuple[str, str]] = []  # people's own: list and title
        self._journal: list[str] = []
        self._epoch = 0
        self._number = 0

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store."""
        return self._name

    def changes(self, since: Cursor | None) -> TaskBatch:
        """What changed since a cursor, or everything."""
        with self._call("changes"):
            start = self._start(since)
            is_complete = start is None
            touched = self._tasks if is_complete else dict.fromkeys(self._journal[start:])
            return TaskBatch(
                tasks=tuple(self._tasks[key] for key in touched if key in self._tasks),
                gone=tuple(key for key in touched if key not in self._tasks),
                is_complete=is_complete,
                cursor=Cursor(f"{self._epoch}:{len(self._journal)}"),
            )

    def find(self, key: str) -> TaskCopy | None:
        """The task with this key in whichever list it stands, or None."""
        with self._call("find"):
            return self._tasks.get(key)

    def put(self, task: Task, if_version: str | None) -> TaskCopy:
        """Create a task, or overwrite the version we know of."""
        with self._call("put"):
            known = self._tasks.get(task.key)
            if if_version is None and known:
                raise ChangedMeanwhile(f"There is a task for {task.key} already. Look at it first.")
            if if_version is not None and not known:
                raise NotThere(f"The task for {task.key} was deleted.")
            if known and known.version != if_version:
                raise ChangedMeanwhile(f"The task for {task.key} was changed. Look at it first.")
            return self._keep(task)

    # What people do in their own programs, and what tests look at.

    def person_completes(self, key: str) -> None:
        """Somebody ticks a task off."""
        self._keep(replace(self._tasks[key].task, is_done=True))

    def person_moves_due(self, key: str, due: date) -> None:
        """Somebody sets another due day."""
        self._keep(replace(self._tasks[key].task, due=due))

    def person_edits(self, key: str, title: str | None = None, body: str | None = None) -> None:
        """Somebody types over the title, the body or both."""
        task = self._tasks[key].task
        self._keep(replace(task, title=title or task.title, body=body or task.body))

    def person_gives_to(self, key: str, task_list: str) -> None:
        """Somebody moves a task to another list."""
        self._keep(replace(self._tasks[key].task, task_list=task_list))

    def person_deletes(self, key: str) -> None:
        """Somebody deletes a task."""
        del self._tasks[key]
        self._journal.append(key)

    def person_adds_own(self, title: str, task_list: str = "") -> None:
        """Somebody writes a task of their own, which is none of our business."""
        self._own.append((task_list, title))

    def forget_history(self) -> None:
        """The server loses track: every cursor given so far is no longer understood."""
        self._epoch += 1

    def titles(self, task_list: str = "") -> tuple[str, ...]:
        """Every task of a list as people see it: ours, then their own."""
        ours = (c.task.title for c in self._tasks.values() if c.task.task_list == task_list)
        return (*ours, *(title for where, title in self._own if where == task_list))

    # Inside.

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        self.faults(f"before {name}")
        yield
        self.faults(f"after {name}")

    def _start(self, since: Cursor | None) -> int | None:
        epoch, _, number = (since or "").partition(":")
        if epoch != str(self._epoch) or not number.isdecimal():
            return None
        return int(number)

    def _keep(self, task: Task) -> TaskCopy:
        self._number += 1
        copy = TaskCopy(Handle(f"t{task.key}"), str(self._number), task)
        self._tasks[task.key] = copy
        self._journal.append(task.key)
        return copy


class MemoryCalendar:
    """A `Calendar` in memory."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.appointments: dict[str, Appointment] = {}

    def find_appointment(self, key: str) -> Appointment | None:
        """Our entry with this key, or None."""
        self.faults("before find_appointment")
        return self.appointments.get(key)

    def put_appointment(self, appointment: Appointment) -> None:
        """Create our entry, or bring it up to date."""
        self.faults("before put_appointment")
        self.appointments[appointment.key] = appointment
        self.faults("after put_appointment")

    def person_deletes(self, key: str) -> None:
        """Somebody deletes an entry."""
        del self.appointments[key]
