"""Which column holds what: guessed, or as the office wrote it down."""

from pathlib import Path

import pytest

from mailbridge.register import Kind
from mailbridge.register.mapping import (
    LAYOUTS,
    Column,
    MappingBroken,
    fields_of,
    guess,
    mapping_text,
    read_mapping,
)

ROOT = Path(__file__).resolve().parents[2]


def guessed(kind: Kind, *headers: str) -> list[str]:
    return [column.field for column in guess(kind, headers)]


@pytest.mark.parametrize(
    ("kind", "header", "field"),
    [
        (Kind.CONSTITUENTS, "First Name", "forename"),
        (Kind.CONSTITUENTS, "FORENAME(S)", "forename"),
        (Kind.CONSTITUENTS, "Last_Name", "surname"),
        (Kind.CONSTITUENTS, "Surnmae", "surname"),
        (Kind.CONSTITUENTS, "Email Address", "emails"),
        (Kind.CONSTITUENTS, "E-mail 2", "emails"),
        (Kind.CONSTITUENTS, "Post Code", "postcode"),
        (Kind.CONSTITUENTS, "Address Line 1", "street"),
        (Kind.CONSTITUENTS, "Mobile No.", ""),
        (Kind.CONSTITUENTS, "Constituent ID", "external_id"),
        (Kind.CONSTITUENTS, "unique_id", "external_id"),
        (Kind.CONSTITUENTS, "Date of birth", ""),
        (Kind.CONSTITUENTS, "Female", ""),
        (Kind.CONSTITUENTS, "", ""),
        (Kind.CASES, "Case Ref", "external_id"),
        (Kind.CASES, "Case Worker", "caseworker"),
        (Kind.CASES, "Status", "state"),
        (Kind.CASES, "Constituent ID", "constituent"),
        (Kind.CASES, "Constituent Name", "constituent_name"),
        (Kind.CASES, "Date Opened", "opened_on"),
        (Kind.CASES, "Confidential", "is_sensitive"),
        (Kind.CASES, "Closed by", ""),
        (Kind.CASES, "Created by", ""),
        (Kind.ORGANISATIONS, "Organisation", "name"),
        (Kind.ORGANISATIONS, "Response time", "wait"),
        (Kind.CASEWORKERS, "E-mail", "email"),
        (Kind.CASEWORKERS, "To-do list", "task_list"),
    ],
)
def test_a_header_is_known_by_what_people_call_it(kind: Kind, header: str, field: str) -> None:
    assert guessed(kind, header) == [field]


def test_one_field_is_read_from_one_column_and_the_surer_one() -> None:
    columns = guess(Kind.CONSTITUENTS, ["Sirname", "Surname"])
    assert columns == (
        Column("Sirname", "", "not used: surname is read from 'Surname'"),
        Column("Surname", "surname", "its name"),
    )


def test_several_columns_may_hold_addresses() -> None:
    assert guessed(Kind.CONSTITUENTS, "Address 1", "Address 2", "Town") == ["street"] * 3


def test_a_kept_mapping_says_the_same_again() -> None:
    headers = ["First Name", "Shoe size", "E-mail", 'The "odd" one']
    columns = guess(Kind.CONSTITUENTS, headers)
    kept = mapping_text(Kind.CONSTITUENTS, columns)
    again = read_mapping(kept, Kind.CONSTITUENTS, headers)
    assert [(one.header, one.field) for one in again] == [
        (one.header, one.field) for one in columns
    ]


def test_a_mapping_overrules_every_guess() -> None:
    text = '[columns]\n"surname" = "forename"\n'
    assert read_mapping(text, Kind.CONSTITUENTS, ["Surname", "Email"]) == (
        Column("Surname", "forename", "the mapping"),
        Column("Email", "", "not used"),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns", "it is not TOML"),
        ("", "[columns] is missing"),
        ('kind = "cases"\n[columns]\n"Name" = "name"', "it is for cases"),
        ('[columns]\n"Nam" = "name"', "there is no column 'Nam': did you mean 'Name'?"),
        ('[columns]\n"Name" = "forname"', "did you mean 'forename'?"),
        ('[columns]\n"Name" = 7', "'Name' is to be 7"),
        ('[columns]\n"Name" = "name"\n"Town" = "name"', "'Name' and 'Town': choose one"),
        ('[colums]\n"Name" = "name"', "colums is not known"),
    ],
)
def test_a_broken_mapping_says_what_to_mend(text: str, words: str) -> None:
    with pytest.raises(MappingBroken) as broken:
        read_mapping(text, Kind.CONSTITUENTS, ["Name", "Town"])
    assert any(words in problem for problem in broken.value.problems), broken.value.problems


def test_all_mistakes_of_a_mapping_are_told_at_once() -> None:
    with pytest.raises(MappingBroken) as broken:
        read_mapping('kind = "x"\n[columns]\na = "name"\nTown = "b"', Kind.CASES, ["Town"])
    assert len(broken.value.problems) == 3


@pytest.mark.parametrize("kind", Kind)
def test_no_two_fields_are_known_by_the_same_name(kind: Kind) -> None:
    for field in LAYOUTS[kind]:
        names = [field.name, *(name for name in field.known_as.split(",") if name.strip())]
        assert {guessed(kind, name)[0] for name in names} == {field.name}


@pytest.mark.parametrize("kind", Kind)
def test_every_field_is_documented(kind: Kind) -> None:
    page = (ROOT / "docs" / "register.md").read_text(encoding="utf-8")
    section = page.split(f"### {kind.title()}")[1].split("\n##")[0]
    assert [field for field in fields_of(kind) if f"`{field}`" not in section] == []
