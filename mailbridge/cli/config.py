"""`mailbridge config check|show|sample`."""

import typer

from mailbridge.cli.output import ExitCode, call_of, commands, console, emit, fail, table
from mailbridge.config import Settings, find, sample, toml

app = commands("Check the configuration, show it, or print a sample.")


@app.command()
def check(context: typer.Context) -> None:
    """Tell every mistake in the configuration and the rules, each with what to write instead."""
    call = call_of(context)
    settings = call.settings()
    path = call.config or find()
    if wrong := _wrong_rules(settings):
        fail(
            ExitCode.CONFIG,
            "The rules have mistakes.",
            "Until they are mended the last sound rules stay in force, if there were any.",
            "Mend them (docs/rules.md), then run `mailbridge config check` again.",
            wrong,
        )
    if call.as_json:
        emit({"path": path, "ok": True, "problems": []})
        return
    screen = console()
    screen.print(f"{path} is in order.", markup=False, soft_wrap=True)
    if settings.mailbox.kind == "maildir" and not settings.mailbox.path.is_dir():
        words = f"Its mailbox {settings.mailbox.path} is not there yet."
        screen.print(words, markup=False, soft_wrap=True)


def _wrong_rules(settings: Settings) -> tuple[str, ...]:
    """Every mistake in the rule files, and every rule whose own hit or miss does not hold."""
    from mailbridge.app import rule_texts
    from mailbridge.domain.rules import RulesBroken
    from mailbridge.planning.rules import parse_rules

    try:
        rules = parse_rules(rule_texts(settings.rules.dir))
    except RulesBroken as broken:
        return broken.problems
    return rules.rulebook.unproven()


@app.command()
def show(context: typer.Context) -> None:
    """Print every setting in force, defaults included."""
    call = call_of(context)
    settings = call.settings()
    if call.as_json:
        emit(settings.model_dump(mode="json"))
        return
    rows = [
        (f"[{section}]", key, "" if value is None else toml(value))
        for section, values in settings.model_dump().items()
        for key, value in values.items()
    ]
    title = f"In force, from {call.config or find()}"
    console().print(table(title, "section", "key", "value", rows=rows))


@app.command("sample")
def print_sample() -> None:
    """Print a commented configuration file."""
    typer.echo(sample(), nl=False)
