"""For tests/crash/test_kill_nine.py: kills the daemon again and again while mail flows in.

A process of its own with one thread, because only such a one may fork. It loads mailbridge once;
every daemon is a fork of it, works on real files, and is ended by SIGKILL at a step that differs
each time. Run it as `python -m tests.crash.kill_loop FOLDER KILLS`.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import structlog
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import event

from mailbridge.app import Edges, rule_texts, work_of
from mailbridge.domain.casework import Case
from mailbridge.domain.office import Office
from mailbridge.domain.reference import reference_from
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox
from mailbridge.reminders.tasklists.vdir import VdirCalendar, VdirTaskList
from mailbridge.runners.clock import Clock, system_clock
from mailbridge.runners.daemon import Work, run
from mailbridge.store import casework, people
from mailbridge.store.engine import open_store

OFFICE = Office(name="Office of Jo Placeholder MP", emails=("office@mp.example",))
REFERENCE = reference_from(0)
LONG_AGO = datetime(2026, 9, 1, 9, tzinfo=UTC)  # so that each letter is to be chased at once
MAILS_A_KILL = 3
PERIOD = 61  # steps after which a daemon is killed: every number up to here comes by


def mail(number: int, kind: str) -> tuple[bytes, str]:
    """The bytes of one mail, and the folder it comes into."""
    sender, to, folder = {
        "constituent": ("Amina Khan <amina@home.example>", "office@mp.example", "new"),
        "stranger": ("Bo <bo@far.example>", "office@mp.example", "new"),
        "letter": ("office@mp.example", "housing@anytown.gov.uk", ".Sent/new"),
    }[kind]
    subject = f"Damp {number}" if kind == "stranger" else f"Damp {number} ({REFERENCE})"
    text = "Please tell us what you will do about the damp at Mrs Khan's flat."
    lines = (
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <m{number}@mail.example>",
        f"Date: {LONG_AGO:%a, %d %b %Y %H:%M:%S} +0000",
        "",
        text,
        "",
    )
    return "\r\n".join(lines).encode(), folder


def deliver(root: Path, number: int) -> None:
    """As a mail server does: written in tmp, then renamed."""
    raw, folder = mail(number, ("constituent", "letter", "stranger")[number % 3])
    box = (root / "mail" / folder).parent
    for part in ("tmp", "new", "cur"):
        (box / part).mkdir(parents=True, exist_ok=True)
    name = f"{1_700_000_000 + number}.M{number}P1.host"
    (box / "tmp" / name).write_bytes(raw)
    (box / "tmp" / name).rename(box / "new" / name)


def work_in(root: Path, step: Callable[[str], None], clock: Clock = system_clock) -> Work:
    """The whole service on real files."""
    store = open_store(f"sqlite:///{root / 'store.sqlite'}")
    event.listen(store.engine, "commit", lambda _connection: step("commit"))
    edges = Edges(
        MaildirMailbox(root / "mail", interval=timedelta(milliseconds=20), step=step),
        VdirTaskList(root / "tasks", step=step),
        VdirCalendar(root / "calendar", step=step),
    )
    return work_of(edges, store, OFFICE, rule_texts, clock)


def prepare(root: Path) -> None:
    """An office with one constituent and one case, and empty folders."""
    for part in ("new", "cur", "tmp"):
        (root / "mail" / part).mkdir(parents=True)
    for name in ("tasks", "calendar"):
        (root / name / "office").mkdir(parents=True)
    work = work_in(root, lambda _step: None)
    now = system_clock()
    with work.store.writing() as tx:
        person = people.add_constituent(tx, "Mrs Amina Khan", "import", now)
        people.learn_email(tx, "amina@home.example", person, "", now)
        casework.put_case(tx, Case(REFERENCE, "Khan, Amina – damp", person, opened_on=now.date()))
    work.store.close()


def daemon(root: Path, told: int, allowed: int) -> None:
    """What the forked process does until it is killed: it tells each step and waits for leave to
    take it, so that it dies exactly there."""

    def tell(what: bytes) -> None:
        os.write(told, what)
        os.read(allowed, 1)

    work = work_in(root, lambda _step: tell(b"s"))
    whole = work.weekly or (lambda: 0)

    def round_ends() -> int:
        tell(b"r")
        return whole()

    object.__setattr__(work, "weekly", round_ends)
    run(work, timedelta(seconds=1), IntervalTrigger(days=1), Event())


def kill_one(root: Path, after: int) -> int:
    """Start a daemon, let it come to step `after` or through two rounds, and kill it there. The
    number of steps it came to."""
    told, telling = os.pipe()
    allowed, allowing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(told)
        os.close(allowing)
        try:
            daemon(root, telling, allowed)
        finally:
            os._exit(1)
    os.close(telling)
    os.close(allowed)
    steps = rounds = 0
    while True:
        what = os.read(told, 1)
        steps += what == b"s"
        rounds += what == b"r"
        # The first round reads, the second finds nothing more to do.
        if not what or steps == after or rounds == 2:  # see above
            break
        os.write(allowing, b"y")
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(told)
    os.close(allowing)
    return steps


def settle(root: Path) -> None:
    """Rounds without faults, hours apart, so that whatever was put off has its turn."""
    hours = 0

    def clock() -> datetime:
        return system_clock() + timedelta(hours=hours)

    work = work_in(root, lambda _step: None, clock)
    for _ in range(8):
        work.take_lease()
        work.round()
        hours += 2
    work.give_back()
    work.store.close()


def main(root: Path, kills: int) -> None:
    """Prepare, kill, settle; prints how many steps the killed daemons took in all."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    prepare(root)
    number = steps = 0
    for kill in range(kills):
        for _ in range(MAILS_A_KILL):
            number += 1
            deliver(root, number)
        steps += kill_one(root, 1 + (kill * 7) % PERIOD)
    settle(root)
    print(f"{kills} kills, {number} mails, {steps} steps")  # noqa: T201  # read by the test


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
