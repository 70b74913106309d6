"""The made-up office: its folder, its mailbox and lists, and mailbridge at work on them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from mailbridge.app import Edges, rule_texts, work_of
from mailbridge.config import Settings, load, sample
from mailbridge.demo.cast import MATTERS, MP, OFFICE, OPENED, SERVER, external_id
from mailbridge.demo.lists import write_lists
from mailbridge.demo.mails import Mail, moment, raw_of
from mailbridge.demo.stories import BY_ID
from mailbridge.domain.reference import COUNT, reference_from
from mailbridge.faults import Faults, PowerCut
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox, deliver, make_maildir
from mailbridge.register import Kind
from mailbridge.register.mapping import guess
from mailbridge.register.rows import read_rows
from mailbridge.register.tables import open_table
from mailbridge.reminders.tasklists.vdir import VdirCalendar, VdirTaskList, make_vdir
from mailbridge.runners.daemon import Report, Work
from mailbridge.store import casework
from mailbridge.store.engine import Store, open_store
from mailbridge.store.register import compare, record

MARKER = ".mailbridge-demo"  # this file says that a folder is ours to make afresh
CONFIG = "mailbridge.toml"
FIRST_ROUND = moment("2 Nov 09:00")


def _numbers() -> Iterator[int]:
    """What would be drawn at random, the same in every demo; a prime step meets no number twice."""
    return (n * 2_654_435 % COUNT for n in count(1))


@dataclass(slots=True)
class DemoOffice:
    """One office in one folder. `now` is its clock; nothing but the caller moves it."""

    folder: Path
    settings: Settings
    store: Store
    now: datetime = FIRST_ROUND
    faults: Faults = field(default_factory=Faults)
    raws: dict[str, list[bytes]] = field(default_factory=dict)  # all that was ever delivered
    cuts: int = 0
    _numbers: Iterator[int] = field(default_factory=_numbers)
    _work: Work | None = None

    @property
    def mail(self) -> Path:
        """The Maildir."""
        return self.settings.mailbox.path

    @property
    def tasks(self) -> Path:
        """The task lists."""
        return self.settings.tasks.path

    def lists(self) -> VdirTaskList:
        """The task lists as a caseworker's own program sees them."""
        return VdirTaskList(self.tasks, timezone=self.settings.office.timezone)

    def references(self) -> dict[str, str]:
        """The reference of every case that is open by now, by the demo's own key."""
        with self.store.reading() as tx:
            cases = casework.all_cases(tx)
        keys = {external_id("CASE-", key): key for key in MATTERS}
        titles = {title: key for key, title in OPENED.items()}
        named = ((keys.get(case.external_id) or titles.get(case.title), case) for case in cases)
        return {key: case.reference for key, case in named if key}

    def receives(self, mail: Mail) -> None:
        """One mail more: in the inbox, or among the sent ones."""
        raw = raw_of(mail, BY_ID, self.references())
        folder = self.settings.mailbox.sent if mail.is_sent else "INBOX"
        deliver(self.mail, raw, folder, at=mail.at, flags="S" if mail.is_sent else None)
        self.raws.setdefault(mail.id, []).append(raw)

    def works(self, at: datetime) -> Report:
        """One round of mailbridge at this moment; a power cut in it starts a new process."""
        self.now = at.astimezone(UTC)
        if self._work is None:
            self._work = self._start()
        try:
            return self._work.round()
        except PowerCut:
            self.cuts += 1
            self.store.close()
            self.store = open_store(self.settings.store.url)
            self._work = None
            # Whatever was tried is tried again after half a minute or so.
            return self.works(at + timedelta(minutes=2))

    def _start(self) -> Work:
        """What starting `mailbridge run` does: only mailbox, lists and database are remembered."""
        settings, zone = self.settings, self.settings.office.timezone
        edges = Edges(
            MaildirMailbox(self.mail, settings.mailbox.name, step=self.faults),
            VdirTaskList(self.tasks, timezone=zone, step=self.faults),
            VdirCalendar(settings.calendar.path, timezone=zone),
        )
        return work_of(
            edges,
            self.store,
            settings.office_policy(),
            lambda: rule_texts(settings.rules.dir),
            lambda: self.now,
            new_reference=lambda: reference_from(next(self._numbers)),
        )

    def imports(self) -> dict[Kind, int]:
        """Bring the office's lists in, as `mailbridge import` does. How many of each."""
        imported: dict[Kind, int] = {}
        for kind, path in write_lists(self.folder / "lists").items():
            with open_table(path) as table, self.store.writing() as tx:
                batch = read_rows(kind, guess(kind, table.columns), table.lines)
                compared = compare(tx, batch)
                if compared.refused:
                    raise ValueError(f"{path.name}: {compared.refused[0].reasons}")
                record(tx, compared, self.now.astimezone(UTC), lambda _: next(self._numbers))
                imported[kind] = len(compared.new)
        return imported

    def close(self) -> None:
        """Let the database go."""
        self.store.close()


_OURS = ("mail", "tasks", "calendar", "lists", CONFIG, "mailbridge.sqlite", MARKER)


def is_demo(folder: Path) -> bool:
    """Whether a demo made this folder."""
    return (folder / MARKER).is_file()


def clear(folder: Path) -> None:
    """Take away what a demo made there, and nothing else. The marker goes last."""
    for name in _OURS:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            for each in (path, *folder.glob(f"{name}-*")):  # SQLite's own files beside its own
                each.unlink(missing_ok=True)


def make_office(folder: Path) -> DemoOffice:
    """A new office in an empty folder, with its configuration, mailbox, task lists and calendar."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("Made by `mailbridge demo`, which may make it afresh.\n")
    config = folder / CONFIG
    config.write_text(sample(_ANSWERS), encoding="utf-8")
    settings = load(config)
    make_maildir(settings.mailbox.path)
    make_vdir(settings.tasks.path)
    make_vdir(settings.calendar.path)
    return DemoOffice(folder, settings, open_store(settings.store.url))


_ANSWERS: dict[str, dict[str, object]] = {
    "office": {
        "name": f"Office of {MP} MP",
        "emails": (OFFICE,),
        "colleague_domains": ("whitcombe-mp.example", "parliament.example"),
        "authserv_ids": (SERVER,),
        "signature": f"Casework team\nOffice of {MP} MP",
    },
    "mailbox": {"path": "mail"},
    "tasks": {"path": "tasks"},
    "calendar": {"path": "calendar"},
}
