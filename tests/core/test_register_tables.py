"""Files as people and programs leave them, read as text cells with the right line numbers."""

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbridge.register.tables import Line, TableUnreadable, open_table


def read(path: Path, sheet: str | None = None) -> tuple[tuple[str, ...], list[Line]]:
    with open_table(path, sheet) as table:
        return table.columns, list(table.lines)


def written(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(tmp_path: Path, rows: Sequence[Sequence[object]], title: str = "People") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.create_sheet("Other").append(["Colour"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_usual_text_file_is_read(tmp_path: Path, separator: str, encoding: str) -> None:
    text = f"Name{separator}Town\r\nZoë Müller{separator}Åby\r\n"
    columns, lines = read(written(tmp_path, text, encoding))
    assert columns == ("Name", "Town")
    assert lines == [Line(2, ("Zoë Müller", "Åby"))]


def test_excels_word_on_the_separator_is_obeyed(tmp_path: Path) -> None:
    columns, lines = read(written(tmp_path, "sep=;\nName;Town, county\nAmina;Leeds\n"))
    assert columns == ("Name", "Town, county")
    assert lines == [Line(3, ("Amina", "Leeds"))]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"Khan, Amina"', "Khan, Amina"),
        ('"the ""Elm"" Court"', 'the "Elm" Court'),
        ('"12 Elm Court\r\nLeeds"', "12 Elm Court\nLeeds"),
        ("  Amina \u00a0 Khan ", "Amina Khan"),
        ("Jose\u0301", "José"),
        ("Ami\x00na", "Ami na"),
        ('"=""00123"""', "00123"),
        ("'07700 900123", "07700 900123"),
        ("'=cmd()", "=cmd()"),
        ("=1+1", "=1+1"),
        ("'t Hooft", "'t Hooft"),
    ],
)
def test_a_cell_is_data_and_cleaned_of_what_nobody_sees(
    tmp_path: Path, cell: str, text: str
) -> None:
    assert read(written(tmp_path, f"Name,Town\n{cell},x\n"))[1][0].cells == (text, "x")


def test_lines_are_numbered_as_an_editor_shows_them(tmp_path: Path) -> None:
    _, lines = read(written(tmp_path, '\n\nName\n\nAmina\n"two\nlines"\nBob\n'))
    assert [(line.number, line.cells[0]) for line in lines] == [
        (5, "Amina"),
        (6, "two\nlines"),
        (8, "Bob"),
    ]


def test_a_short_row_is_filled_up_and_a_long_one_refused(tmp_path: Path) -> None:
    _, lines = read(written(tmp_path, "Name,Town\nAmina\nBob,Leeds,,\nKhan, Amina, Leeds\n"))
    assert lines[:2] == [Line(2, ("Amina", "")), Line(3, ("Bob", "Leeds"))]
    assert "has 3 cells where the header names 2 columns" in lines[2].problem
    assert lines[2].cells == ()


def test_a_stray_quotation_mark_refuses_its_row_alone(tmp_path: Path) -> None:
    _, lines = read(written(tmp_path, 'Name,Town\n"Dan" Lee,x\nBob,y\n'))
    assert "a quotation mark stands inside a cell" in lines[0].problem
    assert lines[1] == Line(3, ("Bob", "y"))


def test_a_quotation_mark_never_closed_stops_the_file_and_names_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, 'Name,Town\nAmina,x\n"Bob,y\nCarl,z\n')
    with pytest.raises(TableUnreadable, match="quotation mark in line 3 is opened and never"):
        read(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,,\n", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TableUnreadable, match="nothing in the file"):
        read(written(tmp_path, content))


def test_bytes_that_no_encoding_knows_stop_nothing(tmp_path: Path) -> None:
    _, lines = read(written(tmp_path, b"Name\nAm\xe9lie\x81\n"))
    assert lines[0].cells[0].startswith("Amélie")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "before 2007, or one with a password"),
        (b"PK\x03\x04 and no workbook", "no workbook that can be read"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(TableUnreadable, match=words):
        read(written(tmp_path, content))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(TableUnreadable, match="No such file"):
        read(tmp_path / "list.csv")


def test_a_workbook_reads_as_a_person_sees_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            ["Name", "Phone", "Born", "Seen", "Sure", "Weight"],
            ["Amina", 7700900123, datetime(1990, 5, 3), datetime(2026, 11, 21, 9, 30), True, 1.5],  # noqa: DTZ001  # a workbook's times have no zone
        ],
    )
    assert read(path)[1] == [
        Line(2, ("Amina", "7700900123", "1990-05-03", "2026-11-21 09:30", "yes", "1.5"))
    ]


def test_a_number_shown_with_leading_zeros_keeps_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ID"])
    sheet.append([123])
    sheet["A2"].number_format = "00000"
    book.save(tmp_path / "list.xlsx")
    assert read(tmp_path / "list.xlsx")[1] == [Line(2, ("00123",))]


def test_a_formula_is_not_computed(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["Name", "Sum"], ["Amina", "=1+1"]])
    # openpyxl wrote no cached value, so there is nothing that a person would have seen.
    assert read(path)[1] == [Line(2, ("Amina", ""))]


def test_empty_rows_of_a_workbook_do_not_shift_the_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["Name"], [], ["Amina"], [None], ["Bob"]])
    assert [(line.number, line.cells) for line in read(path)[1]] == [(3, ("Amina",)), (5, ("Bob",))]


def test_the_named_sheet_is_read_and_an_unknown_one_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["Name"]])
    assert read(path, "Other")[0] == ("Colour",)
    with pytest.raises(TableUnreadable, match="no sheet 'Sheet9': there are People, Other"):
        read(path, "Sheet9")


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.lists(st.text(st.sampled_from('ab,;"\n\r\t|=é '), max_size=6), min_size=2, max_size=2),
        max_size=8,
    ),
    separator=st.sampled_from(",;\t|"),
)
def test_whatever_a_program_writes_properly_comes_back_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], separator: str
) -> None:
    path = tmp_path_factory.mktemp("written") / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows([["Name", "Town"], *rows])
    _, lines = read(path)
    wanted = [["".join(cell.split()) for cell in row] for row in rows]
    found = [["".join(cell.split()) for cell in line.cells] for line in lines]
    assert found == [row for row in wanted if any(row)]


@settings(max_examples=40)
@given(content=st.binary(max_size=80))
def test_no_bytes_are_too_odd(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("odd") / "list.csv"
    path.write_bytes(content)
    try:
        columns, lines = read(path)
    except TableUnreadable as error:
        assert str(error)  # noqa: PT017  # a reason, whichever it is
    else:
        assert all(line.problem or len(line.cells) == len(columns) for line in lines)


def test_a_workbook_damaged_half_way_is_refused_whole(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["Name"], *([f"Amina {number}"] for number in range(2000))])
    with ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet][: len(parts[sheet]) // 2]
    with ZipFile(path, "w") as damaged:
        for name, content in parts.items():
            damaged.writestr(name, content)
    with pytest.raises(TableUnreadable, match=r"after row \d+ this is no workbook"):
        read(path)
