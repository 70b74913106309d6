"""The body of a text part: transfer encoding undone, decoded, flowed lines joined, uuencode out."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from mailbridge.domain.message import Attachment
from mailbridge.ingest.charsets import decode
from mailbridge.ingest.html import to_text
from mailbridge.ingest.skim import Part

LONGEST_TEXT: Final = 1_000_000  # letters read of one part
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Body:
    """One text part as read."""

    text: str  # quotes included
    html: str  # the source, or "" for plain text
    attachments: tuple[Attachment, ...]  # that stood uuencoded in the text
    oddities: frozenset[str]


def read_body(part: Part) -> Body:
    """The words of a text part. Never fails."""
    octets, is_broken = transfer_decoded(b"".join(part.lines), part.encoding)
    oddities = {"broken-encoding"} if is_broken else set()
    label = part.parameter("charset")
    is_html = part.content_type == "text/html"
    if is_html and not label and (meta := _META_CHARSET.search(octets[:4096])):
        label = meta[1].decode("ascii")
    source, is_right = decode(octets, label)
    if not is_right:
        oddities.add("wrong-charset")
    source = source.replace("\r\n", "\n").replace("\r", "\n")[:LONGEST_TEXT]
    if is_html:
        return Body(to_text(source), source, (), frozenset(oddities))
    attachments: tuple[Attachment, ...] = ()
    if "\nbegin " in source or source.startswith("begin "):
        source, attachments = without_uuencoded(source)
    if part.parameter("format").lower() == "flowed":
        source = unflowed(source, removes_blank=part.parameter("delsp").lower() == "yes")
    return Body(source, "", attachments, frozenset(oddities))


def transfer_decoded(raw: bytes, encoding: str) -> tuple[bytes, bool]:
    r"""The bytes, transfer encoding undone as far as it can be, and whether it was broken.

    >>> transfer_decoded(b"caf=C3=A9 =\n50=25 =ZZ", "quoted-printable")
    (b'caf\xc3\xa9 50% =ZZ', False)
    >>> transfer_decoded(b"SGVsbG8", "base64")
    (b'Hello', True)
    """
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw), False
    if encoding == "base64":
        return _base64(raw)
    if encoding in _UUENCODED:
        return _uudecoded(raw)
    return raw, False


def _base64(raw: bytes) -> tuple[bytes, bool]:
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True), False
    except binascii.Error:
        pass
    # A footer that a list server added behind the encoded text is kept as it is: everything from
    # the first line that can't be base64.
    head, mark, tail = raw.partition(b"=\n") if b"=\n" in raw else raw.partition(b"=\r\n")
    tail = tail.lstrip(b"=\r\n")
    letters = NOT_BASE64.sub(b"", head)
    usable = len(letters) - (1 if len(letters) % 4 == 1 else 0)
    padded = letters[:usable] + b"=" * (-usable % 4)
    return binascii.a2b_base64(padded) + (b"\n" + tail if mark and b" " in tail else b""), True


def _uudecoded(raw: bytes) -> tuple[bytes, bool]:
    out, is_broken = [], False
    for line in raw.splitlines():
        if line.startswith(b"begin ") or not line:
            continue
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            is_broken = True
    return b"".join(out), is_broken


_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,250})")
_UU_LINE = re.compile(r"[!-`][ -`]*")


def without_uuencoded(text: str) -> tuple[str, tuple[Attachment, ...]]:
    r"""Text without the files that old programs wrote into it, and those files.

    >>> without_uuencoded("Hi\nbegin 644 a.txt\n#0V%T\n`\nend\nBye")[0]
    'Hi\nBye'
    >>> without_uuencoded("Let us begin 644 days early")
    ('Let us begin 644 days early', ())
    """
    kept: list[str] = []
    found: list[Attachment] = []
    lines = text.split("\n")
    ends = {index for index, line in enumerate(lines) if line.strip() == "end"}
    index = 0
    while index < len(lines):
        begin = _BEGIN.fullmatch(lines[index].rstrip()) if ends else None
        stop = index + 1
        if begin:
            while (
                stop < len(lines) and stop not in ends and _UU_LINE.fullmatch(lines[stop].rstrip())
            ):
                stop += 1
        if begin and stop in ends:
            size = sum((ord(line[0]) - 32) % 64 for line in lines[index + 1 : stop] if line)
            found.append(Attachment(begin[1], "application/octet-stream", size))
            index = stop + 1
        else:
            kept.extend(lines[index:stop])
            index = stop
    return "\n".join(kept), tuple(found)


def unflowed(text: str, *, removes_blank: bool) -> str:
    r"""Flowed lines joined to the paragraphs they were typed as (RFC 3676 §4).

    >>> unflowed("Dear \nMrs Khan,\n-- \nJo", removes_blank=False)
    'Dear Mrs Khan,\n-- \nJo'
    """
    out: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        quoted = len(line) - len(line.lstrip(">"))
        words = line[quoted:]
        words = words.removeprefix(" ")  # space-stuffing (§4.4)
        if paragraph and quoted != depth:
            out.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = quoted
        if words == "-- ":
            out.extend([_quoted(depth, "".join(paragraph))] if paragraph else [])
            out.append(_quoted(depth, words))
            paragraph = []
        elif words.endswith(" "):
            paragraph.append(words[:-1] if removes_blank else words)
        else:
            out.append(_quoted(depth, "".join([*paragraph, words])))
            paragraph = []
    if paragraph:
        out.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(out)


def _quoted(depth: int, words: str) -> str:
    return f"{'>' * depth} {words}" if depth else words
