"""`mailbridge undo`: take back what mailbridge did to one mail."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mailbridge.cli.desk import Desk, at_desk, say
from mailbridge.cli.explain import mails
from mailbridge.cli.output import call_of, commands, emit

if TYPE_CHECKING:
    from mailbridge.runners.deskwork import Undone

app = commands()

_AT_ONCE = "Carried out."
_BY_DAEMON = "The running mailbridge carries it out within a minute."
_LATER = "It could not be carried out yet, and is tried again: {}"


@app.command()
def undo(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="MESSAGE-ID", help="Its Message-ID or key.")],
) -> None:
    """Take back what mailbridge did to a mail: its filing, its categories, what it taught."""
    from mailbridge.runners import deskwork

    call = call_of(context)
    with at_desk(call) as desk:
        with desk.store.writing() as tx:
            found = mails(tx, name)
            undone = [deskwork.undo(tx, desk.mailbox, mail, desk.now) for mail in found]
        subjects = {f"mail {mail.key}" for mail in found}
        how = _carry_out(desk, subjects) if any(each.wishes for each in undone) else ""
        if call.as_json:
            emit(
                [
                    {"key": mail.key, "done": each.words, "actions": each.wishes}
                    for mail, each in zip(found, undone, strict=True)
                ]
            )
            return
        for mail, each in zip(found, undone, strict=True):
            _show(desk, mail.subject, mail.at or mail.first_seen_at, each)
        if how:
            say(how)


def _carry_out(desk: Desk, subjects: set[str]) -> str:
    """Carry out what is due, unless a running mailbridge will. What became of these, in words."""
    from mailbridge.app import open_work
    from mailbridge.runners.daemon import Occupied
    from mailbridge.store import outbox

    work = open_work(desk.settings, store=desk.store)
    try:
        work.take_lease()
    except Occupied:
        return _BY_DAEMON
    try:
        work.delivery.run()
    finally:
        work.give_back()
    with desk.store.reading() as tx:
        due = outbox.listing(tx, states=[outbox.State.DUE])
        late = [wish for wish in due if wish.subject in subjects and wish.last_error]
    return _LATER.format(late[-1].last_error) if late else _AT_ONCE


def _show(desk: Desk, subject: str, at: datetime, undone: "Undone") -> None:
    say(f"“{subject}”, {desk.moment(at)}:")
    say(*(f"  {line}" for line in undone.words or ("There was nothing to take back.",)))
