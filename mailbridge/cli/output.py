"""What commands say, in one manner: tables for people, JSON for programs, errors in three parts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mailbridge.domain.errors import EdgeError, SignInNeeded

if TYPE_CHECKING:
    from mailbridge.config import Settings


class ExitCode(IntEnum):
    """How a command ended; the same for every command (docs/commands.md)."""

    FINE = 0
    PERSON = 1  # it worked, and something waits for a person
    USAGE = 2  # the command was called wrongly; nothing was done
    CONFIG = 3  # the configuration cannot be used; nothing was done
    OUT_OF_REACH = 4  # the mailbox, the task list or the database
    INPUT = 5  # a file that was named cannot be read; nothing was done
    FAULT = 70  # a mistake in mailbridge itself (EX_SOFTWARE of sysexits.h)


@dataclass(frozen=True, slots=True)
class Call:
    """The options that every command has."""

    config: Path | None
    as_json: bool
    verbose: bool

    def settings(self) -> "Settings":
        """The configuration in force. Fails, with every mistake, when it cannot be used."""
        from mailbridge.config import ConfigBroken, find, load

        try:
            return load(self.config or find())
        except ConfigBroken as error:
            at = f" at {error.path}" if error.path else ""
            raise Failed(
                ExitCode.CONFIG,
                f"The configuration{at} cannot be used.",
                "Nothing was done.",
                "Mend it, then run `mailbridge config check`.",
                error.problems,
            ) from error


def commands(about: str = "") -> typer.Typer:
    """A Typer application in our manner, for one command's module."""
    return typer.Typer(
        help=about,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def call_of(context: typer.Context) -> Call:
    """The options this command was called with."""
    call = context.obj
    if not isinstance(call, Call):
        raise TypeError("the command was not called through mailbridge.cli.main")
    return call


class Failed(Exception):
    """A command cannot go on: what happened, what it means, what to do next."""

    def __init__(
        self,
        code: ExitCode,
        what: str,
        means: str,
        next_step: str,
        details: tuple[str, ...] = (),
    ) -> None:
        """Whole sentences, for people; `details` are a list below the first."""
        super().__init__(what)
        self.code = code
        self.what = what
        self.means = means
        self.next_step = next_step
        self.details = details


def fail(
    code: ExitCode, what: str, means: str, next_step: str, details: Iterable[str] = ()
) -> NoReturn:
    """End the command with these three sentences and this exit code."""
    raise Failed(code, what, means, next_step, tuple(details))


def fault(error: Exception) -> Failed:
    """What to say of an exception that no command expected."""
    if isinstance(error, EdgeError):
        step = "sign in anew" if isinstance(error, SignInNeeded) else "run the command again later"
        return Failed(
            ExitCode.OUT_OF_REACH,
            f"{error}",
            "Nothing is lost: what was not done stays to be done.",
            f"Look whether it is there, then {step}.",
        )
    from mailbridge.store.engine import StoreUnavailable

    if isinstance(error, StoreUnavailable):
        step = "Mend that, then run the command again."
        return Failed(ExitCode.OUT_OF_REACH, "The database cannot be used.", f"{error}", step)
    # The message of an unforeseen error may hold words of a mail, so only its kind is shown.
    return Failed(
        ExitCode.FAULT,
        f"mailbridge met something it did not expect ({type(error).__name__}).",
        "This is a mistake in mailbridge. What was recorded before is safe.",
        "Run the command again with --verbose, and report what it prints.",
    )


def explain(failed: Failed, *, as_json: bool) -> None:
    """Print why a command ended, to standard error."""
    if as_json:
        words = {"error": failed.what, "means": failed.means, "next": failed.next_step}
        problems = {"problems": list(failed.details)} if failed.details else {}
        typer.echo(_json(words | problems), err=True)
        return
    screen = Console(stderr=True, highlight=False, soft_wrap=True)
    screen.print(f"[bold red]{escape(failed.what)}[/]")
    for line in (*(f"  • {detail}" for detail in failed.details), failed.means, failed.next_step):
        screen.print(escape(line))


def console() -> Console:
    """Standard output, for people. Text from a mail or a file goes through rich's `escape`."""
    return Console(highlight=False)


def emit(data: object) -> None:
    """Print one JSON document to standard output."""
    typer.echo(_json(data))


def table(title: str, *columns: str, rows: Iterable[Iterable[object]]) -> Table:
    """A table for people. Cells are text, never markup: a name may hold square brackets."""
    made = Table(*columns, title=title, title_justify="left", title_style="bold")
    for row in rows:
        made.add_row(*(escape(str(cell)) for cell in row))
    return made


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> object:  # noqa: ANN401  # json hands over whatever it does not know
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
