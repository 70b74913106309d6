"""bytes → Message. Never fails: what breaks a standard is tolerated and told as an oddity.

RFC 5322 (mail), 2045-2047 and 2231 (MIME), 3676 (flowed text), 5321 §4.4 (route).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import BinaryIO, Final

from mailbridge.domain.message import Address, Forwarded, Message, MessageKey, Oddity
from mailbridge.ingest.addresses import addresses
from mailbridge.ingest.automatic import automatic
from mailbridge.ingest.block import read_header, read_lines
from mailbridge.ingest.contents import Contents, contents_of
from mailbridge.ingest.forwards import quoted_forwards
from mailbridge.ingest.headers import (
    Header,
    instant,
    is_known_field,
    message_ids,
    text_of,
    unfold,
)
from mailbridge.ingest.keys import Fingerprint
from mailbridge.ingest.newtext import split
from mailbridge.ingest.route import route
from mailbridge.ingest.skim import Part, skim

ODDITIES: Final = {
    "empty": "There is not one byte in it.",
    "no-header": "It does not begin with the header of a mail, so nobody knows whose it is.",
    "unreadable": "Reading it failed in a way that is our fault: please report it.",
    "no-message-id": "It has no Message-ID; its key also covers subject and recipients.",
    "repeated-message-id": "It has several Message-IDs; the first counts.",
    "no-from": "It names no sender.",
    "two-senders": "It names several senders; it is never matched without a person.",
    "no-date": "Its date is missing or can't be read; the time of arrival counts.",
    "no-blank-line": "No empty line parts its header from its text.",
    "broken-header": "A header line was cut in two and put together again.",
    "long-header": "A header line was longer than is read; the rest of it was left out.",
    "no-boundary": "It promises several parts and holds none; it was read as one text.",
    "no-end-boundary": "It ends within a part: some of it may be missing.",
    "too-many-parts": "It has more parts than are read.",
    "broken-encoding": "A part's base64 or uuencode is damaged; what could be read was.",
    "wrong-charset": "A part's text is not in the character set it claims.",
    "long-text": "A text was longer than is read; the rest of it was left out.",
    "long-attachment": "An attachment was longer than is read.",
    "encrypted": "It is encrypted: only its header could be read.",
}
"""Every oddity code, and what it means to people."""

SET_ASIDE: Final[frozenset[str]] = frozenset({"empty", "no-header", "unreadable"})
"""Oddities with which a mail is set aside for a person: we can't say what it is, or whose."""

_LONGEST_ADDRESSES: Final = 8_000_000  # bytes of one field
_LONGEST_IDS: Final = 200_000


def parse(stream: BinaryIO) -> Message:
    r"""The mail in a binary stream, read once from where the stream stands to its end.

    `key` and `message_id` are those of `key_of`. `direction` is left for the caller, who knows the
    office's addresses. What the stream itself raises (OSError) is not caught; nothing else is
    raised, whatever the bytes are.

    >>> import io
    >>> mail = parse(io.BytesIO(b"From: Amina <a@b.example>\nSubject: Damp\n\nThe roof leaks."))
    >>> mail.sender, mail.subject, mail.new_text
    (Address(addr='a@b.example', name='Amina'), 'Damp', 'The roof leaks.')
    >>> parse(io.BytesIO(b"")).oddities[0].code
    'empty'
    """
    oddities: set[str] = set()
    header, early, size = read_header(stream, oddities)
    fingerprint = Fingerprint(header)
    body = _Body(chain(early, read_lines(stream)), fingerprint)
    parts: list[Part] = []
    message = Message(fingerprint.key)
    try:
        parts = skim(header, body, oddities)
        message = _message(parts, oddities)
    except (OSError, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # the last guard: one mail must never stop the reading
        oddities.add("unreadable")
        for _ in body:
            pass
    finally:
        for part in parts:
            if part.file:
                part.file.close()
    if not size + body.size:
        oddities = {"empty"}
    return replace(
        message,
        key=fingerprint.key,
        message_id=fingerprint.message_id,
        size=size + body.size,
        oddities=tuple(Oddity(code, ODDITIES[code]) for code in ODDITIES if code in oddities),
    )


class _Body:
    """The lines of a body, counted, and shown to the fingerprint."""

    def __init__(self, lines: Iterable[bytes], fingerprint: Fingerprint) -> None:
        self._lines = iter(lines)
        self._add = fingerprint.add
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.size += len(line)
            self._add(line)
            yield line


def _message(parts: Sequence[Part], oddities: set[str]) -> Message:
    header = parts[0].header
    hops = route(header)
    subject = text_of(b" ".join(header.raw("subject")[:1]))
    contents, *inner = contents_of(parts, oddities)
    new_text, signature = split(contents.text)
    message = Message(
        MessageKey(""),
        in_reply_to=message_ids(_joined(header, "in-reply-to")),
        references=message_ids(_joined(header, "references")),
        date=_date(header),
        received_at=hops[-1].at if hops else None,
        from_=_addresses(header, "from"),
        reply_to=_addresses(header, "reply-to"),
        to=_addresses(header, "to"),
        cc=_addresses(header, "cc"),
        bcc=_addresses(header, "bcc"),
        subject=subject,
        text=contents.text,
        new_text=new_text,
        signature=signature,
        attachments=tuple(chain(contents.attachments, *(one.attachments for one in inner))),
        forwarded=(
            *map(_forwarded, inner),
            *chain(contents.forwarded, *(one.forwarded for one in inner)),
            *quoted_forwards(contents.text, subject),
        ),
        automatic=automatic(parts, subject),
        headers=tuple((name, text_of(raw)) for name, raw in header.fields),
        route=hops,
    )
    _note_header(header, message, oddities)
    return message


def _note_header(header: Header, message: Message, oddities: set[str]) -> None:
    """What the header lacks."""
    if not any(is_known_field(name.encode() + b":") for name, _ in header.fields):
        oddities.add("no-header")
    ids = {unfold(raw) for raw in header.raw("message-id")}
    if len(ids) > 1:
        oddities.add("repeated-message-id")
    if not message_ids(" ".join(ids)):
        oddities.add("no-message-id")
    if not message.from_:
        oddities.add("no-from")
    if len({address.addr for address in message.from_}) > 1:
        oddities.add("two-senders")
    if message.date is None:
        oddities.add("no-date")


def _joined(header: Header, name: str) -> str:
    """All fields of one name on one line: References is repeated by some programs."""
    return " ".join(unfold(raw[:_LONGEST_IDS]) for raw in header.raw(name))


def _addresses(header: Header, name: str) -> tuple[Address, ...]:
    found = (addresses(unfold(raw[:_LONGEST_ADDRESSES])) for raw in header.raw(name))
    return tuple(chain.from_iterable(found))


def _date(header: Header) -> datetime | None:
    """The first Date that can be read."""
    read = (instant(unfold(raw[:1_000])) for raw in header.raw("date"))
    return next((at for at in read if at), None)


def _forwarded(contents: Contents) -> Forwarded:
    """A mail that was attached whole."""
    header = contents.header
    ids = message_ids(_joined(header, "message-id"))
    senders = _addresses(header, "from")
    return Forwarded(
        sender=senders[0] if senders else None,
        subject=header.first("subject"),
        date=_date(header),
        text=contents.text,
        message_id=ids[0] if ids else "",
    )
