"""What a mail gives away about who wrote it and what it is about."""

from collections.abc import Iterable, Iterator

from mailbridge.domain.finding import Clues
from mailbridge.domain.message import Address, Direction, Message
from mailbridge.domain.office import Office
from mailbridge.domain.reference import find_references
from mailbridge.domain.threads import thread_ids
from mailbridge.matching.identifiers import (
    bare,
    find_phones,
    find_postcodes,
    find_their_references,
)
from mailbridge.matching.names import NO_NAME, name_of
from mailbridge.matching.signing import names_signed

# A letter of 100,000 characters is a book of some 40 pages; what identifies its writer stands
# within it, and every pattern here is read over it.
_MOST_TEXT = 100_000


def clues(message: Message, office: Office) -> Clues:
    """All clues of one mail in canonical spelling; the empty Clues when it gives nothing away.

    Only newly written words, signature and attachments are read, so that a quoted letter does not
    speak for its quoter. A Reply-To is not read: it names where answers go, not who wrote.

    >>> from mailbridge.domain.message import MessageKey
    >>> mail = Message(
    ...     MessageKey("1"),
    ...     from_=(Address("a@home.example", "Amina Khan"),),
    ...     subject="Damp at LS62AB",
    ... )
    >>> found = clues(mail, Office())
    >>> found.addresses, found.names, found.postcodes
    (('a@home.example',), ('Amina Khan',), ('LS6 2AB',))
    >>> clues(Message(MessageKey("2")), Office())
    Clues(sender=None, addresses=(), names=(), postcodes=(), phones=(), case_references=(), \
quoted_references=(), their_references=(), forwarded_from=(), \
thread_ids=(), text='')
    """
    new = _joined((message.subject, message.new_text, message.signature))
    text = _joined((new, *(attachment.text for attachment in message.attachments)))
    end = _other_end(message, office)
    ours = find_references(new)
    return Clues(
        sender=message.sender if message.direction is Direction.INBOUND else None,
        addresses=_once(address.addr for address in end),
        names=_once(_names(message, end)),
        postcodes=find_postcodes(text),
        phones=find_phones(_joined((message.new_text, message.signature))),
        case_references=ours,
        quoted_references=tuple(
            found for found in find_references(message.text[:_MOST_TEXT]) if found not in ours
        ),
        their_references=tuple(
            found
            for found in find_their_references(new)
            if bare(found) not in {bare(reference) for reference in ours}
        ),
        forwarded_from=_once(
            inner.sender.addr for inner in message.forwarded if inner.sender is not None
        ),
        thread_ids=thread_ids(message),
        text=text,
    )


def _other_end(message: Message, office: Office) -> tuple[Address, ...]:
    """Who the office corresponds with: the writer, or those a sent mail went to."""
    is_inbound = message.direction is Direction.INBOUND
    everybody = message.from_ if is_inbound else message.to + message.cc
    ours = {address.lower() for address in office.emails}
    return tuple(address for address in everybody if address.addr and address.addr not in ours)


def _names(message: Message, end: Iterable[Address]) -> Iterator[str]:
    """Names the writer goes by; of a sent mail, its recipients'. What is no name is left out.

    Nor is a display name that only repeats the address: a mail program put it there. With a capital
    letter a person did.
    """
    for address in end:
        is_address = address.name == address.addr.partition("@")[0]
        if name_of(address.name) != NO_NAME and not is_address:
            yield " ".join(address.name.split())
    if message.direction is Direction.INBOUND:
        yield from names_signed(message.new_text[:_MOST_TEXT], message.signature)


def _joined(texts: Iterable[str]) -> str:
    """Texts one below the other, capped."""
    return "\n".join(text for text in texts if text)[:_MOST_TEXT]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in the order of first sight, without empty ones."""
    return tuple(dict.fromkeys(value for value in values if value))
