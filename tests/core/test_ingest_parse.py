import base64
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.message import Address, Automatic, Message
from mailbridge.ingest.attachments import NOTES
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.parse import ODDITIES, SET_ASIDE, parse

DOC = Path(__file__).parent.parent.parent / "docs" / "reading.md"
TOP = (
    b"From: Amina Khan <amina@home.example>\r\nTo: mp@office.example\r\n"
    b"Date: Sat, 21 Nov 2026 09:30:00 +0000\r\nMessage-ID: <one@home.example>\r\n"
)


def read(raw: bytes) -> Message:
    return parse(io.BytesIO(raw))


def codes(message: Message) -> set[str]:
    return {oddity.code for oddity in message.oddities}


def mixed(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in parts)
    return TOP + b"Content-Type: multipart/" + kind + b"; boundary=B\r\n\r\n" + body + b"--B--\r\n"


def test_a_plain_mail_is_read_whole() -> None:
    mail = read(TOP + b"Subject: Damp\r\nCc: Jo <JO@x.example>\r\n\r\nThe roof leaks.\r\n")
    assert mail.sender == Address("amina@home.example", "Amina Khan")
    assert mail.recipients == (Address("mp@office.example"), Address("jo@x.example", "Jo"))
    assert (mail.subject, mail.text, mail.new_text) == ("Damp", *["The roof leaks."] * 2)
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-11-21T09:30:00+00:00"
    assert (mail.message_id, codes(mail)) == ("one@home.example", set())
    assert mail.header("subject") == ("Damp",)


SUBJECTS = {
    "latin-1": ("£100 grant café".encode("latin-1"), "£100 grant café"),
    "utf-8": ("£100 grant café".encode(), "£100 grant café"),
    "encoded": (b"=?utf-8?Q?Caf=C3=A9?= =?utf-8?Q?_bills?=", "Café bills"),
    "japanese": (b"=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "日本語"),
    "cut letter": (b"=?utf-8?B?4pw=?=\r\n =?utf-8?B?kw==?=", "✓"),
    "blanks in a word": (b"=?utf-8?Q?The roof leaks?=", "The roof leaks"),
    "unknown charset": (b"=?x-none?Q?caf=E9?=", "café"),
    "broken base64": (b"=?utf-8?B?A?= x", "=?utf-8?B?A?= x"),
    "folded": (b"The\r\n\troof", "The roof"),
    "nul": (b"The\0 roof", "The roof"),
}


@pytest.mark.parametrize(("raw", "subject"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_subject_is_read_as_it_was_meant(raw: bytes, subject: str) -> None:
    assert read(TOP + b"Subject: " + raw + b"\r\n\r\nx").subject == subject


BODIES = {
    "windows-1252 called latin-1": (
        b"text/plain; charset=iso-8859-1",
        "",
        b"\x93\xa35\x94",
        "“£5”",
    ),
    "utf-8 called latin-1": (b"text/plain; charset=iso-8859-1", "", "£5".encode(), "£5"),
    "utf-8 called nothing": (b"text/plain", "", "£5".encode(), "£5"),
    "iso-2022-jp": (b"text/plain; charset=iso-2022-jp", "", b"\x1b$BF|K\\8l\x1b(B", "日本語"),
    "utf-16": (
        b"text/plain; charset=utf-16",
        "base64",
        base64.b64encode("é".encode("utf-16")),
        "é",
    ),
    "broken quoted-printable": (
        b"text/plain",
        "quoted-printable",
        b"50=25 =ZZ a=\r\nb",
        "50% =ZZ ab",
    ),
    "base64 cut short": (b"text/plain", "base64", b"SGVsbG8gdGhlcmU", "Hello there"),
    "flowed": (b"text/plain; format=flowed", "", b"one \r\ntwo\r\n three", "one two\nthree"),
    "html": (b"text/html", "", b"<p>caf&eacute;</p><p>two", "café\n\ntwo"),
    "html with a charset of its own": (b"text/html", "", b"<meta charset=cp1251><p>\xc4\xe0", "Да"),
    "a boundary that never comes": (b"multipart/mixed; boundary=X", "", b"hello", "hello"),
    "nul bytes": (b"text/plain", "", b"a\0b", "ab"),
    "not a charset": (b"text/plain; charset=punycode", "", b"caf\xe9", "café"),
}


@pytest.mark.parametrize(("kind", "encoding", "raw", "text"), BODIES.values(), ids=BODIES)
def test_a_body_is_read_as_it_was_meant(kind: bytes, encoding: str, raw: bytes, text: str) -> None:
    head = b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding.encode()
    assert read(TOP + head + b"\r\n\r\n" + raw).text == text


def test_the_plain_alternative_is_read_unless_it_only_points_to_the_html() -> None:
    html = b"Content-Type: text/html\r\n\r\n<p>" + b"The roof leaks badly. " * 30 + b"</p>"
    short = b"Content-Type: text/html\r\n\r\n<p><b>The roof leaks.</b> Yours, A.</p>"
    good = read(
        mixed(b"Content-Type: text/plain\r\n\r\nThe roof leaks.", short, kind=b"alternative")
    )
    assert good.text == "The roof leaks."
    stub = read(mixed(b"\r\nPlease view as HTML.", html, kind=b"alternative"))
    assert stub.text.startswith("The roof leaks badly.")


def test_attachments_are_named_measured_and_dropped() -> None:
    png = b"Content-Type: image/png; name=old.png\r\nContent-Disposition: attachment;\r\n"
    png += b" filename*=utf-8''caf%C3%A9.png\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJDRA=="
    mail = read(mixed(b"\r\nSee the picture.", png))
    (attachment,) = mail.attachments
    assert (attachment.filename, attachment.size) == ("café.png", 4)
    assert attachment.note in NOTES
    assert mail.text == "See the picture."


def test_uuencoded_files_leave_the_text() -> None:
    mail = read(TOP + b"\r\nHere:\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nBye\r\n")
    assert mail.text == "Here:\nBye"
    assert [(one.filename, one.size) for one in mail.attachments] == [("a.txt", 3)]


def test_a_mail_attached_whole_is_a_clue_and_not_the_sender() -> None:
    inner = (
        b"From: Jo <jo@x.example>\r\nSubject: Eviction\r\nMessage-ID: <in@x.example>\r\n\r\nHelp"
    )
    mail = read(mixed(b"\r\nSee below", b"Content-Type: message/rfc822\r\n\r\n" + inner))
    (forwarded,) = mail.forwarded
    assert (forwarded.subject, forwarded.text, forwarded.message_id) == (
        ("Eviction", "Help", "in@x.example")
    )
    assert forwarded.sender == Address("jo@x.example", "Jo")
    assert (mail.sender, mail.text) == (Address("amina@home.example", "Amina Khan"), "See below")


def test_a_forward_in_the_text_is_a_clue() -> None:
    body = b"Can you help her?\r\n\r\nFrom: Jo Bell [mailto:jo@x.example]\r\n"
    body += b"Sent: 3 March 2026 09:15\r\n"
    body += b"To: Amina Khan\r\nSubject: Eviction\r\n\r\nI must leave on Friday."
    (forwarded,) = read(TOP + b"Subject: FW: Eviction\r\n\r\n" + body).forwarded
    assert forwarded.sender == Address("jo@x.example", "Jo Bell")
    assert forwarded.text == "I must leave on Friday."
    assert str(forwarded.date) == "2026-03-03 09:15:00+00:00"
    assert read(TOP + b"Subject: RE: Eviction\r\n\r\n" + body).forwarded == ()


def test_the_route_ends_at_our_own_clock() -> None:
    hops = (
        b"Received: from mx.isp.example (mx.isp.example [192.0.2.1]) by mx.office.example "
        b"with ESMTPS\r\n"
        b"\tid 1; Sat, 21 Nov 2026 09:31:00 +0000\r\n"
        b"Received: from [10.0.0.1] by mx.isp.example; Sat, 21 Nov 2026 09:30:30 +0000\r\n"
    )
    mail = read(hops + TOP + b"\r\nx")
    assert [(hop.by, hop.delay_s) for hop in mail.route] == [
        ("mx.isp.example", 0.0),
        ("mx.office.example", 30.0),
    ]
    assert mail.received_at == mail.route[-1].at == mail.at


# ------------------------------------------------------------------- mail that breaks the standard


BROKEN = {
    "empty": (b"", {"empty"}),
    "no mail at all": (
        b"\x89PNG\r\n\x1a\n\0\0\0",
        {"no-header", "no-message-id", "no-from", "no-date"},
    ),
    "json": (b'{"a": 1}\n', {"no-header", "no-message-id", "no-from", "no-date"}),
    "two ids": (TOP + b"Message-ID: <two@x>\r\n\r\nx", {"repeated-message-id"}),
    "no blank line": (TOP + b"The roof leaks\r\nbadly.", {"no-blank-line"}),
    "a field cut in two": (
        TOP + b"Subject: The\r\nroof leaks\r\nCc: a@b.example\r\n\r\nx",
        {"broken-header"},
    ),
    "no end": (
        TOP + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nx",
        {"no-end-boundary"},
    ),
    "a wrong charset": (
        TOP + b"Content-Type: text/plain; charset=utf-8\r\n\r\ncaf\xe9",
        {"wrong-charset"},
    ),
    "broken base64": (
        TOP + b"Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8",
        {"broken-encoding"},
    ),
    "no date": (b"From: a@b.example\r\nMessage-ID: <a@b>\r\nDate: soon\r\n\r\nx", {"no-date"}),
    "encrypted": (
        TOP + b"Content-Type: multipart/encrypted; boundary=B\r\n\r\n--B\r\n\r\nx\r\n--B--",
        {"encrypted"},
    ),
}


@pytest.mark.parametrize(("raw", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_standard_is_tolerated_and_told(raw: bytes, expected: set[str]) -> None:
    assert codes(read(raw)) == expected


def test_a_mail_is_set_aside_only_when_nobody_can_say_whose_it_is() -> None:
    aside = {name for name, (raw, _) in BROKEN.items() if codes(read(raw)) & SET_ASIDE}
    assert aside == {"empty", "no mail at all", "json"}


def test_a_boundary_used_again_inside_is_no_end_of_the_mail() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\none\r\n--B--"
    mail = read(mixed(inner, b"\r\ntwo"))
    assert mail.text == "one\n\ntwo"


def test_five_thousand_levels_down_the_words_are_still_read() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    raw = TOP + b"".join(head % (n, n) for n in range(5_000)) + b"\r\nThe roof leaks.\r\n"
    assert read(raw).text == "The roof leaks."


def test_a_hundred_thousand_recipients_are_all_read() -> None:
    to = b",\r\n ".join(b"P%d <p%d@x.example>" % (n, n) for n in range(100_000))
    mail = read(b"From: a@b.example\r\nTo: " + to + b"\r\n\r\nx")
    assert len(mail.to) == 100_000
    assert mail.to[-1] == Address("p99999@x.example", "P99999")


def test_a_subject_of_210_kb_is_cut() -> None:
    assert len(read(TOP + b"Subject: " + b"word " * 42_000 + b"\r\n\r\nx").subject) < 40_000


class _Pieces:
    """A mail with fifty megabytes attached, made up as it is read."""

    def __init__(self, kind: bytes) -> None:
        head = b"Content-Transfer-Encoding: base64\r\nContent-Type: " + kind + b"\r\n\r\n"
        start, end = mixed(b"\r\nSee the film.", head + b"@").split(b"@\r\n")
        self._pieces = self._all(start, end)
        self._rest = b""

    @staticmethod
    def _all(start: bytes, end: bytes) -> Iterator[bytes]:
        yield start
        for _ in range(50_000_000 // 65_000):
            yield b"QUJD" * 16_250 + b"\n"
        yield end

    def readline(self, limit: int) -> bytes:
        self._rest = self._rest or next(self._pieces, b"")
        at = min(self._rest.find(b"\n") + 1 or limit, limit)
        line, self._rest = self._rest[:at], self._rest[at:]
        return line


@pytest.mark.parametrize("kind", [b"video/mp4", b"application/pdf"])
def test_fifty_megabytes_attached_never_lie_in_memory(kind: bytes) -> None:
    tracemalloc.start()
    try:
        mail = parse(cast(BinaryIO, _Pieces(kind)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert mail.text == "See the film."
    assert mail.attachments[0].size > 35_000_000
    assert peak < 20_000_000


@given(st.binary(max_size=400))
def test_random_bytes_are_read_without_complaint(raw: bytes) -> None:
    mail = read(raw)
    assert mail.size == len(raw)
    assert "unreadable" not in codes(mail)
    assert key_of(io.BytesIO(raw)) == (mail.key, mail.message_id)


_LINES = st.sampled_from(
    [
        b"From: =?utf-8?q?a?= <a@b>, (c",
        b'To: "x',
        b"Subject: =?utf-8?b?\xff?=",
        b"Date: 99",
        b" fold",
        b"Content-Type: multipart/mixed; boundary=B",
        b'Content-Type: multipart/alternative; boundary="B"',
        b"Content-Type: text/html; charset=utf-7",
        b"Content-Type: message/rfc822",
        b"junk",
        b"--B--",
        b"Content-Type: text/plain; charset*0*=x''%ff; name*=''",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Type: application/ms-tnef",
        b"=",
        b"-- ",
        b"Content-Type: application/pdf",
        b"Content-Type: multipart/report; boundary=B",
        b"",
        b"--B",
        b"",
        b"Content-Type: message/delivery-status",
        b"Action: failed",
        b"Received: from a (b by c; x",
        b"> q",
        b"References: <a@b> <c",
        b"begin 644 x",
        b"M" * 61,
        b"end",
        b"<div><blockquote>",
        b"On x wrote:",
        b"eJ8+IgEA/////w==",
        b"JVBERi0xLjQK",
        b"0M8R4KGxGuE=",
        b"\x00\xff",
        b"From: x",
        b"Sent: y",
        b"To: z",
    ]
)


@given(st.lists(_LINES, max_size=40), st.sampled_from([b"\n", b"\r\n"]))
def test_real_structure_in_any_disorder_is_read(lines: list[bytes], ending: bytes) -> None:
    raw = ending.join(lines)
    mail = read(raw)
    assert mail.size == len(raw)
    assert "unreadable" not in codes(mail)
    assert key_of(io.BytesIO(raw)) == (mail.key, mail.message_id)


# ---------------------------------------------------------------------------------------- the key


def key(raw: bytes) -> str:
    return key_of(io.BytesIO(raw))[0]


def test_a_copy_of_a_mail_has_its_key() -> None:
    raw = TOP + b"Subject: Damp\r\n\r\nThe roof leaks.\r\n"
    copies = [
        raw.replace(b"\r\n", b"\n"),
        b"Received: from a by b; Sat, 21 Nov 2026 09:31:00 +0000\r\nX-Spam: no\r\nStatus: RO\r\n"
        + raw,
        raw.replace(b"Damp", b"[EXTERNAL] Damp"),
        raw.replace(b"Amina Khan <amina@home.example>", b"AMINA@home.example (Amina)"),
        raw.replace(b"09:30:00 +0000", b"10:30:00 +0100"),
        raw.replace(b"<one@home.example>", b"\r\n <one@home.example> (a comment)"),
        raw.replace(b"leaks.", b"leaks. \t") + b"\r\n \r\n",
    ]
    assert {key(copy) for copy in copies} == {key(raw)}


def test_without_id_sender_or_date_the_words_tell_two_mails_apart() -> None:
    for field in (b"Message-ID", b"From", b"Date"):
        lacking = TOP.replace(field, b"X-Was")
        assert key(lacking + b"\r\nOne.\r\n") != key(lacking + b"\r\nTwo.\r\n")
        assert key(lacking + b"\r\nOne.\r\n") == key(
            (lacking + b"\r\nOne.\r\n\r\n").replace(b"\r", b"")
        )


def test_two_mails_of_a_web_form_with_one_id_and_one_second_have_two_keys() -> None:
    top = TOP + b"Subject: Contact form\r\n"
    assert key(top + b"\r\nThe roof leaks.") != key(top + b"\r\nThe lift is broken.")
    parts = (
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nHelp.\r\n"
        b"--B\r\n\r\n%s\r\n--B--"
    )
    assert key(TOP + parts % b"one") != key(TOP + parts % b"two")
    assert key(TOP + b"\r\none two") != key(TOP + b"\r\none\r\ntwo")


def test_our_own_draft_is_found_again_after_it_was_edited() -> None:
    top = TOP.replace(b"<one@home.example>", b"<mailbridge.0123456789abcdef01234567@mp.example>")
    assert key(top + b"\r\nDear officer") == key(top + b"\r\nMy dear officer")
    assert key(top + b"Date: nonsense\r\nFrom: b@c.example\r\n\r\na") != key(
        top + b"Date: nonsense\r\nFrom: b@c.example\r\n\r\nb"
    )


def test_a_line_in_pieces_has_the_key_of_the_line() -> None:
    long = b"a" * 65_530 + b" " * 20 + b"b" + b" " * 70_000
    assert key(TOP + b"\r\n" + long) == key(TOP + b"\r\n" + long.rstrip() + b"\r\n")
    assert key(TOP + b"\r\n" + long) != key(TOP + b"\r\n" + long.replace(b" " * 20, b" "))


def test_what_begins_like_a_header_and_is_no_mail_has_a_key_of_its_own() -> None:
    wrappers = [b'{"id":"%d","raw":"VGhlIHJvb2Y"}' % number for number in range(50)]
    assert len({key(one) for one in wrappers}) == 50
    assert key(wrappers[0]) == key(wrappers[0] + b"\r\n")
    assert "no-header" in codes(read(wrappers[0]))
    added = b"Received: from a by b; Sat, 21 Nov 2026 09:31:00 +0000\r\nStatus: RO\r\n"
    assert key(b"Foo: 1\r\n\r\nx") == key(added + b"Foo: 1\r\n\r\nx") != key(b"Foo: 2\r\n\r\nx")


def test_two_mails_that_share_an_id_have_two_keys() -> None:
    other = TOP.replace(b"amina@", b"bilal@")
    assert key(TOP + b"\r\nx") != key(other + b"\r\nx")
    assert key(TOP + b"Message-ID: <b@c>\r\n\r\nx") != key(TOP + b"Message-ID: <b@c>\r\n\r\ny")


def test_ids_wrapped_by_force_are_whole_again() -> None:
    mail = read(TOP + b"References: <a@x.example>\r\n\t<b@x\r\n .example> <a@x.example>\r\n\r\nx")
    assert mail.references == ("a@x.example", "b@x.example")


# ---------------------------------------------------------------------------------- automatic mail


AUTOMATIC = {
    "a person": (b"Subject: Damp\r\n", Automatic.NO),
    "suppressing others says nothing": (b"X-Auto-Response-Suppress: All\r\n", Automatic.NO),
    "auto-submitted no": (b"Auto-Submitted: no\r\n", Automatic.NO),
    "replied": (b"Auto-Submitted: auto-replied (vacation)\r\n", Automatic.REPLY),
    "generated": (b"Auto-Submitted: auto-generated\r\n", Automatic.GENERATED),
    "exchange out of office": (
        b"Auto-Submitted: auto-generated\r\nSubject: Automatic reply: Damp\r\n",
        Automatic.REPLY,
    ),
    "old out of office": (b"Subject: Out of Office AutoReply: Damp\r\n", Automatic.REPLY),
    "an answer to one": (b"Subject: Re: Automatic reply: Damp\r\n", Automatic.NO),
    "x-autoreply": (b"X-Autoreply: yes\r\n", Automatic.REPLY),
    "precedence": (b"Precedence: auto_reply\r\n", Automatic.REPLY),
    "list": (b"List-Id: <news.council.example>\r\n", Automatic.LIST),
    "bulk": (b"Precedence: bulk\r\n", Automatic.LIST),
}


@pytest.mark.parametrize(("fields", "expected"), AUTOMATIC.values(), ids=AUTOMATIC)
def test_what_a_machine_wrote_is_told_from_its_header(fields: bytes, expected: Automatic) -> None:
    assert read(TOP + fields + b"\r\nx").automatic is expected


REPORT = (
    b"From: MAILER-DAEMON@mx.example\r\nAuto-Submitted: auto-replied\r\nSubject: "
    b"Undelivered Mail\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=R\r\n\r\n--R\r\n\r\n"
    b"It could not be delivered.\r\n--R\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; jo@x.example\r\nAction: %s\r\n"
    b"Status: 5.1.1\r\n\r\n--R\r\nContent-Type: text/rfc822-headers\r\n\r\n"
    b"From: mp@office.example\r\nMessage-ID: <letter@office.example>\r\nSubject: "
    b"Damp\r\n\r\n--R--\r\n"
)


def test_a_bounce_is_known_before_its_auto_submitted_is_read() -> None:
    assert read(REPORT % b"failed").automatic is Automatic.BOUNCE
    assert read(REPORT % b"delayed").automatic is Automatic.GENERATED


def test_a_bounce_names_the_letter_that_bounced() -> None:
    assert [one.message_id for one in read(REPORT % b"failed").forwarded] == [
        "letter@office.example"
    ]


def test_a_person_who_writes_about_a_bounce_is_a_person() -> None:
    body = b"\r\nMy mail came back: 550 <jo@x.example>: user unknown. What shall I do?"
    assert read(TOP + b"Subject: Help\r\n" + body).automatic is Automatic.NO


# ---------------------------------------------------------------------------------------- documents


@pytest.mark.parametrize("code", [*ODDITIES, *NOTES])
def test_every_code_is_in_the_document(code: str) -> None:
    assert f"`{code}`" in DOC.read_text(encoding="utf-8")
