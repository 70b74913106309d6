"""Where the header of a mail or part ends: one line at a time, tolerant of what programs break."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from mailbridge.ingest.headers import Header, fields_of, is_field, is_known_field

LINE: Final = 65_536  # bytes read at once; a longer line comes in pieces
HEADER_LIMIT: Final = 16_000_000  # bytes of one header block; 100,000 recipients need about 5 MB
_BOM: Final = b"\xef\xbb\xbf"


def read_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines with their endings; pieces of at most 64 kB of a longer one."""
    return iter(lambda: stream.readline(LINE), b"")


class HeaderBlock:
    """A header being read, from its first line to the line that ends it."""

    def __init__(self, oddities: set[str], *, is_part: bool = False) -> None:
        self._oddities = oddities
        self._is_part = is_part
        self._lines: list[bytes] = []
        self._size = 0
        self._broken = b""  # a line that is no field: the body, or the rest of a field?
        self._starts_line = True

    def add(self, line: bytes) -> list[bytes] | None:
        """None while the header goes on; else the lines read so far that belong to the body.

        A line that is no field continues the field before it when a field known to mail comes next:
        some program broke a long line and did not indent the rest (RFC 5322 §2.2.3). Otherwise
        the body has begun without its empty line (§2.1).
        """
        starts, self._starts_line = self._starts_line, line.endswith(b"\n")
        if not starts:
            self._extend(line)
            return None
        if not line.strip(b"\r\n"):
            return self._blank(line)
        if not self._lines:
            line = line.removeprefix(_BOM)
        if self._broken and not self._mend(line):
            return [self._broken, line]
        if line[:1] in {b" ", b"\t"}:
            if self._lines:
                self._keep(line)
            else:
                self._oddities.add("broken-header")
        elif is_field(line):
            self._keep(line)
        elif self._lines:
            self._broken = line
        elif not line.startswith((b"From ", b">From ")):  # an mbox's separator line
            self._oddities.add("no-header")
            return [line]
        return None

    def _mend(self, line: bytes) -> bool:
        """Whether a line that is no field continued the one before it, now that we see the next."""
        if not is_known_field(line):
            self._oddities.add("no-blank-line")
            return False
        self._oddities.add("broken-header")
        self._keep(b" " + self._broken)
        self._broken = b""
        return True

    def end(self) -> list[bytes]:
        """The input ended, or a boundary came, inside the header: what of it is body."""
        return [self._broken] if self._broken else []

    def header(self) -> Header:
        """The fields read."""
        return Header(fields_of(self._lines))

    def _blank(self, line: bytes) -> list[bytes] | None:
        if self._broken:
            self._oddities.add("no-blank-line")
            return [self._broken, line]
        # A part may have no header at all. A mail has one: the empty lines above it are left there
        # by some programs that save mail.
        return [] if self._lines or self._is_part else None

    def _keep(self, line: bytes) -> None:
        self._size += len(line)
        if self._size <= HEADER_LIMIT:
            self._lines.append(line)
        else:
            self._oddities.add("long-header")

    def _extend(self, piece: bytes) -> None:
        """Add a piece of a line longer than is read at once."""
        self._size += len(piece)
        if self._size > HEADER_LIMIT:
            self._oddities.add("long-header")
        elif self._broken:
            self._broken += piece
        elif self._lines:
            # `fields_of` knows a piece by the missing line ending of the one before.
            self._lines.append(piece)


def read_header(stream: BinaryIO, oddities: set[str]) -> tuple[Header, list[bytes], int]:
    """The header at the top of a mail, lines already read that belong to the body, and the number
    of bytes before those."""
    block, size = HeaderBlock(oddities), 0
    for line in read_lines(stream):
        size += len(line)
        body = block.add(line)
        if body is not None:
            return block.header(), body, size - sum(map(len, body))
    body = block.end()
    return block.header(), body, size - sum(map(len, body))
