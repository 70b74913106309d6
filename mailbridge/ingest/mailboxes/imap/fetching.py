"""A mail's bytes, fetched in parts so that memory does not grow with the mail."""

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from mailbridge.domain.errors import NotThere
from mailbridge.ingest.mailboxes.imap.reading import GONE
from mailbridge.ingest.mailboxes.imap.replies import bodies
from mailbridge.ingest.mailboxes.imap.wire import Wire

_PART = 1024 * 1024  # bytes asked for at once
_IN_MEMORY = 2 * 1024 * 1024  # bytes of a mail above which it is kept on disk


def fetched(wire: Wire, uid: int) -> BinaryIO:
    """One mail of the folder that is open, to be closed by the caller. Raises NotThere.

    PEEK marks nothing as read (RFC 3501 §6.4.5); <0.1048576> asks for a part.
    """
    file = cast(BinaryIO, SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115  # given away
    try:
        start = 0
        while True:
            part = _part(wire, uid, start)
            file.write(part)
            start += len(part)
            if len(part) < _PART:
                break
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _part(wire: Wire, uid: int, start: int) -> bytes:
    asked = b"(UID BODY.PEEK[]<%d.%d>)" % (start, _PART)
    answer = wire.ask("UID FETCH", b"%d" % uid, asked)
    for items in bodies(answer.untagged.get("FETCH", ())).values():
        if items.get(b"UID") == uid:
            for name, value in items.items():
                if name.startswith(b"BODY[]"):
                    # Nothing is left of it: the mail ended with the part before (or NIL).
                    return value if isinstance(value, bytes) else _as_bytes(value)
    raise NotThere(GONE)


def _as_bytes(value: object) -> bytes:
    # The library reads quoted text of digits as text, but an unquoted atom as a number.
    return b"" if value is None else str(value).encode()
