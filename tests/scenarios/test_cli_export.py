"""`export`: whole tables for programs and spreadsheets."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from mailbridge.cli.export import COLUMNS, What
from tests.scenarios.office import OfficeInATest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def office(tmp_path: Path) -> OfficeInATest:
    return OfficeInATest(tmp_path)


@pytest.mark.parametrize("what", What)
def test_each_table_has_the_same_rows_in_both_formats(office: OfficeInATest, what: What) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.runs("letter", "add", case, "--to", "Council", "--sent", "2026-10-01", "--by", "post")
    office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    office.works(minutes=5)
    lines = [json.loads(line) for line in office.runs("export", what).out.splitlines()]
    rows = list(csv.DictReader(io.StringIO(office.runs("export", what, "--format", "csv").out)))
    assert len(lines) == len(rows) == 1
    assert tuple(lines[0]) == tuple(rows[0]) == COLUMNS[what]
    (first, *_) = COLUMNS[what]
    assert lines[0][first] == rows[0][first]


def test_a_mail_s_row_says_where_it_belongs_and_holds_none_of_its_text(
    office: OfficeInATest,
) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.receives("My damp wall", f"My case is {case}. The secret.\n\nAmina Khan")
    office.works(minutes=5)
    said = office.runs("export", "messages").out
    row = json.loads(said)
    assert (row["constituent"], row["case_reference"]) == ("Mrs Amina Khan", case)
    assert row["folder"] == f"Cases/Khan, Amina – damp ({case})"
    assert row["at"] == "2026-11-03T09:00:00+00:00"
    assert "secret" not in said


def test_a_stranger_s_subject_is_no_formula_in_a_spreadsheet(office: OfficeInATest) -> None:
    office.receives('=HYPERLINK("http://bad.example")', "Hello")
    office.works(minutes=5)
    said = office.runs("export", "messages", "--format", "csv").out
    (row,) = csv.DictReader(io.StringIO(said))
    assert row["subject"] == '\'=HYPERLINK("http://bad.example")'


def test_a_file_is_replaced_whole_or_not_at_all(office: OfficeInATest) -> None:
    target = office.home / "cases.csv"
    target.write_text("old")
    office.opens("Khan, Amina – damp")
    done = office.asks("export", "cases", "--format", "csv", "--output", str(target))
    assert (done["rows"], done["output"]) == (1, str(target))
    assert target.read_text().startswith("reference,title,")
    gone = office.runs("export", "cases", "--output", str(office.home / "nowhere" / "cases.csv"))
    assert (gone.code, "cannot be written" in gone.err) == (5, True)
    assert [path.name for path in office.home.glob(".*.part")] == []


def test_csv_is_not_json(office: OfficeInATest) -> None:
    said = office.runs("--json", "export", "cases", "--format", "csv")
    assert said.code == 2
    assert json.loads(said.err)["next"].startswith("Name a file")


@pytest.mark.parametrize("what", What)
def test_every_column_is_documented(what: What) -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    _, _, rest = text.partition(f"### {what.capitalize()}\n")
    section = rest.partition("\n### ")[0].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
    assert tuple(told) == COLUMNS[what]
