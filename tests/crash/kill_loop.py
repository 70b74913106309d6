"""For tests/crash/test_kill_nine.py: kills the daemon again and again while mail flows in.

A process of its own with one thread, because only such a one may fork. It loads mailbridge once;
every daemon is a fork of it, works on real files, and is ended by SIGKILL at a step that differs
each time. Run it as `python -m tests.crash.kill_loop FOLDER KILLS`.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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


ROUND = "round ends"


def daemon(root: Path, told: int, allowed: int) -> None:
    """What the forked process does until it is killed: it tells each step and waits for leave to
    take it, so that it dies exactly there."""

    def tell(step: str) -> None:
        os.write(told, f"{step}\n".encode())
        os.read(allowed, 1)

    work = work_in(root, tell)
    whole = work.weekly or (lambda: 0)

    def round_ends() -> int:
        tell(ROUND)
        return whole()

    object.__setattr__(work, "weekly", round_ends)
    run(work, timedelta(seconds=1), IntervalTrigger(days=1), Event())


@dataclass(slots=True)
class Killer:
    """Kills daemons, each at a place in their work where none was killed before, while there are
    such places; a place is a step and the step before it."""

    root: Path
    places: set[tuple[str, str]] = field(default_factory=set)
    steps: int = 0

    def kill_one(self) -> None:
        """Start a daemon, let it come to a new place or through two rounds, and kill it there."""
        told, telling = os.pipe()
        allowed, allowing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(told)
            os.close(allowing)
            try:
                daemon(self.root, telling, allowed)
            finally:
                os._exit(1)
        os.close(telling)
        os.close(allowed)
        with os.fdopen(told) as steps:
            self._watch(steps, allowing)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        os.close(allowing)

    def _watch(self, steps: Iterable[str], allowing: int) -> None:
        """Come back when the daemon is to die."""
        before, rounds = "", 0
        for line in steps:
            step = line.strip()
            self.steps += 1
            rounds += step == ROUND
            if (before, step) not in self.places:
                self.places.add((before, step))
                return
            # The first round reads, the second finds nothing more to do.
            if rounds == 2:  # see above
                return
            before = step
            os.write(allowing, b"y")


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
    """Prepare, kill, settle; prints at how many places the daemons died."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    prepare(root)
    killer = Killer(root)
    number = 0
    for _ in range(kills):
        for _ in range(MAILS_A_KILL):
            number += 1
            deliver(root, number)
        killer.kill_one()
    settle(root)
    said = f"{kills} kills at {len(killer.places)} places, {number} mails, {killer.steps} steps"
    print(said)  # noqa: T201  # read by the test


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
