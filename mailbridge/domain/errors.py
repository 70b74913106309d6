"""The five errors an edge may raise, named by what the caller must do next.

Edges translate every library's error into one of these; nothing above an edge sees another.
"""

from datetime import timedelta


class EdgeError(Exception):
    """A mailbox or task list could not do what it was asked; the message is for people."""


class TryLater(EdgeError):
    """The server is busy or out of reach: the same call may work after `after`."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        """Say what happened, and how long the server asked us to wait (None: it did not say)."""
        super().__init__(message)
        self.after = after


class NotThere(EdgeError):
    """What the handle named is gone: moved or deleted by somebody. An outcome, not a fault."""


class ChangedMeanwhile(EdgeError):
    """It changed between our look and our act: look again at once."""


class Refused(EdgeError):
    """The server understood and said no for good: a person must decide what to do."""


class SignInNeeded(EdgeError):
    """The account's credentials are not accepted: nothing works until a person signs in."""
