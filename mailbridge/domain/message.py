"""Mail as received or sent, and where its copies lie."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

MessageKey = NewType("MessageKey", str)
"""Twenty hex digits that stand for one mail: a digest of the canonical Message-ID (RFC 5322
§3.6.4) with From, Date and the body, and with more of the header where one of those is missing.
Equal for all copies within one mailbox; a mail that came by two ways, and was changed on one of
them, is two: better twice read than once lost. Safe to log."""

Handle = NewType("Handle", str)
"""What a mailbox or task list calls one item. Opaque; dies when the item is moved."""

Cursor = NewType("Cursor", str)
"""How far a backend has told us its changes. Opaque; only that backend reads it."""


class Direction(StrEnum):
    """Which way a mail went, seen from the office."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"  # from the office to the office and nobody else


class Automatic(StrEnum):
    """Why no person typed this mail just now. Unknown is never stored as `NO` by a guess."""

    NO = "no"
    BOUNCE = "bounce"  # a delivery report: the letter never arrived (RFC 3464)
    REPLY = "auto-reply"  # out of office, "we have received your mail" (RFC 3834)
    GENERATED = "auto-generated"  # a machine wrote it on its own account (RFC 3834)
    LIST = "list"  # sent through a mailing list or as bulk mail (RFC 2919, RFC 2369)


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header: `addr` is lower-cased, `name` is decoded and may be ""."""

    addr: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part after the last @, or "" where there is none."""
        return self.addr.rpartition("@")[2] if "@" in self.addr else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the letter itself. Its bytes are never kept, only what matching needs."""

    filename: str
    content_type: str
    size: int  # bytes after transfer decoding
    text: str = ""  # readable text found in it (PDF text layer, plain text), capped
    note: str = ""  # reason code why its text was not read ("too-large", "encrypted" …), or ""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside this one (message/rfc822 or quoted by a forward): a clue, not the sender."""

    sender: Address | None
    subject: str
    date: datetime | None  # aware UTC; None where it could not be read
    text: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One server on the way, first hop first (RFC 5321 §4.4)."""

    by: str
    from_: str
    at: datetime | None  # aware UTC
    delay_s: float  # seconds since the hop before; 0 where unknown


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in the mail that breaks a standard and was tolerated: reason code and words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Message:
    """One mail as received or sent. Reading it never fails; `oddities` tell what was wrong.

    Message-IDs stand without angle brackets. Times are aware and UTC.
    """

    key: MessageKey
    message_id: str = ""  # canonical; "" where there is none
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # oldest first
    date: datetime | None = None  # the Date header; None where missing or unreadable
    received_at: datetime | None = None  # newest Received hop; None on sent mail
    from_: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""  # the whole readable text, quotes included
    new_text: str = ""  # only the words newly written
    signature: str = ""  # the signature that was parted from new_text; "" where none was found
    attachments: tuple[Attachment, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()
    automatic: Automatic = Automatic.NO
    headers: tuple[tuple[str, str], ...] = ()  # every top header in order, name as written, decoded
    route: tuple[Hop, ...] = ()
    size: int = 0  # bytes of the raw mail
    oddities: tuple[Oddity, ...] = ()
    direction: Direction = Direction.INBOUND  # set by intake, which knows the office's addresses

    @property
    def sender(self) -> Address | None:
        """The first From address, or None."""
        return self.from_[0] if self.from_ else None

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everybody it went to, in header order."""
        return self.to + self.cc + self.bcc

    @property
    def at(self) -> datetime | None:
        """When it reached the mailbox: our own server's clock, else what the sender claims."""
        return self.received_at or self.date

    @property
    def is_automatic(self) -> bool:
        """No person typed this mail just now."""
        return self.automatic is not Automatic.NO

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of one header, in order; the name in any letter case."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


class Role(StrEnum):
    """What a folder is for (RFC 6154)."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    JUNK = "junk"
    TRASH = "trash"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Folder:
    """A mail folder. Levels of `name` are parted by "/"; no level holds a "/" of its own.

    `id` stays the same when people rename or move the folder; "" where the backend has none.
    """

    name: str
    role: Role = Role.OTHER
    id: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A mail as it lies in a folder. `tags` are categories as this mailbox spells them."""

    folder: str
    handle: Handle
    version: str  # changes whenever the tags or flags change
    tags: frozenset[str] = frozenset()
    role: Role = Role.OTHER  # of its folder
    at: datetime | None = None  # when the server got it (INTERNALDATE), aware UTC; None: unknown
