"""Folder names: ours, levels parted by "/", and the server's own; and what folders are for."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from imapclient import imap_utf7

from mailbridge.domain.errors import Refused
from mailbridge.domain.message import Folder, Role
from mailbridge.ingest.mailboxes.imap.replies import Listed, Status

INBOX = "INBOX"

SPECIAL: Mapping[str, Role] = {
    "\\sent": Role.SENT,
    "\\drafts": Role.DRAFTS,
    "\\junk": Role.JUNK,
    "\\trash": Role.TRASH,
}
"""What folders are for, as the server says (RFC 6154)."""

USUAL: Mapping[str, Role] = {
    "sent": Role.SENT,
    "sent items": Role.SENT,
    "sent messages": Role.SENT,
    "drafts": Role.DRAFTS,
    "draft": Role.DRAFTS,
    "junk": Role.JUNK,
    "spam": Role.JUNK,
    "junk email": Role.JUNK,
    "junk e-mail": Role.JUNK,
    "bulk mail": Role.JUNK,
    "trash": Role.TRASH,
    "deleted items": Role.TRASH,
    "deleted messages": Role.TRASH,
    "bin": Role.TRASH,
}
"""What folders are for, by name in lower case, where the server does not say."""

# Folders that show mail which lies elsewhere (RFC 6154, RFC 8457): it would be read twice.
_SHOWS_OTHERS = frozenset({"\\all", "\\flagged", "\\important"})
_NOT_THERE = frozenset({"\\noselect", "\\nonexistent"})
# A level's name may not hold the separator; the embedded office writes a dot like this, too.
_LOOK_ALIKE = {".": "\N{ONE DOT LEADER}", "/": "\N{DIVISION SLASH}"}


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a server writes names: the separator ("" for none), and what goes before each name."""

    separator: str = "/"
    prefix: str = ""
    is_utf8: bool = False

    def server_name(self, folder: str) -> bytes:
        """A folder's name as the server is told it. Raises Refused for what is no name.

        >>> Spelling(".").server_name("Cases/Dr. Obi"), Spelling("/", "INBOX/").server_name("Büro")
        (b'Cases.Dr&ICQ- Obi', b'INBOX/B&APw-ro')
        """
        if folder.upper() == INBOX:
            return INBOX.encode()
        levels = folder.split("/")
        if not all(levels):
            raise Refused(f'"{folder}" is no name for a folder: a level of it is empty.')
        if len(levels) > 1 and not self.separator:
            raise Refused(
                f'"{folder}" is no name for a folder on this server, which keeps no folders in '
                "folders. Choose a name without a slash."
            )
        if any(unicodedata.category(letter) == "Cc" for letter in folder):
            raise Refused("This is no name for a folder: it holds a control character.")
        own = _alike(self.separator)
        name = self.separator.join(
            level.replace(self.separator, own) if self.separator else level for level in levels
        )
        try:
            text = self.prefix + name
            return text.encode() if self.is_utf8 else imap_utf7.encode(text)
        except UnicodeEncodeError:
            raise Refused("This is no name for a folder: a character of it is broken.") from None

    def our_name(self, name: bytes) -> str:
        """A folder's name as we write it; one that is not well formed keeps its bytes.

        >>> Spelling(".").our_name(b"Cases.Dr&ICQ- Obi"), Spelling("/").our_name(b"inbox")
        ('Cases/Dr. Obi', 'INBOX')
        """
        if name.upper() == INBOX.encode():
            return INBOX
        try:
            text = name.decode() if self.is_utf8 else imap_utf7.decode(name)
            text.encode()  # half a surrogate pair is no text, and no database would take it
        except (UnicodeError, ValueError):
            text = name.decode("ascii", "backslashreplace")
        text = text.removeprefix(self.prefix) or text
        levels = text.split(self.separator) if self.separator else [text]
        own = _alike(self.separator)
        return "/".join(
            level.replace("/", _LOOK_ALIKE["/"]).replace(own, self.separator or own)
            if self.separator != "/"
            else level
            for level in levels
        )


def _alike(separator: str) -> str:
    """What stands for the separator inside a level: a letter that looks like it."""
    return _LOOK_ALIKE.get(separator) or (chr(ord(separator) + 0xFEE0) if separator else "\0")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, its raw name on the server, how it stands, and whether mail can lie in it."""

    folder: Folder
    name: bytes
    status: Status
    is_open: bool = True  # it can be opened
    is_view: bool = False  # it shows mail that lies elsewhere


def placed(
    found: list[Listed],
    statuses: Mapping[bytes, Status],
    spelling: Spelling,
    roles: Mapping[str, Role],
) -> dict[str, Place]:
    """Every folder by our name, the inbox first. `roles` are those that the office named.

    The server's word on what a folder is for counts, and the office's; the usual names count where
    neither says which folder has that use.
    """
    own = {name.lower(): role for name, role in roles.items()}
    told = {line.name: _told(line, own, spelling) for line in found}
    known = set(told.values())
    places: dict[str, Place] = {}
    for line in sorted(found, key=lambda each: (each.name.upper() != b"INBOX", each.name)):
        ours = spelling.our_name(line.name)
        while ours in places:  # two spellings of one name: both are read
            ours += " (2)"
        guess = USUAL.get(ours.lower().removeprefix("inbox/"), Role.OTHER)
        role = told[line.name] or (Role.OTHER if guess in known else guess)
        status = statuses.get(line.name, Status())
        places[ours] = Place(
            Folder(ours, role, status.id),
            line.name,
            status,
            is_open=not line.attributes & _NOT_THERE,
            is_view=bool(line.attributes & _SHOWS_OTHERS),
        )
    return places


def _told(line: Listed, own: Mapping[str, Role], spelling: Spelling) -> Role | None:
    if line.name.upper() == b"INBOX":
        return Role.INBOX
    named = own.get(spelling.our_name(line.name).lower())
    return named or next((SPECIAL[each] for each in sorted(line.attributes & set(SPECIAL))), None)
