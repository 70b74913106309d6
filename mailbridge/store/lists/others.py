"""Organisations, known again by id or name; caseworkers, known again by e-mail address."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import Connection, select

from mailbridge.matching.names import fold
from mailbridge.register.rows import CaseworkerRow, OrganisationRow
from mailbridge.store.lists.shared import Entry, Resolved, insert_all, names_by, picked, update_one
from mailbridge.store.tables import caseworkers, organisations

_LONGEST_SLUG = 70  # characters; the column holds 80, and a number may follow


def slug(name: str) -> str:
    """A short word for an organisation.

    >>> slug("Anytown & District Council")
    'anytown-district-council'
    >>> slug("水")
    'organisation-327b54d0'
    """
    word = "-".join(re.findall(r"[a-z0-9]+", fold(name)))[:_LONGEST_SLUG].strip("-")
    return word or f"organisation-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class Organisations:
    """Third parties that letters go to."""

    filled_by: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "kind": "kind",
        "domains": "domains",
        "emails": "emails",
        "aliases": "aliases",
        "wait_length": "wait",
        "wait_unit": "wait",
        "receipt_days": "wait",
        "source": "source",
        "external_id": "external_id",
    }

    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    @cached_property
    def _known(self) -> tuple[Mapping[Any, Sequence[str]], frozenset[str]]:
        by_id, ids = defaultdict[str, list[str]](list), set()
        for entry, external_id in self._tx.execute(
            select(organisations.c.id, organisations.c.external_id)
        ):
            ids.add(entry)
            if external_id:
                by_id[external_id].append(entry)
        return by_id, frozenset(ids)

    def resolve(self, row: OrganisationRow) -> Resolved:
        """The row in the store's terms."""
        plain = picked(row, ("name", "kind", "source", "external_id"))
        lists = {name: list(getattr(row, name)) for name in ("domains", "emails", "aliases")}
        wait = {"wait_length": None, "wait_unit": "days", "receipt_days": 0}
        if row.wait is not None:
            wait = {
                "wait_length": row.wait.length,
                "wait_unit": str(row.wait.unit),
                "receipt_days": row.wait.receipt_days,
            }
        return Resolved({**plain, **lists, **wait})

    def known(self, row: OrganisationRow, values: Mapping[str, Any]) -> Iterable[str]:
        """Entries that the row may be about, likeliest first."""
        del values
        by_id, ids = self._known
        yield from by_id.get(row.external_id, ())
        if slug(row.name) in ids:
            yield slug(row.name)

    def add(self, entries: Sequence[Entry], now: datetime) -> Sequence[str]:
        """Make new entries; their ids, in the same order."""
        del now
        taken = set(self._known[1])
        made = []
        for entry in entries:
            short = name = slug(str(entry.values["name"]))
            number = 1
            while name in taken:
                number += 1
                name = f"{short}-{number}"
            taken.add(name)
            made.append(name)
        pairs = zip(made, entries, strict=True)
        insert_all(self._tx, organisations, [{"id": name, **entry.values} for name, entry in pairs])
        return made

    def change(
        self, entry: Entry, values: Mapping[str, Any], fields: frozenset[str], now: datetime
    ) -> None:
        """Bring one entry to these values."""
        del fields, now
        update_one(self._tx, organisations, organisations.c.id == entry.entry_id, values)

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """What people call these entries, by id."""
        return names_by(self._tx, organisations.c.id, organisations.c.name, ids)


class Caseworkers:
    """The office's staff."""

    filled_by: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "task_list": "task_list",
        "external_id": "external_id",
    }

    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._tx.scalars(select(caseworkers.c.email)))

    def resolve(self, row: CaseworkerRow) -> Resolved:
        """The row in the store's terms."""
        return Resolved(picked(row, self.filled_by))

    def known(self, row: CaseworkerRow, values: Mapping[str, Any]) -> Iterable[str]:
        """Entries that the row may be about, likeliest first."""
        del values
        if row.email in self._known:
            yield row.email

    def add(self, entries: Sequence[Entry], now: datetime) -> Sequence[str]:
        """Make new entries; their ids, in the same order."""
        del now
        emails = [entry.row.email for entry in entries]
        pairs = zip(emails, entries, strict=True)
        insert_all(
            self._tx, caseworkers, [{"email": email, **entry.values} for email, entry in pairs]
        )
        return emails

    def change(
        self, entry: Entry, values: Mapping[str, Any], fields: frozenset[str], now: datetime
    ) -> None:
        """Bring one entry to these values."""
        del fields, now
        update_one(self._tx, caseworkers, caseworkers.c.email == entry.entry_id, values)

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """What people call these entries, by id."""
        return names_by(self._tx, caseworkers.c.email, caseworkers.c.name, ids)
