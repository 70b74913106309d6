"""From a match to what is done alone and what is only asked; and one decision as a whole."""

import os
import string
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.action import Action, AddTags, FileMessage, MoveFolder, Plan, RemoveTags
from mailbridge.domain.casework import Answer, AnswerKind, Case, CaseState, Letter
from mailbridge.domain.finding import (
    Authenticity,
    Decision,
    Dossier,
    Facet,
    Link,
    Match,
    Outcome,
    Reason,
    Suggestion,
    Verdict,
)
from mailbridge.domain.message import Address, Automatic, Direction, Message, MessageKey, Role
from mailbridge.domain.office import FilingHow, Office
from mailbridge.domain.people import Caseworker, Constituent, Organisation
from mailbridge.domain.rules import RulesBroken
from mailbridge.matching import clues
from mailbridge.planning.decide import decide
from mailbridge.planning.direction import direction_of
from mailbridge.planning.filing import (
    LONGEST_NAME,
    answer_plan,
    awaiting_plan,
    case_in,
    folder_of,
    leaf,
    plan_for,
)
from mailbridge.planning.rules import Rules, parse_rules
from mailbridge.planning.words import vocabulary
from mailbridge.shipped import rules_dir

TEXTS = {path.name: path.read_text(encoding="utf-8") for path in rules_dir().glob("*.toml")}
RULES = parse_rules(TEXTS)

KEY = MessageKey("0" * 20)
AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
OFFICE = Office(emails=("office@mp.example",), colleague_domains=("colleague.example",))
CASE = Case("K4T7-29", "Khan – damp", 1, folder="Cases/Khan – damp (K4T7-29)")
MAIL = Message(KEY, from_=(Address("amina@home.example"),), received_at=AT)
DOSSIER = Dossier(cases=(CASE,), folder="INBOX", role=Role.INBOX)
NOBODY: Verdict[int] = Verdict(Outcome.NOBODY, reasons=(Reason("nothing-found", "nothing"),))
AMINA: Verdict[int] = Verdict(Outcome.MATCHED, 1, (1,), (Reason("address", "her address"),))
KHAN = Verdict(Outcome.MATCHED, "K4T7-29", ("K4T7-29",), (Reason("thread", "its thread"),))
NO_CASE: Verdict[str] = Verdict(Outcome.NOBODY, reasons=(Reason("no-case", "no case fits"),))
SEVERAL: Verdict[str] = Verdict(
    Outcome.SEVERAL, None, ("K4T7-29", "2222-2C"), (Reason("too-close", "two fit"),)
)
MATCHED = Match(AMINA, KHAN)
UNKNOWN = Match(NOBODY, NO_CASE)
ONLY_WHO = Match(AMINA, SEVERAL)
COUNCIL = Organisation("council", "Anytown Council")
HOUSING = Suggestion("Housing", Facet.ISSUE, 0.9, "rule housing-damp", "damp", is_sure=True)
PERHAPS = replace(HOUSING, is_sure=False)


def short(plan: Plan) -> list[str]:
    """A plan as few words: "+Housing", "-Who?", "→ Cases/…"."""
    return [_short(planned.action) for planned in plan]


def _short(action: Action) -> str:
    match action:
        case AddTags(tags=tags):
            return f"+{','.join(tags)}"
        case RemoveTags(tags=tags):
            return f"-{','.join(tags)}"
        case FileMessage(from_folder=here, folder=there, case_reference=reference):
            return f"{here} → {there} ({reference})"
        case _:
            return type(action).__name__


MOVE = "INBOX → Cases/Khan – damp (K4T7-29) (K4T7-29)"
CATEGORY = replace(OFFICE, filing_how=FilingHow.CATEGORY)
ASKS_FIRST = replace(OFFICE, files_alone=False)
SUSPECT = Match(AMINA, SEVERAL, is_suspect=True)


@pytest.mark.parametrize(
    ("match", "dossier", "office", "suggestions", "expected"),
    [
        pytest.param(MATCHED, DOSSIER, OFFICE, (), [MOVE], id="matched: filed"),
        pytest.param(
            MATCHED, DOSSIER, OFFICE, (HOUSING,), ["+Housing", MOVE], id="tags before the move"
        ),
        pytest.param(MATCHED, DOSSIER, OFFICE, (PERHAPS,), ["+Housing?", MOVE], id="suggested"),
        pytest.param(UNKNOWN, DOSSIER, OFFICE, (), ["+Who?"], id="nobody"),
        pytest.param(ONLY_WHO, DOSSIER, OFFICE, (), ["+Which case?"], id="several cases"),
        pytest.param(
            UNKNOWN,
            replace(DOSSIER, organisations=(COUNCIL,)),
            OFFICE,
            (),
            ["+Which case?"],
            id="a body is known, but not which case it writes about",
        ),
        pytest.param(SUSPECT, DOSSIER, OFFICE, (), ["+Check sender"], id="suspect"),
        pytest.param(
            replace(MATCHED, is_suspect=True),
            DOSSIER,
            OFFICE,
            (),
            ["+Check sender"],
            id="suspect, however sure the match",
        ),
        pytest.param(
            replace(MATCHED, is_suspect=True),
            DOSSIER,
            CATEGORY,
            (),
            ["+Check sender"],
            id="suspect in an office that files by category",
        ),
        pytest.param(
            MATCHED, DOSSIER, CATEGORY, (), ["+Khan – damp (K4T7-29)"], id="filed by category"
        ),
        pytest.param(
            MATCHED, DOSSIER, ASKS_FIRST, (), ["+Khan – damp (K4T7-29)?"], id="only suggested"
        ),
        pytest.param(
            MATCHED,
            DOSSIER,
            replace(CATEGORY, files_alone=False),
            (),
            ["+Khan – damp (K4T7-29)?"],
            id="only suggested by category",
        ),
        pytest.param(
            MATCHED,
            replace(DOSSIER, folder="Cases/Other", role=Role.OTHER),
            OFFICE,
            (),
            [],
            id="a person put it somewhere: it stays there",
        ),
        pytest.param(
            MATCHED,
            replace(DOSSIER, folder="Sent", role=Role.SENT),
            OFFICE,
            (),
            ["Sent → Cases/Khan – damp (K4T7-29) (K4T7-29)"],
            id="sent mail is filed too",
        ),
        pytest.param(
            UNKNOWN,
            replace(DOSSIER, folder="To do", role=Role.OTHER),
            OFFICE,
            (),
            [],
            id="no question on mail that a person has put away",
        ),
        pytest.param(
            UNKNOWN,
            replace(DOSSIER, office=(Caseworker("amina@home.example", "Amina"),)),
            OFFICE,
            (),
            [],
            id="colleagues are not asked about",
        ),
        pytest.param(
            UNKNOWN,
            replace(DOSSIER, tags=frozenset({"Who?", "Housing"})),
            OFFICE,
            (PERHAPS,),
            [],
            id="what it carries already is not put on again, nor asked about",
        ),
        pytest.param(
            MATCHED,
            replace(DOSSIER, cases=()),
            OFFICE,
            (),
            [],
            id="a case that is not in the dossier files nothing",
        ),
        pytest.param(
            MATCHED,
            DOSSIER,
            replace(OFFICE, acts_since=date(2026, 11, 4)),
            (HOUSING,),
            [],
            id="old mail is left alone",
        ),
        pytest.param(
            MATCHED,
            DOSSIER,
            replace(OFFICE, acts_since=date(2026, 11, 3)),
            (),
            [MOVE],
            id="mail of the first day is not old",
        ),
    ],
)
def test_what_is_done_and_what_is_asked(
    match: Match,
    dossier: Dossier,
    office: Office,
    suggestions: tuple[Suggestion, ...],
    expected: list[str],
) -> None:
    assert short(plan_for(MAIL, match, dossier, office, suggestions)) == expected


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, automatic=Automatic.REPLY),
        replace(MAIL, automatic=Automatic.LIST),
        replace(MAIL, direction=Direction.OUTBOUND),
        replace(MAIL, direction=Direction.INTERNAL),
        replace(MAIL, from_=(Address("jo@sub.colleague.example"),)),
    ],
)
def test_nobody_is_asked_about_mail_that_no_outsider_wrote(mail: Message) -> None:
    assert plan_for(mail, UNKNOWN, DOSSIER, OFFICE, ()) == ()


def test_each_planned_action_says_why() -> None:
    question, tag, move = (
        *plan_for(MAIL, UNKNOWN, DOSSIER, OFFICE, ()),
        *plan_for(MAIL, MATCHED, DOSSIER, OFFICE, (HOUSING,)),
    )
    assert (question.reason_codes, question.words) == (("question",), "nothing")
    assert (tag.reason_codes, tag.words) == (("rule housing-damp",), "damp")
    assert (move.reason_codes, move.words) == (("thread",), "its thread")


def test_mail_of_unknown_age_is_not_old() -> None:
    undated = replace(MAIL, received_at=None)
    office = replace(OFFICE, acts_since=date(2026, 11, 4))
    assert short(plan_for(undated, MATCHED, DOSSIER, office, ())) == [MOVE]


# --- folders -----------------------------------------------------------------------------------


def test_a_case_without_a_folder_will_lie_where_its_state_says() -> None:
    new = replace(CASE, folder="")
    assert folder_of(CASE, OFFICE) == CASE.folder
    assert folder_of(new, OFFICE) == "Cases/Khan – damp (K4T7-29)"
    closed = replace(new, state=CaseState.CLOSED)
    assert folder_of(closed, OFFICE) == "Cases/Closed/Khan – damp (K4T7-29)"


@given(st.text(max_size=400))
def test_a_case_folder_has_one_level_a_name_and_its_reference(title: str) -> None:
    name = leaf(Case("K4T7-29", title))
    assert "/" not in name
    assert "\n" not in name
    assert name.endswith(" (K4T7-29)")
    assert len(name) <= LONGEST_NAME + len(" (K4T7-29)")
    assert name.removesuffix("(K4T7-29)").strip()


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        (CASE.folder, CASE),
        (f"{CASE.folder}/Photos/2026", CASE),
        (f"{CASE.folder} 2", None),
        ("Cases", None),
        ("", None),
    ],
)
def test_the_case_of_a_folder(folder: str, found: Case | None) -> None:
    assert case_in(folder, (Case("2222-2C", "No folder yet"), CASE)) == found


# --- letters -----------------------------------------------------------------------------------

LETTER = Letter("K4T7-29/1", "K4T7-29", "council", "Anytown Council", AT, message_key=KEY)


@pytest.mark.parametrize("kind", AnswerKind)
def test_only_a_substantive_answer_marks_the_letter_as_answered(kind: AnswerKind) -> None:
    plan = answer_plan(LETTER, Answer("K4T7-29/1", MessageKey("1" * 20), kind, AT))
    ends = kind is AnswerKind.SUBSTANTIVE
    assert short(plan) == (["+Answered", "-Awaiting answer"] if ends else [])


def test_a_letter_by_post_has_no_mail_to_mark() -> None:
    posted = replace(LETTER, message_key=None)
    answer = Answer("K4T7-29/1", MessageKey("1" * 20), AnswerKind.SUBSTANTIVE, AT)
    assert (answer_plan(posted, answer), awaiting_plan(posted)) == ((), ())
    assert short(awaiting_plan(LETTER)) == ["+Awaiting answer"]


# --- which way ---------------------------------------------------------------------------------

US, THEM = Address("office@mp.example"), Address("amina@home.example")
COLLEAGUE = Address("jo@colleague.example")
IN, OUT, INTERNAL = Direction.INBOUND, Direction.OUTBOUND, Direction.INTERNAL


@pytest.mark.parametrize(
    ("sender", "to", "role", "authenticity", "expected"),
    [
        (THEM, US, Role.INBOX, Authenticity.PASS, IN),
        (THEM, US, Role.OTHER, Authenticity.UNKNOWN, IN),
        (None, US, Role.INBOX, Authenticity.UNKNOWN, IN),
        (US, THEM, Role.SENT, Authenticity.UNKNOWN, OUT),
        (US, THEM, Role.OTHER, Authenticity.UNKNOWN, OUT),
        (US, US, Role.SENT, Authenticity.UNKNOWN, INTERNAL),
        (US, COLLEAGUE, Role.SENT, Authenticity.UNKNOWN, INTERNAL),
        # Some programs send as somebody else: what lies in Sent went out all the same.
        (THEM, COLLEAGUE, Role.SENT, Authenticity.UNKNOWN, INTERNAL),
        (THEM, THEM, Role.SENT, Authenticity.UNKNOWN, OUT),
        # From us, they say, but in the inbox: only our own server's word makes it ours.
        (US, THEM, Role.INBOX, Authenticity.PASS, OUT),
        (US, THEM, Role.INBOX, Authenticity.UNKNOWN, INTERNAL),
        (US, THEM, Role.INBOX, Authenticity.FAIL, INTERNAL),
        (US, US, Role.INBOX, Authenticity.PASS, INTERNAL),
    ],
)
def test_which_way_a_mail_went(
    sender: Address | None,
    to: Address,
    role: Role,
    authenticity: Authenticity,
    expected: Direction,
) -> None:
    mail = Message(KEY, from_=(sender,) if sender else (), to=(to,))
    assert direction_of(mail, role, OFFICE, authenticity) is expected


# --- one decision ------------------------------------------------------------------------------

PERSON = Constituent(1, "Mrs Amina Khan", ("amina@home.example",), "LS6 2AB")
LINK = Link(MessageKey("f" * 20), "old@mp.example", 1, "K4T7-29", by_person=True)
TEXTS_OF_MAIL = st.sampled_from(
    [
        "My flat is damp and full of mould. Mrs Amina Khan, LS6 2AB",
        "About K4T7-29: please ring me.",
        "We will reply in full by 1 December. Our ref HB/123/456",
        "",
    ]
)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Message, Dossier, Office]:
    """Any mail of a small world, wherever it lay, whatever our own server says of it."""
    role = draw(st.sampled_from(Role))
    office = replace(
        OFFICE,
        filing_how=draw(st.sampled_from(FilingHow)),
        files_alone=draw(st.booleans()),
        acts_since=draw(st.sampled_from([None, date(2026, 11, 4)])),
    )
    dossier = Dossier(
        people=draw(st.sampled_from([(), (PERSON,)])),
        cases=draw(st.sampled_from([(), (CASE,), (CASE, replace(CASE, reference="2222-2C"))])),
        links=draw(st.sampled_from([(), (LINK,)])),
        organisations=draw(st.sampled_from([(), (COUNCIL,)])),
        letters=draw(st.sampled_from([(), (LETTER,)])),
        authenticity=draw(st.sampled_from(Authenticity)),
        folder={Role.INBOX: "INBOX", Role.SENT: "Sent"}.get(role, "Elsewhere"),
        role=role,
        tags=draw(st.frozensets(st.sampled_from(["Housing", "Who?", "Own"]))),
    )
    text = draw(TEXTS_OF_MAIL)
    mail = Message(
        KEY,
        in_reply_to=("old@mp.example",),
        received_at=AT,
        from_=(draw(st.sampled_from([THEM, US, Address("housing@anytown.example")])),),
        to=(draw(st.sampled_from([US, THEM])),),
        subject=draw(st.sampled_from(["Damp", "Re: Damp (K4T7-29)"])),
        text=text,
        new_text=text,
        automatic=draw(st.sampled_from(Automatic)),
        direction=draw(st.sampled_from(Direction)),
    )
    return mail, dossier, office


def decided(mail: Message, dossier: Dossier, office: Office) -> Decision:
    return decide(mail, clues(mail, office), dossier, RULES, office, {"K4T7-29": 1})


@given(facts())
def test_the_same_facts_give_the_same_decision(given_: tuple[Message, Dossier, Office]) -> None:
    first, second = decided(*given_), decided(*given_)
    assert first == second
    assert [each.key for each in first.plan] == [each.key for each in second.plan]


@given(facts())
def test_mail_that_is_suspect_or_put_away_by_a_person_is_never_filed(
    given_: tuple[Message, Dossier, Office],
) -> None:
    _, dossier, office = given_
    decision = decided(*given_)
    is_filed = any(isinstance(each.action, FileMessage) for each in decision.plan)
    if is_filed:
        assert not decision.match.is_suspect
        assert dossier.authenticity is not Authenticity.FAIL
        assert dossier.role in {Role.INBOX, Role.SENT}
        assert office.files_alone
        assert decision.match.case.outcome is Outcome.MATCHED


@given(facts())
def test_only_categories_that_mailbridge_knows_are_ever_put_on(
    given_: tuple[Message, Dossier, Office],
) -> None:
    known = {*vocabulary(RULES.framework), *(leaf(each) for each in given_[1].cases)}
    for planned in decided(*given_).plan:
        assert not isinstance(planned.action, MoveFolder)
        if isinstance(planned.action, AddTags):
            assert {tag.removesuffix("?") for tag in planned.action.tags} <= {
                tag.removesuffix("?") for tag in known
            }


def test_the_sure_way_is_filed_so_that_the_properties_above_mean_something() -> None:
    mail = replace(MAIL, in_reply_to=("old@mp.example",), subject="Re: Damp", new_text="Hello")
    dossier = replace(DOSSIER, people=(PERSON,), links=(LINK,))
    assert MOVE in short(decided(mail, dossier, OFFICE).plan)
    fails = replace(dossier, authenticity=Authenticity.FAIL)
    assert short(decided(mail, fails, OFFICE).plan) == ["+Check sender", "+Housing?"]


_KEYS = """
from datetime import datetime
from zoneinfo import ZoneInfo
from datetime import date
from mailbridge.domain.action import *
from mailbridge.domain.casework import Appointment, Task
from mailbridge.domain.message import MessageKey
at = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Europe/London"))
task = Task("K4T7-29/1#1", "Chase", "Body", date(2026, 12, 1), at, ("Housing", "Urgent"))
key = MessageKey("0" * 20)
for action in (
    AddTags(key, ("Housing", "Who?")), RemoveTags(key, ("Who?",)),
    FileMessage(key, "INBOX", "Cases/Khan", "K4T7-29"), MoveFolder("K4T7-29", "a", "b"),
    SaveDraft("k", ("a@b.example",), "Re", "Dear"), OpenTask(task), AmendTask(task, task),
    CloseTask("k", "done"), PutAppointment(Appointment("k", "t", "b", at, at)),
):
    print(Planned(action, ("code",), "words", "first sight").key)
"""


def test_a_wish_has_the_same_key_in_every_process() -> None:
    root = Path(__file__).resolve().parents[2]
    said = [
        subprocess.run(
            [sys.executable, "-c", _KEYS],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(set(said[0].split("\n"))) == len(said[0].split("\n"))
    # And in every year: outboxes outlive releases.
    assert said[0].startswith("AddTags ")


def test_the_occasion_tells_two_equal_wishes_apart_and_the_reasons_do_not() -> None:
    (planned,) = plan_for(MAIL, MATCHED, DOSSIER, OFFICE, ())
    assert replace(planned, words="other", reason_codes=()).key == planned.key
    assert replace(planned, occasion="again").key != planned.key


# --- rules -------------------------------------------------------------------------------------


def test_the_shipped_rules_parse() -> None:
    assert isinstance(RULES, Rules)
    assert RULES.organisations


def test_all_mistakes_in_all_files_are_told_at_once() -> None:
    broken = {
        **TEXTS,
        "organisations.toml": "[[organisation]]\nname = 5\n",
        "answers.toml": "not toml",
        "tags-own.toml": '[[rule]]\nid = "x"\ntag = "Housig"\n',
    }
    with pytest.raises(RulesBroken) as told:
        parse_rules(broken)
    named = {problem.partition(",")[0] for problem in told.value.problems}
    assert named == {"organisations.toml", "answers.toml", "tags-own.toml"}


def test_tag_rules_are_not_judged_by_a_broken_framework() -> None:
    with pytest.raises(RulesBroken) as told:
        parse_rules({**TEXTS, "framework.toml": "nonsense"})
    assert all("framework.toml" in problem for problem in told.value.problems)


def test_a_rules_folder_that_vanished_is_a_mistake_not_an_office_without_rules() -> None:
    with pytest.raises(RulesBroken) as told:
        parse_rules({})
    assert any("framework.toml" in problem for problem in told.value.problems)


def test_a_rules_file_may_hold_any_text_and_only_rulesbroken_comes_of_it() -> None:
    for text in ("\0", "[" * 2000, "a = 1\n" * 3, string.printable, "[[rule]]"):
        with pytest.raises(RulesBroken):
            parse_rules({**TEXTS, "tags-own.toml": text})
