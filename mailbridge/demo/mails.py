"""One mail of the demo, and its bytes as they would arrive. The same mail is the same bytes."""

import quopri
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from html import escape
from zlib import crc32
from zoneinfo import ZoneInfo

from mailbridge.demo.cast import BODIES, MP, OFFICE, PEOPLE, SERVER, WORKERS
from mailbridge.demo.papers import PAPERS

LONDON = ZoneInfo("Europe/London")
YEAR = 2026


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, and the truth about it, which mailbridge is never told.

    `who` is a person's key, "body:name" for somebody at an organisation, "office:worker" for mail
    the office sends, or a whole address. `{key}` in subject and words is a case's reference.
    """

    id: str
    when: str  # "2 Nov 08:40", in the office's time
    who: str
    subject: str = ""  # "" when `re` says it
    words: str = ""
    to: str = "office"
    re: str = ""  # id of the mail it answers
    case: str = ""  # the truth: whose folder it belongs into; "" none
    kind: str = ""  # the truth: how it answers a letter
    asks: str = ""  # the category that mailbridge must put on it
    tags: tuple[str, ...] = ()  # tags it must get or have suggested
    form: str = "plain"  # how it is written: see _FORMS
    verdict: str = "pass"  # of our own mail server on the sender
    signs: str = ""  # instead of the sender's own name; "-" for nothing at all
    extra: tuple[tuple[str, str], ...] = ()  # header fields
    paper: str = ""  # an attachment out of `papers`
    quotes: bool = True  # whether an answer quotes what it answers

    @property
    def at(self) -> datetime:
        """When it was sent and arrived, in the office's time zone."""
        return moment(self.when)

    @property
    def is_sent(self) -> bool:
        """Whether the office sent it."""
        return self.who.startswith("office:")

    @property
    def stays(self) -> bool:
        """Nobody puts it away unread: it is broken, or somebody may come to harm."""
        return self.form == "broken" or "Safeguarding" in self.tags

    @property
    def message_id(self) -> str:
        """Without angle brackets; "" for a mail that has none."""
        if self.form == "no-id":
            return ""
        domain = OFFICE if self.is_sent else address_of(self.who)[1]
        return f"{self.id}.{crc32(self.id.encode()):08x}@{domain.rpartition('@')[2]}"


def moment(words: str) -> datetime:
    """The moment that words like "2 Nov 08:40" mean.

    >>> moment("2 Nov 08:40").isoformat()
    '2026-11-02T08:40:00+00:00'
    """
    return datetime.strptime(f"{YEAR} {words}", "%Y %d %b %H:%M").replace(tzinfo=LONDON)


def about(case: str, *mails: Mail) -> tuple[Mail, ...]:
    """These mails with their case: the truth of a whole story in one word."""
    return tuple(mail if mail.case else replace(mail, case=case) for mail in mails)


def address_of(who: str) -> tuple[str, str]:
    """Display name and address of a writer or recipient.

    >>> address_of("council:Pat Morley")
    ('Pat Morley', 'pat.morley@northmoor.gov.example')
    >>> address_of("office:sam")
    ('Office of Eleanor Whitcombe MP', 'office@whitcombe-mp.example')
    """
    if who in PEOPLE:
        return PEOPLE[who].bare_name, PEOPLE[who].email
    if who.partition(":")[0] == "office":
        return f"Office of {MP} MP", OFFICE
    body, _, name = who.partition(":")
    if body in BODIES:
        local = ".".join(name.lower().split())
        return name, f"{local}@{BODIES[body].domain}"
    name, _, address = who.rpartition(" ")
    return name, address.strip("<>")


_GREETINGS = (
    f"Dear Ms {MP.split()[1]}",
    f"Dear {MP}",
    "Hello",
    "Dear Ms Whitcombe and team",
    "Good morning",
    "To my MP",
)
_PARTINGS = ("Yours sincerely", "Kind regards", "Many thanks", "Best wishes", "With thanks")


def text_of(mail: Mail, refs: Mapping[str, str]) -> str:
    """The newly written words with greeting, farewell and signature."""
    dice = crc32(mail.id.encode())
    words = _filled(mail.words, refs)
    name, _ = address_of(mail.who)
    parting = _PARTINGS[dice // 7 % len(_PARTINGS)]
    if mail.signs == "-":
        return words
    if mail.who in PEOPLE:
        person = PEOPLE[mail.who]
        home = f"\n{person.street}\n{person.postcode}" if dice % 3 or mail.form == "home" else ""
        greeting = _GREETINGS[dice // 3 % len(_GREETINGS)]
        return f"{greeting},\n\n{words}\n\n{parting},\n{mail.signs or person.bare_name}{home}"
    if mail.is_sent:
        worker = WORKERS[mail.who.partition(":")[2]]
        to, _ = address_of(mail.to)
        reference = f"Our reference: {refs[mail.case]}\n\n" if mail.case in refs else ""
        signed = f"{worker.name}\nCaseworker, Office of {MP} MP"
        return f"{reference}Dear {to},\n\n{words}\n\nYours sincerely,\n\n{signed}"
    body = BODIES.get(mail.who.partition(":")[0])
    firm = f"\n{body.name}" if body else ""
    return f"Dear Ms Whitcombe,\n\n{words}\n\nKind regards,\n\n{mail.signs or name}{firm}"


def raw_of(mail: Mail, mails: Mapping[str, Mail], refs: Mapping[str, str]) -> bytes:
    """The mail as it lies in a Maildir: lines end in LF, as Dovecot keeps them."""
    if mail.form == "broken":
        return mail.words.encode()
    form = _FORMS.get(mail.form, _plain)
    fields, body = form(mail, text_of(mail, refs) + _quoted(mail, mails, refs))
    if mail.paper:
        fields, body = _with_paper(mail, fields, body)
    head = [*_envelope(mail), *_head(mail, mails, refs), *mail.extra]
    if mail.form != "bare":
        head.append(("MIME-Version", "1.0"))
    lines = b"".join(f"{name}: {value}\n".encode() for name, value in (*head, *fields))
    return lines + b"\n" + body


def _filled(words: str, refs: Mapping[str, str]) -> str:
    """Words with the references of cases put in."""
    for key, reference in refs.items():
        words = words.replace(f"{{{key}}}", reference)
    return words


def subject_of(mail: Mail, mails: Mapping[str, Mail], refs: Mapping[str, str]) -> str:
    """The subject line; an answer's is that of what it answers."""
    if mail.subject or not mail.re:
        return _filled(mail.subject, refs)
    before = subject_of(mails[mail.re], mails, refs)
    return before if before.startswith("Re: ") else f"Re: {before}"


def _chain(mail: Mail, mails: Mapping[str, Mail]) -> list[str]:
    """Message-IDs of the thread, oldest first."""
    if not mail.re:
        return []
    before = mails[mail.re]
    own = [before.message_id] if before.message_id else []
    return [*_chain(before, mails), *own]


def _quoted(mail: Mail, mails: Mapping[str, Mail], refs: Mapping[str, str]) -> str:
    """What was answered, below, as mail programs put it there."""
    if not mail.re or not mail.quotes:
        return "\n"
    before = mails[mail.re]
    name, address = address_of(before.who)
    if mail.form == "html":
        subject = subject_of(before, mails, refs)
        sent = f"{before.at.day} {before.at:%B %Y %H:%M}"
        head = f"From: {name} <{address}>\nSent: {sent}\nSubject: {subject}"
        return f"\n\n________________________________\n{head}\n\n{text_of(before, refs)}\n"
    lines = "\n".join(f"> {line}".rstrip() for line in text_of(before, refs).splitlines())
    return f"\n\nOn {before.at:%a, {before.at.day} %b %Y at %H:%M}, {name} wrote:\n{lines}\n"


def _envelope(mail: Mail) -> list[tuple[str, str]]:
    """What our own mail server put on top of mail that came in."""
    if mail.is_sent:
        return []
    domain = address_of(mail.who)[1].rpartition("@")[2]
    stamp = format_datetime(mail.at)
    fields = [("Received", f"from mail.{domain} by {SERVER} with ESMTPS; {stamp}")]
    if mail.verdict:
        said = f"{SERVER}; dmarc={mail.verdict} header.from={domain}"
        fields.insert(0, ("Authentication-Results", said))
    return fields


def _head(mail: Mail, mails: Mapping[str, Mail], refs: Mapping[str, str]) -> list[tuple[str, str]]:
    sender = _spelt(mail, address_of(mail.who))
    to = ", ".join(_spelt(mail, address_of(one.strip())) for one in _recipients(mail))
    subject = subject_of(mail, mails, refs)
    fields = [("From", sender), ("To", to), ("Subject", _word(mail, subject))]
    fields.append(("Date", format_datetime(mail.at)))
    if mail.message_id:
        fields.append(("Message-ID", f"<{mail.message_id}>"))
    if chain := _chain(mail, mails):
        fields.append(("In-Reply-To", f"<{chain[-1]}>"))
        fields.append(("References", " ".join(f"<{each}>" for each in chain)))
    return fields


def _recipients(mail: Mail) -> list[str]:
    return ["office:"] if mail.to == "office" else mail.to.split(";")


def _spelt(mail: Mail, who: tuple[str, str]) -> str:
    name, address = who
    quoted = f'"{name}"' if name.isascii() and not name.replace(" ", "").isalpha() else name
    return f"{_word(mail, quoted)} <{address}>" if name else address


def _word(mail: Mail, words: str) -> str:
    """Header text: encoded words (RFC 2047), unless the mail is one that knows none."""
    return words if words.isascii() or mail.form == "latin1" else Header(words, "utf-8").encode()


Made = tuple[list[tuple[str, str]], bytes]
"""Header fields that tell of the body, and the body."""


def _plain(mail: Mail, text: str) -> Made:
    del mail
    return [("Content-Type", "text/plain; charset=utf-8"), _EIGHT_BIT], text.encode()


def _latin1(mail: Mail, text: str) -> Made:
    """Raw Windows-1252 that is called by no name at all."""
    del mail
    return [("Content-Type", "text/plain"), _EIGHT_BIT], text.encode("cp1252", "replace")


def _html(mail: Mail, text: str) -> Made:
    """As Outlook writes it: Word's own HTML, quoted-printable, and no plain text beside it."""
    del mail
    paragraphs = "".join(
        f'<p class="MsoNormal"><span>{escape(line) or "<o:p>&nbsp;</o:p>"}</span></p>\n'
        for line in text.splitlines()
    )
    page = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>'
        "<style><!-- p.MsoNormal {margin:0cm; font-family:Calibri} --></style></head>\n"
        f'<body lang="EN-GB"><div class="WordSection1">\n{paragraphs}</div></body></html>\n'
    )
    kind = ("Content-Type", "text/html; charset=utf-8")
    return [kind, ("Content-Transfer-Encoding", "quoted-printable")], _printable(page)


def _bounce(mail: Mail, text: str) -> Made:
    """A delivery report (RFC 3464); its first recipient could not be reached."""
    failed = mail.extra[0][1]
    parts = (
        ("text/plain; charset=us-ascii", text),
        (
            "message/delivery-status",
            (
                f"Reporting-MTA: dns; {SERVER}\n\nFinal-Recipient: rfc822; {failed}\n"
                "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
            ),
        ),
    )
    made = "".join(f"--=_report\nContent-Type: {kind}\n\n{body}\n" for kind, body in parts)
    kind = 'multipart/report; report-type=delivery-status; boundary="=_report"'
    return [("Content-Type", kind)], f"{made}--=_report--\n".encode()


_EIGHT_BIT = ("Content-Transfer-Encoding", "8bit")
_FORMS = {"latin1": _latin1, "html": _html, "bounce": _bounce}


def _with_paper(mail: Mail, fields: list[tuple[str, str]], body: bytes) -> Made:
    """The same with an attachment out of `papers`."""
    kind, encoding, data = PAPERS[mail.paper]
    inner = "".join(f"{name}: {value}\n" for name, value in fields).encode()
    part = (
        f'Content-Type: {kind}; name="{mail.paper}"\nContent-Transfer-Encoding: {encoding}\n'
        f'Content-Disposition: attachment; filename="{mail.paper}"\n\n'
    ).encode()
    if kind == "message/rfc822":
        part = f"Content-Type: {kind}\n\n".encode()
    whole = (
        b"--=_parts\n" + inner + b"\n" + body + b"\n--=_parts\n" + part + data + b"\n--=_parts--\n"
    )
    return [("Content-Type", 'multipart/mixed; boundary="=_parts"')], whole


def _printable(text: str) -> bytes:
    return quopri.encodestring(text.encode())
