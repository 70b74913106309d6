"""What holds of matching whatever the evidence and whatever the mail."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbridge.domain.casework import Case
from mailbridge.domain.finding import Authenticity, Dossier, Evidence, Match, Outcome
from mailbridge.domain.message import Address, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching import clues, match, weigh
from mailbridge.matching.weigh import KINDS, point

OFFICE = Office(emails=("office@mp.example",))
CASES = (
    Case("K4T7-29", "damp", constituent_id=1),
    Case("2222-2C", "benefit", constituent_id=1),
    Case("3333-3Y", "parking", constituent_id=2),
)
OF_A = ["K4T7-29", "2222-2C"]
UNKNOWN = Dossier(cases=CASES)


def pieces(people: list[int], cases: list[str]) -> st.SearchStrategy[list[Evidence]]:
    """Any evidence about these people and cases."""
    piece = st.builds(
        lambda code, words, person, case: point(
            code,
            words,
            person=None if KINDS[code].needs_person else person,
            case=case,
        ),
        st.sampled_from(sorted(KINDS)),
        st.sampled_from(["seen here", "seen there"]),
        st.sampled_from([*people, None]),
        st.sampled_from([*cases, ""]),
    )
    return st.lists(piece, max_size=8)


def judged(evidence: list[Evidence]) -> Match:
    return weigh(evidence, UNKNOWN, OFFICE)


@given(pieces([1, 2], [*OF_A, "3333-3Y"]), st.randoms(use_true_random=False))
def test_the_order_of_evidence_makes_no_difference(
    evidence: list[Evidence], chance: Random
) -> None:
    shuffled = list(evidence)
    chance.shuffle(shuffled)
    assert judged(shuffled) == judged(evidence)


@given(pieces([1, 2], OF_A), pieces([2], ["3333-3Y"]))
def test_evidence_for_one_never_makes_another_matched(
    evidence: list[Evidence], more: list[Evidence]
) -> None:
    for_b = [one for one in more if one.weight > 0]
    before, after = judged(evidence), judged(evidence + for_b)
    if after.person.value == 1:
        assert before.person.value == 1
    if after.case.value in OF_A:
        assert before.case.value == after.case.value


@given(pieces([1, 2], [*OF_A, "3333-3Y"]))
def test_a_matched_person_always_has_more_than_a_name(evidence: list[Evidence]) -> None:
    found = judged(evidence)
    if found.person.outcome is Outcome.MATCHED:
        about = [one for one in evidence if one.person == found.person.value]
        assert any(one.is_independent_id for one in about)
        placed = any(one.code == "placed-by-person" for one in about)
        assert placed or not any(one.code == "other-name" for one in about)
    else:
        assert found.person.value is None


@given(pieces([1, 2], [*OF_A, "3333-3Y"]))
def test_a_suspect_sender_is_matched_only_where_a_person_put_the_mail(
    evidence: list[Evidence],
) -> None:
    found = weigh(evidence, Dossier(cases=CASES, authenticity=Authenticity.FAIL), OFFICE)
    assert found.is_suspect
    placed = [one for one in evidence if one.code == "placed-by-person"]
    assert found.person.outcome is not Outcome.MATCHED or any(one.person for one in placed)
    assert found.case.outcome is not Outcome.MATCHED or any(one.case for one in placed)


@given(pieces([1, 2], [*OF_A, "3333-3Y"]))
def test_reasons_tell_every_piece_of_evidence_that_was_kept(evidence: list[Evidence]) -> None:
    found = judged(evidence)
    told = {(one.code, one.words) for one in (*found.person.reasons, *found.case.reasons)}
    assert {(one.code, one.words) for one in found.evidence} <= told


PEOPLE = (
    Constituent(1, "Amina Khan", ("amina@home.example",), "LS6 2AB", "", ("+447700900123",)),
    Constituent(2, "Bob Smith", ("bob@home.example",), "LS1 1AA"),
)


@settings(max_examples=30)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=40), st.text(max_size=80))
def test_an_unknown_sender_with_any_text_is_never_matched(
    text: str, subject: str, display: str, signature: str
) -> None:
    mail = Message(
        MessageKey("0" * 20),
        from_=(Address("stranger@other.example", display),),
        subject=subject,
        new_text=text,
        text=text,
        signature=signature,
    )
    found = match(mail, clues(mail, OFFICE), Dossier(people=PEOPLE, cases=CASES), OFFICE)
    assert found.person.outcome is not Outcome.MATCHED
    assert found.case.outcome is not Outcome.MATCHED


@given(
    st.lists(
        st.sampled_from(
            ["Amina", "Khan", "Bob", "Smith", "LS1", "K4T7-29", "Regards,\n", "\n", "Re:", "damp"]
        ),
        max_size=12,
    )
)
def test_a_stranger_who_knows_names_and_references_but_nothing_else_is_never_matched(
    words: list[str],
) -> None:
    # A full name with the reference of that person's own case is more than either alone.
    text = " ".join(word for word in words if word != "Amina")
    mail = Message(
        MessageKey("0" * 20), from_=(Address("stranger@other.example"),), new_text=text, text=text
    )
    found = match(mail, clues(mail, OFFICE), Dossier(people=PEOPLE, cases=CASES), OFFICE)
    assert found.person.outcome is not Outcome.MATCHED
    assert found.case.outcome is not Outcome.MATCHED
