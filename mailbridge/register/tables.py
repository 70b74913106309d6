"""A CSV or XLSX file as a header and numbered lines of text. Cells are data: nothing is computed.

What a file is, is told from its first bytes, not from its name.
"""

import codecs
import csv
import re
import unicodedata
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # Excel before 2007, and any workbook with a password
_CHUNK = 1 << 20
_LONGEST_CELL = 1_000_000  # characters; a quotation mark that is never closed ends here
_DELIMITERS = ",;\t|"
# Excel's own way to keep a number from being one: ="00123".
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
# The apostrophe that spreadsheets and careful exports put before what could be a formula.
_GUARDED = re.compile(r"'(?=[=+\-@\d])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# What openpyxl and the libraries below it raise on a damaged workbook.
_BROKEN = (
    *(BadZipFile, zlib.error, EOFError, SyntaxError),
    *(ValueError, LookupError, TypeError, AttributeError, NotImplementedError),
)
_NO_WORKBOOK = "this is no workbook that can be read: open it in Excel and save it as .xlsx or CSV"


class TableUnreadable(Exception):
    """The file holds no table that can be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. `number` is where a person finds it: line of text, or row of a sheet."""

    number: int
    cells: tuple[str, ...]  # as many as there are columns
    problem: str = ""  # why the row cannot be taken apart; then `cells` is empty


@dataclass(frozen=True, slots=True)
class Table:
    """A header, and the lines below it; those can be gone through once."""

    columns: tuple[str, ...]
    lines: Iterator[Line]


@contextmanager
def open_table(path: Path, sheet: str | None = None) -> Iterator[Table]:
    """The table in a file: an XLSX workbook's first sheet or the one named, or text with commas,
    semicolons, tabs or bars. Lines are read as they are asked for. Raises TableUnreadable."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start == _ZIP:
                with _workbook(file) as book:
                    yield _table(_sheet_rows(book, sheet))
            elif start == _OLE:
                raise TableUnreadable(
                    "this is an Excel file of before 2007, or one with a password: open it in "
                    "Excel and save it as .xlsx or CSV, without a password"
                )
            else:
                yield _table(_text_rows(path, _encoding(file)))
    except OSError as error:
        raise TableUnreadable(f"the file cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: list[str]
    problem: str = ""


def _table(rows: Iterator[_Row]) -> Table:
    """The first row with anything in it is the header; what is wider than it is refused."""
    filled = (row for row in rows if row.problem or any(row.cells))
    header = next(filled, None)
    if header is None:
        raise TableUnreadable("there is nothing in the file: its first row names the columns")
    if header.problem:
        raise TableUnreadable(f"the header in line {header.number} cannot be read")
    columns = _trimmed(header.cells)
    return Table(tuple(columns), (_line(row, len(columns)) for row in filled))


def _line(row: _Row, width: int) -> Line:
    cells = _trimmed(row.cells)
    if row.problem or len(cells) > width:
        # Filled cells beyond the last column mean that a separator stands in an unquoted cell, and
        # then nobody knows which cell belongs to which column.
        problem = row.problem or (
            f"has {len(cells)} cells where the header names {width} columns: a cell that holds "
            "the separator must stand in quotation marks"
        )
        return Line(row.number, (), problem)
    return Line(row.number, (*cells, *[""] * (width - len(cells))))


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _clean(cell: str) -> str:
    """A cell's text: NFC, no control characters, single blanks; line breaks stay."""
    if not cell or (cell.isascii() and cell.isalnum()):
        return cell
    if wrapped := _AS_TEXT.fullmatch(cell):
        cell = wrapped[1]
    text = _CONTROL.sub(" ", unicodedata.normalize("NFC", _GUARDED.sub("", cell, count=1)))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))


def _encoding(file: BinaryIO) -> str:
    """UTF-8 if all of the file is; else Windows-1252, which old exports are written in."""
    start = file.read(4)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"  # Excel's "Unicode text"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in chain(iter(lambda: file.read(_CHUNK), b""), [None]):
            decoder.decode(chunk or b"", final=chunk is None)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _text_rows(path: Path, encoding: str) -> Iterator[_Row]:
    # Windows-1252 leaves five bytes without meaning; one of them must not stop the import.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline()
        told = re.fullmatch(r"sep=(.)", first.strip("\r\n"), re.IGNORECASE)
        start = 1 if told else 0
        delimiter = told[1] if told else _delimiter(first)
        yield from _records(file if told else chain([first], file), delimiter, start)


def _delimiter(header: str) -> str:
    """The separator of which the header has most, outside quotation marks.

    >>> _delimiter('"Name, first";Postcode;E-mail')
    ';'
    >>> _delimiter("Name")
    ','
    """
    plain = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=plain.count)


def _records(lines: Iterable[str], delimiter: str, start: int) -> Iterator[_Row]:
    csv.field_size_limit(_LONGEST_CELL)
    # Strict: a quotation mark in the wrong place is told of, never guessed at.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = start + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error) or "field larger" in str(error):
                raise TableUnreadable(
                    f"a quotation mark in line {number} is opened and never closed, so the rows "
                    "after it cannot be told apart: put it right in the file"
                ) from error
            to = start + reader.line_num
            where = f" (it runs on to line {to})" if to > number else ""
            yield _Row(
                number, [], f'a quotation mark stands inside a cell{where}: write it twice, as ""'
            )
        else:
            yield _Row(number, [_clean(cell) for cell in cells])


@contextmanager
def _workbook(file: BinaryIO) -> Iterator[Any]:
    import openpyxl  # noqa: PLC0415  # 0.2 s that CSV files need not wait for
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415  # likewise

    with warnings.catch_warnings():
        # openpyxl tells of styles and extensions that it leaves out; we read text only.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (*_BROKEN, InvalidFileException) as error:
            raise TableUnreadable(_NO_WORKBOOK) from error
        try:
            yield book
        finally:
            book.close()


def _sheet_rows(book: Any, name: str | None) -> Iterator[_Row]:  # noqa: ANN401  # openpyxl's
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets:
        raise TableUnreadable("the workbook has no sheet with cells")
    if name is not None and name not in sheets:
        raise TableUnreadable(f"there is no sheet {name!r}: there are {', '.join(sheets)}")
    sheet = sheets[name] if name is not None else next(iter(sheets.values()))
    # Some programs write a wrong size into the sheet, and openpyxl would stop there.
    sheet.reset_dimensions()
    last = 0
    rows = sheet.iter_rows()
    while True:
        try:
            row = next(rows, None)
        except _BROKEN as error:
            raise TableUnreadable(f"after row {last} {_NO_WORKBOOK}") from error
        if row is None:
            return
        # A row that is not stored has no cells, and a cell that is empty knows no row.
        last = next((cell.row for cell in row if cell.value is not None), last + 1)
        yield _Row(last, [_clean(_cell(cell.value, cell)) for cell in row])


def _cell(value: object, cell: Any) -> str:  # noqa: ANN401  # openpyxl's
    """What a person sees in the cell, but for dates, which are spelt 2026-11-21."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case int() | float():
            return _number(value, str(cell.number_format or ""))
        case _:
            return str(value)


def _number(value: float, shown: str) -> str:
    """A number as text: 7700900123, not 7.7e9; and 00123 where the cell shows it so."""
    if value != int(value):
        return repr(value)
    zeros = len(shown) if set(shown) == {"0"} else 0
    return str(int(value)).zfill(zeros)
