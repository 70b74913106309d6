"""Mails quoted by a forward: who wrote what, when. Clues for matching, never the sender."""

import re
from datetime import UTC, datetime
from typing import Final

from mailbridge.domain.message import Forwarded
from mailbridge.ingest.addresses import addresses
from mailbridge.ingest.headers import instant
from mailbridge.ingest.newtext import BEGIN_FORWARD, LABEL, SEPARATOR

MOST_FORWARDS: Final = 20
_IS_FORWARD = re.compile(
    r"\s*(?:\[[^\]]{1,60}\]\s*)?(?:fwd?|wg|tr|vs|vb|rv|enc|i|doorst)\s*:", re.IGNORECASE
)
_FORWARD_WORDS: Final = (
    "forward",
    "weitergeleitet",
    "transféré",
    "réexpédié",
    "reenviad",
    "inoltrat",
    "doorgestuurd",
)
_QUOTE = re.compile(r"(?:>[ ]?){1,8}")
_MAILTO = re.compile(r"\[mailto:([^\]\s]{3,320})\]", re.IGNORECASE)
_LONGEST_HEADER: Final = 30
_SEEN: Final = 2_000
# 3 March 2026 09:15 / Monday, March 3, 2026 9:15 AM / 03/03/2026 09:15
_MONTHS: Final = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3})[a-z]* (\d{4})\b")
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3})[a-z]* (\d{1,2}),? (\d{4})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap])?\.?m?", re.IGNORECASE)


def quoted_forwards(text: str, subject: str) -> tuple[Forwarded, ...]:
    r"""The mails that a forward quotes with their header, first one first.

    A copied header counts when a program's mark of a forward stands above it, or the subject says
    that this is one; otherwise it is the history of an answer.

    >>> mark = "---------- Forwarded message ---------"
    >>> body = f"FYI\n{mark}\nFrom: Jo <jo@x.example>\nSubject: Damp\n\nHelp"
    >>> quoted_forwards(body, "Fwd: Damp")[0].sender
    Address(addr='jo@x.example', name='Jo')
    >>> quoted_forwards("Thanks\n\nFrom: Jo <jo@x.example>\nSubject: Damp\n\nHelp", "Re: Damp")
    ()
    """
    is_forward = _IS_FORWARD.match(subject) is not None
    if not is_forward and not _speaks_of_forwarding(text):
        return ()
    lines = text.split("\n")
    starts: list[tuple[int, int]] = []  # header from, words from
    index, is_marked = 0, False
    while index < len(lines) and len(starts) < MOST_FORWARDS:
        line = _bare(lines[index])[:_SEEN]
        if SEPARATOR.fullmatch(line) or BEGIN_FORWARD.fullmatch(line):
            is_marked = _speaks_of_forwarding(line)
        elif (label := LABEL.match(line)) and (is_marked or is_forward):
            stop, kinds = _header_end(lines, index)
            if "from" in kinds and kinds & {"sent", "to", "subject"}:
                starts.append((index, stop))
                index, is_marked = stop, False
                continue
            if label.lastgroup == "from":
                is_marked = False
        elif line.strip():
            is_marked = False
        index += 1
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return tuple(_read(lines, *start, end) for start, end in zip(starts, ends, strict=False))


def _speaks_of_forwarding(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _FORWARD_WORDS)


def _bare(line: str) -> str:
    """A line without quote marks."""
    quote = _QUOTE.match(line)
    return line[quote.end() :] if quote else line


def _header_end(lines: list[str], start: int) -> tuple[int, set[str]]:
    kinds: set[str] = set()
    stop = start
    for index in range(start, min(start + _LONGEST_HEADER, len(lines))):
        line = _bare(lines[index])[:_SEEN]
        if label := LABEL.match(line):
            kinds.add(label.lastgroup or "")
            stop = index + 1
        elif not line.strip():
            following = _bare(lines[index + 1])[:_SEEN] if index + 1 < len(lines) else ""
            if not LABEL.match(following):
                break
    return stop, kinds


def _read(lines: list[str], start: int, words: int, end: int) -> Forwarded:
    said: dict[str, str] = {}
    for line in lines[start:words]:
        bare = _bare(line)[:_SEEN]
        label = LABEL.match(bare)
        if label and label.lastgroup:
            said.setdefault(label.lastgroup, bare[label.end() :].strip(" *\t\xa0"))
    senders = addresses(_MAILTO.sub(r"<\1>", said.get("from", "")))
    return Forwarded(
        sender=senders[0] if senders else None,
        subject=said.get("subject", ""),
        date=loose_instant(said.get("sent", "")),
        text="\n".join(_bare(line) for line in lines[words:end]).strip(),
    )


def loose_instant(value: str) -> datetime | None:
    """A date as mail programs write it for people; None where it can't be read.

    The time is the forwarder's own, in a zone that nobody wrote down: it is taken for UTC. Numbers
    are day, month, year.

    >>> loose_instant("Monday, March 2, 2026 3:50 PM")
    datetime.datetime(2026, 3, 2, 15, 50, tzinfo=datetime.timezone.utc)
    >>> loose_instant("last week") is None
    True
    """
    value = value[:200]
    clock = _CLOCK.search(value)
    if not (clock and clock[3]) and (at := instant(value)) is not None:
        return at
    if found := _DAY_FIRST.search(value):
        day, month, year = found[1], found[2], found[3]
    elif found := _MONTH_FIRST.search(value):
        day, month, year = found[2], found[1], found[3]
    elif found := _NUMBERS.search(value):
        day, month, year = found[1], _MONTHS[int(found[2]) % 12 - 1], found[3]
    else:
        return None
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    if clock and clock[3]:
        hour = hour % 12 + 12 * (clock[3].lower() == "p")
    try:
        number = _MONTHS.index(month.lower()[:3]) + 1
        return datetime(int(year), number, int(day), hour, minute, tzinfo=UTC)
    except ValueError:
        return None
