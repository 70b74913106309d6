"""A store in a file of its own. The tables are made once; each test gets a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbridge.store.engine import Store, open_store


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database brought up to date, with nothing in it."""
    path = tmp_path_factory.mktemp("empty") / "store.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def file(empty_file: Path, tmp_path: Path) -> Path:
    """This test's own database file."""
    return Path(shutil.copy(empty_file, tmp_path / "store.sqlite"))


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    """This test's own database, open."""
    opened = open_store(f"sqlite:///{file}")
    yield opened
    opened.close()
