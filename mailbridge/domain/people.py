"""People and bodies the office deals with."""

import re
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


_WAIT = re.compile(r"(\d{1,4})\s*(working\s+days?|days?|weeks?)", re.IGNORECASE)


def wait_from(words: str) -> Wait | None:
    """The wait that people's words say, or None where they say none.

    >>> str(wait_from("20 working days"))
    '20 working days'
    >>> wait_from("3 weeks")
    Wait(length=21, unit=<WaitUnit.DAYS: 'days'>, receipt_days=0)
    >>> wait_from("soon") is None
    True
    """
    found = _WAIT.fullmatch(words.strip())
    if found is None or (length := int(found[1])) == 0:
        return None
    unit = found[2].lower()
    if unit.startswith("week"):
        return Wait(length * 7)
    return Wait(length, WaitUnit.WORKING_DAYS if unit.startswith("working") else WaitUnit.DAYS)


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
