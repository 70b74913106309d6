"""A Maildir++ folder as a mailbox, which Dovecot may serve at the same time."""

from mailbridge.ingest.mailboxes.maildir.mailbox import MaildirMailbox
from mailbridge.ingest.mailboxes.maildir.tree import deliver, make_maildir

__all__ = ["MaildirMailbox", "deliver", "make_maildir"]
