"""`mailbridge review`: what waits for a person."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mailbridge.cli.desk import Desk, at_desk, listed, say
from mailbridge.cli.output import ExitCode, call_of, commands, emit, fail
from mailbridge.cli.wishes import document, what

if TYPE_CHECKING:
    from mailbridge.runners.waiting import Asked, Candidate, Waiting

app = commands()

MOST_SHOWN = 50  # of one kind; --json has all of them


@app.command()
def review(
    context: typer.Context,
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="[ID]…", help="With --seen: which ones; all of them otherwise."),
    ] = None,
    *,
    seen: Annotated[
        bool, typer.Option("--seen", help="You have read the mail that was set aside.")
    ] = False,
) -> None:
    """Show what waits for a person. Ends with 1 if anything does."""
    call = call_of(context)
    if numbers and not seen:
        fail(
            ExitCode.USAGE,
            "Numbers go with --seen only.",
            "Nothing was done.",
            "Run `mailbridge review --seen ID…`, or leave the numbers out.",
        )
    if seen:
        with at_desk(call) as desk:
            resolved = _resolve(desk, numbers or [])
        if call.as_json:
            emit({"seen": resolved})
        else:
            say(f"{len(resolved)} mail(s) marked as seen. They lie where they arrived.")
        return
    from mailbridge.runners.waiting import waiting

    with at_desk(call, only_looks=True) as desk:
        with desk.store.reading() as tx:
            found = waiting(tx, desk.mailbox)
        if call.as_json:
            emit(
                asdict(found)
                | {
                    "held": [document(wish) for wish in found.held],
                    "stopped": [document(wish) for wish in found.stopped],
                    "needs_person": found.needs_person,
                }
            )
        else:
            _show(desk, found)
    if found.needs_person:
        raise typer.Exit(ExitCode.PERSON)


def _resolve(desk: Desk, numbers: list[int]) -> list[int]:
    from mailbridge.store import state

    with desk.store.writing() as tx:
        known = [each.id for each in state.set_aside_list(tx)]
        unknown = [str(number) for number in numbers if number not in known]
        if unknown:
            fail(
                ExitCode.USAGE,
                f"No mail is set aside under {', '.join(unknown)}.",
                "Nothing was changed.",
                "`mailbridge review` shows the numbers.",
            )
        chosen = numbers or known
        state.resolve(tx, chosen, desk.now)
    return chosen


def _show(desk: Desk, found: "Waiting") -> None:
    if not found.needs_person:
        say("Nothing waits for a person.")
    listed("Something is wrong:", (each.words for each in found.troubles))
    listed(
        "Could not be understood; `mailbridge review --seen ID` once you have read it:",
        (
            f"{each.id}: in {each.folder}, {desk.moment(each.at)}: {each.words} ({each.code})"
            for each in found.set_aside
        ),
    )
    listed("Whose, or which case? Move it into the case's folder in Outlook:", _asked(desk, found))
    listed(
        "Does it answer? `mailbridge letter answered NUMBER`, or with --not:",
        (
            f"{each.letter_id} to {each.organisation}: “{each.subject}”, "
            f"{desk.moment(each.answer.received_at)}: {each.answer.words}"
            for each in found.doubtful
        ),
    )
    listed(
        "Suggested; add the category without its “?”, or take it off:",
        _some(
            f"{each.tag}? on “{each.subject}” ({each.source}: {each.words})"
            for each in found.suggestions
        ),
    )
    listed(
        "Held; `mailbridge outbox release NUMBER`, or drop it:",
        _some(f"{wish.seq}: {what(wish.action)} ({wish.words})" for wish in found.held),
    )
    listed(
        "Stopped, for your knowledge; `mailbridge outbox drop NUMBER` clears it from here:",
        (f"{wish.seq}: {what(wish.action)}: {wish.result}" for wish in found.stopped),
    )


def _some(lines: Iterable[str]) -> Iterator[str]:
    """The first ones, and how many more there are."""
    every = list(lines)
    yield from every[:MOST_SHOWN]
    if len(every) > MOST_SHOWN:
        yield _more(len(every) - MOST_SHOWN)


def _more(count: int) -> str:
    return f"… and {count:,} more: `mailbridge --json review` tells them all"


def _asked(desk: Desk, found: "Waiting") -> Iterator[str]:
    if len(found.asked) > MOST_SHOWN:
        yield f"The newest of {len(found.asked):,}; {_more(len(found.asked) - MOST_SHOWN)[2:]}"
    for each in found.asked[-MOST_SHOWN:]:
        yield f"{', '.join(each.questions)}: “{each.subject}” from {each.sender}"
        yield f"    {desk.moment(each.since)}, in {each.folder or 'no folder we know'}"
        yield from (f"    {words}" for words in _why(each))
        yield f"    mailbridge explain {each.message_id or each.key}"


def _why(each: "Asked") -> Iterator[str]:
    yield from each.why
    yield from _perhaps("perhaps from", each.people)
    yield from _perhaps("perhaps about", each.cases)


def _perhaps(what: str, candidates: "Iterable[Candidate]") -> Iterator[str]:
    yield from (f"{what} {each.name}: {each.words}" for each in candidates)
