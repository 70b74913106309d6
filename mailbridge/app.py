"""Where real edges are plugged into the runners: the only place that knows which ones there are."""

import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from mailbridge.config import Settings, password
from mailbridge.domain.finding import Facet
from mailbridge.domain.message import Role
from mailbridge.domain.office import Office
from mailbridge.domain.reference import COUNT, reference_from
from mailbridge.domain.rules import RulesBroken
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox, make_maildir
from mailbridge.planning.rules import FRAMEWORK
from mailbridge.planning.words import OWN
from mailbridge.ports import Calendar, Mailbox, TaskList
from mailbridge.reminders.tasklists.vdir import VdirCalendar, VdirTaskList, make_vdir
from mailbridge.runners.clock import Clock, system_clock
from mailbridge.runners.daemon import Work
from mailbridge.runners.delivery import Delivery
from mailbridge.runners.intake import Intake, no_progress
from mailbridge.runners.reminding import Reminding
from mailbridge.runners.reviewing import Reviewing
from mailbridge.runners.shelf import Shelf
from mailbridge.shipped import rules_dir
from mailbridge.store.engine import Store, open_store
from mailbridge.tagging.framework import Framework, suggested


@dataclass(frozen=True, slots=True)
class Edges:
    """One office's mailbox, task lists and calendar."""

    mailbox: Mailbox
    tasks: TaskList
    calendar: Calendar | None


def edges_of(settings: Settings) -> Edges:
    """The edges that the configuration names."""
    tasks, calendar = _lists_of(settings)
    return Edges(
        mailbox=_mailbox_of(settings),
        tasks=tasks,
        calendar=calendar,
    )


def _mailbox_of(settings: Settings) -> Mailbox:
    account = settings.mailbox
    if account.kind == "maildir":
        return MaildirMailbox(
            account.path,
            account.name,
            roles={account.sent: Role.SENT, account.drafts: Role.DRAFTS},
            reserved=vital_categories(rule_texts(settings.rules.dir)),
        )

    from mailbridge.ingest.mailboxes.imap import Auth, ImapMailbox, Security, Server

    server = Server(
        account.host,
        account.port or (993 if account.security == "tls" else 143),
        account.user,
        password("mailbox", account.password_command),
        Security(account.security),
        Auth(account.auth),
        ca_file=account.ca_file,
        certificate=account.client_certificate,
        key=account.client_key,
    )
    return ImapMailbox(server, account.name, sent=account.sent, drafts=account.drafts)


def _lists_of(settings: Settings) -> tuple[TaskList, Calendar | None]:
    zone = settings.office.timezone
    on_disk = VdirCalendar(settings.calendar.path, timezone=zone)
    calendars: dict[str, Calendar | None] = {"vdir": on_disk, "none": None}
    if settings.tasks.kind == "vdir":
        return VdirTaskList(settings.tasks.path, timezone=zone), calendars[settings.calendar.kind]

    from mailbridge.reminders.tasklists.caldav import CaldavCalendar, CaldavTaskList, Home, Wire

    account = settings.tasks
    wire = Wire(
        account.url or "",
        account.user,
        password("tasks", account.password_command),
        ca_file=account.ca_file,
    )
    home = Home(wire)
    calendars["caldav"] = CaldavCalendar(home, calendar=settings.calendar.name, timezone=zone)
    tasks = CaldavTaskList(home, office_list=account.office_list, timezone=zone)
    return tasks, calendars[settings.calendar.kind]


def make_places(settings: Settings) -> tuple[Path, ...]:
    """Make the folders that the configuration names where they are missing; which were made.

    Only for setting an office up: later a missing folder means a disk that is not there.
    """
    wanted: list[tuple[Path, Callable[[Path], Path]]] = []
    if settings.mailbox.kind == "maildir":
        wanted.append((settings.mailbox.path, make_maildir))
    if settings.tasks.kind == "vdir":
        wanted.append((settings.tasks.path, make_vdir))
    if settings.calendar.kind == "vdir":
        wanted.append((settings.calendar.path, make_vdir))
    return tuple(make(path) for path, make in wanted if not path.exists())


def vital_categories(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The categories that must find room on a mail whatever else it has: our questions, what is
    urgent and what is sensitive. Only our own where the framework of tags has mistakes."""
    try:
        framework = Framework.parse(texts.get(FRAMEWORK, ""))
    except RulesBroken:
        return OWN
    vital = (*framework.of(Facet.URGENCY), *framework.of(Facet.SENSITIVITY))
    return (*OWN, *(name for tag in vital for name in (tag.name, suggested(tag.name))))


def work_of(  # noqa: PLR0913  # everything that tests, the demo and rehearsals plug in otherwise
    edges: Edges,
    store: Store,
    office: Office,
    read_rules: Callable[[], Mapping[str, str]],
    clock: Clock = system_clock,
    *,
    drafts: str = "Drafts",
    on_progress: Callable[[int, int], None] = no_progress,
    new_reference: Callable[[], str] | None = None,
) -> Work:
    """The runners on these edges."""
    shelf = Shelf(read_rules, store, clock)
    return Work(
        mailbox=edges.mailbox,
        store=store,
        intake=Intake(
            edges.mailbox,
            store,
            office,
            shelf,
            clock,
            new_reference or random_reference,
            on_progress,
        ),
        delivery=Delivery(
            edges.mailbox,
            edges.tasks,
            edges.calendar,
            store,
            office,
            clock,
            random.random,
            drafts,
        ),
        reminding=Reminding(edges.tasks, store, office, clock),
        clock=clock,
        weekly=None
        if edges.calendar is None
        else Reviewing(edges.mailbox.name, store, office, clock).run_once,
    )


def open_work(
    settings: Settings,
    clock: Clock = system_clock,
    *,
    store: Store | None = None,
    on_progress: Callable[[int, int], None] = no_progress,
) -> Work:
    """Everything as the configuration says, on a store that is open already where one is given.
    Raises StoreUnavailable."""
    return work_of(
        edges_of(settings),
        store or open_store(settings.store.url),
        settings.office_policy(),
        lambda: rule_texts(settings.rules.dir),
        clock,
        drafts=settings.mailbox.drafts,
        on_progress=on_progress,
    )


def rule_texts(own: Path | None = None) -> Mapping[str, str]:
    """The rule files' texts by name: those shipped, and the office's own, which go before."""
    texts: dict[str, str] = {}
    for folder in (rules_dir(), own):
        if folder is not None and folder.is_dir():
            for path in sorted(folder.glob("*.toml")):
                texts[path.name] = path.read_text(encoding="utf-8", errors="replace")
    return texts


def random_reference() -> str:
    """A case reference that nobody can guess."""
    return reference_from(secrets.randbelow(COUNT))


def sweep_trigger(settings: Settings) -> CronTrigger:
    """When every letter is gone through, daily, in the office's time."""
    at = settings.daemon.sweep_at
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=ZoneInfo(settings.office.timezone))


def poll_of(settings: Settings) -> timedelta:
    """How long between two looks at a mailbox that cannot wake us."""
    return timedelta(seconds=settings.daemon.poll_seconds)
