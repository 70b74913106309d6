"""The connection as the mailbox uses it: made when needed, made anew when lost, with patience; and
everything that can go wrong with it in our five words."""

import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from imapclient.exceptions import IMAPClientError

from mailbridge.domain.errors import EdgeError, NotThere, Refused, SignInNeeded, TryLater
from mailbridge.faults import Step
from mailbridge.ingest.mailboxes.imap.server import Server
from mailbridge.ingest.mailboxes.imap.wire import ACTS, SaidNo, Wire, connect

_SHORTEST, _LONGEST = 1.0, 300.0  # seconds between two tries to connect
# What a response code asks of us (RFC 5530, RFC 9051 §7.1). Without one, a refused act is refused
# for good, and a refused look is tried again.
_CODES: dict[str, type[EdgeError]] = {
    "NONEXISTENT": NotThere,
    "TRYCREATE": NotThere,
    "ALREADYEXISTS": Refused,
    "CANNOT": Refused,
    "NOPERM": Refused,
    "TOOBIG": Refused,
    "LIMIT": Refused,
    "UNAVAILABLE": TryLater,
    "INUSE": TryLater,
    "SERVERBUG": TryLater,
    "OVERQUOTA": TryLater,
    "CORRUPTION": TryLater,
    "EXPUNGEISSUED": NotThere,
    "AUTHENTICATIONFAILED": SignInNeeded,
    "AUTHORIZATIONFAILED": SignInNeeded,
    "EXPIRED": SignInNeeded,
    "PRIVACYREQUIRED": SignInNeeded,
}


class Line:
    """The line to one server. After each failed try to connect it waits twice as long, up to five
    minutes; meanwhile every call fails at once with the same words."""

    def __init__(
        self, server: Server, step: Step, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._server, self._step, self._now = server, step, now
        self._wire: Wire | None = None
        self._failed: EdgeError | None = None
        self._pause, self._not_before = 0.0, 0.0

    @contextmanager
    def telling(self, doing: str, *, asleep: bool = False) -> Iterator[Wire]:
        """The connection; whatever fails inside becomes one of our five errors, in words that
        begin with `doing`. It may be idle still only when `asleep`."""
        self._step("before the call")
        wire = self._wire if asleep and self._wire and self._wire.is_idling else None
        wire = wire or self._connected(doing)
        try:
            yield wire
        except EdgeError:
            raise
        except SaidNo as refusal:
            raise _in_our_words(refusal, doing) from refusal
        except (IMAPClientError, OSError, ValueError) as error:
            self.drop()
            raise TryLater(f"{doing} on {self._server.host}: {_why(error)}.") from error
        except BaseException:
            self.drop()  # nobody knows what is still on its way
            raise

    def drop(self) -> None:
        """Hang up; the next call connects anew."""
        if self._wire:
            self._wire.hang_up()
            self._wire = None

    def _connected(self, doing: str) -> Wire:
        if self._wire:
            try:
                if self._wire.is_alive():
                    return self._wire
            except BaseException:
                self.drop()
                raise
            self.drop()
        if self._failed and self._now() < self._not_before:
            again = timedelta(seconds=self._not_before - self._now())
            if isinstance(self._failed, TryLater):
                raise TryLater(str(self._failed), again)
            raise type(self._failed)(str(self._failed))
        try:
            self._wire = connect(self._server, self._step)
        except EdgeError as error:
            self._wait_longer(error)
            raise
        except (IMAPClientError, OSError, ValueError) as error:
            raise self._wait_longer(_unreachable(error, doing, self._server)) from error
        self._failed, self._pause = None, 0.0
        return self._wire

    def _wait_longer(self, error: EdgeError) -> EdgeError:
        self._failed = error
        self._pause = min(_LONGEST, max(_SHORTEST, self._pause * 2))
        # Not all offices at the same moment, when a server comes back.
        self._not_before = self._now() + self._pause * random.uniform(0.75, 1.25)  # noqa: S311
        return error


def _in_our_words(refusal: SaidNo, doing: str) -> EdgeError:
    is_act = refusal.command in ACTS
    kind = _CODES.get(refusal.code, Refused if is_act else TryLater)
    if refusal.code == "LIMIT" and not is_act:
        kind = TryLater
    said = f"the server said {refusal.kind} ({refusal.code or 'without a code'})"
    words = refusal.words.strip().rstrip(".")
    return kind(f"{doing}: {said}{f': {words}' if words else ''}.")


def _unreachable(error: Exception, doing: str, server: Server) -> EdgeError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return SignInNeeded(
            f"{doing}: the certificate of {server.host} cannot be believed "
            f"({error.verify_message.rstrip('.')}), so no password was sent. Check that the host's "
            "name is right; for an authority of your own, name its certificate in ca_file."
        )
    return TryLater(
        f"{doing}: {server.host} cannot be reached at port {server.port}: {_why(error)}."
    )


def _why(error: Exception) -> str:
    """A reason in plain words, without what was on the wire."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, OSError):
        return str(error.strerror or type(error).__name__).rstrip(".")
    if "EOF" in str(error) or "socket error" in str(error):
        return "the connection was lost"
    if isinstance(error, IMAPClientError) and not isinstance(error, ValueError):
        return "the connection was ended, or what came is not IMAP"
    return "what came is not IMAP"
