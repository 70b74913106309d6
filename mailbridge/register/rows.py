"""Lines of a file as rows that can be recorded, and every line that cannot, with the reason."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mailbridge.domain.casework import CaseState
from mailbridge.domain.people import Wait
from mailbridge.matching.identifiers import find_postcodes
from mailbridge.register import Kind
from mailbridge.register.mapping import Column
from mailbridge.register.tables import Line
from mailbridge.register.values import Cells, cased, whole_name

_ENDING_POSTCODE = re.compile(r"[\s,]*([A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2})\s*$")
_CLOSED = "closed resolved complete completed done archived finished inactive ended cancelled shut"
_OPEN = (
    "open opened active ongoing new in-progress pending reopened re-opened live current waiting "
    "awaiting-reply awaiting-response on-hold assigned unresolved started"
)
_STATES = dict.fromkeys(_CLOSED.split(), CaseState.CLOSED) | dict.fromkeys(
    _OPEN.split(), CaseState.OPEN
)
_LONGEST_KEY = 400  # characters, of the store's column


@dataclass(frozen=True, slots=True)
class ConstituentRow:
    """One person of the list."""

    line: int
    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    street: str
    postcode: str
    external_id: str

    @property
    def key(self) -> str:
        """What tells this row from another, this time and next time. "" when nothing does."""
        name = self.name.casefold()
        if self.external_id:
            return _key("id", self.external_id)
        if self.emails:
            return _key("email", min(self.emails), name)
        return _key("post", self.postcode, name) if self.postcode else ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list. Whose it is, and who works on it, are looked up when it is recorded."""

    line: int
    title: str
    state: CaseState
    opened_on: date | None
    closed_on: date | None
    caseworker: str  # address or name
    tags: tuple[str, ...]
    is_sensitive: bool
    external_id: str
    constituent: str  # id in the list of constituents, or name
    constituent_name: str
    constituent_email: str
    constituent_postcode: str

    @property
    def key(self) -> str:
        """What tells this row from another, this time and next time. "" when nothing does."""
        if self.external_id:
            return _key("id", self.external_id)
        whose = self.constituent or self.constituent_email or self.constituent_name
        return _key("title", self.title.casefold(), whose.casefold()) if whose else ""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation of the list."""

    line: int
    name: str
    kind: str
    domains: tuple[str, ...]
    emails: tuple[str, ...]
    aliases: tuple[str, ...]
    wait: Wait | None
    source: str
    external_id: str

    @property
    def key(self) -> str:
        """What tells this row from another, this time and next time."""
        if self.external_id:
            return _key("id", self.external_id)
        return _key("name", self.name.casefold())


@dataclass(frozen=True, slots=True)
class CaseworkerRow:
    """One member of staff of the list."""

    line: int
    email: str
    name: str
    task_list: str
    external_id: str

    @property
    def key(self) -> str:
        """What tells this row from another, this time and next time."""
        return _key("email", self.email)


Row = ConstituentRow | CaseRow | OrganisationRow | CaseworkerRow


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not recorded, and why. `key` is its row's where that could be read."""

    line: int
    reasons: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a line that was left out or changed, though its row was taken."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A whole file, read. `fields` are those that a column fills: others are left as they are."""

    kind: Kind
    fields: frozenset[str]
    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    notes: tuple[Note, ...]


def lacking(kind: Kind, columns: Sequence[Column]) -> tuple[str, ...]:
    """What no column holds and this kind of list cannot do without, in words; () when complete."""
    fields = {column.field for column in columns}
    return tuple(words for one_of, words in _NEEDED[kind] if not fields & set(one_of.split()))


def read_rows(kind: Kind, columns: Sequence[Column], lines: Iterable[Line]) -> Batch:
    """Every line of a file as a row, or refused: two rows that cannot be told apart, the second."""
    places: dict[str, list[int]] = {}
    for index, column in enumerate(columns):
        if column.field:
            places.setdefault(column.field, []).append(index)
    rows: list[Row] = []
    refused: list[Refused] = []
    notes: list[Note] = []
    first: dict[str, int] = {}
    for line in lines:
        if line.problem:
            refused.append(Refused(line.number, (line.problem,)))
            continue
        cells = Cells({field: [line.cells[i] for i in at] for field, at in places.items()})
        row = _READERS[kind](line.number, cells)
        problems = list(cells.problems)
        if not row.key:
            problems.append(_NO_KEY[kind])
        elif row.key in first:
            problems.append(f"{_what(row.key)} is the same as in line {first[row.key]}")
        if problems:
            refused.append(Refused(line.number, tuple(dict.fromkeys(problems)), row.key))
            continue
        first[row.key] = line.number
        rows.append(row)
        notes += [Note(line.number, words) for words in cells.notes]
    return Batch(kind, frozenset(places), tuple(rows), tuple(refused), tuple(notes))


def digest(row: Row, fields: frozenset[str]) -> str:
    """What changes when a row says anything else than it did, wherever in the file it stands."""
    words = repr((replace(row, line=0), sorted(fields)))
    return hashlib.sha256(words.encode()).hexdigest()


def _constituent(line: int, cells: Cells) -> ConstituentRow:
    parts = ("title", "forename", "middle", "surname", "suffix")
    split = " ".join(cased(word) for part in parts for word in cells.text(part).split())
    has_name = cells.text("forename") or cells.text("surname")
    name = split if has_name else whole_name(cells.text("name"))
    if not any(letter.isalpha() for letter in name):
        cells.problems.append("there is no name")
    street = ", ".join(
        part.strip(" ,") for cell in cells.filled("street") for part in cell.split("\n")
    )
    postcode = cells.postcode("postcode")
    if ending := _ENDING_POSTCODE.search(street):
        # An address column may end in the postcode; kept there, it would be printed twice.
        found = find_postcodes(ending[1])
        if found and postcode in ("", found[0]):
            postcode, street = found[0], street[: ending.start()]
    return ConstituentRow(
        line=line,
        name=_capped(cells, "name", name),
        emails=cells.emails("emails"),
        phones=cells.phones("phones"),
        street=_capped(cells, "street", street, 500),
        postcode=postcode,
        external_id=cells.text("external_id", 200),
    )


def _case(line: int, cells: Cells) -> CaseRow:
    external_id = cells.text("external_id", 200)
    title = cells.text("title") or (f"Case {external_id}" if external_id else "")
    if not title:
        cells.problems.append("there is no title")
    opened_on, closed_on = cells.day("opened_on"), cells.day("closed_on")
    if opened_on and closed_on and closed_on < opened_on:
        cells.problems.append("it is closed before it is opened")
    emails = cells.emails("constituent_email")
    return CaseRow(
        line=line,
        title=title,
        state=_state(cells, closed_on),
        opened_on=opened_on,
        closed_on=closed_on,
        caseworker=cells.text("caseworker", 320),
        tags=cells.listed("tags"),
        is_sensitive=cells.yes("is_sensitive"),
        external_id=external_id,
        constituent=cells.text("constituent"),
        constituent_name=whole_name(cells.text("constituent_name")),
        constituent_email=emails[0] if emails else "",
        constituent_postcode=cells.postcode("constituent_postcode"),
    )


def _state(cells: Cells, closed_on: date | None) -> CaseState:
    word = cells.text("state")
    if not word:
        return CaseState.CLOSED if closed_on else CaseState.OPEN
    state = _STATES.get("-".join(word.casefold().split()))
    if state is None:
        cells.problems.append(f"state is {word!r}: write open or closed")
    return state or CaseState.OPEN


def _organisation(line: int, cells: Cells) -> OrganisationRow:
    name = cells.text("name")
    if not any(letter.isalnum() for letter in name):
        cells.problems.append("there is no name")
    return OrganisationRow(
        line=line,
        name=name,
        kind=cells.text("kind", 60).lower(),
        domains=cells.domains("domains"),
        emails=cells.emails("emails"),
        aliases=cells.listed("aliases"),
        wait=cells.wait("wait"),
        source=cells.text("source", 500),
        external_id=cells.text("external_id", 200),
    )


def _caseworker(line: int, cells: Cells) -> CaseworkerRow:
    emails = cells.emails("email")
    if len(emails) != 1 and not cells.problems:
        cells.problems.append("there is no e-mail address, or more than one")
    name = whole_name(cells.text("name"))
    if not name:
        cells.problems.append("there is no name")
    return CaseworkerRow(
        line=line,
        email=emails[0] if emails else "",
        name=name,
        task_list=cells.text("task_list", 200),
        external_id=cells.text("external_id", 200),
    )


_READERS: Mapping[Kind, Callable[[int, Cells], Any]] = {
    Kind.CONSTITUENTS: _constituent,
    Kind.CASES: _case,
    Kind.ORGANISATIONS: _organisation,
    Kind.CASEWORKERS: _caseworker,
}
_NO_KEY: Mapping[Kind, str] = {
    Kind.CONSTITUENTS: "there is a name and nothing that tells it from a namesake's: an id, an "
    "e-mail address or a postcode",
    Kind.CASES: "there is neither an id nor a constituent, so it could not be known again",
    Kind.ORGANISATIONS: "there is no name",
    Kind.CASEWORKERS: "there is no e-mail address",
}
# Any of these fields will do; without one of each, every line would be refused.
_NEEDED: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.CONSTITUENTS: (
        ("name forename surname", "a name"),
        ("external_id emails postcode street", "an id, an e-mail address or a postcode"),
    ),
    Kind.CASES: (
        ("title external_id", "a title or an id"),
        ("external_id constituent constituent_email constituent_name", "an id or a constituent"),
    ),
    Kind.ORGANISATIONS: (("name", "a name"),),
    Kind.CASEWORKERS: (("email", "an e-mail address"), ("name", "a name")),
}


def _capped(cells: Cells, field: str, text: str, most: int = 300) -> str:
    if len(text) > most:
        cells.problems.append(f"{field} is longer than {most} characters")
    return text


def _key(*parts: str) -> str:
    key = "\n".join(parts)
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _what(key: str) -> str:
    """What a key is made of, for people."""
    kind, *parts = key.split("\n")
    words = {"id": "the id", "email": "the e-mail address", "post": "the postcode"}
    several = len(parts) > 1
    return words.get(kind, f"the {kind}") + (
        " with the name" if several and kind != "title" else ""
    )
