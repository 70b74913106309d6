"""A `.msg` file, the form in which Outlook attaches one mail to another ([MS-OXMSG]).

Read by olefile directly: mail-parser calls an outside Perl program for it, and the libraries above
olefile load every stream a file lists, which a small file can make very large. Here only the few
streams wanted are read, each up to a limit.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Final

import olefile

from mailbridge.ingest.charsets import decode
from mailbridge.ingest.html import to_text

_LONGEST: Final = 1_000_000  # bytes of one stream
_MOST_FILES: Final = 100
_SUBJECT, _BODY, _HTML, _MESSAGE_ID = "0037", "1000", "1013", "1035"
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_ATTACHMENT_NAMES = ("3707", "3704")
_ATTACHMENT_DATA = "__substg1.0_37010102"
_SENT_AT, _RECEIVED_AT = 0x0039, 0x0E06
_TIME: Final = 0x0040  # the type of a FILETIME
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # FILETIME counts tenths of microseconds from here


class DamagedMsgError(ValueError):
    """It is no Outlook mail, or too damaged to read."""


@dataclass(frozen=True, slots=True)
class OutlookMail:
    """What a clue needs of it."""

    sender_address: str
    sender_name: str
    subject: str
    sent_at: datetime | None  # aware UTC
    text: str
    message_id: str
    files: tuple[tuple[str, int], ...]  # names and bytes of what is attached to it


def read_msg(file: IO[bytes]) -> OutlookMail:
    """The mail in a `.msg` file. Raises DamagedMsgError."""
    try:
        with olefile.OleFileIO(file) as ole:
            return _read(ole)
    except (
        OSError,
        ValueError,
        IndexError,
        KeyError,
        struct.error,
        RecursionError,
        TypeError,
    ) as bad:
        # olefile raises all of these on damaged files, and IOError for what is no OLE file.
        raise DamagedMsgError from bad


def _read(ole: olefile.OleFileIO) -> OutlookMail:
    address = _property(ole, _SENDER_SMTP) or _property(ole, _SENDER_ADDRESS)
    text = _property(ole, _BODY)
    if not text.strip():
        text = to_text(_property(ole, _HTML))
    return OutlookMail(
        # An Exchange address ("/O=ORG/CN=…") is nobody's outside its organisation.
        sender_address=address.lower() if "@" in address else "",
        sender_name=_property(ole, _SENDER_NAME),
        subject=_property(ole, _SUBJECT),
        sent_at=_time(ole),
        text=text,
        message_id=_property(ole, _MESSAGE_ID).strip("<> "),
        files=tuple(_files(ole)),
    )


def _property(ole: olefile.OleFileIO, name: str, within: str = "") -> str:
    """A text property, stored as UTF-16, as 8-bit text or (HTML) as bytes."""
    for kind, label in (("001F", "utf-16-le"), ("001E", ""), ("0102", "")):
        path = f"{within}__substg1.0_{name}{kind}"
        if ole.exists(path):
            with ole.openstream(path) as stream:
                return decode(stream.read(_LONGEST), label)[0].rstrip("\0").strip()
    return ""


def _time(ole: olefile.OleFileIO) -> datetime | None:
    """When it was sent, or when it came ([MS-OXMSG] §2.4.2: 16 bytes a property)."""
    if not ole.exists("__properties_version1.0"):
        return None
    with ole.openstream("__properties_version1.0") as stream:
        table = stream.read(_LONGEST)[32:]
    times = {}
    for at in range(0, len(table) - 15, 16):
        kind, name, _, value = struct.unpack("<HHIQ", table[at : at + 16])
        if kind == _TIME and name in {_SENT_AT, _RECEIVED_AT}:
            times[name] = value
    ticks = times.get(_SENT_AT) or times.get(_RECEIVED_AT)
    try:
        return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
    except OverflowError:
        return None


def _files(ole: olefile.OleFileIO) -> list[tuple[str, int]]:
    found = []
    for entry in ole.listdir(streams=False, storages=True):
        if len(entry) == 1 and entry[0].startswith("__attach_version1.0_"):
            within = f"{entry[0]}/"
            names = [_property(ole, name, within) for name in _ATTACHMENT_NAMES]
            data = within + _ATTACHMENT_DATA
            size = ole.get_size(data) if ole.exists(data) else 0
            found.append((next((name for name in names if name), ""), size))
            if len(found) == _MOST_FILES:
                break
    return found
