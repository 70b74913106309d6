"""The demo lived through once, on the real embedded edges, and judged by the truth it knows."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailbridge.cli import main
from mailbridge.demo.days import AGAIN, LAST, Day, live
from mailbridge.demo.deeds import CHASES, Due
from mailbridge.demo.office import MARKER, DemoOffice, clear, make_office
from mailbridge.demo.stories import MAILS, TWICE_FILED
from mailbridge.demo.story import Happening, story_of
from mailbridge.demo.truth import Fate, Truth, judged
from mailbridge.store import casework, messages, outbox, state

# Under a second a week, but the machine may be busy with other tests.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

_DEMO = (
    "import sys; from mailbridge.cli import main; sys.exit(main(['demo', sys.argv[1], '--json']))"
)


@dataclass(frozen=True, slots=True)
class Lived:
    office: DemoOffice
    days: tuple[Day, ...]
    truth: Truth

    def fate(self, mail_id: str) -> Fate:
        return next(fate for fate in self.truth.fates if fate.mail.id == mail_id)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    office = make_office(tmp_path_factory.mktemp("demo") / "office")
    office.imports()
    days = tuple(live(office))
    yield Lived(office, days, judged(office))
    office.close()


def test_every_mail_lies_in_the_mailbox_as_often_as_it_came(lived: Lived) -> None:
    copies = Counter({fate.mail.id: len(fate.lies_in) for fate in lived.truth.fates})
    assert copies == Counter([*(mail.id for mail in MAILS), *AGAIN])
    assert not lived.truth.lost
    assert not lived.truth.doubled


def test_the_power_failed_once_and_no_wish_was_left_or_stopped(lived: Lived) -> None:
    with lived.office.store.reading() as tx:
        states = {wish.state for wish in outbox.listing(tx)}
    assert lived.office.cuts == 1
    assert [day.was_cut for day in lived.days].count(True) == 1
    assert states == {outbox.State.DONE}


def test_no_mail_is_filed_wrongly_and_most_that_have_a_case_are_filed(lived: Lived) -> None:
    wrong = [fate.mail.id for fate in lived.truth.fates if fate.filing == "wrong"]
    assert wrong == []
    filed, left = lived.truth.filings["right"], lived.truth.filings["abstained"]
    assert filed > 10 * left


def test_what_was_filed_lies_in_its_case_s_folder(lived: Lived) -> None:
    references = lived.office.references()
    for fate in lived.truth.fates:
        if fate.filing in {"right", "by hand"}:
            reference = references[fate.mail.case]
            assert any(folder.endswith(f"({reference})") for folder in fate.lies_in), fate.mail.id


def test_questions_are_put_where_they_must_be_and_nowhere_else(lived: Lived) -> None:
    for fate in lived.truth.fates:
        expected = frozenset({fate.mail.asks} - {""})
        assert fate.asked == expected, fate.mail.id


def test_tags_that_a_mail_must_get_are_on_it(lived: Lived) -> None:
    for fate in lived.truth.fates:
        assert set(fate.mail.tags) <= fate.tags, fate.mail.id


def test_answers_are_judged_as_what_they_are(lived: Lived) -> None:
    for fate in lived.truth.fates:
        assert fate.answers == frozenset({fate.mail.kind} - {""}), fate.mail.id


def test_every_letter_past_its_wait_is_chased_on_its_day_and_no_other(lived: Lived) -> None:
    chases = {(one.name, one.opened) for one in lived.truth.chases}
    assert chases == {(due.chase, due.opens) for due in CHASES}
    assert len(lived.truth.chases) == len(CHASES)


@pytest.mark.parametrize("due", CHASES, ids=lambda due: due.chase)
def test_a_task_stands_as_people_and_answers_left_it(lived: Lived, due: Due) -> None:
    chase = next(one for one in lived.truth.chases if one.name == due.chase)
    assert chase.ends == due.ends
    if due.ends != "deleted":
        assert chase.due == (due.due or due.opens)


def test_the_lists_hold_one_task_a_chase_and_one_for_the_broken_mail(lived: Lived) -> None:
    entries = list(lived.office.tasks.glob("*/*.ics"))
    deleted = sum(due.ends == "deleted" for due in CHASES)
    assert len(entries) == len(CHASES) - deleted + 1
    with lived.office.store.reading() as tx:
        aside = state.set_aside_list(tx)
    assert [row.code for row in aside] == ["no-header"]


def test_a_sensitive_case_s_task_names_nobody(lived: Lived) -> None:
    reference = lived.office.references()["rehouse"]
    copy = lived.office.lists().find(f"{reference}/1#1")
    assert copy is not None
    assert copy.task.title == f"Chase: {reference}"


def test_a_mail_that_comes_again_after_it_was_filed_stays_filed(lived: Lived) -> None:
    fate = lived.fate(TWICE_FILED)
    with lived.office.store.reading() as tx:
        decision = messages.decisions_for(tx, [fate.key])[fate.key]
    assert decision.case_reference == lived.office.references()["visa"]


def test_an_address_that_a_caseworker_s_filing_taught_files_the_next_mail(lived: Lived) -> None:
    assert lived.fate("hip.new-address").filing == "by hand"
    assert lived.fate("hip.from-tablet").filed == "hip"


def test_drafts_wait_for_every_letter_that_went_by_mail(lived: Lived) -> None:
    """None for the letter by post, for the one that bounced, and for the one that was sent."""
    drafts = [path.read_text("utf-8") for path in (lived.office.mail / ".Drafts").glob("cur/*")]
    references = lived.office.references()
    expected = Counter(
        references[due.chase.partition("/")[0]]
        for due in CHASES
        if due.chase not in {"tax/1#1", "burglary/1#1", "pryce/1#1"}
    )
    found = Counter(ref for ref in references.values() for draft in drafts if ref in draft)
    assert found == expected


def test_the_story_of_one_case_is_complete_and_in_order(lived: Lived) -> None:
    office = lived.office
    with office.store.reading() as tx:
        case = casework.case(tx, office.references()["pryce"])
        assert case is not None
        told = story_of(tx, case, office.settings.mailbox.name, office.settings.office_policy())
    words = iter(" | ".join(_words(each)) for each in told)
    for part in (
        "Rhiannon Pryce writes: “Council tax bill",
        "A caseworker has made a folder",
        "taken for a letter to Northmoor Council",
        "judged: an automatic reply, which does not count",
        "The wait has run out | a task in the office's list, due Monday 30 November",
        "A chase-up waits in Drafts",
        "the clock starts again",
        "The task ticks itself off",
        "judged: the answer",
        "put on: “Answered”",
        "The office writes to Miss Rhiannon Pryce",
        "Rhiannon Pryce writes",
        "A caseworker has moved the folder under Closed",
    ):
        assert any(part in line for line in words), part
    assert len(told) > len([mail for mail in MAILS if mail.case == "pryce"])


def _words(each: Happening) -> tuple[str, ...]:
    return (each.what, *each.did, *each.paper)


def test_another_process_with_other_hashes_comes_to_the_same(lived: Lived, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DEMO, str(tmp_path / "again")],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        check=True,
        timeout=280,
    )
    told = json.loads(done.stdout)
    expected = json.loads(json.dumps(lived.truth.summary(LAST), default=list))
    assert {name: told[name] for name in expected} == expected


def test_the_demo_touches_no_folder_that_it_did_not_make(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert main(["demo", str(tmp_path)]) == 2
    assert "no demo made it" in " ".join(capsys.readouterr().err.split())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_an_earlier_demo_is_kept_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_office(tmp_path / "office").close()
    assert main(["demo", str(tmp_path / "office"), "--keep"]) == 2
    assert "is kept" in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "office" / MARKER).exists()


def test_clearing_takes_only_what_a_demo_made(tmp_path: Path) -> None:
    make_office(tmp_path).close()
    (tmp_path / "letter.txt").write_text("mine")
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
