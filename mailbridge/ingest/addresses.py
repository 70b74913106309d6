"""Address fields (RFC 5322 §3.4) → Addresses, leniently and in linear time.

The standard library's strict reading answers nothing at all for `Khan, Amina <a@b.example>` and its
lenient one takes an address out of a display name; a caseworker's mail client does neither.
"""

import re
from collections.abc import Iterator
from typing import Final

from mailbridge.domain.message import Address
from mailbridge.ingest.headers import decode_words

_LONGEST_ADDRESS: Final = 320  # RFC 5321 §4.5.3.1: 64 + 1 + 255
# More recipients than any mail has; the 100,000 of a mistaken "reply all" are read.
MOST_ADDRESSES = 200_000

# One lexical token. Each alternative is linear: none can match the same text in two ways.
_UNQUOTED = r'<(?P<angle>[^<>]*)>|(?P<mark>[,;:()])|(?P<words>[^",;:()<>]+)|(?P<stray>["<>])'
_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|' + _UNQUOTED, re.DOTALL)
_AFTER_OPEN_QUOTE = re.compile(r"(?P<quoted>(?!))|" + _UNQUOTED, re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Item:
    """What has been read of one mailbox so far."""

    __slots__ = ("angles", "comment", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.angles: list[str] = []
        self.comment: list[str] = []

    def add(self, kind: str | None, token: re.Match[str]) -> None:
        """One token of a name or address; strays say nothing."""
        if kind == "angle":
            self.angles.append(token["angle"])
        elif kind == "quoted":
            self.words.append(_ESCAPED.sub(r"\1", token["quoted"]))
        elif kind == "words":
            self.words.append(token["words"])


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded address field, in order; groups are opened up.

    An address inside a display name is a name: `"mp@x.example" <else@y.example>` is from y.

    >>> addresses(  # doctest: +NORMALIZE_WHITESPACE
    ...     '"Khan, Amina" <A.Khan@Example.org>, team@x.example'
    ... )
    (Address(addr='a.khan@example.org', name='Khan, Amina'),
     Address(addr='team@x.example', name=''))
    >>> addresses("undisclosed-recipients:;")
    ()
    """
    return tuple(_mailboxes(value))


def _tokens(value: str) -> Iterator[re.Match[str]]:
    """Lexical tokens; after a quote that nobody closes all others are strays, so this is linear."""
    pattern, at = _TOKEN, 0
    while token := pattern.match(value, at):
        if token["stray"] == '"':
            pattern = _AFTER_OPEN_QUOTE
        yield token
        at = token.end()


def _mailboxes(value: str) -> Iterator[Address]:
    item, depth, count = _Item(), 0, 0
    held: list[str] = []  # a name cut by a comma that should have been quoted: Khan, Amina <…>
    for token in _tokens(value):
        kind, text = token.lastgroup, token[0]
        mark = text if kind == "mark" else ""
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif depth:
            item.comment.append(text)
        elif mark in {",", ";"}:
            read = list(_finish(item, held))
            held = [] if read or mark == ";" else [*held[-3:], "".join(item.words)]
            yield from read
            count += len(read)
            if count >= MOST_ADDRESSES:
                return
            item = _Item()
        elif mark == ":":
            # What came before named a group, unless an old client wrote "mailto:".
            item, held = _Item(), []
        else:
            item.add(kind, token)
    yield from _finish(item, held)


def _finish(item: _Item, held: list[str]) -> Iterator[Address]:
    words = "".join(item.words).strip()
    comment = "".join(item.comment).strip()
    if item.angles:
        name = ", ".join(part.strip() for part in [*held, words] if part.strip()) or comment
        for angle in item.angles:
            addr = addr_spec(angle)
            if addr:
                yield Address(addr, _name(name))
        return
    bare = [word for word in words.split() if "@" in word]
    if len(bare) == 1 and addr_spec(bare[0]):
        left = " ".join(word for word in words.split() if word != bare[0])
        yield Address(addr_spec(bare[0]), _name(left or comment))


def _name(raw: str) -> str:
    """A display name as people read it."""
    name = " ".join(decode_words(raw).split()).strip("'\" ")
    return name[:500]


def addr_spec(raw: str) -> str:
    """A lower-cased addr-spec without blanks, route or `mailto:`; "" when it is none.

    >>> addr_spec("@relay.example:Jane@Example.ORG")
    'jane@example.org'
    >>> addr_spec("MAILER-DAEMON")
    ''
    """
    text = "".join(raw.split()).strip("'\".")
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("@"):  # an obsolete route (RFC 5322 §4.4)
        text = text.rpartition(":")[2]
    left, at, right = text.rpartition("@")
    left = left.strip("'\"")
    if (
        not (at and left and right)
        or len(text) > _LONGEST_ADDRESS
        or set(right) & set("()<>,;:\"'[]\\ ")
    ):
        # A domain literal ([192.0.2.1]) is nobody's address in an office's mail.
        return ""
    return f"{left}@{right}".lower()
