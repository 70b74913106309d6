"""What is refused for good is told to people, not only to a table."""

from pathlib import Path

from mailbridge.domain.errors import Refused
from mailbridge.shipped import rules_dir
from mailbridge.store import outbox
from tests.crash.office import CrashOffice

ANSWERS = (rules_dir() / "answers.toml").read_text(encoding="utf-8")


def test_a_refused_category_stands_in_the_task_list_until_it_is_dropped(tmp_path: Path) -> None:
    office = CrashOffice(tmp_path / "store.sqlite", ANSWERS)
    office.delivers(office.mail("Bo <bo@far.example>", "office@mp.example", "Bins", "My bins.", 1))
    office.faults.fail("before add_tags", Refused("no letter is free"))
    office.rests()
    told = "mailbridge needs attention: some changes could not be made"
    assert office.tasks.titles() == (told,)
    with office.work.store.writing() as tx:
        stopped = outbox.listing(tx, states=[outbox.State.STOPPED])
        outbox.change(tx, [wish.seq for wish in stopped], outbox.State.DROPPED, office.now)
    office.rests()
    assert [copy.task.is_done for copy in office.tasks.changes(None).tasks] == [True]
