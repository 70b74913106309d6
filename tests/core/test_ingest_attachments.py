import base64
import io
import struct

import pytest

from mailbridge.domain.message import Address, Attachment, Message
from mailbridge.ingest.parse import parse

TOP = (
    b"From: a@b.example\nMessage-ID: <a@b>\nDate: Sat, 21 Nov 2026 09:30:00 +0000\n"
    b"Content-Type: multipart/mixed; boundary=B\n\n"
)


def mail_with(name: str, kind: str, content: bytes, words: str = "See attached.") -> Message:
    """A mail with one attachment, which may hold others."""
    raw = TOP + f"--B\n\n{words}\n--B\nContent-Type: {kind}; name={name}\n".encode()
    raw += b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content) + b"--B--\n"
    mail = parse(io.BytesIO(raw))
    assert not mail.oddities
    return mail


def pdf(text: str, pages: int = 1) -> bytes:
    drawing = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    kids = " ".join(f"{5 + n} 0 R" for n in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}/MediaBox[0 0 600 800]>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *[page] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    tail = (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    )
    return out + tail % (count, table, count, len(out))


def tnef(text: str, name: str, data: bytes) -> bytes:
    def attribute(level: int, number: int, value: bytes) -> bytes:
        return struct.pack("<BHHI", level, number, 0, len(value)) + value + b"\0\0"

    words = text.encode("utf-16-le")
    words += b"\0" * (-len(words) % 4)
    properties = struct.pack("<IHHII", 1, 0x001F, 0x1000, 1, len(words)) + words
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x9003, properties)
        + attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, name.encode() + b"\0")
        + attribute(2, 0x800F, data)
    )


def msg(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) with these streams at its root, each in eight sectors."""
    free, chain_end, special = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    entries = ["Root Entry", *streams]
    rooms = -(-len(entries) // 4)
    fat = [special, *range(2, rooms + 1), chain_end]
    for _ in streams:
        first = len(fat)
        fat += [*range(first + 1, first + 8), chain_end]
    fat += [free] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, chain_end, 0,
                          chain_end, 0, 0)  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)
    directory = b""
    for number, name in enumerate(entries):
        title = name.encode("utf-16-le")
        right = number + 1 if 0 < number < len(streams) else free
        start = 1 + rooms + 8 * (number - 1) if number else chain_end
        directory += title.ljust(64, b"\0") + struct.pack(
            "<HBBIII36xIQ", len(title) + 2, 2 if number else 5, 1, free, right,
            free if number else 1, start, 4096 if number else 0,
        )  # fmt: skip
    directory = directory.ljust(rooms * 512, b"\0")
    body = b"".join(content.ljust(4096, b"\0") for content in streams.values())
    return header + struct.pack("<128I", *fat) + directory + body


def test_the_text_layer_of_a_pdf_is_read() -> None:
    (attachment,) = mail_with("letter.pdf", "application/pdf", pdf("LS6 2AB")).attachments
    assert attachment == Attachment(
        "letter.pdf", "application/pdf", len(pdf("LS6 2AB")), text="LS6 2AB"
    )


def test_a_pdf_called_something_else_is_known_by_its_name() -> None:
    mail = mail_with("letter.PDF", "application/octet-stream", pdf("LS6 2AB"))
    assert mail.attachments[0].text == "LS6 2AB"


NOTED = {
    "a scan": (pdf(""), "no-text"),
    "a thick one": (pdf("x", pages=25), "too-many-pages"),
    "a broken one": (b"%PDF-1.4\nnothing", "damaged"),
    "no pdf": (b"hello", "damaged"),
}


@pytest.mark.parametrize(("content", "note"), NOTED.values(), ids=NOTED)
def test_a_pdf_that_was_not_read_says_why(content: bytes, note: str) -> None:
    assert mail_with("a.pdf", "application/pdf", content).attachments[0].note == note


def test_winmail_dat_gives_up_its_words_and_files() -> None:
    content = tnef("The roof leaks.", "bill.pdf", pdf("LS6 2AB"))
    mail = mail_with("winmail.dat", "application/ms-tnef", content, words="")
    assert mail.text == "The roof leaks."
    assert [(one.filename, one.text) for one in mail.attachments] == [
        ("winmail.dat", ""),
        ("bill.pdf", "LS6 2AB"),
    ]


def test_the_mails_own_words_go_before_those_in_winmail_dat() -> None:
    content = tnef("The roof leaks.", "a.txt", b"x")
    assert mail_with("winmail.dat", "application/ms-tnef", content).text == "See attached."


def test_a_winmail_dat_that_claims_four_thousand_million_properties_is_read_at_once() -> None:
    properties = struct.pack("<IHHI", 0xFFFFFFFF, 0x1002, 0x1000, 0xFFFFFFFF)
    content = struct.pack("<IHBHHI", 0x223E9F78, 1, 1, 0x9003, 0, len(properties)) + properties
    assert mail_with("winmail.dat", "application/ms-tnef", content).text == "See attached."


def test_an_outlook_mail_is_a_clue() -> None:
    sent = struct.pack("<32xHHIQ", 0x0040, 0x0039, 0, 134_170_722_000_000_000)
    content = msg(
        {
            "__properties_version1.0": sent,
            "__substg1.0_0037001F": "Eviction".encode("utf-16-le"),
            "__substg1.0_1000001F": "I must leave.".encode("utf-16-le"),
            "__substg1.0_0C1A001F": "Jo Bell".encode("utf-16-le"),
            "__substg1.0_5D01001F": "Jo@x.example".encode("utf-16-le"),
            "__substg1.0_1035001F": "<in@x.example>".encode("utf-16-le"),
        }
    )
    mail = mail_with("Eviction.msg", "application/vnd.ms-outlook", content)
    assert mail.attachments[0].text == "I must leave."
    (inside,) = mail.forwarded
    assert inside.sender == Address("jo@x.example", "Jo Bell")
    assert (inside.subject, inside.message_id) == ("Eviction", "in@x.example")
    assert inside.date is not None
    assert inside.date.year == 2026


def test_a_broken_outlook_mail_is_told() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600
    mail = mail_with("a.msg", "application/vnd.ms-outlook", content)
    assert mail.attachments[0].note == "damaged"


def test_a_text_attached_is_read_and_is_not_the_letter() -> None:
    mail = mail_with("notes.txt", "text/plain", b"LS6 2AB")
    assert (mail.text, mail.attachments[0].text) == ("See attached.", "LS6 2AB")
