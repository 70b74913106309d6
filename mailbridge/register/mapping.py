"""Which column holds what: guessed from the header, or as the office wrote it down."""

import difflib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from mailbridge.register import Kind

_SHORTEST_SLIP = 5  # letters; in a shorter header one letter makes another word: tel, tag


@dataclass(frozen=True, slots=True)
class Field:
    """Something a row may say. `many`: several columns may each say a part of it."""

    name: str
    about: str
    known_as: str = ""  # headers that mean it, with commas between; letter case and blanks aside
    many: bool = False


_ID = "id, unique id, reference, ref, record id, urn, external id"
_EMAILS = "e-mail, email address, e-mail address, email addresses, mail, primary email, other email"
_PHONES = (
    "phone, telephone, tel, mobile, phone number, telephone number, mobile number, mobile phone, "
    "home phone, work phone, home telephone, contact number, landline, tel no"
)
_LINES = (
    "address, address line, addr, addr line, street, street address, house, house number, "
    "house name, flat, town, city, county, locality, postal address, home address, full address, "
    "district, village"
)

LAYOUTS: dict[Kind, tuple[Field, ...]] = {
    Kind.CONSTITUENTS: (
        Field(
            "external_id",
            "the id in the list it comes from; it never changes",
            f"{_ID}, constituent id, person id, contact id, constituent ref, constituent number, "
            "elector number, voter id, client id",
        ),
        Field("title", "Mrs, Dr", "salutation, prefix, honorific"),
        Field("forename", "given name", "first name, given name, christian name, forenames"),
        Field("middle", "middle names", "middle name, middle names"),
        Field("surname", "family name", "last name, family name"),
        Field("suffix", "MBE, Jr", "post nominals, letters"),
        Field(
            "name",
            "the whole name, when it is one column: `Mrs Amina Khan` or `Khan, Amina`",
            "full name, constituent, constituent name, contact, contact name, display name, person",
        ),
        Field("emails", "e-mail addresses; several with a comma between", _EMAILS, many=True),
        Field("phones", "telephone numbers; several with a comma between", _PHONES, many=True),
        Field("street", "the postal address without the postcode", _LINES, many=True),
        Field("postcode", "the postcode", "post code, zip, zip code, postal code, pcode"),
    ),
    Kind.CASES: (
        Field(
            "external_id",
            "the case's id in the list it comes from; it never changes",
            f"{_ID}, case id, case ref, case reference, case number, case no, ticket, matter id",
        ),
        Field(
            "title",
            "what it is about",
            "case title, case name, subject, summary, description, matter, headline, case summary",
        ),
        Field(
            "constituent",
            "whose case: the id in the list of constituents, or else the name",
            "constituent id, person id, contact id, client id, client, constituent ref, "
            "constituent number",
        ),
        Field(
            "constituent_name",
            "the constituent's name",
            "name, full name, contact name, client name, person, contact",
        ),
        Field(
            "constituent_email",
            "the constituent's e-mail address",
            f"{_EMAILS}, contact email, client email",
        ),
        Field(
            "constituent_postcode",
            "the constituent's postcode",
            "post code, postcode, postal code",
        ),
        Field("state", "open or closed", "status, case status, case state, stage"),
        Field(
            "opened_on",
            "the day it began",
            "opened, open date, date opened, opened date, created, created on, date created, "
            "created at, start date, received, date received, date",
        ),
        Field(
            "closed_on",
            "the day it ended",
            "closed, close date, date closed, closed date, resolved, date resolved, end date, "
            "completed, date completed, closed at",
        ),
        Field(
            "caseworker",
            "who works on it: e-mail address or name in the list of caseworkers",
            "case worker, assigned to, assignee, owner, case owner, handler, officer, "
            "staff member, caseworker email, responsible",
        ),
        Field(
            "tags",
            "tags, with a comma between",
            "tag, category, categories, issue, issues, case type, topic, topics, subject area, "
            "policy area",
            many=True,
        ),
        Field(
            "is_sensitive",
            "yes or no",
            "sensitive, confidential, restricted, private, is confidential",
        ),
    ),
    Kind.ORGANISATIONS: (
        Field("external_id", "the id in the list it comes from", f"{_ID}, organisation id, org id"),
        Field(
            "name",
            "its name",
            "organisation, organization, organisation name, organization name, body, department, "
            "company, agency, org name, org",
        ),
        Field("kind", "council, department, nhs …", "type, category, sector, organisation type"),
        Field(
            "domains",
            "what follows the @ in its addresses; several with a comma between",
            "domain, email domain, email domains, website domain, mail domain",
            many=True,
        ),
        Field("emails", "its e-mail addresses", f"{_EMAILS}, contact email", many=True),
        Field(
            "aliases",
            "other names for it, with a comma between",
            "alias, also known as, aka, other names, short name, acronym, abbreviation",
            many=True,
        ),
        Field(
            "wait",
            "how long its answers may take: `20 working days` or `21 days`",
            "reply time, response time, target, target response, service standard, sla, promise, "
            "promised reply",
        ),
        Field(
            "source", "where that promise is published", "link, url, published at, promise source"
        ),
    ),
    Kind.CASEWORKERS: (
        Field(
            "email",
            "the e-mail address; it tells one caseworker from another",
            f"{_EMAILS}, work email, caseworker email",
        ),
        Field(
            "name",
            "the name",
            "full name, caseworker, case worker, staff member, display name, caseworker name",
        ),
        Field("task_list", "the task list their tasks go to", "list, tasks, to do list, task list"),
        Field("external_id", "the id in the list it comes from", f"{_ID}, staff id, user id"),
    ),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file, and which field it fills ("" for none)."""

    header: str
    field: str
    why: str  # in words, for the table people are shown


class MappingBroken(Exception):
    """A mapping file cannot be used; `problems` holds one sentence a mistake."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Every mistake at once."""
        super().__init__("; ".join(problems))
        self.problems = problems


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The names of a list's fields."""
    return tuple(field.name for field in LAYOUTS[kind])


def guess(kind: Kind, headers: Sequence[str]) -> tuple[Column, ...]:
    """What each column most likely holds. A header that means nothing to us is not used.

    >>> [column.field for column in guess(Kind.CONSTITUENTS, ["First Name", "Sur-name", "Email 2"])]
    ['forename', 'surname', 'emails']
    >>> guess(Kind.CONSTITUENTS, ["Shoe size"])[0].field
    ''
    """
    known = _known(kind)
    found: list[tuple[int, int, str]] = []  # slips of the pen, which column, which field
    for index, header in enumerate(headers):
        squashed = _squashed(header)
        if squashed in known:
            found.append((0, index, known[squashed]))
        elif len(squashed) >= _SHORTEST_SLIP and (
            near := process.extractOne(squashed, list(known), scorer=OSA.distance, score_cutoff=1)
        ):
            found.append((1, index, known[near[0]]))
    many = {field.name for field in LAYOUTS[kind] if field.many}
    taken: dict[str, int] = {}
    columns = {index: Column(header, "", "not used") for index, header in enumerate(headers)}
    for slips, index, field in sorted(found):
        header = headers[index]
        if field in taken and field not in many:
            other = headers[taken[field]]
            columns[index] = Column(header, "", f"not used: {field} is read from {other!r}")
            continue
        taken.setdefault(field, index)
        columns[index] = Column(header, field, "almost its name" if slips else "its name")
    return tuple(columns[index] for index in range(len(headers)))


def read_mapping(text: str, kind: Kind, headers: Sequence[str]) -> tuple[Column, ...]:
    """What each column holds, as a mapping file says; a column it leaves out is not used.

    Raises MappingBroken with every mistake: a field or column that is not there.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingBroken((f"it is not TOML: {error}",)) from error
    problems = [
        f"{key} is not known: there are kind and [columns]"
        for key in data.keys() - {"kind", "columns"}
    ]
    if data.get("kind", kind) != kind:
        problems.append(f"it is for {data['kind']}, and this is a list of {kind}")
    wanted = data.get("columns", {})
    if not isinstance(wanted, dict) or not wanted:
        problems.append('[columns] is missing: below it stand lines like "First name" = "forename"')
        wanted = {}
    by_name = {_squashed(header, digits=True): header for header in headers}
    chosen: dict[str, str] = {}
    for header, field in wanted.items():
        mine = header if header in headers else by_name.get(_squashed(header, digits=True))
        if mine is None:
            problems.append(f"there is no column {header!r}: {_meant(header, headers)}")
        elif field and field not in fields_of(kind):
            problems.append(f"{header!r} is to be {field!r}: {_meant(str(field), fields_of(kind))}")
        else:
            chosen[mine] = field
    problems += _taken_twice(kind, chosen)
    if problems:
        raise MappingBroken(tuple(problems))
    return tuple(
        Column(header, chosen.get(header, ""), "the mapping" if chosen.get(header) else "not used")
        for header in headers
    )


def mapping_text(kind: Kind, columns: Sequence[Column]) -> str:
    """A mapping file that says what these columns hold, for the office to keep and correct."""
    lines = [
        f'# Which column of a list of {kind} holds what; "" is not used. The fields are:',
        *(f"#   {field.name}: {field.about}" for field in LAYOUTS[kind]),
        f'kind = "{kind}"',
        "",
        "[columns]",
    ]
    # A header may stand over several columns; TOML allows it once, and it means all of them.
    named = {column.header: column.field for column in columns if column.header}
    lines += [
        f"{json.dumps(header, ensure_ascii=False)} = {json.dumps(field)}"
        for header, field in named.items()
    ]
    return "\n".join(lines) + "\n"


def _taken_twice(kind: Kind, chosen: dict[str, str]) -> list[str]:
    problems = []
    for field in LAYOUTS[kind]:
        headers = [header for header, name in chosen.items() if name == field.name]
        if len(headers) > 1 and not field.many:
            problems.append(
                f"{field.name} is read from {' and '.join(map(repr, headers))}: choose one"
            )
    return problems


@cache
def _known(kind: Kind) -> dict[str, str]:
    """Squashed header → field."""
    return {
        _squashed(words): field.name
        for field in LAYOUTS[kind]
        for words in (field.name, *field.known_as.split(","))
        if words.strip()
    }


def _squashed(header: str, *, digits: bool = False) -> str:
    """Small letters alone: `E-mail 2`, `email` and `Email` are one; `digits` keeps the 2."""
    return re.sub(r"[\W_]+" if digits else r"[\W_\d]+", "", header.casefold())


def _meant(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
