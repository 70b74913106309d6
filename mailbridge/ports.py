"""The protocols through which mailbridge meets the world. Small, synchronous, in our words.

Adapters translate every library's error into the five of `domain.errors`. Each sentence of a
docstring here is a test in `tests/contracts/`.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import BinaryIO, Protocol

from mailbridge.domain.casework import Appointment, Task, TaskCopy
from mailbridge.domain.message import Copy, Cursor, Folder, Handle, MessageKey


class Capability(StrEnum):
    """What a mailbox can do, declared by its adapter and never guessed."""

    TAGS = "tags"  # keeps any category we put on a mail
    MOVE = "move"  # a mail can be moved without ever being in two folders, or can be finished
    FOLDER_IDS = "folder ids"  # a folder keeps its id when renamed or moved
    WAIT = "wait"  # `wait` wakes by itself; without it, it only lets time pass


@dataclass(frozen=True, slots=True)
class Batch:
    """What changed in a mailbox since a cursor.

    `copies` are mails that are new, or whose folder, tags or flags changed; the same one may come
    twice. `gone` are handles that are no longer there. `complete` names folders that this batch
    lists whole, because there was no cursor or the server forgot it (IMAP UIDVALIDITY changed,
    RFC 3501 §2.3.1.1; Graph 410; EWS ErrorInvalidSyncStateData) or keeps no history: a copy known
    in such a folder that is not in `copies` is gone. `folders` are all folders as they are now; a
    copy known in a folder that is not among them is gone too, unless `copies` says where it lies.
    `cursor` is saved once everything in the batch has been recorded, never before.
    """

    copies: tuple[Copy, ...]
    gone: tuple[Handle, ...]
    complete: frozenset[str]
    folders: tuple[Folder, ...]
    cursor: Cursor


class Mailbox(Protocol):
    """One office mailbox. Junk, Trash and Drafts are listed as folders but their mail is not.

    There is no way to delete a mail and none to send one.
    """

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store: "office"."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this mailbox can do."""

    def spelling(self, tag: str) -> str:
        """How this mailbox writes a category: `Housing?`, `Awaiting_answer`. Pure, and the same
        when applied twice. Copies carry tags in this spelling."""

    def changes(self, since: Cursor | None) -> Batch:
        """What changed since a cursor; everything, each folder complete, when it is None or no
        longer understood. Nothing that arrives while we look is lost: it is in this batch or in
        the next one. Raises TryLater (never an empty batch) when the mailbox cannot be read."""

    def fetch(self, handle: Handle) -> AbstractContextManager[BinaryIO]:
        """The raw bytes of a mail, readable and seekable, without holding them in memory.
        Reading marks nothing as read. Raises NotThere."""

    def find(self, key: MessageKey, message_id: str, folder: str) -> Handle | None:
        """Where a mail lies in one folder (also Drafts), or None; None too when the folder does
        not exist. `message_id` ("" when unknown) lets a server search; `key` decides."""

    def look(self, handle: Handle) -> Copy:
        """One copy as it is now. Raises NotThere when it was moved or deleted."""

    def move(self, handle: Handle, folder: str) -> Handle:
        """Move a mail, making the folder (and those above it) if need be; its tags and flags go
        with it. Never leaves it nowhere. Raises NotThere, Refused."""

    def add_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Add categories, keeping all others; one it already has is no change. Raises NotThere,
        Refused."""

    def remove_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Remove categories, keeping all others; one it does not have is no change. Raises
        NotThere."""

    def move_folder(self, old: str, new: str) -> None:
        """Rename a folder with all it holds, making the folders above the new name. Raises
        NotThere when `old` does not exist, Refused when `new` does."""

    def save_draft(self, draft: bytes) -> Handle:
        """Put a mail (RFC 5322 bytes) into Drafts, flagged as a draft."""

    def wait(self, at_most: timedelta) -> bool:
        """Return True as soon as something may have changed, False after `at_most`."""


@dataclass(frozen=True, slots=True)
class TaskBatch:
    """What changed in the task lists since a cursor; read like `Batch`, with keys for handles.

    `gone` are keys of tasks that people deleted. When `is_complete`, a task known to us whose key
    is not in `tasks` is gone.
    """

    tasks: tuple[TaskCopy, ...]
    gone: tuple[str, ...]
    is_complete: bool
    cursor: Cursor


class TaskList(Protocol):
    """The office's task lists, one a caseworker and one for the office (named "").

    Only tasks that carry one of our keys are told of; people's own tasks are never touched.
    """

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store: "tasks"."""

    def changes(self, since: Cursor | None) -> TaskBatch:
        """What changed since a cursor; everything when it is None or no longer understood.
        Raises TryLater when the lists cannot be read."""

    def find(self, key: str) -> TaskCopy | None:
        """The task with this key in whichever list it stands, or None."""

    def put(self, task: Task, if_version: str | None) -> TaskCopy:
        """Create a task (`if_version` None) or overwrite our fields of the one with its key,
        keeping everything else people or their programs put there. Creating one whose key exists,
        or overwriting another version than `if_version`, raises ChangedMeanwhile; overwriting
        one that is gone raises NotThere."""


class Calendar(Protocol):
    """The office's calendar."""

    def find_appointment(self, key: str) -> Appointment | None:
        """Our entry with this key, or None."""

    def put_appointment(self, appointment: Appointment) -> None:
        """Create our entry, or bring it up to date."""


class TopicModel(Protocol):
    """Scores of topics for a text. Its version is kept with each suggestion."""

    @property
    def name(self) -> str:
        """Which model this is."""

    @property
    def version(self) -> str:
        """Which training of it."""

    def scores(self, text: str) -> Mapping[str, float]:
        """Tag → probability, 0 to 1."""
