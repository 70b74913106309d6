"""What lies on the server: folders, and what changed in each since we last looked."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailbridge.domain.errors import NotThere
from mailbridge.domain.message import Copy, Folder, Handle, Role
from mailbridge.ingest.mailboxes.imap.cursor import Seen
from mailbridge.ingest.mailboxes.imap.names import Place, placed
from mailbridge.ingest.mailboxes.imap.ranges import spelled, uids_in
from mailbridge.ingest.mailboxes.imap.replies import Mail, listed, mails, quoted, status_of
from mailbridge.ingest.mailboxes.imap.wire import Opened, SaidNo, Wire

UNLISTED = frozenset({Role.DRAFTS, Role.JUNK, Role.TRASH})
MOVING = "mailbridge-moving"
"""Our mark on a mail that is being moved by copying."""

GONE = "The mail is no longer in this folder: it was moved or deleted."
DELETED = "\\deleted"
_NO_SUCH = 1 << 32  # UIDs have 32 bits (RFC 3501 §2.3.1.1)
_WINDOW = 10_000  # mails listed by one command: so memory does not grow with the folder
_ITEMS = b"(UID FLAGS INTERNALDATE)"
# Keywords that programs set for themselves (IANA, "IMAP and JMAP Keywords"; Thunderbird, Apple
# Mail): in the version, because they change, but no categories.
_NO_TAGS = frozenset(
    f"""{MOVING} $forwarded forwarded $mdnsent mdnsent $submitpending $submitted $junk $notjunk junk
    nonjunk notjunk junkrecorded $phishing $hasattachment $hasnoattachment $autosent
    $canunsubscribe $unsubscribed $followed $importantfromapple $istrusted $maskedemail $memo
    $hasmemo $muted $new $notify $mailflagbit0 $mailflagbit1 $mailflagbit2""".split()
)


def places_on(wire: Wire, roles: Mapping[str, Role]) -> dict[str, Place]:
    """Every folder and how it stands. One round-trip where the server has LIST-STATUS
    (RFC 5819), however many folders there are."""
    # Of the folder that is open, a server may tell what we know already (RFC 3501 §6.3.10).
    wire.leave()
    items = [b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY"]
    items += [b"HIGHESTMODSEQ"] if wire.can("CONDSTORE") else []
    items += [b"MAILBOXID"] if wire.can("OBJECTID") else []
    asked = b"(" + b" ".join(items) + b")"
    at_once = wire.can("LIST-STATUS") and wire.can("LIST-EXTENDED")
    options = [b"SPECIAL-USE"] if wire.can("SPECIAL-USE") else []
    options += [b"STATUS " + asked] if at_once else []
    extended = (b"RETURN", b"(" + b" ".join(options) + b")")
    asks = extended if options and wire.can("LIST-EXTENDED") else ()
    answer = wire.ask("LIST", b'""', b'"*"', *asks)
    found = [listed(line) for line in answer.lines("LIST")]
    statuses = dict(map(status_of, answer.lines("STATUS")))
    places = placed(found, statuses, wire.spelling, roles)
    if at_once:
        return places
    for place in list(places.values()):
        if place.is_open:
            try:
                for line in wire.ask("STATUS", quoted(place.name), asked).lines("STATUS"):
                    statuses[place.name] = status_of(line)[1]
            except SaidNo:  # gone meanwhile, or not ours to look into
                continue
    return placed(found, statuses, wire.spelling, roles)


@dataclass(frozen=True, slots=True)
class Told:
    """What changed in one folder. `is_complete`: all of it is told."""

    copies: tuple[Copy, ...]
    gone: tuple[Handle, ...]
    is_complete: bool
    seen: Seen


def changes_in(wire: Wire, place: Place, old: Seen | None) -> Told:
    """What changed in a folder since it was `old`. Raises SaidNo when it cannot be opened.

    The numbers remembered are those from before looking: what comes meanwhile is told again.
    """
    if old and old.still_holds(place.status):
        return Told((), (), is_complete=False, seen=old)
    now = wire.open_afresh(place.name)
    if (
        old
        and old.modseq
        and old.validity == now.validity
        # Repaired, or restored from a backup, a server counts on from an earlier number.
        and old.modseq <= now.modseq
        and old.next_uid <= now.next_uid
        and (wire.has_qresync or old.uids or not old.messages)
    ):
        return _what_changed(wire, place, old, now)
    return _everything(wire, place, old, now)


def _everything(wire: Wire, place: Place, old: Seen | None, now: Opened) -> Told:
    found: list[Copy] = []
    uids: list[int] = []
    digest = hashlib.blake2b(digest_size=12)
    for mail in _listed(wire, now.exists):
        uids.append(mail.uid)
        if not now.modseq:
            digest.update(f"{mail.uid} {version_of(mail)}\n".encode())
        if not is_deleted(mail):
            found.append(copy_of(mail, place.folder, now.validity))
    seen = Seen(
        now.validity,
        now.next_uid,
        now.exists,
        now.modseq,
        digest="" if now.modseq else digest.hexdigest(),
        uids=spelled(uids) if now.modseq and not wire.has_qresync else "",
    )
    if old and not now.modseq and (old.validity, old.digest) == (seen.validity, seen.digest):
        return Told((), (), is_complete=False, seen=seen)
    return Told(tuple(found), (), is_complete=True, seen=seen)


def _listed(wire: Wire, exists: int) -> Iterator[Mail]:
    # By sequence number: these stay as they are until we let the server tell of deletions
    # (RFC 3501 §7.4.1), so nothing slips through between two windows.
    for first in range(1, exists + 1, _WINDOW):
        last = min(first + _WINDOW - 1, exists)
        answer = wire.ask("FETCH", b"%d:%d" % (first, last), _ITEMS)
        yield from mails(answer.untagged.get("FETCH", ()))


def _what_changed(wire: Wire, place: Place, old: Seen, now: Opened) -> Told:
    since = b"CHANGEDSINCE %d" % old.modseq
    since += b" VANISHED" if wire.has_qresync else b""
    answer = wire.ask("UID FETCH", b"1:*", _ITEMS, b"(" + since + b")")
    changed = list(mails(answer.untagged.get("FETCH", ())))
    gone = {mail.uid for mail in changed if is_deleted(mail)}
    uids = ""
    if wire.has_qresync:
        for line in answer.lines("VANISHED"):
            gone.update(uids_in(line.decode("ascii").rpartition(" ")[2], old.next_uid))
    else:
        known = set(uids_in(old.uids, old.next_uid))
        known |= {mail.uid for mail in changed}
        if len(known) != now.exists:
            there = _uids_there(wire, now.next_uid)
            gone |= known - there
            known &= there
        uids = spelled(known)
    copies = [copy_of(mail, place.folder, now.validity) for mail in changed if not is_deleted(mail)]
    return Told(
        tuple(copies),
        tuple(handle_of(place.folder.name, now.validity, uid) for uid in sorted(gone)),
        is_complete=False,
        seen=Seen(now.validity, now.next_uid, now.exists, now.modseq, uids=uids),
    )


def _uids_there(wire: Wire, next_uid: int) -> set[int]:
    """Every UID in the folder that is open."""
    if wire.can("ESEARCH"):
        answer = wire.ask("UID SEARCH", b"RETURN (ALL)", b"ALL")
        found = [line.partition(b" ALL ")[2].split(b" ")[0] for line in answer.lines("ESEARCH")]
        return {uid for part in found for uid in uids_in(part.decode("ascii"), _NO_SUCH)}
    # In windows: the library reads no line of more than a million bytes.
    found_uids: set[int] = set()
    for first in range(1, next_uid, 5 * _WINDOW):
        window = b"%d:%d" % (first, first + 5 * _WINDOW - 1)
        for line in wire.ask("UID SEARCH", b"UID " + window).lines("SEARCH"):
            found_uids.update(map(int, line.split()))
    return found_uids


def flags_of(wire: Wire, uid: int) -> Mail | None:
    """A mail of the folder that is open as it is now; None when it is gone."""
    answer = wire.ask("UID FETCH", b"%d" % uid, _ITEMS)
    found = [mail for mail in mails(answer.untagged.get("FETCH", ())) if mail.uid == uid]
    # Several programs' changes may be told in one answer; the last is how it is now.
    return found[-1] if found and not is_deleted(found[-1]) else None


def is_deleted(mail: Mail) -> bool:
    """Somebody deleted it, and the server has yet to clear it away."""
    return any(flag.lower() == DELETED for flag in mail.flags)


def tags_of(flags: Iterable[str]) -> frozenset[str]:
    """The categories among a mail's flags."""
    return frozenset(
        flag for flag in flags if not flag.startswith("\\") and flag.lower() not in _NO_TAGS
    )


def version_of(mail: Mail) -> str:
    r"""A mail's flags and keywords in one text. MODSEQ would be shorter, but a server that was
    restored or repaired counts anew, and would seem to have changed every mail.

    >>> version_of(Mail(7, ("\\Seen", "Housing", "\\Recent"), None))
    'Housing \\Seen'
    """
    return " ".join(sorted(flag for flag in mail.flags if flag.lower() != "\\recent"))


def copy_of(mail: Mail, folder: Folder, validity: int) -> Copy:
    """A mail as the mailbox tells of it."""
    handle = handle_of(folder.name, validity, mail.uid)
    return Copy(folder.name, handle, version_of(mail), tags_of(mail.flags), folder.role, mail.at)


def handle_of(folder: str, validity: int, uid: int) -> Handle:
    """What we call a mail. UIDs mean something only with their folder's UIDVALIDITY.

    >>> parts_of(handle_of("Cases/Khan", 7, 12))
    ('Cases/Khan', 7, 12)
    """
    return Handle(f"{folder}/{validity}.{uid}")


def parts_of(handle: Handle) -> tuple[str, int, int]:
    """Folder, UIDVALIDITY and UID. Raises NotThere for what is no handle of ours.

    >>> parts_of(Handle("INBOX/nobody"))
    Traceback (most recent call last):
    mailbridge.domain.errors.NotThere: The mail is no longer in this folder: it was moved or \
deleted.
    """
    folder, _, numbers = handle.rpartition("/")
    validity, _, uid = numbers.partition(".")
    if not (folder and _is_number(validity) and _is_number(uid)):
        raise NotThere(GONE)
    return folder, int(validity), int(uid)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:11]) < _NO_SUCH
