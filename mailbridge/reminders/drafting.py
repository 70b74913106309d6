"""A draft as RFC 5322 bytes. Pure: the same wish on the same day makes the same mail."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailbridge.domain.action import SaveDraft
from mailbridge.domain.office import Office


def draft_mail(draft: SaveDraft, office: Office, at: datetime) -> bytes:
    """The mail that is left in Drafts, dated `at` (aware). Its Message-ID follows from its key,
    so that one which is already there can be found again.

    >>> from datetime import UTC
    >>> at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    >>> office = Office(name="Office of Jo Placeholder MP", emails=("office@mp.example",))
    >>> raw = draft_mail(SaveDraft("K4T7-29/1#1", ("a@b.example",), "Re: Damp", "Dear"), office, at)
    >>> b"To: a@b.example" in raw, b"X-Unsent: 1" in raw, raw == b""
    (True, True, False)
    """
    mail = EmailMessage(policy=SMTP)
    sender = office.emails[0] if office.emails else "office@localhost"
    mail["From"] = Address(_one_line(office.name), addr_spec=sender)
    mail["To"] = ", ".join(draft.to)
    mail["Subject"] = _one_line(draft.subject_line)
    mail["Date"] = format_datetime(at)
    digest = hashlib.blake2b(f"{draft.key}\0{at.isoformat()}".encode(), digest_size=12).hexdigest()
    mail["Message-ID"] = f"<mailbridge.{digest}@{sender.rpartition('@')[2]}>"
    if draft.in_reply_to:
        mail["In-Reply-To"] = f"<{draft.in_reply_to}>"
        mail["References"] = " ".join(
            f"<{each}>" for each in draft.references or (draft.in_reply_to,)
        )
    # Outlook opens a mail with this header ready to be edited and sent [MS-OXCMAIL, X-Unsent].
    mail["X-Unsent"] = "1"
    mail.set_content(draft.body)
    return bytes(mail)


def _one_line(text: str) -> str:
    return " ".join(text.split())
