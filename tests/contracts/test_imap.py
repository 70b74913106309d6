"""IMAP does what every mailbox must, on real servers, and what only IMAP must."""

import itertools
import shutil
from collections.abc import Iterator

import pytest

from tests.contracts.imap_account import Colleague
from tests.contracts.mailbox_contract import Account, MailboxContract, OpenAccount
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, is_here

_numbers = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    if not is_here():
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    with dovecot() as running:
        yield running


class Accounts:
    """Fresh accounts on one server; all connections are closed at the end."""

    def __init__(self, server: Dovecot, form: str) -> None:
        self.server, self.form = server, form
        self.opened: list[Colleague] = []

    def __call__(self) -> Colleague:
        user = f"office{next(_numbers)}@{self.form}"
        home = self.server.home(user)

        def forgets() -> None:
            colleague.close()
            for index in (*home.rglob("dovecot.index*"), *home.rglob("dovecot.list.index*")):
                if self.form == "maildir":
                    index.unlink()

        separator = "." if self.form == "maildir" else "/"
        colleague = Colleague(
            self.server.port, user, PASSWORD, separator=separator, forgets=forgets
        )
        self.opened.append(colleague)
        return colleague

    def close(self) -> None:
        for colleague in self.opened:
            colleague.close()
            shutil.rmtree(self.server.home(colleague.user), ignore_errors=True)


class TestDovecot(MailboxContract):
    @pytest.fixture
    def open_account(self, server: Dovecot) -> Iterator[OpenAccount]:
        accounts = Accounts(server, "maildir")
        yield accounts
        accounts.close()

    def test_fetch_gives_the_very_bytes_seekable(self, account: Account) -> None:
        # Without NUL, which IMAP cannot carry (RFC 3501 §4.3): Dovecot makes it 0x80.
        raw = b"From: a@home.example\r\nSubject: \xa3100\r\n\r\n\x01\xff bytes\r\nnot ended"
        with account.mailbox.fetch(account.deliver(raw)) as stream:
            assert stream.read(4) == b"From"
            stream.seek(0)
            assert stream.read() == raw
