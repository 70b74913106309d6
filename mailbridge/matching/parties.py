"""Which side a mail comes from, and what ties its writer to somebody in the register."""

from collections.abc import Iterator

from mailbridge.domain.casework import Case, Letter
from mailbridge.domain.finding import Clues, Dossier, Evidence
from mailbridge.domain.message import Direction, Message
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching.names import Fit, fit_of


def is_from_office(message: Message) -> bool:
    """Whether the office itself wrote it."""
    return message.direction is not Direction.INBOUND


def is_from_outsider(message: Message, clues: Clues, dossier: Dossier, office: Office) -> bool:
    """Whether it comes from an organisation or a colleague: somebody who writes about others.

    The other end's organisation is in the dossier, or the office has written a letter to this very
    address, or its domain is a colleague's.
    """
    if is_from_office(message) or clues.sender is None:
        return False
    return (
        bool(dossier.organisations)
        or clues.sender.domain in office.colleague_domains
        or any(clues.sender.addr in letter.recipients for letter in dossier.letters)
    )


def is_letter_to_them(letter: Letter, clues: Clues, dossier: Dossier) -> bool:
    """Whether a letter went to the organisation or the address at the other end."""
    return letter.organisation_id in {one.id for one in dossier.organisations} or bool(
        set(letter.recipients) & set(clues.addresses)
    )


def has_address(person: Constituent, address: str, dossier: Dossier) -> bool:
    """Whether an address is this person's, and no caseworker has denied it."""
    return address in person.emails and (address, person.id) not in dossier.unlearned


def best_fit(person: Constituent, clues: Clues) -> tuple[Fit, str]:
    """The written name that fits a person best, and how well; NOTHING where none is written."""
    fits = ((fit_of(name, person), name) for name in clues.names)
    return max(fits, key=lambda found: found[0], default=(Fit.NOTHING, ""))


def is_linked(person: int | None, clues: Clues, dossier: Dossier) -> bool:
    """Whether anything but a case reference ties the mail's other end to a person."""
    if person is None:
        return False
    if any(link.constituent_id == person for link in dossier.links):
        return True
    return any(
        any(has_address(one, address, dossier) for address in clues.addresses)
        or bool(set(one.phones) & set(clues.phones))
        or best_fit(one, clues)[0] is Fit.FULL
        for one in dossier.people
        if one.id == person
    )


def name_in(dossier: Dossier, person: int | None) -> str:
    """A person's name for a reason, as the register has it."""
    names = (one.name for one in dossier.people if one.id == person)
    return next(names, f"constituent {person}")


def cases_by_reference(dossier: Dossier) -> dict[str, Case]:
    """The dossier's cases by their reference."""
    return {case.reference: case for case in dossier.cases}


Found = Iterator[Evidence]
