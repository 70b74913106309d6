"""Constituents: known again by id, or by name with an address or a postcode."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import Connection, delete, insert, select

from mailbridge.matching.names import fold
from mailbridge.register.rows import CaseRow, ConstituentRow
from mailbridge.register.values import whole_name
from mailbridge.store.lists.shared import Entry, Resolved, insert_all, names_by, picked, update_one
from mailbridge.store.tables import constituent_emails, constituent_phones, constituents


class Constituents:
    """Everybody the office knows."""

    filled_by: ClassVar[Mapping[str, str]] = {
        "name": "name title forename middle surname suffix",
        "postcode": "postcode",
        "street": "street",
        "external_id": "external_id",
    }

    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    @cached_property
    def people(self) -> "People":
        """Everybody, read when the first row is not known by its key."""
        return People(self._tx)

    def resolve(self, row: ConstituentRow) -> Resolved:
        """The row in the store's terms."""
        return Resolved(picked(row, self.filled_by))

    def known(self, row: ConstituentRow, values: Mapping[str, Any]) -> Iterable[str]:
        """Entries that the row may be about, likeliest first."""
        del values
        people, name = self.people, fold(row.name)
        yield from map(str, people.by_id.get(row.external_id, ()))
        named = set(people.by_name.get(name, ()))
        near = [person for email in row.emails for person in people.by_email.get(email, ())]
        near += people.by_postcode.get(row.postcode, ())
        for person in near:
            # Two ids in the office's list are two people, however alike.
            ids = {row.external_id, people.external_ids.get(person, "")} - {""}
            if person in named and len(ids) <= 1:
                yield str(person)

    def add(self, entries: Sequence[Entry], now: datetime) -> Sequence[str]:
        """Make new entries; their ids, in the same order."""
        made = {"source": "import", "added_at": now}
        ids = self._tx.scalars(
            insert(constituents).returning(constituents.c.id, sort_by_parameter_order=True),
            [{**entry.values, **made} for entry in entries],
        ).all()
        emails, phones = list[dict[str, Any]](), list[dict[str, Any]]()
        for person, entry in zip(ids, entries, strict=True):
            emails += [_email(email, person, now) for email in entry.row.emails]
            phones += [{"phone": phone, "constituent_id": person} for phone in entry.row.phones]
        insert_all(self._tx, constituent_emails, emails)
        insert_all(self._tx, constituent_phones, phones)
        return [str(person) for person in ids]

    def change(
        self, entry: Entry, values: Mapping[str, Any], fields: frozenset[str], now: datetime
    ) -> None:
        """Bring one entry to these values."""
        person = int(entry.entry_id)
        # An address column may have held the postcode, so a postcode that was found is taken.
        postcode = {"postcode": entry.row.postcode} if entry.row.postcode else {}
        update_one(self._tx, constituents, constituents.c.id == person, {**values, **postcode})
        if "emails" in fields:
            self._change_emails(person, entry.row.emails, now)
        if "phones" in fields:
            table = constituent_phones
            self._tx.execute(delete(table).where(table.c.constituent_id == person))
            phones = [{"phone": phone, "constituent_id": person} for phone in entry.row.phones]
            insert_all(self._tx, table, phones)

    def _change_emails(self, person: int, emails: Sequence[str], now: datetime) -> None:
        """The list's addresses become the list's, even those a mail taught us before: undoing that
        mail must not take them away. What only a mail taught us stays."""
        table = constituent_emails
        theirs = table.c.constituent_id == person
        of_list = (table.c.source == "import") | table.c.email.in_(emails)
        self._tx.execute(delete(table).where(theirs, of_list))
        insert_all(self._tx, table, [_email(email, person, now) for email in emails])

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """What people call these entries, by id."""
        return names_by(self._tx, constituents.c.id, constituents.c.name, map(int, ids))


def _email(email: str, person: int, now: datetime) -> dict[str, Any]:
    return {"email": email, "constituent_id": person, "source": "import", "added_at": now}


class People:
    """Everybody in the register, by whatever a list may name them by."""

    def __init__(self, tx: Connection) -> None:
        by_id, by_name = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        by_postcode = defaultdict[str, list[int]](list)
        self.external_ids: dict[int, str] = {}
        columns = constituents.c
        for person, name, postcode, external_id in tx.execute(
            select(columns.id, columns.name, columns.postcode, columns.external_id)
        ):
            by_name[fold(name)].append(person)
            if postcode:
                by_postcode[postcode].append(person)
            if external_id:
                by_id[external_id].append(person)
                self.external_ids[person] = external_id
        by_email = defaultdict[str, list[int]](list)
        for email, person in tx.execute(
            select(constituent_emails.c.email, constituent_emails.c.constituent_id)
        ):
            by_email[email].append(person)
        self.by_id, self.by_name, self.by_postcode = dict(by_id), dict(by_name), dict(by_postcode)
        self.by_email = dict(by_email)

    def whose(self, row: CaseRow) -> tuple[int | None, str]:
        """Whose case this is, and "" or why that cannot be told. Nobody named: None and ""."""
        if row.constituent:
            name = fold(whole_name(row.constituent))
            named = self.by_id.get(row.constituent) or self.by_name.get(name, [])
            if len(named) == 1:
                return named[0], ""
        told = {
            "name": (fold(row.constituent_name), self.by_name),
            "e-mail address": (row.constituent_email, self.by_email),
            "postcode": (row.constituent_postcode, self.by_postcode),
        }
        found = [set(index.get(value, ())) for value, index in told.values() if value]
        if not found and not row.constituent:
            return None, ""
        # A postcode alone is a street's, not a person's.
        people = (
            set.intersection(*found) if row.constituent_name or row.constituent_email else set()
        )
        if len(people) == 1:
            return people.pop(), ""
        words = " and ".join(
            [f"id or name {row.constituent!r}"] * bool(row.constituent)
            + [f"this {what}" for what, (value, _) in told.items() if value]
        )
        if people:
            return None, f"{len(people)} constituents have {words}: give the constituent's id"
        return None, f"no constituent has {words}: import the constituents first"
