"""IMAP: how soon a mail that another program delivers is filed, and how fast a mailbox is read.

Beside the same mailbox read by imapclient alone. Needs Dovecot on this machine.
"""

import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imapclient import IMAPClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mailbridge.ingest.mailboxes.imap import ImapMailbox, Security, Server
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, is_here

MAILS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
ARRIVALS = 200
FOLDERS = 1_000
LARGE = 100_000


def raw(number: int) -> bytes:
    head = (
        f"From: person{number}@home.example\r\nTo: office@mp.example\r\n"
        f"Subject: Letter {number}\r\n"
        f"Date: Mon, 2 Nov 2026 09:00:00 +0000\r\nMessage-ID: <{number}@home.example>\r\n\r\n"
    )
    return (head + "The damp in our flat is worse again, please help.\r\n" * 40).encode()


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def mailbox_of(server: Dovecot, user: str) -> ImapMailbox:
    return ImapMailbox(Server("127.0.0.1", server.port, user, lambda: PASSWORD, Security.NONE))


def client_of(server: Dovecot, user: str) -> IMAPClient:
    client = IMAPClient("127.0.0.1", server.port, ssl=False)
    client.login(user, PASSWORD)
    return client


def first_read(server: Dovecot) -> None:
    """Everything listed, then each mail's bytes, as intake does it."""
    user = "first@maildir"
    client = client_of(server, user)
    for first in range(0, MAILS, 100):
        client.multiappend("INBOX", [raw(first + number) for number in range(100)])

    def bare() -> None:
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for first in range(0, len(uids), 100):
            some = uids[first : first + 100]
            assert client.fetch(some, ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"])

    mailbox = mailbox_of(server, user)

    def ours() -> None:
        for copy in mailbox.changes(None).copies:
            with mailbox.fetch(copy.handle) as stream:
                assert stream.read(4) == b"From"

    timed(bare)  # Dovecot's caches are warm for both
    one, other = timed(ours), timed(bare)
    print(
        f"first read, {MAILS} mails:  mailbridge {MAILS / one:7.0f} mails/s   imapclient alone "
        f"{MAILS / other:7.0f} mails/s   time ratio {one / other:.2f}"
    )
    client.shutdown()
    mailbox.close()


def arrivals(server: Dovecot) -> None:
    """From APPEND by another client to: woken, read, tagged and moved."""
    user = "arrivals@maildir"
    client, mailbox = client_of(server, user), mailbox_of(server, user)
    cursor = mailbox.changes(None).cursor
    sent: dict[int, float] = {}
    took: list[float] = []

    def send() -> None:
        for number in range(ARRIVALS):
            sent[number] = time.perf_counter()
            client.append("INBOX", raw(number), msg_time=datetime.now(UTC))
            time.sleep(0.05)

    sender = threading.Thread(target=send)
    sender.start()
    while len(took) < ARRIVALS:
        if not mailbox.wait(timedelta(seconds=1)):
            continue
        batch = mailbox.changes(cursor)
        cursor = batch.cursor
        for copy in batch.copies:
            if copy.folder != "INBOX":
                continue
            with mailbox.fetch(copy.handle) as stream:
                subject = next(line for line in stream if line.startswith(b"Subject"))
            mailbox.add_tags(copy.handle, ["Housing"])
            mailbox.move(copy.handle, "Cases/Khan")
            took.append(time.perf_counter() - sent[int(subject.split()[-1])])
    sender.join()
    p95 = statistics.quantiles(took, n=20)[-1]
    print(
        f"APPEND → tagged and moved, {ARRIVALS} mails:  median {statistics.median(took):.3f} s   "
        f"p95 {p95:.3f} s"
    )
    client.shutdown()
    mailbox.close()


def nothing_new(server: Dovecot) -> None:
    """A pass that finds nothing, over many folders and one large one."""
    user = "quiet@maildir"
    client = client_of(server, user)
    for number in range(FOLDERS):
        client.create_folder(f"Cases.Case {number}")
    client.create_folder("Archive")
    small = b"From: a@home.example\r\nSubject: x\r\n\r\n"
    for _ in range(LARGE // 1000):
        client.multiappend("Archive", [small] * 1000)
    mailbox = mailbox_of(server, user)
    batches = [mailbox.changes(None)]
    again = timed(lambda: batches.append(mailbox.changes(batches[-1].cursor)))
    passes = [timed(lambda: mailbox.changes(batches[-1].cursor)) for _ in range(5)]
    assert not batches[-1].copies
    print(
        f"nothing new, {FOLDERS} folders and {LARGE} mails in one:  median "
        f"{statistics.median(passes):.3f} s (first {again:.3f} s); "
        f"cursor {len(batches[-1].cursor)} bytes"
    )
    client.shutdown()
    mailbox.close()


if __name__ == "__main__":
    if not is_here():
        raise SystemExit("Dovecot is not installed: apt-get install dovecot-imapd")
    with dovecot() as running:
        arrivals(running)
        first_read(running)
        nothing_new(running)
        print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
