"""Which sent mails are letters to a third party about a case, and so start or restart a clock."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbridge.domain.casework import Letter, LetterState
from mailbridge.domain.finding import Dossier, Match, Outcome, Reason
from mailbridge.domain.message import Address, Direction, Message
from mailbridge.domain.office import Office
from mailbridge.domain.people import Organisation
from mailbridge.domain.reference import find_references
from mailbridge.domain.threads import base_subject
from mailbridge.reminders.organisations import (
    looks_private,
    looks_public,
    organisation_of,
    unlisted,
)
from mailbridge.reminders.promises import sentences

AWAITING_TAG = "Awaiting answer"

# How far a sent mail's Date may lie after, and before, the day on which the server got it.
_AHEAD, _BEHIND = timedelta(days=7), timedelta(days=3653)

# More bodies than this in one mail: a round robin, which nobody answers case by case.
_MOST_BODIES = 5
_SHORT = 60  # words; a longer mail than this says more than thanks
_CURT = 30  # words; a reply that gives thanks and is no longer than this says nothing else

_CLOSES = re.compile(
    r"\b(?:no further action|nothing further (?:is )?(?:needed|required)|no (?:reply|response) is "
    r"(?:needed|required|expected)|for (?:your )?information only|just to let you know|"
    r"(?:this|the) (?:case|matter) is (?:now )?closed)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thank you|thanks|much appreciated|noted)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|\b(?:grateful (?:if|for)|could you|can you|would you|will you|please (?:could|can|would|"
    r"confirm|advise|explain|provide|look|let|investigate|reply|respond|review|consider|update|"
    r"send|tell|ask|arrange)|i (?:would|should) (?:appreciate|be grateful|like to (?:know|ask))|"
    r"asking (?:you|that|for|whether)|(?:await|welcome|need) your|"
    r"(?:an|any) (?:update|explanation|answer)|on behalf of my constituent)\b",
    re.IGNORECASE,
)
# A sentence that thanks, takes note or hands something over; a first mail of these asks nothing.
_HANDS_OVER = re.compile(
    r"\b(?:thank(?:s| you)|much (?:appreciated|obliged)|noted|understood|"
    r"(?:that|this) is (?:very )?(?:helpful|kind|clear|great)|as requested|"
    r"for your (?:records?|file)|(?:you|as) (?:have )?(?:asked|requested|wanted|needed)|"
    r"(?:attach|enclos)\w*.{0,60}\b(?:consent|form|authority))\b",
    re.IGNORECASE,
)
# What brings a matter up, whatever thanks stand beside it.
_TELLS = re.compile(
    r"\b(?:but|however|although|still|yet|again|unfortunately|in advance|look(?:ing)? forward|"
    r"i (?:write|am writing|wrote)|on behalf|constituent|tells? (?:me|us)|told|reports?|says|"
    r"complain\w*|waiting|urgent\w*|concern\w*|hasn't|isn't|wasn't|"
    r"(?:has|have|had|is|was|are|were) (?:not|been|no|now)|(?:letter|correspondence|mail) from)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^(?:dear|hi|hello|good (?:morning|afternoon|evening))\b[^.]{0,40}$", re.IGNORECASE
)
# The close of a mail, and all that follows: a name says nothing.
_ENDS = re.compile(
    r"(?:\n[ \t]*(?i:(?:(?:kind|best|warm|many) )*(?:regards|wishes)|yours \w+|cheers)[,.]?"
    r"(?:\n[^\n.?!]{0,60}){0,6}|(?:\n[ \t]*[A-Z][\w'-]*(?: [A-Z][\w'-]*){0,2}[,.]?))\s*$"
)
_REFERENCE_ALONE = re.compile(r"\W*[A-Z0-9][A-Z0-9/-]*\d[A-Z0-9/-]*\W*")
_INVITES = re.compile(
    r"\b(?:r\.?s\.?v\.?p|you are (?:warmly |cordially )?invited|invitation to|would like to invite "
    r"you|save the date|newsletter|press release|unsubscribe)\b",
    re.IGNORECASE,
)
_CHASES = re.compile(
    r"\b(?:chas(?:e|ing)|remind(?:er)?|(?:still|yet) (?:await|to (?:hear|receive))\w*|awaiting "
    r"(?:a|your)|have (?:not|n't) (?:yet )?(?:had|received|heard)|further to my (?:letter|e-?mail)|"
    r"my (?:letter|e-?mail) of)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?P<whose>our|your) (?:ref(?:erence)?|case|complaint)(?: (?:no|number))?\.?\s*[:#]?\s*"
    r"(?P<reference>[A-Z0-9][A-Z0-9/\-.]*\d[A-Z0-9/\-]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Sifted:
    """What a sent mail is: the bodies it opens a letter to, the letters it goes on with."""

    reason: Reason
    opens: tuple[tuple[Organisation, tuple[Address, ...]], ...] = ()
    continues: tuple[Letter, ...] = ()


def letters_of(
    message: Message,
    match: Match,
    dossier: Dossier,
    office: Office,
    next_number: Callable[[str], int] | Mapping[str, int],
) -> tuple[Letter, ...]:
    """The letters that a sent mail starts: one for each body it is addressed to.

    `next_number` says which number the next letter of a case gets. A mail that goes on with a
    letter still awaited starts none; see `continued`.
    """
    case, at = match.case.value, sent_at(message, dossier)
    opens = _sift(message, match, dossier, office).opens
    if case is None or at is None or not opens:
        return ()
    first = next_number[case] if isinstance(next_number, Mapping) else next_number(case)
    return tuple(
        Letter(
            id=f"{case}/{number}",
            case_reference=case,
            organisation_id=body.id,
            organisation_name=body.name,
            sent_at=at,
            subject=message.subject,
            message_key=message.key,
            message_id=message.message_id,
            recipients=tuple(address.addr for address in addresses),
            their_reference=their_reference(f"{message.subject}\n{message.new_text}"),
            wait=body.wait or office.wait,
        )
        for number, (body, addresses) in enumerate(opens, start=first)
    )


def sent_at(message: Message, dossier: Dossier) -> datetime | None:
    """When a sent mail went, aware: what its Date says, where that can be true.

    A wrong clock's Date lies more than a week after the mail reached the server, or ten years
    before: then the server's day counts. Not less than that, because a mailbox that was moved or
    synchronised gives the day of the move. Where the server cannot tell, when we looked counts.

    >>> from datetime import UTC
    >>> from mailbridge.domain.message import MessageKey
    >>> early = Message(MessageKey("1"), date=datetime(1904, 1, 1, tzinfo=UTC))
    >>> here = Dossier(arrived_at=datetime(2026, 11, 3, tzinfo=UTC))
    >>> sent_at(early, here).year, sent_at(Message(MessageKey("2")), Dossier())
    (2026, None)
    """
    arrived = dossier.arrived_at or message.received_at or dossier.seen_at
    if message.date is None or arrived is None:
        return message.date or arrived
    return message.date if -_AHEAD <= arrived - message.date <= _BEHIND else arrived


def continued(message: Message, match: Match, dossier: Dossier, office: Office) -> tuple[str, ...]:
    """Ids of awaited letters that a sent mail goes on with: a chase-up, or a further question.

    Their clock starts again on the day it was sent; a chase that was open then counts as done.
    """
    return tuple(letter.id for letter in _sift(message, match, dossier, office).continues)


def why(message: Message, match: Match, dossier: Dossier, office: Office) -> Reason:
    """Why a mail is, or is not, a letter; for people who ask."""
    return _sift(message, match, dossier, office).reason


def their_reference(text: str, whose: str = "your") -> str:
    """The other side's reference that a letter gives, or "".

    They call it "our ref", our letters call it "your ref".

    >>> their_reference("Your ref: HSG/2026-118. Thank you for"), their_reference("Your case")
    ('HSG/2026-118', '')
    >>> their_reference("Our ref: HSG/2026-118 Your ref: K4T7-29", "our")
    'HSG/2026-118'
    """
    for found in _REFERENCE.finditer(text):
        if found["whose"].lower() == whose:
            return found["reference"].rstrip("/-.")
    return ""


def _sift(message: Message, match: Match, dossier: Dossier, office: Office) -> _Sifted:
    """Every test in turn; the first that settles it gives the reason."""
    by_person = AWAITING_TAG in dossier.tags
    if message.direction is not Direction.OUTBOUND:
        return _Sifted(Reason("letter-not-sent", "the office did not send it"))
    if match.case.outcome is not Outcome.MATCHED or match.case.value is None:
        return _Sifted(Reason("letter-no-case", "it is not known which case it is about"))
    if message.is_automatic and not by_person:
        return _Sifted(Reason("letter-automatic", "our own automatic mail awaits nothing"))
    bodies = _bodies(message, dossier, office, by_person=by_person)
    if not bodies:
        return _Sifted(
            reason=Reason("letter-no-third-party", "it went only to constituents and colleagues")
        )
    if len(bodies) > _MOST_BODIES and not by_person:
        return _Sifted(Reason("letter-circular", f"it went to {len(bodies)} bodies at once"))
    if not by_person and (unasked := _awaits_nothing(message)):
        return _Sifted(unasked)
    return _sort(message, match.case.value, bodies, dossier)


def _sort(
    message: Message,
    case: str,
    bodies: tuple[tuple[Organisation, tuple[Address, ...]], ...],
    dossier: Dossier,
) -> _Sifted:
    """Part the bodies with a letter still awaited, which this mail goes on with, from the rest."""
    opens: list[tuple[Organisation, tuple[Address, ...]]] = []
    continues: list[Letter] = []
    for body, addresses in bodies:
        open_letters = tuple(
            letter
            for letter in dossier.letters
            if letter.case_reference == case
            and letter.organisation_id == body.id
            and letter.state is LetterState.AWAITING
        )
        if same := _goes_on_with(message, open_letters, dossier):
            continues.extend(same)
        else:
            opens.append((body, addresses))
    code, words = ("letter", "it asks a third party about the case")
    if AWAITING_TAG in dossier.tags:
        code, words = ("letter-by-person", "somebody marked it as awaiting an answer")
    elif continues and not opens:
        code, words = ("letter-continued", "it goes on with a letter that is still awaited")
    return _Sifted(Reason(code, words), tuple(opens), tuple(continues))


def _bodies(
    message: Message, dossier: Dossier, office: Office, *, by_person: bool
) -> tuple[tuple[Organisation, tuple[Address, ...]], ...]:
    """The third parties a mail is addressed to, each with its addresses.

    A body that only gets a copy is not asked; it counts when nobody outside the office is
    addressed at all, as in mail sent to ourselves with everybody in copy.
    """
    ours = {*office.emails, *(colleague.email for colleague in dossier.office)}
    people = {addr for person in dossier.people for addr in person.emails}

    def outside(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
        return tuple(
            address
            for address in addresses
            if address.domain
            and address.addr not in ours
            and not _is_under(address.domain, office.colleague_domains)
        )

    addressed = outside(message.to) or outside(message.cc) or outside(message.bcc)
    third = tuple(
        address
        for address in addressed
        if address.addr not in people and _is_body(address, message, dossier)
    )
    # A person may await an answer from anybody, a constituent too.
    third = third or (addressed if by_person else ())
    found: dict[str, tuple[Organisation, tuple[Address, ...]]] = {}
    for address in third:
        body = organisation_of(address.addr, dossier.organisations) or unlisted(address.addr)
        found[body.id] = (body, (*found.get(body.id, (body, ()))[1], address))
    return tuple(found.values())


def _is_body(address: Address, message: Message, dossier: Dossier) -> bool:
    """Whether an address is a body's.

    One that no table knows and that is no public body's counts when the office wrote first:
    answering somebody who wrote to us, from their work perhaps, asks nothing of a third party.
    """
    if organisation_of(address.addr, dossier.organisations) or looks_public(address.addr):
        return True
    if looks_private(address.addr):
        return False
    known = {letter.organisation_id for letter in dossier.letters}
    return not message.in_reply_to or unlisted(address.addr).id in known


def _awaits_nothing(message: Message) -> Reason | None:
    """Why a mail to a third party needs no answer, or None when it does."""
    words = f"{message.subject}\n{message.new_text}"
    if any(part.content_type == "text/calendar" for part in message.attachments):
        return Reason("letter-invitation", "it is an invitation")
    if _INVITES.search(words):
        return Reason("letter-invitation", "it is an invitation or a newsletter")
    text = message.new_text
    if _ASKS.search(text):
        return None
    length = len(text.split())
    if length <= _SHORT and _CLOSES.search(text):
        return Reason("letter-closing", "it says that nothing more is needed")
    if message.in_reply_to and length <= _CURT and _THANKS.search(text):
        return Reason("letter-thanks", "it gives thanks and asks nothing")
    if length <= _SHORT and _only_thanks_or_sends(text):
        return Reason(
            "letter-thanks", "it gives thanks, or sends what they wanted, and asks nothing"
        )
    return None


def _only_thanks_or_sends(text: str) -> bool:
    """Whether every sentence of a first mail gives thanks, takes note or hands something over.

    A first letter may begin with thanks and tell of a wrong without asking in so many words: one
    sentence that tells anything else makes it a letter.
    """
    for reference in find_references(text):
        text = text.replace(reference, "")
    told = [part for part in sentences(_ENDS.sub("", text.strip())) if not _OPENS.match(part)]
    said = [part for part in told if not _REFERENCE_ALONE.fullmatch(part)]
    return bool(said) and all(
        len(part.split()) <= _CURT and _HANDS_OVER.search(part) and not _TELLS.search(part)
        for part in said
    )


def _goes_on_with(
    message: Message, letters: tuple[Letter, ...], dossier: Dossier
) -> tuple[Letter, ...]:
    """Which of these awaited letters a mail to their body belongs to: by thread, else by words."""
    thread = {*message.in_reply_to, *message.references}
    keys = {link.message_key for link in dossier.links}
    subject = base_subject(message.subject).casefold()
    readings = (
        tuple(letter for letter in letters if letter.message_id and letter.message_id in thread),
        tuple(letter for letter in letters if letter.message_key in keys),
        tuple(
            letter
            for letter in letters
            if subject and base_subject(letter.subject).casefold() == subject
        ),
    )
    if found := next(filter(None, readings), ()):
        return found
    # Written afresh, as people do on a phone: only where one letter alone can be meant.
    return letters if len(letters) == 1 and _CHASES.search(message.new_text) else ()


def _is_under(domain: str, domains: tuple[str, ...]) -> bool:
    return any(domain == each or domain.endswith(f".{each}") for each in domains)
