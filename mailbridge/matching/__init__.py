"""Whose mail is it, and which case does it belong to? Everything here is pure.

`clues` reads a mail, the store gathers a Dossier from what it found, `match` decides.
"""

from collections.abc import Callable, Iterator

from mailbridge.domain.finding import Clues, Dossier, Evidence, Match
from mailbridge.domain.message import Message
from mailbridge.domain.office import Office
from mailbridge.matching.by_address import by_address
from mailbridge.matching.by_casework import by_casework
from mailbridge.matching.by_folder import by_folder
from mailbridge.matching.by_person import by_person
from mailbridge.matching.by_reference import by_reference
from mailbridge.matching.by_thread import by_thread
from mailbridge.matching.clues import clues
from mailbridge.matching.weigh import weigh

__all__ = ["MATCHERS", "Matcher", "clues", "match", "weigh"]

Matcher = Callable[[Message, Clues, Dossier, Office], Iterator[Evidence]]

MATCHERS: tuple[Matcher, ...] = (
    by_folder,
    by_thread,
    by_reference,
    by_address,
    by_person,
    by_casework,
)
"""Every source of evidence. A new one is a file and a line here."""


def match(message: Message, found: Clues, dossier: Dossier, office: Office) -> Match:
    """Who a mail is from or about, and which case it belongs to; each may be left to a person.

    >>> from mailbridge.domain.message import Address, MessageKey
    >>> from mailbridge.domain.people import Constituent
    >>> amina = Constituent(7, "Mrs Amina Khan", emails=("amina.khan@home.example",))
    >>> mail = Message(MessageKey("1"), from_=(Address("amina.khan@home.example"),))
    >>> found = clues(mail, Office())
    >>> match(mail, found, Dossier(people=(amina,)), Office()).person.value
    7
    >>> match(mail, found, Dossier(), Office()).person.outcome
    <Outcome.NOBODY: 'nobody'>
    """
    evidence = (one for source in MATCHERS for one in source(message, found, dossier, office))
    senders = len({sender.addr for sender in message.from_ if sender.addr})
    return weigh(evidence, dossier, office, senders=senders)
