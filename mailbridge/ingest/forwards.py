"""Mails inside a mail: attached whole, or quoted by a forward. Clues, never the sender."""

from mailbridge.domain.message import Forwarded


def quoted_forwards(text: str, subject: str) -> tuple[Forwarded, ...]:
    """Stub."""
    return ()
