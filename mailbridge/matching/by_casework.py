"""Evidence from what the office is working on for a person, once that person is known."""

import re
from collections import Counter
from collections.abc import Iterable

from mailbridge.domain.casework import Case, CaseState, LetterState
from mailbridge.domain.finding import Clues, Dossier
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.matching.names import fold
from mailbridge.matching.parties import Found, is_letter_to_them
from mailbridge.matching.weigh import point

_WORD = re.compile(r"[^\W\d_]{4,}")
# Words that stand in half of all casework, so that sharing them says nothing of this case.
_EVERYDAY_WORDS = """
    about again against also answer appeal application apply asked been before call case claim
    come complaint concern concerned constituent contact council could dear decision department
    does done email enquiry family follow following form from further give have help hello home
    hope house housing inquiry into issue just know letter like look made mail make many matter
    message more most much name need note number office only order other our over please post
    problem query question received reference regarding regards reply request response same send
    sent should since some still such support thank thanks that their them then there these they
    thing this those time today update urgent very want week were what when where which will with
    would write writing year your
    avenue close court crescent drive flat garden gardens grove lane park place road square street
    terrace
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
# What casework is about: many matters of one person share one of these, hardly two.
_COMMON_WORDS = """
    account allowance arrears benefit benefits bill children credit daughter delay doctor hospital
    husband landlord money mother neighbour nhs parking passport payment pension planning police
    refund rent repair repairs school surgery tenancy tribunal universal visa wife
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_FEWEST_WORDS = 2  # one in the subject line is enough, if it is none of the above


def by_casework(message: Message, clues: Clues, dossier: Dossier, _office: Office) -> Found:
    """Open cases, what they are about, and from whom an answer is awaited there."""
    for person in dossier.people:
        cases = [
            case
            for case in dossier.cases
            if case.constituent_id == person.id and case.state is CaseState.OPEN
        ]
        for case in cases:
            code = "only-open-case" if len(cases) == 1 else "open-case"
            yield point(
                code, f"an open case of {person.name}: {case.reference}", case=case.reference
            )
        yield from _awaited(cases, clues, dossier)
        known_words = _words((person.name, person.street))
        yield from _shared(cases, message, clues, dossier, known_words)


def _awaited(cases: list[Case], clues: Clues, dossier: Dossier) -> Found:
    """The other end is whom one of the cases awaits an answer from."""
    awaited = {
        letter.case_reference: letter.organisation_name
        for letter in dossier.letters
        if letter.state is LetterState.AWAITING and is_letter_to_them(letter, clues, dossier)
    }
    for case in cases:
        if case.reference in awaited:
            words = f"case {case.reference} awaits an answer from {awaited[case.reference]}"
            yield point("awaited-there", words, case=case.reference)


def _shared(
    cases: list[Case], message: Message, clues: Clues, dossier: Dossier, known: frozenset[str]
) -> Found:
    """Words of a case's title and letters that stand in this mail, and in no other of the cases.

    The person's own name and street are left out: they stand in every mail they sign.
    """
    vocabulary = {
        case.reference: _words(
            (
                case.title,
                *(one.subject for one in dossier.letters if one.case_reference == case.reference),
            )
        )
        - known
        for case in cases
    }
    counts = Counter(word for words in vocabulary.values() for word in words)
    in_subject, in_text = _words((message.subject,)), _words((clues.text,))
    for reference, words in vocabulary.items():
        own = {word for word in words if counts[word] == 1}
        shared = own & (in_text | in_subject)
        if (own & in_subject) - _COMMON or len(shared) >= _FEWEST_WORDS:
            told = ", ".join(sorted(shared)[:5])
            yield point("shared-words", f"speaks of {told}, like case {reference}", case=reference)


def _words(texts: Iterable[str]) -> frozenset[str]:
    """Telling words, folded; a plural s is dropped."""
    words = (word.removesuffix("s") for text in texts for word in _WORD.findall(fold(text)))
    return frozenset(word for word in words if word not in _EVERYDAY)
