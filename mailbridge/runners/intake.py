"""Reading the mailbox: fetch, decide, record; one mail in one transaction, or a few together.

The batch's cursor is saved in the transaction of its last mail, never before, so a power cut
anywhere leaves the same changes to be read again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from mailbridge.domain.casework import Letter, LetterState
from mailbridge.domain.errors import EdgeError, NotThere, SignInNeeded, TryLater
from mailbridge.domain.finding import Decision
from mailbridge.domain.message import Automatic, Copy, Handle, Message, MessageKey, Oddity, Role
from mailbridge.domain.office import Office
from mailbridge.domain.people import Organisation
from mailbridge.ingest.authenticity import judge
from mailbridge.ingest.parse import SET_ASIDE, parse
from mailbridge.matching.clues import clues
from mailbridge.planning.decide import decide
from mailbridge.planning.direction import direction_of
from mailbridge.planning.filing import case_in
from mailbridge.planning.rules import Rules
from mailbridge.planning.words import AWAITING, vocabulary
from mailbridge.ports import Batch, Mailbox
from mailbridge.reminders.organisations import looks_public, organisation_of, unlisted
from mailbridge.runners.clock import Clock
from mailbridge.runners.faulty import where_raised
from mailbridge.runners.folders import learn_folders
from mailbridge.runners.learning import Learning
from mailbridge.runners.recording import Facts, record
from mailbridge.runners.shelf import Shelf
from mailbridge.store import casework, messages, state
from mailbridge.store.dossier import gather
from mailbridge.store.engine import Store

log = structlog.get_logger()

TOGETHER = 25  # mails recorded in one transaction: a commit waits for the disk
MOST_ADDRESSES = 50  # of the other end that are looked up; a mailing of thousands is no letter
READ_AT = "mail read at"  # note: when the mailbox was last read to the end
MOST_UNREAD = 5  # mails that cannot be read, after which the mailbox is taken to be out of reach
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sight:
    """One copy that is new or changed, and its mail where it had to be read."""

    copy: Copy  # tags canonical
    known: messages.KnownCopy | None
    message: Message | None


@dataclass(slots=True)
class Tally:
    """What one round did, for people and the log."""

    read: int = 0  # mails seen for the first time
    changed: int = 0  # known mails that people moved or tagged
    set_aside: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)  # of "case": matched, several …

    @property
    def did_anything(self) -> bool:
        """Whether a sweep of the reminders may find something new."""
        return bool(self.read or self.changed or self.set_aside)


def no_progress(done: int, of: int) -> None:
    """Nobody is watching."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Reads one mailbox into the store."""

    mailbox: Mailbox
    store: Store
    office: Office
    shelf: Shelf
    clock: Clock
    new_reference: Callable[[], str]
    on_progress: Callable[[int, int], None] = no_progress

    def run_once(self) -> Tally:
        """Read everything that changed. Raises TryLater, SignInNeeded, StoreUnavailable; what was
        recorded until then stays, and the rest is read again the next time."""
        source = f"mailbox {self.mailbox.name}"
        with self.store.reading() as tx:
            since = state.cursor(tx, source)
        batch = self.mailbox.changes(since)
        with self.store.writing() as tx:
            learn_folders(
                tx,
                self.mailbox.name,
                batch.folders,
                self.office,
                self.clock(),
                self.new_reference,
            )
        rules, bodies = self.shelf.rules(), self.shelf.organisations()
        names = _Names.of(self.mailbox, rules)
        with self.store.reading() as tx:
            todo, gone = self._compare(tx, batch, names)
        tally = Tally()
        is_held = self.office.holds_effects or len(todo) > self.office.most_actions
        unread: list[EdgeError] = []
        sights = self._sights(todo, unread)
        round_ = _Round(self, rules, bodies, gone, is_held, tally)
        done = 0
        for some in _portions(sights):
            with self.store.writing() as tx:
                for sight in some:
                    round_.take(tx, sight)
            done += len(some)
            self.on_progress(done, len(todo))
        if unread:
            # Without a new cursor these mails are told of again, and those recorded are known.
            raise TryLater(f"{len(unread)} mail(s) could not be read yet: {unread[0]}")
        with self.store.writing() as tx:
            messages.forget_copies(tx, self.mailbox.name, gone)
            state.save_cursor(tx, source, batch.cursor, self.clock())
            state.write_note(tx, READ_AT, self.mailbox.name, self.clock())
        return tally

    def _compare(
        self, tx: Connection, batch: Batch, names: "_Names"
    ) -> tuple[list[tuple[Copy, messages.KnownCopy | None]], dict[Handle, messages.KnownCopy]]:
        """What is new or changed, oldest first, and the copies that are no longer there."""
        name = self.mailbox.name
        present = {folder.name for folder in batch.folders}
        lost = [each for each in messages.folders_with_copies(tx, name) if each not in present]
        listed = {copy.handle for copy in batch.copies}
        told_gone = frozenset(batch.gone)
        before = messages.copies_in(tx, name, [*batch.complete, *lost])
        known = before | messages.copies_at(tx, name, (listed | told_gone) - before.keys())
        gone = {
            handle: copy
            for handle, copy in known.items()
            if handle in told_gone or (handle in before and handle not in listed)
        }
        todo = []
        for copy in {each.handle: each for each in batch.copies}.values():
            if self._is_ignored(copy.folder):
                continue
            was = known.get(copy.handle)
            if was is None or (was.version, was.folder) != (copy.version, copy.folder):
                todo.append((replace(copy, tags=names.canonical(copy.tags)), was))
        todo.sort(key=lambda each: (each[0].at or LONG_AGO, each[0].role is not Role.SENT))
        return todo, gone

    def _is_ignored(self, folder: str) -> bool:
        return any(
            folder == each or folder.startswith(f"{each}/") for each in self.office.ignored_folders
        )

    def _sights(
        self, todo: list[tuple[Copy, messages.KnownCopy | None]], unread: list[EdgeError]
    ) -> Iterator[Sight]:
        """Each copy with its mail, read only where it is new, lies elsewhere than before, or was
        marked as a letter.

        A mail that cannot be read goes to `unread`, so that it never keeps those after it from
        being read; a few of them, and it is the mailbox that cannot be read.
        """
        for copy, known in todo:
            if known is not None and known.folder == copy.folder and not _is_marked(copy, known):
                yield Sight(copy, known, None)
                continue
            try:
                with self.mailbox.fetch(copy.handle) as raw:
                    message = parse(raw)
            except NotThere:
                continue  # moved while we looked: the next changes tell where
            except SignInNeeded:
                raise
            except EdgeError as error:
                unread.append(error)
                if len(unread) == MOST_UNREAD:
                    raise
                continue
            yield Sight(copy, known, message)


def _is_marked(copy: Copy, known: messages.KnownCopy) -> bool:
    """Whether somebody now awaits an answer to it: whom it went to is read in the mail itself."""
    return AWAITING in copy.tags - known.tags


@dataclass(frozen=True, slots=True)
class _Names:
    """Categories as a mailbox spells them, back to our own names, whatever letter case."""

    ours: Mapping[str, str]

    @classmethod
    def of(cls, mailbox: Mailbox, rules: Rules) -> "_Names":
        """The names of the rules in force."""
        names = vocabulary(rules.framework)
        return cls({mailbox.spelling(name).casefold(): name for name in names})

    def canonical(self, tags: Iterable[str]) -> frozenset[str]:
        """Unknown categories are the office's own and stay as they are."""
        return frozenset(self.ours.get(tag.casefold(), tag) for tag in tags)


def _portions(sights: Iterable[Sight]) -> Iterator[list[Sight]]:
    """A few at a time, so that one commit serves them all."""
    some: list[Sight] = []
    for sight in sights:
        some.append(sight)
        if len(some) == TOGETHER:
            yield some
            some = []
    if some:
        yield some


@dataclass(frozen=True, slots=True)
class _Round:
    """One round's facts that all its mails share."""

    intake: Intake
    rules: Rules
    bodies: tuple[Organisation, ...]
    gone: dict[Handle, messages.KnownCopy]
    is_held: bool
    tally: Tally

    def take(self, tx: Connection, sight: Sight) -> None:
        """Record one sighting. A mail that no code of ours can cope with is set aside, with the
        reason, and the next one is read: one mail must never stop an office."""
        try:
            with tx.begin_nested():
                self._take(tx, sight)
        except OperationalError:
            raise  # the database's trouble is not the mail's fault: read it again later
        except Exception as error:  # noqa: BLE001  # whatever it is, the next mail must be read
            log.warning("a mail could not be dealt with", where=where_raised(error))
            key = sight.message.key if sight.message else MessageKey("")
            self._set_aside(
                tx,
                sight.copy,
                key or (sight.known.message_key if sight.known else MessageKey("")),
                Oddity("not-decided", f"mailbridge failed on it ({type(error).__name__})"),
            )

    def _take(self, tx: Connection, sight: Sight) -> None:
        now = self.intake.clock()
        mailbox = self.intake.mailbox.name
        key = sight.known.message_key if sight.known else MessageKey("")
        if sight.message is not None:
            key = sight.message.key
        if sight.message is not None and key not in messages.known_keys(tx, [key]):
            self._first_sighting(tx, sight.copy, sight.message, now)
        elif key:
            was = self._was(tx, sight, key)
            self._learning(now).learn(tx, sight.copy, key, sight.message, was)
            self.tally.changed += 1
        messages.note_copy(tx, mailbox, sight.copy, key, now)

    def _first_sighting(self, tx: Connection, copy: Copy, message: Message, now: datetime) -> None:
        bad = next((each for each in message.oddities if each.code in SET_ASIDE), None)
        facts = self.facts(tx, message, copy)
        decision = self._decide(tx, facts)
        if bad is not None:
            self._set_aside(tx, copy, message.key, bad)
            decision = replace(decision, plan=(), letters=(), answers=(), continued=())
        record(tx, facts, decision, self.intake.office, now, is_held=self.is_held)
        placed = case_in(copy.folder, facts.dossier.cases)
        if placed is not None and bad is None:
            self._learning(now).placed(tx, placed.reference, copy, facts)
        self.tally.read += 1
        self.tally.outcomes[decision.match.case.outcome] += 1
        log.info(
            "mail",
            key=message.key,
            direction=facts.message.direction,
            person=decision.match.person.outcome,
            case=decision.match.case.outcome,
            actions=len(decision.plan),
        )

    def _learning(self, now: datetime) -> Learning:
        intake = self.intake
        return Learning(
            intake.mailbox.name, intake.office, self.rules, now, self.facts, self._decide
        )

    def facts(self, tx: Connection, message: Message, copy: Copy) -> Facts:
        """A mail with its clues and all that the store knows about them."""
        office = self.intake.office
        authenticity, _ = judge(message, office.authserv_ids)
        message = replace(message, direction=direction_of(message, copy.role, office, authenticity))
        found = clues(message, office)
        others = dict.fromkeys(
            body
            for addr in found.addresses[:MOST_ADDRESSES]
            if (body := self._body(addr)) is not None
        )
        dossier = gather(
            tx,
            found,
            copy,
            tuple(others),
            authenticity,
            office_emails=office.emails,
            returned=_returned(tx, message),
        )
        dossier = replace(dossier, arrived_at=copy.at, seen_at=self.intake.clock())
        return Facts(message, found, dossier)

    def _body(self, addr: str) -> Organisation | None:
        known = organisation_of(addr, self.bodies)
        return known or (unlisted(addr) if looks_public(addr) else None)

    def _decide(self, tx: Connection, facts: Facts) -> Decision:
        counts = casework.letter_counts(tx, [case.reference for case in facts.dossier.cases])
        return decide(
            facts.message, facts.clues, facts.dossier, self.rules, self.intake.office, counts
        )

    def _was(self, tx: Connection, sight: Sight, key: MessageKey) -> messages.KnownCopy | None:
        """The copy as we knew it: the same one, or the one that is gone from elsewhere."""
        if sight.known is not None:
            return sight.known
        others = messages.copies_of(tx, self.intake.mailbox.name, key)
        return next((each for each in others if each.handle in self.gone), None)

    def _set_aside(self, tx: Connection, copy: Copy, key: MessageKey, why: Oddity) -> None:
        mailbox = self.intake.mailbox.name
        now = self.intake.clock()
        state.put_aside(tx, mailbox, copy, key, why, now)
        messages.note_copy(tx, mailbox, copy, key, now)
        self.tally.set_aside += 1
        log.warning("mail set aside", key=key, code=why.code)


BOUNCES_WITHIN = timedelta(days=5)  # RFC 5321 §4.5.4.1: how long servers go on trying


def _returned(tx: Connection, message: Message) -> tuple[Letter, ...]:
    """The letter that a bounce speaks of by its recipient alone: the only one sent there lately.

    Most bounces give the letter back and are found by its Message-ID.
    """
    if message.automatic is not Automatic.BOUNCE or message.at is None:
        return ()
    text, at = message.text.lower(), message.at
    sent_there = tuple(
        letter
        for letter in casework.letters_in(tx, LetterState.AWAITING)
        if timedelta(0) <= at - letter.sent_at <= BOUNCES_WITHIN
        and any(addr in text for addr in letter.recipients)
    )
    return sent_there if len(sent_there) == 1 else ()
