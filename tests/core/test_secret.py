"""Passwords come from a command or the environment, and are never told."""

import shlex
import sys

import pytest

from mailbridge.config.secret import password
from mailbridge.domain.errors import SignInNeeded


def printing(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_the_first_line_that_the_command_prints_goes_before_the_environment() -> None:
    command = printing("print('rose bud '); print('note')")
    assert password("tasks", command, {"MAILBRIDGE_TASKS_PASSWORD": "x"})() == "rose bud "


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "MAILBRIDGE_TASKS_PASSWORD"),
        ("no-such-command-here", "cannot be run"),
        ('"', "cannot be run"),
        (printing("print()"), "printed nothing"),
        (printing("print('hunter2'); raise SystemExit(3)"), "failed with code 3"),
    ],
)
def test_without_a_password_it_is_said_what_to_do(command: str, words: str) -> None:
    with pytest.raises(SignInNeeded, match=words) as told:
        password("tasks", command, {})()
    assert "hunter2" not in str(told.value)


def test_the_password_is_asked_for_when_it_is_needed_and_afresh() -> None:
    environment: dict[str, str] = {}
    ask = password("mailbox", "", environment)
    environment["MAILBRIDGE_MAILBOX_PASSWORD"] = "one"
    assert ask() == "one"
    environment["MAILBRIDGE_MAILBOX_PASSWORD"] = "two"
    assert ask() == "two"
