"""The way a mail took: its Received fields (RFC 5321 §4.4), read by mail-parser."""

from typing import Final

from mailparser.exceptions import MailParserReceivedParsingError
from mailparser.received import split_received

from mailbridge.domain.message import Hop
from mailbridge.ingest.headers import Header, instant, unfold

MOST_HOPS: Final = 50  # a mail that loops has a hundred
_LONGEST: Final = 2_000


def route(header: Header) -> tuple[Hop, ...]:
    """The servers a mail came through, first hop first; at most the newest fifty.

    mail-parser's scanner of the clauses is used by itself: what its public function does besides
    costs three times as much and logs the whole field, addresses included.

    >>> field = b" from a.example by b.example; Sat, 21 Nov 2026 09:30:00 +0000"
    >>> route(Header([("Received", field)]))[0].by
    'b.example'
    >>> route(Header())
    ()
    """
    hops: list[Hop] = []
    for raw in reversed(header.raw("received")[:MOST_HOPS]):
        value = unfold(raw[:_LONGEST])
        clauses, stamp = _split(value)
        at = instant(stamp)
        before = hops[-1].at if hops else None
        delay = (at - before).total_seconds() if at and before else 0.0
        hops.append(Hop(_server(clauses.get("by")), _server(clauses.get("from")), at, delay))
    return tuple(hops)


def _split(value: str) -> tuple[dict[str, str], str]:
    """The clauses and the date. A field that can't be taken apart still ends with its date."""
    try:
        clauses, stamp = split_received(value)
    except MailParserReceivedParsingError:
        return {}, value.rpartition(";")[2].strip()
    # Of a clause given twice, the first: sendmail repeats `with` behind the server's own.
    return dict(reversed(clauses)), stamp or value.rpartition(";")[2].strip()


def _server(clause: str | None) -> str:
    """The server's name: what stands in brackets after it is its HELO or address."""
    return (clause or "").partition(" ")[0][:255]
