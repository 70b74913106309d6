"""What waits for a person: questions put on mail, suggestions, doubtful answers, mail set aside,
actions held or stopped, broken rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from mailbridge.domain.action import AddTags
from mailbridge.domain.casework import Answer
from mailbridge.domain.finding import Reason
from mailbridge.domain.message import MessageKey
from mailbridge.planning.words import QUESTIONS
from mailbridge.runners.standing import troubles
from mailbridge.store import casework, lookups, messages, outbox, people, state
from mailbridge.store.outbox import State, Wish
from mailbridge.store.state import SetAside

MOST_CANDIDATES = 3
MOST_STOPPED = 20  # the newest ones; they stay until a person drops them


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody, or a case, that a mail may belong to."""

    name: str
    words: str  # the pieces of evidence, with semicolons between


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail that carries a question, or is about to."""

    key: MessageKey
    message_id: str
    questions: tuple[str, ...]
    sender: str
    subject: str
    since: datetime
    folder: str  # where it lies; "" where we don't know
    why: tuple[str, ...]  # why it was not decided
    people: tuple[Candidate, ...]  # best first
    cases: tuple[Candidate, ...]  # best first


@dataclass(frozen=True, slots=True)
class Proposed:
    """A tag that was suggested and that nobody has answered."""

    key: MessageKey
    subject: str
    tag: str
    confidence: float
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """An answer that a person should judge."""

    letter_id: str
    organisation: str
    answer: Answer
    subject: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """All of it."""

    asked: tuple[Asked, ...]
    suggestions: tuple[Proposed, ...]
    doubtful: tuple[Doubtful, ...]
    set_aside: tuple[SetAside, ...]
    held: tuple[Wish, ...]
    stopped: tuple[Wish, ...]  # for the record: these block nothing
    troubles: tuple[Reason, ...]

    @property
    def needs_person(self) -> bool:
        """Whether anything in it waits for somebody."""
        return any(
            (self.asked, self.suggestions, self.doubtful, self.set_aside, self.held, self.troubles)
        )


def waiting(tx: Connection, mailbox: str) -> Waiting:
    """Everything that waits for a person, oldest first."""
    return Waiting(
        asked=_asked(tx, mailbox),
        suggestions=_suggestions(tx),
        doubtful=_doubtful(tx),
        set_aside=state.set_aside_list(tx),
        held=outbox.listing(tx, states=[State.HELD]),
        stopped=outbox.listing(tx, states=[State.STOPPED])[-MOST_STOPPED:],
        troubles=troubles(tx),
    )


def _asked(tx: Connection, mailbox: str) -> tuple[Asked, ...]:
    questions = dict(lookups.tagged(tx, mailbox, QUESTIONS))
    # A question that was decided on and is not on the mail yet is a question all the same.
    for wish in outbox.listing(tx, states=outbox.OPEN, kind="AddTags"):
        if isinstance(wish.action, AddTags) and (new := set(wish.action.tags) & set(QUESTIONS)):
            key = wish.action.message
            questions[key] = questions.get(key, frozenset()) | new
    decided = messages.decisions_for(tx, questions)
    found = []
    for mail in messages.messages_by(tx, keys=questions):
        decision = decided.get(mail.key)
        reasons = decision.reasons if decision else ()
        places = messages.copies_of(tx, mailbox, mail.key)
        found.append(
            Asked(
                key=mail.key,
                message_id=mail.message_id,
                questions=tuple(tag for tag in QUESTIONS if tag in questions[mail.key]),
                sender=sender_of(mail),
                subject=mail.subject,
                since=mail.at or mail.first_seen_at,
                folder=places[0].folder if places else "",
                why=tuple(dict.fromkeys(each["words"] for each in reasons if "to" not in each)),
                people=candidates(tx, reasons, "person"),
                cases=candidates(tx, reasons, "case"),
            )
        )
    return tuple(found)


def candidates(
    tx: Connection, reasons: Iterable[messages.ReasonRow], about: str
) -> tuple[Candidate, ...]:
    """Who or which case the evidence points to, best first, a few."""
    weights: dict[str, float] = {}
    words: dict[str, list[str]] = {}
    for each in reasons:
        if each["about"] == about and "to" in each:
            weights[each["to"]] = weights.get(each["to"], 0.0) + float(each["weight"])
            words.setdefault(each["to"], []).append(each["words"])
    best = sorted(weights, key=lambda to: (-weights[to], to))[:MOST_CANDIDATES]
    return tuple(Candidate(name_of(tx, about, to), "; ".join(words[to])) for to in best)


def name_of(tx: Connection, about: str, to: str) -> str:
    """What people call the person or case that evidence points to."""
    if about == "person":
        person = people.constituent(tx, int(to))
        return person.name if person else f"person {to}"
    case = casework.case(tx, to)
    return f"{case.title} ({to})" if case else to


def sender_of(mail: messages.KnownMessage) -> str:
    """Who a mail is from, as mail programs show it."""
    return f"{mail.sender_name} <{mail.sender}>" if mail.sender_name else mail.sender


def _suggestions(tx: Connection) -> tuple[Proposed, ...]:
    proposed = lookups.open_suggestions(tx)
    keys = [each.message_key for each in proposed]
    subjects = {mail.key: mail.subject for mail in messages.messages_by(tx, keys=keys)}
    return tuple(
        Proposed(
            key=each.message_key,
            subject=subjects.get(each.message_key, ""),
            tag=each.tag,
            confidence=each.confidence,
            source=each.source,
            words=each.words,
        )
        for each in proposed
    )


def _doubtful(tx: Connection) -> tuple[Doubtful, ...]:
    answers = casework.unsure_answers(tx)
    mails = messages.messages_by(tx, keys=[each.message_key for each in answers])
    subjects = {mail.key: mail.subject for mail in mails}
    found = []
    for answer in answers:
        letter = casework.letter(tx, answer.letter_id)
        name = letter.organisation_name if letter else ""
        subject = subjects.get(answer.message_key, "")
        found.append(Doubtful(answer.letter_id, name, answer, subject))
    return tuple(found)
