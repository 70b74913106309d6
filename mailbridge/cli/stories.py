"""One case's story, for the commands that tell it."""

from typing import TYPE_CHECKING

from mailbridge.cli.desk import Desk, listed, say
from mailbridge.reminders.wording import spoken

if TYPE_CHECKING:
    from mailbridge.runners.explaining import CaseAccount


def say_case(desk: Desk, told: "CaseAccount") -> None:
    """Who, where, which letters, and what happened in order."""
    case = told.case
    say(
        f"{case.title} ({case.reference}): {case.state}",
        f"  Constituent: {told.constituent or 'not known yet'}",
        f"  Caseworker: {case.caseworker or 'the office'}",
        f"  Folder: {case.folder or 'made with its first mail'}",
    )
    if case.is_sensitive:
        say("  Sensitive: its tasks show the reference only.")
    for words, day in (("Opened", case.opened_on), ("Closed", case.closed_on)):
        if day:
            say(f"  {words}: {spoken(day)}")
    listed(
        "Letters:",
        (
            f"{letter.id} to {letter.organisation_name}: {letter.state}"
            + (f", chase due {spoken(due)}" if due else "")
            for letter, due in zip(told.letters, told.due, strict=True)
        ),
    )
    listed("Its story:", (f"{desk.moment(each.at)}: {each.words}" for each in told.story))
