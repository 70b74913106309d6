"""A round of the whole service over real mail, in an office whose register knows nobody."""

import hashlib
import json
import tarfile
from collections import Counter
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from mailbridge.cli import main
from mailbridge.config import sample
from mailbridge.ingest.mailboxes.maildir import deliver, make_maildir
from mailbridge.reminders.tasklists.vdir import make_vdir

SAMPLE = 300
HELD = 1  # exit code: something waits for a person
# Nobody can say whose these are, so each is set aside.
BROKEN = {"empty": b"", "no-header": b"\x00\xff not a mail at all \x80\n" * 3}


def real_mails(archive: Path) -> list[bytes]:
    """Every ninth or so of the archive's mails: lists, newsletters, letters, odd character sets."""
    with tarfile.open(archive) as tar:
        names = sorted(name for name in tar.getnames() if name.endswith(".txt"))
        chosen = frozenset(names[:: max(1, len(names) // SAMPLE)])
        files = [tar.extractfile(member) for member in tar if member.name in chosen]
        return [file.read() for file in files if file is not None]


def office_in(home: Path, most_actions: int = 1_000) -> Path:
    """An office with an empty register; its configuration."""
    make_maildir(home / "mail")
    for folder in ("tasks", "calendar"):
        make_vdir(home / folder)
    answers: dict[str, dict[str, object]] = {
        "office": {"emails": ["office@mp.example"]},
        "mailbox": {"path": "mail"},
        "tasks": {"path": "tasks"},
        "calendar": {"path": "calendar"},
        "daemon": {"most_actions": most_actions},
    }
    config = home / "mailbridge.toml"
    config.write_text(sample(answers), encoding="utf-8")
    return config


def told(config: Path, *words: str) -> tuple[int, Any]:
    """A command's exit code and its JSON."""
    out = StringIO()
    with redirect_stdout(out):
        code = main(["--config", str(config), "--json", *words])
    return code, json.loads(out.getvalue())


def bodies_in(maildir: Path) -> Counter[str]:
    """Digests of every mail file, wherever in the mailbox it lies."""
    files = [path for part in ("new", "cur") for path in maildir.glob(f"**/{part}/*")]
    return Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


@pytest.fixture
def archive(shared_data: Path) -> Path:
    found = shared_data / "mail" / "spamassassin-ham.tar.gz"
    if not found.is_file():
        pytest.skip(f"no {found.name} in the folder of real mail")
    return found


def test_real_mail_of_strangers_is_read_and_nothing_is_filed_changed_or_lost(
    archive: Path, tmp_path: Path
) -> None:
    config, mails = office_in(tmp_path), real_mails(archive)
    assert len(mails) >= SAMPLE
    for raw in (*mails, *BROKEN.values()):
        deliver(tmp_path / "mail", raw)
    before = bodies_in(tmp_path / "mail")

    code, counts = told(config, "run", "--once")

    assert code == HELD
    assert (counts["read"], counts["set_aside"]) == (len(mails) + len(BROKEN), len(BROKEN))
    assert (counts["filed"], counts["waiting"], counts["trouble"]) == (0, 0, "")
    assert bodies_in(tmp_path / "mail") == before

    _, waiting = told(config, "review")
    assert {each["code"] for each in waiting["set_aside"]} == set(BROKEN)

    _, again = told(config, "run", "--once")
    assert (again["read"], again["set_aside"], again["set_aside_in_all"]) == (0, 0, len(BROKEN))


def test_a_flood_of_actions_is_held_until_a_person_lets_it_go(
    archive: Path, tmp_path: Path
) -> None:
    config = office_in(tmp_path, most_actions=100)
    for raw in real_mails(archive):
        deliver(tmp_path / "mail", raw)
    before = bodies_in(tmp_path / "mail")
    _, first = told(config, "run", "--once")
    assert first["held"] >= first["asked"] > 0
    assert (first["waiting"], first["done"]) == (0, 1), "the week's review is all that was done"

    told(config, "outbox", "release", "--all")
    _, released = told(config, "run", "--once")

    assert released["done"] + released["stopped"] == first["held"]
    assert (released["held"], released["waiting"], released["filed"]) == (0, 0, 0)
    assert bodies_in(tmp_path / "mail") == before
    _, after = told(config, "run", "--once")
    assert (after["read"], after["held"], after["waiting"], after["done"]) == (0, 0, 0, 0)
