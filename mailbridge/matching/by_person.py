"""Evidence from people's names, postcodes and telephone numbers."""

from mailbridge.domain.finding import Clues, Dossier
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching.names import Fit, fit_of, names_person
from mailbridge.matching.parties import (
    Found,
    best_fit,
    has_address,
    is_from_office,
    is_from_outsider,
)
from mailbridge.matching.signing import own_lines
from mailbridge.matching.weigh import point

_NAMED = {
    Fit.FULL: ("name", "{written} is the name of {name}"),
    Fit.NEARLY: ("name-nearly", "{written} may be {name}"),
    Fit.PART: ("name-part", "{written} is part of the name of {name}"),
}


def by_person(message: Message, clues: Clues, dossier: Dossier, office: Office) -> Found:
    """The names the writer goes by, with the postcode and telephone numbers in the mail.

    A constituent writes as themselves, so another full name speaks against them. The office and
    organisations write about people: there the whole text is searched, and only finds. But whoever
    writes from a constituent's own address is held to their name even at an organisation.
    """
    speaks_of_others = is_from_office(message) or is_from_outsider(message, clues, dossier, office)
    edges = own_lines(message.new_text)
    for person in dossier.people:
        fit, written = best_fit(person, clues)
        signs = speaks_of_others or not _is_signed_by_another(person, clues)
        if not speaks_of_others and signs and fit < Fit.FULL and (line := _own_line(person, edges)):
            fit, written = Fit.FULL, line
        yield from _by_name(person, fit, written)
        yield from _by_phone(person, fit, clues, dossier, signs=signs)
        yield from _by_postcode(person, fit, clues, dossier, is_about=speaks_of_others, signs=signs)
        is_theirs = any(has_address(person, address, dossier) for address in clues.addresses)
        if not speaks_of_others or (is_theirs and not is_from_office(message)):
            yield from _against(person, clues, dossier)


def _is_signed_by_another(person: Constituent, clues: Clues) -> bool:
    """Whether a name that is not theirs stands in From or under the letter, if only a given one:
    then their own name and postcode in the text are what somebody else says of them. A word in
    small letters is what somebody once chose to be called on the internet, and no signature.
    """
    return any(name[0].isupper() and fit_of(name, person) < Fit.NOTHING for name in clues.names)


def _own_line(person: Constituent, text: str) -> str:
    """Their full name as it stands on a line of its own; "" where it does not."""
    mention = names_person(text, person)
    return mention.words if mention is not None and mention.is_own_line else ""


def _by_name(person: Constituent, fit: Fit, written: str) -> Found:
    """The name that fits best, with nothing else."""
    if fit in _NAMED:
        code, words = _NAMED[fit]
        yield point(code, words.format(written=written, name=person.name), person=person.id)


def _by_postcode(
    person: Constituent,
    fit: Fit,
    clues: Clues,
    dossier: Dossier,
    *,
    is_about: bool,
    signs: bool,
) -> Found:
    """Name and postcode together; `signs` unless the letter bears somebody else's name, too."""
    if person.postcode not in clues.postcodes:
        return
    words = f"{{}} and postcode {person.postcode}, where {person.name} lives"
    if fit is Fit.NEARLY and not is_about:
        nearly = words.format("nearly that name")
        yield point("near-name-and-postcode", nearly, person=person.id)
    if fit is Fit.FULL and not is_about and signs:
        code = "name-and-postcode" if _is_sole(person, dossier) else "name-and-postcode-shared"
        yield point(code, words.format(f"the name {person.name}"), person=person.id)
    elif (mention := names_person(clues.text, person)) is not None:
        if not mention.is_full and (is_about or fit is Fit.NEARLY):
            code = "near-name-and-postcode"
        elif not is_about:
            code = "named-with-postcode"
        else:
            code = "name-and-postcode" if _is_sole(person, dossier) else "name-and-postcode-shared"
        yield point(code, words.format(f"names {mention.words}"), person=person.id)


def _is_sole(person: Constituent, dossier: Dossier) -> bool:
    """Whether nobody else at the same postcode has the same full name."""
    return not any(
        other.id != person.id
        and other.postcode == person.postcode
        and fit_of(other.name, person) is Fit.FULL
        for other in dossier.people
    )


def _by_phone(
    person: Constituent, fit: Fit, clues: Clues, dossier: Dossier, *, signs: bool
) -> Found:
    """A telephone number of theirs, with or without their name."""
    for phone in set(person.phones) & set(clues.phones):
        holders = sum(phone in other.phones for other in dossier.people)
        if fit is Fit.FULL and signs:
            words = f"the name and telephone number {phone} of {person.name}"
            yield point("name-and-phone", words, person=person.id)
        elif holders == 1:
            yield point("phone", f"the telephone number {phone} of {person.name}", person=person.id)
        else:
            words = f"the telephone number {phone}, which {person.name} shares"
            yield point("phone-shared", words, person=person.id)


def _against(person: Constituent, clues: Clues, dossier: Dossier) -> Found:
    """Another name, or another postcode, where a constituent would give their own.

    A name is no contradiction where the same address has already stood in a mail of this thread
    that a caseworker put to this person: a daughter who writes for her mother keeps doing so. What
    mailbridge decided alone settles nothing, or one wrong match would vouch for the next.
    """
    is_settled = any(
        link.by_person
        and link.constituent_id == person.id
        and set(link.addresses) & set(clues.addresses)
        for link in dossier.links
    )
    others = [name for name in clues.names if fit_of(name, person) is Fit.OTHER]
    unlike = [name for name in clues.names if fit_of(name, person) is Fit.UNLIKE]
    if unlike and not is_settled:
        words = f"{unlike[0]} is no part of the name of {person.name}"
        yield point("name-unlike", words, person=person.id)
    if others and not is_settled:
        words = f"gives the name {others[0]}, not {person.name}"
        yield point("other-name", words, person=person.id)
    if person.postcode and clues.postcodes and person.postcode not in clues.postcodes:
        words = f"gives {clues.postcodes[0]}, and {person.name} lives at {person.postcode}"
        yield point("other-postcode", words, person=person.id)
