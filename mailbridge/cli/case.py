"""`mailbridge case list|show|open|close|reopen`."""

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from mailbridge.cli.desk import at_desk, brief_day, case_called, say
from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, fail, table
from mailbridge.cli.stories import say_case
from mailbridge.domain.casework import Case, CaseState

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = commands("List, show, open, close and reopen cases.")

Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="The case, like K4T7-29.")]
_SOON = "The running mailbridge, or the next `mailbridge run`, moves its folder."


@app.command("list")
def list_cases(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Closed cases too.")] = False,
) -> None:
    """List the open cases."""
    from mailbridge.store import casework, people

    call = call_of(context)
    with at_desk(call, only_looks=True) as desk, desk.store.reading() as tx:
        cases = casework.all_cases(tx, None if everything else CaseState.OPEN)
        ids = [case.constituent_id for case in cases if case.constituent_id is not None]
        names = {person.id: person.name for person in people.constituents_by_id(tx, ids)}
        if call.as_json:
            emit([_document(case, names.get(case.constituent_id or 0, "")) for case in cases])
            return
        rows = [
            (
                case.reference,
                case.title,
                names.get(case.constituent_id or 0, "—"),
                case.caseworker or "the office",
                brief_day(case.opened_on),
                case.state,
            )
            for case in cases
        ]
    columns = ("reference", "title", "constituent", "caseworker", "opened", "state")
    console().print(table(f"{len(rows)} case(s)", *columns, rows=rows))


@app.command()
def show(context: typer.Context, reference: Reference) -> None:
    """Tell one case's story: mail, letters, answers and tasks, in order."""
    from mailbridge.runners.explaining import account_of_case
    from mailbridge.store.rows import dump

    call = call_of(context)
    with at_desk(call, only_looks=True) as desk:
        case = case_called(desk, reference)
        with desk.store.reading() as tx:
            told = account_of_case(tx, case, desk.office)
        if call.as_json:
            emit(dump(told))
        else:
            say_case(desk, told)


@app.command("open")
def open_(
    context: typer.Context,
    title: Annotated[str, typer.Argument(help="Like “Khan, Amina – damp at Elm Court”.")],
    *,
    constituent: Annotated[
        str | None, typer.Option(help="Name, e-mail address or number in the register.")
    ] = None,
    sensitive: Annotated[
        bool, typer.Option("--sensitive", help="Its tasks show the reference and no name.")
    ] = False,
    caseworker: Annotated[str, typer.Option(help="E-mail address or name.")] = "",
) -> None:
    """Open a case and tell its reference. Its folder is made with its first mail."""
    from mailbridge.app import random_reference
    from mailbridge.matching.names import titled
    from mailbridge.runners import deskwork
    from mailbridge.store import people

    call = call_of(context)
    words = " ".join(title.split())
    if not words:
        fail(
            ExitCode.USAGE,
            "A case needs a title.",
            "Nothing was done.",
            "Give one, like “Khan, Amina – damp at Elm Court”.",
        )
    with at_desk(call) as desk, desk.store.writing() as tx:
        person = _constituent(tx, constituent) if constituent else None
        owner = people.constituent(tx, person)
        new = Case(
            reference="",
            title=titled(words, owner.name) if owner else words,
            constituent_id=person,
            caseworker=_caseworker(tx, caseworker) if caseworker else "",
            is_sensitive=sensitive,
        )
        case = deskwork.open_case(tx, new, desk.office, desk.now, random_reference)
    if call.as_json:
        emit(_document(case, ""))
    else:
        say(f"Opened {case.reference}: {case.title}")


def _constituent(tx: "Connection", words: str) -> int:
    """The one person meant. Fails when there is none, or more than one."""
    from mailbridge.store import lookups, people

    name = words.strip()
    if name.isdigit():
        ids = [int(name)] if people.constituent(tx, int(name)) else []
    elif "@" in name:
        ids = sorted(people.ids_by(tx, emails=[name.lower()]))
    else:
        ids = list(lookups.people_named(tx, name))
    if not ids:
        fail(
            ExitCode.USAGE,
            f"Nobody in the register is “{name}”.",
            "No case was opened.",
            "Import them first, or leave --constituent out: the first mail in the case names them.",
            difflib.get_close_matches(name, lookups.all_names(tx), n=3),
        )
    if len(ids) > 1:
        several = people.constituents_by_id(tx, ids[:10])
        fail(
            ExitCode.USAGE,
            f"“{name}” may be any of {len(ids)} people.",
            "No case was opened.",
            "Name one by number: --constituent NUMBER.",
            [f"{each.id}: {each.name}, {each.postcode or 'no postcode'}" for each in several],
        )
    return ids[0]


def _caseworker(tx: "Connection", words: str) -> str:
    """The address of the colleague meant. Fails when there is none."""
    from mailbridge.store import people

    staff = people.all_caseworkers(tx)
    name = words.strip().casefold()
    found = [each.email for each in staff if name in {each.email.casefold(), each.name.casefold()}]
    if not found:
        fail(
            ExitCode.USAGE,
            f"No caseworker is called {words}.",
            "No case was opened.",
            "Import them first: `mailbridge import caseworkers FILE`.",
            [f"{each.email}: {each.name}" for each in staff],
        )
    return found[0]


@app.command()
def close(context: typer.Context, reference: Reference) -> None:
    """Close a case: its folder moves under the closed ones, its letters are chased no more."""
    _set(context, reference, CaseState.CLOSED)


@app.command()
def reopen(context: typer.Context, reference: Reference) -> None:
    """Open a closed case again: its folder moves back, its letters are chased again."""
    _set(context, reference, CaseState.OPEN)


def _set(context: typer.Context, reference: str, to: CaseState) -> None:
    from mailbridge.runners import deskwork

    call = call_of(context)
    with at_desk(call) as desk:
        case = case_called(desk, reference)
        wishes = 0
        if is_change := case.state is not to:
            with desk.store.writing() as tx:
                case, wishes = deskwork.set_case_state(tx, case, to, desk.office, desk.now)
        if call.as_json:
            emit(_document(case, "") | {"changed": is_change, "actions": wishes})
            return
        was = "is now" if is_change else "was already"
        say(f"{case.reference} ({case.title}) {was} {to}.")
        if wishes:
            say(_SOON)


def _document(case: Case, constituent: str) -> dict[str, object]:
    from mailbridge.store.rows import dump

    plain: dict[str, object] = dump(case)
    return plain | ({"constituent": constituent} if constituent else {})
