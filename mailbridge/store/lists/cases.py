"""Cases: known again by the id of the list they come from, or by title and constituent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import Connection, select

from mailbridge.domain.casework import CaseState
from mailbridge.domain.reference import COUNT, reference_from
from mailbridge.matching.names import fold, titled
from mailbridge.register.rows import CaseRow
from mailbridge.store.casework import case, put_case, set_case_state
from mailbridge.store.lists.constituents import People
from mailbridge.store.lists.shared import Draw, Entry, Resolved, insert_all, names_by, picked
from mailbridge.store.people import constituent
from mailbridge.store.tables import cases, caseworkers


class Cases:
    """What the office works on."""

    filled_by: ClassVar[Mapping[str, str]] = {
        "title": "title",
        "constituent_id": "constituent constituent_name constituent_email",
        "caseworker": "caseworker",
        "is_sensitive": "is_sensitive",
        "state": "state closed_on",
        "opened_on": "opened_on",
        "closed_on": "closed_on",
        "tags": "tags",
        "external_id": "external_id",
    }

    def __init__(self, tx: Connection, draw: Draw) -> None:
        self._tx, self._draw = tx, draw

    @cached_property
    def _people(self) -> People:
        return People(self._tx)

    @cached_property
    def _staff(self) -> Mapping[str, Sequence[str]]:
        """E-mail addresses of caseworkers, by address and by name."""
        found = defaultdict[str, list[str]](list)
        for email, name in self._tx.execute(select(caseworkers.c.email, caseworkers.c.name)):
            found[email].append(email)
            found[fold(name)].append(email)
        return found

    @cached_property
    def _known(self) -> tuple[Mapping[Any, Sequence[str]], Mapping[Any, Sequence[str]]]:
        by_id, by_title = defaultdict[str, list[str]](list), defaultdict[Any, list[str]](list)
        columns = cases.c
        for reference, title, person, external_id in self._tx.execute(
            select(columns.reference, columns.title, columns.constituent_id, columns.external_id)
        ):
            if external_id:
                by_id[external_id].append(reference)
            elif person is not None:
                by_title[title.casefold(), person].append(reference)
        return by_id, by_title

    def resolve(self, row: CaseRow) -> Resolved:
        """The row in the store's terms."""
        person, why = self._people.whose(row)
        worker = row.caseworker.casefold()
        staff = self._staff.get(worker) or self._staff.get(fold(row.caseworker), ())
        unknown = (
            f"{row.caseworker!r} is not one caseworker we know, so tasks go to the office's own "
            "list: import the caseworkers, then this file again"
        )
        notes = (unknown,) if row.caseworker and len(staff) != 1 else ()
        values = {
            **picked(row, set(self.filled_by) - {"constituent_id"}),
            "title": self._title(row.title, person),
            "state": str(row.state),
            "tags": list(row.tags),
            "constituent_id": person,
            "caseworker": staff[0] if len(staff) == 1 else "",
        }
        return Resolved(values, (why,) if why else (), notes)

    def _title(self, matter: str, person: int | None) -> str:
        """As its folder and its tasks are called: "Khan, Amina – damp at Elm Court"."""
        owner = constituent(self._tx, person)
        return titled(matter, owner.name) if owner else matter

    def known(self, row: CaseRow, values: Mapping[str, Any]) -> Iterable[str]:
        """Entries that the row may be about, likeliest first."""
        by_id, by_title = self._known
        yield from by_id.get(row.external_id, ())
        yield from by_title.get((values["title"].casefold(), values["constituent_id"]), ())

    def add(self, entries: Sequence[Entry], now: datetime) -> Sequence[str]:
        """Make new entries; their ids, in the same order."""
        del now
        taken = set(self._tx.scalars(select(cases.c.reference)))
        made = []
        for _ in entries:
            while (reference := reference_from(self._draw(COUNT))) in taken:
                pass
            taken.add(reference)
            made.append(reference)
        pairs = zip(made, entries, strict=True)
        insert_all(self._tx, cases, [{"reference": ref, **entry.values} for ref, entry in pairs])
        return made

    def change(
        self, entry: Entry, values: Mapping[str, Any], fields: frozenset[str], now: datetime
    ) -> None:
        """Bring one entry to these values."""
        del fields
        before = case(self._tx, entry.entry_id)
        if before is None:
            raise LookupError(f"case {entry.entry_id} was imported and is no longer there")
        tags = tuple(values.get("tags", before.tags))
        after = replace(before, **{**values, "state": before.state, "tags": tags})
        state = CaseState(values.get("state", before.state))
        if state is before.state:
            put_case(self._tx, after)
        else:
            set_case_state(self._tx, after, state, after.closed_on or now.date())

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """What people call these entries, by id."""
        return names_by(self._tx, cases.c.reference, cases.c.title, ids)
