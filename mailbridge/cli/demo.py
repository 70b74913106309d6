"""`mailbridge demo`: five weeks of a made-up office, lived through in a folder of its own."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, fail

app = commands()


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Where the office is made; a new folder otherwise."),
    ] = None,
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="Stop when an earlier demo lies there.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Only the first two weeks.")] = False,
) -> None:
    """Live through five weeks of a made-up MP's office, and show what was done about its mail."""
    from mailbridge.cli.logs import keep_quiet
    from mailbridge.demo import days, report
    from mailbridge.demo.office import clear, is_demo, make_office
    from mailbridge.demo.truth import judged

    call = call_of(context)
    screen = console()
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="mailbridge-demo-"))
    _check(folder, keep=keep)
    if is_demo(folder):
        if not call.as_json:
            screen.print(f"{folder} holds an earlier demo: it is made afresh.", markup=False)
        clear(folder)
    until = days.SHORT if quick else days.LAST
    office = make_office(folder.absolute())
    keep_quiet(office.settings.log, verbose=call.verbose)
    try:
        imported = office.imports()
        if not call.as_json:
            report.opening(screen, office.folder, imported)
        for lived in days.live(office, until):
            if not call.as_json:
                report.day_line(screen, lived)
        truth = judged(office)
        if call.as_json:
            emit({"folder": office.folder, "until": until, **truth.summary(until)})
        else:
            report.results(screen, truth, until)
            report.where_to_look(screen, office, truth, until)
            report.one_story(screen, office)
    finally:
        office.close()
    if not truth.is_right(until):
        raise typer.Exit(ExitCode.FAULT)


def _check(folder: Path, *, keep: bool) -> None:
    """Nothing of anybody else's is ever touched."""
    from mailbridge.demo.office import is_demo

    if folder.exists() and not folder.is_dir():
        fail(ExitCode.USAGE, f"{folder} is a file.", "Nothing was done.", "Name a folder.")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not is_demo(folder):
        fail(
            ExitCode.USAGE,
            f"{folder} is not empty, and no demo made it.",
            "Nothing was touched: the demo only clears what it made itself.",
            "Name a new folder: `mailbridge demo DIR`.",
        )
    if keep:
        fail(
            ExitCode.USAGE,
            f"{folder} holds an earlier demo, which is kept.",
            "Nothing was touched.",
            "Name another folder, or leave --keep out to have it made afresh.",
        )
