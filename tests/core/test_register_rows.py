"""Cells as rows that can be trusted, or refused with the reason."""

from datetime import date

import pytest

from mailbridge.domain.casework import CaseState
from mailbridge.domain.people import Wait, WaitUnit
from mailbridge.register import Kind
from mailbridge.register.mapping import Column, guess
from mailbridge.register.rows import (
    Batch,
    CaseRow,
    CaseworkerRow,
    ConstituentRow,
    OrganisationRow,
    digest,
    lacking,
    read_rows,
)
from mailbridge.register.tables import Line


def batch(kind: Kind, *rows: dict[str, str]) -> Batch:
    fields = list(dict.fromkeys(field for row in rows for field in row))
    columns = [Column(field, field, "") for field in fields]
    lines = [
        Line(number, tuple(row.get(field, "") for field in fields))
        for number, row in enumerate(rows, start=2)
    ]
    return read_rows(kind, columns, lines)


def person(**cells: str) -> ConstituentRow:
    read = batch(Kind.CONSTITUENTS, {"name": "Amina Khan", "external_id": "1", **cells})
    assert read.refused == ()
    (row,) = read.rows
    assert isinstance(row, ConstituentRow)
    return row


def reasons(list_: Kind, /, **cells: str) -> str:
    read = batch(list_, cells)
    assert read.rows == ()
    (refused,) = read.refused
    assert refused.line == 2
    return "; ".join(refused.reasons)


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"name": "Mrs Amina Khan"}, "Mrs Amina Khan"),
        ({"name": "Khan, Mrs Amina"}, "Mrs Amina Khan"),
        ({"name": "O'NEILL, SIOBHÁN"}, "Siobhán O'Neill"),
        ({"name": "van der Berg, Piet"}, "Piet van der Berg"),
        ({"name": "  amina\nkhan "}, "Amina Khan"),
        ({"name": "Amina and Imran Khan"}, "Amina and Imran Khan"),
        ({"title": "DR", "forename": "AMINA", "surname": "KHAN"}, "DR Amina Khan"),
        ({"forename": "Mary-Ann", "middle": "J", "surname": "de Souza"}, "Mary-Ann J de Souza"),
        ({"name": "ignored", "forename": "Amina", "surname": "Khan"}, "Amina Khan"),
        ({"name": "The Occupier", "forename": "", "surname": ""}, "The Occupier"),
    ],
)
def test_names_are_written_as_people_say_them(cells: dict[str, str], name: str) -> None:
    assert person(**{"name": "", **cells}).name == name


@pytest.mark.parametrize(
    ("cell", "emails"),
    [
        ("Amina@X.Example", ("amina@x.example",)),
        ("a@x.example; b@x.example, a@x.example", ("a@x.example", "b@x.example")),
        ("a@x.example b@x.example", ("a@x.example", "b@x.example")),
        ("Amina Khan <a@x.example>", ("a@x.example",)),
        ("mailto:a@x.example", ("a@x.example",)),
        ("o'neill+mp@sub.x.example", ("o'neill+mp@sub.x.example",)),
        ("n/a", ()),
        ("No email", ()),
        ("", ()),
    ],
)
def test_addresses_are_taken_apart(cell: str, emails: tuple[str, ...]) -> None:
    assert person(emails=cell).emails == emails


@pytest.mark.parametrize(
    "cell",
    ["amina", "amina@", "@x.example", "a@b", "a b@x.example", "a@x..example", "a@x.example.7"],
)
def test_a_wrong_address_refuses_the_row(cell: str) -> None:
    told = reasons(Kind.CONSTITUENTS, name="Amina Khan", external_id="1", emails=cell)
    assert "is not an e-mail address" in told


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("07700 900123", ("+447700900123",)),
        ("7700900123", ("+447700900123",)),
        ("(01632) 960123 or 07700 900123", ("+441632960123", "+447700900123")),
        ("0044 7700 900123 / +353 1 234 5678", ("+447700900123", "+35312345678")),
        ("-", ()),
    ],
)
def test_telephone_numbers_are_spelt_one_way(cell: str, phones: tuple[str, ...]) -> None:
    assert person(phones=cell).phones == phones


@pytest.mark.parametrize(
    ("cells", "street", "postcode"),
    [
        ({"postcode": "ls62ab"}, "", "LS6 2AB"),
        ({"street": "12 Elm Court\nAnytown"}, "12 Elm Court, Anytown", ""),
        ({"street": "12 Elm Court, Leeds LS6 2AB"}, "12 Elm Court, Leeds", "LS6 2AB"),
        ({"street": "1 Elm Rd, LS6 2AB", "postcode": "LS62AB"}, "1 Elm Rd", "LS6 2AB"),
        (
            {"street": "1 Elm Rd, LS6 2AB", "postcode": "LS1 1AA"},
            "1 Elm Rd, LS6 2AB",
            "LS1 1AA",
        ),
        ({"street": "Flat 2", "postcode": "n/a"}, "Flat 2", ""),
    ],
)
def test_a_postcode_is_found_where_it_stands(
    cells: dict[str, str], street: str, postcode: str
) -> None:
    row = person(**cells)
    assert (row.street, row.postcode) == (street, postcode)


def test_what_cannot_be_read_but_does_no_harm_is_left_out_and_told() -> None:
    read = batch(
        Kind.CONSTITUENTS,
        {"name": "Amina Khan", "external_id": "1", "phones": "ask son", "postcode": "Dublin"},
    )
    assert len(read.rows) == 1
    assert sorted((note.line, note.words) for note in read.notes) == [
        (2, "'Dublin' is not a UK postcode, and was left out"),
        (2, "'ask son' is not a telephone number, and was left out"),
    ]


def test_several_columns_of_one_field_are_read_together() -> None:
    headers = ["Name", "ID", "Email 1", "Email 2", "Address 1", "Address 2"]
    line = Line(2, ("Amina", "1", "a@x.example", "b@x.example", "12 Elm Court", "Anytown"))
    (row,) = read_rows(Kind.CONSTITUENTS, guess(Kind.CONSTITUENTS, headers), [line]).rows
    assert isinstance(row, ConstituentRow)
    assert row.emails == ("a@x.example", "b@x.example")
    assert row.street == "12 Elm Court, Anytown"


@pytest.mark.parametrize(
    ("kind", "cells", "words"),
    [
        (Kind.CONSTITUENTS, {"external_id": "1", "name": "123"}, "there is no name"),
        (Kind.CONSTITUENTS, {"name": "Amina Khan"}, "tells it from a namesake's"),
        (Kind.CONSTITUENTS, {"name": "A" * 301, "external_id": "1"}, "longer than 300"),
        (Kind.CASES, {"state": "open"}, "there is no title; there is neither an id nor"),
        (Kind.CASES, {"external_id": "1", "state": "wobbly"}, "write open or closed"),
        (Kind.CASES, {"external_id": "1", "opened_on": "31/2/2026"}, "which is no day"),
        (
            Kind.CASES,
            {"external_id": "1", "opened_on": "2026-02-02", "closed_on": "2026-01-01"},
            "closed before it is opened",
        ),
        (Kind.CASES, {"external_id": "1", "is_sensitive": "perhaps"}, "write yes or no"),
        (Kind.ORGANISATIONS, {"name": "&", "kind": "council"}, "there is no name"),
        (Kind.ORGANISATIONS, {"name": "X", "domains": "Anytown Council"}, "is not a domain"),
        (Kind.ORGANISATIONS, {"name": "X", "domains": "gmail.com"}, "anybody may have"),
        (Kind.ORGANISATIONS, {"name": "X", "wait": "20"}, 'like "20 working days"'),
        (Kind.CASEWORKERS, {"name": "Sam"}, "there is no e-mail address"),
        (Kind.CASEWORKERS, {"name": "Sam", "email": "a@x.example b@x.example"}, "more than one"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused(
    kind: Kind, cells: dict[str, str], words: str
) -> None:
    assert words in reasons(kind, **cells)


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    told = reasons(Kind.CASES, title="x", state="wobbly", opened_on="soon", is_sensitive="?!")
    assert told.count(";") == 3


def test_the_second_of_two_rows_that_cannot_be_told_apart_is_refused() -> None:
    read = batch(
        Kind.CONSTITUENTS,
        {"external_id": "1", "name": "Amina Khan"},
        {"external_id": "2", "name": "Amina Khan"},
        {"external_id": "1", "name": "Bob Lee"},
    )
    assert [row.line for row in read.rows] == [2, 3]
    assert [(row.line, row.reasons) for row in read.refused] == [
        (4, ("the id is the same as in line 2",))
    ]


def test_a_refused_row_takes_no_others_place() -> None:
    read = batch(
        Kind.CONSTITUENTS,
        {"external_id": "1", "name": "Amina Khan", "emails": "wrong"},
        {"external_id": "1", "name": "Amina Khan", "emails": "a@x.example"},
    )
    assert [row.line for row in read.rows] == [3]


def test_a_line_that_could_not_be_taken_apart_is_refused_with_its_reason() -> None:
    columns = guess(Kind.CASEWORKERS, ["Name", "Email"])
    read = read_rows(Kind.CASEWORKERS, columns, [Line(7, (), "has 3 cells")])
    assert [(row.line, row.reasons) for row in read.refused] == [(7, ("has 3 cells",))]


def test_a_case_is_read_whole() -> None:
    (row,) = batch(
        Kind.CASES,
        {
            "external_id": "C-9",
            "title": "Damp at Elm Court",
            "constituent": "1",
            "constituent_name": "KHAN, Amina",
            "constituent_email": "A@x.example",
            "constituent_postcode": "ls62ab",
            "state": "In Progress",
            "opened_on": "3/4/2026",
            "caseworker": "Sam Placeholder",
            "tags": "Housing; Urgent",
            "is_sensitive": "Y",
        },
    ).rows
    assert row == CaseRow(
        line=2,
        title="Damp at Elm Court",
        state=CaseState.OPEN,
        opened_on=date(2026, 4, 3),
        closed_on=None,
        caseworker="Sam Placeholder",
        tags=("Housing", "Urgent"),
        is_sensitive=True,
        external_id="C-9",
        constituent="1",
        constituent_name="Amina Khan",
        constituent_email="a@x.example",
        constituent_postcode="LS6 2AB",
    )


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"state": "Resolved"}, CaseState.CLOSED),
        ({"state": "awaiting reply"}, CaseState.OPEN),
        ({"closed_on": "2026-05-01"}, CaseState.CLOSED),
        ({"title": "x"}, CaseState.OPEN),
    ],
)
def test_a_cases_state_is_what_offices_call_it(cells: dict[str, str], state: CaseState) -> None:
    (row,) = batch(Kind.CASES, {"external_id": "1", **cells}).rows
    assert isinstance(row, CaseRow)
    assert row.state is state


def test_an_organisation_and_a_caseworker_are_read_whole() -> None:
    (council,) = batch(
        Kind.ORGANISATIONS,
        {
            "name": "Anytown Council",
            "kind": "Council",
            "domains": "@Anytown.gov.example, www.anytown.example",
            "emails": "mp@anytown.gov.example",
            "aliases": "ATC; Anytown",
            "wait": "20 working days",
        },
    ).rows
    assert council == OrganisationRow(
        line=2,
        name="Anytown Council",
        kind="council",
        domains=("anytown.gov.example", "anytown.example"),
        emails=("mp@anytown.gov.example",),
        aliases=("ATC", "Anytown"),
        wait=Wait(20, WaitUnit.WORKING_DAYS),
        source="",
        external_id="",
    )
    (sam,) = batch(
        Kind.CASEWORKERS, {"email": "Sam@mp.example", "name": "SAM LEE", "task_list": "Sam"}
    ).rows
    assert sam == CaseworkerRow(2, "sam@mp.example", "Sam Lee", "Sam", "")


@pytest.mark.parametrize(
    ("kind", "headers", "words"),
    [
        (Kind.CONSTITUENTS, ["Email"], ("a name",)),
        (Kind.CONSTITUENTS, ["Name", "Shoe"], ("an id, an e-mail address or a postcode",)),
        (Kind.CONSTITUENTS, ["Surname", "Postcode"], ()),
        (Kind.CASES, ["Status"], ("a title or an id", "an id or a constituent")),
        (Kind.CASEWORKERS, ["Name"], ("an e-mail address",)),
    ],
)
def test_a_file_without_what_every_row_needs_is_told_so(
    kind: Kind, headers: list[str], words: tuple[str, ...]
) -> None:
    assert lacking(kind, guess(kind, headers)) == words


def test_a_digest_tells_what_a_row_says_not_where_it_stands() -> None:
    fields = frozenset({"name", "external_id"})
    here, there = (
        person(),
        batch(
            Kind.CONSTITUENTS,
            {"name": "Bob Lee", "external_id": "2"},
            {"name": "Amina Khan", "external_id": "1"},
        ).rows[1],
    )
    assert digest(here, fields) == digest(there, fields)
    assert digest(here, fields) != digest(person(name="Amina Kahn"), fields)
    assert digest(here, fields) != digest(here, fields | {"emails"})
