"""What the demo shows: a line a day, what it came to beside the truth, where to look, one story."""

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table

from mailbridge.demo.cast import MP, OPENED
from mailbridge.demo.days import Day
from mailbridge.demo.mails import LONDON
from mailbridge.demo.office import CONFIG, DemoOffice
from mailbridge.demo.story import Happening, story_of
from mailbridge.demo.truth import Truth
from mailbridge.planning.words import QUESTIONS
from mailbridge.register import Kind
from mailbridge.reminders.workdays import Workdays
from mailbridge.store import casework

_WORDS = {
    "read": "read",
    "filed": "filed",
    "asked": "asked about",
    "tagged": "tagged",
    "chased": "chased",
    "answered": "answered",
    "task ended": "closed",
}


def opening(screen: Console, folder: Path, imported: dict[Kind, int]) -> None:
    """Who the office is, and where it lies."""
    lists = ", ".join(f"{number} {kind}" for kind, number in imported.items())
    screen.print(f"[bold]The office of {MP} MP[/], made up, in {escape(_near(folder))}")
    screen.print(f"Imported from its lists: {lists}.\n", highlight=False)


def day_line(screen: Console, lived: Day) -> None:
    """What one day came to; nothing for a day without any mail."""
    said = [f"{lived.counts[name]} {words}" for name, words in _WORDS.items() if lived.counts[name]]
    if said:
        screen.print(f"{_short(lived.day):<10} {' · '.join(said)}", highlight=False)
    if lived.was_cut:
        screen.print(
            f"{'':<10} [yellow]the power failed in mid-round; mailbridge was started again[/]",
            highlight=False,
        )
    if lived.counts["alarmed"]:
        screen.print(
            f"{'':<10} [yellow]a broken mail was set aside, and a task says so[/]", highlight=False
        )


def results(screen: Console, truth: Truth, until: date) -> None:
    """What was done beside what is true."""
    made = Table("", "done", "right", "left to a person", "wrong", title_justify="left",
                 title="What mailbridge did, held against the truth of every mail",
                 title_style="bold")  # fmt: skip
    for column in made.columns[1:]:
        column.justify = "right"
    for row in _rows(truth, until):
        made.add_row(*map(str, row))
    screen.print()
    screen.print(made)
    kept = Table.grid(padding=(0, 2))
    for words, number in _kept(truth):
        kept.add_row(str(number), words)
    screen.print(Padding(kept, (1, 0, 0, 1)))


_Row = tuple[str, int, int, int, int]


def _rows(truth: Truth, until: date) -> Iterator[_Row]:
    filings, answers = truth.filings, truth.answers
    filed = filings["right"] + filings["wrong"]
    left = filings["by hand"] + filings["abstained"]
    yield "mails filed under their case", filed, filings["right"], left, filings["wrong"]
    asked = [fate for fate in truth.fates if fate.asked]
    right = sum(fate.asked == {fate.mail.asks} for fate in asked)
    yield "questions put on mails", len(asked), right, 0, len(asked) - right
    judged = answers["right"] + answers["wrong"]
    yield (
        "answers to letters judged",
        judged,
        answers["right"],
        answers["abstained"],
        answers["wrong"],
    )
    false, missed = truth.false_chases, truth.missed_chases(until)
    chased = len(truth.chases)
    yield (
        "letters chased, each on its day",
        chased,
        chased - len(false),
        0,
        len(false) + len(missed),
    )


def _kept(truth: Truth) -> Iterator[tuple[str, int]]:
    fates = truth.fates
    asked = Counter(question for fate in fates for question in fate.asked)
    kinds = Counter(kind for fate in fates for kind in fate.answers)
    ends = Counter(one.ends for one in truth.chases)
    lost, doubled = len(truth.lost), len(truth.doubled)
    yield f"mails came and went: {lost or 'none'} lost, {doubled or 'none'} doubled", len(fates)
    reviewed = ", ".join(f"{asked[each]} {each}" for each in QUESTIONS)
    yield f"put up for review: {reviewed}", asked.total()
    yield "placed by a caseworker, which taught something", truth.filings["by hand"]
    yield "of no case, and filed nowhere", truth.filings["left"]
    yield "with tags, put on or suggested", sum(bool(fate.tags) for fate in fates)
    judged = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    yield f"came back to letters: {judged}", kinds.total()
    stand = f"{ends['open']} open, {ends['done']} done, {ends['deleted']} deleted by a caseworker"
    yield f"chases: {stand}", len(truth.chases)


def where_to_look(screen: Console, office: DemoOffice, truth: Truth, until: date) -> None:
    """Paths, and commands that are ready to run."""
    command = _command()
    config = _near(office.folder / CONFIG)
    answer = next((fate.mail for fate in truth.fates if fate.mail.id == "pryce.answer"), None)
    mail = answer or truth.fates[0].mail
    shown = Table.grid(padding=(0, 2))
    for words, place in (
        ("The mailbox", office.mail),
        ("The task lists", office.tasks),
        ("The calendar, with each week's review", office.settings.calendar.path),
        ("The lists that were imported", office.folder / "lists"),
    ):
        shown.add_row(words, escape(_near(place)))
    screen.print("\n[bold]Where to look[/]")
    screen.print(Padding(shown, (0, 0, 1, 1)), highlight=False)
    for words, rest in (
        ("Why a mail was filed and judged as it was", f"explain '{mail.message_id}'"),
        ("What waits for a person", "review"),
        ("How everything stands", "status"),
        ("Live one day more", f"run --once --at {Workdays().add(until, 1)}T09:00"),
    ):
        screen.print(f" {words}:", highlight=False)
        line = f"   {command} --config {config} {rest}"
        screen.print(line, highlight=False, markup=False, soft_wrap=True)


def one_story(screen: Console, office: DemoOffice, key: str = "pryce") -> None:
    """One case from its first mail to its last, as the store remembers it."""
    reference = office.references().get(key)
    with office.store.reading() as tx:
        case = casework.case(tx, reference) if reference else None
        if case is None:
            return
        told = story_of(tx, case, office.settings.mailbox.name, office.settings.office_policy())
    screen.print(f"\n[bold]One case: {escape(OPENED[key])} ({case.reference})[/]")
    screen.print("What people did is told at the round in which mailbridge saw it.\n", style="dim")
    for each in told:
        screen.print(_happening(each))


def _happening(each: Happening) -> Group:
    """One line of the story; what mailbridge did stands below it."""
    at = each.at.astimezone(LONDON)
    row = Table.grid(padding=(0, 1))
    row.add_column(width=16, no_wrap=True)
    row.add_column(ratio=1)
    row.add_row(f"[cyan]{_short(at.date())} {at:%H:%M}[/]", escape(each.what))
    for did in each.did:
        row.add_row("", f"[dim]→ {escape(did)}[/]")
    heading, text = each.paper
    if not text:
        return Group(row)
    panel = Panel(escape(text.strip()), title=escape(heading), title_align="left", style="dim")
    return Group(row, Padding(panel, (0, 0, 0, 17)))


def _short(day: date) -> str:
    """A date as people say it: "Mon 2 Nov"."""
    return f"{day:%a} {day.day} {day:%b}"


def _near(path: Path) -> str:
    """A path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _command() -> str:
    """How mailbridge is called here: by its name where the shell finds it, else by its path."""
    if shutil.which("mailbridge"):
        return "mailbridge"
    return _near(Path(sys.argv[0]).absolute())
