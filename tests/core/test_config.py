"""Settings: read whole, or refused with every mistake at once."""

from datetime import date, time
from pathlib import Path

import pytest

from mailbridge.config import ConfigBroken, documentation, find, load, parse, places, sample
from mailbridge.domain.office import FilingHow, Nation, Office
from mailbridge.domain.people import Wait, WaitUnit
from mailbridge.reminders.caldav_address import problem_with

ROOT = Path(__file__).resolve().parents[2]
IMAP = 'kind = "imap"\nhost = "imap.mp.example"\nuser = "o"\n'
AT = Path("/srv/office/mailbridge.toml")
LEAST = """
[office]
emails = ["Office@MP.example"]
[mailbox]
path = "mail"
[tasks]
path = "/var/tasks"
"""


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigBroken) as broken:
        parse(text, AT)
    return broken.value.problems


def with_line(section: str, line: str) -> str:
    if f"[{section}]" in LEAST:
        return LEAST.replace(f"[{section}]\n", f"[{section}]\n{line}\n")
    return f"{LEAST}[{section}]\n{line}\n"


def test_the_least_file_gets_every_default() -> None:
    settings = parse(LEAST, AT)
    assert settings.office_policy() == Office(emails=("office@mp.example",))


def test_paths_count_from_the_files_own_folder() -> None:
    settings = parse(LEAST, AT)
    assert settings.mailbox.path == Path("/srv/office/mail")
    assert settings.tasks.path == Path("/var/tasks")
    assert settings.calendar.path == Path("/srv/office/calendar")
    assert settings.store.url == "sqlite:////srv/office/mailbridge.sqlite"


def test_every_setting_of_the_office_reaches_its_policy() -> None:
    text = """
    [office]
    name = "Office of Jane Placeholder MP"
    emails = ["office@mp.example"]
    colleague_domains = ["@Parliament.example"]
    authserv_ids = ["mx.mp.example"]
    timezone = "Europe/Paris"
    nation = "Scotland"
    signature = "Jane"
    [mailbox]
    path = "mail"
    [tasks]
    path = "tasks"
    [filing]
    how = "category"
    since = 2026-11-01
    alone = false
    cases_folder = "Work"
    closed_folder = "Work/Done"
    person_weight = 8
    case_weight = 6.5
    margin = 2
    [tags]
    alone = false
    [chasing]
    wait = "20 working days"
    task_at = 08:30:00
    [daemon]
    effects = "hold"
    most_actions = 50
    silent_hours = 4
    """
    assert parse(text, AT).office_policy() == Office(
        name="Office of Jane Placeholder MP",
        emails=("office@mp.example",),
        colleague_domains=("parliament.example",),
        authserv_ids=("mx.mp.example",),
        timezone="Europe/Paris",
        nation=Nation.SCOTLAND,
        filing_how=FilingHow.CATEGORY,
        files_alone=False,
        acts_since=date(2026, 11, 1),
        applies_tags=False,
        cases_folder="Work",
        closed_folder="Work/Done",
        wait=Wait(20, WaitUnit.WORKING_DAYS),
        task_at=time(8, 30),
        signature="Jane",
        most_actions=50,
        holds_effects=True,
        silent_hours=4,
        person_weight=8.0,
        case_weight=6.5,
        margin=2.0,
    )


@pytest.mark.parametrize(
    ("section", "line", "where", "words"),
    [
        ("office", 'timezon = "Europe/London"', "[office] timezon", "did you mean timezone?"),
        ("office", 'effects = "hold"', "[office] effects", "it belongs in [daemon]"),
        ("office", "zzz = 1", "[office] zzz", "there are name, emails"),
        ("chasin", 'wait = "21 days"', "[chasin]", "did you mean chasing?"),
        ("office", 'timezone = "Europe/Lundon"', "[office] timezone", "mean Europe/London?"),
        ("office", 'colleague_domains = ["a b"]', "colleague_domains, entry 1", "not a domain"),
        ("office", 'nation = "Cornwall"', "[office] nation", "'England', 'Wales', 'Scotland' or"),
        ("office", "name = 3", "[office] name", "must be text in quotes"),
        ("office", 'authserv_ids = "mx"', "[office] authserv_ids", "must be a list"),
        ("mailbox", 'kind = "pop3"', "[mailbox] kind", "must be one of 'maildir' or 'imap'"),
        ("mailbox", 'name = ""', "[mailbox] name", "is empty"),
        ("mailbox", 'ignore = ["Sent"]', "[mailbox] ignore", "Sent, which mailbridge works in"),
        ("chasing", 'wait = "soon"', "[chasing] wait", 'like "21 days" or "20 working days"'),
        ("chasing", "wait = 21", "[chasing] wait", 'like "21 days" or "20 working days"'),
        ("chasing", "task_at = 9", "[chasing] task_at", 'write it like "09:00"'),
        ("chasing", 'task_at = "25:00"', "[chasing] task_at", 'write it like "09:00"'),
        ("chasing", 'lists = { "Sam" = "Sam" }', "[chasing] lists", "not an e-mail address"),
        ("filing", "since = 20261101", "[filing] since", "write it like 2026-11-21"),
        ("filing", 'since = "soon"', "[filing] since", "write it like 2026-11-21"),
        ("filing", "margin = true", "[filing] margin", "must be a number"),
        ("filing", 'alone = "no"', "[filing] alone", "must be true or false, without quotes"),
        ("filing", 'cases_folder = "Sent"', "[filing] cases_folder", "choose another name"),
        ("filing", 'cases_folder = "Cases/"', "[filing] cases_folder", "is not a folder name"),
        ("filing", 'closed_folder = "Cases"', "[filing] closed_folder", "same as cases_folder"),
        ("daemon", "poll_seconds = 0", "[daemon] poll_seconds", "must be at least 1"),
        ("daemon", "most_actions = true", "[daemon] most_actions", "must be a whole number"),
        ("daemon", 'review_day = "Mon"', "[daemon] review_day", "'Monday'"),
        ("mailbox", 'kind = "imap"\nuser = "o"', "[mailbox] host", "has to be given"),
        ("mailbox", 'kind = "imap"\nhost = "h"', "[mailbox] user", "has to be given"),
        ("mailbox", IMAP + 'security = "none"', "[mailbox] security", "only a server on this"),
        ("mailbox", IMAP + 'security = "ssl"', "[mailbox] security", "'starttls'"),
        ("mailbox", IMAP + 'client_key = "k"', "[mailbox] client_key", "give both"),
        ("mailbox", IMAP + 'password = "hunter2"', "[mailbox] password", "password_command"),
        ("tasks", 'url = "http://dav.example/"', "[tasks] url", "write it with https://"),
        ("tasks", 'url = "dav.example"', "[tasks] url", "is no address of a server"),
        ("tasks", 'kind = "caldav"\nuser = "o"', "[tasks] url", "has to be given"),
        ("calendar", 'kind = "caldav"', "[calendar] kind", "make [tasks] so too"),
        ("store", 'url = "mysql://x/y"', "[store] url", "is no database we know"),
        ("store", 'url = "sqlite://"', "[store] url", "names no file"),
        ("rules", 'dir = ""', "[rules] dir", "is not a path"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_write(
    section: str, line: str, where: str, words: str
) -> None:
    (problem,) = problems(with_line(section, line))
    assert problem.startswith("[")
    assert where in problem
    assert words in problem


def test_all_mistakes_are_told_at_once() -> None:
    told = problems('[office]\nemails = ["nobody"]\ntimezon = "x"\n[mailbox]\nkind = "x"\n')
    places_told = [problem.split(" ", 2)[:2] for problem in told]
    assert places_told == [
        ["[office]", "emails,"],
        ["[office]", "timezon"],
        ["[mailbox]", "kind"],
    ]


@pytest.mark.parametrize("key", ["password", "imap_password", "client_secret", "token", "api_key"])
def test_a_secret_is_refused_and_not_repeated(key: str) -> None:
    (problem,) = problems(with_line("mailbox", f'{key} = "hunter2"'))
    assert "never in the file" in problem
    assert f"use {key}_command or the environment variable MAILBRIDGE_MAILBOX_" in problem
    assert "hunter2" not in problem


def test_a_password_in_the_databases_url_is_refused_and_not_repeated() -> None:
    (problem,) = problems(with_line("store", 'url = "postgresql://mb:hunter2@db.example/mb"'))
    assert "secrets never stand in this file" in problem
    assert "hunter2" not in problem


def test_a_password_in_a_servers_address_is_refused_and_not_repeated() -> None:
    (problem,) = problems(with_line("tasks", 'url = "https://office:hunter2@dav.example/"'))
    assert "use `user` and `password_command`" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://dav.example/", True),
        ("http://127.0.0.1:5232/", True),
        ("http://[::1]:5232/", True),
        ("http://localhost/", True),
        ("http://localhost.example/", False),
        ("http://10.0.0.1/", False),
        ("ftp://dav.example/", False),
        ("https://dav.example:port/", False),
    ],
)
def test_a_password_goes_out_encrypted_or_not_at_all(url: str, *, is_allowed: bool) -> None:
    assert (problem_with(url) == "") is is_allowed


def test_broken_toml_is_told_with_its_line() -> None:
    (problem,) = problems('[office]\nname = "no end\n')
    assert "line 2" in problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "mailbridge init"),
        (b'[office]\nname = "caf\xe9"\n', "line 2 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "office.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigBroken) as broken:
        load(path)
    assert words in broken.value.problems[0]
    assert broken.value.path == path


def test_a_folder_in_the_files_place_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigBroken, match="cannot be read"):
        load(tmp_path)


def test_notepads_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert load(path).office.emails == ("office@mp.example",)


def test_the_environment_names_the_only_place() -> None:
    assert places({"MAILBRIDGE_CONFIG": "/etc/x.toml"}) == (Path("/etc/x.toml"),)


def test_otherwise_three_places_are_looked_at_in_order() -> None:
    assert places({"XDG_CONFIG_HOME": "/home/sam/conf"}) == (
        Path("mailbridge.toml"),
        Path("/home/sam/conf/mailbridge/office.toml"),
        Path("/etc/mailbridge/office.toml"),
    )


def test_nothing_found_names_every_place_and_init(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigBroken, match=r"mailbridge\.toml nor at .* `mailbridge init`"):
        find({"MAILBRIDGE_CONFIG": "", "XDG_CONFIG_HOME": str(tmp_path)})


def test_the_first_file_that_is_there_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "mailbridge" / "office.toml"
    own.parent.mkdir()
    own.touch()
    assert find({"XDG_CONFIG_HOME": str(tmp_path)}) == own


def test_the_sample_is_accepted_and_up_to_date() -> None:
    kept = (ROOT / "config" / "office.toml").read_text(encoding="utf-8")
    assert kept == sample(), "run `python -m mailbridge.config`"
    parse(kept, AT)


def test_every_line_of_the_sample_is_accepted_when_its_mark_is_taken_away() -> None:
    lines = [
        line.removeprefix("# For example: ").removeprefix("# ")
        if " = " in line and line.startswith("# ") and line.split(" = ")[0].count(" ") in {1, 3}
        else line
        for line in sample().splitlines()
    ]
    settings = parse("\n".join(lines), AT)
    assert settings.chasing.lists == {"sam@mp.example": "Sam"}
    assert settings.rules.dir == Path("/srv/office/rules")


def test_the_documentation_is_up_to_date() -> None:
    kept = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert kept == documentation(), "run `python -m mailbridge.config`"


def test_answers_are_written_whatever_they_hold() -> None:
    answers = {
        "office": {"name": 'The "Placeholder" \\ office\n\t\x7f é', "emails": ["a@b.example"]}
    }
    assert parse(sample(answers), AT).office.name == answers["office"]["name"]
