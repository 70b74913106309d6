"""What caseworkers do in Outlook while the demo runs, and the truth about every chase."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mailbridge.demo.cast import NGUYEN, PRYCE
from mailbridge.demo.mails import YEAR, moment


class Doing(StrEnum):
    """One thing that a caseworker may do."""

    MAKES = "makes the folder"
    FILES = "moves a mail into"
    TAGS = "puts on"
    UNTAGS = "takes off"
    TICKS = "ticks off"
    POSTPONES = "moves to another day"
    DELETES = "deletes"
    SENDS = "sends the draft for"
    CLOSES = "moves under Closed the folder of"
    PUTS_AWAY = "puts away what is dealt with, into"
    LOGS = "logs a letter that went by post for"


@dataclass(frozen=True, slots=True)
class Deed:
    """`what` is a mail's id, or a case's key; a chase is "damp/1#1", case, letter and number."""

    when: str
    doing: Doing
    what: str
    value: str = ""

    @property
    def at(self) -> datetime:
        """When it is done, in the office's time zone."""
        return moment(self.when)


DEEDS = (
    Deed("3 Nov 10:00", Doing.LOGS, "tax", "revenue 2026-10-19 Mrs Claire Bennett – tax code"),
    Deed("3 Nov 10:20", Doing.MAKES, PRYCE),
    Deed("3 Nov 10:25", Doing.FILES, "pryce.bill", "pryce"),
    Deed("10 Nov 10:10", Doing.UNTAGS, "ramp.letter", "Awaiting answer"),
    Deed("9 Nov 10:40", Doing.TAGS, "view.foster", "Planning"),
    Deed("9 Nov 10:42", Doing.UNTAGS, "view.edwards", "Events and invitations?"),
    Deed("5 Nov 09:35", Doing.FILES, "pip.tribunal", "pip"),
    Deed("6 Nov 15:30", Doing.PUTS_AWAY, "Dealt with/Week 1"),
    Deed("13 Nov 15:30", Doing.PUTS_AWAY, "Dealt with/Week 2"),
    Deed("16 Nov 09:12", Doing.MAKES, NGUYEN),
    Deed("16 Nov 09:15", Doing.FILES, "eviction.first", "eviction"),
    Deed("16 Nov 09:58", Doing.FILES, "eviction.letter", "eviction"),
    Deed("16 Nov 10:00", Doing.FILES, "singh.which", "permit"),
    Deed("18 Nov 10:15", Doing.FILES, "hip.new-address", "hip"),
    Deed("18 Nov 11:00", Doing.TICKS, "damp/1#1"),
    Deed("19 Nov 09:20", Doing.FILES, "tax.adviser", "tax"),
    Deed("19 Nov 12:00", Doing.DELETES, "meter/1#1"),
    Deed("20 Nov 11:00", Doing.CLOSES, "eviction"),
    Deed("20 Nov 15:30", Doing.PUTS_AWAY, "Dealt with/Week 3"),
    Deed("24 Nov 10:30", Doing.POSTPONES, "visa/1#1", "2026-11-30"),
    Deed("27 Nov 15:30", Doing.PUTS_AWAY, "Dealt with/Week 4"),
    Deed("1 Dec 10:04", Doing.SENDS, "pryce/1#1"),
    Deed("4 Dec 10:00", Doing.CLOSES, "pryce"),
)


@dataclass(frozen=True, slots=True)
class Due:
    """The truth about one chase: the day its task must appear, and how it must stand at the end."""

    chase: str
    opens: date
    ends: str  # "open", "done" or "deleted"
    due: date | None = None  # at the end, where that is not the day it opened


def _due(chase: str, day: int, month: int, ends: str, due: date | None = None) -> Due:
    return Due(chase, date(YEAR, month, day), ends, due)


CHASES = (
    _due("burglary/1#1", 2, 11, "done"),  # the letter bounced: due at once; then sent again
    _due("damp/1#1", 17, 11, "done"),  # ten working days from 2 November
    _due("tax/1#1", 17, 11, "done"),  # twenty from 19 October; the answer came on the 24th
    _due("meter/1#1", 18, 11, "deleted"),  # fourteen days from 3 November
    _due("visa/1#1", 23, 11, "done", date(YEAR, 11, 30)),  # they promised the 20th, a Friday
    _due("sewage/2#1", 27, 11, "open"),  # three weeks; the other body had answered
    _due("rehouse/1#1", 30, 11, "open"),  # three weeks ended on a Friday
    _due("pryce/1#1", 30, 11, "done"),
    _due("licence/1#1", 1, 12, "open"),  # fifteen working days from 9 November
    _due("burglary/1#2", 2, 12, "open"),  # twenty-eight days from the letter sent again
    _due("damp/1#2", 3, 12, "open"),  # ten working days from the day the first was ticked off
    _due("permit/1#1", 3, 12, "open"),  # an unsure answer stops nothing
)
"""Every chase there must be; any other is a false one."""
