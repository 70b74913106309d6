"""What mailbridge may do to a mailbox or task list. Data only; a runner performs it.

There is no action that deletes and none that sends.
"""

import hashlib
from dataclasses import dataclass

from mailbridge.domain.casework import Appointment, Task
from mailbridge.domain.message import MessageKey


@dataclass(frozen=True, slots=True)
class AddTags:
    """Put categories on a mail, whatever others it has."""

    message: MessageKey
    tags: tuple[str, ...]

    @property
    def subject(self) -> str:
        """Order is kept per mail."""
        return f"mail {self.message}"


@dataclass(frozen=True, slots=True)
class RemoveTags:
    """Take our own categories off a mail, leaving all others."""

    message: MessageKey
    tags: tuple[str, ...]

    @property
    def subject(self) -> str:
        """Order is kept per mail."""
        return f"mail {self.message}"


@dataclass(frozen=True, slots=True)
class FileMessage:
    """Move a mail from the folder where we saw it into another, which is made if need be.

    With a `case_reference` the target is that case's folder as it is called by then.
    """

    message: MessageKey
    from_folder: str
    folder: str
    case_reference: str = ""

    @property
    def subject(self) -> str:
        """Order is kept per mail."""
        return f"mail {self.message}"


@dataclass(frozen=True, slots=True)
class MoveFolder:
    """Rename a case's folder, or move it under `Cases/Closed` and back."""

    case_reference: str
    old: str
    new: str

    @property
    def subject(self) -> str:
        """Order is kept per case folder."""
        return f"folder {self.case_reference}"


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Leave a letter in Drafts for a person to read, change and send. Never sent by us."""

    key: str  # of the chase or question it belongs to
    to: tuple[str, ...]
    subject_line: str
    body: str
    in_reply_to: str = ""  # Message-ID of the letter, so the draft stands in its thread
    references: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Order is kept per draft."""
        return f"draft {self.key}"


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Put a task into a list, unless one with its key is already there."""

    task: Task

    @property
    def subject(self) -> str:
        """Order is kept per task."""
        return f"task {self.task.key}"


@dataclass(frozen=True, slots=True)
class AmendTask:
    """Bring a task from `was` to `task`, field by field, where people left the field alone."""

    was: Task
    task: Task

    @property
    def subject(self) -> str:
        """Order is kept per task."""
        return f"task {self.task.key}"


@dataclass(frozen=True, slots=True)
class CloseTask:
    """Tick a task off because it is no longer needed, with a line in its body that says why."""

    key: str
    line: str

    @property
    def subject(self) -> str:
        """Order is kept per task."""
        return f"task {self.key}"


@dataclass(frozen=True, slots=True)
class PutAppointment:
    """Put an entry into the office's calendar, or bring ours up to date."""

    appointment: Appointment

    @property
    def subject(self) -> str:
        """Order is kept per appointment."""
        return f"appointment {self.appointment.key}"


Action = (
    AddTags
    | RemoveTags
    | FileMessage
    | MoveFolder
    | SaveDraft
    | OpenTask
    | AmendTask
    | CloseTask
    | PutAppointment
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One action with its reasons. `occasion` tells two equal wishes apart: why now, not what."""

    action: Action
    reason_codes: tuple[str, ...]
    words: str  # for people: why
    occasion: str = ""

    @property
    def key(self) -> str:
        """The same wish on the same occasion has the same key, in every process and year."""
        digest = hashlib.blake2b(repr((self.action, self.occasion)).encode(), digest_size=10)
        return f"{type(self.action).__name__} {digest.hexdigest()}"


Plan = tuple[Planned, ...]
