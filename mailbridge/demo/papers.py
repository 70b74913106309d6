"""What lies with some mails: a letter as PDF, a mail inside a mail, Outlook's winmail.dat."""

from base64 import encodebytes
from struct import pack


def pdf(*lines: str) -> bytes:
    """A one-page PDF with these lines as its text layer (ISO 32000-1, §7.5: file structure)."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return made + head + table + tail % (len(objects) + 1, len(made))


def winmail(name: str, text: str) -> bytes:
    """A winmail.dat with one attachment [MS-OXTNEF], as Outlook sends to those who have none."""

    def attribute(level: int, code: int, data: bytes) -> bytes:
        return pack("<BII", level, code, len(data)) + data + pack("<H", sum(data) % 65536)

    return (
        pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x00089006, pack("<I", 0x00010000))  # attTnefVersion
        + attribute(2, 0x00069002, pack("<HIIIH", 1, 0xFFFFFFFF, 0, 0, 0)[:14])  # attAttachRenddata
        + attribute(2, 0x00018010, name.encode() + b"\0")  # attAttachTitle
        + attribute(2, 0x0006800F, text.encode())  # attAttachData
    )


_COMPLAINT = b"""\
From: Grace Underwood <grace.underwood@inbox.example>
To: Clerk <clerk@northmoor-parish.example>
Subject: The footbridge at Weaver Street
Date: Tue, 10 Nov 2026 19:12:00 +0000
Message-ID: <bridge@inbox.example>
Content-Type: text/plain; charset=utf-8

The handrail has been loose since the spring and two people have fallen.
Could the parish say who owns it?

Grace Underwood
"""

# Name → content type, transfer encoding, bytes as they stand in the mail.
PAPERS: dict[str, tuple[str, str, bytes]] = {
    "tax-code-notice.pdf": (
        "application/pdf",
        "base64",
        encodebytes(
            pdf(
                "Revenue Office",
                "Notice of coding",
                "Mrs Claire Bennett",
                "22 Orchard Way, ZE5 2AN",
                "Your tax code is 0T.",
            )
        ),
    ),
    "answer.pdf": (
        "application/pdf",
        "base64",
        encodebytes(
            pdf(
                "Revenue Office",
                "Mrs Claire Bennett, 22 Orchard Way, ZE5 2AN",
                "I write in reply to your letter of 19 October.",
                "Our records show that her old employer had not closed her record.",
                "Her code was corrected on 20 November 2026,",
                "and a refund of 634.20 pounds was issued to her.",
            )
        ),
    ),
    "decision.pdf": (
        "application/pdf",
        "base64",
        encodebytes(
            pdf(
                "Northmoor Council - Revenues",
                "Miss Rhiannon Pryce, 14 Lock Keeper's Row, ZE6 1AT",
                "The bill for 3 Cloth Hall Flats was cancelled on 1 December 2026.",
                "A refund of 412.80 pounds was paid to her bank account.",
            )
        ),
    ),
    "winmail.dat": (
        "application/ms-tnef",
        "base64",
        encodebytes(winmail("minutes.txt", "Minutes of the flood group, 12 November.")),
    ),
    "footbridge.eml": ("message/rfc822", "8bit", _COMPLAINT),
}
