"""Evidence weighed: who it is, which case it is, and when to leave both to a person.

Weights are natural-log odds, so evidence from different sources adds up, and e**7, a thousand to
one, is where `office.person_weight` stands by default. They are set by reasoning about how each
kind of evidence goes wrong; docs/matching.md has the table in words.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import fsum
from typing import Generic, TypeVar

from mailbridge.domain.casework import CaseState
from mailbridge.domain.finding import (
    Authenticity,
    Dossier,
    Evidence,
    Match,
    Outcome,
    Reason,
    Verdict,
)
from mailbridge.domain.office import Office


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of evidence is worth."""

    weight: float  # natural-log odds
    is_independent_id: bool = False  # more than a name: a person may be named with it
    decides: bool = False  # strong enough that it may not point elsewhere than the match
    blocks: bool = False  # whoever it speaks against is not matched, whatever else is there
    is_mention: bool = False  # anybody can write it of anybody: no such pieces name a writer alone
    needs_person: bool = False  # counts only for a case of the person who was matched


KINDS: dict[str, Kind] = {
    # A person in the office moved the mail there. Nothing outweighs it.
    "placed-by-person": Kind(30.0, is_independent_id=True, decides=True),
    # Message-IDs cannot be guessed: a reply comes from somebody who has the earlier mail. It goes
    # wrong when an old mail is used to begin something new, and when the earlier link was wrong;
    # the second is rarer where a person made the link.
    "thread-by-person": Kind(9.0, is_independent_id=True, decides=True),
    "thread": Kind(8.0, is_independent_id=True, decides=True),
    # Another subject to or from somebody else: the old mail only served as an address book.
    "thread-new-topic": Kind(2.0, is_independent_id=True),
    # The same people on another subject: the person stands, the case needs something beside it.
    "thread-other-subject": Kind(4.0),
    # One guess in 6,000 meets a case of a busy office, and the check catches slips. Beside another
    # link to the same person it leaves little doubt; our own letters quote the right one.
    "reference": Kind(8.0, is_independent_id=True, decides=True),
    "reference-in-our-letter": Kind(9.0, is_independent_id=True, decides=True),
    "reference-by-organisation": Kind(8.0, is_independent_id=True, decides=True),
    # A forwarded letter, a newspaper and a quarrelling neighbour can all show a reference.
    "reference-by-stranger": Kind(1.5, decides=True),
    # Quoted text holds whatever was in the older letter, other people's cases among it.
    "reference-quoted": Kind(5.5),
    "reference-quoted-by-stranger": Kind(1.0),
    "their-reference": Kind(8.0, is_independent_id=True, decides=True),
    "their-reference-by-stranger": Kind(1.5),
    # One person in the register has this address: they wrote it, or somebody else in the home who
    # uses their mailbox. It tells whose mailbox, not who typed, so it wants some name beside it:
    # in the mail, or spelt out in the address. The office chose whom it wrote to.
    "sent-to-address": Kind(8.0, is_independent_id=True, decides=True),
    "address": Kind(6.5, is_independent_id=True, decides=True),
    "name-in-address": Kind(1.0),
    "address-shared": Kind(2.0, is_independent_id=True),
    # They wrote something that somebody else now passes on.
    "forwarded-from": Kind(2.0, is_mention=True),
    # Names are shared: among 70,000 constituents the commonest full names occur dozens of times.
    "name": Kind(5.0),
    "name-nearly": Kind(2.5),
    "name-part": Kind(1.0),
    "name-unlike": Kind(-3.0),
    # Another full name stands where this person's should: their relative, carer or namesake.
    "other-name": Kind(-8.0, blocks=True),
    # Two people of one name at one of 1.7 million postcodes (some 15 homes) are mostly father and
    # son, and then both are in the register and share the evidence.
    "name-and-postcode": Kind(8.0, is_independent_id=True, decides=True),
    "name-and-postcode-shared": Kind(2.5, is_independent_id=True),
    # The name stands in the text of somebody who may be a neighbour, a daughter, a friend.
    "named-with-postcode": Kind(4.0, is_mention=True),
    "near-name-and-postcode": Kind(4.0, is_independent_id=True),
    "name-and-phone": Kind(8.0, is_independent_id=True, decides=True),
    "phone": Kind(3.5, is_independent_id=True, is_mention=True),
    "phone-shared": Kind(1.5, is_independent_id=True, is_mention=True),
    # Constituents move, and mention other people's houses.
    "other-postcode": Kind(-1.0),
    # Circumstances of a case: worth something only once the person is known. One open case alone
    # never reaches `office.case_weight`: people with one open case write of other things, too.
    "open-case": Kind(0.5, needs_person=True),
    "only-open-case": Kind(3.0, needs_person=True),
    "shared-words": Kind(3.5, needs_person=True),
    "awaited-there": Kind(5.5, needs_person=True),
}


def point(code: str, words: str, *, person: int | None = None, case: str = "") -> Evidence:
    """Evidence of one kind with its weight from the table.

    >>> point("thread", "answers a mail of Amina Khan's", person=1).weight
    8.0
    >>> point("hunch", "", person=1)
    Traceback (most recent call last):
    KeyError: 'hunch'
    """
    kind = KINDS[code]
    return Evidence(code, words, kind.weight, person, case, kind.is_independent_id)


def weigh(
    evidence: Iterable[Evidence], dossier: Dossier, office: Office, *, senders: int = 1
) -> Match:
    """Who, and which case: two decisions, each of which abstains rather than guess.

    The order of the evidence makes no difference, and evidence of one kind for one person or case
    counts once. Every piece is kept in the Match; those of the candidates are its reasons.
    `senders` is the number of different addresses in From.

    >>> pieces = [point("sent-to-address", "sent to a@home.example", person=1)]
    >>> found = weigh(pieces, Dossier(), Office())
    >>> found.person.outcome, found.person.value
    (<Outcome.MATCHED: 'matched'>, 1)
    >>> weigh([point("name", "signed Amina Khan", person=1)], Dossier(), Office()).person.outcome
    <Outcome.SEVERAL: 'several possible'>
    """
    found = tuple(sorted(set(evidence), key=_order))
    people = _candidates((one.person, one) for one in found if not KINDS[one.code].needs_person)
    doubts = tuple(_doubts(dossier, senders))
    person = _verdict(people, partial(_person_objections, people, doubts, office))
    owners = {case.reference: case.constituent_id for case in dossier.cases}
    cases = _candidates(
        (one.case or None, one)
        for one in found
        if not KINDS[one.code].needs_person
        or (person.outcome is Outcome.MATCHED and owners.get(one.case) == person.value)
    )
    case = _verdict(cases, partial(_case_objections, cases, person, doubts, dossier, office))
    # What speaks of nobody who is in question (a neighbour's case, another name than theirs) is
    # no evidence, and nobody's business.
    told = {one for about in people for one in about.evidence}
    told |= {one for about in cases for one in about.evidence}
    is_suspect = any(doubt.code in _SUSPECT for doubt in doubts)
    return Match(person, case, is_suspect, tuple(one for one in found if one in told))


T = TypeVar("T", int, str)
_Doubts = tuple[Reason, ...]
_SUSPECT = frozenset({"sender-fails", "several-senders"})  # doubts about the sender


@dataclass(frozen=True, slots=True)
class _Candidate(Generic[T]):
    """A person or a case, with all that speaks for and against."""

    value: T
    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> float:
        return fsum(one.weight for one in self.evidence)

    @property
    def is_placed(self) -> bool:
        return any(one.code == "placed-by-person" for one in self.evidence)

    @property
    def is_blocked(self) -> bool:
        return any(KINDS[one.code].blocks for one in self.evidence)

    @property
    def is_decided(self) -> bool:
        return any(KINDS[one.code].decides for one in self.evidence)

    @property
    def has_id(self) -> bool:
        return any(one.is_independent_id for one in self.evidence)

    @property
    def is_only_mentioned(self) -> bool:
        return all(KINDS[one.code].is_mention for one in self.evidence if one.weight > 0)


def _order(one: Evidence) -> tuple[float, str, str, int, str]:
    """An order that does not depend on who was asked first: heaviest first."""
    return (-one.weight, one.code, one.words, one.person or 0, one.case)


def _candidates(pointed: Iterable[tuple[T | None, Evidence]]) -> tuple[_Candidate[T], ...]:
    """Whoever anything speaks for, best first; each kind of evidence counted once for each."""
    kinds: dict[T, dict[str, Evidence]] = {}
    for value, one in pointed:
        if value is not None:
            kinds.setdefault(value, {}).setdefault(one.code, one)
    candidates = (_Candidate(value, tuple(of.values())) for value, of in kinds.items())
    return tuple(
        sorted(
            (one for one in candidates if any(piece.weight > 0 for piece in one.evidence)),
            key=lambda one: (not one.is_placed, -one.weight, one.value),
        )
    )


def _verdict(
    candidates: tuple[_Candidate[T], ...], objections: Callable[[], Iterable[Reason]]
) -> Verdict[T]:
    """Matched when nothing speaks against the best; all evidence of all candidates as reasons."""
    if not candidates:
        nothing = Reason("nothing-found", "nothing in it points to anybody or anything we know")
        return Verdict(Outcome.NOBODY, reasons=(nothing,))
    against = tuple(objections())
    reasons = tuple(
        Reason(one.code, one.words) for candidate in candidates for one in candidate.evidence
    )
    return Verdict(
        Outcome.SEVERAL if against else Outcome.MATCHED,
        None if against else candidates[0].value,
        tuple(candidate.value for candidate in candidates),
        against + tuple(dict.fromkeys(reasons)),
    )


def _objections(
    candidates: tuple[_Candidate[T], ...], needed: float, doubts: _Doubts, office: Office
) -> Iterator[Reason]:
    """Why the best candidate is not taken without a person: the rules person and case share."""
    best, *rivals = candidates
    yield from doubts
    if best.is_blocked:
        yield Reason("name-contradicts", "the mail gives the full name of somebody else")
    if best.weight < needed:
        yield Reason("too-weak", "taken together this is too little to decide without a person")
    if any(rival.is_decided for rival in rivals):
        yield Reason("disagreement", "it points to more than one, each time strongly")
    elif rivals and best.weight - rivals[0].weight < office.margin:
        yield Reason("too-close", "somebody or something else fits nearly as well")


def _person_objections(
    people: tuple[_Candidate[int], ...], doubts: _Doubts, office: Office
) -> Iterator[Reason]:
    """Why the likeliest person is not named; nothing when a person has placed the mail."""
    if _is_placed(people):
        return
    if not people[0].has_id or people[0].is_only_mentioned:
        yield Reason("name-alone", "a name or a passing mention alone identifies nobody")
    yield from _objections(people, office.person_weight, doubts, office)


def _case_objections(
    cases: tuple[_Candidate[str], ...],
    person: Verdict[int],
    doubts: _Doubts,
    dossier: Dossier,
    office: Office,
) -> Iterator[Reason]:
    """Why the likeliest case is not taken; nothing when a person has placed the mail."""
    if _is_placed(cases):
        return
    known = {case.reference: case for case in dossier.cases}
    case = known.get(cases[0].value)
    if case is None:
        yield Reason("case-unknown", "no case of this reference is known")
    elif case.state is CaseState.CLOSED:
        yield Reason("case-closed", "the case is closed; a person decides whether to reopen it")
    if case is not None and case.constituent_id is not None:
        if person.outcome is not Outcome.MATCHED:
            yield Reason("person-unsure", "it is not certain whose case the mail is about")
        elif person.value != case.constituent_id:
            yield Reason("other-persons-case", "the case is somebody else's")
    yield from _objections(cases, office.case_weight, doubts, office)


def _is_placed(candidates: tuple[_Candidate[T], ...]) -> bool:
    """Whether a person has put the mail with the best candidate, and with no other."""
    return [one.is_placed for one in candidates[:2]] in ([True], [True, False])


def _doubts(dossier: Dossier, senders: int) -> Iterator[Reason]:
    """What forbids any match without a person, whoever and whatever the evidence points to."""
    if dossier.authenticity is Authenticity.FAIL:
        yield Reason("sender-fails", "our own mail server says the sender is not who they claim")
    if senders > 1:
        yield Reason("several-senders", f"it names {senders} senders; who of them wrote it?")
    if any(
        link.by_person and link.constituent_id is None and not link.case_reference
        for link in dossier.links
    ):
        yield Reason("undone-by-person", "a person undid the filing of a mail in this thread")
