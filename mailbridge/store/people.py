"""The register as decisions need it: who has this address, postcode, phone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from mailbridge.domain.people import Caseworker, Constituent, Organisation, Wait, WaitUnit
from mailbridge.store.rows import in_lists, put, rows_among
from mailbridge.store.tables import (
    caseworkers,
    constituent_emails,
    constituent_phones,
    constituents,
    denied_emails,
    organisations,
)

MOST_AT_ONE_KEY = 200  # people sharing one postcode, phone or address that are worth weighing

_DENIED = select(denied_emails.c.email, denied_emails.c.constituent_id)
_CASEWORKERS = select(caseworkers).order_by(caseworkers.c.email)
_BY_EMAIL, _BY_POSTCODE, _BY_PHONE = (
    select(person).where(column == bindparam("value")).limit(MOST_AT_ONE_KEY)
    for column, person in (
        (constituent_emails.c.email, constituent_emails.c.constituent_id),
        (constituents.c.postcode, constituents.c.id),
        (constituent_phones.c.phone, constituent_phones.c.constituent_id),
    )
)


def ids_by(
    tx: Connection,
    *,
    emails: Iterable[str] = (),
    postcodes: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> frozenset[int]:
    """The ids of everybody with one of these addresses, postcodes or phones."""
    found: set[int] = set()
    for query, values in ((_BY_EMAIL, emails), (_BY_POSTCODE, postcodes), (_BY_PHONE, phones)):
        for value in dict.fromkeys(values):
            found.update(tx.scalars(query, {"value": value}))
    return frozenset(found)


def constituents_by_id(tx: Connection, ids: Iterable[int]) -> tuple[Constituent, ...]:
    """People with all their addresses and phones, by rising id."""
    emails: dict[int, list[str]] = defaultdict(list)
    phones: dict[int, list[str]] = defaultdict(list)
    rows: list[Row[Any]] = []
    for some in in_lists(ids):
        rows += tx.execute(select(constituents).where(constituents.c.id.in_(some))).all()
        for table, column, into in (
            (constituent_emails, constituent_emails.c.email, emails),
            (constituent_phones, constituent_phones.c.phone, phones),
        ):
            for person, value in tx.execute(
                select(table.c.constituent_id, column)
                .where(table.c.constituent_id.in_(some))
                .order_by(column)
            ):
                into[person].append(value)
    return tuple(
        Constituent(
            id=row.id,
            name=row.name,
            emails=tuple(emails[row.id]),
            postcode=row.postcode,
            street=row.street,
            phones=tuple(phones[row.id]),
            external_id=row.external_id,
        )
        for row in sorted(rows, key=lambda row: int(row.id))
    )


def constituent(tx: Connection, person: int | None) -> Constituent | None:
    """One of them, or None."""
    found = constituents_by_id(tx, [person]) if person is not None else ()
    return found[0] if found else None


def add_constituent(tx: Connection, name: str, source: str, now: datetime) -> int:
    """Somebody new in the register. Their id."""
    result = tx.execute(
        insert(constituents).values(
            name=name[:300], postcode="", street="", external_id="", source=source, added_at=now
        )
    )
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def learn_email(tx: Connection, email: str, person: int, message_key: str, now: datetime) -> bool:
    """This address belongs to that person, a mail taught us. False when it was known or denied."""
    denied = select(denied_emails.c.email).where(
        denied_emails.c.email == email, denied_emails.c.constituent_id == person
    )
    if tx.execute(denied).first():
        return False
    known = select(constituent_emails.c.email).where(
        constituent_emails.c.email == email, constituent_emails.c.constituent_id == person
    )
    if tx.execute(known).first():
        return False
    tx.execute(
        insert(constituent_emails).values(
            email=email,
            constituent_id=person,
            source="learned",
            learned_from=message_key,
            added_at=now,
        )
    )
    return True


def unlearn_emails(tx: Connection, message_key: str, now: datetime) -> tuple[str, ...]:
    """Forget what one mail taught about addresses, and never learn it again. Which addresses."""
    rows = tx.execute(
        select(constituent_emails.c.email, constituent_emails.c.constituent_id).where(
            constituent_emails.c.learned_from == message_key
        )
    ).all()
    for email, person in rows:
        put(tx, denied_emails, {"email": email, "constituent_id": person}, {"denied_at": now})
    tx.execute(delete(constituent_emails).where(constituent_emails.c.learned_from == message_key))
    return tuple(email for email, _ in rows)


def denied(tx: Connection, emails: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Which of these addresses a caseworker said do not belong to whom."""
    return frozenset(
        (email, person) for email, person in rows_among(tx, _DENIED, denied_emails.c.email, emails)
    )


def all_organisations(tx: Connection) -> tuple[Organisation, ...]:
    """Those the office entered itself; the shipped ones are in rules/organisations.toml."""
    return tuple(
        Organisation(
            id=row.id,
            name=row.name,
            kind=row.kind,
            domains=tuple(row.domains),
            emails=tuple(row.emails),
            aliases=tuple(row.aliases),
            wait=None
            if row.wait_length is None
            else Wait(row.wait_length, WaitUnit(row.wait_unit), row.receipt_days),
            source=row.source,
        )
        for row in tx.execute(select(organisations).order_by(organisations.c.id))
    )


def all_caseworkers(tx: Connection) -> tuple[Caseworker, ...]:
    """The office's staff."""
    return tuple(
        Caseworker(email=row.email, name=row.name, task_list=row.task_list)
        for row in tx.execute(_CASEWORKERS)
    )
