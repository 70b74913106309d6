"""`run`, `plan` and `status`: mailbridge at work, rehearsed and looked at."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from mailbridge.domain.message import MessageKey, Oddity
from mailbridge.store import state
from mailbridge.store.engine import open_store
from tests.scenarios.office import OFFICE, OfficeInATest


@pytest.fixture
def office(tmp_path: Path) -> OfficeInATest:
    return OfficeInATest(tmp_path)


def everything(home: Path) -> dict[str, bytes]:
    """Every file but the database's own log, which grows when it is only read."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_one_round_files_a_mail_asks_about_another_and_counts_both(office: OfficeInATest) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    office.receives("Parking", "Who may park there?", From="bob@nowhere.example")
    said = office.runs("--json", "run", "--once", "--at", "2026-11-03T09:05")
    assert said.code == 0
    assert (said.data["read"], said.data["filed"], said.data["asked"]) == (2, 1, 1)
    assert office.folder(case).holds("My damp wall")
    assert office.folder("INBOX").tags("Parking") == {"Who?"}


def test_a_second_round_does_nothing_more(office: OfficeInATest) -> None:
    office.receives("Parking", "Who may park there?")
    office.works(minutes=5)
    office.works(minutes=5)
    counts = office.asks("run", "--once", "--at", "2026-11-03T09:30")
    assert (counts["read"], counts["changed"], counts["done"]) == (0, 0, 0)


def test_a_day_is_rehearsed_at_the_office_s_own_time(office: OfficeInATest) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.runs("letter", "add", case, "--to", "Council", "--sent", "2026-06-01", "--by", "post")
    # A chase is due on 23 June, which at half past eleven in the evening has not begun in London;
    # read as UTC, that time would be half an hour past midnight of British summer time.
    office.runs("run", "--once", "--at", "2026-06-22T23:30")
    assert office.titles() == ()
    office.runs("run", "--once", "--at", "2026-06-23T09:00")
    assert office.titles() == (f"Chase: Anytown Council – Khan, damp ({case})",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--once", "--at", "tomorrow"), "Write it like 2026-12-01T09:00."),
        (("--at", "2026-12-01T09:00"), "Add --once"),
    ],
)
def test_a_time_that_cannot_be_used_is_told(
    office: OfficeInATest, words: tuple[str, ...], said: str
) -> None:
    ended = office.runs("run", *words)
    assert ended.code == 2
    assert said in ended.err


def test_broken_rules_need_a_person_and_the_old_ones_stay_in_force(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    office = OfficeInATest(tmp_path, answers={"rules": {"dir": "rules"}})
    assert office.works(minutes=1).code == 0
    (tmp_path / "rules" / "tags-own.toml").write_text("[[rule]]\nname = 3\n")
    office.receives("Parking", "Who may park there?")
    ended = office.works(minutes=1)
    assert ended.code == 1
    assert "rule files have mistakes" in ended.out
    assert office.folder("INBOX").tags("Parking") == {"Which case?"}
    assert "rule files have mistakes" in office.runs("status").out


@pytest.mark.parametrize("words", [("run",), ("run", "--once"), ("plan",)], ids=" ".join)
def test_rules_that_were_never_sound_are_told_with_every_mistake(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tags-own.toml").write_text("[[rule]]\nname = 3\n")
    office = OfficeInATest(tmp_path, answers={"rules": {"dir": "rules"}})
    said = office.runs(*words)
    assert said.code == 3
    assert "there are no older rules that were sound" in said.err
    assert "tags-own.toml" in said.err


def test_a_mailbox_that_vanished_is_told_and_loses_nothing(office: OfficeInATest) -> None:
    office.receives("Parking", "Who may park there?")
    mail = office.home / "mail"
    mail.rename(office.home / "elsewhere")
    ended = office.works(minutes=1)
    assert ended.code == 1
    assert "Check that the disk is mounted" in ended.out
    assert "Check that the disk is mounted" in office.runs("status").out
    (office.home / "elsewhere").rename(mail)
    assert office.works(minutes=1).code == 0
    assert office.asks("status")["messages"] == 1


def test_two_at_once_are_refused(office: OfficeInATest) -> None:
    store = open_store(office.url)
    with store.writing() as tx:
        # Process 1 always runs.
        holder = f"{os.uname().nodename}:1"
        state.take_lease(tx, "mailbox office", holder, office.now, timedelta(minutes=5), [])
    store.close()
    ended = office.runs("run", "--once", "--at", office.now.isoformat())
    assert ended.code == 4
    assert "Another mailbridge is at work" in ended.err
    assert office.asks("status")["worker"] == holder


def test_a_round_lets_the_mailbox_go(office: OfficeInATest) -> None:
    office.works(minutes=1)
    assert office.asks("status")["worker"] == ""


def test_a_plan_shows_what_would_be_done_and_touches_nothing(office: OfficeInATest) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.works(minutes=1)
    office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    before = everything(office.home)
    plan = office.asks("plan")
    assert everything(office.home) == before
    assert plan["counts"]["FileMessage"] == 1
    (move,) = [each for each in plan["actions"] if each["kind"] == "FileMessage"]
    assert move["about"] == "My damp wall"
    assert case in move["why"]
    said = office.runs("plan")
    assert said.code == 0
    assert "Nothing was touched." in said.out
    office.works(minutes=1)
    assert office.folder(case).holds("My damp wall")


def test_a_plan_for_an_office_without_a_database_makes_none(office: OfficeInATest) -> None:
    for path in office.home.glob("mailbridge.sqlite*"):
        path.unlink()
    office.receives("Parking", "Who may park there?")
    assert office.asks("plan")["read"] == 1
    assert list(office.home.glob("mailbridge.sqlite*")) == []


def test_status_counts_what_there_is(office: OfficeInATest) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.runs("letter", "add", case, "--to", "Council", "--sent", "2026-10-01", "--by", "post")
    office.receives("Parking", "Who may park there?")
    office.works(minutes=1)
    said = office.asks("status")
    assert (said["messages"], said["awaiting"], said["overdue"], said["open_tasks"]) == (1, 1, 1, 1)
    assert said["cases"] == {"open": 1, "closed": 0}
    assert said["read_until"] == office.now.isoformat()
    assert said["needs_person"] is False
    assert "Tuesday 3 November 2026, 09:01" in office.runs("status").out


def test_status_answers_while_a_mailbridge_is_writing(office: OfficeInATest) -> None:
    store = open_store(office.url)
    with store.writing() as tx:
        state.write_note(tx, "anything", "", office.now)
        assert office.runs("status").code == 0
    store.close()


def test_status_needs_a_person_when_mail_was_set_aside(office: OfficeInATest) -> None:
    store = open_store(office.url)
    office.receives("Parking", "Who may park there?")
    (copies,) = office.copies().values()
    with store.writing() as tx:
        oddity = Oddity("empty", "there is nothing in it")
        state.put_aside(tx, "office", copies[0], MessageKey(""), oddity, office.now)
    store.close()
    ended = office.runs("status")
    assert ended.code == 1
    assert "1 mail(s) could not be understood" in ended.out


def test_sigterm_stops_the_daemon_cleanly_after_it_has_filed(office: OfficeInATest) -> None:
    case = office.opens("Khan, Amina – damp", "--constituent", "amina@khan.example")
    office.now = datetime.now(UTC)
    office.receives("My damp wall", f"My case is {case}.\n\nAmina Khan")
    command = [sys.executable, "-m", "mailbridge", "--config", str(office.config), "run"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as daemon:
        for _ in range(600):
            if office.folder(case).holds("My damp wall"):
                break
            Event().wait(0.1)
        running = office.asks("status")["worker"]
        daemon.send_signal(signal.SIGTERM)
        _, log = daemon.communicate(timeout=60)
    assert office.folder(case).holds("My damp wall")
    assert running.endswith(f":{daemon.pid}")
    assert daemon.returncode == 0
    assert office.asks("status")["worker"] == ""
    # The log names keys and reason codes, and nothing that a constituent wrote.
    assert "matched" in log
    assert not [word for word in ("damp", "Amina", "khan.example", OFFICE) if word in log]
