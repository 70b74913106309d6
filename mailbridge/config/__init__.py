"""The office's settings: where the file is, reading it, and every mistake in it at once.

settings = load(find())
office = settings.office_policy()
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from mailbridge.config.problems import problems_of, secrets_in, without_secrets
from mailbridge.config.secret import password
from mailbridge.config.settings import Effects, Settings
from mailbridge.config.text import Answers, documentation, sample, toml

_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})

__all__ = [
    "Answers",
    "ConfigBroken",
    "Effects",
    "Settings",
    "documentation",
    "find",
    "load",
    "parse",
    "password",
    "places",
    "sample",
    "toml",
]


class ConfigBroken(Exception):
    """The configuration cannot be used; `problems` holds one sentence a mistake, all of them."""

    def __init__(self, problems: tuple[str, ...], path: Path | None = None) -> None:
        """Every mistake at once, and the file they are in."""
        super().__init__("; ".join(problems))
        self.problems = problems
        self.path = path


def places(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where the configuration is looked for, in order: only in MAILBRIDGE_CONFIG if that is set."""
    if named := environment.get("MAILBRIDGE_CONFIG"):
        return (Path(named).expanduser(),)
    # XDG Base Directory Specification: an empty or relative value counts as unset.
    home = Path(environment.get("XDG_CONFIG_HOME") or "~/.config")
    own = (home if home.is_absolute() else Path("~/.config")) / "mailbridge/office.toml"
    return (Path("mailbridge.toml"), own.expanduser(), Path("/etc/mailbridge/office.toml"))


def find(environment: Mapping[str, str] = os.environ) -> Path:
    """The configuration to use: the first that is there. Raises ConfigBroken when none is."""
    looked = places(environment)
    for path in looked:
        # Not is_file(): one that is there but may not be read must be told of, not passed over.
        if os.path.lexists(path):
            return path
    problem = (
        f"there is no configuration at {' nor at '.join(map(str, looked))}: "
        "`mailbridge init` writes one, `--config PATH` names another"
    )
    raise ConfigBroken((problem,))


def load(path: Path) -> Settings:
    """The settings in a file, with all paths absolute. Raises ConfigBroken with every mistake."""
    return parse(_read(path), path)


def parse(text: str, path: Path) -> Settings:
    """The settings in a file's text. Paths in it count from the folder of `path`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = f"this is not TOML: {error}. Text stands in quotes, lists in [ ], one key a line"
        raise ConfigBroken((problem,), path) from error
    problems = list(secrets_in(data))
    context = {"home": path.absolute().parent}
    try:
        settings = Settings.model_validate(without_secrets(data), context=context)
    except ValidationError as error:
        problems += problems_of(error)
    else:
        problems += _contradictions(settings)
        if not problems:
            return settings
    raise ConfigBroken(tuple(problems), path)


def _read(path: Path) -> str:
    try:
        # Windows' Notepad puts a byte order mark in front, which TOML does not know.
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problem = "the file is not there: `mailbridge init` writes one"
    except PermissionError:
        problem = "the file may not be read by this user: change its owner or its permissions"
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror}): name a file with --config PATH"
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = f"line {line} is not UTF-8 text: save the file as UTF-8"
    raise ConfigBroken((problem,), path)


def _contradictions(settings: Settings) -> list[str]:
    """Settings that are each right and don't go together."""
    filing, mailbox = settings.filing, settings.mailbox
    taken = {mailbox.sent, mailbox.drafts, "INBOX"}
    problems = [
        f"[filing] {name} is {folder}, a folder that has another use: choose another name"
        for name, folder in (
            ("cases_folder", filing.cases_folder),
            ("closed_folder", filing.closed_folder),
        )
        if folder in taken
    ]
    if filing.closed_folder == filing.cases_folder:
        problems.append(
            "[filing] closed_folder is the same as cases_folder, so that a case could "
            'never be seen to end: write it like "Cases/Closed"'
        )
    problems += [
        f"[mailbox] ignore holds {folder}, which mailbridge works in: take it out of the list"
        for folder in mailbox.ignore
        if folder in taken | {filing.cases_folder, filing.closed_folder}
    ]
    return problems + _imap_problems(settings) + _caldav_problems(settings)


def _imap_problems(settings: Settings) -> list[str]:
    mailbox = settings.mailbox
    if mailbox.kind != "imap":
        return []
    problems = [
        f'[mailbox] {name} is missing: with kind = "imap" it has to be given'
        for name, value in (("host", mailbox.host), ("user", mailbox.user))
        if not value
    ]
    if mailbox.security == "none" and mailbox.host not in _THIS_MACHINE:
        problems.append(
            '[mailbox] security "none" would send the password where others can read it: use '
            '"tls" or "starttls"; only a server on this machine (127.0.0.1) may do without'
        )
    if mailbox.client_key and not mailbox.client_certificate:
        problems.append("[mailbox] client_key is of no use without client_certificate: give both")
    return problems


def _caldav_problems(settings: Settings) -> list[str]:
    tasks = settings.tasks
    if tasks.kind == "caldav":
        return [
            f'[tasks] {name} is missing: with kind = "caldav" it has to be given'
            for name, value in (("url", tasks.url), ("user", tasks.user))
            if not value
        ]
    if settings.calendar.kind == "caldav":
        return ['[calendar] kind "caldav" is on the account of the task lists: make [tasks] so too']
    return []
