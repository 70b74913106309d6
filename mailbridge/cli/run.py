"""`mailbridge run`: the daemon, or one round of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from mailbridge.cli.desk import Desk, at_desk, say
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

if TYPE_CHECKING:
    from mailbridge.config import Settings
    from mailbridge.runners.daemon import Report, Work
    from mailbridge.store.outbox import Wish

app = commands()


@app.command()
def run(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="With --once: set the clock to 2026-12-01T09:00, the office's time, to rehearse "
            "a day. What it does is done.",
        ),
    ] = None,
) -> None:
    """Read the mailbox, file, tag and chase, until told to stop (SIGTERM or Ctrl-C)."""
    call = call_of(context)
    if at is not None and not once:
        fail(
            ExitCode.USAGE,
            "--at goes with --once only.",
            "Nothing was done: a daemon works by the real clock.",
            "Add --once, or leave --at out.",
        )
    settings = call.settings()
    if once:
        _once(call, _time(at, settings.office.timezone) if at else None)
    else:
        _daemon(settings)


def _time(words: str, zone: str) -> datetime:
    """The moment that these words name; in the office's time where they name no zone."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        fail(
            ExitCode.USAGE,
            f"--at {words} is no date with a time.",
            "Nothing was done.",
            "Write it like 2026-12-01T09:00.",
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _daemon(settings: "Settings") -> None:
    from mailbridge.app import open_work, poll_of, sweep_trigger
    from mailbridge.cli.logs import keep_log
    from mailbridge.runners import daemon

    keep_log(settings.log)
    stop = daemon.stop_on_signals()
    work = open_work(settings)
    try:
        with rules_told(), alone(settings.mailbox.name):
            work.intake.shelf.rules()  # fails where there were never any sound ones
            daemon.run(work, poll_of(settings), sweep_trigger(settings), stop)
    finally:
        work.store.close()


@contextmanager
def alone(mailbox: str) -> Iterator[None]:
    """Say plainly that another mailbridge is at work."""
    from mailbridge.runners.daemon import Occupied

    try:
        yield
    except Occupied as other:
        raise Failed(
            ExitCode.OUT_OF_REACH,
            f"Another mailbridge is at work on the mailbox “{mailbox}”: {other}.",
            "Nothing was done: two at once could do things twice.",
            "Let that one do it, or stop it first. `mailbridge status` shows it.",
        ) from other


@contextmanager
def rules_told() -> Iterator[None]:
    """Say plainly that the rules are broken and that there are no older ones to go by."""
    from mailbridge.domain.rules import RulesBroken

    try:
        yield
    except RulesBroken as broken:
        raise Failed(
            ExitCode.CONFIG,
            "The rule files have mistakes.",
            "Nothing was done: there are no older rules that were sound.",
            "Mend them, then run the command again.",
            broken.problems,
        ) from broken


@dataclass(frozen=True, slots=True)
class Counts:
    """What one round did. Mails are counted, but for `done`, `held` and `stopped`: actions."""

    read: int
    changed: int  # known mails in a second copy, or that people moved or tagged
    filed: int
    asked: int  # carry Who?, Which case? or Check sender now
    tagged: int
    set_aside: int
    done: int
    held: int
    stopped: int
    waiting: int  # due, and not done yet


def _once(call: Call, at: datetime | None) -> None:
    from mailbridge.app import open_work
    from mailbridge.runners.clock import standing_clock, system_clock
    from mailbridge.runners.standing import troubles
    from mailbridge.store import lookups, outbox, state

    clock = standing_clock(at) if at else system_clock
    with at_desk(call) as desk, progress(call) as seen:
        work = open_work(desk.settings, clock, store=desk.store, on_progress=seen)
        with desk.store.reading() as tx:
            last = lookups.last_wish(tx)
            open_before = [wish.seq for wish in outbox.listing(tx, states=outbox.OPEN)]
        with rules_told(), alone(desk.mailbox):
            work.intake.shelf.rules()  # likewise
            report = _one_round(work)
        with desk.store.reading() as tx:
            wishes = (*outbox.wishes(tx, open_before), *outbox.listing(tx, after=last))
            aside, notes = state.set_aside_list(tx), troubles(tx)
        counts = _counts(report, wishes, last)
    is_guarded = bool(counts.held) and not desk.office.holds_effects
    needs_person = bool(notes or aside or is_guarded)
    if call.as_json:
        emit(
            asdict(counts)
            | {
                "trouble": report.trouble,
                "problems": [asdict(each) for each in notes],
                "set_aside_in_all": len(aside),
                "needs_person": needs_person,
            }
        )
    else:
        _show(desk, counts, at)
        say(*(f"{each.words[0].upper()}{each.words[1:]}" for each in notes))
        if aside:
            say(f"{len(aside)} mail(s) could not be understood and wait: `mailbridge review`.")
        if is_guarded:
            say("So many actions at once are held: see `mailbridge outbox list --state held`.")
    if needs_person:
        raise typer.Exit(ExitCode.PERSON)


def _one_round(work: "Work") -> "Report":
    work.take_lease()
    try:
        return work.round()
    finally:
        work.give_back()


def _counts(report: "Report", wishes: "tuple[Wish, ...]", last: int) -> Counts:
    from mailbridge.domain.action import AddTags, FileMessage
    from mailbridge.planning.words import OWN, QUESTIONS
    from mailbridge.store.outbox import State

    states = [wish.state for wish in wishes]
    mails: dict[str, set[str]] = {"filed": set(), "asked": set(), "tagged": set()}
    for wish in wishes:
        match wish.action:
            case FileMessage(message=key) if wish.state is State.DONE:
                mails["filed"].add(key)
            case AddTags(message=key, tags=tags) if wish.seq > last and set(tags) & set(QUESTIONS):
                mails["asked"].add(key)
            case AddTags(message=key, tags=tags) if wish.seq > last and not set(tags) & set(OWN):
                mails["tagged"].add(key)
            case _:
                pass
    return Counts(
        read=report.tally.read,
        changed=report.tally.changed,
        filed=len(mails["filed"]),
        asked=len(mails["asked"]),
        tagged=len(mails["tagged"]),
        set_aside=report.tally.set_aside,
        done=states.count(State.DONE),
        held=states.count(State.HELD),
        stopped=states.count(State.STOPPED),
        waiting=states.count(State.DUE),
    )


def _show(desk: Desk, counts: Counts, at: datetime | None) -> None:
    rows = [
        ("mails read", counts.read),
        ("seen again, or changed by people", counts.changed),
        ("filed", counts.filed),
        ("asked about", counts.asked),
        ("tagged", counts.tagged),
        ("set aside", counts.set_aside),
        ("actions done", counts.done),
        ("actions held", counts.held),
        ("actions stopped", counts.stopped),
        ("actions still due", counts.waiting),
    ]
    say(f"One round, {desk.moment(at or desk.now)}:")
    console().print(table("", "what", "how many", rows=rows))


@contextmanager
def progress(call: Call) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left, on standard error, once there is much to read; none for programs
    and log files."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    screen = Console(stderr=True)
    with Progress(
        TextColumn("Reading mail"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeLeft(),
        console=screen,
        transient=True,
        disable=call.as_json or not screen.is_terminal,
    ) as bar:
        task = bar.add_task("", total=None, visible=False)

        def seen(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, visible=True)

        yield seen
