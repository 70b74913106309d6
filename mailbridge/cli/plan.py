"""`mailbridge plan`: what a round would do, without doing it."""

from collections import Counter
from typing import TYPE_CHECKING

import typer

from mailbridge.cli.desk import Desk, at_desk, say
from mailbridge.cli.output import call_of, commands, console, emit, table
from mailbridge.cli.run import progress, rules_told

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailbridge.store.outbox import Wish

app = commands()


@app.command()
def plan(context: typer.Context) -> None:
    """Show what would be done now, and touch nothing: no mail, no task, no record."""
    call = call_of(context)
    with at_desk(call, only_looks=True) as desk, progress(call) as seen:
        from mailbridge.app import open_work
        from mailbridge.runners.clock import standing_clock
        from mailbridge.store import lookups, outbox

        with desk.store.reading() as tx:
            last = lookups.last_wish(tx)
            before = len(outbox.listing(tx, states=[outbox.State.DUE]))
        with rules_told(), desk.store.rehearsing() as rehearsal:
            clock = standing_clock(desk.now)
            work = open_work(desk.settings, clock, store=rehearsal, on_progress=seen)
            tally = work.intake.run_once()
            work.reminding.run_once()
            if work.weekly is not None:
                work.weekly()
            with rehearsal.reading() as tx:
                wishes = outbox.listing(tx, after=last)
                about = _subjects(tx, wishes)
        kinds = Counter(wish.kind for wish in wishes)
        if call.as_json:
            emit(
                {
                    "read": tally.read,
                    "changed": tally.changed,
                    "set_aside": tally.set_aside,
                    "due_already": before,
                    "counts": kinds,
                    "actions": [_document(wish, about) for wish in wishes],
                }
            )
            return
        _show(desk, wishes, about)
        say(
            f"{tally.read} new mail(s) and {tally.changed} changed would be read, "
            f"{tally.set_aside} set aside, {len(wishes)} action(s) planned. "
            "Nothing was touched.",
        )
        if before:
            say(f"{before} action(s) of earlier rounds are still due besides.")


def _subjects(tx: "Connection", wishes: "tuple[Wish, ...]") -> dict[str, str]:
    """What the mails and tasks are called that these wishes are about."""
    from mailbridge.domain.action import OpenTask
    from mailbridge.store import messages

    keys = [wish.subject.removeprefix("mail ") for wish in wishes]
    names = {f"mail {mail.key}": mail.subject for mail in messages.messages_by(tx, keys=keys)}
    opened = [wish.action.task for wish in wishes if isinstance(wish.action, OpenTask)]
    return names | {f"task {task.key}": task.title for task in opened}


def _document(wish: "Wish", about: dict[str, str]) -> dict[str, object]:
    from mailbridge.store.rows import dump

    return {
        "kind": wish.kind,
        "subject": wish.subject,
        "about": about.get(wish.subject, ""),
        "action": dump(wish.action),
        "reason_codes": wish.reason_codes,
        "why": wish.words,
        "state": wish.state,
    }


def _show(desk: Desk, wishes: "tuple[Wish, ...]", about: dict[str, str]) -> None:
    from mailbridge.cli.wishes import what

    rows = [
        (about.get(wish.subject, wish.subject), what(wish.action), wish.words) for wish in wishes
    ]
    if rows:
        title = f"What would be done, {desk.moment(desk.now)}"
        console().print(table(title, "mail or task", "what", "why", rows=rows))
