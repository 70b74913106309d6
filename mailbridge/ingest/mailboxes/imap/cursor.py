"""How far a server has told us its changes, as a cursor: each folder's few numbers, compressed."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from mailbridge.domain.message import Cursor
from mailbridge.ingest.mailboxes.imap.replies import Status

_FORM = "imap1:"
_LONGEST = 64 * 1024 * 1024  # bytes of a cursor unpacked: what packs smaller is not ours


@dataclass(frozen=True, slots=True)
class Seen:
    """One folder as we last saw it.

    `digest` covers every mail and its flags where the server counts no changes (no CONDSTORE);
    `uids` are its mails where it does, but does not tell which went (no QRESYNC).
    """

    validity: int
    next_uid: int
    messages: int
    modseq: int = 0
    digest: str = ""
    uids: str = ""

    def still_holds(self, status: Status) -> bool:
        """Whether nothing changed since; never where the server counts no changes.

        >>> Seen(7, 3, 2, 9).still_holds(Status(messages=2, next_uid=3, validity=7, modseq=9))
        True
        >>> Seen(7, 3, 2).still_holds(Status(messages=2, next_uid=3, validity=7))
        False
        """
        now = status.validity, status.next_uid, status.messages, status.modseq
        return bool(self.modseq) and now == astuple(self)[:4]


def packed(folders: Mapping[str, Seen]) -> Cursor:
    """A cursor that knows these folders.

    >>> unpacked(packed({"INBOX": Seen(7, 3, 2, 9)}))
    {'INBOX': Seen(validity=7, next_uid=3, messages=2, modseq=9, digest='', uids='')}
    """
    text = json.dumps({name: astuple(seen) for name, seen in sorted(folders.items())})
    return Cursor(_FORM + base64.b64encode(zlib.compress(text.encode(), 6)).decode())


def unpacked(cursor: Cursor | None) -> dict[str, Seen] | None:
    """What a cursor knows; None for one that is not understood.

    >>> unpacked(Cursor("7:7"))
    """
    if not cursor or not cursor.startswith(_FORM):
        return None
    try:
        data = base64.b64decode(cursor.removeprefix(_FORM), validate=True)
        text = zlib.decompressobj().decompress(data, _LONGEST)
        return {str(name): Seen(*values) for name, values in json.loads(text).items()}
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError):
        return None
