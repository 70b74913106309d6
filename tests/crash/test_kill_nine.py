"""`kill -9` on the daemon, fifty times while mail flows in: nothing lost, nothing twice."""

import io
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from mailbridge.domain.casework import LetterState
from mailbridge.ingest.keys import key_of
from mailbridge.reminders.tasklists.vdir import VdirTaskList
from mailbridge.store import casework, messages, outbox, state
from mailbridge.store.engine import open_store
from tests.crash.kill_loop import MAILS_A_KILL, mail

KILLS = 50
MAILS = KILLS * MAILS_A_KILL


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that fifty killed daemons and one that was left alone have worked on."""
    root = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.crash.kill_loop", str(root), str(KILLS)]
    done = subprocess.run(  # our own module
        command, capture_output=True, text=True, timeout=400, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"{MAILS} mails" in done.stdout
    return root


pytestmark = [pytest.mark.slow, pytest.mark.timeout(450)]


def _keys(folder: Path) -> Counter[str]:
    return Counter(
        key_of(io.BytesIO(path.read_bytes()))[0]
        for part in ("new", "cur")
        for path in (folder / part).iterdir()
    )


def test_every_mail_lies_in_exactly_one_place(office: Path) -> None:
    folders = [office / "mail", *(office / "mail").glob(".[SC]*")]
    lying = sum((_keys(folder) for folder in folders if (folder / "cur").is_dir()), Counter())
    kinds = ("constituent", "letter", "stranger")
    wanted = {
        key_of(io.BytesIO(mail(number, kinds[number % 3])[0]))[0] for number in range(1, MAILS + 1)
    }
    assert set(lying) == wanted
    assert set(lying.values()) == {1}


def test_every_mail_was_read_and_nothing_is_still_due(office: Path) -> None:
    store = open_store(f"sqlite:///{office / 'store.sqlite'}")
    with store.reading() as tx:
        known = list(tx.exec_driver_sql("SELECT key FROM messages"))
        wishes = outbox.listing(tx)
        aside = state.set_aside_list(tx)
    assert len(known) == MAILS
    assert not aside
    assert {wish.state for wish in wishes} == {outbox.State.DONE}


def test_each_letter_has_one_task_and_one_draft(office: Path) -> None:
    store = open_store(f"sqlite:///{office / 'store.sqlite'}")
    with store.reading() as tx:
        letters = casework.letters_in(tx, LetterState.AWAITING)
    tasks = [copy.task for copy in VdirTaskList(office / "tasks").changes(None).tasks]
    assert len(letters) == MAILS // 3
    assert Counter(task.key for task in tasks) == Counter(f"{each.id}#1" for each in letters)
    drafts = _keys(office / "mail" / ".Drafts")
    assert len(drafts) == len(letters)
    assert set(drafts.values()) == {1}


def test_the_constituents_mail_and_the_letters_are_filed(office: Path) -> None:
    store = open_store(f"sqlite:///{office / 'store.sqlite'}")
    with store.reading() as tx:
        places = messages.copies_in(tx, "office", ["INBOX", "Sent"])
        decided = messages.decisions_for(tx, [copy.message_key for copy in places.values()])
    assert not [each for each in decided.values() if each.case_reference]
