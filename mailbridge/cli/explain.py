"""`mailbridge explain`: why mailbridge did what it did, in plain words."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from mailbridge.cli.desk import Desk, at_desk, listed, say
from mailbridge.cli.output import ExitCode, call_of, commands, emit, fail
from mailbridge.cli.stories import say_case
from mailbridge.cli.wishes import what
from mailbridge.reminders.wording import spoken

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailbridge.domain.casework import Answer
    from mailbridge.runners.explaining import LetterAccount, MailAccount, Piece, TaskAccount
    from mailbridge.store.casework import TaskRow
    from mailbridge.store.messages import KnownMessage
    from mailbridge.store.outbox import Wish
    from mailbridge.store.state import Entry

app = commands()


@app.command()
def explain(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="WHAT", help="A Message-ID or key, a task's key, a letter's number, a case."
        ),
    ],
) -> None:
    """Tell why: all evidence, rules and actions of a mail, or how a task came about."""
    from mailbridge.runners import explaining
    from mailbridge.store import casework
    from mailbridge.store.rows import dump

    call = call_of(context)
    with at_desk(call, only_looks=True) as desk, desk.store.reading() as tx:
        key = name.strip()
        row = casework.task_row(tx, key) or casework.task_row(tx, key.upper())
        letter = casework.letter(tx, row.letter_id if row and row.letter_id else key.upper())
        case = casework.case(tx, key.upper())
        if letter is not None:
            told = explaining.account_of_letter(tx, letter, desk.office)
            emit(dump(told)) if call.as_json else _letter(desk, told)
        elif row is not None:
            task = explaining.account_of_task(tx, row)
            emit(dump(task)) if call.as_json else _task(desk, task)
        elif case is not None:
            story = explaining.account_of_case(tx, case, desk.office)
            emit(dump(story)) if call.as_json else say_case(desk, story)
        else:
            accounts = [
                explaining.account_of_mail(tx, desk.mailbox, mail) for mail in mails(tx, key)
            ]
            if call.as_json:
                emit([dump(each) for each in accounts])
                return
            if len(accounts) > 1:
                say(f"{len(accounts)} mails share this Message-ID:")
            for each in accounts:
                _mail(desk, each)


def mails(tx: "Connection", name: str) -> "tuple[KnownMessage, ...]":
    """The mails of this Message-ID or key. Fails with near ones."""
    import difflib

    from mailbridge.runners.explaining import mails_called
    from mailbridge.store import lookups

    found = mails_called(tx, name)
    if not found:
        bare = name.strip(" <>")
        near = lookups.near_messages(tx, bare) or difflib.get_close_matches(
            bare, lookups.recent_message_ids(tx)
        )
        fail(
            ExitCode.USAGE,
            f"mailbridge knows nothing called {name}.",
            "It is no Message-ID, key, task, letter or case on record; mail that has not been read "
            "yet is not either.",
            "Copy the Message-ID from the mail's headers, or look into `mailbridge review`.",
            [f"near: {each}" for each in near],
        )
    return found


def _mail(desk: Desk, told: "MailAccount") -> None:
    from mailbridge.runners.waiting import sender_of

    mail = told.mail
    say(
        "",
        f"“{mail.subject}”",
        f"  {mail.direction} mail from {sender_of(mail)} to {', '.join(mail.recipients) or '—'}",
        f"  {desk.moment(mail.at)}; first seen in {mail.first_folder}, "
        f"{desk.moment(mail.first_seen_at)}",
        f"  Message-ID {mail.message_id or '(none)'}, key {mail.key}",
    )
    if mail.automatic != "no":
        say(f"  No person typed it: {mail.automatic}.")
    listed("What was odd about it:", (f"{o['words']} ({o['code']})" for o in _oddities(mail)))
    listed("Attachments:", _attachments(mail))
    listed("Set aside:", told.set_aside)
    places = (f"{copy.folder}{_with(copy.tags)}" for copy in told.places)
    listed("Lies in:", places if told.places else ["no folder that we look into"])
    _whose(desk, told)
    listed(
        "Tags:",
        (
            f"{each.tag}: {each.state}, by {each.source}"
            + (f": {each.words}" if each.words else "")
            for each in told.suggestions
        ),
    )
    listed(
        "Letters it started:",
        (f"{each.id} to {each.organisation_name}: {each.state}" for each in told.letters),
    )
    listed("Answers:", (f"letter {each.letter_id}: {_judged(each)}" for each in told.answers))
    _actions(desk, told.actions)
    _journal(desk, told.journal)


def _oddities(mail: "KnownMessage") -> list[dict[str, str]]:
    return list(mail.details.get("oddities", ()))


def _attachments(mail: "KnownMessage") -> Iterator[str]:
    for each in mail.details.get("attachments", ()):
        note = f"; not read: {each['note']}" if each["note"] else ""
        yield f"{each['filename'] or '(no name)'}, {each['type']}, {each['size']:,} bytes{note}"


def _with(tags: Iterable[str]) -> str:
    return f", with {', '.join(sorted(tags))}" if tags else ""


def _whose(desk: Desk, told: "MailAccount") -> None:
    decision = told.decision
    if decision is None:
        return
    by = "a person" if decision.by_person else "mailbridge"
    say("", f"Decided by {by}, {desk.moment(decision.decided_at)}:")
    if decision.is_suspect:
        say("  Our own mail server says that the sender is not who they claim.")
    for question, outcome, answer, about in (
        ("Who", decision.person_outcome, told.person, "person"),
        ("Which case", decision.case_outcome, told.case, "case"),
        ("What else", "", "", "decision"),
    ):
        pieces = [each for each in told.pieces if each.about == about]
        if outcome or pieces:
            say(f"  {question}: {answer or outcome}".rstrip(": "))
        say(*(f"    {line}" for line in _pieces(pieces)))


def _pieces(pieces: "Iterable[Piece]") -> Iterator[str]:
    for each in pieces:
        if not each.is_evidence:
            yield f"· {each.words} ({each.code})"
        else:
            side = "for" if each.weight >= 0 else "against"
            yield f"{side} {each.to}: {each.words} ({each.code}, {each.weight:+g})"


def _judged(answer: "Answer") -> str:
    promise = f", promised by {spoken(answer.promised_on)}" if answer.promised_on else ""
    words = f": “{answer.words}”" if answer.words else ""
    return f"{answer.kind}{promise}{words} ({answer.code})"


def _actions(desk: Desk, actions: "Iterable[Wish]") -> None:
    listed(
        "Actions:",
        (
            f"{wish.seq}: {what(wish.action)}: {_ended(desk, wish)}, because {wish.words} "
            f"({', '.join(wish.reason_codes)})"
            for wish in actions
        ),
    )


def _ended(desk: Desk, wish: "Wish") -> str:
    when = desk.moment(wish.settled_at or wish.created_at)
    more = wish.result if wish.state == "stopped" else wish.last_error
    return f"{wish.state} {when}" + (f" ({more})" if more else "")


def _journal(desk: Desk, entries: "Iterable[Entry]") -> None:
    listed("What happened:", (f"{desk.moment(e.at)}: {e.words} ({e.code})" for e in entries))


def _letter(desk: Desk, told: "LetterAccount") -> None:
    letter = told.letter
    say(
        "",
        f"Letter {letter.id} to {letter.organisation_name}, by {letter.channel}: {letter.state}",
        f"  {letter.subject or '(no subject)'}",
    )
    if letter.message_id:
        say(f"  mailbridge explain {letter.message_id}")
    listed("When it is chased:", told.counted)
    came = (f"{desk.day(e.received_at)}: {_judged(e)}" for e in told.answers)
    listed("What came since:", came if told.answers else ["nothing"])
    listed("Its tasks:", (line for row in told.tasks for line in _row(row)))
    _actions(desk, told.actions)
    _journal(desk, told.journal)


def _row(row: "TaskRow") -> Iterator[str]:
    task = row.now or row.written
    how = "deleted by a person" if row.was_deleted else "open" if row.is_open else "ended"
    yield f"{row.key}: “{task.title}”, due {spoken(task.due)}: {how}"
    if row.now is not None and row.now.due != row.written.due:
        yield f"    a person moved it from {spoken(row.written.due)}"
    if row.now is not None and row.now.title != row.written.title:
        yield f"    a person renamed it; it was “{row.written.title}”"


def _task(desk: Desk, told: "TaskAccount") -> None:
    task = told.task.now or told.task.written
    say("", *_row(told.task), "", *(f"  {line}" for line in task.body.splitlines()))
    _actions(desk, told.actions)
    _journal(desk, told.journal)
