"""Whatever goes wrong on the line at whichever command: a retry leaves nothing lost or doubled.

Each story is lived again and again, on a line that fails at the first command, then at the second,
and so on, until it ends before the fault.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from mailbridge.domain.errors import EdgeError, TryLater
from tests.contracts.imap_account import Accounts, Colleague
from tests.contracts.mailbox_contract import Reader, key, mail
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Fault, Proxy

TRIES = 6
AWAY = "Cases/Khan"


@pytest.fixture(params=[(), ("MOVE", "QRESYNC")], ids=["", "by copying"])
def lacking(request: pytest.FixtureRequest) -> tuple[str, ...]:
    found: tuple[str, ...] = request.param
    return found


@pytest.fixture(params=list(Fault), ids=lambda fault: fault.name.lower())
def fault(request: pytest.FixtureRequest) -> Fault:
    found: Fault = request.param
    return found


@pytest.fixture
def proxy(server: Dovecot) -> Iterator[Proxy]:
    with Proxy(server.port) as running:
        yield running


@pytest.fixture
def account(server: Dovecot, proxy: Proxy, lacking: tuple[str, ...]) -> Iterator[Colleague]:
    accounts = Accounts(server, "maildir", *lacking)
    colleague = accounts(proxy.port)
    colleague.answer_within = timedelta(seconds=0.3)
    clock = itertools.count(step=1000)
    colleague.now = lambda: float(next(clock))  # however long it waits to try again, it is over
    yield colleague
    proxy.spoil(0, Fault.SILENCE)
    accounts.close()


def mails() -> Iterator[bytes]:
    return (mail(f"letter {number}", f"<{number}@mail.example>") for number in itertools.count())


def at_every_command(proxy: Proxy, fault: Fault, live: Callable[[int], None]) -> None:
    """Live a story with the fault at its first command, its second, … until it ends before."""
    for number in itertools.count(1):
        proxy.spoil(number, fault)
        live(number)
        if not proxy.struck:
            assert number > 3, "the story spoke through the proxy"
            return
        proxy.spoil(0, fault)


def persistently(act: Callable[[], object]) -> None:
    """As the service does: what could not be done is tried again."""
    for _ in range(TRIES):
        try:
            act()
        except TryLater:
            continue
        return
    raise AssertionError("it never worked again")


def test_a_mail_is_moved_once(account: Colleague, proxy: Proxy, fault: Fault) -> None:
    expected: list[bytes] = []
    mailbox = account.again()

    def live(number: int) -> None:
        message_id = f"{number}@mail.example"
        raw = mail(f"letter {number}", f"<{message_id}>")
        handle = account.deliver(raw)
        persistently(lambda: mailbox.find(key(raw), message_id, AWAY) or mailbox.move(handle, AWAY))
        expected.append(raw)
        assert account.raws("INBOX") == []
        assert sorted(account.raws(AWAY)) == sorted(expected)

    at_every_command(proxy, fault, live)
    proxy.spoil(0, fault)
    copies = account.again().changes(None).copies
    assert {(copy.folder, copy.tags) for copy in copies} == {(AWAY, frozenset())}


def test_everything_that_changed_is_told(account: Colleague, proxy: Proxy, fault: Fault) -> None:
    letters = mails()
    reader = Reader(account.again())
    there = [account.deliver(next(letters))]

    def live(number: int) -> None:
        del number
        there.append(account.deliver(next(letters)))
        there.append(account.deliver(next(letters), AWAY))
        account.person_deletes(there.pop(0))
        persistently(reader.reads)
        assert set(reader.known) == set(there)

    at_every_command(proxy, fault, live)


def test_a_tag_is_put_on(account: Colleague, proxy: Proxy, fault: Fault) -> None:
    letters = mails()
    mailbox = account.again()

    def live(number: int) -> None:
        del number
        handle = account.deliver(next(letters))
        account.person_tags(handle, add=["Mine"])
        persistently(lambda: mailbox.add_tags(handle, ["Housing"]))
        seen: list[frozenset[str]] = []
        persistently(lambda: seen.append(mailbox.look(handle).tags))
        assert seen == [{"Mine", "Housing"}]

    at_every_command(proxy, fault, live)


def test_a_draft_is_saved_once(account: Colleague, proxy: Proxy, fault: Fault) -> None:
    expected: list[bytes] = []
    mailbox = account.again()

    def live(number: int) -> None:
        message_id = f"{number}@mail.example"
        raw = mail(f"draft {number}", f"<{message_id}>")
        persistently(
            lambda: mailbox.find(key(raw), message_id, "Drafts") or mailbox.save_draft(raw)
        )
        expected.append(raw)
        assert sorted(account.raws("Drafts")) == sorted(expected)

    at_every_command(proxy, fault, live)


def test_a_folder_is_renamed_once(account: Colleague, proxy: Proxy, fault: Fault) -> None:
    mailbox = account.again()
    reader = Reader(mailbox)

    def live(number: int) -> None:
        raw = mail()
        account.deliver(raw, f"Cases/{number}/Inside")

        def act() -> None:
            if f"Closed/{number}" not in {folder.name for folder in reader.reads().folders}:
                mailbox.move_folder(f"Cases/{number}", f"Closed/{number}")

        persistently(act)
        assert account.raws(f"Closed/{number}/Inside") == [raw]
        assert account.raws(f"Cases/{number}/Inside") == []

    at_every_command(proxy, fault, live)


@pytest.mark.parametrize("lacking", [()], ids=[""], indirect=True)
def test_a_large_mail_is_read_whole(account: Colleague, proxy: Proxy, fault: Fault) -> None:
    raw = mail("big") + b"0123456789abcdef\r\n" * 160_000  # three parts
    handle = account.deliver(raw)
    mailbox = account.again()

    def live(number: int) -> None:
        del number
        read: list[bytes] = []

        def act() -> None:
            with mailbox.fetch(handle) as stream:
                read.append(stream.read())

        persistently(act)
        assert read == [raw]

    at_every_command(proxy, fault, live)


@pytest.mark.parametrize("lacking", [()], ids=[""], indirect=True)
def test_a_lost_line_is_told_in_words_and_without_the_password(
    account: Colleague, proxy: Proxy, fault: Fault
) -> None:
    told: list[str] = []

    def live(number: int) -> None:
        del number
        mailbox = account.again()
        with suppress(TryLater):
            try:
                mailbox.changes(None)
            except EdgeError as error:
                told.append(str(error))
                raise

    at_every_command(proxy, fault, live)
    assert told
    for words in told:
        assert words.startswith("The mailbox cannot be read")
        assert words.endswith(".")
        assert account.password not in words
