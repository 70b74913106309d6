"""What people did to a mail, written down: what it teaches, and what follows from it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from mailbridge.domain.action import AddTags, FileMessage, Planned, RemoveTags
from mailbridge.domain.casework import Case, LetterState
from mailbridge.domain.finding import (
    Authenticity,
    Decision,
    Facet,
    Match,
    Outcome,
    Reason,
    Suggestion,
    Verdict,
)
from mailbridge.domain.message import Copy, Direction, Message, MessageKey, Role
from mailbridge.domain.office import Office
from mailbridge.matching.names import Fit, fit_of
from mailbridge.planning.feedback import Before, Did, Lesson, Now, lessons
from mailbridge.planning.filing import folder_of
from mailbridge.planning.rules import Rules
from mailbridge.planning.words import AWAITING, WHICH_CASE, WHO
from mailbridge.reminders.workdays import local_day
from mailbridge.runners.recording import Facts, add_plan, casework_of
from mailbridge.store import casework, messages, outbox, people, state
from mailbridge.tagging.framework import suggested

Gather = Callable[[Connection, Message, Copy], Facts]
Decide = Callable[[Connection, Facts], Decision]


@dataclass(frozen=True, slots=True)
class Learning:
    """Learns from one mail's sighting. `gather` and `decide` are intake's own."""

    mailbox: str
    office: Office
    rules: Rules
    now: datetime
    gather: Gather
    decide: Decide

    def learn(  # one sighting: where, what, and as it was
        self,
        tx: Connection,
        copy: Copy,
        key: MessageKey,
        message: Message | None,
        was: messages.KnownCopy | None,
    ) -> None:
        """Compare a copy with what we knew, and take in whatever a person did in between."""
        known = messages.message(tx, key)
        if known is None:
            return  # set aside before it could be recorded: there is nothing to learn it for
        before = self._before(tx, key, copy, was)
        now = Now(copy.folder, copy.role, copy.tags, known.direction)
        cases = casework.cases_holding(tx, copy.folder)
        for lesson in lessons(before, now, cases, self.rules.framework):
            self._take(tx, lesson, copy, known, message)
            words = lesson.value or copy.folder
            state.write_journal(tx, f"mail {key}", lesson.did, words, self.now)

    def _before(
        self,
        tx: Connection,
        key: MessageKey,
        copy: Copy,
        was: messages.KnownCopy | None,
    ) -> Before:
        decision = messages.decisions_for(tx, [key]).get(key)
        wishes = outbox.listing(tx, subject=f"mail {key}")
        underway = [wish for wish in wishes if wish.state in outbox.OPEN]
        reference = decision.case_reference if decision else ""
        case = casework.case(tx, reference) if reference else None
        moved = any(
            isinstance(wish.action, FileMessage) and wish.state is outbox.State.DONE
            for wish in wishes
        )
        lay_there = bool(case and case.folder and was and was.folder == case.folder)
        # A copy more of a mail whose other copy still lies where we know it: nobody moved anything,
        # a server or a second address delivered it again.
        is_another = was is None and bool(messages.copies_of(tx, self.mailbox, key))
        return Before(
            # A copy that turns up from a place we do not watch: its categories tell nothing.
            tags=was.tags if was else copy.tags,
            case_reference=reference,
            by_person=bool(decision and decision.by_person),
            was_elsewhere=bool(was and was.folder != copy.folder),
            was_filed=lay_there or (was is None and moved and not is_another),
            our_tags=frozenset(
                tag
                for wish in underway
                if isinstance(wish.action, AddTags | RemoveTags)
                for tag in wish.action.tags
            ),
            our_folders=frozenset(
                self._target(tx, wish.action)
                for wish in underway
                if isinstance(wish.action, FileMessage)
            ),
        )

    def _target(self, tx: Connection, action: FileMessage) -> str:
        case = casework.case(tx, action.case_reference) if action.case_reference else None
        return folder_of(case, self.office) if case else action.folder

    def _take(
        self,
        tx: Connection,
        lesson: Lesson,
        copy: Copy,
        known: messages.KnownMessage,
        message: Message | None,
    ) -> None:
        match lesson.did:
            case Did.ACCEPTED | Did.DECLINED:
                self._tag(tx, lesson, copy, known.key)
            case Did.FILED:
                self._filed(tx, lesson.value, copy, known, message)
            case Did.UNFILED:
                self._unfiled(tx, known.key)
            case Did.PUT_AWAY:
                asked = tuple(tag for tag in (WHO, WHICH_CASE) if tag in copy.tags)
                self._remove(tx, known.key, asked, "a person put the mail away", copy)
            case Did.AWAITS:
                self._awaits(tx, copy, known, message)
            case Did.AWAITS_NOT:
                self._set_letters(tx, known.key, LetterState.DROPPED)
            case Did.ANSWERED:
                self._set_letters(tx, known.key, LetterState.ANSWERED)
                if AWAITING in copy.tags:
                    self._remove(tx, known.key, (AWAITING,), "a person marked it answered", copy)
            case Did.UNANSWERED:
                self._set_letters(tx, known.key, LetterState.AWAITING, restarts=True)

    def _tag(self, tx: Connection, lesson: Lesson, copy: Copy, key: MessageKey) -> None:
        """Accepted: `Housing?` goes away by itself. Declined: never put back on this mail."""
        tag = self.rules.framework.tag(lesson.value)
        facet = tag.facet if tag else Facet.ISSUE
        known = {each.tag for each in messages.suggestions_for(tx, [key])}
        verdict = "accepted" if lesson.did is Did.ACCEPTED else "declined"
        if lesson.value in known:
            messages.set_suggestion(tx, key, lesson.value, verdict, self.now)
        else:
            own = Suggestion(lesson.value, facet, 1.0, "person")
            messages.put_suggestion(tx, key, own, verdict, self.now)
        question = suggested(lesson.value)
        if question in copy.tags:
            self._remove(tx, key, (question,), f"{lesson.value} was {verdict} by a person", copy)

    def placed(self, tx: Connection, reference: str, copy: Copy, facts: Facts) -> None:
        """A mail that we first saw in a case's folder: a person put it there before we looked."""
        known = messages.message(tx, facts.message.key)
        if known is not None:
            self._placed(tx, reference, copy, known, facts)

    def _filed(
        self,
        tx: Connection,
        reference: str,
        copy: Copy,
        known: messages.KnownMessage,
        message: Message | None,
    ) -> None:
        """A mail that we knew was moved there; it may be a letter or answer nobody could place."""
        facts = self.gather(tx, message, copy) if message is not None else None
        self._placed(tx, reference, copy, known, facts)
        if message is not None:
            self._casework(tx, message, copy)

    def _placed(
        self,
        tx: Connection,
        reference: str,
        copy: Copy,
        known: messages.KnownMessage,
        facts: Facts | None,
    ) -> None:
        """The last word on where a mail belongs: it stays, its thread follows, and it teaches."""
        case = casework.case(tx, reference)
        if case is None:
            return
        case = self._learn_person(tx, case, known, facts)
        because = Reason(Did.FILED, f"a caseworker put it into {copy.folder}")
        match = Match(
            person=Verdict(
                Outcome.MATCHED if case.constituent_id else Outcome.NOBODY,
                case.constituent_id,
                reasons=(because,),
            ),
            case=Verdict(Outcome.MATCHED, reference, reasons=(because,)),
        )
        messages.put_decision(tx, known.key, match, (), self.now, by_person=True)
        asked = tuple(tag for tag in (WHO, WHICH_CASE) if tag in copy.tags)
        if asked:
            self._remove(tx, known.key, asked, because.words, copy)
        self._thread_follows(tx, case, known, copy)

    def _casework(self, tx: Connection, message: Message, copy: Copy) -> None:
        """A letter or answer that nobody could place until now."""
        facts = self.gather(tx, message, copy)  # afresh: it knows the case now
        has_letters = bool(casework.letters_by(tx, message_keys=[message.key]))
        has_answers = bool(casework.answers_by_message(tx, message.key))
        decision = self.decide(tx, facts)
        decision = replace(
            decision,
            letters=() if has_letters else decision.letters,
            continued=() if has_letters else decision.continued,
            answers=() if has_answers else decision.answers,
        )
        casework_of(tx, facts, decision, self.office, self.now)
        letter_tags = tuple(
            planned
            for planned in decision.plan
            if not isinstance(planned.action, FileMessage)
            and (decision.letters or decision.answers)
            and not (set(getattr(planned.action, "tags", ())) & {WHO, WHICH_CASE})
        )
        add_plan(tx, letter_tags, self.now, self.office)

    def _learn_person(
        self,
        tx: Connection,
        case: Case,
        known: messages.KnownMessage,
        facts: Facts | None,
    ) -> Case:
        """This address belongs to that person; the first mail moved in names a new case's one.

        Not from mail of bodies, colleagues and machines, nor from a sender our server disowns, nor
        where the name that stands beside the address is somebody else's.
        """
        if facts is None or known.direction is not Direction.INBOUND or not known.sender:
            return case
        is_outsider = (
            not facts.dossier.organisations
            and not facts.message.is_automatic
            and facts.dossier.authenticity is not Authenticity.FAIL
            and known.sender not in {each.email for each in facts.dossier.office}
        )
        if not is_outsider:
            return case
        owners = people.ids_by(tx, emails=[known.sender])
        if case.constituent_id is None:
            person = next(iter(owners)) if len(owners) == 1 else None
            if not owners:
                name = known.sender_name or known.sender
                person = people.add_constituent(tx, name, "mail", self.now)
                people.learn_email(tx, known.sender, person, known.key, self.now)
            case = replace(case, constituent_id=person)
            casework.put_case(tx, case)
            return case
        owner = people.constituent(tx, case.constituent_id)
        fits = bool(owner and fit_of(known.sender_name, owner) >= Fit.FULL)
        if fits and not owners - {case.constituent_id}:
            people.learn_email(tx, known.sender, case.constituent_id, known.key, self.now)
        return case

    def _thread_follows(
        self, tx: Connection, case: Case, known: messages.KnownMessage, copy: Copy
    ) -> None:
        """Mails of the same thread and the same other end that nobody has placed go there too."""
        keys = messages.thread_of(tx, known.key)
        decided = messages.decisions_for(tx, keys)
        ends = {known.sender, *known.recipients} - set(self.office.emails)
        for other in messages.messages_by(tx, keys=keys):
            stands = decided.get(other.key)
            is_open = stands is None or not (stands.by_person or stands.case_reference)
            if not is_open or not ends & {other.sender, *other.recipients}:
                continue
            because = Reason("thread-follows", f"its thread was put into {copy.folder}")
            match = Match(
                person=Verdict(Outcome.MATCHED, case.constituent_id, reasons=(because,))
                if case.constituent_id
                else Verdict(Outcome.NOBODY),
                case=Verdict(Outcome.MATCHED, case.reference, reasons=(because,)),
            )
            messages.put_decision(tx, other.key, match, (), self.now)
            self._follow(tx, case, other.key, because)

    def _follow(self, tx: Connection, case: Case, key: MessageKey, because: Reason) -> None:
        places = messages.copies_of(tx, self.mailbox, key)
        occasion = f"{because.code} {self.now.isoformat()}"
        planned: list[Planned] = []
        for place in places:
            if place.role in (Role.INBOX, Role.SENT) and self.office.files_alone:
                asked = tuple(tag for tag in (WHO, WHICH_CASE) if tag in place.tags)
                move = FileMessage(key, place.folder, folder_of(case, self.office), case.reference)
                if asked:
                    planned.append(
                        Planned(RemoveTags(key, asked), (because.code,), because.words, occasion)
                    )
                planned.append(Planned(move, (because.code,), because.words, occasion))
        add_plan(tx, tuple(planned), self.now, self.office)

    def _unfiled(self, tx: Connection, key: MessageKey) -> None:
        """Moved back to where it arrived: undone for good, and what it taught is forgotten."""
        because = Reason(Did.UNFILED, "a caseworker moved it back")
        nobody: Match = Match(
            person=Verdict(Outcome.NOBODY, reasons=(because,)),
            case=Verdict(Outcome.NOBODY, reasons=(because,)),
        )
        messages.put_decision(tx, key, nobody, (), self.now, by_person=True)
        people.unlearn_emails(tx, key, self.now)

    def _awaits(
        self,
        tx: Connection,
        copy: Copy,
        known: messages.KnownMessage,
        message: Message | None,
    ) -> None:
        """`Awaiting answer` put on a sent mail: the clock runs from when it was sent."""
        if casework.letters_by(tx, message_keys=[known.key]):
            self._set_letters(tx, known.key, LetterState.AWAITING)
        elif message is not None:
            self._casework(tx, message, copy)

    def _set_letters(
        self, tx: Connection, key: MessageKey, to: LetterState, *, restarts: bool = False
    ) -> None:
        today = local_day(self.now, self.office.timezone)
        for letter in casework.letters_by(tx, message_keys=[key]):
            changed = replace(letter, state=to)
            if restarts:
                changed = replace(changed, restarted_on=today)
            casework.put_letter(tx, changed)
            state.write_journal(
                tx, f"letter {letter.id}", f"letter-{to}", "by a category in Outlook", self.now
            )

    def _remove(
        self, tx: Connection, key: MessageKey, tags: Iterable[str], words: str, copy: Copy
    ) -> None:
        action = RemoveTags(key, tuple(tags))
        planned = Planned(action, ("no-longer-asked",), words, f"{copy.folder} {copy.version}")
        add_plan(tx, (planned,), self.now, self.office)
