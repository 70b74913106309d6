"""Actions in words, for the commands that show them."""

from typing import TYPE_CHECKING, assert_never

from mailbridge.domain.action import (
    Action,
    AddTags,
    AmendTask,
    CloseTask,
    FileMessage,
    MoveFolder,
    OpenTask,
    PutAppointment,
    RemoveTags,
    SaveDraft,
)

if TYPE_CHECKING:
    from mailbridge.store.outbox import Wish


def what(action: Action) -> str:
    """One action as a sentence without its end.

    >>> what(FileMessage("1f", "INBOX", "Cases/Khan, Amina – damp (K4T7-29)", "K4T7-29"))
    'move from INBOX to Cases/Khan, Amina – damp (K4T7-29)'
    """
    match action:
        case AddTags(tags=tags):
            return f"put on: {', '.join(tags)}"
        case RemoveTags(tags=tags):
            return f"take off: {', '.join(tags)}"
        case FileMessage(from_folder=old, folder=new):
            return f"move from {old} to {new}"
        case MoveFolder(old=old, new=new):
            return f"rename folder {old} to {new}"
        case SaveDraft(subject_line=subject):
            return f"leave a draft: {subject}"
        case OpenTask(task=task):
            return f"open task: {task.title}"
        case AmendTask(task=task):
            return f"bring task up to date: {task.title}"
        case CloseTask(key=key):
            return f"tick off task {key}"
        case PutAppointment(appointment=entry):
            return f"put into the calendar: {entry.title}"
        case _:
            assert_never(action)


def document(wish: "Wish") -> dict[str, object]:
    """One wish for programs."""
    from mailbridge.store.rows import dump

    plain = dump(wish)
    if not isinstance(plain, dict):
        raise TypeError("a wish is written as an object")
    return {**plain, "what": what(wish.action)}
