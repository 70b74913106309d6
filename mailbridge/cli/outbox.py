"""`mailbridge outbox list|hold|release|retry|drop`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mailbridge.cli.desk import Desk, at_desk, say
from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, fail, table
from mailbridge.cli.wishes import document, what

if TYPE_CHECKING:
    from mailbridge.store.outbox import State, Wish

app = commands("See what mailbridge is about to do, hold it back, let it go, try again, drop it.")

Numbers = Annotated[list[int], typer.Argument(metavar="NUMBER…", help="As `list` shows them.")]
SomeNumbers = Annotated[
    list[int] | None, typer.Argument(metavar="[NUMBER]…", help="As `list` shows them.")
]
_STATES = ("held", "due", "done", "stopped", "dropped")
_USUAL = ("held", "due", "stopped")


@app.command("list")
def list_wishes(
    context: typer.Context,
    *,
    state: Annotated[
        list[str] | None,
        typer.Option(help=f"One of {', '.join(_STATES)}; may be given again."),
    ] = None,
) -> None:
    """List actions that are held, due or stopped; or those in other states."""
    from mailbridge.store import outbox

    call = call_of(context)
    unknown = [each for each in state or () if each not in _STATES]
    if unknown:
        fail(
            ExitCode.USAGE,
            f"There is no state {', '.join(unknown)}.",
            "Nothing was done.",
            f"Choose from {', '.join(_STATES)}.",
        )
    with at_desk(call, only_looks=True) as desk:
        with desk.store.reading() as tx:
            wishes = outbox.listing(tx, [outbox.State(each) for each in state or _USUAL])
        if call.as_json:
            emit([document(wish) for wish in wishes])
            return
        rows = [
            (wish.seq, wish.state, what(wish.action), wish.words, _how(desk, wish))
            for wish in wishes
        ]
    title = f"{len(rows)} action(s)"
    console().print(table(title, "number", "state", "what", "why", "how it went", rows=rows))


def _how(desk: Desk, wish: "Wish") -> str:
    if wish.settled_at:
        return f"{desk.brief(wish.settled_at)}: {wish.result}".rstrip(": ")
    if wish.last_error:
        return f"{wish.tries} time(s) tried, next {desk.brief(wish.next_try_at)}: {wish.last_error}"
    return f"since {desk.brief(wish.created_at)}"


@app.command()
def hold(context: typer.Context, numbers: Numbers) -> None:
    """Hold back actions that are due, until somebody releases them."""
    from mailbridge.store.outbox import State

    _change(context, numbers, (State.DUE,), State.HELD, "held")


@app.command()
def release(
    context: typer.Context,
    numbers: SomeNumbers = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every one that is held.")] = False,
) -> None:
    """Let held actions go."""
    from mailbridge.store.outbox import State

    _change(context, numbers, (State.HELD,), State.DUE, "released", everything=everything)


@app.command()
def retry(
    context: typer.Context,
    numbers: SomeNumbers = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Every one that stopped or did not work yet.")
    ] = False,
) -> None:
    """Try again, at once, actions that stopped or did not work yet."""
    from mailbridge.store.outbox import State

    states = (State.STOPPED, State.DUE)
    _change(context, numbers, states, State.DUE, "to be tried again", everything=everything)


@app.command()
def drop(context: typer.Context, numbers: Numbers) -> None:
    """Give actions up for good: they are never carried out."""
    from mailbridge.store.outbox import State

    allowed = (State.HELD, State.DUE, State.STOPPED)
    _change(context, numbers, allowed, State.DROPPED, "dropped")


def _change(
    context: typer.Context,
    numbers: Sequence[int] | None,
    allowed: "tuple[State, ...]",
    to: "State",
    done: str,
    *,
    everything: bool = False,
) -> None:
    """All of them or none: a number that is wrong may be a slip of the pen."""
    from mailbridge.store import outbox

    call = call_of(context)
    if bool(numbers) == everything:
        fail(
            ExitCode.USAGE,
            "Name the actions by number, or say --all.",
            "Nothing was changed.",
            "`mailbridge outbox list` shows the numbers.",
        )
    with at_desk(call) as desk, desk.store.writing() as tx:
        named = outbox.listing(tx, allowed) if everything else outbox.wishes(tx, numbers or ())
        known = {wish.seq: wish.state for wish in named}
        wrong = [
            f"{number} is {known.get(number, 'not there')}"
            for number in dict.fromkeys(numbers or ())
            if known.get(number) not in allowed
        ]
        if wrong:
            fail(
                ExitCode.USAGE,
                f"Only actions that are {' or '.join(allowed)} can be {done}.",
                "Nothing was changed.",
                "`mailbridge outbox list` shows what can.",
                wrong,
            )
        outbox.change(tx, list(known), to, desk.now)
    if call.as_json:
        emit({"changed": sorted(known), "state": to})
        return
    say(f"{len(known)} action(s) {done}.")
    if known and to == "due":
        say("The running mailbridge, or the next `mailbridge run`, carries them out.")
