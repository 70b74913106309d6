"""`mailbridge import`: a list the office keeps, read, shown and recorded in one transaction."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from mailbridge.cli.output import (
    Call,
    ExitCode,
    Failed,
    call_of,
    commands,
    console,
    emit,
    fail,
    table,
)
from mailbridge.domain.office import Office
from mailbridge.register import Kind
from mailbridge.register.mapping import Column, MappingBroken, guess, mapping_text, read_mapping
from mailbridge.register.rows import Batch, lacking, read_rows
from mailbridge.register.tables import Line, TableUnreadable, open_table
from mailbridge.runners.deskwork import set_case_state
from mailbridge.store.casework import cases_by, put_case
from mailbridge.store.engine import Store, open_store
from mailbridge.store.register import Comparison, compare, record

app = commands()


@app.command()
def import_(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="Which list it is.", show_default=False)],
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file.", show_default=False)],
    *,
    mapping: Annotated[
        Path | None, typer.Option(help="A file that says which column holds what.")
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Write such a file, from what is used now.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="The workbook's sheet; the first else.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen, and touch nothing.")
    ] = False,
) -> None:
    """Read people, cases, organisations or caseworkers from a file the office keeps."""
    call = call_of(context)
    settings = call.settings()
    # Progress goes to standard error, and nowhere when a program listens.
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}, {task.completed:,} rows", markup=False),
        console=Console(stderr=True, quiet=call.as_json),
        transient=True,
    ) as progress:
        task = progress.add_task(f"Reading {file.name}", total=None)
        columns, batch = _read(
            kind, file, mapping, sheet, lambda lines: progress.track(lines, task_id=task)
        )
        progress.update(task, description="Comparing with the register")
        store = _store(settings.store.url, dry_run=dry_run)
        try:
            compared = (
                _looked_up(store, batch)
                if dry_run
                else _recorded(store, batch, settings.office_policy())
            )
        finally:
            store.close()
    if save_mapping is not None:
        _save(save_mapping, mapping_text(kind, columns))
    _show(call, columns, compared, dry_run=dry_run)
    if compared.refused or compared.gone:
        raise typer.Exit(ExitCode.PERSON)


def _read(
    kind: Kind,
    file: Path,
    mapping: Path | None,
    sheet: str | None,
    counted: Callable[[Iterable[Line]], Iterable[Line]],
) -> tuple[Sequence[Column], Batch]:
    """The file's columns and rows. Fails when they cannot be told."""
    nothing = "Nothing was imported."
    try:
        with open_table(file, sheet) as opened:
            columns = _columns(kind, opened.columns, mapping)
            if missing := lacking(kind, columns):
                fail(
                    ExitCode.INPUT,
                    f"No column of {file} holds {' nor '.join(missing)}.",
                    nothing,
                    "Say which column holds what in a small file, and name it with --mapping "
                    "(docs/register.md).",
                    [f"{column.header}: {column.field or column.why}" for column in columns],
                )
            return columns, read_rows(kind, columns, counted(opened.lines))
    except TableUnreadable as error:
        raise Failed(
            ExitCode.INPUT, f"{file}: {error}.", nothing, "Then import it again."
        ) from error


def _columns(kind: Kind, headers: Sequence[str], mapping: Path | None) -> Sequence[Column]:
    if mapping is None:
        return guess(kind, headers)
    try:
        return read_mapping(mapping.read_text(encoding="utf-8-sig"), kind, headers)
    except MappingBroken as error:
        problems = error.problems
    except UnicodeDecodeError:
        problems = ("it is not UTF-8 text",)
    except OSError as error:
        problems = (f"it cannot be read: {error.strerror}",)
    raise Failed(
        ExitCode.INPUT,
        f"The mapping {mapping} cannot be used.",
        "Nothing was imported.",
        "Mend it, or leave --mapping out to have the columns guessed.",
        problems,
    )


def _store(url: str, *, dry_run: bool) -> Store:
    """The store; for a dry run before there is one, an empty one that leaves nothing behind."""
    path = url.partition(":///")[2]
    absent = url.startswith("sqlite") and not Path(path).exists()
    return open_store("sqlite:///:memory:" if dry_run and absent else url)


def _looked_up(store: Store, batch: Batch) -> Comparison:
    with store.reading() as tx:
        return compare(tx, batch)


def _recorded(store: Store, batch: Batch, office: Office) -> Comparison:
    now = datetime.now(UTC)
    with store.writing() as tx:
        compared = compare(tx, batch)
        ids = [entry.entry_id for entry in compared.changed if batch.kind is Kind.CASES]
        before = cases_by(tx, references=ids)
        record(tx, compared, now, secrets.randbelow)
        for old, case in zip(before, cases_by(tx, references=ids), strict=True):
            if case.state is not old.state:
                # Its folder goes under the closed ones or back, as when a person closes a case;
                # the day it was closed is the file's to say.
                set_case_state(tx, case, case.state, office, now)
                put_case(tx, case)
    return compared


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(
            ExitCode.INPUT,
            f"The mapping cannot be written to {path} ({error.strerror}).",
            "The import itself is done.",
            "Name another file with --save-mapping, and import again: that changes nothing else.",
        )


def _show(call: Call, columns: Sequence[Column], compared: Comparison, *, dry_run: bool) -> None:
    counts = {
        "new": len(compared.new),
        "changed": len(compared.changed),
        "same": compared.same,
        "refused": len(compared.refused),
        "gone from the file": len(compared.gone),
    }
    if call.as_json:
        emit(
            {
                "kind": compared.batch.kind,
                "dry_run": dry_run,
                "columns": [{"column": one.header, "field": one.field} for one in columns],
                **{name.replace(" ", "_"): number for name, number in counts.items()},
                "refused_rows": [
                    {"line": row.line, "reasons": row.reasons} for row in compared.refused
                ],
                "notes": [{"line": note.line, "words": note.words} for note in compared.notes],
                "gone_entries": [
                    {"id": gone.entry_id, "name": gone.name} for gone in compared.gone
                ],
            }
        )
        return
    screen = console()
    screen.print(
        table(
            "Columns",
            "column",
            "is read as",
            "because of",
            rows=[(column.header, column.field or "—", column.why) for column in columns],
        )
    )
    title = f"What would happen to the {compared.batch.kind}" if dry_run else compared.batch.kind
    screen.print(table(title.capitalize(), *counts, rows=[counts.values()]))
    for line in _details(compared):
        screen.print(line, markup=False, soft_wrap=True)
    if dry_run:
        screen.print("Nothing was touched: leave --dry-run out to import.")


def _details(compared: Comparison) -> Iterator[str]:
    if compared.refused:
        yield "Refused; put these right in the file and import it again:"
        yield from (f"  line {row.line}: {'; '.join(row.reasons)}" for row in compared.refused)
    if compared.notes:
        yield "Taken, with something left out:"
        yield from (f"  line {note.line}: {note.words}" for note in compared.notes)
    if compared.gone:
        yield "In the last file and not in this one; kept as they are:"
        yield from (f"  {gone.name} ({gone.entry_id})" for gone in compared.gone)
