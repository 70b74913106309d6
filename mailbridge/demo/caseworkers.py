"""What caseworkers do with Outlook, done to the Maildir and the task lists as its server does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from io import BytesIO

from mailbridge.demo.cast import BODIES, MATTERS, OPENED
from mailbridge.demo.deeds import Deed, Doing
from mailbridge.demo.office import DemoOffice
from mailbridge.demo.stories import BY_ID
from mailbridge.domain.casework import Case, Channel, TaskCopy
from mailbridge.domain.message import Handle
from mailbridge.domain.office import Office
from mailbridge.faults import no_fault
from mailbridge.ingest.keys import key_of
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox
from mailbridge.ingest.mailboxes.maildir.tree import Tree
from mailbridge.reminders.organisations import named
from mailbridge.reminders.tasklists.vdir import VdirTaskList
from mailbridge.runners.deskwork import Posted, add_letter
from mailbridge.store import casework, people

_TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Caseworkers:
    """Everybody in the office, at their own screens."""

    office: DemoOffice
    outlook: MaildirMailbox
    lists: VdirTaskList

    def do(self, deed: Deed) -> None:
        """One deed. Raises LookupError when what it is done to is not there."""
        _DOINGS[deed.doing](self, deed)

    @property
    def policy(self) -> Office:
        """The office's settings."""
        return self.office.settings.office_policy()

    def makes(self, deed: Deed) -> None:
        """A new folder below the cases."""
        Tree(self.office.mail, {}, no_fault).make(f"{self.policy.cases_folder}/{deed.what}")

    def files(self, deed: Deed) -> None:
        """A mail is moved into a case's folder, or into one that was just made for a case."""
        self.outlook.move(self._mail(deed.what), self._folder_of(deed.value))

    def tags(self, deed: Deed) -> None:
        """A category is put on."""
        self.outlook.add_tags(self._mail(deed.what), [self.outlook.spelling(deed.value)])

    def untags(self, deed: Deed) -> None:
        """A category is taken off."""
        handle, tag = self._mail(deed.what), self.outlook.spelling(deed.value)
        if tag not in self.outlook.look(handle).tags:
            raise LookupError(f"{deed.what} does not have {tag}")
        self.outlook.remove_tags(handle, [tag])

    def ticks(self, deed: Deed) -> None:
        """A task is done."""
        copy = self._task(deed.what)
        self.lists.put(replace(copy.task, is_done=True), copy.version)

    def postpones(self, deed: Deed) -> None:
        """A task is moved to another day."""
        copy = self._task(deed.what)
        moved = replace(copy.task, due=date.fromisoformat(deed.value))
        self.lists.put(moved, copy.version)

    def deletes(self, deed: Deed) -> None:
        """A task is deleted."""
        (self.office.tasks / self._task(deed.what).handle).unlink()

    def sends(self, deed: Deed) -> None:
        """A draft is sent: the mail itself arrives in Sent, the draft goes."""
        reference = self._chase_key(deed.what).partition("/")[0]
        drafts = self.office.mail / ".Drafts/cur"
        for path in drafts.iterdir():
            if reference in path.read_text(encoding="utf-8"):
                path.unlink()
                return
        raise LookupError(f"no draft for {deed.what}")

    def closes(self, deed: Deed) -> None:
        """A case's folder is moved under the closed ones."""
        folder = self._folder_of(deed.what)
        leaf = folder.rpartition("/")[2]
        self.outlook.move_folder(folder, f"{self.policy.closed_folder}/{leaf}")

    def puts_away(self, deed: Deed) -> None:
        """What belongs to no case and has lain for two days leaves the inbox."""
        known = {raws[0]: BY_ID[mail] for mail, raws in self.office.raws.items()}
        for copy in self.outlook.changes(None).copies:
            if copy.folder != "INBOX":
                continue
            with self.outlook.fetch(copy.handle) as file:
                mail = known[file.read()]
            is_over = not (mail.case or mail.stays) and deed.at - mail.at > _TWO_DAYS
            if is_over:
                self.outlook.move(copy.handle, deed.what)

    def logs(self, deed: Deed) -> None:
        """`mailbridge letter add`: a letter that went by post."""
        body, day, subject = deed.value.split(" ", 2)
        with self.office.store.writing() as tx:
            known = named(BODIES[body].name, people.all_organisations(tx))
            if known is None:
                raise LookupError(f"no organisation {body}")
            posted = Posted(known, date.fromisoformat(day), Channel.POST, subject)
            add_letter(tx, self._case(deed.what), posted, self.policy, deed.at.astimezone(UTC))

    def _mail(self, mail_id: str) -> Handle:
        """Where a mail lies now."""
        key, _ = key_of(BytesIO(self.office.raws[mail_id][0]))
        for folder in [each.name for each in self.outlook.changes(None).folders]:
            handle = self.outlook.find(key, "", folder)
            if handle is not None:
                return handle
        raise LookupError(f"{mail_id} is nowhere")

    def _folder_of(self, case_key: str) -> str:
        """The folder of a case as a caseworker sees it in the list of folders."""
        title = MATTERS[case_key].title if case_key in MATTERS else OPENED[case_key]
        for folder in self.outlook.changes(None).folders:
            if folder.name.startswith(f"{self.policy.cases_folder}/{title}"):
                return folder.name
        raise LookupError(f"no folder of {case_key}")

    def _case(self, key: str) -> Case:
        with self.office.store.reading() as tx:
            case = casework.case(tx, self.office.references()[key])
        if case is None:
            raise LookupError(f"no case {key}")
        return case

    def _chase_key(self, chase: str) -> str:
        """A chase's key as mailbridge writes it, from "damp/1#1"."""
        case, _, rest = chase.partition("/")
        return f"{self.office.references()[case]}/{rest}"

    def _task(self, chase: str) -> TaskCopy:
        found = self.lists.find(self._chase_key(chase))
        if found is None:
            raise LookupError(f"no task for {chase}")
        return found


_DOINGS: Mapping[Doing, Callable[[Caseworkers, Deed], None]] = {
    Doing.MAKES: Caseworkers.makes,
    Doing.FILES: Caseworkers.files,
    Doing.TAGS: Caseworkers.tags,
    Doing.UNTAGS: Caseworkers.untags,
    Doing.TICKS: Caseworkers.ticks,
    Doing.POSTPONES: Caseworkers.postpones,
    Doing.DELETES: Caseworkers.deletes,
    Doing.SENDS: Caseworkers.sends,
    Doing.CLOSES: Caseworkers.closes,
    Doing.PUTS_AWAY: Caseworkers.puts_away,
    Doing.LOGS: Caseworkers.logs,
}


def caseworkers_of(office: DemoOffice) -> Caseworkers:
    """Everybody in one office."""
    return Caseworkers(
        office,
        MaildirMailbox(office.mail, office.settings.mailbox.name),
        office.lists(),
    )
