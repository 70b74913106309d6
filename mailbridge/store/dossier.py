"""Gathering a Dossier: all that we know about a mail's clues, in one go, before deciding."""

from collections.abc import Iterable

from sqlalchemy import Connection

from mailbridge.domain.casework import Letter
from mailbridge.domain.finding import Authenticity, Clues, Dossier, Link
from mailbridge.domain.message import Copy, Direction, MessageKey
from mailbridge.domain.people import Organisation
from mailbridge.store import casework, messages, people


def gather(  # noqa: PLR0913  # the facts of one look-up
    tx: Connection,
    clues: Clues,
    copy: Copy,
    organisations: tuple[Organisation, ...],
    authenticity: Authenticity,
    *,
    office_emails: tuple[str, ...],
    returned: tuple[Letter, ...] = (),
) -> Dossier:
    """The facts for one mail. `organisations` are those of the other end; `copy` has canonical
    tags; `returned` is the letter that a bounce gives back. Everybody and every case that any clue
    leads to is in it, and nobody else."""
    links = _links(tx, clues, frozenset(office_emails))
    folder_cases = casework.cases_holding(tx, copy.folder)
    found = casework.letters_by(
        tx,
        organisations=[each.id for each in organisations],
        message_ids=clues.thread_ids,
        their_references=clues.their_references,
    )
    letters = (*returned, *found)
    named_cases = casework.cases_by(
        tx,
        references=[
            *clues.case_references,
            *clues.quoted_references,
            *(link.case_reference for link in links),
            *(letter.case_reference for letter in letters),
            *(case.reference for case in folder_cases),
        ],
    )
    ids: set[int] = set(
        people.ids_by(
            tx,
            emails=(*clues.addresses, *clues.forwarded_from),
            postcodes=clues.postcodes,
            phones=clues.phones,
        )
    )
    ids |= {link.constituent_id for link in links if link.constituent_id is not None}
    ids |= {case.constituent_id for case in named_cases if case.constituent_id is not None}
    cases = {
        case.reference: case for case in (*named_cases, *casework.cases_by(tx, people=sorted(ids)))
    }
    own_letters = casework.letters_by(tx, cases_=cases)
    return Dossier(
        people=people.constituents_by_id(tx, sorted(ids)),
        cases=tuple(cases[reference] for reference in sorted(cases)),
        links=links,
        organisations=organisations,
        office=people.all_caseworkers(tx),
        letters=_each_once((*letters, *own_letters)),
        unlearned=people.denied(tx, (*clues.addresses, *clues.forwarded_from)),
        authenticity=authenticity,
        folder=copy.folder,
        role=copy.role,
        tags=copy.tags,
    )


def _links(tx: Connection, clues: Clues, ours: frozenset[str]) -> tuple[Link, ...]:
    """Earlier decisions in this mail's thread, nearest mail first."""
    keys = tuple(map(MessageKey, messages.thread_keys(tx, clues.thread_ids)))
    decided = {
        key: decision
        for key, decision in messages.decisions_for(tx, keys).items()
        # A filing that a person undid names nobody: that too is worth knowing.
        if decision.constituent_id is not None or decision.case_reference or decision.by_person
    }
    known = {each.key: each for each in messages.messages_by(tx, keys=decided)}
    return tuple(
        Link(
            message_key=known[key].key,
            message_id=known[key].message_id,
            constituent_id=decided[key].constituent_id,
            case_reference=decided[key].case_reference,
            by_person=decided[key].by_person,
            subject=known[key].subject,
            addresses=_other_end(known[key], ours),
        )
        for key in keys
        if key in known
    )


def _other_end(mail: messages.KnownMessage, ours: frozenset[str]) -> tuple[str, ...]:
    """Whom a mail was from, or to when the office sent it."""
    ends = (mail.sender,) if mail.direction is Direction.INBOUND else mail.recipients
    return tuple(each for each in ends if each and each not in ours)


def _each_once(letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """By id, each once."""
    return tuple({letter.id: letter for letter in letters}.values())
