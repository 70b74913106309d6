"""IMAP does what every mailbox must, on real servers, and what only IMAP must."""

import itertools
import shutil
from collections.abc import Iterator

import pytest

from mailbridge.ports import Capability
from tests.contracts.imap_account import Colleague
from tests.contracts.mailbox_contract import Account, MailboxContract, OpenAccount
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, is_here
from tests.servers.pymap import pymap

_numbers = itertools.count()


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


class Accounts:
    """Fresh accounts on a Dovecot, their mail kept in one form; all are closed at the end."""

    def __init__(self, server: Dovecot, form: str, *lacking: str) -> None:
        self.server, self.form, self.lacking = server, form, frozenset(lacking)
        self.opened: list[Colleague] = []

    def __call__(self) -> Colleague:
        user = f"office{next(_numbers)}@{self.form}"
        colleague = Colleague(
            self.server.port,
            user,
            PASSWORD,
            separator="." if self.form == "maildir" else "/",
            forgets=lambda: self.forget(colleague),
            lacking=self.lacking,
        )
        self.opened.append(colleague)
        return colleague

    def forget(self, colleague: Colleague) -> None:
        """Its index is lost: UIDs stay, for they stand elsewhere; changes are counted anew."""
        if self.form != "maildir":
            pytest.skip("this form keeps its UIDs in the index itself")
        colleague.close()
        for index in self.server.home(colleague.user).rglob("dovecot*index*"):
            index.unlink()

    def close(self) -> None:
        for colleague in self.opened:
            colleague.close()
            shutil.rmtree(self.server.home(colleague.user), ignore_errors=True)


class ImapContract(MailboxContract):
    """The contract, but for what no IMAP server can carry."""

    def test_fetch_gives_the_very_bytes_seekable(self, account: Account) -> None:
        # Without NUL, which IMAP cannot carry (RFC 3501 §4.3): Dovecot makes it 0x80.
        raw = b"From: a@home.example\r\nSubject: \xa3100\r\n\r\n\x01\xff bytes\r\nnot ended"
        with account.mailbox.fetch(account.deliver(raw)) as stream:
            assert stream.read(4) == b"From"
            stream.seek(0)
            assert stream.read() == raw


class TestDovecot(ImapContract):
    """Dovecot 2.3 with a Maildir++, its levels parted by dots: everything but folder ids."""

    @pytest.fixture
    def open_account(self, server: Dovecot) -> Iterator[OpenAccount]:
        accounts = Accounts(server, "maildir")
        yield accounts
        accounts.close()

    def test_what_it_can_do(self, account: Account) -> None:
        can = {Capability.TAGS, Capability.MOVE, Capability.WAIT}
        assert account.mailbox.capabilities == can


class TestDovecotWithLess(ImapContract):
    """The same server with another form of mail (levels parted by slashes), taken for one that has
    neither QRESYNC, LIST-STATUS nor MOVE: deletions are found by UIDs, mail moved by copying."""

    @pytest.fixture
    def open_account(self, server: Dovecot) -> Iterator[OpenAccount]:
        lacking = "QRESYNC", "LIST-STATUS", "LIST-EXTENDED", "MOVE", "IDLE", "UNSELECT", "ESEARCH"
        accounts = Accounts(server, "sdbox", *lacking)
        yield accounts
        accounts.close()

    def test_what_it_can_do(self, account: Account) -> None:
        assert account.mailbox.capabilities == {Capability.TAGS, Capability.WAIT}


class TestPymap(ImapContract):
    """A poor server: no history, no categories."""

    @pytest.fixture
    def open_account(self, poor_server: int) -> Iterator[OpenAccount]:
        opened: list[Colleague] = []

        def open_account() -> Colleague:
            user = f"office{next(_numbers)}"
            colleague = Colleague(poor_server, user, PASSWORD, separator="/")
            for name in ("Sent", "Drafts", "Junk", "Trash"):
                colleague.person_makes_folder(name)
            opened.append(colleague)
            return colleague

        yield open_account
        for colleague in opened:
            colleague.close()

    def test_what_it_can_do(self, account: Account) -> None:
        can = {Capability.MOVE, Capability.WAIT, Capability.FOLDER_IDS}
        assert account.mailbox.capabilities == can
