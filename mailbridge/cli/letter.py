"""`mailbridge letter add|list|answered`."""

import difflib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mailbridge.cli.desk import Desk, at_desk, brief_day, case_called, letter_called, say
from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, fail, table
from mailbridge.domain.casework import CaseState, Channel, LetterState
from mailbridge.domain.people import Organisation, Wait, wait_from
from mailbridge.reminders.workdays import local_day

if TYPE_CHECKING:
    from mailbridge.runners.explaining import LetterAccount

app = commands("Log letters sent otherwise than by mail, list letters, settle doubtful answers.")


class By(StrEnum):
    """How a letter that no mailbox knows of went out."""

    POST = "post"
    PHONE = "phone"
    WEB = "web"


@app.command()
def add(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="CASE", help="The case, like K4T7-29.")],
    *,
    to: Annotated[str, typer.Option(metavar="ORGANISATION", help="Its name, alias or id.")],
    sent: Annotated[str, typer.Option(metavar="DATE", help="Like 2026-11-03 or 3/11/2026.")],
    by: Annotated[By, typer.Option(help="How it went out.")],
    subject: Annotated[str, typer.Option(help="What it is about.")] = "",
    their_ref: Annotated[str, typer.Option(help="Their reference, if they gave one.")] = "",
    wait: Annotated[
        str | None, typer.Option(help="Like “20 working days”; their own promise otherwise.")
    ] = None,
) -> None:
    """Log a letter by post, phone or web form: its clock runs, and it is chased like any other."""
    from mailbridge.runners import deskwork
    from mailbridge.runners.explaining import account_of_letter

    call = call_of(context)
    with at_desk(call) as desk:
        case = case_called(desk, reference)
        if case.state is CaseState.CLOSED:
            fail(
                ExitCode.USAGE,
                f"{case.reference} is closed.",
                "Nothing was done: letters of a closed case are not chased.",
                f"Reopen it first: `mailbridge case reopen {case.reference}`.",
            )
        posted = deskwork.Posted(
            body=_body(desk, to),
            on=_day(desk, sent),
            by=Channel(by),
            subject=" ".join(subject.split()),
            their_reference=their_ref.strip(),
            wait=_wait(wait) if wait is not None else None,
        )
        with desk.store.writing() as tx:
            letter = deskwork.add_letter(tx, case, posted, desk.office, desk.now)
            told = account_of_letter(tx, letter, desk.office)
        if call.as_json:
            emit(_document(told))
            return
        say(f"Letter {letter.id} to {letter.organisation_name}.", *told.counted)


def _day(desk: Desk, words: str) -> date:
    from mailbridge.register.values import day_from

    day = day_from(words)
    if day is None or day > desk.today:
        what = "no date" if day is None else "still to come"
        fail(
            ExitCode.USAGE,
            f"--sent {words} is {what}.",
            "Nothing was done.",
            "Write the day it went out, like 2026-11-03 or 3/11/2026.",
        )
    return day


def _wait(words: str) -> Wait:
    wait = wait_from(words)
    if wait is None:
        fail(
            ExitCode.USAGE,
            f"--wait {words} is no length of time.",
            "Nothing was done.",
            "Write it like “21 days” or “20 working days”.",
        )
    return wait


def _body(desk: Desk, name: str) -> Organisation:
    """The organisation of this id, name, alias or address. Fails with the nearest."""
    from mailbridge.reminders.organisations import organisation_of, unlisted

    bodies = _bodies(desk)
    wanted = " ".join(name.split()).casefold()
    if "@" in wanted:
        return organisation_of(wanted, bodies) or unlisted(wanted)
    called = {
        word.casefold(): body
        for body in reversed(bodies)  # so that the office's own entries, which come first, stay
        for word in (*body.aliases, body.name, body.id)
    }
    if wanted not in called:
        near = difflib.get_close_matches(wanted, called, n=3)
        fail(
            ExitCode.USAGE,
            f"No organisation is called {name}.",
            "Nothing was done.",
            "Name one that is known, give its e-mail address, or enter it with "
            "`mailbridge import organisations FILE`.",
            dict.fromkeys(f"{called[word].name} ({called[word].id})" for word in near),
        )
    return called[wanted]


def _bodies(desk: Desk) -> tuple[Organisation, ...]:
    """The office's own organisations, then those of the rules in force."""
    import json

    from mailbridge.app import rule_texts
    from mailbridge.reminders.organisations import organisations
    from mailbridge.runners.shelf import GOOD
    from mailbridge.store import people, state

    with desk.store.reading() as tx:
        own = people.all_organisations(tx)
        good = state.note(tx, GOOD)
    texts: Mapping[str, str] = (
        json.loads(good.value) if good else rule_texts(desk.settings.rules.dir)
    )
    return (*own, *organisations(texts.get("organisations.toml", "")))


@app.command("list")
def list_letters(
    context: typer.Context,
    *,
    case: Annotated[str | None, typer.Option(help="Only this case's.")] = None,
    awaiting: Annotated[
        bool, typer.Option("--awaiting", help="Only those that await an answer.")
    ] = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only those whose wait has run out.")
    ] = False,
) -> None:
    """List letters to third parties: when they went, and when they are chased."""
    from mailbridge.runners.explaining import account_of_letter
    from mailbridge.store import casework

    call = call_of(context)
    with at_desk(call, only_looks=True) as desk:
        only = case_called(desk, case).reference if case else ""
        with desk.store.reading() as tx:
            wanted = LetterState.AWAITING if awaiting or overdue else None
            told = [
                account_of_letter(tx, letter, desk.office)
                for letter in casework.letters_in(tx, wanted)
                if only in {"", letter.case_reference}
            ]
        if overdue:
            told = [each for each in told if each.due is not None and each.due <= desk.today]
        if call.as_json:
            emit([_document(each) for each in told])
            return
        rows = [
            (
                each.letter.id,
                each.letter.organisation_name,
                each.letter.subject,
                brief_day(local_day(each.letter.sent_at, desk.office.timezone)),
                each.letter.channel,
                _state(each, desk.today),
            )
            for each in told
        ]
    columns = ("number", "to", "about", "sent", "by", "state")
    console().print(table(f"{len(rows)} letter(s)", *columns, rows=rows))


def _state(told: "LetterAccount", today: date) -> str:
    if told.due is None:
        is_chased = told.letter.state is not LetterState.AWAITING
        return str(told.letter.state) if is_chased else "awaiting, not chased"
    when = "overdue since" if told.due <= today else "awaiting; chase due"
    return f"{when} {brief_day(told.due)}"


@app.command()
def answered(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="LETTER", help="Its number, like K4T7-29/1.")],
    *,
    is_not: Annotated[
        bool, typer.Option("--not", help="What came is no answer: the wait goes on.")
    ] = False,
) -> None:
    """Say that a letter was answered, or with --not that what came does not answer it."""
    from mailbridge.runners import deskwork

    call = call_of(context)
    with at_desk(call) as desk:
        letter = letter_called(desk, number)
        with desk.store.writing() as tx:
            letter = deskwork.judge_letter(tx, letter, desk.now, is_answered=not is_not)
    if call.as_json:
        emit({"letter": letter.id, "state": letter.state})
    else:
        verb = "awaits an answer" if is_not else "is answered"
        say(f"Letter {letter.id} to {letter.organisation_name} {verb}.")


def _document(told: "LetterAccount") -> dict[str, object]:
    from mailbridge.store.rows import dump

    letter: dict[str, object] = dump(told.letter)
    came = [dump(answer) for answer in told.answers]
    return letter | {"due": told.due, "counted": told.counted, "answers": came}
