"""What a server answered, read: pure, and ValueError for anything that is not IMAP.

imaplib hands on untagged responses by their name: bytes for a line, and where a line holds a
literal a pair (line so far, literal) followed by the rest of the line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient.response_parser import parse_fetch_response

Raw = bytes | tuple[bytes, bytes]

_NAME = rb'(?:"(?:[^"\\]|\\.)*"|[^\s"]+)'
_LISTED = re.compile(rb'\(([^)]*)\) (?:NIL|"(\\?.)") (' + _NAME + rb")(?: .*)?", re.DOTALL)
_STATUS = re.compile(rb"(" + _NAME + rb") \((.*)\)\s*", re.DOTALL)
_ITEM = re.compile(rb"([A-Z-]+) \(?([^ ()]+)\)?", re.IGNORECASE)
_LITERAL = re.compile(rb"\{\d+\}$")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
# The order that we ask in, which most servers answer in; any other one is read the slow way.
_FETCHED = re.compile(
    rb'\d+ \(UID (\d+) FLAGS \(([^()]*)\) INTERNALDATE "([^"]*)"(?: MODSEQ \(\d+\))?\)'
)
_DATE = re.compile(r"\s?(\d?\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_CODE = re.compile(r"\[([A-Z-]+)(?: ([^\]]*))?\]\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """The untagged responses to one command, by name."""

    untagged: Mapping[str, Sequence[Raw]]

    def lines(self, name: str) -> Iterator[bytes]:
        """Each response of that name as one line, its literals written as quoted strings."""
        line = b""
        for raw in self.untagged.get(name, ()):
            if isinstance(raw, tuple):
                line += _LITERAL.sub(b"", raw[0]) + quoted(raw[1])
            elif raw is not None:
                yield line + raw
                line = b""

    def number(self, name: str) -> int:
        """The number in a response or response code; 0 where there is none."""
        found = self.untagged.get(name, ())
        return int(found[-1]) if found and found[-1] else 0  # type: ignore[arg-type]  # bytes

    def text(self, name: str) -> str:
        """The last response of that name; "" where there is none."""
        found = list(self.lines(name))
        return found[-1].decode("ascii") if found else ""


def quoted(name: bytes) -> bytes:
    r"""A name as a quoted string (RFC 3501 §9).

    >>> quoted(b'say "damp"')
    b'"say \\"damp\\""'
    """
    return b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _plain(name: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", name[1:-1]) if name[:1] == b'"' else name


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of LIST: attributes in lower case, the separator ("" for none), the raw name."""

    attributes: frozenset[str]
    separator: str
    name: bytes


def listed(line: bytes) -> Listed:
    r"""One line of LIST.

    >>> listed(b'(\\HasNoChildren \\Sent) "." "Sent Items"').name
    b'Sent Items'
    >>> listed(b"nonsense")
    Traceback (most recent call last):
    ValueError: not a line of LIST
    """
    found = _LISTED.fullmatch(line)
    if not found:
        raise ValueError("not a line of LIST")
    separator = (found[2] or b"")[-1:].decode("ascii")
    attributes = frozenset(found[1].decode("ascii").lower().split())
    return Listed(attributes, separator, _plain(found[3]))


@dataclass(frozen=True, slots=True)
class Status:
    """How a folder stands; numbers are 0 where the server does not say."""

    messages: int = 0
    next_uid: int = 0
    validity: int = 0
    modseq: int = 0
    id: str = ""


def status_of(line: bytes) -> tuple[bytes, Status]:
    """The raw name in a line of STATUS, and what it says.

    >>> status_of(b'"a b" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 4 MAILBOXID (F1))')[1].id
    'F1'
    >>> status_of(b"nonsense")
    Traceback (most recent call last):
    ValueError: not a line of STATUS
    """
    found = _STATUS.fullmatch(line)
    if not found:
        raise ValueError("not a line of STATUS")
    items = {name.upper(): value for name, value in _ITEM.findall(found[2])}
    number = {name: int(value) for name, value in items.items() if value.isdigit()}
    return _plain(found[1]), Status(
        messages=number.get(b"MESSAGES", 0),
        next_uid=number.get(b"UIDNEXT", 0),
        validity=number.get(b"UIDVALIDITY", 0),
        modseq=number.get(b"HIGHESTMODSEQ", 0),
        id=items.get(b"MAILBOXID", b"").decode("ascii", "replace"),
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """What FETCH told of one mail. `flags` as the server spells them, in its order."""

    uid: int
    flags: tuple[str, ...]
    at: datetime | None


def mails(responses: Iterable[Raw]) -> Iterator[Mail]:
    """The mails that FETCH told of with UID and FLAGS; others were not asked for.

    >>> line = b'1 (UID 7 FLAGS () INTERNALDATE " 2-Nov-2026 09:00:00 +0000")'
    >>> [mail.uid for mail in mails([line])]
    [7]
    >>> list(mails([b"1 (FLAGS ())"]))
    []
    """
    read: dict[bytes, tuple[str, ...]] = {}  # a folder of 100,000 mails has few sets of flags
    odd: list[Raw] = []
    for raw in responses:
        found = _FETCHED.fullmatch(raw) if isinstance(raw, bytes) else None
        if found is None:
            odd.append(raw)
            continue
        uid, flags, date = found.groups()
        if flags not in read:
            read[flags] = tuple(flags.decode("ascii", "replace").split())
        yield Mail(int(uid), read[flags], instant(date.decode("ascii", "replace")))
    if odd:
        for items in bodies(odd).values():
            if b"UID" in items and b"FLAGS" in items:
                names = (_text(flag) for flag in items[b"FLAGS"])
                date = items.get(b"INTERNALDATE")
                yield Mail(items[b"UID"], tuple(names), date and date.astimezone(UTC))


def bodies(responses: Iterable[Raw]) -> dict[int, dict[bytes, Any]]:
    """Everything that FETCH told, by sequence number. Raises ValueError and imapclient's errors."""
    return dict(parse_fetch_response(list(responses), normalise_times=False, uid_is_key=False))


def _text(atom: object) -> str:
    # The library reads a keyword of digits as a number, and one called NIL as nothing.
    return atom.decode("ascii", "replace") if isinstance(atom, bytes) else str(atom or "NIL")


def instant(date: str) -> datetime | None:
    """An INTERNALDATE (RFC 3501 §9, date-time) as aware UTC; None where it is none.

    >>> instant(" 2-Nov-2026 09:00:00 +0100").isoformat()
    '2026-11-02T08:00:00+00:00'
    >>> instant("yesterday")
    """
    found = _DATE.fullmatch(date)
    if not found or found[2].lower() not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    zone = timedelta(hours=int(found[8]), minutes=int(found[9]))
    try:
        local = datetime(year, _MONTHS[found[2].lower()], day, hour, minute, second, tzinfo=UTC)
        return local - zone if found[7] == "+" else local + zone
    except (ValueError, OverflowError):
        return None


def code_of(text: str) -> tuple[str, str, str]:
    """The response code of a tagged answer (RFC 5530), its argument, and the words after it.

    >>> code_of("[ALREADYEXISTS] Mailbox exists"), code_of("No.")
    (('ALREADYEXISTS', '', 'Mailbox exists'), ('', '', 'No.'))
    """
    found = _CODE.match(text)
    return (found[1].upper(), found[2] or "", found[3]) if found else ("", "", text)
