"""What the commands that open the office's books share: settings, store, the present, plain lines
and dates as people say them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbridge.cli.output import Call, ExitCode, console, fail
from mailbridge.domain.office import Office
from mailbridge.reminders.wording import spoken

if TYPE_CHECKING:
    from mailbridge.config import Settings
    from mailbridge.domain.casework import Case, Letter
    from mailbridge.store.engine import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """One command's facts. `now` is aware and the same throughout the command."""

    call: Call
    settings: "Settings"
    office: Office
    store: "Store"
    now: datetime

    @property
    def mailbox(self) -> str:
        """The mailbox's name in our records."""
        return self.settings.mailbox.name

    @property
    def today(self) -> date:
        """The office's day."""
        return self.now.astimezone(ZoneInfo(self.office.timezone)).date()

    def moment(self, at: datetime | None) -> str:
        """A time as people of this office say it; an em dash for none."""
        if at is None:
            return "—"
        local = at.astimezone(ZoneInfo(self.office.timezone))
        return f"{spoken(local.date())}, {local:%H:%M}"

    def brief(self, at: datetime | None) -> str:
        """The same in a table's cell: "3 Nov 2026, 09:02"."""
        if at is None:
            return "—"
        local = at.astimezone(ZoneInfo(self.office.timezone))
        return f"{local.day} {local:%b %Y, %H:%M}"

    def day(self, at: datetime) -> str:
        """Its day in the office's time, as people say it."""
        return spoken(at.astimezone(ZoneInfo(self.office.timezone)).date())


@contextmanager
def at_desk(call: Call, *, only_looks: bool = False) -> Iterator[Desk]:
    """Open the books, and close them. Raises Failed or StoreUnavailable, which main explains.

    Whoever only looks before there is a database looks at an empty one, which is not kept.
    """
    from mailbridge.cli.logs import keep_quiet
    from mailbridge.store.engine import open_store

    settings = call.settings()
    keep_quiet(settings.log, verbose=call.verbose)
    url = settings.store.url
    is_absent = url.startswith("sqlite") and not Path(url.partition(":///")[2]).exists()
    store = open_store("sqlite:///:memory:" if only_looks and is_absent else url)
    try:
        yield Desk(call, settings, settings.office_policy(), store, datetime.now(UTC))
    finally:
        store.close()


def say(*lines: str) -> None:
    """Print lines to standard output as they are: text of mail is never taken for markup."""
    screen = console()
    for line in lines:
        screen.print(line, markup=False, soft_wrap=True, highlight=False)


def listed(title: str, lines: Iterable[str]) -> None:
    """A heading with lines below it; nothing at all when there are none."""
    rows = list(lines)
    if rows:
        say("", title, *(f"  {line}" for line in rows))


def brief_day(day: date | None) -> str:
    """A date in a table's cell: "3 Nov 2026"; an em dash for none.

    >>> brief_day(date(2026, 11, 3)), brief_day(None)
    ('3 Nov 2026', '—')
    """
    return f"{day.day} {day:%b %Y}" if day else "—"


def case_called(desk: Desk, name: str) -> "Case":
    """The case of this reference, in any spelling people use. Fails with near ones."""
    import difflib

    from mailbridge.domain.reference import find_references
    from mailbridge.store import casework

    found = find_references(name.upper())
    with desk.store.reading() as tx:
        case = casework.case(tx, found[0] if found else name.strip().upper())
        known = {} if case else {each.reference: each.title for each in casework.all_cases(tx)}
    if case is None:
        near = difflib.get_close_matches(name.strip().upper(), known, n=3, cutoff=0.5)
        fail(
            ExitCode.USAGE,
            f"There is no case {name}.",
            "Nothing was done.",
            "Look it up with `mailbridge case list --all`.",
            [f"{reference}: {known[reference]}" for reference in near],
        )
    return case


def letter_called(desk: Desk, name: str) -> "Letter":
    """The letter with this number (K4T7-29/1). Fails with those of the same case."""
    from mailbridge.store import casework

    with desk.store.reading() as tx:
        letter = casework.letter(tx, name.strip().upper())
        same = casework.letters_by(tx, cases_=[name.strip().upper().partition("/")[0]])
    if letter is None:
        fail(
            ExitCode.USAGE,
            f"There is no letter {name}.",
            "Nothing was done.",
            "Look it up with `mailbridge letter list`.",
            [f"{each.id}: to {each.organisation_name}" for each in same],
        )
    return letter
