"""What an office has decided about how it works: the settings that decisions depend on."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from mailbridge.domain.people import Wait


class FilingHow(StrEnum):
    """How a mail shows which case it belongs to."""

    FOLDER = "folder"
    CATEGORY = "category"  # mail stays in the inbox and carries the case as a category


class Nation(StrEnum):
    """Whose bank holidays count."""

    ENGLAND = "England"
    WALES = "Wales"
    SCOTLAND = "Scotland"
    NORTHERN_IRELAND = "Northern Ireland"


@dataclass(frozen=True, slots=True)
class Office:
    """One office's policy. Built from the config file; passed to every decision."""

    name: str = "the office"
    emails: tuple[str, ...] = ()  # every address the office writes from or receives at
    colleague_domains: tuple[str, ...] = ()  # whose mail is colleagues', not third parties'
    authserv_ids: tuple[str, ...] = ()  # of our own mail server (RFC 8601 §2.5); others are ignored
    timezone: str = "Europe/London"
    nation: Nation = Nation.ENGLAND
    filing_how: FilingHow = FilingHow.FOLDER
    files_alone: bool = True  # False: every filing is only suggested
    applies_tags: bool = True  # False: every tag is only suggested
    cases_folder: str = "Cases"
    closed_folder: str = "Cases/Closed"
    wait: Wait = Wait()
    task_at: time = time(9, 0)  # reminder time on the due day, in the office's zone
    signature: str = ""  # ends every draft
    acts_since: date | None = None  # older mail is only read, never tagged, filed or chased
    most_actions: int = 1000  # a sweep that plans more is held for a person to release
    holds_effects: bool = False  # a new office may only watch: every action is held
    ignored_folders: tuple[str, ...] = ()  # never looked into, nor those below them
    review_weekday: int = 0  # of the weekly review; 0 is Monday
    review_at: time = time(10, 0)
    silent_hours: int = 8  # working hours without reading mail before a task says so
    person_weight: float = 7.0  # natural-log odds at which a person is named without a caseworker
    case_weight: float = 5.0  # the same for a case
    margin: float = 3.0  # by how much the best must beat the next best
