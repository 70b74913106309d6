"""Evidence from the mail addresses of the other end."""

from mailbridge.domain.finding import Clues, Dossier
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching.names import name_of
from mailbridge.matching.parties import Found, has_address, is_from_office
from mailbridge.matching.weigh import point


def by_address(message: Message, clues: Clues, dossier: Dossier, _office: Office) -> Found:
    """It was written from, or sent to, an address of somebody in the register.

    An address that several people have names none of them; whether a caseworker denied one of
    them makes no difference to that, only to what is said of that one.
    """
    is_sent = is_from_office(message)
    way, code = ("sent to", "sent-to-address") if is_sent else ("written from", "address")
    for address in clues.addresses:
        holders = [person for person in dossier.people if address in person.emails]
        for person in holders:
            if not has_address(person, address, dossier):
                continue
            if len(holders) == 1:
                words = f"{way} {address}, an address of {person.name}"
                yield point(code, words, person=person.id)
                if is_spelt_in(address, person):
                    words = f"{address} spells the name of {person.name}"
                    yield point("name-in-address", words, person=person.id)
            else:
                words = f"{way} {address}, which {person.name} shares with {len(holders) - 1} more"
                yield point("address-shared", words, person=person.id)
    for address in clues.forwarded_from:
        for person in dossier.people:
            if has_address(person, address, dossier):
                words = f"passes on a mail from {address}, an address of {person.name}"
                yield point("forwarded-from", words, person=person.id)


def is_spelt_in(address: str, person: Constituent) -> bool:
    """Whether an address spells out somebody's given and family name.

    >>> amina = Constituent(1, "Mrs Amina Khan")
    >>> is_spelt_in("amina.khan7@home.example", amina), is_spelt_in("a.khan@home.example", amina)
    (True, False)
    """
    name = name_of(person.name)
    local = "".join(letter for letter in address.partition("@")[0] if letter.isalpha())
    family = "".join(name.family)
    return name.is_full and local in (name.given + family, family + name.given)
