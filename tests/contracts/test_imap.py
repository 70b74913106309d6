"""IMAP does what every mailbox must, on real servers, and what only IMAP must."""

from collections.abc import Iterator

import pytest

from mailbridge.ports import Capability
from tests.contracts.imap_account import Accounts, Colleague, fresh_user
from tests.contracts.mailbox_contract import Account, MailboxContract, OpenAccount
from tests.servers.dovecot import PASSWORD, Dovecot


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
            colleague = Colleague(poor_server, fresh_user(), PASSWORD, separator="/")
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
