"""The way a mail took: its Received fields (RFC 5321 §4.4), read by mail-parser."""

import logging
from typing import Final

from mailparser.utils import receiveds_parsing

from mailbridge.domain.message import Hop
from mailbridge.ingest.headers import Header, instant, unfold

MOST_HOPS: Final = 50  # a mail that loops has a hundred
_LONGEST: Final = 2_000
# It logs the whole field, and a log never carries an address.
logging.getLogger("mailparser").addHandler(logging.NullHandler())
logging.getLogger("mailparser").propagate = False


def route(header: Header) -> tuple[Hop, ...]:
    """The servers a mail came through, first hop first; at most the newest fifty.

    >>> from mailbridge.ingest.headers import Header
    >>> field = b" from a.example by b.example; Sat, 21 Nov 2026 09:30:00 +0000"
    >>> route(Header((("Received", field),)))[0].by
    'b.example'
    >>> route(Header(()))
    ()
    """
    raw = [unfold(value[:_LONGEST]) for value in header.raw("received")[:MOST_HOPS]]
    if not raw:
        return ()
    try:
        read = receiveds_parsing(raw)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return ()
    hops: list[Hop] = []
    for value, hop in zip(reversed(raw), read, strict=False):
        at = instant(value.rpartition(";")[2])
        before = hops[-1].at if hops else None
        delay = (at - before).total_seconds() if at and before else 0.0
        hops.append(Hop(_word(hop.get("by")), _word(hop.get("from")), at, delay))
    return tuple(hops)


def _word(clause: object) -> str:
    """The server's name: the first word of a clause; what stands in brackets after it is its HELO
    or address."""
    return str(clause or "").partition(" ")[0][:255]
