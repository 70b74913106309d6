"""Evidence from case references, ours and other people's."""

from mailbridge.domain.casework import Letter
from mailbridge.domain.finding import Clues, Dossier
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.matching.identifiers import bare
from mailbridge.matching.parties import (
    Found,
    cases_by_reference,
    is_from_office,
    is_from_outsider,
    is_letter_to_them,
    is_linked,
    name_in,
)
from mailbridge.matching.weigh import point


def by_reference(message: Message, clues: Clues, dossier: Dossier, office: Office) -> Found:
    """It quotes a case reference; how much that is worth depends on who quotes it."""
    yield from _ours(message, clues, dossier, office)
    yield from _theirs(message, clues, dossier)


def _ours(message: Message, clues: Clues, dossier: Dossier, office: Office) -> Found:
    """Our own references: strong from the office, an organisation, or somebody linked."""
    cases = cases_by_reference(dossier)
    is_outsider = is_from_outsider(message, clues, dossier, office)
    for reference in (*clues.case_references, *clues.quoted_references):
        if (case := cases.get(reference)) is None:
            continue
        is_quoted = reference not in clues.case_references
        is_known = (
            is_from_office(message) or is_outsider or is_linked(case.constituent_id, clues, dossier)
        )
        code = _code(
            is_quoted=is_quoted,
            is_known=is_known,
            is_office=is_from_office(message),
            is_outsider=is_outsider,
        )
        whose = f", a case of {name_in(dossier, case.constituent_id)}"
        words = (
            f"quotes our reference {reference}"
            + (whose if case.constituent_id is not None else "")
            + (", only in the text it answers" if is_quoted else "")
            + ("" if is_known else "; nothing else ties the writer to it")
        )
        yield point(code, words, person=case.constituent_id, case=reference)


def _code(*, is_quoted: bool, is_known: bool, is_office: bool, is_outsider: bool) -> str:
    """The kind of evidence a reference of ours is."""
    if not is_known:
        return "reference-quoted-by-stranger" if is_quoted else "reference-by-stranger"
    if is_quoted:
        return "reference-quoted"
    if is_office:
        return "reference-in-our-letter"
    return "reference-by-organisation" if is_outsider else "reference"


def _theirs(message: Message, clues: Clues, dossier: Dossier) -> Found:
    """References of other people that one of our letters is filed under."""
    cases = cases_by_reference(dossier)
    written = {bare(reference): reference for reference in clues.their_references}
    for letter in dossier.letters:
        reference = written.get(bare(letter.their_reference)) if letter.their_reference else None
        if reference is None or (case := cases.get(letter.case_reference)) is None:
            continue
        is_known = (
            is_from_office(message)
            or is_letter_to_them(letter, clues, dossier)
            or is_linked(case.constituent_id, clues, dossier)
        )
        yield point(
            "their-reference" if is_known else "their-reference-by-stranger",
            _their_words(reference, letter),
            person=case.constituent_id,
            case=case.reference,
        )


def _their_words(reference: str, letter: Letter) -> str:
    """Where a reference of theirs comes from."""
    return (
        f"quotes {reference}, the reference of {letter.organisation_name}"
        f" in case {letter.case_reference}"
    )
