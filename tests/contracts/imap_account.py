"""An account on a real IMAP server, with a colleague who uses it in another mail program."""

import errno
import itertools
import shutil
import socket
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from imapclient import IMAPClient, imap_utf7

from mailbridge.domain.message import Handle
from mailbridge.faults import Faults
from mailbridge.ingest.mailboxes.imap import ImapMailbox, Security, Server
from mailbridge.ingest.mailboxes.imap.reading import handle_of, parts_of
from mailbridge.ingest.mailboxes.imap.replies import quoted
from mailbridge.ingest.mailboxes.imap.wire import literal
from mailbridge.ports import Mailbox
from tests.servers.dovecot import PASSWORD, Dovecot


class Colleague:
    """Somebody with a mail program; speaks to the server by a connection of their own.

    `separator` parts levels in the server's names; `forgets` makes the server lose its history and
    `stops` makes it unreachable.
    """

    def __init__(  # a table of what differs from server to server
        self,
        port: int,
        user: str,
        password: str,
        *,
        separator: str = ".",
        forgets: Callable[[], None] = lambda: None,
        through: int = 0,
        lacking: frozenset[str] = frozenset(),
    ) -> None:
        self.port, self.user, self.password = port, user, password
        self.separator, self._forgets = separator, forgets
        self.through = through or port
        self.lacking = lacking
        self.faults = Faults()
        self.now = time.monotonic
        self.home = ""  # where its mail lies, if on this machine's disk
        self.is_cut_off = False
        self.answer_within = timedelta(seconds=20)
        self._client: IMAPClient | None = None
        self._opened: list[Mailbox] = []
        self._mailbox: Mailbox | None = None

    @property
    def client(self) -> IMAPClient:
        if self._client is None:
            self._client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
            self._client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client.login(self.user, self.password)
            self._client.normalise_times = False
        return self._client

    @property
    def mailbox(self) -> Mailbox:
        if self._mailbox is None:
            self._mailbox = self.again()
        return self._mailbox

    def again(self) -> Mailbox:
        mailbox = ImapMailbox(
            self.server(), step=self.faults, interval=timedelta(milliseconds=50), now=self.now
        )
        self._opened.append(mailbox)
        return mailbox

    def server(self) -> Server:
        return Server(
            "127.0.0.1",
            self.through,
            self.user,
            self.secret,
            Security.NONE,
            connect_within=self.answer_within,
            answer_within=self.answer_within,
            without=self.lacking,
        )

    def secret(self) -> str:
        if self.is_cut_off:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        return self.password

    def close(self) -> None:
        for mailbox in self._opened:
            if isinstance(mailbox, ImapMailbox):
                mailbox.close()
        if self._client is not None:
            self._client.shutdown()
            self._client = None

    def spelled(self, folder: str) -> str:
        levels = folder.split("/")
        if self.separator == ".":
            levels = [level.replace(".", "\N{ONE DOT LEADER}") for level in levels]
        return self.separator.join(levels)

    def opened(self, handle: Handle, *, readonly: bool = False) -> tuple[IMAPClient, int]:
        folder, validity, uid = parts_of(handle)
        client = self.client
        told = client.select_folder(self.spelled(folder), readonly)
        assert told[b"UIDVALIDITY"] == validity
        return client, uid

    def deliver(self, raw: bytes, folder: str = "INBOX") -> Handle:
        self.person_makes_folder(folder)
        # Not client.append: the library would mend line endings.
        name = imap_utf7.encode(self.spelled(folder)).decode()
        status = self.client.folder_status(self.spelled(folder), ["UIDNEXT", "UIDVALIDITY"])
        args = [quoted(name.encode()), literal(raw)]
        kind, _ = self.client._raw_command(b"APPEND", args, uid=False)  # noqa: SLF001  # as told above
        assert kind == "OK"
        return handle_of(folder, status[b"UIDVALIDITY"], status[b"UIDNEXT"])

    def person_moves(self, handle: Handle, folder: str) -> Handle:
        self.person_makes_folder(folder)
        client, uid = self.opened(handle)
        status = client.folder_status(self.spelled(folder), ["UIDNEXT", "UIDVALIDITY"])
        client.move([uid], self.spelled(folder))
        return handle_of(folder, status[b"UIDVALIDITY"], status[b"UIDNEXT"])

    def person_tags(
        self, handle: Handle, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        client, uid = self.opened(handle)
        client.add_flags([uid], list(add) or ["\\Answered"])
        client.remove_flags([uid], [*remove, "\\Answered"])

    def person_reads(self, handle: Handle) -> None:
        client, uid = self.opened(handle)
        client.add_flags([uid], ["\\Seen"])

    def person_deletes(self, handle: Handle) -> None:
        client, uid = self.opened(handle)
        client.delete_messages([uid])
        client.uid_expunge([uid])

    def person_makes_folder(self, name: str) -> None:
        levels = name.split("/")
        for depth in range(1, len(levels) + 1):
            folder = self.spelled("/".join(levels[:depth]))
            if folder != "INBOX" and not self.is_there(folder):
                self.client.create_folder(folder)

    def is_there(self, folder: str) -> bool:
        found = self.client.list_folders("", folder.replace("*", "%"))
        return any(
            name == folder and not {b"\\Noselect", b"\\NonExistent"} & set(flags)
            for flags, _, name in found
        )

    def person_moves_folder(self, old: str, new: str) -> None:
        if "/" in new:
            self.person_makes_folder(new.rpartition("/")[0])
        self.client.select_folder("INBOX")
        self.client.rename_folder(self.spelled(old), self.spelled(new))

    def forget_history(self) -> None:
        self._forgets()

    def become_unreadable(self) -> None:
        """Our own account is still there for others; we no longer get through."""
        self.is_cut_off = True
        self.close()

    def raws(self, folder: str) -> list[bytes]:
        if not self.is_there(self.spelled(folder)):
            return []
        self.client.select_folder("INBOX")
        self.client.select_folder(self.spelled(folder), readonly=True)
        uids = self.client.search(["UNDELETED"])
        found = self.client.fetch(uids, ["BODY.PEEK[]"])
        return [found[uid][b"BODY[]"] for uid in uids]

    def flags(self, handle: Handle) -> frozenset[str]:
        client, uid = self.opened(handle, readonly=True)
        names = {b"\\seen": "seen", b"\\draft": "draft"}
        found = {flag.lower() for flag in client.get_flags([uid])[uid]}
        return frozenset(names[flag] for flag in found & names.keys())


_numbers = itertools.count()


def fresh_user() -> str:
    """The name of an account that nobody had."""
    return f"office{next(_numbers)}"


class Accounts:
    """Fresh accounts on a Dovecot, their mail kept in one form; all are closed at the end."""

    def __init__(self, server: Dovecot, form: str, *lacking: str) -> None:
        self.server, self.form, self.lacking = server, form, frozenset(lacking)
        self.opened: list[Colleague] = []

    def __call__(self, through: int = 0) -> Colleague:
        user = f"{fresh_user()}@{self.form}"
        colleague = Colleague(
            self.server.port,
            user,
            PASSWORD,
            separator="." if self.form == "maildir" else "/",
            forgets=lambda: self.forget(colleague),
            through=through,
            lacking=self.lacking,
        )
        colleague.home = str(self.server.home(user))
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
