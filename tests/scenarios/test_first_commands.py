"""The first ten minutes: help, init, config, and every way to get them wrong."""

import io
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from mailbridge.cli import COMMANDS, load, main
from mailbridge.config import load as load_config


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_help_answers_at_once_and_loads_no_command() -> None:
    ask = (
        "import sys\n"
        "from mailbridge.cli import main\n"
        "main(['--help'])\n"
        "print(sorted({'pydantic', 'sqlalchemy', 'spacy', 'openpyxl', 'rich'} & set(sys.modules)))"
    )
    spent = []
    loaded = b""
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert loaded.decode().splitlines()[-1] == "[]"
    # Seconds of processor, not of the clock on the wall: other tests run beside this one.
    assert min(spent) < 0.3, spent


def test_help_lists_every_command_with_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for name, (_, line) in COMMANDS.items():
        assert f"  {name}" in out
        assert line[:40] in out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(name).name == name
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert f"Usage: mailbridge {name}" in out


def test_a_mistyped_command_is_told_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "confg", "check")
    assert (code, out) == (2, "")
    assert "Did you mean 'config'?" in err


def test_init_writes_what_config_check_accepts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(
        capsys,
        *("init", str(tmp_path / "new"), "--name", 'The "odd" office', "--mailbox", "/srv/mail"),
        *("--tasks", "lists", "--email", "Office@mp.example", "--email", "two@mp.example"),
    )
    assert code == 0
    path = tmp_path / "new" / "mailbridge.toml"
    assert f"mailbridge --config {path} config check" in out
    settings = load_config(path)
    assert settings.office.name == 'The "odd" office'
    assert settings.office.emails == ("office@mp.example", "two@mp.example")
    assert settings.mailbox.path == Path("/srv/mail")
    assert settings.tasks.path == tmp_path / "new" / "lists"
    assert run(capsys, "config", "check", "--config", str(path))[0] == 0


def test_init_asks_what_it_was_not_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = "office@mp.example, two@mp.example\nOffice of Jane Placeholder MP\n\n\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    code, _, err = run(capsys, "init", str(tmp_path))
    assert (code, err) == (0, "")
    settings = load_config(tmp_path / "mailbridge.toml")
    assert settings.office.emails == ("office@mp.example", "two@mp.example")
    assert settings.office.name == "Office of Jane Placeholder MP"


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mailbridge.toml"
    path.write_text("ours", encoding="utf-8")
    code, _, err = run(capsys, "init", str(tmp_path), "--yes")
    assert code == 2
    assert "is there already" in err
    assert path.read_text(encoding="utf-8") == "ours"


def test_init_writes_nothing_that_check_would_refuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "init", str(tmp_path), "--yes", "--email", "nobody")
    assert code == 2
    assert "'nobody' is not an e-mail address" in err
    assert list(tmp_path.iterdir()) == []


def test_init_says_that_the_made_up_address_must_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "office@mp.example is made up" in run(capsys, "init", str(tmp_path), "--yes")[1]


def test_a_broken_configuration_tells_all_its_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mailbridge.toml"
    text = '[office]\ntimezon = "x"\nemails = ["[bold]"]\n[mailbox]\nkind = "pop3"\n'
    path.write_text(text, encoding="utf-8")
    code, out, err = run(capsys, "config", "check", "--config", str(path))
    assert (code, out) == (3, "")
    assert "[office] timezon is not a setting we know: did you mean timezone?" in err
    assert "'[bold]' is not an e-mail address" in err
    assert "[mailbox] kind must be one of 'maildir' or 'imap'" in err
    code, out, err = run(capsys, "--json", "config", "show", "--config", str(path))
    assert (code, out) == (3, "")
    assert len(json.loads(err)["problems"]) == 3


def test_no_configuration_at_all_points_to_init(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILBRIDGE_CONFIG", str(tmp_path / "nowhere.toml"))
    code, _, err = run(capsys, "config", "check")
    assert code == 3
    assert "`mailbridge init` writes one" in err


def test_show_and_sample_print_what_can_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text, _ = run(capsys, "config", "sample")
    path = tmp_path / "mailbridge.toml"
    path.write_text(text, encoding="utf-8")
    code, out, _ = run(capsys, "config", "show", "--json", "--config", str(path))
    assert code == 0
    assert json.loads(out)["chasing"] == {"wait": "21 days", "task_at": "09:00:00", "lists": {}}


def test_a_fault_of_ours_is_a_sentence_and_a_traceback_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_path: Path) -> None:
        raise RuntimeError("Dear Mrs Khan")

    monkeypatch.setattr("mailbridge.config.load", breaks)
    path = str(tmp_path / "x.toml")
    code, out, err = run(capsys, "config", "show", "--config", path)
    assert (code, out) == (70, "")
    assert "RuntimeError" in err
    assert "Mrs Khan" not in err
    assert "Traceback" in run(capsys, "config", "show", "--verbose", "--config", path)[2]


def test_config_check_names_every_mistake_in_the_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "init", str(tmp_path), "--yes")
    config = tmp_path / "mailbridge.toml"
    config.write_text(config.read_text().replace("[rules]", '[rules]\ndir = "rules"', 1))
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tags-own.toml").write_text("broken = [")
    code, _, err = run(capsys, "--config", str(config), "config", "check")
    assert code == 3
    assert "tags-own.toml" in err
    (tmp_path / "rules" / "tags-own.toml").unlink()
    assert run(capsys, "--config", str(config), "config", "check")[0] == 0
