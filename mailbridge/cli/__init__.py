"""The command line: one file a command, imported only when it is called.

`mailbridge --help` reads nothing but the table below, so it answers at once. A command's module
holds `app`, a Typer application of one command or of several.
"""

import difflib
import importlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

# Name → its module below mailbridge.cli and the line that --help shows, as an office meets them.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Ask a few questions and write a commented configuration."),
    "config": ("config", "Check the configuration, show it, or print a sample."),
    "import": ("import_", "Read people, cases, organisations or caseworkers from a file."),
    "demo": ("demo", "Live through five weeks of a made-up office."),
    "run": ("run", "Read the mailbox, file, tag and chase, until told to stop; or one round."),
    "plan": ("plan", "Show what would be done now, and touch nothing."),
    "status": ("status", "Tell how everything stands."),
    "review": ("review", "Show what waits for a person."),
    "explain": ("explain", "Tell why: of a mail, a task, a letter or a case."),
    "undo": ("undo", "Take back what mailbridge did to a mail."),
    "case": ("case", "List, show, open, close and reopen cases."),
    "letter": ("letter", "Log letters, list them, settle doubtful answers."),
    "outbox": ("outbox", "See, hold, release, retry and drop what is about to be done."),
    "export": ("export", "Write messages, letters, tasks or cases out as JSON lines or CSV."),
}

_EVERYWHERE = (
    "--config PATH, --json and --verbose may also stand after a command. "
    "Exit codes: 0 fine, 1 something needs a person, 2 wrong use, 3 configuration broken, "
    "4 mailbox or database out of reach, 5 a file cannot be read, 70 a fault in mailbridge."
)


class _Lazy(TyperGroup):
    """A group that knows its commands' names and lines, and imports one only to run it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  # Typer's own Context is private to it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ANN401, ARG002  # likewise
        # What --help prints. It is never run: resolve_command puts the real one in its place.
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][1]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401  # likewise
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(
                f"there is no command {args[0]!r}." + f" Did you mean {near[0]!r}?" * len(near)
            )
        name, _line, rest = super().resolve_command(ctx, args)
        return name, load(str(name)), rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  # likewise
        return super().parse_args(ctx, list(_global_first(args)))


def load(name: str) -> Any:  # noqa: ANN401  # Typer's own Command is private to it
    """One command, or group of commands, ready to run; a KeyError if COMMANDS lacks it."""
    module = importlib.import_module(f"mailbridge.cli.{COMMANDS[name][0]}")
    command = typer.main.get_command(module.app)
    command.name = name
    return command


def _global_first(args: Sequence[str]) -> Iterator[str]:
    """The same words with the global options moved to the front, where Click looks for them."""
    end = args.index("--") if "--" in args else len(args)
    own, rest = list[str](), list[str]()
    words = iter(args[:end])
    for word in words:
        if word in {"--json", "--verbose"} or word.startswith("--config="):
            own.append(word)
        elif word == "--config":
            own += [word, *(value for value in [next(words, None)] if value is not None)]
        else:
            rest.append(word)
    yield from (*own, *rest, *args[end:])


app = typer.Typer(
    cls=_Lazy,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=_EVERYWHERE,
)


def _version(asked: bool) -> None:
    if asked:
        from mailbridge import __version__

        typer.echo(f"mailbridge {__version__}")
        raise typer.Exit


@app.callback()
def _everywhere(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The configuration file to use.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON and nothing else, for programs.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show where a fault arose, for whoever mends it.")
    ] = False,
    version: Annotated[  # noqa: ARG001  # its callback has answered already
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Reads an MP's office mailbox: files mail, suggests tags, chases letters nobody answered."""
    from mailbridge.cli.output import Call

    context.obj = Call(config=config, as_json=as_json, verbose=verbose)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `args` are those of the process unless given."""
    words = list(sys.argv[1:] if args is None else args)
    try:
        app(words, prog_name="mailbridge")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    except Exception as error:  # noqa: BLE001  # the last door: whatever comes, people get a sentence
        return _explained(error, words)
    return 0


def _explained(error: Exception, words: Sequence[str]) -> int:
    from mailbridge.cli.output import Failed, explain, fault

    failed = error if isinstance(error, Failed) else fault(error)
    explain(failed, as_json="--json" in words)
    if "--verbose" in words:
        import traceback

        traceback.print_exception(error)
    return int(failed.code)
