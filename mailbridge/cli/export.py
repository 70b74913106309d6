"""`mailbridge export`: what mailbridge knows, row by row, as JSON lines or CSV.

Dates and times are ISO 8601, times in UTC. The columns are documented in docs/commands.md.
"""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from mailbridge.cli.desk import Desk, at_desk, say
from mailbridge.cli.output import ExitCode, call_of, commands, emit, fail

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = commands()


class What(StrEnum):
    """Which table of ours."""

    MESSAGES = "messages"
    LETTERS = "letters"
    TASKS = "tasks"
    CASES = "cases"


class Format(StrEnum):
    """How a row is written."""

    JSONL = "jsonl"
    CSV = "csv"


Record = Mapping[str, Any]
COLUMNS: dict[What, tuple[str, ...]] = {
    What.MESSAGES: (
        "key",
        "message_id",
        "direction",
        "at",
        "sender",
        "sender_name",
        "recipients",
        "subject",
        "automatic",
        "person_outcome",
        "constituent_id",
        "constituent",
        "case_outcome",
        "case_reference",
        "by_person",
        "is_suspect",
        "tags",
        "folder",
    ),
    What.LETTERS: (
        "id",
        "case_reference",
        "organisation_id",
        "organisation_name",
        "sent_at",
        "channel",
        "subject",
        "recipients",
        "their_reference",
        "wait",
        "state",
        "due",
        "restarted_on",
        "chases_done",
        "is_muted",
        "message_key",
        "answers",
        "answered_at",
    ),
    What.TASKS: ("key", "letter_id", "title", "due", "task_list", "state", "body"),
    What.CASES: (
        "reference",
        "title",
        "constituent_id",
        "constituent",
        "caseworker",
        "is_sensitive",
        "state",
        "folder",
        "opened_on",
        "closed_on",
        "tags",
        "external_id",
    ),
}


@app.command()
def export(
    context: typer.Context,
    what: Annotated[What, typer.Argument(help="What to write out.", show_default=False)],
    *,
    form: Annotated[Format, typer.Option("--format", help="JSON lines or CSV.")] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option(help="The file to write; standard output otherwise.")
    ] = None,
) -> None:
    """Write messages, letters, tasks or cases out, one row each. No text of a mail is in it."""
    call = call_of(context)
    if call.as_json and output is None and form is Format.CSV:
        fail(
            ExitCode.USAGE,
            "--json and CSV on standard output don't go together.",
            "Nothing was written.",
            "Name a file with --output, or leave one of them out.",
        )
    with at_desk(call, only_looks=True) as desk, desk.store.reading() as tx:
        rows = _ROWS[what](desk, tx)
        if output is None:
            _write(rows, COLUMNS[what], form, sys.stdout)
            return
        with _in_place_of(output) as file:
            count = _write(rows, COLUMNS[what], form, file)
    if call.as_json:
        emit({"what": what, "rows": count, "output": output})
    else:
        say(f"Wrote {count} {what} to {output}.")


def _messages(desk: Desk, tx: "Connection") -> Iterator[Record]:
    from mailbridge.store import lookups

    tags, folders = lookups.kept_tags(tx), lookups.newest_places(tx, desk.mailbox)
    for row in lookups.every_message(tx):
        record = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented accessor
        yield record | {"tags": tags.get(row.key, []), "folder": folders.get(row.key, "")}


def _letters(desk: Desk, tx: "Connection") -> Iterator[Record]:
    from mailbridge.reminders.workdays import Workdays
    from mailbridge.runners.explaining import due_of
    from mailbridge.store import casework
    from mailbridge.store.rows import dump

    cases = {case.reference: case for case in casework.all_cases(tx)}
    workdays = Workdays(desk.office.nation)
    for letter in casework.letters_in(tx):
        came = casework.answers_to(tx, [letter.id])
        ends = [each.received_at for each in came if each.kind == "substantive"]
        plain: dict[str, Any] = dump(letter)
        yield plain | {
            "wait": str(letter.wait),
            "due": due_of(letter, came, cases.get(letter.case_reference), desk.office, workdays),
            "answers": len(came),
            "answered_at": ends[-1] if ends else None,
        }


def _tasks(desk: Desk, tx: "Connection") -> Iterator[Record]:
    del desk
    from mailbridge.store import lookups

    for row in lookups.every_task(tx):
        task = row.now or row.written
        state = "deleted" if row.was_deleted else "open" if row.is_open else "ended"
        yield {
            "key": row.key,
            "letter_id": row.letter_id,
            "title": task.title,
            "due": task.due,
            "task_list": task.task_list,
            "state": state,
            "body": task.body,
        }


def _cases(desk: Desk, tx: "Connection") -> Iterator[Record]:
    del desk
    from mailbridge.store import lookups

    for row in lookups.every_case(tx):
        yield dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented accessor


_ROWS: dict[What, Callable[[Desk, "Connection"], Iterator[Record]]] = {
    What.MESSAGES: _messages,
    What.LETTERS: _letters,
    What.TASKS: _tasks,
    What.CASES: _cases,
}


def _write(rows: Iterable[Record], columns: tuple[str, ...], form: Format, file: TextIO) -> int:
    """One row after the other, never all at once in memory. How many."""
    count = 0
    table = csv.writer(file)
    if form is Format.CSV:
        table.writerow(columns)
    for row in rows:
        values = {name: _plain(row[name]) for name in columns}
        if form is Format.CSV:
            table.writerow(cell(value) for value in values.values())
        else:
            file.write(json.dumps(values, ensure_ascii=False) + "\n")
        count += 1
    return count


def _plain(value: object) -> object:
    """As JSON has it: times and dates in ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def cell(value: object) -> str:
    """One CSV cell. What a spreadsheet would run as a formula gets an apostrophe in front (OWASP,
    "CSV Injection"), because subjects and names are written by strangers.

    >>> cell("=HYPERLINK(1)"), cell("-5"), cell(-5), cell(["Housing", "Urgent"]), cell(None)
    ("'=HYPERLINK(1)", "'-5", '-5', 'Housing; Urgent', '')
    >>> cell("Damp at Elm Court")
    'Damp at Elm Court'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    is_formula = not isinstance(value, int) and text.lstrip(" ").startswith(_STARTS)
    return f"'{text}" if is_formula else text


_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@contextmanager
def _in_place_of(path: Path) -> Iterator[TextIO]:
    """A file that takes the old one's place only once it is whole and on the disk."""
    from mailbridge.disk import flush_folder

    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        fail(
            ExitCode.INPUT,
            f"{path} cannot be written ({error.strerror}).",
            "A file that was there before is as it was.",
            "Name another one with --output.",
        )
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
