"""The steps that benchmarks/intake.py times, each run in a process of its own.

python benchmarks/_intake_steps.py unpack|office|bare|parse|folder …
"""

import email
import email.policy
import json
import os
import re
import sys
import tarfile
import time
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailbridge.runners.daemon import Report

LONG_AGO = 1_000_000_000  # seconds since 1970: a folder's stamp counts once it is some seconds old
PASSES = 5


def unpack(archive: str, target: str, times: str) -> None:
    """The mails of an archive, one a file; each again, `times` in all, as another mail."""
    written = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member) if member.name.endswith(".txt") else None
            if file is None:
                continue
            raw = file.read()
            for again in range(int(times)):
                if again:
                    number = b"\\g<0>again%d." % again
                    raw = re.sub(rb"(?im)^message-id:\s*<", number, raw, count=1)
                name = f"{LONG_AGO + written}.M1P1.bench"
                (Path(target) / name).write_bytes(raw)
                written += 1
    print(written)


def office(home: str, mails: str, most: str) -> None:
    """An office with nobody in its register, and links to the mails in its inbox."""
    from mailbridge.config import sample  # noqa: PLC0415  # the bare steps go without
    from mailbridge.ingest.mailboxes.maildir import make_maildir  # noqa: PLC0415  # likewise
    from mailbridge.reminders.tasklists.vdir import make_vdir  # noqa: PLC0415  # likewise

    root = Path(home)
    maildir = make_maildir(root / "mail")
    for folder in ("tasks", "calendar"):
        make_vdir(root / folder)
    answers = {"office": {"emails": ["office@mp.example"]}} | {
        section: {"path": path}
        for section, path in (("mailbox", "mail"), ("tasks", "tasks"), ("calendar", "calendar"))
    }
    (root / "mailbridge.toml").write_text(sample(answers), encoding="utf-8")
    for path in sorted(Path(mails).iterdir())[: int(most)]:
        os.link(path, maildir / "new" / path.name)


def bare(mails: str, most: str) -> None:
    """Read and parse with the standard library alone: every part decoded, nothing kept."""
    count = 0
    for path in sorted(Path(mails).iterdir())[: int(most)]:
        with path.open("rb") as file:
            mail = email.message_from_binary_file(file, policy=email.policy.default)
        for part in mail.walk():
            if not part.is_multipart():
                decoded(part)
        count += 1
    print(count)


def decoded(part: EmailMessage) -> object:
    """A part's content; where the library cannot make text of it (LookupError), its bytes."""
    try:
        return part.get_content()
    except (LookupError, ValueError):
        return part.get_payload(decode=True)


def parse(mails: str, most: str) -> None:
    """Our own reading alone: bytes to Message, newly written words and all."""
    from mailbridge.ingest.parse import parse as parsed  # noqa: PLC0415  # see `office`

    count = 0
    for path in sorted(Path(mails).iterdir())[: int(most)]:
        with path.open("rb") as file:
            parsed(file)
        count += 1
    print(count)


def folder(home: str, count: str) -> None:
    """Rounds over one folder of `count` mails that were all read before: seconds of each kind."""
    from mailbridge.app import open_work  # noqa: PLC0415  # see `office`
    from mailbridge.cli.logs import keep_quiet  # noqa: PLC0415  # likewise
    from mailbridge.config import load  # noqa: PLC0415  # likewise
    from mailbridge.domain.message import MessageKey  # noqa: PLC0415  # likewise
    from mailbridge.ingest.mailboxes.maildir import deliver  # noqa: PLC0415  # likewise
    from mailbridge.store import messages, state  # noqa: PLC0415  # likewise

    root = Path(home)
    cur = root / "mail" / "cur"
    for number in range(int(count)):
        text = f"From: a{number}@b.example\nMessage-ID: <{number}@b.example>\n\n.\n"
        (cur / f"{LONG_AGO + number}.M1P1.bench:2,S").write_text(text, encoding="ascii")
    for place in (cur, root / "mail" / "new"):
        os.utime(place, (LONG_AGO, LONG_AGO))
    settings = load(root / "mailbridge.toml")
    keep_quiet(settings.log, verbose=False)
    work = open_work(settings)
    started = time.perf_counter()
    batch = work.mailbox.changes(None)
    took = {"listed whole": time.perf_counter() - started}
    # As if each had been read: reading them is what the other table measures.
    with work.store.writing() as tx:
        for copy in batch.copies:
            messages.note_copy(tx, work.mailbox.name, copy, MessageKey(copy.handle), work.clock())
        state.save_cursor(tx, f"mailbox {work.mailbox.name}", batch.cursor, work.clock())
    work.round()  # writes this week's appointment
    took["nothing new"] = median(a_round(work.round) for _ in range(PASSES))
    new = []
    for number in range(PASSES):
        deliver(root / "mail", b"From: c@d.example\nMessage-ID: <new%d@d.example>\n\n." % number)
        new.append(a_round(work.round))
    took["one new mail"] = median(new)
    work.store.close()
    print(json.dumps(took))


def a_round(work: "Callable[[], Report]") -> float:
    """Seconds that a round takes; one that could not be finished measures nothing."""
    started = time.perf_counter()
    report = work()
    assert not report.trouble, report.trouble
    return time.perf_counter() - started


STEPS = {step.__name__: step for step in (unpack, office, bare, parse, folder)}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
