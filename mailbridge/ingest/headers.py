"""Header fields: raw bytes → names, text, addresses, dates and Message-IDs. Linear on any input."""

import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from mailbridge.ingest.charsets import decode

Field = tuple[str, bytes]  # name as written, raw value still folded

# A subject of 210 kB costs other parsers seconds; nobody reads beyond this.
LONGEST_TEXT = 32_768


class Header:
    """The fields at the top of a mail or part, in order."""

    __slots__ = ("_by_name", "fields")

    def __init__(self, fields: Iterable[Field] = ()) -> None:
        self.fields = tuple(fields)
        self._by_name: dict[str, list[bytes]] = {}
        for name, value in self.fields:
            self._by_name.setdefault(name.lower(), []).append(value)

    def raw(self, name: str) -> list[bytes]:
        """Every raw value of one field; the name in lower case."""
        return self._by_name.get(name, [])

    def first(self, name: str) -> str:
        """The first value of a field as text, or ""; the name in lower case."""
        values = self._by_name.get(name)
        return text_of(values[0]) if values else ""


_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def unfold(raw: bytes) -> str:
    r"""A raw value on one line, raw 8-bit bytes decoded, encoded-words left alone.

    >>> unfold(b" caf\xc3\xa9\r\n\tbar")
    'café bar'
    """
    raw = raw.strip()
    text = raw.decode("ascii") if raw.isascii() else decode(raw)[0]
    if not text.isprintable():
        text = _CONTROL.sub("", _FOLD.sub(" ", text))
    return text.strip()


def text_of(raw: bytes) -> str:
    """A raw value as people should read it: unfolded, RFC 2047 decoded.

    >>> text_of(b"=?utf-8?q?Caf=C3=A9?= bills")
    'Café bills'
    >>> text_of(b"plain =? words")
    'plain =? words'
    """
    return decode_words(unfold(raw[:LONGEST_TEXT]))


# RFC 2047 §2, with the language of RFC 2231 §5. Blanks inside the text are against the standard,
# and common: some programs leave them in when encoding with Q.
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?\r\n]*)\?=")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")


def decode_words(text: str) -> str:
    """Text with its encoded-words (RFC 2047) decoded; what can't be decoded stays as it is.

    Words in a row are joined as bytes first: many programs cut between the bytes of one letter.

    >>> decode_words("=?utf-8?B?4pyT?= =?utf-8?q?_ok?=")
    '✓ ok'
    >>> decode_words("=?utf-8?B?4pw=?= =?utf-8?B?kw==?= a =? b")
    '✓ a =? b'
    """
    if "=?" not in text:
        return text
    out: list[str] = []
    waiting = b""
    charset = ""
    end = 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        octets = _word_bytes(word[2], word[3])
        after_word = end > 0 and bool(charset)
        if octets is None or word[1].lower() != charset or between.strip() or not after_word:
            out.append(decode(waiting, charset)[0])
            waiting, charset = b"", ""
            # Blanks between two encoded-words belong to neither (RFC 2047 §6.2).
            if between.strip() or not after_word or octets is None:
                out.append(between)
        if octets is None:
            out.append(word[0])
        else:
            waiting, charset = waiting + octets, word[1].lower()
        end = word.end()
    out.append(decode(waiting, charset)[0])
    out.append(text[end:])
    joined = "".join(out)
    return joined if joined.isprintable() else _CONTROL.sub("", _FOLD.sub(" ", joined))


def _word_bytes(encoding: str, body: str) -> bytes | None:
    """The bytes of one encoded-word, or None when it can't be decoded."""
    raw = body.encode("utf-8", "replace")
    if encoding in "qQ":
        return _QUOTED.sub(lambda m: bytes.fromhex(m[1].decode()), raw.replace(b"_", b" "))
    raw = raw.replace(b" ", b"").rstrip(b"=")
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return None


# RFC 5322 §3.6.4, read leniently: whatever stands between angle brackets. Programs that fold long
# lines by force leave blanks inside; they are no part of the identifier.
_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_MOST_IDS = 1000


def message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs of an unfolded value without angle brackets, in order, each once.

    >>> message_ids("<a@x.example> (was: <b@x.example>)")
    ('a@x.example', 'b@x.example')
    >>> message_ids("Your mail of Friday")
    ()
    """
    found = [canonical_id(match) for match in _BRACKETED.findall(value)[-_MOST_IDS:]]
    if not found:
        # Without brackets: only what can be nothing else.
        found = [canonical_id(word) for word in value.split()[:_MOST_IDS] if _is_bare_id(word)]
    return tuple(dict.fromkeys(one for one in found if one))


def canonical_id(inside: str) -> str:
    """One identifier in its canonical spelling: no blanks, no needless quotes (RFC 5322 §3.6.4).

    >>> canonical_id(' "abc"@x.example ')
    'abc@x.example'
    """
    text = "".join(inside.split())
    left, at, right = text.rpartition("@")
    if left[1:-1] and left[0] == left[-1] == '"' and not set(left[1:-1]) & set('"\\(),:;<>@[]'):
        left = left[1:-1]
    return left + at + right


def _is_bare_id(word: str) -> bool:
    left, _, right = word.partition("@")
    return bool(left and right) and not set(word) & set("()<>,;\"'[]") and "@" not in right


# Names that are used in mail though RFC 5322 §4.3 knows only the North American ones.
_ZONES = {"BST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "WEST": 1, "EET": 2, "EEST": 3}
_ZONE_NAME = re.compile(r"\b([A-Z]{3,4})\s*(?:\(.*)?$")


def instant(value: str) -> datetime | None:
    """An RFC 5322 date as aware UTC; None where it can't be read. No zone at all counts as UTC.

    >>> instant("Sat, 21 Nov 2026 09:30:00 BST")
    datetime.datetime(2026, 11, 21, 8, 30, tzinfo=datetime.timezone.utc)
    >>> instant("yesterday") is None
    True
    """
    value = value[:200]
    try:
        parts = parsedate_tz(value)
        if parts is None:
            return None
        name = _ZONE_NAME.search(value)
        offset = parts[9] or 0
        if not offset and name and name[1] in _ZONES:
            offset = _ZONES[name[1]] * 3600
        zone = timezone(timedelta(seconds=offset))
        year, month, day, hour, minute, second = parts[:6]
        # RFC 5322 §3.3 allows the leap second 60, datetime doesn't.
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(
            UTC
        )
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


_FIELD_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:")
# A field the reader knows: the line after a broken fold must be one, or the body has begun.
_KNOWN = re.compile(
    rb"(?i)(?:received|from|to|cc|bcc|date|subject|message-id|reply-to|sender|return-path|"
    rb"references|in-reply-to|mime-version|content-[a-z-]+|x-[a-z0-9-]+|delivered-to|"
    rb"dkim-signature|authentication-results|list-[a-z]+|precedence|auto-submitted|arc-[a-z-]+)"
    rb"[ \t]*:"
)


def is_field(line: bytes) -> bool:
    """Whether a line begins a header field (RFC 5322 §2.2)."""
    return _FIELD_NAME.match(line) is not None


def is_known_field(line: bytes) -> bool:
    """Whether a line begins one of the fields that mail programs write."""
    return _KNOWN.match(line) is not None


def fields_of(lines: list[bytes]) -> Iterator[Field]:
    """The fields of header lines; a line that begins none continues the one before, and so does
    whatever follows a piece of a line that was too long to be read at once."""
    name, value, is_whole = "", bytearray(), True
    for line in lines:
        match = _FIELD_NAME.match(line) if is_whole and line[:1] not in b" \t" else None
        if match:
            if name:
                yield name, bytes(value)
            name, value = match[1].decode("ascii"), bytearray(line[match.end() :])
        else:
            value += line
        is_whole = line.endswith(b"\n")
    if name:
        yield name, bytes(value)
