"""The rules of matching that may never break, and the ordinary ways a mail is matched."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mailbridge.matching
from mailbridge.domain.casework import Case, CaseState, Letter, LetterState
from mailbridge.domain.finding import Authenticity, Dossier, Link, Match, Outcome
from mailbridge.domain.message import Address, Direction, Forwarded, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent, Organisation
from mailbridge.matching import clues, match
from mailbridge.matching.weigh import KINDS

OFFICE = Office(emails=("office@mp.example",), colleague_domains=("colleague.example",))
US = Address("office@mp.example", "The Office")

AMINA = Constituent(
    1,
    "Mrs Amina Khan",
    emails=("amina@home.example",),
    postcode="LS6 2AB",
    street="12 Elm Court",
    phones=("+447700900123",),
)
BOB = Constituent(2, "Bob Smith", emails=("bob@home.example",), postcode="LS1 1AA")
DAMP = Case("K4T7-29", "Khan, damp at Elm Court", constituent_id=1, folder="Cases/Khan (K4T7-29)")
BENEFIT = Case("2222-2C", "Khan, carer's allowance", constituent_id=1)
BOBS = Case("3333-3Y", "Smith, parking", constituent_id=2)
COUNCIL = Organisation("anytown-council", "Anytown Council", domains=("anytown.example",))
OFFICER = Address("officer@anytown.example", "Jane Doe")
LETTER = Letter(
    "K4T7-29/1",
    "K4T7-29",
    "anytown-council",
    "Anytown Council",
    datetime(2026, 10, 1, tzinfo=UTC),
    subject="Mould and ventilation",
    their_reference="HB/123/456",
)
LINK = Link(MessageKey("f" * 20), "old@mp.example", 1, "K4T7-29", by_person=False)


def mail(from_: Address | str = "", **fields: object) -> Message:
    sender = Address(from_) if isinstance(from_, str) else from_
    return Message(MessageKey("0" * 20), from_=(sender,), **fields)  # type: ignore[arg-type]  # a test's own fields


def sent(to: Address | str, **fields: object) -> Message:
    recipient = Address(to) if isinstance(to, str) else to
    return mail(US, to=(recipient,), direction=Direction.OUTBOUND, **fields)


def decide(message: Message, *people: Constituent, **known: object) -> Match:
    dossier = Dossier(people=people, **known)  # type: ignore[arg-type]  # a test's own fields
    return match(message, clues(message, OFFICE), dossier, OFFICE)


def codes(found: Match) -> set[str]:
    return {reason.code for reason in (*found.person.reasons, *found.case.reasons)}


NAMED_AMINA = Address("amina@home.example", "Amina Khan")


# --- who ---------------------------------------------------------------------------------------


def test_an_address_and_a_name_that_fits_name_a_person() -> None:
    found = decide(mail(NAMED_AMINA), AMINA, BOB)
    assert found.person.value == 1
    assert codes(found) >= {"address", "name"}
    assert "written from amina@home.example, an address of Mrs Amina Khan" in {
        reason.words for reason in found.person.reasons
    }


def test_an_address_alone_tells_whose_mailbox_it_is_but_not_who_typed() -> None:
    found = decide(mail("amina@home.example"), AMINA)
    assert found.person.outcome is Outcome.SEVERAL
    assert found.person.candidates == (1,)


def test_an_address_that_spells_the_name_out_is_enough() -> None:
    amina = replace(AMINA, emails=("amina.khan@home.example",))
    assert decide(mail("amina.khan@home.example"), amina).person.value == 1


def test_an_address_shared_by_several_people_names_none_of_them_by_itself() -> None:
    both = AMINA, replace(BOB, emails=AMINA.emails)
    found = decide(mail("amina@home.example"), *both)
    assert found.person.outcome is Outcome.SEVERAL
    assert set(found.person.candidates) == {1, 2}


@pytest.mark.parametrize("place", ["display", "signature", "closing"])
def test_of_those_who_share_an_address_the_name_decides(place: str) -> None:
    both = AMINA, replace(BOB, name="Tariq Khan", emails=AMINA.emails)
    display = "Tariq Khan" if place == "display" else ""
    written = mail(
        Address("amina@home.example", display),
        new_text="Help!\n\nKind regards,\nTariq Khan" if place == "closing" else "Help!",
        signature="Tariq Khan" if place == "signature" else "",
    )
    assert decide(written, *both).person.value == 2


def test_a_name_that_fits_two_who_share_an_address_decides_nothing() -> None:
    father, son = AMINA, replace(BOB, name="Amina Khan", emails=AMINA.emails)
    assert decide(mail(NAMED_AMINA), father, son).person.outcome is Outcome.SEVERAL


def test_an_address_that_a_caseworker_denied_is_no_evidence() -> None:
    found = decide(mail(NAMED_AMINA), AMINA, unlearned=frozenset({("amina@home.example", 1)}))
    assert found.person.outcome is not Outcome.MATCHED
    assert "address" not in codes(found)


def test_a_full_name_alone_never_names() -> None:
    found = decide(mail(Address("new@other.example", "Amina Khan")), AMINA)
    assert found.person.outcome is Outcome.SEVERAL
    assert "name-alone" in codes(found)


def test_a_full_name_and_postcode_in_the_new_text_name_a_person() -> None:
    written = mail(
        "new@other.example", new_text="Help.\nYours sincerely\nAmina Khan\n12 Elm Court\nls62ab"
    )
    assert decide(written, AMINA, BOB).person.value == 1


def test_a_name_at_the_head_of_a_letter_with_a_postcode_names_a_person() -> None:
    written = mail(
        "new@other.example", new_text="Amina Khan\n12 Elm Court\nLS6 2AB\n\nDear MP, help"
    )
    assert decide(written, AMINA).person.value == 1


def test_a_name_that_stands_last_without_a_closing_is_the_writers() -> None:
    written = mail("amina@home.example", new_text="The lift is broken.\n\nAmina Khan")
    assert decide(written, AMINA).person.value == 1
    inside = "\n".join(["Residents:", *"abc", "Amina Khan", *"defghijkl"])
    assert decide(mail("amina@home.example", new_text=inside), AMINA).person.value is None


def test_a_neighbour_who_is_written_about_is_not_the_writer() -> None:
    written = mail("new@other.example", new_text="My neighbour Amina Khan, LS6 2AB, is too loud.")
    assert decide(written, AMINA).person.outcome is Outcome.SEVERAL


def test_two_of_one_name_at_one_postcode_are_several() -> None:
    written = mail("new@other.example", new_text="Regards\nAmina Khan\nLS6 2AB")
    found = decide(written, AMINA, replace(AMINA, id=3, emails=()))
    assert found.person.outcome is Outcome.SEVERAL
    assert found.person.candidates == (1, 3)


def test_a_full_name_and_phone_name_a_person() -> None:
    written = mail("new@other.example", new_text="Regards\nAmina Khan\n07700 900 123")
    assert decide(written, AMINA).person.value == 1


def test_a_postcode_without_a_name_points_to_nobody() -> None:
    written = mail("new@other.example", new_text="I live at LS6 2AB.")
    assert decide(written, AMINA).person.outcome is Outcome.NOBODY


@pytest.mark.parametrize("name", ["Tariq Khan", "Bob Smith", "T. Khan"])
@pytest.mark.parametrize("where", ["display", "closing"])
def test_a_contradicting_full_name_blocks(name: str, where: str) -> None:
    written = mail(
        Address("amina@home.example", name if where == "display" else "Amina Khan"),
        subject="K4T7-29",
        new_text=f"Help\n\nKind regards,\n{name}" if where == "closing" else "Help",
    )
    found = decide(written, AMINA, cases=(DAMP,), links=(LINK,))
    assert found.person.outcome is Outcome.SEVERAL
    assert found.case.outcome is Outcome.SEVERAL
    assert "name-contradicts" in codes(found)


def test_a_name_does_not_contradict_a_thread_to_which_a_person_put_its_address() -> None:
    daughter = Address("lina@other.example", "Lina Ahmed")
    link = replace(LINK, addresses=("lina@other.example",), by_person=True)
    assert decide(mail(daughter), AMINA, cases=(DAMP,), links=(link,)).case.value == "K4T7-29"
    assert decide(mail(daughter), AMINA, cases=(DAMP,), links=(LINK,)).case.value is None


def test_a_sender_that_fails_authentication_is_never_matched_alone() -> None:
    found = decide(
        mail(NAMED_AMINA, subject="K4T7-29"),
        AMINA,
        cases=(DAMP,),
        links=(LINK,),
        authenticity=Authenticity.FAIL,
    )
    assert found.is_suspect
    assert found.person.outcome is found.case.outcome is Outcome.SEVERAL
    assert codes(found) >= {"sender-fails", "address", "thread", "reference"}
    stranger = decide(mail("x@other.example"), authenticity=Authenticity.FAIL)
    assert stranger.is_suspect
    assert stranger.person.outcome is Outcome.NOBODY


def test_disagreement_between_clues_names_nobody() -> None:
    found = decide(mail(NAMED_AMINA, subject="Re: 3333-3Y"), AMINA, BOB, cases=(DAMP, BOBS))
    assert found.person.outcome is Outcome.SEVERAL
    assert found.case.outcome is Outcome.SEVERAL
    assert "disagreement" in codes(found)
    by_name = decide(mail("amina@home.example", new_text="Regards\nBob Smith\nLS1 1AA"), AMINA, BOB)
    assert by_name.person.outcome is Outcome.SEVERAL


def test_the_writer_of_a_forwarded_mail_never_makes_the_match() -> None:
    inner = Forwarded(NAMED_AMINA, "Damp", None, "Amina Khan, LS6 2AB")
    found = decide(mail("x@other.example", forwarded=(inner,)), AMINA, cases=(DAMP,))
    assert found.person.outcome is Outcome.SEVERAL
    assert "forwarded-from" in codes(found)


def test_another_postcode_speaks_against_an_address_without_a_name() -> None:
    amina = replace(AMINA, emails=("amina.khan@home.example",))
    found = decide(mail("amina.khan@home.example", new_text="I live at LS9 9BP."), amina)
    assert found.person.outcome is Outcome.SEVERAL
    assert "other-postcode" in codes(found)


def test_an_initial_and_the_postcode_decide_who_of_those_that_share_an_address_wrote() -> None:
    both = AMINA, replace(BOB, emails=AMINA.emails)
    written = mail(Address("amina@home.example", "A. Khan"), new_text="I live at LS6 2AB.")
    assert decide(written, *both).person.value == 1


def test_a_phone_that_several_people_have_is_worth_less() -> None:
    written = mail(Address("x@other.example", "A. Khan"), new_text="Ring 07700 900123")
    assert codes(decide(written, AMINA)) >= {"phone", "name-nearly"}
    shared = decide(written, AMINA, replace(BOB, phones=AMINA.phones))
    assert "phone-shared" in codes(shared)
    assert "phone" not in codes(shared)


# --- references ----------------------------------------------------------------------------------


def test_a_reference_from_the_person_it_belongs_to_settles_person_and_case() -> None:
    found = decide(mail("amina@home.example", new_text="K4T7-29"), AMINA, cases=(DAMP, BENEFIT))
    assert (found.person.value, found.case.value) == (1, "K4T7-29")


def test_a_reference_quoted_by_a_stranger_is_weak_evidence() -> None:
    found = decide(mail("x@other.example", subject="Re: K4T7-29"), AMINA, cases=(DAMP,))
    assert found.person.outcome is found.case.outcome is Outcome.SEVERAL
    assert found.case.candidates == ("K4T7-29",)
    assert "reference-by-stranger" in codes(found)


def test_a_reference_settles_who_of_those_that_share_an_address_wrote() -> None:
    both = AMINA, replace(BOB, emails=AMINA.emails)
    assert decide(mail("amina@home.example", subject="K4T7-29"), *both, cases=(DAMP,)).case.value


def test_a_reference_with_a_phone_number_of_its_person_is_no_strangers() -> None:
    written = mail("x@other.example", subject="K4T7-29", new_text="Ring 07700 900123")
    assert decide(written, AMINA, cases=(DAMP,)).case.value == "K4T7-29"


def test_a_reference_from_a_colleague_settles_the_case() -> None:
    written = mail(Address("jo@colleague.example", "Jo Brown"), subject="K4T7-29")
    assert decide(written, AMINA, cases=(DAMP,)).case.value == "K4T7-29"


def test_a_reference_from_an_address_that_we_wrote_to_settles_the_case() -> None:
    written = mail(Address("jo@landlord.example", "Jo Brown"), subject="K4T7-29")
    letter = replace(LETTER, organisation_id="", recipients=("jo@landlord.example",))
    found = decide(written, AMINA, cases=(DAMP,), letters=(letter,))
    assert found.case.value == "K4T7-29"


def test_a_reference_in_quoted_text_counts_for_its_own_person_only() -> None:
    quoting = mail(NAMED_AMINA, text="> K4T7-29")
    assert decide(quoting, AMINA, cases=(DAMP, BENEFIT)).case.value == "K4T7-29"
    stranger = mail("x@other.example", text="> K4T7-29")
    assert decide(stranger, AMINA, cases=(DAMP,)).case.outcome is Outcome.SEVERAL


def test_two_references_are_a_disagreement_about_the_case_and_not_about_the_person() -> None:
    found = decide(mail(NAMED_AMINA, subject="K4T7-29, 2222-2C"), AMINA, cases=(DAMP, BENEFIT))
    assert found.person.value == 1
    assert found.case.outcome is Outcome.SEVERAL


# --- organisations -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Your ref: K4T7-29", "Our ref: HB/123/456", "We refer to Mrs Amina Khan, Elm Court, LS6 2AB."],
)
def test_an_organisations_mail_is_matched_by_reference_or_constituent(text: str) -> None:
    found = decide(
        mail(OFFICER, new_text=text),
        AMINA,
        BOB,
        cases=(DAMP, BENEFIT),
        organisations=(COUNCIL,),
        letters=(LETTER,),
    )
    assert (found.person.value, found.case.value) == (1, "K4T7-29")


def test_their_reference_from_somebody_else_is_weak() -> None:
    found = decide(
        mail("x@other.example", new_text="ref: HB/123/456"), AMINA, cases=(DAMP,), letters=(LETTER,)
    )
    assert found.case.outcome is Outcome.SEVERAL


def test_two_cases_awaiting_one_organisation_are_left_to_a_person() -> None:
    second = replace(LETTER, id="2222-2C/1", case_reference="2222-2C", subject="")
    found = decide(
        mail(OFFICER, new_text="We refer to Mrs Amina Khan, LS6 2AB."),
        AMINA,
        cases=(DAMP, BENEFIT),
        organisations=(COUNCIL,),
        letters=(LETTER, second),
    )
    assert found.person.value == 1
    assert found.case.outcome is Outcome.SEVERAL


def test_an_organisation_that_answered_is_no_longer_awaited() -> None:
    found = decide(
        mail(OFFICER, new_text="We refer to Mrs Amina Khan, LS6 2AB."),
        AMINA,
        cases=(DAMP,),
        organisations=(COUNCIL,),
        letters=(replace(LETTER, state=LetterState.ANSWERED),),
    )
    assert found.case.outcome is Outcome.SEVERAL


def test_an_officers_name_does_not_contradict_but_that_of_a_constituents_address_does() -> None:
    found = decide(mail(OFFICER), AMINA, cases=(DAMP,), organisations=(COUNCIL,), links=(LINK,))
    assert found.case.value == "K4T7-29"
    at_work = replace(AMINA, emails=("officer@anytown.example",))
    found = decide(mail(OFFICER), at_work, organisations=(COUNCIL,))
    assert found.person.outcome is Outcome.SEVERAL


def test_part_of_another_name_speaks_against_a_constituent_and_not_against_an_officer() -> None:
    both = AMINA, replace(BOB, emails=AMINA.emails)
    assert "name-unlike" in codes(decide(mail(Address("amina@home.example", "Jane")), *both))
    jane = mail(Address("officer@anytown.example", "Jane"))
    found = decide(jane, AMINA, cases=(DAMP,), organisations=(COUNCIL,), links=(LINK,))
    assert found.case.value == "K4T7-29"
    mum = sent(Address("amina@home.example", "Mum"), subject="The damp")
    assert decide(mum, AMINA, cases=(DAMP,)).case.value == "K4T7-29"


# --- threads -------------------------------------------------------------------------------------


def test_an_answer_in_a_thread_goes_where_the_thread_went() -> None:
    found = decide(mail("x@other.example"), AMINA, cases=(DAMP, BENEFIT), links=(LINK,))
    assert (found.person.value, found.case.value) == (1, "K4T7-29")


def test_a_thread_that_was_matched_to_two_cases_is_a_disagreement() -> None:
    links = (LINK, replace(LINK, case_reference="2222-2C"))
    found = decide(mail("x@other.example"), AMINA, cases=(DAMP, BENEFIT), links=links)
    assert found.person.value == 1
    assert found.case.outcome is Outcome.SEVERAL


def test_what_a_person_decided_about_a_thread_stands_above_what_we_decided() -> None:
    links = (LINK, replace(LINK, case_reference="2222-2C", by_person=True))
    found = decide(mail("x@other.example"), AMINA, cases=(DAMP, BENEFIT), links=links)
    assert found.case.value == "2222-2C"
    assert "thread-by-person" in codes(found)


def test_an_old_mail_used_to_begin_something_new_with_somebody_else_is_weak() -> None:
    link = replace(LINK, subject="Damp", addresses=("amina@home.example",))
    found = decide(mail("x@other.example", subject="Party"), AMINA, cases=(DAMP,), links=(link,))
    assert found.person.outcome is found.case.outcome is Outcome.SEVERAL
    assert "thread-new-topic" in codes(found)


def test_a_new_subject_on_an_old_thread_says_who_but_not_which_case() -> None:
    link = replace(LINK, subject="Damp", addresses=("amina@home.example",))
    new = mail("amina@home.example", subject="My pension")
    found = decide(new, AMINA, cases=(DAMP, BENEFIT), links=(link,))
    assert found.person.value == 1
    assert found.case.outcome is Outcome.SEVERAL
    same = replace(new, subject="RE: [EXTERNAL] damp")
    assert decide(same, AMINA, cases=(DAMP, BENEFIT), links=(link,)).case.value == "K4T7-29"


def test_a_subject_alone_never_joins() -> None:
    found = decide(
        mail("x@other.example", subject="Re: Khan, damp at Elm Court"), AMINA, cases=(DAMP,)
    )
    assert found.person.outcome is found.case.outcome is Outcome.NOBODY


# --- which case ----------------------------------------------------------------------------------


def test_one_open_case_is_no_proof_by_itself() -> None:
    found = decide(mail(NAMED_AMINA, subject="My pension"), AMINA, cases=(DAMP,))
    assert found.person.value == 1
    assert found.case.outcome is Outcome.SEVERAL
    assert found.case.candidates == ("K4T7-29",)


@pytest.mark.parametrize(
    ("subject", "text"),
    [("The damp again", ""), ("Again", "the damp, the mould"), ("Ventilation", "")],
)
def test_the_only_open_case_with_its_own_words_is_matched(subject: str, text: str) -> None:
    written = mail(NAMED_AMINA, subject=subject, new_text=text)
    assert decide(written, AMINA, cases=(DAMP,), letters=(LETTER,)).case.value == "K4T7-29"


@pytest.mark.parametrize("subject", ["Court date", "My pension", "A delay"])
def test_a_word_of_half_of_all_casework_is_no_evidence(subject: str) -> None:
    case = replace(DAMP, title="Khan, delay of pension, Priory Court")
    found = decide(mail(NAMED_AMINA, subject=subject), AMINA, cases=(case,))
    assert found.case.outcome is Outcome.SEVERAL
    assert "shared-words" not in codes(found)


def test_the_street_and_name_of_a_person_are_no_words_of_their_case() -> None:
    written = mail(NAMED_AMINA, new_text="My pension.\nRegards\nAmina Khan\n12 Elm Court")
    assert decide(written, AMINA, cases=(DAMP,)).case.outcome is Outcome.SEVERAL


def test_words_do_not_choose_between_two_open_cases() -> None:
    found = decide(mail(NAMED_AMINA, subject="The damp"), AMINA, cases=(DAMP, BENEFIT))
    assert found.case.outcome is Outcome.SEVERAL
    assert found.case.candidates == ("K4T7-29", "2222-2C")


def test_a_closed_case_does_not_count_as_a_second_one() -> None:
    closed = replace(BENEFIT, state=CaseState.CLOSED)
    found = decide(mail(NAMED_AMINA, subject="The damp"), AMINA, cases=(DAMP, closed))
    assert found.case.value == "K4T7-29"


def test_a_word_that_two_of_their_cases_share_points_to_neither() -> None:
    also = replace(BENEFIT, title="Khan, damp at the surgery")
    found = decide(mail(NAMED_AMINA, subject="The damp"), AMINA, cases=(DAMP, also))
    assert "shared-words" not in codes(found)


def test_somebody_without_a_case_has_none() -> None:
    assert decide(mail(NAMED_AMINA), AMINA).case.outcome is Outcome.NOBODY


def test_a_closed_case_is_a_question_and_never_the_answer() -> None:
    closed = replace(DAMP, state=CaseState.CLOSED)
    found = decide(mail(NAMED_AMINA, subject="K4T7-29"), AMINA, cases=(closed,), links=(LINK,))
    assert found.person.value == 1
    assert found.case.outcome is Outcome.SEVERAL
    assert found.case.candidates == ("K4T7-29",)
    assert "case-closed" in codes(found)


def test_a_case_is_not_matched_while_its_person_is_unsure() -> None:
    written = mail(Address("x@other.example", "Tariq Khan"))
    found = decide(written, AMINA, cases=(DAMP,), links=(LINK,))
    assert found.case.outcome is Outcome.SEVERAL
    assert "person-unsure" in codes(found)


def test_a_case_that_names_nobody_yet_is_matched_by_its_thread() -> None:
    new = replace(DAMP, constituent_id=None)
    link = replace(LINK, constituent_id=None)
    found = decide(mail("x@other.example"), cases=(new,), links=(link,))
    assert found.person.outcome is Outcome.NOBODY
    assert found.case.value == "K4T7-29"


def test_where_a_person_put_it_is_the_last_word() -> None:
    found = decide(
        mail(Address("bob@home.example", "Bob Smith"), subject="3333-3Y"),
        AMINA,
        BOB,
        cases=(replace(DAMP, state=CaseState.CLOSED), BOBS),
        folder="Cases/Khan (K4T7-29)",
        authenticity=Authenticity.FAIL,
    )
    assert (found.person.value, found.case.value) == (1, "K4T7-29")
    assert found.is_suspect


# --- mail the office sent ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        sent("amina@home.example", subject="The damp"),
        sent(OFFICER, subject="Our ref K4T7-29"),
        sent(OFFICER, new_text="We write for Mrs A. Amina Khan of 12 Elm Court, LS6 2AB."),
        sent(OFFICER, new_text="Your ref: HB 123-456"),
    ],
)
def test_sent_mail_is_matched_by_recipient_reference_and_whom_it_names(message: Message) -> None:
    found = decide(message, AMINA, BOB, cases=(DAMP,), organisations=(COUNCIL,), letters=(LETTER,))
    assert (found.person.value, found.case.value) == (1, "K4T7-29")


def test_sent_mail_to_two_constituents_is_left_to_a_person() -> None:
    both = replace(sent("amina@home.example"), cc=(Address("bob@home.example"),))
    assert decide(both, AMINA, BOB).person.outcome is Outcome.SEVERAL


# --- what people are told ------------------------------------------------------------------------


def test_every_piece_of_evidence_is_told_with_the_runner_up() -> None:
    found = decide(mail(NAMED_AMINA, subject="Re: 3333-3Y"), AMINA, BOB, cases=(DAMP, BOBS))
    told = {(one.code, one.words) for one in (*found.person.reasons, *found.case.reasons)}
    assert {(one.code, one.words) for one in found.evidence} <= told
    assert any("Bob Smith" in words for _, words in told)


def test_people_whom_nothing_points_to_are_not_spoken_of() -> None:
    found = decide(mail(NAMED_AMINA), AMINA, BOB, cases=(BOBS,))
    assert not any("Bob Smith" in one.words for one in found.evidence)
    assert found.person.candidates == (1,)


def test_every_code_is_explained_in_the_page_on_matching() -> None:
    page = (Path(__file__).parents[2] / "docs/matching.md").read_text(encoding="utf-8")
    source = Path(mailbridge.matching.__file__).parent
    stops = set(re.findall(r'Reason\(\s*"([a-z-]+)"', (source / "weigh.py").read_text()))
    assert len(stops) >= 9
    for code in stops | KINDS.keys():
        assert f"| `{code}` |" in page, f"docs/matching.md does not explain {code}"
    for code, kind in KINDS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{code}` |"))
        assert f"| {kind.weight:g} |" in row, f"docs/matching.md gives another weight for {code}"


def test_no_matcher_emits_a_code_that_is_not_in_the_table() -> None:
    source = Path(mailbridge.matching.__file__).parent
    quoted = set()
    for file in source.glob("by_*.py"):
        quoted |= set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', file.read_text()))
    assert quoted <= KINDS.keys()
    assert {code for code in KINDS if "-" in code} <= quoted
