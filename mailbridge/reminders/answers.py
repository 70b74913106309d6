"""Which letters an inbound mail answers, and how: automatically, on the surface, or in substance.

Nobody in the field tells an acknowledgement from an answer. Ours errs one way: taking anything
else for an answer loses a chase, so only positive signs make one, and doubt is UNSURE.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from mailbridge.domain.casework import Answer, AnswerKind, Letter, LetterState
from mailbridge.domain.finding import Dossier, Match, Outcome, Reason
from mailbridge.domain.message import Address, Automatic, Direction, Message
from mailbridge.domain.office import Office
from mailbridge.reminders.judging import Judgement, judge
from mailbridge.reminders.organisations import family, looks_public, organisation_of
from mailbridge.reminders.phrasebook import Phrasebook, check, phrasebook
from mailbridge.reminders.promises import promised_on
from mailbridge.reminders.workdays import Workdays, local_day

__all__ = ["Phrasebook", "answers_of", "check", "judge", "letters_answered", "phrasebook"]

# What several letters may be told of at once without harm: neither ends a wait nor moves it.
_HARMLESS = frozenset({AnswerKind.AUTOMATIC, AnswerKind.ACKNOWLEDGEMENT})

_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "sir", "dame", "lord", "lady", "rev"])


def answers_of(
    message: Message,
    match: Match,
    dossier: Dossier,
    phrasebook: Phrasebook,
    office: Office,
) -> tuple[Answer, ...]:
    """How an inbound mail answers which awaited letters; nothing where it answers none.

    A mail from a constituent, a colleague or the office is never an answer; one without any date
    cannot be placed and is none either.
    """
    if message.at is None:
        return ()
    letters, _ = letters_answered(message, match, dossier, office)
    if not letters:
        return ()
    judgement = judge(message, phrasebook)
    return tuple(
        _answer(
            message,
            letter,
            _doubted(judgement, message, match, dossier, letters),
            message.at,
            office,
        )
        for letter in letters
    )


def letters_answered(
    message: Message, match: Match, dossier: Dossier, office: Office
) -> tuple[tuple[Letter, ...], Reason]:
    """The awaited letters that a mail comes back to, and what showed it.

    The surest sign decides alone: the thread, our reference, theirs, the case, the person named.
    All but the thread ask that the mail comes from the body we wrote to, after we wrote.
    """
    awaited = tuple(letter for letter in dossier.letters if letter.state is LetterState.AWAITING)
    is_bounce = message.automatic is Automatic.BOUNCE
    if message.direction is not Direction.INBOUND:
        return (), Reason("answers-not-received", "the office wrote it itself")
    if not is_bounce and _is_ours(message.sender, dossier, office):
        return (), Reason("answers-not-third-party", "a constituent or colleague wrote it")
    for code, words, signs in _SIGNS:
        if found := signs(message, match, dossier, awaited):
            return found, Reason(code, words)
    return (), Reason("answers-nothing", "it belongs to no letter that is awaited")


def _is_ours(sender: Address | None, dossier: Dossier, office: Office) -> bool:
    if sender is None:
        return True
    ours = {*office.emails, *(colleague.email for colleague in dossier.office)}
    people = {addr for person in dossier.people for addr in person.emails}
    return (
        sender.addr in ours
        or sender.addr in people
        or any(
            sender.domain == domain or sender.domain.endswith(f".{domain}")
            for domain in office.colleague_domains
        )
    )


def _is_same_body(message: Message, letter: Letter, dossier: Dossier) -> bool:
    """Whether a mail comes from the body that a letter went to, whichever address it uses."""
    sender = message.sender
    if sender is None:
        return False
    body = organisation_of(sender.addr, dossier.organisations)
    if body is not None and body.id == letter.organisation_id:
        return True
    theirs = family(sender.addr)
    return theirs == letter.organisation_id or theirs in map(family, letter.recipients)


def _may_speak_for(message: Message, letter: Letter, dossier: Dossier) -> bool:
    """Whether a mail that belongs to a letter for certain may also answer it in substance.

    All of the health service writes from nhs.net, whichever trust was asked.
    """
    domain = message.sender.domain if message.sender else ""
    is_health = domain == "nhs.net" and any(
        looks_public(addr) and ".nhs." in f".{addr.rpartition('@')[2]}"
        for addr in letter.recipients
    )
    return is_health or _is_same_body(message, letter, dossier)


_Sign = Callable[[Message, Match, Dossier, tuple[Letter, ...]], tuple[Letter, ...]]


def _by_thread(
    message: Message, _match: Match, dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    """Letters that the mail replies to; a bounce carries the letter itself (RFC 3464 §2)."""
    forwarded = (inner.message_id for inner in message.forwarded)
    thread = {*message.in_reply_to, *message.references, *forwarded} - {""}
    found = tuple(letter for letter in awaited if letter.message_id in thread)
    if len(found) < 2:  # noqa: PLR2004  # one mail may be a letter to two bodies
        return found
    own = tuple(
        letter
        for letter in found
        if _is_same_body(message, letter, dossier) or _names_recipient(message, letter)
    )
    return own or found


def _by_recipient(
    message: Message, _match: Match, _dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    """Letters to an address that a bounce says could not be reached."""
    if message.automatic is not Automatic.BOUNCE:
        return ()
    return tuple(letter for letter in awaited if _names_recipient(message, letter))


def _names_recipient(message: Message, letter: Letter) -> bool:
    return message.automatic is Automatic.BOUNCE and any(
        addr in message.text.lower() for addr in letter.recipients
    )


def _from_there(
    message: Message, dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    """Awaited letters to the body that this mail comes from, sent before it came."""
    return tuple(
        letter
        for letter in awaited
        if message.at is not None
        and letter.sent_at <= message.at
        and _is_same_body(message, letter, dossier)
    )


def _by_our_reference(
    message: Message, _match: Match, dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    text = f"{message.subject}\n{message.text}\n{message.new_text}".upper()
    return tuple(
        letter
        for letter in _from_there(message, dossier, awaited)
        if letter.case_reference.upper() in text
    )


def _by_their_reference(
    message: Message, _match: Match, dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    text = f"{message.subject}\n{message.text}\n{message.new_text}".upper()
    return tuple(
        letter
        for letter in _from_there(message, dossier, awaited)
        if letter.their_reference and letter.their_reference.upper() in text
    )


def _by_case(
    message: Message, match: Match, dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    if match.case.outcome is not Outcome.MATCHED:
        return ()
    return tuple(
        letter
        for letter in _from_there(message, dossier, awaited)
        if letter.case_reference == match.case.value
    )


def _by_person(
    message: Message, match: Match, dossier: Dossier, awaited: tuple[Letter, ...]
) -> tuple[Letter, ...]:
    """Letters about the person matched, or about one whose full name and postcode it gives."""
    text = f"{message.subject}\n{message.text}\n{message.new_text}".upper()
    words = set(text.replace(",", " ").replace(".", " ").split())
    named = {
        person.id
        for person in dossier.people
        if person.postcode
        and "".join(person.postcode.upper().split()) in "".join(text.split())
        and {word for word in person.name.upper().split() if word.lower().strip(".") not in _TITLES}
        <= words
    }
    if match.person.outcome is Outcome.MATCHED and match.person.value is not None:
        named = {match.person.value}
    cases = {case.reference for case in dossier.cases if case.constituent_id in named}
    return tuple(
        letter
        for letter in _from_there(message, dossier, awaited)
        if letter.case_reference in cases
    )


_SIGNS: tuple[tuple[str, str, _Sign], ...] = (
    ("answers-thread", "it replies to the letter", _by_thread),
    ("answers-recipient", "it says that the letter's address cannot be reached", _by_recipient),
    (
        "answers-our-reference",
        "it quotes our reference, from the body we wrote to",
        _by_our_reference,
    ),
    ("answers-their-reference", "it quotes their reference", _by_their_reference),
    ("answers-case", "it is about the case, from the body we wrote to", _by_case),
    ("answers-person", "it names the constituent, from the body we wrote to", _by_person),
)


def _doubted(
    judgement: Judgement,
    message: Message,
    match: Match,
    dossier: Dossier,
    letters: tuple[Letter, ...],
) -> Judgement:
    """The judgement of the words, unless who wrote, or to which letter, leaves it in doubt."""
    if judgement.kind in _HARMLESS or judgement.kind is AnswerKind.BOUNCE:
        return judgement
    if match.is_suspect:
        return replace(judgement, kind=AnswerKind.UNSURE, code="answer-suspect")
    if len(letters) > 1:
        return replace(judgement, kind=AnswerKind.UNSURE, code="answer-several-letters")
    is_theirs = all(_may_speak_for(message, letter, dossier) for letter in letters)
    if judgement.kind is AnswerKind.SUBSTANTIVE and not is_theirs:
        return replace(judgement, kind=AnswerKind.UNSURE, code="answer-other-body")
    return judgement


def _answer(
    message: Message, letter: Letter, judgement: Judgement, at: datetime, office: Office
) -> Answer:
    promise = None
    if judgement.kind not in {AnswerKind.SUBSTANTIVE, AnswerKind.BOUNCE}:
        received = local_day(at, office.timezone)
        promise = promised_on(judgement.text, received, Workdays(office.nation))
    return Answer(
        letter_id=letter.id,
        message_key=message.key,
        kind=judgement.kind,
        received_at=at,
        promised_on=promise[0] if promise else None,
        words=judgement.words,
        code=judgement.code,
        message_id=message.message_id,
    )
