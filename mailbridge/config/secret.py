"""Passwords: from a command or the environment, never from the file."""

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping

from mailbridge.domain.errors import SignInNeeded

_SECONDS = 60  # for a command that asks a person's keyring


def password(
    section: str, command: str, environment: Mapping[str, str] = os.environ
) -> Callable[[], str]:
    """What gives the password of a section ("tasks") when it is called, afresh each time.

    The first line that `command` prints, without a shell; without a command, the environment
    variable `MAILBRIDGE_<SECTION>_PASSWORD`. Raises SignInNeeded, which never holds what the
    command printed.

    >>> password("tasks", "", {"MAILBRIDGE_TASKS_PASSWORD": "rosebud"})()
    'rosebud'
    >>> password("tasks", "", {})()
    Traceback (most recent call last):
    mailbridge.domain.errors.SignInNeeded: There is no password for [tasks]: give it a \
password_command, or set the environment variable MAILBRIDGE_TASKS_PASSWORD.
    """
    variable = f"MAILBRIDGE_{section.upper()}_PASSWORD"

    def ask() -> str:
        if command:
            return _printed(section, command)
        found = environment.get(variable, "")
        if not found:
            raise SignInNeeded(
                f"There is no password for [{section}]: give it a password_command, or set the "
                f"environment variable {variable}."
            )
        return found

    return ask


def _printed(section: str, command: str) -> str:
    problem = "printed nothing"
    try:
        # The office wrote this command into its own configuration; it is run as it stands there.
        done = subprocess.run(  # noqa: S603  # see above
            shlex.split(command), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, ValueError) as error:
        problem = f"cannot be run ({getattr(error, 'strerror', None) or error})"
    except subprocess.TimeoutExpired:
        problem = f"gave no answer within {_SECONDS} seconds"
    else:
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        if done.returncode:
            problem = f"failed with code {done.returncode}"
        elif lines and lines[0]:
            return lines[0]
    raise SignInNeeded(f"The password_command of [{section}] {problem}. Try it by hand.") from None
