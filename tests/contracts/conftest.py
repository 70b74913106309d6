"""The real servers that contracts run on, one of each for a whole run of tests."""

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot, dovecot, is_here
from tests.servers.pymap import pymap


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    if not is_here():
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    with dovecot() as running:
        yield running


@pytest.fixture(scope="session")
def poor_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with pymap(tmp_path_factory.mktemp("pymap") / "log") as port:
        yield port
