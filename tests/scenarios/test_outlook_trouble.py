"""If mailbridge itself fails: it says so in Outlook, loses nothing, and does nothing twice."""

import re
import sqlite3
from datetime import timedelta

import pytest
import structlog

from mailbridge.domain.errors import SignInNeeded, TryLater
from mailbridge.store import engine
from tests.scenarios.conftest import StoryMaker
from tests.scenarios.story import SUBSTANTIVE, Story, at, day

# A mail that says it is in parts and has none: nothing in it can be read.
NO_MAIL = b"\0\0\0 this is no mail at all \0\0"


def attention(office: Story) -> list[str]:
    """The open tasks that say that mailbridge needs attention."""
    start = "mailbridge needs attention: "
    return [title.removeprefix(start) for title in office.titles() if title.startswith(start)]


def test_mail_that_was_set_aside_is_told_of_until_somebody_has_seen_to_it(office: Story) -> None:
    office.puts(NO_MAIL, "INBOX")
    office.works()
    assert attention(office) == ["mail could not be read"]
    assert office.runs("review", "--seen").code == 0
    office.works(hours=1)
    assert attention(office) == []
    (task,) = (copy.task for copy in office.task_copies())
    assert task.is_done
    assert "This has been seen to." in task.body


def test_when_no_mail_was_read_for_the_working_hours_set_a_task_says_so(office: Story) -> None:
    office.works()  # Tuesday, nine
    office.backend.vanishes()
    assert office.works(hours=7).err != ""
    assert attention(office) == []
    office.works(hours=17)  # Wednesday, nine: eight working hours
    assert attention(office) == ["no mail read for 8 working hours"]
    office.works(hours=1)
    assert len(office.task_copies()) == 1
    office.backend.returns()
    office.works(hours=1)
    assert attention(office) == []


def test_a_weekend_is_no_working_time(office: Story) -> None:
    office.now = at("2026-11-06T16:30")  # a Friday
    office.works()
    office.backend.vanishes()
    office.works(days=2)
    assert attention(office) == []
    office.backend.returns()
    office.works(hours=1)


def test_nobody_is_chased_while_an_answer_may_lie_unread(office: Story) -> None:
    letter = office.letter(office.case_with_folder())
    office.works()
    office.backend.vanishes()
    office.works(days=22)
    assert not [title for title in office.titles() if "Chase" in title]
    office.backend.returns()
    office.replies(letter, SUBSTANTIVE)
    office.works(hours=1)
    assert not [copy for copy in office.task_copies() if "Chase" in copy.task.title]


def test_a_mailbox_that_vanishes_and_comes_back_has_lost_nothing(office: Story) -> None:
    case = office.case_with_folder()
    office.backend.vanishes()
    office.works(hours=1)
    office.restarts()
    office.works(hours=1)
    office.backend.returns()
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    office.works(hours=1)
    assert office.folder(case).holds("Damp")
    assert office.mail("My flat").folder == office.mail("Damp").folder


def test_when_sign_in_fails_a_task_says_so_and_closes_once_it_works(office: Story) -> None:
    office.works()
    for step in ("before changes", "before the call"):  # the mailbox is what is asked first
        office.faults.fail(step, SignInNeeded("The password is not accepted."))
    assert office.works(hours=1).err == "The password is not accepted."
    assert attention(office) == ["sign-in is needed"]
    office.works(hours=1)
    office.works(minutes=1)
    assert attention(office) == []


def test_broken_rules_leave_the_old_ones_in_force_and_are_told_of(office: Story) -> None:
    office.works()
    good = office.rules["tags-issue.toml"]
    office.rules["tags-issue.toml"] = "[[rule]\n"
    office.receives("Mould", "There is black mould in both bedrooms.")
    office.works(hours=1)
    assert attention(office) == ["the rules have mistakes"]
    assert "Housing?" in office.mail("Mould").tags
    office.restarts()
    office.receives("More mould", "There is black mould in the kitchen, too.")
    office.works(hours=1)
    assert "Housing?" in office.mail("More mould").tags
    office.rules["tags-issue.toml"] = good
    office.works(hours=1)
    assert attention(office) == []


def test_the_weekly_review_stands_in_the_calendar_with_its_pack(office: Story) -> None:
    case = office.case_with_folder()
    office.letter(case)
    office.receives("Parking", "Dear MP, may I park here?", From="Bo <bo@far.example>")
    office.works()
    ahead = office.backend.appointment("review/2026-W46")
    assert ahead is not None
    assert ahead.title == "Casework review"
    assert ahead.starts_at == at("2026-11-09T10:00")
    assert ahead.ends_at - ahead.starts_at == timedelta(minutes=30)
    office.works(days=26)  # Sunday
    office.works(days=1)  # Monday 30 November, the morning of the review
    pack = office.backend.appointment("review/2026-W49")
    assert pack is not None
    for part in (
        "OVERDUE, OLDEST FIRST (1)",
        f"- Anytown Council, letter {case}/1: 5 days overdue",
        "MAIL THAT NOBODY PLACED (1)",
        "Parking",
        "Mail read up to Monday 30 November 2026",
    ):
        assert part in pack.body


def test_more_new_mail_than_is_usual_waits_for_a_person_to_release_it(
    an_office: StoryMaker,
) -> None:
    office = an_office(daemon={"most_actions": 3})
    for number in range(4):
        office.receives(f"Parking {number}", "May I park?", From=f"Bo <bo{number}@far.example>")
    office.works()
    assert office.mail("Parking 0").tags == frozenset()
    assert office.runs("outbox", "release", "--all").code == 0
    office.works(hours=1)
    assert all(office.mail(f"Parking {number}").tags == {"Who?"} for number in range(4))


def test_a_new_office_may_only_watch(an_office: StoryMaker) -> None:
    office = an_office(daemon={"effects": "hold"})
    case = office.opens("Khan, Amina – damp at Elm Court", "--constituent", "amina@khan.example")
    office.receives("Damp", f"My case is {case}.\n\nAmina Khan")
    office.letter(case)
    office.works()
    office.works(days=30)
    assert office.mail("Damp").folder == "INBOX"
    assert office.mail("Damp").tags == frozenset()
    assert office.mail("Mrs Khan, damp").tags == frozenset()
    assert office.task_copies() == []
    assert office.drafts() == []


def test_old_mail_is_read_and_left_as_it_is(an_office: StoryMaker) -> None:
    office = an_office(filing={"since": day("2026-11-01")})
    case = office.opens("Khan, Amina – damp at Elm Court", "--constituent", "amina@khan.example")
    office.now = at("2026-10-20T09:00")
    office.receives("Damp", f"There is mould. {case}\n\nAmina Khan")
    letter = office.letter(case)
    office.now = at("2026-11-03T09:00")
    office.works()
    office.works(days=60)
    assert (office.mail("Damp").folder, office.mail("Damp").tags) == ("INBOX", frozenset())
    assert office.mail("Mrs Khan, damp").tags == frozenset()
    assert office.task_copies() == []
    # But it was read: what answers it now is known by its thread.
    office.replies(letter, "Thank you. Which flat is it?")
    office.works(hours=1)
    assert office.folder(case).holds("Re: Mrs Khan, damp")


def test_a_locked_database_is_waited_for_and_nothing_is_lost(
    office: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 10)
    case = office.case_with_folder()
    office.restarts()
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    other = sqlite3.connect(office.home / "mailbridge.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(engine.StoreUnavailable, match="in use by another program"):
        office.works(minutes=1)
    other.execute("ROLLBACK")
    other.close()
    office.works(minutes=1)
    assert office.folder(case).holds("Damp")


@pytest.mark.parametrize("step", ["before move", "mail: before it is renamed"])
def test_a_full_disk_is_waited_out_and_nothing_is_lost(office: Story, step: str) -> None:
    case = office.case_with_folder()
    office.restarts()
    office.receives("Damp", f"More of it. {case}\n\nAmina Khan")
    office.faults.fail(step, TryLater("The mail cannot be moved: the disk is full."))
    office.works(minutes=1)
    office.works(hours=1)
    assert office.folder(case).holds("Damp")


def test_a_clock_that_jumps_back_closes_no_task_and_doubles_nothing(office: Story) -> None:
    office.letter(office.case_with_folder())
    office.works()
    office.works(days=23)
    before = office.task("Chase")
    office.now -= timedelta(days=300)
    office.works()
    office.restarts()
    office.works(hours=1)
    assert office.task("Chase") == before
    assert len(office.drafts()) == 1
    office.now += timedelta(days=300)
    office.works()
    assert office.task("Chase") == before


def four_chases_vanish(office: Story) -> str:
    """Four letters are chased, and then all their tasks are gone at once; the case."""
    case = office.case_with_folder()
    for number in range(4):
        office.letter(case, f"Mrs Khan, damp {number}", To=f"Council <c@b{number}.gov.uk>")
    office.works()
    office.works(days=22)
    assert len(office.titles()) == 4
    for copy in office.task_copies():
        office.backend.deletes_task(copy.task.key)
    office.works(hours=1)
    return case


def test_tasks_that_vanish_all_at_once_are_told_of_and_mute_nothing(office: Story) -> None:
    four_chases_vanish(office)
    assert attention(office) == ["every task is gone from the list"]
    office.restarts()
    office.lists_afresh()
    office.works(hours=1)
    office.works(days=1)
    assert attention(office) == ["every task is gone from the list"]


def test_a_chase_that_falls_due_meanwhile_makes_the_vanished_ones_no_wish(office: Story) -> None:
    office.letter(four_chases_vanish(office))
    office.works(hours=1)
    office.works(days=22)
    office.works(hours=1)
    assert attention(office) == ["every task is gone from the list"]
    assert any("Anytown Council" in title for title in office.titles())


def test_vanished_tasks_that_come_back_still_count(office: Story) -> None:
    case = office.case_with_folder()
    for number in range(4):
        office.letter(case, f"Mrs Khan, damp {number}", To=f"Council <c@b{number}.gov.uk>")
    office.works()
    office.works(days=22)
    tasks = [copy.task for copy in office.task_copies()]
    for task in tasks:
        office.backend.deletes_task(task.key)
    office.works(hours=1)
    for task in tasks:
        office.tasks.put(task, None)
    office.works(hours=1)
    assert attention(office) == []
    assert len(office.titles()) == 4
    office.works(days=1)
    assert len(office.titles()) == 4


def test_vanished_tasks_that_somebody_deleted_on_purpose_stay_gone(office: Story) -> None:
    four_chases_vanish(office)
    office.changes_task("every task is gone", is_done=True)
    office.works(hours=1)
    office.works(days=60)
    assert office.titles() == ()


def test_a_log_line_holds_no_subject_no_body_and_no_address(office: Story) -> None:
    structlog.reset_defaults()  # a command run before has made it quieter
    with structlog.testing.capture_logs() as lines:
        letter = office.letter(office.case_with_folder())
        office.works()
        office.works(days=22)
        office.replies(letter, SUBSTANTIVE)
        office.puts(NO_MAIL, "INBOX")
        office.works(hours=1)
    assert {"mail", "action", "sweep", "mail set aside"} <= {line["event"] for line in lines}
    assert not re.search(r"khan|damp|elm court|anytown|surveyor|@", str(lines), re.IGNORECASE)
