"""`mailbridge status`: how mailbridge and its work stand."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from mailbridge.cli.desk import Desk, at_desk, listed, say
from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, table

if TYPE_CHECKING:
    from mailbridge.runners.standing import Standing

app = commands()


@app.command()
def status(context: typer.Context) -> None:
    """Tell how everything stands, also while mailbridge runs. Ends with 1 if somebody is needed."""
    from mailbridge.runners.standing import standing

    call = call_of(context)
    with at_desk(call, only_looks=True) as desk:
        with desk.store.reading() as tx:
            now = standing(tx, desk.mailbox, desk.office, desk.now)
        unreachable = tuple(_unreachable(desk))
        if call.as_json:
            emit(
                asdict(now)
                | {
                    "errors": [{"seq": each.seq, "error": each.last_error} for each in now.errors],
                    "unreachable": unreachable,
                    "needs_person": now.needs_person or bool(unreachable),
                }
            )
        else:
            _show(desk, now, unreachable)
        if now.needs_person or unreachable:
            raise typer.Exit(ExitCode.PERSON)


def _unreachable(desk: Desk) -> Iterator[str]:
    """Why the mailbox, the task lists or the calendar cannot be read, if they cannot."""
    from mailbridge.app import edges_of
    from mailbridge.domain.errors import EdgeError
    from mailbridge.store import state

    edges = edges_of(desk.settings)
    with desk.store.reading() as tx:
        mail = state.cursor(tx, f"mailbox {edges.mailbox.name}")
        tasks = state.cursor(tx, f"tasks {edges.tasks.name}")
    looks: tuple[Callable[[], object], ...] = (
        lambda: edges.mailbox.changes(mail),
        lambda: edges.tasks.changes(tasks),
        lambda: edges.calendar and edges.calendar.find_appointment("status"),
    )
    for look in looks:
        try:
            look()
        except EdgeError as error:
            yield str(error)


def _show(desk: Desk, now: "Standing", unreachable: tuple[str, ...]) -> None:
    actions = ", ".join(f"{count} {state}" for state, count in now.actions.items() if count)
    rows = [
        ("mail read up to", desk.moment(now.read_until) if now.read_until else "not read yet"),
        ("at work now", now.worker or "nobody: start `mailbridge run`"),
        ("mails known", now.messages),
        ("cases", ", ".join(f"{count} {state}" for state, count in now.cases.items())),
        ("letters awaiting an answer", now.awaiting),
        ("of those overdue", now.overdue),
        ("tasks open", now.open_tasks),
        ("actions", actions or "none"),
        ("mail set aside", now.set_aside),
        ("rules found sound", desk.moment(now.rules_since) if now.rules_since else "not read yet"),
    ]
    if now.oldest_due:
        rows.append(("oldest action still due", desk.moment(now.oldest_due)))
    say(f"{desk.office.name}, {desk.moment(desk.now)}:")
    console().print(table("", "what", "", rows=rows))
    listed("Actions that did not work yet:", (f"{e.seq}: {e.last_error}" for e in now.errors))
    listed("Out of reach:", unreachable)
    listed("Needs a person:", _needs(now))


def _needs(now: "Standing") -> Iterator[str]:
    yield from (each.words for each in now.troubles)
    if now.set_aside:
        yield f"{now.set_aside} mail(s) could not be understood: `mailbridge review`"
    if now.held:
        yield f"{now.held} action(s) are held: `mailbridge outbox list --state held`"
