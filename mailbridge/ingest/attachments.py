"""What matching may read in an attachment. Its bytes are never kept.

Text, calendar entries, the text layer of a PDF, Outlook's `.msg` and `winmail.dat` are read, each
up to a limit; everything else is a name and a size.
"""

import binascii
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final

import pypdf

from mailbridge.domain.message import Address, Attachment, Forwarded
from mailbridge.ingest.bodies import NOT_BASE64, read_body, transfer_decoded
from mailbridge.ingest.charsets import decode, storable
from mailbridge.ingest.html import to_text
from mailbridge.ingest.outlook_msg import DamagedMsgError, read_msg
from mailbridge.ingest.skim import IN_MEMORY, Keep, Part
from mailbridge.ingest.tnef import DamagedTnefError, read_tnef

NOTES: Final = {
    "kind-not-read": "Text is not looked for in files of this kind.",
    "too-large": "It is larger than is read.",
    "too-many-pages": "Only its first pages were read.",
    "encrypted": "It asks for a password.",
    "no-text": "It holds no text, perhaps only a picture of it.",
    "damaged": "It could not be read.",
}
"""Every note on an attachment whose text was not read, or not all, and what it means to people."""

LONGEST_TEXT: Final = 100_000  # letters kept of an attachment
MOST_PAGES: Final = 20
LARGEST_PAGE: Final = 2_000_000  # bytes of one page's drawing commands, unpacked
# pypdf tells of damage by quoting the file, and a log never carries words of a mail.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Opened:
    """An attachment as read: itself and what was found inside it."""

    attachments: tuple[Attachment, ...]
    forwarded: tuple[Forwarded, ...] = ()
    text: str = ""  # the mail's own words, where a winmail.dat holds them


def open_attachment(part: Part) -> Opened:
    """Read a part that is not the letter itself. Never fails."""
    name, kind = part.filename, part.content_type
    if part.keep is Keep.NOTHING:
        return Opened((Attachment(name, kind, part.size, note="kind-not-read"),))
    if part.keep is Keep.TEXT:
        text = read_body(part).text.strip()[:LONGEST_TEXT]
        note = "too-large" if part.is_cut else ""
        return Opened((Attachment(name, kind, part.size, text, note),))
    if part.is_cut or part.file is None:
        note = "too-large" if part.is_cut else "damaged"
        return Opened((Attachment(name, kind, part.size, note=note),))
    with SpooledTemporaryFile(IN_MEMORY) as decoded:
        for piece in _decoded(part.file, part.encoding):
            decoded.write(piece)
        decoded.seek(0)
        return _open(name, kind, decoded, part.size)


def _decoded(raw: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The file in pieces, transfer encoding undone; damage is skipped over."""
    raw.seek(0)
    if encoding != "base64":
        yield transfer_decoded(raw.read(), encoding)[0]
        return
    rest = b""
    while piece := raw.read(65_536):
        letters = rest + NOT_BASE64.sub(b"", piece)
        whole = len(letters) // 4 * 4
        yield binascii.a2b_base64(letters[:whole])
        rest = letters[whole:]
    if len(rest) > 1:
        yield binascii.a2b_base64(rest + b"=" * (-len(rest) % 4))


def _open(name: str, kind: str, file: IO[bytes], size: int) -> Opened:
    """Read a file by what it is, which its first bytes tell better than its name."""
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"%PDF"):
        text, note = _pdf_text(file)
        return Opened((Attachment(name, kind, size, text, note),))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return _open_msg(name, kind, file, size)
    if start.startswith(b"\x78\x9f\x3e\x22"):
        return _open_tnef(name, kind, file, size)
    return Opened((Attachment(name, kind, size, note="damaged"),))


def _pdf_text(file: IO[bytes]) -> tuple[str, str]:
    """The text layer of a PDF, and a note. Never fails."""
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            return "", "encrypted"
        pages = []
        note = "too-many-pages" if len(reader.pages) > MOST_PAGES else ""
        for page in reader.pages[:MOST_PAGES]:
            drawing = page.get_contents()
            if drawing is not None and len(drawing.get_data()) > LARGEST_PAGE:
                note = "too-large"
                continue
            pages.append(page.extract_text())
    except Exception:  # noqa: BLE001  # on damaged files pypdf raises whatever comes up
        return "", "damaged"
    text = storable("\n".join(pages).strip()[:LONGEST_TEXT])
    return text, note if text else note or "no-text"


def _open_msg(name: str, kind: str, file: IO[bytes], size: int) -> Opened:
    try:
        mail = read_msg(file)
    except DamagedMsgError:
        return Opened((Attachment(name, kind, size, note="damaged"),))
    sender = Address(mail.sender_address, mail.sender_name) if mail.sender_address else None
    inner = tuple(
        Attachment(inside, "application/octet-stream", length, note="kind-not-read")
        for inside, length in mail.files
    )
    return Opened(
        (Attachment(name, kind, size, mail.text[:LONGEST_TEXT]), *inner),
        (Forwarded(sender, mail.subject, mail.sent_at, mail.text, mail.message_id),),
    )


def _open_tnef(name: str, kind: str, file: IO[bytes], size: int) -> Opened:
    try:
        envelope = read_tnef(file.read())
    except DamagedTnefError:
        return Opened((Attachment(name, kind, size, note="damaged"),))
    found = [Attachment(name, kind, size)]
    for inside in envelope.files:
        text, note = "", "kind-not-read"
        if inside.data.startswith(b"%PDF"):
            text, note = _pdf_text(io.BytesIO(inside.data))
        elif inside.name.lower().endswith(".txt"):
            text, note = decode(inside.data[:LONGEST_TEXT])[0], ""
        found.append(
            Attachment(inside.name, "application/octet-stream", len(inside.data), text, note)
        )
    text = envelope.text if envelope.text.strip() else to_text(envelope.html)
    return Opened(tuple(found), text=text.replace("\r\n", "\n"))
