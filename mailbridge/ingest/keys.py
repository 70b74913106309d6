"""The key of a mail: the same for every copy of it, different for any two mails."""

import hashlib
import re
from collections.abc import Callable
from itertools import chain
from typing import BinaryIO

from mailbridge.domain.message import MessageKey
from mailbridge.ingest.addresses import addresses
from mailbridge.ingest.block import read_header, read_lines
from mailbridge.ingest.headers import Header, instant, message_ids, unfold

_BLANKS = re.compile(r"\s+")
# One From with a hundred thousand addresses is no reason to read slowly.
_LONGEST = 65_536


class Fingerprint:
    """The identity of a mail, fed with its body only where its header does not suffice.

    The digest covers Message-ID (RFC 5322 §3.6.4), the addresses in From and the instant in Date:
    what no server on the way rewrites. Where one of them is missing, unreadable or there twice, two
    mails could share all three, so Subject, recipients and body are covered too: better twice read
    than once lost. Line endings and empty lines at the end count for nothing, because servers and
    folders change them; neither does any header that is added on the way.
    """

    def __init__(self, header: Header) -> None:
        ids = _distinct(header, "message-id", message_ids)
        senders = _distinct(header, "from", _addr_specs)
        dates = _distinct(header, "date", _instants)
        self.message_id = ids[0][0] if ids else ""
        self.needs_body = not (len(ids) == len(senders) == len(dates) == 1)
        self._digest = hashlib.blake2b(repr((ids, senders, dates)).encode(), digest_size=10)
        self._blank_lines = 0
        if self.needs_body:
            for name in ("subject", "to", "cc"):
                values = [unfold(raw[:_LONGEST]) for raw in header.raw(name)]
                self._digest.update(_BLANKS.sub(" ", "\n".join(values)).encode() + b"\0")

    def add(self, line: bytes) -> None:
        """Cover one line of the body, or a piece of one."""
        text = line.replace(b"\r", b"")
        words = text.rstrip(b"\n")
        if words:
            if self._blank_lines:
                self._digest.update(b"\n%d\n" % self._blank_lines)
            self._digest.update(words)
            self._blank_lines = 0
        self._blank_lines += len(text) - len(words)

    @property
    def key(self) -> MessageKey:
        """Twenty hex digits."""
        return MessageKey(self._digest.hexdigest())


def key_of(stream: BinaryIO) -> tuple[MessageKey, str]:
    """The key and the canonical Message-ID ("" where none) of a raw mail.

    Reads the header only, and the rest where the key needs it. `parse` gives the same two.
    """
    header, early, _ = read_header(stream, set())
    fingerprint = Fingerprint(header)
    if fingerprint.needs_body:
        for line in chain(early, read_lines(stream)):
            fingerprint.add(line)
    return fingerprint.key, fingerprint.message_id


def _distinct(
    header: Header, name: str, read: Callable[[str], tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """What the fields of one name say, each different saying once, unreadable ones left out."""
    values = (read(unfold(raw[:_LONGEST])) for raw in header.raw(name))
    return list(dict.fromkeys(value for value in values if value))


def _addr_specs(value: str) -> tuple[str, ...]:
    return tuple(address.addr for address in addresses(value))


def _instants(value: str) -> tuple[str, ...]:
    at = instant(value)
    return (at.isoformat(),) if at else ()
