"""People and bodies the office deals with."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Constituent:
    """Somebody in the office's register. `id` is our own number and never changes."""

    id: int
    name: str  # as people say it: "Mrs Amina Khan"
    emails: tuple[str, ...] = ()  # lower-cased; another constituent may have the same one
    postcode: str = ""  # canonical, "LS6 2AB"
    street: str = ""  # the postal address without the postcode, one line
    phones: tuple[str, ...] = ()  # E.164
    external_id: str = ""  # the id in the list the office imported


class WaitUnit(StrEnum):
    """How a wait is counted."""

    DAYS = "days"
    WORKING_DAYS = "working days"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an answer may take: `length` days counted from the day after sending."""

    length: int = 21
    unit: WaitUnit = WaitUnit.DAYS
    receipt_days: int = 0  # working days from sending to receipt, where the promise counts from it

    def __str__(self) -> str:
        """As people say it: "20 working days"."""
        return f"{self.length} {self.unit}"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A third party that letters go to. `id` is a short word like `anytown-council`."""

    id: str
    name: str
    kind: str = ""  # council, department, nhs …; free words of the rules file
    domains: tuple[str, ...] = ()  # "anytown.gov.example"; sub-domains belong to it too
    emails: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    wait: Wait | None = None  # None: the office's own default
    source: str = ""  # where that promise is published, and when it was read


@dataclass(frozen=True, slots=True)
class Caseworker:
    """A member of staff. Their tasks go to `task_list`."""

    email: str
    name: str
    task_list: str = ""  # "" is the office's own list
