"""An account on an IMAP server as a `mailbridge.ports.Mailbox`; see docs/imap.md."""

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple
from datetime import timedelta
from threading import Event
from typing import BinaryIO

from mailbridge.domain.errors import NotThere, Refused, TryLater
from mailbridge.domain.message import Copy, Cursor, Handle, MessageKey, Role
from mailbridge.faults import Step, no_fault
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.mailboxes.imap import moving
from mailbridge.ingest.mailboxes.imap.cursor import Seen, packed, unpacked
from mailbridge.ingest.mailboxes.imap.fetching import Ahead, fetched
from mailbridge.ingest.mailboxes.imap.line import Line
from mailbridge.ingest.mailboxes.imap.names import INBOX, Place
from mailbridge.ingest.mailboxes.imap.ranges import uids_in
from mailbridge.ingest.mailboxes.imap.reading import (
    GONE,
    UNLISTED,
    changes_in,
    copy_of,
    flags_of,
    handle_of,
    parts_of,
    places_on,
    tags_of,
)
from mailbridge.ingest.mailboxes.imap.replies import Mail, quoted
from mailbridge.ingest.mailboxes.imap.server import Server
from mailbridge.ingest.mailboxes.imap.wire import Opened, SaidNo, Wire, literal
from mailbridge.ingest.spelling import as_keyword
from mailbridge.ports import Batch, Capability


class ImapMailbox:
    """One account. `sent` and `drafts` name folders where the server does not say which they are.

    `interval` is how often `wait` looks by itself; far less than the 29 minutes after which a
    server may end IDLE (RFC 2177). `step` is told
    each command before it is sent, for crash tests; `now` counts seconds.
    """

    def __init__(  # noqa: PLR0913  # an office's settings, and what tests plug in
        self,
        server: Server,
        name: str = "office",
        *,
        sent: str = "Sent",
        drafts: str = "Drafts",
        interval: timedelta = timedelta(seconds=15),
        step: Step = no_fault,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._line = Line(server, step, now)
        self._roles: Mapping[str, Role] = {sent: Role.SENT, drafts: Role.DRAFTS}
        self._drafts = drafts
        self._interval, self._now = interval.total_seconds(), now
        self._places: dict[str, Place] = {}
        self._ahead = Ahead(now)
        self._told: Seen | None = None  # of the inbox, by the last changes()
        self._woken_by: tuple[int, ...] = ()
        self._looks_next = 0.0
        self._keys: dict[Handle, MessageKey] = {}

    @property
    def name(self) -> str:
        """A short lasting name for keys in our store."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this server can do. Asks it, so raises what `changes` raises."""
        with self._line.telling("The mailbox cannot be asked what it can do") as wire:
            can = {Capability.WAIT}
            can |= (
                {Capability.TAGS}
                if wire.open(INBOX.encode(), to_write=True).keeps_keywords
                else set()
            )
            can |= {Capability.MOVE} if wire.can("MOVE") else set()
            can |= {Capability.FOLDER_IDS} if wire.can("OBJECTID") else set()
            return frozenset(can)

    def spelling(self, tag: str) -> str:
        """A category as a keyword."""
        return as_keyword(tag)

    def changes(self, since: Cursor | None) -> Batch:
        """What changed. Folders that stand as they did cost nothing (CONDSTORE, RFC 7162)."""
        with self._line.telling("The mailbox cannot be read") as wire:
            known = unpacked(since) or {}
            places = self._look_around(wire)
            copies: list[Copy] = []
            gone: list[Handle] = []
            seen: dict[str, Seen] = {}
            read = {
                name: place
                for name, place in places.items()
                if place.is_open and not place.is_view and place.folder.role not in UNLISTED
            }
            complete = set(known) - set(read)
            for name, place in read.items():
                try:
                    told = changes_in(wire, place, known.get(name))
                except SaidNo as refusal:
                    if refusal.code not in {"NONEXISTENT", "NOPERM"}:
                        raise
                    # Deleted or renamed while we looked: the next batch tells of it.
                    continue
                copies += told.copies
                gone += told.gone
                seen[name] = told.seen
                if told.is_complete:
                    complete.add(name)
            self._told = seen.get(INBOX)
            self._ahead.expect(copies)
            return Batch(
                copies=tuple(copies),
                gone=tuple(gone),
                complete=frozenset(complete),
                folders=tuple(place.folder for place in places.values()),
                cursor=packed(seen),
            )

    @contextmanager
    def fetch(self, handle: Handle) -> Iterator[BinaryIO]:
        """The mail's bytes, fetched in parts; a large one is kept on disk meanwhile."""
        small = self._ahead.take(handle)
        if small is None:
            with self._line.telling("The mail cannot be read") as wire:
                uid = self._opened(wire, handle)
                self._ahead.read(wire, handle)
                small = self._ahead.take(handle)
                stream = fetched(wire, uid) if small is None else io.BytesIO(small)
        else:
            stream = io.BytesIO(small)
        with stream:
            yield stream

    def find(self, key: MessageKey, message_id: str, folder: str) -> Handle | None:
        """Where a mail lies in one folder. A move that was cut short is finished first."""
        with self._line.telling("The folder cannot be searched") as wire:
            found = self._find(wire, key, message_id, folder)
            if found and moving.marked(wire, parts_of(found)[2]):
                self._finish_move(wire, key, found)
            return found

    def look(self, handle: Handle) -> Copy:
        """One copy as it is now."""
        with self._line.telling("The mail cannot be looked at") as wire:
            mail = self._mail(wire, handle)
            folder, validity, _ = parts_of(handle)
            return copy_of(mail, self._places[folder].folder, validity)

    def move(self, handle: Handle, folder: str) -> Handle:
        """Move a mail: by one command, or where the server lacks it as `moving` tells."""
        with self._line.telling("The mail cannot be moved") as wire:
            mail = self._mail(wire, handle)
            target = self._made(wire, folder)
            if target == self._places[parts_of(handle)[0]].name:
                return handle
            self._opened(wire, handle, to_write=True)
            return self._move(wire, mail, target)

    def add_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Add categories; where the server keeps none, the mail stays as it was."""
        wanted = {as_keyword(tag) for tag in tags} - {""}
        with self._line.telling("The mail cannot be tagged") as wire:
            mail = self._mail(wire, handle, to_write=True)
            have = {tag.lower() for tag in mail.flags}
            lacking = {tag for tag in wanted if tag.lower() not in have}
            if not lacking:
                return
            moving.store(wire, mail.uid, "+", lacking)
            after = flags_of(wire, mail.uid)
            if not after:
                raise NotThere(GONE)
            kept = {flag.lower() for flag in after.flags}
            if (
                wire.opened
                and wire.opened.keeps_keywords
                and not all(tag.lower() in kept for tag in lacking)
            ):
                raise Refused(
                    "The server does not keep this category on this mail: the folder may have as "
                    "many different ones as it can hold. Use fewer."
                )

    def remove_tags(self, handle: Handle, tags: Iterable[str]) -> None:
        """Remove categories, in whatever letter case the server keeps them."""
        unwanted = {as_keyword(tag).lower() for tag in tags}
        with self._line.telling("The mail's tags cannot be removed") as wire:
            mail = self._mail(wire, handle, to_write=True)
            there = {tag for tag in tags_of(mail.flags) if tag.lower() in unwanted}
            if there:
                moving.store(wire, mail.uid, "-", there)

    def move_folder(self, old: str, new: str) -> None:
        """Rename a folder; the server renames those below it (RFC 3501 §6.3.5)."""
        with self._line.telling("The folder cannot be renamed") as wire:
            places = self._look_around(wire)
            place = places.get(old)
            if not place:
                raise NotThere(f'There is no folder "{old}". It was renamed or deleted.')
            target = wire.spelling.server_name(new)
            taken = {each.name for each in places.values()}
            if (
                place.folder.role is Role.INBOX
                or target in taken
                or f"{new}/".startswith(f"{old}/")
            ):
                raise Refused(f'The folder "{old}" cannot become "{new}": that name is taken.')
            if "/" in new:
                self._made(wire, new.rpartition("/")[0])
            wire.ask("RENAME", quoted(place.name), quoted(target))
            for each in self._look_around(wire).values():
                if f"{each.folder.name}/".startswith(f"{new}/"):
                    self._subscribe(wire, each.name)

    def save_draft(self, draft: bytes) -> Handle:
        """Put a mail into Drafts, flagged as a draft and as seen: we wrote it ourselves."""
        with self._line.telling("The draft cannot be saved") as wire:
            self._look_around(wire)
            place = self._place_of_drafts()
            name = place.name if place else self._made(wire, self._drafts)
            answer = wire.ask("APPEND", quoted(name), rb"(\Draft \Seen)", literal(draft))
            folder = place.folder.name if place else self._drafts
            numbers = answer.text("APPENDUID").split()
            if numbers:
                return handle_of(folder, int(numbers[0]), next(uids_in(numbers[1], 1 << 32)))
            key, message_id = key_of(io.BytesIO(draft))
            found = self._find(wire, key, message_id, folder)
            if not found:
                raise TryLater("The draft was saved, and cannot be found yet.")
            return found

    def wait(self, at_most: timedelta) -> bool:
        """Wake when the inbox changes: told by the server (IDLE), and by looking now and then, so
        that a line gone dead, and news that fell between two commands, are noticed too."""
        with self._line.telling("The mailbox cannot be watched", asleep=True) as wire:
            until = self._now() + at_most.total_seconds()
            while True:
                if self._now() >= self._looks_next or (wire.can("IDLE") and not wire.is_idling):
                    wire.wake()
                    self._looks_next = self._now() + self._interval
                    if self._is_news(wire.open_afresh(INBOX.encode())):
                        return True
                seconds = max(min(until, self._looks_next) - self._now(), 0.0)
                if not wire.can("IDLE"):
                    Event().wait(seconds)
                elif wire.doze(seconds):
                    return True
                if self._now() >= until:
                    return False

    def close(self) -> None:
        """Hang up. The next call connects again."""
        self._line.drop()

    # Inside.

    def _is_news(self, inbox: Opened) -> bool:
        """Whether the inbox stands otherwise than we last told."""
        stands = inbox.validity, inbox.next_uid, inbox.exists, inbox.modseq
        # Twice for the same would be for ever, should a server count in two ways.
        if self._told is None or stands in {astuple(self._told)[:4], self._woken_by}:
            return False
        self._woken_by = stands
        return True

    def _look_around(self, wire: Wire) -> dict[str, Place]:
        self._places = places_on(wire, self._roles)
        return self._places

    def _place(self, wire: Wire, folder: str) -> Place | None:
        return self._places.get(folder) or self._look_around(wire).get(folder)

    def _opened(self, wire: Wire, handle: Handle, *, to_write: bool = False) -> int:
        """Open a mail's folder; its UID. Raises NotThere."""
        folder, validity, uid = parts_of(handle)
        place = self._place(wire, folder)
        if not place or not place.is_open:
            raise NotThere(GONE)
        try:
            now = wire.open(place.name, to_write=to_write)
        except SaidNo as refusal:
            if refusal.code in {"NONEXISTENT", "TRYCREATE"} or folder not in self._look_around(
                wire
            ):
                raise NotThere(GONE) from refusal
            raise
        if now.validity != validity:
            raise NotThere(GONE)
        return uid

    def _mail(self, wire: Wire, handle: Handle, *, to_write: bool = False) -> Mail:
        mail = flags_of(wire, self._opened(wire, handle, to_write=to_write))
        if not mail:
            raise NotThere(GONE)
        return mail

    def _made(self, wire: Wire, folder: str) -> bytes:
        """The server's name of a folder, made with those above it if need be."""
        wire.spelling.server_name(folder)  # refuses the whole name before anything is made
        levels = folder.split("/")
        name = b""
        for depth in range(1, len(levels) + 1):
            ours = "/".join(levels[:depth])
            place = self._places.get(ours)
            name = place.name if place else wire.spelling.server_name(ours)
            if ours.upper() == INBOX or (place and place.is_open):
                continue
            try:
                wire.ask("CREATE", quoted(name))
            except SaidNo as refusal:
                if refusal.code != "ALREADYEXISTS" and ours not in self._look_around(wire):
                    raise
            else:
                self._subscribe(wire, name)
        if folder not in self._places and folder.upper() != INBOX:
            self._look_around(wire)
        return name

    def _subscribe(self, wire: Wire, name: bytes) -> None:
        """Let mail programs show a folder: most list only those subscribed to."""
        try:
            wire.ask("SUBSCRIBE", quoted(name))
        except SaidNo:
            return  # it works without

    def _move(self, wire: Wire, mail: Mail, target: bytes) -> Handle:
        folder = next(n for n, place in self._places.items() if place.name == target)
        key: tuple[MessageKey, str] | None = None
        if not wire.can("UIDPLUS"):
            # Then the server does not tell where it went, and we have to look.
            with fetched(wire, mail.uid) as stream:
                key = key_of(stream)
        try:
            told = moving.moved(wire, mail.uid, target)
        except SaidNo as refusal:
            if refusal.code in {"NONEXISTENT", "TRYCREATE"}:
                raise TryLater("The folder was deleted just now. It is made again.") from refusal
            raise
        if told:
            return handle_of(folder, *told)
        found = self._find(wire, *key, folder) if key else None
        if not found:
            raise NotThere(GONE)
        return found

    def _find(self, wire: Wire, key: MessageKey, message_id: str, folder: str) -> Handle | None:
        place = self._look_around(wire).get(folder)
        if not place and folder == self._drafts:
            place = self._place_of_drafts()
        if not place or not place.is_open:
            return None
        now = wire.open(place.name)
        asked = [b"UNDELETED"]
        if message_id.isascii() and message_id.isprintable() and message_id:
            asked += [b"HEADER", b"Message-ID", quoted(message_id.encode("ascii"))]
        for line in wire.ask("UID SEARCH", *asked).lines("SEARCH"):
            for uid in map(int, line.split()):
                handle = handle_of(place.folder.name, now.validity, uid)
                try:
                    if self._key(wire, handle, uid) == key:
                        return handle
                except NotThere:
                    continue
        return None

    def _key(self, wire: Wire, handle: Handle, uid: int) -> MessageKey:
        if handle not in self._keys:
            with fetched(wire, uid) as stream:
                self._keys[handle] = key_of(stream)[0]
        return self._keys[handle]

    def _finish_move(self, wire: Wire, key: MessageKey, found: Handle) -> None:
        """Take away the copies of a mail that a move cut short left behind, and our mark."""
        folder, _, uid = parts_of(found)
        others = [p for p in self._places.values() if p.is_open and not p.is_view]
        for place, other in list(moving.left_behind(wire, others)):
            if place.folder.name == folder and other == uid:
                continue
            wire.open(place.name, to_write=True)
            with fetched(wire, other) as stream:
                is_same = key_of(stream)[0] == key
            if is_same:
                moving.finish(wire, other)
        moving.unmark(wire, self._places[folder].name, uid)

    def _place_of_drafts(self) -> Place | None:
        named = self._places.get(self._drafts)
        if named and named.is_open:
            return named
        drafts = (p for p in self._places.values() if p.folder.role is Role.DRAFTS and p.is_open)
        return next(drafts, None)
