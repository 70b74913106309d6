"""One pass over a raw mail, line by line: its parts, with only what will be read kept of each.

Memory stays flat however large the mail is: bodies of attachments are counted and dropped, or
written to a temporary file where their text is wanted. Nothing recurses, so depth costs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message as MimeFields
from enum import Enum
from tempfile import SpooledTemporaryFile
from typing import Final

from mailbridge.ingest.block import HeaderBlock
from mailbridge.ingest.charsets import decode
from mailbridge.ingest.headers import Header, decode_words, unfold

TEXT_LIMIT: Final = 1_400_000  # raw bytes kept of one text part: 1 MB once decoded from base64
TEXT_TOTAL: Final = 5_600_000  # of all text parts together
SPOOL_LIMIT: Final = 12_000_000  # raw bytes of an attachment whose text is read: 9 MB decoded
SPOOL_TOTAL: Final = 48_000_000
IN_MEMORY: Final = 262_144  # bytes of an attachment held in memory before it goes to disk
MOST_PARTS: Final = 10_000
_LONGEST_MIME_FIELD: Final = 8_192
MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_READABLE_TYPES = frozenset(
    {"application/pdf", "application/x-pdf", "application/ms-tnef", "application/vnd.ms-tnef"}
    | {"application/vnd.ms-outlook"}
)
_READABLE_NAMES = (".pdf", ".msg", "winmail.dat")


class Keep(Enum):
    """What becomes of a part's body."""

    TEXT = "text"  # kept in memory, up to a limit
    FILE = "file"  # kept in a temporary file, up to a limit
    NOTHING = "nothing"  # counted


@dataclass(slots=True, eq=False)
class Part:
    """One MIME part (RFC 2045): its header, and as much of its raw body as was wanted."""

    header: Header
    mime: MimeFields  # the Content-* fields only
    content_type: str
    encoding: str  # transfer encoding in lower case (RFC 2045 §6); "" for none (7bit, 8bit, binary)
    parent: int  # index of the part around it; -1 for the mail itself
    keep: Keep = Keep.NOTHING
    lines: list[bytes] = field(default_factory=list)
    file: SpooledTemporaryFile[bytes] | None = None
    raw_size: int = 0
    weight: int = 0  # bytes after transfer decoding; quarters of a byte in base64
    is_cut: bool = False  # more came than was kept
    has_children: bool = False

    @property
    def size(self) -> int:
        """Bytes after transfer decoding, computed without decoding."""
        return self.weight // 4 if self.encoding == "base64" else self.weight

    @property
    def disposition(self) -> str:
        """`attachment`, `inline` or "" (RFC 2183)."""
        return str(self.mime.get("content-disposition", "")).partition(";")[0].strip().lower()

    def parameter(self, name: str, field: str = "content-type") -> str:
        """A parameter of a MIME field, RFC 2231 undone; "" where missing or unreadable."""
        try:
            value = self.mime.get_param(name, "", header=field)
        except (MessageError, ValueError, LookupError, TypeError, AttributeError):
            # The standard library's parameter reader stumbles over some broken values.
            return ""
        if isinstance(value, tuple):
            return decode(value[2].encode("latin-1", "replace"), value[0] or "")[0]
        return decode_words(str(value or "")).strip()

    @property
    def filename(self) -> str:
        """The name it was sent under, or "". Old programs say it in Content-Type only."""
        return self.parameter("filename", "content-disposition") or self.parameter("name")


def skim(header: Header, body: Iterable[bytes], oddities: set[str]) -> list[Part]:
    """Take a mail apart, given its header and the lines of its body.

    The mail itself is the first part, the others follow in the order of the mail. `oddities` is
    added to.
    """
    walk = _Walk(header, oddities)
    for line in body:
        walk.take(line)
    walk.end()
    return walk.parts


class _Walk:
    """Where we are in the mail: in a part's header, in its body, or between parts."""

    def __init__(self, header: Header, oddities: set[str]) -> None:
        self.parts: list[Part] = []
        self._oddities = oddities
        self._open: list[tuple[bytes, int]] = []  # boundaries and their parts, outermost first
        self._depths: dict[bytes, list[int]] = {}  # boundary → where in `_open`, innermost last
        self._block: HeaderBlock | None = None  # the header being read
        self._parent = -1  # whose child that header begins
        self._part: Part | None = None  # whose body is being read; None between parts
        self._starts_line = True
        self._ending = b""  # of the line before: it belongs to a boundary that follows
        self._texts = 0  # bytes kept in memory
        self._files = 0  # bytes kept in files
        self._enter(header)

    def take(self, line: bytes) -> None:
        """Go on by one line, or by one piece of a long line."""
        starts, self._starts_line = self._starts_line, line.endswith(b"\n")
        if starts and line[:2] == b"--" and self._open:
            name = line.rstrip(b" \t\r\n")[2:]
            if name in self._depths:
                self._boundary(self._depths[name][-1], closes=False)
                return
            if name.endswith(b"--") and name[:-2] in self._depths:
                self._boundary(self._depths[name[:-2]][-1], closes=True)
                return
        if self._block:
            body = self._block.add(line)
            if body is None:
                return
            self._enter(self._block.header())
            for early in body:
                self._add(early)
        else:
            self._add(line)

    def end(self) -> None:
        """The mail ends here, wherever we are."""
        self._leave_header()
        self._finish()
        if self._open:
            self._oddities.add("no-end-boundary")
        for _, index in self._open:
            if not self.parts[index].has_children:
                self._flatten(self.parts[index])

    def _boundary(self, depth: int, *, closes: bool) -> None:
        self._leave_header()
        if self._part:
            self._drop_ending(self._part)
        self._finish()
        keep = depth if closes else depth + 1
        for name, index in reversed(self._open[keep:]):
            self._depths[name].pop()
            if not self._depths[name]:
                del self._depths[name]
            if not self.parts[index].has_children:
                self._flatten(self.parts[index])
        if len(self._open) > depth + 1:
            self._oddities.add("no-end-boundary")
        index = self._open[depth][1]
        del self._open[keep:]
        if closes:
            return
        if not self.parts[index].has_children:
            self._empty(self.parts[index])  # what stood before the first part says nothing
        self._begin(index)

    def _begin(self, parent: int) -> None:
        """A header begins: of a part, or of a mail inside this one."""
        self.parts[parent].has_children = True
        self._block, self._parent, self._part = HeaderBlock(set(), is_part=True), parent, None

    def _leave_header(self) -> None:
        if self._block:
            rest, block = self._block.end(), self._block
            self._enter(block.header())
            for line in rest:
                self._add(line)

    def _enter(self, header: Header) -> None:
        """A header has ended: what follows?"""
        self._block, self._part = None, None
        if len(self.parts) >= MOST_PARTS:
            self._oddities.add("too-many-parts")
            return
        part = _part(header, self._parent, self._default_type())
        self.parts.append(part)
        index = len(self.parts) - 1
        maintype = part.content_type.partition("/")[0]
        if maintype == "multipart":
            boundary = part.parameter("boundary").encode("utf-8", "replace").rstrip()
            if boundary:
                self._depths.setdefault(boundary, []).append(len(self._open))
                self._open.append((boundary, index))
            # Until its first boundary it may yet turn out to be plain text.
            part.keep = Keep.TEXT
            self._part = part
            if not boundary:
                self._flatten(part)
        elif part.content_type in MAILS and not part.encoding:
            self._begin(index)
        else:
            part.keep = _keep(part)
            self._part = part

    def _default_type(self) -> str:
        """RFC 2046 §5.1.5: parts of a digest are mails."""
        around = self.parts[self._parent].content_type if self._parent >= 0 else ""
        return "message/rfc822" if around == "multipart/digest" else "text/plain"

    def _flatten(self, part: Part) -> None:
        """A multipart without a single part is read as the text it holds."""
        self._oddities.add("no-boundary")
        part.content_type = "text/plain"

    def _empty(self, part: Part) -> None:
        self._texts -= sum(map(len, part.lines))
        part.lines.clear()
        part.raw_size = part.weight = 0

    def _add(self, line: bytes) -> None:
        """One line of a body."""
        part = self._part
        if part is None:
            return
        length = len(line)
        part.raw_size += length
        part.weight += _decoded_size(line, part.encoding) if part.encoding else length
        if part.keep is Keep.TEXT:
            if part.raw_size <= TEXT_LIMIT and self._texts + length <= TEXT_TOTAL:
                part.lines.append(line)
                self._texts += length
            else:
                part.is_cut = True
        elif part.keep is Keep.FILE:
            if part.raw_size <= SPOOL_LIMIT and self._files + length <= SPOOL_TOTAL:
                if part.file is None:
                    part.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # parse closes it
                part.file.write(line)
                self._files += length
            else:
                part.is_cut = True

    def _drop_ending(self, part: Part) -> None:
        """The line ending before a boundary is the boundary's (RFC 2046 §5.1.1)."""
        if part.lines and not part.is_cut:
            last = part.lines[-1]
            part.lines[-1] = (
                last.rstrip(b"\n").removesuffix(b"\r") if last.endswith(b"\n") else last
            )

    def _finish(self) -> None:
        if self._part and self._part.is_cut:
            self._oddities.add("long-text" if self._part.keep is Keep.TEXT else "long-attachment")
        self._part = None


def _part(header: Header, parent: int, default_type: str) -> Part:
    mime = MimeFields()
    mime.set_default_type(default_type)
    for name, raw in header.fields:
        if name[:8].lower() == "content-":
            mime[name] = unfold(raw[:_LONGEST_MIME_FIELD])
    encoding = str(mime.get("content-transfer-encoding", "")).strip(" \t;\"'").lower()
    if encoding in _IDENTITY:
        encoding = ""
    return Part(header, mime, mime.get_content_type(), encoding, parent)


def _keep(part: Part) -> Keep:
    """Whether the body of a part that holds no others is wanted."""
    if part.content_type.startswith(("text/", "message/")):
        return Keep.TEXT
    name = part.filename.lower()
    if part.content_type in _READABLE_TYPES or name.endswith(_READABLE_NAMES):
        return Keep.FILE
    return Keep.NOTHING


def _decoded_size(line: bytes, encoding: str) -> int:
    """What a line adds to the body once its transfer encoding is undone; quarters in base64."""
    if encoding == "base64":
        return 3 * (len(line.strip()) - line.count(b"="))
    if encoding == "quoted-printable":
        words = line.rstrip(b"\r\n")
        if words.endswith(b"="):
            return len(words) - 1 - 2 * (words.count(b"=") - 1)
        return len(line) - 2 * line.count(b"=")
    return len(line)
