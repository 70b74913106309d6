"""Real mail, which is not ours to publish: see `shared_data` in tests/conftest.py."""

import email
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbridge.domain.message import Automatic
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.newtext import newtext_html
from mailbridge.ingest.parse import parse


def mails(shared_data: Path, name: str, ending: str = "") -> Iterator[tuple[str, bytes]]:
    path = shared_data / "mail" / name
    if not path.exists():
        pytest.skip(f"{name} is not in the folder of real mail")
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content and member.name.endswith(ending):
                yield member.name, content.read()


def _plain_words(raw: bytes) -> str:
    """What the standard library finds in the first plain text of a mail."""
    whole = email.message_from_bytes(raw)
    for part in whole.walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            payload = part.get_payload(decode=True)
            return payload.decode("latin-1") if isinstance(payload, bytes) else ""
    return ""


def test_every_real_mail_is_read_and_makes_sense(shared_data: Path) -> None:
    seen: set[str] = set()
    count = lost = 0
    for name, raw in mails(shared_data, "spamassassin-ham.tar.gz"):
        mail = parse(io.BytesIO(raw))
        codes = {oddity.code for oddity in mail.oddities}
        assert "unreadable" not in codes, name
        assert key_of(io.BytesIO(raw)) == (mail.key, mail.message_id), name
        if name.endswith(".json"):  # the same mails, wrapped: no mail
            assert "no-header" in codes, name
            continue
        count += 1
        assert mail.sender is not None, name
        assert mail.date is not None, name
        assert mail.text.strip(), name
        assert mail.key not in seen, name
        seen.add(mail.key)
        lost += not _same_words(_plain_words(raw), mail.text)
    assert count > 2_000
    # The standard library and ours part ways where it stops at a broken boundary.
    assert lost <= count // 200


def _same_words(theirs: str, ours: str) -> bool:
    """Whether every ASCII word of theirs is in ours."""
    words = {word for word in theirs.split() if word.isascii() and word.isalpha()}
    return words <= set(ours.split()) or len(theirs) < 200  # a pointer to the HTML


def test_most_real_bounces_are_known(shared_data: Path) -> None:
    verdicts = {
        name: parse(io.BytesIO(raw)).automatic
        for name, raw in mails(shared_data, "bounces-flufl.tar.gz")
    }
    found = sum(verdict is Automatic.BOUNCE for verdict in verdicts.values())
    # Of 117, sixteen are warnings of a delay, or of no kind that flufl.bounce knows either.
    assert found >= 101


def test_no_person_in_real_mail_is_a_bounce_by_mistake(shared_data: Path) -> None:
    for name, raw in mails(shared_data, "spamassassin-ham.tar.gz", ".txt"):
        mail = parse(io.BytesIO(raw))
        if mail.automatic is Automatic.BOUNCE:
            assert "report-type=delivery-status" in mail.header("Content-Type")[0], name


def test_the_answers_of_real_mail_programs_are_found(shared_data: Path) -> None:
    for name, raw in mails(shared_data, "talon-fixtures.tar.gz"):
        if "standard_replies" in name and name.endswith(".eml"):
            assert parse(io.BytesIO(raw)).new_text == "Hello", name
        elif "html_replies" in name:
            words = newtext_html(raw.decode()).split()
            assert words == ["Hi.", "I", "am", "fine.", "Thanks,", "Alex"], name
