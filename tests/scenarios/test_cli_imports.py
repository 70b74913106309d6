"""Quick commands stay quick: what they load is counted; a busy machine's clock proves nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from mailbridge.cli import COMMANDS
from tests.scenarios.office import OfficeInATest

HEAVY = ("spacy", "sklearn", "re2", "alembic")


def loaded(*words: str, among: tuple[str, ...]) -> list[str]:
    """Which of these modules a command has loaded when it ends."""
    program = (
        "import io, sys\n"
        "from mailbridge.cli import main\n"
        "out, sys.stdout, sys.stderr = sys.stdout, io.StringIO(), io.StringIO()\n"
        f"main({list(words)!r})\n"
        "sys.stdout = out\n"
        f"print(' '.join(name for name in {among!r} if name in sys.modules))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    return ended.stdout.split()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_help_loads_nothing_heavy(name: str) -> None:
    assert loaded(name, "--help", among=HEAVY) == []


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return OfficeInATest(tmp_path_factory.mktemp("office")).config


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("review",),
        ("explain", "nothing@mail.example"),
        ("undo", "nothing@mail.example"),
        ("case", "list"),
        ("case", "open", "Damp"),
        ("letter", "list"),
        ("outbox", "list"),
        ("export", "cases"),
    ],
    ids=" ".join,
)
def test_only_run_and_plan_read_the_rules(config: Path, words: tuple[str, ...]) -> None:
    assert loaded("--config", str(config), *words, among=("spacy", "sklearn", "alembic")) == []
