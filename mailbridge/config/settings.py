"""Every setting an office has, with its type, its default and the words that explain it.

The sample file and docs/configuration.md are generated from these fields, so a setting is
documented by being here. Reading a file, with all its mistakes told at once, is `load`.
"""

from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailbridge.config.types import (
    CalendarDay,
    Clock,
    Count,
    Domain,
    Email,
    FolderName,
    Odds,
    Place,
    ServerUrl,
    Text,
    Url,
    WaitWords,
    Yes,
    Zone,
)
from mailbridge.domain.office import FilingHow, Nation, Office
from mailbridge.domain.people import Wait


class Day(StrEnum):
    """A day of the week."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"


class Effects(StrEnum):
    """Whether decisions are carried out."""

    DO = "do"
    HOLD = "hold"


class Section(BaseModel):
    """One [section] of the file. Frozen; a key that is not here is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class OfficeSection(Section):
    """Who the office is."""

    name: Text = Field(
        "the office",
        description="What the office calls itself, for drafts and reports.",
        examples=["Office of Jane Placeholder MP"],
    )
    emails: tuple[Email, ...] = Field(
        min_length=1,
        description="Every address the office writes from or receives at. Mail from one of "
        "these is the office's own; all other mail came in.",
        examples=[["office@mp.example"]],
    )
    colleague_domains: tuple[Domain, ...] = Field(
        (),
        description="Domains whose mail is colleagues', never a third party's that a letter "
        'awaits an answer from, such as "parliament.uk".',
        examples=[["parliament.uk"]],
    )
    authserv_ids: tuple[Text, ...] = Field(
        (),
        description="What our own mail server calls itself in Authentication-Results headers "
        "(RFC 8601, section 2.5). Only its verdicts on a sender are believed; with none named, "
        "whether a sender is genuine stays unknown.",
        examples=[["mx.mp.example"]],
    )
    timezone: Zone = Field("Europe/London", description="The time zone the office works in.")
    nation: Nation = Field(
        Nation.ENGLAND,
        description="Whose bank holidays are not working days.",
    )
    signature: Text = Field(
        "",
        description="The lines that end every draft.",
        examples=["Casework team\nOffice of Jane Placeholder MP"],
    )


class MailboxSection(Section):
    """The mailbox that is read."""

    kind: Literal["maildir", "imap"] = Field(
        "maildir",
        description="What it is. A maildir is a Maildir++ folder on this machine, as Dovecot keeps "
        "it; imap is an account on a server, such as Dovecot, Exchange Online or Nextcloud's.",
    )
    name: Text = Field(
        "office",
        min_length=1,
        description="A short lasting name for this mailbox in our records. Changing it makes "
        "mailbridge read the whole mailbox afresh.",
    )
    path: Place = Field(
        Path("mail"),
        description="Where a maildir lies. A relative path counts from this file's folder.",
    )
    host: Text = Field(
        "", description="The IMAP server's name.", examples=["outlook.office365.com"]
    )
    port: Count | None = Field(
        None,
        description="The IMAP server's port. Left out, it is 993, or 143 where security is not "
        '"tls".',
        examples=[993],
    )
    security: Literal["tls", "starttls", "none"] = Field(
        "tls",
        description='How the line to the IMAP server is kept private. "tls" from the first byte; '
        '"starttls" before signing in; "none" only to a server on this machine. Certificates are '
        "always verified.",
    )
    user: Text = Field(
        "",
        description="The user to sign in to the IMAP server as.",
        examples=["office@mp.example"],
    )
    auth: Literal["password", "xoauth2", "oauthbearer"] = Field(
        "password",
        description='How to sign in: "password", or with an access token: "xoauth2" (Exchange '
        'Online, Gmail) or "oauthbearer" (RFC 7628).',
    )
    password_command: Text = Field(
        "",
        description="A command that prints the password, or a fresh access token, on its first "
        "line, run without a shell each time we sign in. Without it, the password is in the "
        "environment variable MAILBRIDGE_MAILBOX_PASSWORD.",
        examples=["pass show mailbridge/imap"],
    )
    ca_file: Place | None = Field(
        None,
        description="A PEM file with the certificates of the office's own authority, trusted for "
        "the IMAP server instead of the system's.",
        examples=["office-ca.pem"],
    )
    client_certificate: Place | None = Field(
        None,
        description="A PEM file with our own certificate, for an IMAP server that asks for one.",
        examples=["mailbridge.pem"],
    )
    client_key: Place | None = Field(
        None,
        description="The PEM file with that certificate's key, without a passphrase; left out "
        "where it is in the same file.",
        examples=["mailbridge-key.pem"],
    )
    ignore: tuple[FolderName, ...] = Field(
        (),
        description="Folders that are never looked into, nor those below them.",
        examples=[["Personal"]],
    )
    sent: FolderName = Field(
        "Sent",
        description="The folder of sent mail. An IMAP server that says which one it is need not "
        "be told.",
    )
    drafts: FolderName = Field(
        "Drafts", description="The folder that drafts are put into; likewise."
    )


class TasksSection(Section):
    """The task lists that reminders are put into."""

    kind: Literal["vdir", "caldav"] = Field(
        "vdir",
        description="What they are. A vdir is a folder of lists, one .ics file a task; caldav is a "
        "server such as Nextcloud or Radicale.",
    )
    path: Place = Field(
        Path("tasks"),
        description="Where a vdir lies. A relative path counts from this file's folder.",
    )
    url: ServerUrl | None = Field(
        None,
        description="The CalDAV server's address: https, or http on this machine.",
        examples=["https://cloud.example/remote.php/dav"],
    )
    user: Text = Field(
        "", description="The user to sign in to the CalDAV server as.", examples=["office"]
    )
    password_command: Text = Field(
        "",
        description="A command that prints that user's password on its first line, run without a "
        "shell. Without it, the password is in the environment variable MAILBRIDGE_TASKS_PASSWORD.",
        examples=["pass show mailbridge/caldav"],
    )
    ca_file: Place | None = Field(
        None,
        description="A PEM file with the certificates of the office's own authority, trusted for "
        "the CalDAV server instead of the system's.",
        examples=["office-ca.pem"],
    )
    office_list: Text = Field(
        "mailbridge",
        min_length=1,
        description="The name of the office's own list on the CalDAV server. It is made there "
        "where it is missing.",
    )


class CalendarSection(Section):
    """The calendar that the weekly review is put into."""

    kind: Literal["vdir", "caldav", "none"] = Field(
        "vdir",
        description='What it is. With "caldav" it is on the account of the task lists; with "none" '
        "there is no weekly appointment.",
    )
    path: Place = Field(
        Path("calendar"),
        description="Where a vdir lies. A relative path counts from this file's folder.",
    )
    name: Text = Field(
        "mailbridge",
        min_length=1,
        description="The name of the calendar on the CalDAV server. It is made there where it is "
        "missing.",
    )


class StoreSection(Section):
    """Our own database."""

    url: Url = Field(
        "sqlite:///mailbridge.sqlite",
        description="Where it is, as SQLAlchemy writes it. The path after sqlite:/// counts from "
        "this file's folder unless it starts with a fourth slash. A password never stands here.",
    )


class FilingSection(Section):
    """How mail is filed, and how sure mailbridge must be to do it alone."""

    how: FilingHow = Field(
        FilingHow.FOLDER,
        description='"folder" moves a mail into its case\'s folder; "category" leaves it in the '
        "inbox, with the case as a category.",
    )
    alone: Yes = Field(
        default=True,
        description="Whether mail is filed without asking, where person and case are sure. "
        "With false every filing is only suggested.",
    )
    since: CalendarDay | None = Field(
        None,
        description="Mail older than this day is only read, so that its threads are known: it is "
        "never tagged, filed or chased. Left out, all mail is worked on.",
        examples=[date(2026, 11, 1)],
    )
    cases_folder: FolderName = Field("Cases", description="The folder that holds the cases.")
    closed_folder: FolderName = Field(
        "Cases/Closed", description="The folder that holds the cases that ended."
    )
    person_weight: Odds = Field(
        7.0,
        description="How strong the evidence must be to say who wrote, in natural-log odds: "
        "7 is about a thousand to one.",
    )
    case_weight: Odds = Field(5.0, description="The same for saying which case it is about.")
    margin: Odds = Field(
        3.0,
        description="By how much the best must beat the next best; nearer than that, a person "
        "decides.",
    )


class TagsSection(Section):
    """How tags are put on mail."""

    alone: Yes = Field(
        default=True,
        description="Whether tags whose rule is sure are applied without asking. With false every "
        "tag is only suggested, as `Housing?`.",
    )


class ChasingSection(Section):
    """When a letter that nobody answered is chased."""

    wait: WaitWords = Field(
        Wait(),
        description="How long an answer may take, for organisations that promise nothing of their "
        'own: "21 days" or "20 working days", counted from the day after sending.',
    )
    task_at: Clock = Field(
        time(9, 0), description="When the task reminds its caseworker, on the day it is due."
    )
    lists: dict[Email, Text] = Field(
        default_factory=dict,
        description="Which task list a caseworker's tasks go to, by e-mail address, where it is "
        "not the one in the imported list of caseworkers. Others go to the office's own list.",
        examples=[{"sam@mp.example": "Sam"}],
    )


class RulesSection(Section):
    """The office's own rules."""

    dir: Place | None = Field(
        None,
        description="A folder of the office's own rule files. A file there is read in addition to "
        "those that mailbridge ships, and goes before them where both have a rule of that name.",
        examples=["rules"],
    )


class DaemonSection(Section):
    """How `mailbridge run` works through the day."""

    poll_seconds: Count = Field(
        60,
        description="How many seconds pass between two looks at the mailbox, where it "
        "cannot say by itself that something came.",
    )
    sweep_at: Clock = Field(
        time(6, 30), description="When every letter that awaits an answer is gone through, daily."
    )
    effects: Effects = Field(
        Effects.DO,
        description='"do" carries decisions out; "hold" only records them, and a person releases '
        "them with `mailbridge outbox release`. A new office may want to watch first.",
    )
    most_actions: Count = Field(
        1000,
        description="A sweep that plans more changes than this is held for a person to release.",
    )
    silent_hours: Count = Field(
        8,
        description="After so many working hours without reading mail, a task says that mailbridge "
        "needs attention.",
    )
    review_day: Day = Field(Day.MONDAY, description="The day of the weekly casework review.")
    review_at: Clock = Field(time(10, 0), description="When that review begins.")


class LogSection(Section):
    """What is written about the work. Never a body, a subject or an address."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is worth a line."
    )
    format: Literal["text", "json"] = Field(
        "text", description="Lines for people, or JSON for programs."
    )


class Settings(Section):
    """The whole file. Paths are absolute once it has been read by `load`."""

    office: OfficeSection
    mailbox: MailboxSection
    tasks: TasksSection
    calendar: CalendarSection
    store: StoreSection
    filing: FilingSection
    tags: TagsSection
    chasing: ChasingSection
    rules: RulesSection
    daemon: DaemonSection
    log: LogSection

    @model_validator(mode="before")
    @classmethod
    def _every_section(cls, data: object) -> object:
        # A section left out is an empty one, so that each missing key is told by its own name.
        return (
            {**{name: {} for name in cls.model_fields}, **data} if isinstance(data, dict) else data
        )

    def office_policy(self) -> Office:
        """What decisions depend on, in the core's words."""
        return Office(
            name=self.office.name,
            emails=self.office.emails,
            colleague_domains=self.office.colleague_domains,
            authserv_ids=self.office.authserv_ids,
            timezone=self.office.timezone,
            nation=self.office.nation,
            filing_how=self.filing.how,
            files_alone=self.filing.alone,
            applies_tags=self.tags.alone,
            cases_folder=self.filing.cases_folder,
            closed_folder=self.filing.closed_folder,
            acts_since=self.filing.since,
            wait=self.chasing.wait,
            task_at=self.chasing.task_at,
            signature=self.office.signature,
            most_actions=self.daemon.most_actions,
            holds_effects=self.daemon.effects is Effects.HOLD,
            silent_hours=self.daemon.silent_hours,
            ignored_folders=self.mailbox.ignore,
            review_weekday=list(Day).index(self.daemon.review_day),
            review_at=self.daemon.review_at,
            person_weight=self.filing.person_weight,
            case_weight=self.filing.case_weight,
            margin=self.filing.margin,
        )
