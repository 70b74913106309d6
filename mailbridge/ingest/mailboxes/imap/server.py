"""Where the mailbox is and how to get in: an office's settings, and the TLS they ask for."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from mailbridge.domain.errors import SignInNeeded


class Security(StrEnum):
    """How the connection is kept private."""

    TLS = "tls"  # from the first byte (RFC 8314); usually port 993
    STARTTLS = "starttls"  # asked for before signing in; usually port 143
    NONE = "none"  # on this machine only


class Auth(StrEnum):
    """How we sign in."""

    PASSWORD = "password"  # noqa: S105  # the name of a way to sign in
    XOAUTH2 = "xoauth2"  # Microsoft's and Google's
    OAUTHBEARER = "oauthbearer"  # RFC 7628


@dataclass(frozen=True, slots=True)
class Server:
    """One account on one server.

    `secret` gives the password or the token each time we sign in; tokens soon expire. It raises
    SignInNeeded when it has none. `ca_file` names authorities (PEM) that are believed instead of
    the system's; `certificate` is our own, with its key in the same file or in `key`. `without`
    names capabilities that are not used though the server says it has them.
    """

    host: str
    port: int
    user: str
    secret: Callable[[], str] = field(repr=False)
    security: Security = Security.TLS
    auth: Auth = Auth.PASSWORD
    ca_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    connect_within: timedelta = timedelta(seconds=20)
    answer_within: timedelta = timedelta(seconds=60)
    without: frozenset[str] = frozenset()

    def tls(self) -> ssl.SSLContext:
        """Certificates and host names are always verified. Raises SignInNeeded for files that
        cannot be read."""
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.certificate:
                # Asked for a passphrase, a daemon would wait at its terminal for ever.
                context.load_cert_chain(self.certificate, self.key, password=lambda: "")
        except (OSError, ValueError) as error:
            files = ", ".join(str(p) for p in (self.ca_file, self.certificate, self.key) if p)
            raise SignInNeeded(
                f"The certificates in {files} cannot be used: {error}. Check that the files are "
                "there, are in PEM form and need no passphrase."
            ) from error
        return context
