"""A mail's bytes, fetched in parts so that memory does not grow with the mail."""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from mailbridge.domain.errors import NotThere
from mailbridge.domain.message import Copy, Handle
from mailbridge.ingest.mailboxes.imap.ranges import spelled
from mailbridge.ingest.mailboxes.imap.reading import GONE, handle_of, parts_of
from mailbridge.ingest.mailboxes.imap.replies import bodies
from mailbridge.ingest.mailboxes.imap.wire import Wire

_AT_ONCE = 50  # mails read ahead by one command
_SMALL = 64 * 1024  # bytes: larger mails are read when they are asked for
_FRESH = 10.0  # seconds for which a mail read ahead is believed to lie there still
_PART = 1024 * 1024  # bytes asked for at once
_IN_MEMORY = 2 * 1024 * 1024  # bytes of a mail above which it is kept on disk


class Ahead:
    """Reads the small mails that were just told of before they are asked for, fifty by one command:
    on a distant server each command costs more than the mail. What was read is kept for seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._told: dict[tuple[str, int], list[int]] = {}  # by folder and UIDVALIDITY
        self._kept: dict[Handle, bytes] = {}
        self._read_at = 0.0

    def expect(self, copies: Iterable[Copy]) -> None:
        """These will be read, most likely in the order of their folders."""
        self._told, self._kept = {}, {}
        for copy in copies:
            folder, validity, uid = parts_of(copy.handle)
            self._told.setdefault((folder, validity), []).append(uid)
        for uids in self._told.values():
            uids.sort(reverse=True)

    def take(self, handle: Handle) -> bytes | None:
        """A mail that was read ahead, once; None when it was not, or too long ago."""
        if self._now() - self._read_at > _FRESH:
            self._kept.clear()
        return self._kept.pop(handle, None)

    def read(self, wire: Wire, handle: Handle) -> None:
        """Read a mail of the folder that is open, with those that come after it."""
        folder, validity, first = parts_of(handle)
        uids = self._told.get((folder, validity), [])
        while uids and uids[-1] < first:
            uids.pop()
        if not uids or uids[-1] != first:
            return
        wanted = [uids.pop() for _ in range(min(len(uids), _AT_ONCE))]
        if sum(map(len, self._kept.values())) > _IN_MEMORY:
            self._kept.clear()
        asked = b"(UID BODY.PEEK[]<0.%d>)" % _SMALL
        answer = wire.ask("UID FETCH", spelled(wanted).encode(), asked)
        for items in bodies(answer.untagged.get("FETCH", ())).values():
            body = next((items[name] for name in items if name.startswith(b"BODY[]")), None)
            # One of just this length may go on.
            if isinstance(body, bytes) and b"UID" in items and len(body) < _SMALL:
                self._kept[handle_of(folder, validity, items[b"UID"])] = body
        self._read_at = self._now()


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
