"""Cases, the letters written for them, what came back, and the chases in between."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mailbridge.domain.message import Handle, MessageKey
from mailbridge.domain.people import Wait


class CaseState(StrEnum):
    """Whether the office still works on a case."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One person's matter. `reference` is the name people and letters use: K4T7-29."""

    reference: str
    title: str  # as its folder is called: "Khan, Amina – damp at Elm Court"
    constituent_id: int | None = None  # None until the first mail names somebody
    caseworker: str = ""  # e-mail of a Caseworker; "" is the office
    is_sensitive: bool = False
    state: CaseState = CaseState.OPEN
    folder: str = ""  # where its mail lies; "" until there is any
    folder_id: str = ""  # the backend's lasting id of that folder; "" where it has none
    opened_on: date | None = None
    closed_on: date | None = None
    tags: tuple[str, ...] = ()
    external_id: str = ""  # the id in the list the office imported


def short_title(title: str) -> str:
    """A case's title as a task names it: without the given names, if it starts with a name.

    >>> short_title("Khan, Amina – damp at Elm Court")
    'Khan, damp at Elm Court'
    >>> short_title("Potholes in Elm Road")
    'Potholes in Elm Road'
    """
    who, dash, about = title.partition(" – ")
    family, comma, _ = who.partition(", ")
    return f"{family}, {about}" if dash and comma else title


class Channel(StrEnum):
    """How a letter went out."""

    EMAIL = "email"
    POST = "post"
    PHONE = "phone"
    WEB = "web"


class LetterState(StrEnum):
    """Whether the clock runs."""

    AWAITING = "awaiting"
    ANSWERED = "answered"  # a substantive answer came
    DROPPED = "dropped"  # a person said that nothing is awaited, or its case was closed


@dataclass(frozen=True, slots=True)
class Letter:
    """What the office sent to a third party about a case, and awaits an answer to."""

    id: str  # "K4T7-29/1": case reference and number within the case
    case_reference: str
    organisation_id: str
    organisation_name: str
    sent_at: datetime  # aware UTC
    subject: str = ""
    channel: Channel = Channel.EMAIL
    message_key: MessageKey | None = None  # None for post, phone and web forms
    message_id: str = ""  # of that mail, for the chase-up's In-Reply-To
    recipients: tuple[str, ...] = ()  # addr-specs it went to
    their_reference: str = ""
    wait: Wait = Wait()
    state: LetterState = LetterState.AWAITING
    restarted_on: date | None = None  # the clock runs from here instead: a chase was ticked off
    chases_done: int = 0
    is_muted: bool = False  # its task was deleted by a person: never chased again


class AnswerKind(StrEnum):
    """How a mail answers a letter. Only SUBSTANTIVE ends the wait."""

    AUTOMATIC = "automatic"
    ACKNOWLEDGEMENT = "acknowledgement"
    HOLDING = "holding"
    SUBSTANTIVE = "substantive"
    BOUNCE = "bounce"  # the letter never arrived
    UNSURE = "unsure"  # a person decides; the wait goes on


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back to a letter, and how it was judged."""

    letter_id: str
    message_key: MessageKey
    kind: AnswerKind
    received_at: datetime  # aware UTC
    promised_on: date | None = None  # the day they say they will have answered by
    words: str = ""  # the words that led to the judgement
    code: str = ""  # the rule or reason that judged it
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Chase:
    """We await an answer until `due`; a task should stand in somebody's list from then on."""

    key: str  # "K4T7-29/1#2": letter and number of the chase
    letter: Letter
    number: int  # 1 is the first chase
    due: date  # the first working day after the wait ran out
    answers: tuple[Answer, ...] = ()  # what came since, oldest first


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands, or should stand, in a person's list. `key` is found again by."""

    key: str  # a chase's key, or "attention/…"
    title: str
    body: str
    due: date
    remind_at: datetime | None = None  # aware, in the office's time zone
    categories: tuple[str, ...] = ()
    task_list: str = ""  # "" is the office's own list
    link: str = ""  # opens the letter; "" where there is none
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class TaskCopy:
    """A task as a task list has it now."""

    handle: Handle
    version: str  # changes with every change of the task
    task: Task


@dataclass(frozen=True, slots=True)
class Appointment:
    """A calendar entry. `key` is found again by."""

    key: str  # "review/2026-W49"
    title: str
    body: str
    starts_at: datetime  # aware, in the office's time zone
    ends_at: datetime
    categories: tuple[str, ...] = ()
