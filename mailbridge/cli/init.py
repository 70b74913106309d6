"""`mailbridge init`: a few questions, then a commented configuration."""

from pathlib import Path
from typing import Annotated

import typer

from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, fail
from mailbridge.config import ConfigBroken, load, parse, sample

FILE = "mailbridge.toml"
_PLACEHOLDER = "office@mp.example"

app = commands()


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where the configuration is written.")
    ] = Path(),
    *,
    name: Annotated[str | None, typer.Option(help="What the office calls itself.")] = None,
    email: Annotated[
        list[str] | None, typer.Option(help="An address of the office; may be given again.")
    ] = None,
    mailbox: Annotated[str | None, typer.Option(help="Path of the Maildir that is read.")] = None,
    tasks: Annotated[str | None, typer.Option(help="Path of the task lists.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take the defaults.")] = False,
) -> None:
    """Ask a few questions and write a commented configuration. Overwrites nothing."""
    from mailbridge.app import make_places

    call = call_of(context)
    path = call.config or folder / FILE
    if path.exists():
        fail(
            ExitCode.USAGE,
            f"{path} is there already.",
            "Nothing was written: a configuration is never overwritten.",
            "Edit it, or name another folder: `mailbridge init DIR`.",
        )
    # Nobody is there to be asked when a program reads the answer.
    silent = yes or call.as_json

    def ask(question: str, given: str | None, default: str) -> str:
        if given is not None or silent:
            return default if given is None else given
        return str(typer.prompt(question, default=default))

    addresses = ask(
        "Its e-mail addresses, with blanks between them",
        " ".join(email) if email else None,
        _PLACEHOLDER,
    )
    text = sample(
        {
            "office": {
                "name": ask("The office's name", name, "the office"),
                "emails": addresses.replace(",", " ").split(),
            },
            "mailbox": {"path": ask("Path of the mailbox, a Maildir", mailbox, "mail")},
            "tasks": {"path": ask("Path of the task lists", tasks, "tasks")},
        }
    )
    _write(text, path)
    made = make_places(load(path))
    steps = [f"mailbridge --config {path} {rest}" for rest in ("config check", "import --help")]
    if call.as_json:
        emit({"path": path, "made": made, "next": steps})
        return
    screen = console()
    screen.print(f"Wrote {path}.", markup=False, soft_wrap=True)
    for place in made:
        screen.print(f"Made {place}, empty.", markup=False, soft_wrap=True)
    if addresses == _PLACEHOLDER:
        screen.print(f"{_PLACEHOLDER} is made up: put your own into [office] emails.", markup=False)
    screen.print("Next:", *(f"  {step}" for step in steps), sep="\n", markup=False, soft_wrap=True)


def _write(text: str, path: Path) -> None:
    """Write the file if it would be accepted, and only where there is none."""
    try:
        parse(text, path)
    except ConfigBroken as error:
        fail(
            ExitCode.USAGE,
            "These answers make no configuration.",
            "Nothing was written.",
            "Run `mailbridge init` again with other answers.",
            error.problems,
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        fail(
            ExitCode.INPUT,
            f"{path} cannot be written ({error.strerror}).",
            "There is no configuration yet.",
            "Name a folder that you may write to: `mailbridge init DIR`.",
        )
