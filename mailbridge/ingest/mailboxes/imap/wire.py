"""One connection to an IMAP server: commands out, answers in, one at a time (RFC 3501)."""

import logging
import select
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from imapclient.imapclient import _literal

from mailbridge.domain.errors import SignInNeeded, TryLater
from mailbridge.faults import Step
from mailbridge.ingest.mailboxes.imap.names import Spelling
from mailbridge.ingest.mailboxes.imap.replies import Answer, code_of, listed, quoted
from mailbridge.ingest.mailboxes.imap.server import Auth, Security, Server

# Below warnings the library logs what goes over the wire: folder names, addresses, whole mails.
logging.getLogger("imapclient").setLevel(logging.WARNING)

# Codes (RFC 5530) that say the server is in trouble, and not that the sign-in was wrong.
_BUSY = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
_QUIET = 30.0  # seconds after which a connection is tried before it is relied on
literal = _literal
ACTS = frozenset({"CREATE", "RENAME", "UID STORE", "UID MOVE", "UID COPY", "UID EXPUNGE", "APPEND"})
"""Commands that change something on the server."""


class SaidNo(IMAPClientError):  # type: ignore[misc]  # the library publishes no annotations
    """The server understood a command and refused it."""

    def __init__(self, command: str, kind: str, said: str) -> None:
        """`kind` is NO or BAD; `said` is the rest of the line."""
        super().__init__(f"{command}: {kind} {said}")
        self.command, self.kind = command, kind
        self.code, self.argument, self.words = code_of(said)


@dataclass(frozen=True, slots=True)
class Opened:
    """The folder that is selected (RFC 3501 §6.3.1); numbers are 0 where the server has none."""

    name: bytes
    validity: int
    next_uid: int
    modseq: int
    exists: int
    is_writable: bool
    keeps_keywords: bool  # any that we choose: PERMANENTFLAGS holds \*


class Wire(IMAPClient):  # type: ignore[misc]  # the library publishes no annotations
    """A connection that is signed in. `connect` makes one."""

    spelling: Spelling
    opened: Opened | None = None
    has_qresync = False
    _step: Step
    _without: frozenset[str] = frozenset()
    _is_idling = False
    _used_at = 0.0

    def ask(self, command: str, *args: bytes) -> Answer:
        """Send a command and read all of its answer. Raises SaidNo; OSError, ValueError and the
        library's errors when the connection is lost or what comes is not IMAP."""
        self._step(f"before {command}")
        self._imap.untagged_responses = {}
        try:
            kind, data = self._raw_command(command.encode(), list(args), uid=False)
        except self.AbortError as error:
            # A literal that the server does not want is refused before it is sent.
            if "continuation" in str(error) and "'NO'" in str(error):
                raise SaidNo(command, "NO", "the server does not take it") from error
            raise
        except IMAPClientError as error:
            if " command error: BAD " in str(error):
                raise SaidNo(command, "BAD", "the server does not understand") from error
            raise
        self._used_at = time.monotonic()
        if kind != "OK":
            raise SaidNo(command, *_tagged((kind, data)))
        if command in ACTS:
            self._step(f"after {command}")
        return Answer(self._imap.untagged_responses)

    def can(self, capability: str) -> bool:
        """Whether the server says that it can, and we are to make use of it."""
        return capability not in self._without and bool(self.has_capability(capability))

    def open(self, name: bytes, *, to_write: bool = False) -> Opened:
        """Select a folder, or look afresh at the one that is. Raises SaidNo when it is not there.

        To read, a folder is only examined (RFC 3501 §6.3.2): so reading can change nothing.
        """
        now = self.opened
        if now and now.name == name and (now.is_writable or not to_write):
            # What others did meanwhile is told now (RFC 3501 §7), not in the midst of our work.
            self.ask("NOOP")
            return now
        return self.open_afresh(name, to_write=to_write)

    def open_afresh(self, name: bytes, *, to_write: bool = False) -> Opened:
        """Select a folder, with the numbers that it has now."""
        self.opened = None  # what was selected before is not, even when this fails (§6.3.1)
        extra = (b"(CONDSTORE)",) if self.can("CONDSTORE") and not self.has_qresync else ()
        answer = self.ask("SELECT" if to_write else "EXAMINE", quoted(name), *extra)
        flags = [line for line in answer.lines("OK") if line.startswith(b"[PERMANENTFLAGS")]
        self.opened = Opened(
            name,
            validity=answer.number("UIDVALIDITY"),
            next_uid=answer.number("UIDNEXT"),
            modseq=answer.number("HIGHESTMODSEQ"),
            exists=answer.number("EXISTS"),
            is_writable=to_write,
            keeps_keywords=any(rb"\*" in line for line in flags),
        )
        return self.opened

    def leave(self) -> None:
        """Have no folder open; where the server lacks UNSELECT (RFC 3691), none but the inbox.
        Never by CLOSE, which expunges."""
        if self.opened and self.can("UNSELECT"):
            self.opened = None
            self.ask("UNSELECT")
        elif self.opened:
            self.open_afresh(b"INBOX")

    # Waiting.

    def doze(self, seconds: float) -> bool:
        """Be idle (RFC 2177) for so long at most; True as soon as the server says something.

        Goes on being idle afterwards, until another command is sent.
        """
        if not self.is_idling and self._falls_asleep():
            return True
        if not select.select([self.socket()], [], [], seconds)[0]:
            return False
        try:
            said = self.idle_check(timeout=0)
        except IMAPClientAbortError:
            # Half a line came, and the library cannot wait for its other half: there is news, and
            # what is left of it on this line cannot be read any more. The next call connects anew.
            self._is_idling, self._used_at = False, float("-inf")
            self.hang_up()
            return True
        if not said:
            # Readable, with nothing to read: it hung up, or TLS has business of its own.
            self.wake()
        # "* OK Still here" is no news.
        return any(len(each) > 1 and each[0] != b"OK" for each in said)

    def _falls_asleep(self) -> bool:
        """Begin to be idle; True when the server had news on the way there."""
        self._step("before IDLE")
        self._imap.untagged_responses = {}
        # Not the library's idle(): it takes news before the "+" for a fault.
        tag = self._imap._command("IDLE")  # noqa: SLF001  # the library's own way, but for that
        while self._imap._get_response() is not None:  # noqa: SLF001  # likewise
            if self._imap.tagged_commands[tag]:
                raise SaidNo("IDLE", *_tagged(self._imap.tagged_commands.pop(tag)))
        self._idle_tag = tag
        self._is_idling = True
        return bool(self._imap.untagged_responses.keys() & {"EXISTS", "EXPUNGE", "FETCH"})

    def wake(self) -> None:
        """End being idle, if we are."""
        if self._is_idling:
            self._is_idling = False
            self.idle_done()
            self._used_at = time.monotonic()

    @property
    def is_idling(self) -> bool:
        """Whether the server will tell us of changes by itself just now."""
        return self._is_idling

    def is_alive(self) -> bool:
        """Whether the connection can be relied on; one that was quiet for long is tried."""
        try:
            self.wake()
            if time.monotonic() - self._used_at > _QUIET:
                self.ask("NOOP")
        except (OSError, ValueError, IMAPClientError):
            return False
        return True

    def hang_up(self) -> None:
        """Close the connection without another word."""
        with suppress(OSError, IMAPClientError):
            self.shutdown()

    # Getting in.

    def begin(self, server: Server, step: Step, secret: str, tls: ssl.SSLContext | None) -> None:
        """All that comes before the first real command. Raises as `connect` does."""
        self._step, self._without = step, server.without
        self._imap.debug = 0  # the library makes it 5, and then spells out each line for its log
        self.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._in_one_go()
        if server.security is Security.STARTTLS:
            if not self.can("STARTTLS"):
                raise SignInNeeded(
                    f"The server {server.host} offers no STARTTLS at port {server.port}, so the "
                    "password would go there unprotected and was not sent. Try "
                    'security = "tls" with port 993.'
                )
            step("before STARTTLS")
            self.starttls(tls)
        step("before signing in")
        self._sign_in(server, secret)
        self._cached_capabilities = None  # they are others once we are in
        self._agree()
        self._used_at = time.monotonic()

    def _in_one_go(self) -> None:
        # The library sends a command and the end of its line apart. Nagle's algorithm then holds
        # the second back until the server acknowledges the first, which takes 40 ms each time.
        unsent, send = bytearray(), self._imap.send

        def send_lines(data: bytes) -> None:
            unsent.extend(data)
            if unsent.endswith(b"\r\n"):
                line = bytes(unsent)
                unsent.clear()
                send(line)

        self._imap.send = send_lines

    def _sign_in(self, server: Server, secret: str) -> None:
        user = server.user
        try:
            if server.auth is Auth.XOAUTH2:
                self.sasl_login("XOAUTH2", _once(f"user={user}\1auth=Bearer {secret}\1\1", ""))
            elif server.auth is Auth.OAUTHBEARER:
                name = user.replace("=", "=3D").replace(",", "=2C")
                first = f"n,a={name},\1auth=Bearer {secret}\1\1"
                self.sasl_login("OAUTHBEARER", _once(first, "\1"))
            elif self.can("AUTH=PLAIN"):  # takes letters beyond ASCII, which LOGIN does not
                self.sasl_login("PLAIN", _once(f"\0{user}\0{secret}", ""))
            else:
                self.login(user, secret)
        except LoginError as error:
            # The library takes a lost line for a wrong password.
            if isinstance(error.__context__, self.AbortError | OSError):
                raise error.__context__ from None
            code, _, _ = code_of(str(error))
            if code in _BUSY:
                raise TryLater(f"The server {server.host} says that it is busy ({code}).") from None
            # The server's own words are left out: nobody knows what it repeats.
            raise SignInNeeded(
                f"The server {server.host} does not accept the sign-in of {user} by {server.auth}"
                f"{f' ({code})' if code else ''}. Check the user and the password or token. For a "
                "while nothing is tried again, so that the account is not locked."
            ) from None
        except UnicodeError:
            raise SignInNeeded(
                f"The server {server.host} takes only plain English letters in a password. "
                "Change it."
            ) from None

    def _agree(self) -> None:
        """Switch on what both can do, and ask how folders are named."""
        # Names come in modified UTF-7 unless we ask otherwise; only a server that can do nothing
        # else (RFC 6855 §7) is asked.
        is_utf8 = self.can("UTF8=ONLY")
        if is_utf8:
            self.ask("ENABLE", b"UTF8=ACCEPT")
        if self.can("QRESYNC") and self.can("ENABLE"):
            enabled = self.ask("ENABLE", b"QRESYNC").text("ENABLED").upper().split()
            self.has_qresync = "QRESYNC" in enabled
        separator, prefix = "/", ""
        for line in self.ask("LIST", b'""', b'""').lines("LIST"):
            separator = listed(line).separator
        if self.can("NAMESPACE"):
            # Where a server keeps all folders below "INBOX." (Courier, Cyrus), we leave that out.
            for personal in (self.namespace().personal or ())[:1]:
                prefix, separator = str(personal[0]), str(personal[1] or separator)
        self.spelling = Spelling(separator, prefix, is_utf8=is_utf8)


def connect(server: Server, step: Step) -> Wire:
    """A connection that is signed in. Raises SignInNeeded; TryLater for a server that is busy;
    OSError, ValueError and the library's errors when it cannot be reached or understood."""
    secret = server.secret()
    tls = server.tls() if server.security is not Security.NONE else None
    step("before connecting")
    wire = Wire(
        server.host,
        server.port,
        ssl=server.security is Security.TLS,
        ssl_context=tls,
        timeout=SocketTimeout(
            server.connect_within.total_seconds(), server.answer_within.total_seconds()
        ),
    )
    try:
        wire.begin(server, step, secret, tls)
    except BaseException:
        wire.hang_up()
        raise
    return wire


def _tagged(answer: tuple[str, list[bytes | None]]) -> tuple[str, str]:
    return answer[0], (answer[1][-1] or b"").decode("utf-8", "replace")


def _once(first: str, then: str) -> Callable[[bytes], str]:
    """What to answer to a server's challenges. After a refusal by OAuth it sends one more, only to
    say why (RFC 7628 §3.2.3), and waits for an answer before it says NO."""
    answers = iter((first,))
    return lambda _challenge: next(answers, then)
