"""Names on a Maildir++ disk: folders, files, flags. Pure.

Sources: the Maildir specification (https://cr.yp.to/proto/maildir.html), Maildir++
(https://www.courier-mta.org/imap/README.maildirquota.html) and Dovecot's "Maildir Mailbox Format".
"""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from mailbridge.domain.errors import Refused
from mailbridge.domain.message import Handle, Role

INBOX = "INBOX"
_ENCODED = re.compile(r"[^\x20-\x7e]+|&")
_DECODED = re.compile(r"&([^-]*)-")
# Maildir++ parts levels by ".", so a dot inside a level is written as its look-alike.
_DOT, _DOT_ON_DISK = ".", "\N{ONE DOT LEADER}"
_LONGEST = 255  # bytes of one file name on every common Linux file system
_PLAIN = re.compile(r"[\x20-\x24\x26-\x7e]+")  # needs no quoting: ASCII without "%"
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")

ROLES: Mapping[str, Role] = {
    "sent": Role.SENT,
    "sent items": Role.SENT,
    "sent messages": Role.SENT,
    "drafts": Role.DRAFTS,
    "junk": Role.JUNK,
    "spam": Role.JUNK,
    "junk email": Role.JUNK,
    "trash": Role.TRASH,
    "deleted items": Role.TRASH,
    "bin": Role.TRASH,
}
"""What folders are for, by name in lower case: Dovecot, Outlook, Apple Mail, Gmail."""


def to_utf7(text: str) -> str:
    """A name in modified UTF-7 (RFC 3501 §5.1.3). UnicodeEncodeError for half a surrogate pair.

    >>> to_utf7("Büro & Söhne"), to_utf7("Cases")
    ('B&APw-ro &- S&APY-hne', 'Cases')
    """

    def encoded(match: re.Match[str]) -> str:
        if match[0] == "&":
            return "&-"
        base = base64.b64encode(match[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{base.decode()}-"

    return _ENCODED.sub(encoded, text)


def from_utf7(name: str) -> str:
    """The name that modified UTF-7 stands for. ValueError where it is not well formed.

    >>> from_utf7("B&APw-ro &- S&APY-hne")
    'Büro & Söhne'
    >>> from_utf7("R&D")
    Traceback (most recent call last):
    ValueError: not modified UTF-7
    """

    def decoded(match: re.Match[str]) -> str:
        base = match[1].replace(",", "/")
        return base64.b64decode(base + "=" * (-len(base) % 4)).decode("utf-16-be") or "&"

    text = _DECODED.sub(decoded, name)
    if to_utf7(text) != name:
        raise ValueError("not modified UTF-7")
    return text


def directory_of(folder: str) -> str:
    """The directory, below the root, that holds a folder; "" for the inbox, which is the root.

    Raises Refused for a name with an empty level, or longer than a directory's name may be.

    >>> directory_of("Cases/Dr. Obi"), directory_of("inbox")
    ('.Cases.Dr&ICQ- Obi', '')
    """
    if folder.upper() == INBOX:
        return ""
    levels = folder.split("/")
    if not all(levels):
        raise Refused(f'"{folder}" is no name for a folder: a level of it is empty.')
    try:
        parts = (to_utf7(level.replace(_DOT, _DOT_ON_DISK)) for level in levels)
        directory = "." + ".".join(parts)
    except UnicodeEncodeError:
        raise Refused("This is no name for a folder: a character of it is broken.") from None
    if len(directory.encode()) > _LONGEST:
        raise Refused(
            "The folder's name is too long: with the folders above it, it takes more than "
            f"{_LONGEST} bytes on disk. Choose a shorter one."
        )
    return directory


def folder_of(directory: str) -> str:
    """The folder that a directory holds; names that are not modified UTF-7 stay as they are.

    >>> folder_of(".Cases.Dr&ICQ- Obi"), folder_of(""), folder_of(".R&D.100%")
    ('Cases/Dr. Obi', 'INBOX', 'R&D/100%')
    """
    if not directory:
        return INBOX
    return "/".join(map(_level, directory[1:].split(".")))


def _level(name: str) -> str:
    # Half a surrogate pair stands for a byte that is not UTF-8; no database would take it.
    plain = os.fsencode(name).decode("utf-8", "backslashreplace")
    try:
        return from_utf7(plain).replace(_DOT_ON_DISK, _DOT).replace("/", "\N{DIVISION SLASH}")
    except ValueError:
        return plain


@dataclass(frozen=True, slots=True)
class FileName:
    """A mail's file name: `unique` never changes, the flags after ":2," do."""

    unique: str
    flags: frozenset[str] = frozenset()  # DFPRST, and a-z for keywords
    has_info: bool = True  # files in new/ have none

    def __str__(self) -> str:
        """As on disk; flags stand in ASCII order."""
        return self.unique + (f":2,{''.join(sorted(self.flags))}" if self.has_info else "")


def file_name(name: str) -> FileName:
    """A file name taken apart.

    >>> file_name("1.M2P3.host,S=5:2,Sa").unique, sorted(file_name("1.M2P3.host,S=5:2,Sa").flags)
    ('1.M2P3.host,S=5', ['S', 'a'])
    >>> file_name("1.M2P3.host,S=5").has_info
    False
    """
    unique, mark, info = name.partition(":")
    # Dovecot keeps fields it doesn't know after a second comma; flags end there.
    flags = info[2:].partition(",")[0] if info.startswith("2,") else ""
    return FileName(unique, frozenset(flags), bool(mark))


def handle_of(folder: str, unique: str) -> Handle:
    """What we call a mail: its folder and the lasting part of its file name, safe for any database.

    >>> handle_of("Cases/Khan", "1.M2P3.host"), handle_of("INBOX", "1%é")
    ('Cases/Khan/1.M2P3.host', 'INBOX/1%25%C3%A9')
    """
    if not _PLAIN.fullmatch(unique):
        unique = quote_from_bytes(os.fsencode(unique), safe=_PRINTABLE)
    return Handle(f"{folder}/{unique}")


def parts_of(handle: Handle) -> tuple[str, str]:
    """Folder and lasting part of the file name.

    >>> parts_of(Handle("Cases/Khan/1.M2P3.host")), parts_of(Handle("INBOX/1%25%C3%A9"))
    (('Cases/Khan', '1.M2P3.host'), ('INBOX', '1%é'))
    """
    folder, _, unique = handle.rpartition("/")
    return folder, os.fsdecode(unquote_to_bytes(unique))
