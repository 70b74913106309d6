"""The day's work: rounds of intake, delivery and sweeps, until somebody says stop."""

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from mailbridge.domain.errors import EdgeError, SignInNeeded
from mailbridge.domain.rules import RulesBroken
from mailbridge.ports import Mailbox
from mailbridge.runners.clock import Clock
from mailbridge.runners.delivery import SIGN_IN, Delivery
from mailbridge.runners.faulty import where_raised
from mailbridge.runners.intake import Intake, Tally
from mailbridge.runners.reminding import Reminding
from mailbridge.store import lookups, state
from mailbridge.store.engine import Store, StoreUnavailable

log = structlog.get_logger()

LEASE = timedelta(minutes=5)  # renewed every round; a dead holder on this machine is seen at once
TROUBLE = "trouble"  # note: why the last round could not be finished


class Occupied(Exception):
    """Another mailbridge is at work on this mailbox; the message says which."""


@dataclass(slots=True)
class Report:
    """What one round did."""

    tally: Tally = field(default_factory=Tally)
    applied: int = 0
    planned: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Everything one round needs, plugged together by `app`."""

    mailbox: Mailbox
    store: Store
    intake: Intake
    delivery: Delivery
    reminding: Reminding
    clock: Clock
    weekly: Callable[[], int] | None = None  # plans the week's appointment

    def round(self) -> Report:
        """Read, decide, do; sweep, do. Edges that fail are told of and tried again next time."""
        report = Report()
        is_read = self._step(report, self._read)
        self._step(report, self._deliver)
        self._step(report, lambda each: self._sweep(each, mail_is_read=is_read))
        self._step(report, self._deliver)
        with self.store.writing() as tx:
            if report.trouble:
                state.keep_note(tx, TROUBLE, report.trouble, self.clock())
            else:
                state.drop_note(tx, TROUBLE)
                state.drop_note(tx, SIGN_IN)
        return report

    def _read(self, report: Report) -> None:
        report.tally = replace(self.intake, on_progress=self._renew).run_once()

    def _renew(self, done: int, of: int) -> None:
        """A first reading takes longer than a lease lasts: keep the one we have. Raises Occupied
        when another has it by now, and then nothing more is written."""
        with self.store.reading() as tx:
            held = lookups.lease(tx, f"mailbox {self.mailbox.name}")
        if held is not None and held[1] - self.clock() < LEASE / 2:
            self.take_lease()
        self.intake.on_progress(done, of)

    def _deliver(self, report: Report) -> None:
        report.applied += self.delivery.run()

    def _sweep(self, report: Report, *, mail_is_read: bool) -> None:
        report.planned += self.reminding.run_once(mail_is_read=mail_is_read)
        if self.weekly is not None:
            report.planned += self.weekly()

    def _step(self, report: Report, step: Callable[[Report], None]) -> bool:
        """One step; True when it was done. What the edges say is kept for people."""
        try:
            step(report)
        except SignInNeeded as error:
            report.trouble = report.trouble or str(error)
            with self.store.writing() as tx:
                state.keep_note(tx, SIGN_IN, str(error), self.clock())
        except (EdgeError, RulesBroken) as error:
            report.trouble = report.trouble or str(error)
            log.warning("try later", error=type(error).__name__)
        else:
            return True
        return False

    def take_lease(self) -> None:
        """Have this mailbox to ourselves for a while. Raises Occupied while another has it."""
        holder = f"{socket.gethostname()}:{os.getpid()}"
        name = f"mailbox {self.mailbox.name}"
        with self.store.writing() as tx:
            had = state.lease_holder(tx, name)
            dead = [had] if had and had != holder and not is_alive(had) else []
            other = state.take_lease(tx, name, holder, self.clock(), LEASE, dead)
        if other is not None:
            host, _, process = other.partition(":")
            raise Occupied(f"process {process} on {host}")

    def give_back(self) -> None:
        """Let another mailbridge have the mailbox at once."""
        holder = f"{socket.gethostname()}:{os.getpid()}"
        with self.store.writing() as tx:
            state.give_back(tx, f"mailbox {self.mailbox.name}", holder)


def is_alive(holder: str) -> bool:
    """Whether a lease's holder still runs; one on another machine is believed to.

    >>> is_alive(f"{socket.gethostname()}:{os.getpid()}"), is_alive("elsewhere.example:1")
    (True, True)
    """
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdigit():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process
    return True


SLICE = timedelta(seconds=1)  # how soon a signal to stop is noticed


def run(work: Work, poll: timedelta, sweep: CronTrigger, stop: Event) -> None:
    """Rounds until `stop` is set: one each `poll`, one at each `sweep`, and one whenever the
    mailbox wakes us.

    All work is done here, in one thread; APScheduler only says when. So nothing ever overlaps.
    """
    wanted = Event()
    wanted.set()
    scheduler = BackgroundScheduler(timezone="UTC")
    for trigger in (IntervalTrigger(seconds=int(poll.total_seconds())), sweep):
        scheduler.add_job(wanted.set, trigger, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    try:
        while not stop.is_set():
            if wanted.is_set() or _wakes(work.mailbox):
                wanted.clear()
                _one_round(work)
    finally:
        scheduler.shutdown(wait=False)
        with suppress(StoreUnavailable):  # then the lease runs out by itself
            work.give_back()


def _wakes(mailbox: Mailbox) -> bool:
    try:
        return mailbox.wait(SLICE)
    except EdgeError:
        Event().wait(SLICE.total_seconds())  # out of reach: the next round tells of it
        return False


def _one_round(work: Work) -> None:
    """A round that cannot be finished is told of and done again: the daemon goes on."""
    try:
        work.take_lease()
        report = work.round()
    except Occupied:
        raise
    except StoreUnavailable as error:
        log.warning("the database cannot be used: nothing is lost, tried again", why=str(error))
    except Exception as error:  # noqa: BLE001  # whatever it is, the next mail must be read
        log.error("a round failed", where=where_raised(error))  # no texts in logs
    else:
        if report.tally.did_anything or report.applied or report.planned or report.trouble:
            log.info(
                "round",
                read=report.tally.read,
                changed=report.tally.changed,
                set_aside=report.tally.set_aside,
                planned=report.planned,
                applied=report.applied,
                trouble=bool(report.trouble),
            )


def stop_on_signals() -> Event:
    """Set when the process is asked to end (SIGTERM, or Ctrl-C): the round in hand is finished."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, ask)
    return stop
