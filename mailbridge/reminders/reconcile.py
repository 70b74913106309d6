"""Wanted tasks × tasks as they are now → what to do. A person's change always wins.

Three things are compared, field by field: what is wanted, what we last wrote, what is there now.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from mailbridge.domain.action import AmendTask, CloseTask, OpenTask, Plan, Planned
from mailbridge.domain.casework import Task


@dataclass(frozen=True, slots=True)
class KnownTask:
    """A task of ours. Once closed, ticked off or deleted it stays known: none is made in its place.

    One that we closed ourselves, because an answer came or the case was closed, is opened again
    when that is taken back; one that a person ticked off or deleted never is.
    """

    key: str
    written: Task  # as we last asked for it to be written; done, once we closed it
    now: Task | None = None  # as it stands; None where it has not been seen yet
    is_open: bool = True  # False once its end was recorded, whoever ended it
    was_deleted: bool = False  # a person deleted it


class Deed(StrEnum):
    """What a person did with a task."""

    TICKED = "ticked off"
    POSTPONED = "moved to another day"
    EDITED = "changed its words"
    GIVEN_AWAY = "given to another list"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Noted:
    """A person's deed, to be recorded; noted again at every look until it is.

    TICKED: the chase is done, its letter's clock starts again. DELETED: its letter is muted. The
    rest end nothing: those fields are left as they stand. `on` is the day POSTPONED moved it to.
    """

    key: str
    deed: Deed
    on: date | None = None


def reconcile(
    wanted: Iterable[Task],
    known: Iterable[KnownTask],
    why: Callable[[str], str] = lambda _: "No longer needed.",
    occasion: str = "",
) -> tuple[Plan, tuple[Noted, ...]]:
    """The plan that makes the lists right, closing before opening, and what people did.

    `known` are all our chases' tasks, ended ones too. `why` gives the line that a task of this key
    ends with. `occasion` tells equal amendments apart, such as moving a date away and back: give
    the day of the sweep. Doing the plan and asking again gives an empty plan.
    """
    asked: dict[str, Task] = {}
    for task in wanted:
        asked.setdefault(task.key, task)
    ends: list[Planned] = []
    changes: list[Planned] = []
    deeds: list[Noted] = []
    seen: set[str] = set()
    for copy in known:
        seen.add(copy.key)
        chase = asked.get(copy.key)
        if not copy.is_open:
            if chase is not None and copy.written.is_done and not copy.was_deleted:
                changes.append(_reopened(copy, chase, occasion))
        elif copy.was_deleted:
            deeds.append(Noted(copy.key, Deed.DELETED))
        elif copy.now is not None and copy.now.is_done and not copy.written.is_done:
            deeds.append(Noted(copy.key, Deed.TICKED))
        else:
            deeds.extend(_deeds(copy))
            if chase is None:
                ends.append(_ended(copy.key, why(copy.key), occasion))
            else:
                changes.extend(_amended(copy, chase, occasion))
    opened = (_opened(task) for key, task in asked.items() if key not in seen)
    return (*ends, *changes, *opened), tuple(deeds)


def _deeds(copy: KnownTask) -> list[Noted]:
    """Which fields a person changed since we wrote them; nothing while nobody has seen it."""
    if copy.now is None:
        return []
    touched = _touched(copy)
    return [
        Noted(copy.key, deed, copy.now.due if deed is Deed.POSTPONED else None)
        for deed, fields in _DEEDS.items()
        if touched & fields
    ]


_DEEDS: dict[Deed, frozenset[str]] = {
    Deed.POSTPONED: frozenset({"due"}),
    Deed.EDITED: frozenset({"title", "body"}),
    Deed.GIVEN_AWAY: frozenset({"task_list"}),
}

_FIELDS = ("title", "body", "due", "remind_at", "categories", "task_list", "link")


def _touched(copy: KnownTask) -> frozenset[str]:
    """The fields that stand otherwise than we wrote them."""
    if copy.now is None:
        return frozenset()
    return frozenset(
        name for name in _FIELDS if _reads(copy.now, name) != _reads(copy.written, name)
    )


def _reads(task: Task, name: str) -> object:
    """A field as a person reads it: servers change line ends and the order of categories."""
    match name:
        case "body":
            return _plain(task.body)
        case "title":
            return " ".join(task.title.split())
        case "categories":
            return frozenset(task.categories)
        case _:
            return getattr(task, name)


def _plain(body: str) -> str:
    return "\n".join(line.rstrip() for line in body.splitlines()).strip()


def _amended(copy: KnownTask, task: Task, occasion: str) -> tuple[Planned, ...]:
    """The amendment of what we want otherwise, of fields that nobody else touched."""
    theirs = _touched(copy)
    was = _respelled(copy, theirs)
    if "due" in theirs:
        if copy.now is not None and was.due < task.due and copy.now.due < task.due:
            # They wrote to say later than even the person had put it: the reminder goes along.
            was = replace(was, due=copy.now.due, remind_at=copy.now.remind_at)
            theirs -= {"due", "remind_at"}
        else:
            theirs |= {"remind_at"}  # a reminder of ours would ring on a day they moved away from
    ours = {
        name: getattr(task, name)
        for name in _FIELDS
        if name not in theirs and _reads(task, name) != _reads(was, name)
    }
    if not ours:
        return ()
    words = f"what we know changed: {', '.join(sorted(ours))}"
    return (Planned(AmendTask(was, replace(was, **ours)), ("chase-changed",), words, occasion),)


def _reopened(copy: KnownTask, task: Task, occasion: str) -> Planned:
    """A task that we closed, wanted after all; words that a person put into it stay."""
    now = copy.now or copy.written
    theirs = _touched(copy) - {"due", "remind_at"}
    if _plain(now.body).startswith(_plain(copy.written.body)):
        theirs -= {"body"}  # what was added to our text is our own closing line
    # Done, even where our closing it has not been seen yet: it comes first in the outbox.
    was = replace(now, is_done=True, **{name: getattr(copy.written, name) for name in theirs})
    ours = {name: getattr(task, name) for name in _FIELDS if name not in theirs}
    again = replace(was, is_done=False, **ours)
    return Planned(AmendTask(was, again), ("chase-again",), "an answer is awaited again", occasion)


def _respelled(copy: KnownTask, theirs: frozenset[str]) -> Task:
    """What we wrote, but as the server spells it: delivery compares letter by letter."""
    if copy.now is None:
        return copy.written
    kept = {name: getattr(copy.now, name) for name in _FIELDS if name not in theirs}
    return replace(copy.written, **kept)


def _ended(key: str, line: str, occasion: str) -> Planned:
    return Planned(CloseTask(key, line), ("chase-over",), line, occasion)


def _opened(task: Task) -> Planned:
    return Planned(OpenTask(task), ("chase-due",), f"no answer came by {task.due}", task.key)
