"""An account on an IMAP server as a mailbox."""

from mailbridge.ingest.mailboxes.imap.mailbox import ImapMailbox
from mailbridge.ingest.mailboxes.imap.server import Auth, Security, Server

__all__ = ["Auth", "ImapMailbox", "Security", "Server"]
