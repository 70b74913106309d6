"""What was found in a mail, what it points to, and what was decided about it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from mailbridge.domain.action import Plan
from mailbridge.domain.casework import Answer, Case, Letter
from mailbridge.domain.message import Address, MessageKey, Role
from mailbridge.domain.people import Caseworker, Constituent, Organisation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code from docs/reasons.md and the words for people."""

    code: str
    words: str


class Authenticity(StrEnum):
    """What our own server's Authentication-Results say of the sender (RFC 8601)."""

    PASS = "pass"  # noqa: S105  # a verdict of RFC 8601, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"  # no header of our own server, or none that decides


@dataclass(frozen=True, slots=True)
class Clues:
    """All that a mail gives away about who wrote it and what it is about. Canonical spelling."""

    sender: Address | None = None
    addresses: tuple[str, ...] = ()  # addr-specs of the other end: From, or To and Cc when sent
    names: tuple[str, ...] = ()  # as written: display name, then signature; may be a part only
    postcodes: tuple[str, ...] = ()  # "LS6 2AB", in the new text and attachments
    phones: tuple[str, ...] = ()  # E.164
    case_references: tuple[str, ...] = ()  # ours, check character right, in subject or new text
    quoted_references: tuple[str, ...] = ()  # ours, but only in quoted text
    their_references: tuple[str, ...] = ()  # what follows "Your ref", "Our ref", "Ref:"
    forwarded_from: tuple[str, ...] = ()  # addr-specs of those whose mail is forwarded in it
    thread_ids: tuple[str, ...] = ()  # Message-IDs this mail answers or refers to, nearest first
    text: str = ""  # new text with subject and attachments' text, for names of known people


@dataclass(frozen=True, slots=True)
class Link:
    """An earlier decision about another mail of this thread."""

    message_key: MessageKey
    message_id: str
    constituent_id: int | None
    case_reference: str  # "" where none
    by_person: bool  # a caseworker decided it
    subject: str = ""  # of that mail, as it stood
    addresses: tuple[str, ...] = ()  # the other end's, as in Clues.addresses


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the store knows about a mail's clues. Gathered once, before deciding."""

    people: tuple[Constituent, ...] = ()
    cases: tuple[Case, ...] = ()  # of those people, of the references and of the thread
    links: tuple[Link, ...] = ()  # of the thread, nearest mail first
    organisations: tuple[Organisation, ...] = ()  # whose domain or address the other end is
    office: tuple[Caseworker, ...] = ()
    letters: tuple[Letter, ...] = ()  # of those cases and that organisation
    unlearned: frozenset[tuple[str, int]] = frozenset()  # (address, person) a caseworker denied
    authenticity: Authenticity = Authenticity.UNKNOWN
    folder: str = ""  # where the mail lay when first seen
    role: Role = Role.INBOX
    tags: frozenset[str] = frozenset()  # categories it already had, canonical
    arrived_at: datetime | None = None  # when the server got it, aware; None where it cannot tell
    seen_at: datetime | None = None  # when we looked, aware: nothing was sent after that


@dataclass(frozen=True, slots=True)
class Evidence:
    """This mail points to this person, or to this case, this strongly, because of these words."""

    code: str
    words: str
    weight: float  # natural-log odds; below 0 speaks against
    person: int | None = None
    case: str = ""
    is_independent_id: bool = False  # an address, postcode, thread: more than a name


class Outcome(StrEnum):
    """Person and case each end in one of these."""

    MATCHED = "matched"
    SEVERAL = "several possible"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[T]):
    """One decision: `value` only when MATCHED; `candidates` best first."""

    outcome: Outcome
    value: T | None = None
    candidates: tuple[T, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Who, and which case: two decisions, each of which may abstain."""

    person: Verdict[int]
    case: Verdict[str]
    is_suspect: bool = False  # our own server says the sender is not who they claim
    evidence: tuple[Evidence, ...] = ()


class Facet(StrEnum):
    """The four closed lists of tags; a mail gets at most one of each."""

    ISSUE = "issue"
    URGENCY = "urgency"
    SENSITIVITY = "sensitivity"
    TRANSFERABILITY = "transferability"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A tag proposed. `is_sure`: the office lets us put it on without asking."""

    tag: str
    facet: Facet
    confidence: float  # 0 to 1
    source: str  # "rule housing-damp" or a model's name and version
    words: str = ""  # the words that led to it
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """All that is decided about one mail. Acts on nothing itself."""

    match: Match
    suggestions: tuple[Suggestion, ...] = ()
    letters: tuple[Letter, ...] = ()  # what this sent mail starts
    continued: tuple[str, ...] = ()  # letters whose clock this sent mail starts again
    answers: tuple[Answer, ...] = ()  # how this mail answers which letters
    plan: Plan = ()
    reasons: tuple[Reason, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Sighting:
    """One copy as we saw it last: compared with now, it tells what a person did."""

    folder: str
    tags: frozenset[str]
    seen_at: datetime
