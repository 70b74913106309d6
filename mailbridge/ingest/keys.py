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
# What servers and programs put into a mail that already lies in a mailbox, or comes to it.
_ADDED = re.compile(
    r"(?i)(?:received|return-path|delivered-to|envelope-to|status|authentication-results|arc-.*|x-.*)$"
)

# The Message-ID that `reminders.drafting` gives a draft: it follows from the chase, and is unique.
_OUR_DRAFT = re.compile(r"mailbridge\.[0-9a-f]{24}@")


class Fingerprint:
    """The identity of a mail, fed with its body line by line.

    The digest covers Message-ID (RFC 5322 §3.6.4), the addresses in From, the instant in Date, and
    the body. Web forms give every mail the same Message-ID, and two of them can come in the same
    second: only the body tells those apart, and better twice read than once lost. Where one of the
    three is missing, unreadable or there twice, Subject and recipients are covered too; where all
    three are missing, every field but those that are added on the way.

    Keys are compared within one mailbox, where copies differ in their header at most. Line endings,
    blanks at the end of lines and empty lines count for nothing, because servers and folders change
    them; neither does any header that is added on the way. A draft that mailbridge wrote is known
    by the header alone: people edit its body, and it must not be written again beside theirs.
    """

    def __init__(self, header: Header) -> None:
        ids = _distinct(header, "message-id", message_ids)
        senders = _distinct(header, "from", _addr_specs)
        dates = _distinct(header, "date", _instants)
        self.message_id = ids[0][0] if ids else ""
        self._digest = hashlib.blake2b(repr((ids, senders, dates)).encode(), digest_size=10)
        self._is_new_line = False  # what comes next begins a line
        self._blanks = 0  # at the end of a piece of a line: they count if the line goes on
        is_whole = len(ids) == len(senders) == len(dates) == 1
        self._covers_body = not (is_whole and _OUR_DRAFT.match(self.message_id))
        if not is_whole:
            for name in ("subject", "to", "cc"):
                values = [unfold(raw[:_LONGEST]) for raw in header.raw(name)]
                self._digest.update(_BLANKS.sub(" ", "\n".join(values)).encode() + b"\0")
        if not (ids or senders or dates):
            for name, raw in header.fields:
                if not _ADDED.match(name):
                    self._digest.update(b"%s:%s\0" % (name.encode(), b" ".join(raw.split())))

    def add(self, line: bytes) -> None:
        """Cover one line of the body, or a piece of one."""
        words = line.rstrip() if self._covers_body else b""
        if words:
            if self._is_new_line:
                self._digest.update(b"\n")
            elif self._blanks:
                self._digest.update(b"\0%d\0" % self._blanks)
            self._digest.update(words)
            self._is_new_line, self._blanks = False, 0
        if line.endswith(b"\n"):
            self._is_new_line = True
        else:
            self._blanks += len(line) - len(words)

    @property
    def key(self) -> MessageKey:
        """Twenty hex digits."""
        return MessageKey(self._digest.hexdigest())


def key_of(stream: BinaryIO) -> tuple[MessageKey, str]:
    """The key and the canonical Message-ID ("" where none) of a raw mail.

    Reads it to its end, a line at a time. `parse` gives the same two.
    """
    header, early, _ = read_header(stream, set())
    fingerprint = Fingerprint(header)
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
