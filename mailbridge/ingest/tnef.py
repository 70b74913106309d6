"""winmail.dat: what Outlook wraps a formatted mail's text and attachments in ([MS-OXTNEF]).

Ours, because libraries for it believe the counts a file states about itself: 40 bytes that
claim four thousand million properties keep them busy for hours. Here every
count is paid for in bytes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mailbridge.ingest.charsets import decode

SIGNATURE: Final = 0x223E9F78
_BODY, _CODEPAGE, _PROPERTIES = 0x800C, 0x9007, 0x9003  # attributes of the message
_BEGINS, _TITLE, _DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005  # of an attachment
_PLAIN, _HTML, _CPID = 0x1000, 0x1013, 0x3FDE  # properties of the message ([MS-OXPROPS])
_LONG_NAME, _SHORT_NAME = 0x3707, 0x3704  # of an attachment
_FIXED: Final = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
    0x0014: 8, 0x0040: 8, 0x0048: 16,
}  # fmt: skip
_VARIABLE: Final = frozenset({0x000D, 0x001E, 0x001F, 0x0102})
_STRING, _UNICODE = 0x001E, 0x001F
_MANY: Final = 0x1000
_NAMED: Final = 0x8000
_MOST_ATTACHMENTS: Final = 200


class DamagedTnefError(ValueError):
    """It ends within something, or is none."""


@dataclass(slots=True)
class TnefFile:
    """An attachment in a winmail.dat."""

    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Tnef:
    """A winmail.dat as read."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


class _Cursor:
    """Bytes read from front to back; reading beyond the end is an error."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if size > len(self._data) - self.at:
            raise DamagedTnefError
        self.at += size
        return self._data[self.at - size : self.at]

    def number(self, kind: str = "<I") -> int:
        return int(struct.unpack(kind, self.take(struct.calcsize(kind)))[0])

    def padded(self, size: int) -> bytes:
        taken = self.take(size)
        self.take(min(-size % 4, len(self._data) - self.at))
        return taken

    @property
    def is_done(self) -> bool:
        return self.at >= len(self._data)


def read_tnef(data: bytes) -> Tnef:
    """What can be read of a winmail.dat; a damaged one gives what came before the damage.

    Raises DamagedTnefError when it is no winmail.dat at all.
    """
    cursor = _Cursor(data)
    if cursor.number() != SIGNATURE:
        raise DamagedTnefError
    cursor.number("<H")
    found, codepage = Tnef(), "cp1252"
    try:
        while not cursor.is_done:
            cursor.number("<B")
            name, _ = cursor.number("<H"), cursor.number("<H")
            octets = cursor.take(cursor.number())
            cursor.number("<H")  # a checksum that many writers get wrong
            if name == _CODEPAGE:
                codepage = f"cp{int.from_bytes(octets[:4], 'little')}"
            elif name == _BEGINS and len(found.files) < _MOST_ATTACHMENTS:
                found.files.append(TnefFile())
            elif name in {_BODY, _PROPERTIES}:
                _read_message(found, name, octets, codepage)
            elif found.files:
                _read_file(found.files[-1], name, octets, codepage)
    except DamagedTnefError:
        pass
    return found


def _read_message(found: Tnef, name: int, octets: bytes, codepage: str) -> None:
    if name == _BODY:
        found.text = decode(octets.rstrip(b"\0"), codepage)[0]
        return
    read = dict(_properties(octets, codepage))
    charset = read.get(_CPID, b"")
    label = f"cp{int.from_bytes(charset, 'little')}" if isinstance(charset, bytes) else codepage
    found.text = _words(read.get(_PLAIN), label) or found.text
    found.html = _words(read.get(_HTML), "utf-8" if label == "cp65001" else label)


def _read_file(file: TnefFile, name: int, octets: bytes, codepage: str) -> None:
    if name == _TITLE and not file.name:
        file.name = decode(octets.rstrip(b"\0"), codepage)[0]
    elif name == _DATA:
        file.data = octets
    elif name == _ATTACHMENT:
        read = dict(_properties(octets, codepage))
        long_name = _words(read.get(_LONG_NAME) or read.get(_SHORT_NAME), codepage)
        file.name = long_name or file.name


def _words(value: bytes | str | None, label: str) -> str:
    if isinstance(value, bytes):
        value = decode(value.rstrip(b"\0"), label)[0]
    return (value or "").rstrip("\0")


def _properties(octets: bytes, codepage: str) -> Iterator[tuple[int, bytes | str]]:
    """MAPI properties ([MS-OXTNEF] §2.1.3.4): name and first value, up to any damage."""
    cursor = _Cursor(octets)
    try:
        for _ in range(min(cursor.number(), len(octets) // 4)):
            kind, name = cursor.number("<H"), cursor.number("<H")
            if name >= _NAMED:
                cursor.take(16)
                if cursor.number():
                    cursor.padded(cursor.number())
                else:
                    cursor.number()
            is_many, kind = bool(kind & _MANY), kind & ~_MANY
            if kind in _FIXED:
                count = cursor.number() if is_many else 1
                values = cursor.take(_FIXED[kind] * count)
                yield name, values[: _FIXED[kind]]
            elif kind in _VARIABLE:
                first = b""
                for number in range(cursor.number()):
                    value = cursor.padded(cursor.number())
                    first = first if number else value
                yield name, _text(first, kind, codepage)
            else:
                return
    except DamagedTnefError:
        return


def _text(value: bytes, kind: int, codepage: str) -> bytes | str:
    if kind == _UNICODE:
        return decode(value, "utf-16-le")[0]
    return decode(value, codepage)[0] if kind == _STRING else value
