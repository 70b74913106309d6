"""Moving a mail, so that it is never nowhere: by MOVE, or by COPY and UID EXPUNGE.

Copying takes five commands, and the power may fail between any two:

1. our mark goes onto the mail;
2. it is copied, and the mark goes with it;
3. the mail in the old folder is flagged as deleted;
4. that one mail is expunged (RFC 4315; a plain EXPUNGE would take everybody's);
5. the mark is taken off the copy.

Until 4 there may be two. Both carry the mark then, so whoever finds the copy knows that the move
is to be finished, and `unfinished` finds what was left behind.
"""

from collections.abc import Iterable

from mailbridge.domain.errors import NotThere, Refused
from mailbridge.ingest.mailboxes.imap.names import Place
from mailbridge.ingest.mailboxes.imap.ranges import uids_in
from mailbridge.ingest.mailboxes.imap.reading import GONE, MOVING, flags_of
from mailbridge.ingest.mailboxes.imap.replies import quoted
from mailbridge.ingest.mailboxes.imap.wire import SaidNo, Wire

_UIDS = 1 << 32


def moved(wire: Wire, uid: int, target: bytes) -> tuple[int, int] | None:
    """Move one mail of the folder that is open: its new UIDVALIDITY and UID, None where the server
    does not tell them. Raises NotThere, and Refused where this server cannot do it safely."""
    if wire.can("MOVE"):
        return _told(wire, "UID MOVE", uid, target)
    if not wire.can("UIDPLUS"):
        raise Refused(
            "This server can move no mail: it has neither MOVE (RFC 6851) nor UIDPLUS (RFC 4315), "
            'and anything else could delete other mail with it. Set how = "category" in [filing].'
        )
    if not wire.opened or not wire.opened.keeps_keywords:
        raise Refused(
            "This server can move no mail safely: it has no MOVE (RFC 6851) and keeps no mark that "
            'would tell a move half done. Set how = "category" in [filing].'
        )
    store(wire, uid, "+", [MOVING])
    source = wire.opened.name
    copied = _told(wire, "UID COPY", uid, target)
    finish(wire, uid)
    if copied:
        unmark(wire, target, copied[1])
        wire.open(source, to_write=True)
    return copied


def _told(wire: Wire, command: str, uid: int, target: bytes) -> tuple[int, int] | None:
    answer = wire.ask(command, b"%d" % uid, quoted(target))
    numbers = answer.text("COPYUID").split()
    if not numbers:
        # OK without COPYUID also means that there was no such mail (RFC 4315 §3). A mail that was
        # moved is not here any more; one that was copied is.
        if "UIDNOTSTICKY" not in answer.untagged and wire.can("UIDPLUS"):
            raise NotThere(GONE)
        return None
    validity, _, uids = numbers
    return int(validity), next(uids_in(uids, _UIDS))


def store(wire: Wire, uid: int, sign: str, flags: Iterable[str]) -> None:
    """Add ("+") or take off ("-") flags of one mail, keeping all others."""
    words = " ".join(sorted(flags)).encode("ascii")
    wire.ask("UID STORE", b"%d" % uid, sign.encode() + b"FLAGS.SILENT", b"(" + words + b")")


def finish(wire: Wire, uid: int) -> None:
    """Take away what was left behind in the folder that is open."""
    store(wire, uid, "+", ["\\Deleted"])
    wire.ask("UID EXPUNGE", b"%d" % uid)


def unmark(wire: Wire, folder: bytes, uid: int) -> None:
    """The move is done: take our mark off the mail in its new folder."""
    wire.open(folder, to_write=True)
    store(wire, uid, "-", [MOVING])


def marked(wire: Wire, uid: int) -> bool:
    """Whether a mail of the folder that is open carries our mark."""
    mail = flags_of(wire, uid)
    return mail is not None and MOVING in (flag.lower() for flag in mail.flags)


def left_behind(wire: Wire, places: Iterable[Place]) -> Iterable[tuple[Place, int]]:
    """Every mail that carries our mark, also those flagged as deleted."""
    for place in places:
        try:
            wire.open(place.name, to_write=True)
            answer = wire.ask("UID SEARCH", b"KEYWORD", MOVING.encode())
        except SaidNo:
            continue
        for line in answer.lines("SEARCH"):
            yield from ((place, int(uid)) for uid in line.split())
