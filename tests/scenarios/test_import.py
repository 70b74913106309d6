"""An office brings its lists: shown first, recorded whole, and nothing twice."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Connection

from mailbridge.cli import main
from mailbridge.domain.action import MoveFolder
from mailbridge.domain.casework import Case, CaseState
from mailbridge.domain.people import Caseworker, Constituent, Organisation, Wait, WaitUnit
from mailbridge.domain.reference import is_reference
from mailbridge.planning.filing import leaf
from mailbridge.store.casework import all_cases, put_case
from mailbridge.store.engine import open_store
from mailbridge.store.outbox import listing
from mailbridge.store.people import (
    add_constituent,
    all_caseworkers,
    all_organisations,
    constituents_by_id,
    learn_email,
    unlearn_emails,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PEOPLE = """\
Constituent ID,First Name,Surname,Email,Phone,Post Code
1,AMINA,KHAN,amina@khan.example,07700 900123,ls62ab
2,Bob,Lee,bob@lee.example,,LS6 2AB
"""
STAFF = "Name,Email,Task list\nSam Placeholder,sam@mp.example,Sam\n"
CASES = """\
Case Ref,Title,Constituent ID,Status,Opened,Case Worker,Category,Confidential
C-1,Damp at Elm Court,1,Active,3/4/2026,Sam Placeholder,Housing,no
C-2,Council tax,2,Resolved,2026-01-05,,,yes
"""


@dataclass(frozen=True)
class Desk:
    """The office's computer: a configuration, a database, and somebody typing commands."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    @property
    def database(self) -> Path:
        return self.folder / "mailbridge.sqlite"

    def types(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.capture.readouterr()
        code = main(["--config", str(self.folder / "mailbridge.toml"), *words])
        said = self.capture.readouterr()
        return code, said.out, said.err

    def saves(self, content: str) -> str:
        path = self.folder / "list.csv"
        path.write_text(content, encoding="utf-8")
        return str(path)

    def imports(self, kind: str, content: str, *more: str) -> Mapping[str, Any]:
        """What the command says of a file with this content."""
        code, out, err = self.types("import", kind, self.saves(content), "--json", *more)
        assert err == ""
        said: Mapping[str, Any] = json.loads(out)
        assert code == bool(said["refused"] or said["gone_from_the_file"])
        return said

    @contextmanager
    def store(self) -> Iterator[Connection]:
        store = open_store(f"sqlite:///{self.database}")
        try:
            with store.writing() as tx:
                yield tx
        finally:
            store.close()

    def people(self) -> list[Constituent]:
        with self.store() as tx:
            return list(constituents_by_id(tx, range(1, 20)))

    def cases(self) -> dict[str, Case]:
        with self.store() as tx:
            return {case.external_id: case for case in all_cases(tx)}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    assert main(["init", str(tmp_path), "--yes"]) == 0
    return Desk(tmp_path, capsys)


def counts(said: Mapping[str, Any]) -> dict[str, int]:
    names = ("new", "changed", "same", "refused", "gone_from_the_file")
    return {name: said[name] for name in names if said[name]}


def test_people_are_recorded_as_matching_will_look_for_them(desk: Desk) -> None:
    assert counts(desk.imports("constituents", PEOPLE)) == {"new": 2}
    assert desk.people() == [
        Constituent(
            id=1,
            name="Amina Khan",
            emails=("amina@khan.example",),
            postcode="LS6 2AB",
            phones=("+447700900123",),
            external_id="1",
        ),
        Constituent(
            id=2,
            name="Bob Lee",
            emails=("bob@lee.example",),
            postcode="LS6 2AB",
            external_id="2",
        ),
    ]


def test_a_dry_run_says_the_same_and_touches_nothing(desk: Desk) -> None:
    shown = desk.imports("constituents", PEOPLE, "--dry-run")
    assert not desk.database.exists()
    assert {**shown, "dry_run": False} == desk.imports("constituents", PEOPLE)
    changed = PEOPLE.replace("Bob", "Robert")
    assert counts(desk.imports("constituents", changed, "--dry-run")) == {"changed": 1, "same": 1}
    assert [person.name for person in desk.people()] == ["Amina Khan", "Bob Lee"]


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    for kind, content in (("constituents", PEOPLE), ("caseworkers", STAFF), ("cases", CASES)):
        desk.imports(kind, content)
    people, cases = desk.people(), desk.cases()
    for kind, content in (("constituents", PEOPLE), ("caseworkers", STAFF), ("cases", CASES)):
        again = counts(desk.imports(kind, content))
        assert again == {"same": len(content.splitlines()) - 1}
    assert (desk.people(), desk.cases()) == (people, cases)


def test_rows_in_another_order_are_the_same_rows(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    header, *rows = PEOPLE.splitlines()
    turned = "\n".join([header, *reversed(rows)])
    assert counts(desk.imports("constituents", turned)) == {"same": 2}


def test_good_rows_are_imported_and_each_bad_one_is_named(desk: Desk) -> None:
    said = desk.imports("constituents", PEOPLE + "3,,,x@y.example,,\n4,Eve,Lee,eve,,\n")
    assert counts(said) == {"new": 2, "refused": 2}
    assert said["refused_rows"] == [
        {"line": 4, "reasons": ["there is no name"]},
        {"line": 5, "reasons": ["'eve' is not an e-mail address"]},
    ]
    assert len(desk.people()) == 2


def test_a_row_gone_from_the_file_is_told_once_and_kept(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    shorter = "\n".join(PEOPLE.splitlines()[:2])
    said = desk.imports("constituents", shorter)
    assert counts(said) == {"same": 1, "gone_from_the_file": 1}
    assert said["gone_entries"] == [{"id": "2", "name": "Bob Lee"}]
    assert counts(desk.imports("constituents", shorter)) == {"same": 1}
    assert [person.name for person in desk.people()] == ["Amina Khan", "Bob Lee"]
    # Back again, it is who it was; gone again, it is told again.
    assert counts(desk.imports("constituents", PEOPLE)) == {"same": 2}
    assert counts(desk.imports("constituents", shorter)) == {"same": 1, "gone_from_the_file": 1}


def test_a_row_that_is_refused_is_not_gone(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    spoilt = PEOPLE.replace("bob@lee.example", "bob")
    assert counts(desk.imports("constituents", spoilt)) == {"same": 1, "refused": 1}


def test_only_columns_that_the_file_has_are_changed(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    said = desk.imports("constituents", "Constituent ID,Surname,Post Code\n1,Khan-Smith,LS1 1AA\n")
    assert said["changed"] == 1
    amina = desk.people()[0]
    assert (amina.name, amina.postcode) == ("Khan-Smith", "LS1 1AA")
    assert amina.emails == ("amina@khan.example",)
    assert amina.phones == ("+447700900123",)
    desk.imports("constituents", "Constituent ID,Surname,Email\n1,Khan,\n")
    amina = desk.people()[0]
    assert (amina.name, amina.postcode, amina.emails) == ("Khan", "LS1 1AA", ())


def test_an_address_the_file_takes_back_goes_and_one_that_mail_taught_stays(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    with desk.store() as tx:
        learn_email(tx, "amina@work.example", 1, "3f", NOW)
    desk.imports("constituents", PEOPLE.replace("amina@khan.example", "amina@new.example"))
    assert desk.people()[0].emails == ("amina@new.example", "amina@work.example")


def test_an_address_that_the_file_says_too_is_no_longer_the_mails_to_undo(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    with desk.store() as tx:
        learn_email(tx, "amina@work.example", 1, "3f", NOW)
    both = PEOPLE.replace("amina@khan.example", "amina@khan.example amina@work.example")
    desk.imports("constituents", both)
    with desk.store() as tx:
        unlearn_emails(tx, "3f", NOW)
    assert desk.people()[0].emails == ("amina@khan.example", "amina@work.example")


def test_somebody_whom_mail_made_known_is_not_made_twice(desk: Desk) -> None:
    with desk.store() as tx:
        person = add_constituent(tx, "Bob Lee", "mail", NOW)
        learn_email(tx, "bob@lee.example", person, "3f", NOW)
    assert counts(desk.imports("constituents", PEOPLE)) == {"new": 1, "changed": 1}
    bob, amina = desk.people()
    assert (bob.id, bob.external_id, bob.postcode) == (person, "2", "LS6 2AB")
    assert amina.name == "Amina Khan"


def test_people_without_ids_are_known_by_address_or_postcode_and_name(desk: Desk) -> None:
    content = "Name,Email,Postcode\nAmina Khan,amina@khan.example,\nBob Lee,,LS6 2AB\n"
    assert counts(desk.imports("constituents", content)) == {"new": 2}
    # A second address and a postcode change the key, not the person.
    later = (
        "Name,Email,Postcode\n"
        "Amina Khan,a@khan.example amina@khan.example,LS1 1AA\n"
        "Bob Lee,bob@lee.example,LS6 2AB\n"
    )
    assert counts(desk.imports("constituents", later)) == {"changed": 2}
    assert counts(desk.imports("constituents", later)) == {"same": 2}
    assert [person.postcode for person in desk.people()] == ["LS1 1AA", "LS6 2AB"]


def test_two_ids_are_two_people_however_alike(desk: Desk) -> None:
    content = PEOPLE + "3,Bob,Lee,bob@lee.example,,LS6 2AB\n"
    assert counts(desk.imports("constituents", content)) == {"new": 3}
    assert counts(desk.imports("constituents", content)) == {"same": 3}
    renumbered = PEOPLE.replace("\n2,", "\n4,")
    assert counts(desk.imports("constituents", renumbered)) == {
        "new": 1,
        "same": 1,
        "gone_from_the_file": 2,
    }


def test_two_rows_are_two_people_though_both_would_fit_one(desk: Desk) -> None:
    father = "Name,Email,Postcode\nBob Lee,bob@lee.example,LS6 2AB\n"
    assert counts(desk.imports("constituents", father)) == {"new": 1}
    both = father + "Bob Lee,,LS6 2AB\n"
    assert counts(desk.imports("constituents", both)) == {"new": 1, "same": 1}
    assert [person.emails for person in desk.people()] == [("bob@lee.example",), ()]


def test_cases_get_a_reference_of_their_own_and_keep_the_offices(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    desk.imports("caseworkers", STAFF)
    assert counts(desk.imports("cases", CASES)) == {"new": 2}
    cases = desk.cases()
    assert all(is_reference(case.reference) for case in cases.values())
    assert cases["C-1"] == Case(
        reference=cases["C-1"].reference,
        title="Khan, Amina – Damp at Elm Court",
        constituent_id=1,
        caseworker="sam@mp.example",
        state=CaseState.OPEN,
        opened_on=date(2026, 4, 3),
        tags=("Housing",),
        external_id="C-1",
    )
    assert cases["C-2"].is_sensitive
    assert cases["C-2"].state is CaseState.CLOSED


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("9,,", "no constituent has id or name '9': import the constituents first"),
        (",Zoe Ng,", "no constituent has this name: import the constituents first"),
        (",Bob Lee,", "2 constituents have this name: give the constituent's id"),
        (",Amina Khan,bob@lee.example", "no constituent has this name and this e-mail address"),
        (",,nobody@x.example", "no constituent has this e-mail address"),
    ],
)
def test_a_case_that_is_nobodys_for_sure_is_refused(desk: Desk, cells: str, reason: str) -> None:
    desk.imports("constituents", PEOPLE + "3,Bob,Lee,bob@other.example,,\n")
    content = f"Case ID,Title,Constituent ID,Constituent Name,Email\nC-1,Damp,{cells}\n"
    (refused,) = desk.imports("cases", content)["refused_rows"]
    assert reason in refused["reasons"][0]
    assert desk.cases() == {}


@pytest.mark.parametrize(
    "cells", ["3,,", "Bob Lee,,bob@other.example", ",LEE Bob,bob@other.example", '"Khan, Amina",,']
)
def test_a_case_finds_its_constituent_by_whatever_tells(desk: Desk, cells: str) -> None:
    desk.imports("constituents", PEOPLE + "3,Bob,Lee,bob@other.example,,\n")
    content = f"Case ID,Title,Constituent ID,Constituent Name,Email\nC-1,Damp,{cells}\n"
    said = desk.imports("cases", content)
    if "LEE Bob" in cells:  # a name the other way round is no name we know
        assert counts(said) == {"refused": 1}
    else:
        assert desk.cases()["C-1"].constituent_id == (1 if "Khan" in cells else 3)


def test_caseworkers_imported_later_are_given_their_cases(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    first = desk.imports("cases", CASES)
    assert "is not one caseworker we know" in first["notes"][0]["words"]
    desk.imports("caseworkers", STAFF)
    assert counts(desk.imports("cases", CASES)) == {"changed": 1, "same": 1}
    assert desk.cases()["C-1"].caseworker == "sam@mp.example"


def test_what_people_changed_since_is_left_alone_by_the_same_file(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    desk.imports("cases", CASES)
    with desk.store() as tx:
        put_case(tx, replace(desk_case(tx, "C-1"), title="Mould at Elm Court"))
    assert counts(desk.imports("cases", CASES)) == {"same": 2}
    assert desk.cases()["C-1"].title == "Mould at Elm Court"


def desk_case(tx: Connection, external_id: str) -> Case:
    return next(case for case in all_cases(tx) if case.external_id == external_id)


def test_a_case_that_the_file_closes_is_put_away_on_the_day_it_says(desk: Desk) -> None:
    desk.imports("constituents", PEOPLE)
    desk.imports("cases", CASES)
    reference = desk.cases()["C-1"].reference
    with desk.store() as tx:
        put_case(tx, replace(desk_case(tx, "C-1"), folder="Cases/Damp"))
    header, damp, tax = CASES.splitlines()
    closed = f"{header},Closed on\n{damp.replace('Active', 'Closed')},2026-06-01\n{tax},\n"
    # A new column is filled for both rows, so that both say something else than they did.
    assert counts(desk.imports("cases", closed)) == {"changed": 2}
    case = desk.cases()["C-1"]
    assert (case.reference, case.state) == (reference, CaseState.CLOSED)
    assert case.closed_on == date(2026, 6, 1)
    with desk.store() as tx:
        (wish,) = listing(tx)
    assert wish.action == MoveFolder(reference, "Cases/Damp", f"Cases/Closed/{leaf(case)}")
    desk.imports("cases", closed.replace("Closed,3/4", "Open,3/4").replace("2026-06-01", ""))
    assert desk.cases()["C-1"].state is CaseState.OPEN
    assert desk.cases()["C-1"].closed_on is None


def test_organisations_and_caseworkers_are_recorded(desk: Desk) -> None:
    content = (
        "Organisation;Type;Domain;Response time;Aka\n"
        "Anytown Council;Council;anytown.gov.example;20 working days;ATC\n"
        "Anytown Council!;Council;;;\n"
    )
    assert counts(desk.imports("organisations", content)) == {"new": 2}
    assert counts(desk.imports("organisations", content)) == {"same": 2}
    desk.imports("caseworkers", STAFF)
    with desk.store() as tx:
        assert all_organisations(tx) == (
            Organisation(
                id="anytown-council",
                name="Anytown Council",
                kind="council",
                domains=("anytown.gov.example",),
                aliases=("ATC",),
                wait=Wait(20, WaitUnit.WORKING_DAYS),
            ),
            Organisation(id="anytown-council-2", name="Anytown Council!", kind="council"),
        )
        assert all_caseworkers(tx) == (Caseworker("sam@mp.example", "Sam Placeholder", "Sam"),)


def test_a_workbook_is_imported_like_a_text_file(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("People")
    for row in (["ID", "Full name", "Mobile"], [1, "KHAN, Amina", 7700900123]):
        sheet.append(row)
    path = desk.folder / "people.xlsx"
    book.save(path)
    code, _, _ = desk.types("import", "constituents", str(path), "--sheet", "People")
    assert code == 0
    assert desk.people() == [
        Constituent(id=1, name="Amina Khan", phones=("+447700900123",), external_id="1")
    ]


def test_a_mapping_can_be_kept_corrected_and_used(desk: Desk) -> None:
    kept = desk.folder / "people.toml"
    content = PEOPLE.replace("First Name", "Given").replace("Post Code", "Where")
    assert counts(desk.imports("constituents", content, "--save-mapping", str(kept))) == {"new": 2}
    assert desk.people()[0].name == "Khan"
    text = kept.read_text(encoding="utf-8")
    kept.write_text(
        text.replace('"Given" = ""', '"Given" = "forename"').replace(
            '"Where" = ""', '"Where" = "postcode"'
        ),
        encoding="utf-8",
    )
    said = desk.imports("constituents", content, "--mapping", str(kept))
    assert counts(said) == {"changed": 2}
    assert (desk.people()[0].name, desk.people()[0].postcode) == ("Amina Khan", "LS6 2AB")


def test_people_are_shown_the_columns_the_counts_and_the_reasons(desk: Desk) -> None:
    path = desk.saves(PEOPLE.replace("Phone", "Shoe size") + "3,,,[red]x,,\n")
    code, out, _ = desk.types("import", "constituents", path, "--dry-run")
    assert code == 1
    rows = [line.split("│")[1:-1] for line in out.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert ["First Name", "forename", "its name"] in cells
    assert ["Shoe size", "—", "not used"] in cells
    assert ["2", "0", "0", "1", "0"] in cells
    assert "line 4: '[red]x' is not an e-mail address; there is no name" in out or (
        "line 4: there is no name; '[red]x' is not an e-mail address" in out
    )
    assert "Nothing was touched" in out


@pytest.mark.parametrize(
    ("content", "words", "told"),
    [
        ("", (), "there is nothing in the file"),
        ("Colour\nred\n", (), "holds a name nor an id"),
        (PEOPLE, ("--mapping", "nowhere.toml"), "it cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(
    desk: Desk, content: str, words: tuple[str, ...], told: str
) -> None:
    code, out, err = desk.types("import", "constituents", desk.saves(content), *words)
    assert (code, out) == (5, "")
    assert told in err
    assert "Nothing was imported." in err
    assert not desk.database.exists()


def test_an_import_that_breaks_off_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.imports("constituents", PEOPLE)
    before = desk.people()
    # The last thing that is written is what was imported: a name too few breaks the transaction.
    monkeypatch.setattr("secrets.randbelow", lambda below: below)
    code, _, err = desk.types("import", "cases", desk.saves(CASES), "--json")
    assert (code, json.loads(err)["error"].split("(")[1]) == (70, "ValueError).")
    assert desk.cases() == {}
    assert desk.people() == before
    monkeypatch.undo()
    assert counts(desk.imports("cases", CASES)) == {"new": 2}
