"""Applying wishes to a task list: find by key first, then do; people's changes stay."""

from dataclasses import dataclass, fields, replace

from mailbridge.domain.action import AmendTask, CloseTask, OpenTask
from mailbridge.domain.casework import TaskCopy
from mailbridge.domain.errors import NotThere
from mailbridge.ports import TaskList


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task stands now (None: it is gone), and what was done in words."""

    copy: TaskCopy | None
    words: str


def open_task(tasks: TaskList, action: OpenTask) -> Outcome:
    """Found by its key → done; else created."""
    there = tasks.find(action.task.key)
    if there is not None:
        return Outcome(there, "it was there already")
    return Outcome(tasks.put(action.task, None), "put into the list")


def amend(tasks: TaskList, action: AmendTask) -> Outcome:
    """Each field goes from `was` to `task` where it still stands as `was`; else a person changed
    it since, and theirs stays."""
    there = tasks.find(action.task.key)
    if there is None:
        return Outcome(None, "a person deleted it: it stays deleted")
    ours = {
        field.name: getattr(action.task, field.name)
        for field in fields(action.task)
        if getattr(action.was, field.name) != getattr(action.task, field.name)
        and getattr(there.task, field.name) == getattr(action.was, field.name)
    }
    if not ours:
        return Outcome(there, "nothing to change: it stands so, or a person changed it")
    try:
        return Outcome(tasks.put(replace(there.task, **ours), there.version), ", ".join(ours))
    except NotThere:
        return Outcome(None, "a person deleted it: it stays deleted")


def close(tasks: TaskList, action: CloseTask) -> Outcome:
    """Ticked off with the line that says why, below whatever stands in its body."""
    there = tasks.find(action.key)
    if there is None:
        return Outcome(None, "a person deleted it: it stays deleted")
    if there.task.is_done:
        return Outcome(there, "it was ticked off already")
    body = f"{there.task.body.rstrip()}\n\n{action.line}\n".lstrip()
    try:
        done = tasks.put(replace(there.task, body=body, is_done=True), there.version)
    except NotThere:
        return Outcome(None, "a person deleted it: it stays deleted")
    return Outcome(done, "ticked off")
