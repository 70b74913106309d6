"""The core does no I/O: a socket opened in one of these tests is an error."""

import pytest


@pytest.fixture(autouse=True)
def no_sockets(socket_disabled: None) -> None:
    """Blocks every socket while a test of the core runs."""
