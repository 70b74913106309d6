"""Requests to one CalDAV server, and every way they fail in our words.

Written on the standard library's http.client, not on the `caldav` package: docs/dependencies.md
says why.
"""

import base64
import http.client
import ssl
import time
import weakref
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from mailbridge.domain.errors import (
    ChangedMeanwhile,
    EdgeError,
    NotThere,
    Refused,
    SignInNeeded,
    TryLater,
)
from mailbridge.faults import Step, no_fault
from mailbridge.reminders.caldav_address import problem_with
from mailbridge.reminders.tasklists.caldav import dav

_READS = frozenset({"GET", "OPTIONS", "PROPFIND", "REPORT"})
_MOST_BYTES = 64 * 1024 * 1024
_LONGEST_WAIT = timedelta(days=1)
# Hosts of one service that send us to one another: iCloud keeps each account on a host of its own.
_KIN = (".icloud.com",)
_GONE = "what was asked for is no longer on {host}"
_BUSY = "{host} is busy or in trouble (HTTP {status}). It is asked again by itself"
_CHANGED = "it was changed on {host} meanwhile"
_LOCKED_OUT = (
    "{host} does not accept this user and password. Check them; an account with two-factor "
    "authentication needs an app password of its own"
)
_FORBIDDEN = (
    "{host} does not let this account do that (HTTP 403 {reason}). Check that the list is shared "
    "with the right to edit"
)
_WORDS: dict[int, tuple[type[EdgeError], str]] = {
    401: (SignInNeeded, _LOCKED_OUT),
    403: (Refused, _FORBIDDEN),
    404: (NotThere, _GONE),
    409: (ChangedMeanwhile, _CHANGED),
    410: (NotThere, _GONE),
    412: (ChangedMeanwhile, _CHANGED),
    423: (TryLater, "somebody's program holds a lock on it on {host}"),
    507: (TryLater, "the account on {host} is full. Nothing was lost; make room there"),
}


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: `body` whole."""

    status: int
    body: bytes
    location: str = ""


class Wire:
    """One server and one account on it; for one thread.

    `secret` is asked for the password when it is first needed, and again after the server did not
    accept it. `ca_file` holds the certificates of an office's own authority, which are then trusted
    instead of the system's. `step` is told of each request, and of each answer to one that writes.
    Raises ValueError when the address is neither https nor on this machine.
    """

    def __init__(
        self,
        url: str,
        user: str,
        secret: Callable[[], str],
        *,
        ca_file: Path | None = None,
        timeout: timedelta = timedelta(seconds=30),
        step: Step = no_fault,
    ) -> None:
        if problem := problem_with(url):
            raise ValueError(problem)
        self.url = url
        self.step = step
        self._user = user
        self._secret = secret
        self._ca_file = ca_file
        self._timeout = timeout.total_seconds()
        self._authorization = ""
        self._open: dict[str, http.client.HTTPConnection] = {}
        weakref.finalize(self, _close, self._open)

    def ask(
        self,
        method: str,
        href: str,
        body: bytes | str = b"",
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Response:
        """The answer to one request. Every status that is no success and not among `also` is
        raised as one of our five errors, and so is every failure on the way."""
        url = self._allowed(href)
        self.step(f"before {method}")
        data = body.encode() if isinstance(body, str) else body
        host = urlsplit(url).netloc
        try:
            response = self._send(method, url, data, headers or {})
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise SignInNeeded(
                f"The certificate of {host} cannot be trusted ({error.verify_message}), so nothing "
                "was sent to it. Where the office has an authority of its own, name its file in "
                "`ca_file`"
            ) from None
        except TimeoutError:
            self.close()
            raise TryLater(f"{host} did not answer within {self._timeout:g} seconds.") from None
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise TryLater(f"{host} cannot be reached ({_told(error)}).") from None
        if method not in _READS:
            self.step(f"after {method}")
        if response.status in dav.SUCCESS or response.status in also:
            return response
        raise self._error(host, response)

    def close(self) -> None:
        """Let go of all connections. The next request opens one."""
        _close(self._open)

    def _send(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.netloc}"
        fresh = key not in self._open
        connection = self._open.setdefault(key, self._connection(url)) if fresh else self._open[key]
        try:
            return self._exchange(connection, method, url, body, headers)
        except (ConnectionError, http.client.BadStatusLine):
            connection.close()
            self._open.pop(key, None)
            # A server may close a connection that waited: a read on a new one harms nobody. A write
            # may have been done already, so its caller must look first.
            if fresh or method not in _READS:
                raise
        self._open[key] = self._connection(url)
        return self._exchange(self._open[key], method, url, body, headers)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
    ) -> Response:
        target = urlsplit(url)
        # Servers hand out spaces and umlauts unescaped now and then; what is escaped stays.
        path = quote(target.path or "/", safe="/%@:!$&'()*+,;=~")
        connection.request(
            method,
            f"{path}?{target.query}" if target.query else path,
            body or None,
            {
                "User-Agent": "mailbridge",
                "Authorization": self._signed(),
                # Web servers that compress mark the ETag as weak, and then no If-Match holds.
                "Accept-Encoding": "identity",
                **({"Content-Type": "application/xml; charset=utf-8"} if body else {}),
                **headers,
            },
        )
        with connection.getresponse() as answer:
            data = answer.read(_MOST_BYTES + 1)
            if len(data) > _MOST_BYTES:
                raise http.client.HTTPException("the answer has no end")
            if answer.length:  # read(n) does not tell that less came than was announced
                raise http.client.IncompleteRead(b"", answer.length)
            if answer.status in {429, 503}:
                raise _busy(target.netloc, answer.status, answer.getheader("Retry-After"))
            return Response(answer.status, data, answer.getheader("Location") or "")

    def _connection(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self._timeout)
        try:
            trusted = ssl.create_default_context(cafile=self._ca_file)
        except OSError as error:  # an SSLError is one too
            raise SignInNeeded(
                f"`ca_file` {self._ca_file} holds no certificates that can be read "
                f"({_told(error)}). It must be a PEM file"
            ) from None
        trusted.minimum_version = ssl.TLSVersion.TLSv1_2
        return http.client.HTTPSConnection(host, parts.port, timeout=self._timeout, context=trusted)

    def _signed(self) -> str:
        """Basic, RFC 7617: what Radicale, Nextcloud and iCloud take."""
        if not self._authorization:
            pair = f"{self._user}:{self._secret()}".encode()
            self._authorization = "Basic " + base64.b64encode(pair).decode()
        return self._authorization

    def _allowed(self, href: str) -> str:
        """The whole URL, if it may have the password: only the configured host may, and kin."""
        url = urljoin(self.url, href)
        home, there = urlsplit(self.url), urlsplit(url)
        if (there.scheme, there.netloc) == (home.scheme, home.netloc):
            return url
        names = (home.hostname or "", there.hostname or "")
        if there.scheme == "https" and any(all(n.endswith(k) for n in names) for k in _KIN):
            return url
        raise Refused(
            f"{home.netloc} sends us to {there.netloc}, and a password is only given to the host "
            "that the configuration names. Where that is right, change `url`"
        )

    def _error(self, host: str, response: Response) -> EdgeError:
        status = response.status
        if status == http.HTTPStatus.UNAUTHORIZED:
            self._authorization = ""  # a new password is asked for next time
        if status in dav.REDIRECTION:
            # Not followed: a PUT would arrive as a GET (RFC 9110 §15.4.3) and look like a success.
            return TryLater(
                f"{host} says that the calendars are at {response.location or 'another address'}. "
                "Where that is so, change `url`"
            )
        kind, words = _WORDS.get(
            status,
            (TryLater, _BUSY)
            if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR
            else (Refused, "{host} refuses it (HTTP {status} {reason})"),
        )
        reason = dav.reason_in(response.body)
        sentence = words.format(host=host, status=status, reason=reason).replace(" )", ")")
        return kind(f"{sentence[0].upper()}{sentence[1:]}.")


def _close(connections: dict[str, http.client.HTTPConnection]) -> None:
    for connection in connections.values():
        connection.close()
    connections.clear()


def _busy(host: str, status: int, retry_after: str | None) -> TryLater:
    return TryLater(
        f"{_BUSY.format(host=host, status=status)}.", _wait(retry_after or "", time.time())
    )


def _wait(retry_after: str, now: float) -> timedelta | None:
    """How long to wait (RFC 9110 §10.2.3): seconds, or until a moment; a day at most.

    >>> _wait("120", 0.0)
    datetime.timedelta(seconds=120)
    >>> _wait("Thu, 01 Jan 1970 00:01:00 GMT", 0.0)
    datetime.timedelta(seconds=60)
    >>> _wait("soon", 0.0)
    """
    try:
        seconds = (
            float(retry_after)
            if retry_after.strip().isdecimal()
            else parsedate_to_datetime(retry_after).timestamp() - now
        )
    except ValueError:
        return None
    return timedelta(seconds=min(max(seconds, 0), _LONGEST_WAIT.total_seconds()))


def _told(error: Exception) -> str:
    """An error's own words where they are for people: never a request's or an answer's text."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
