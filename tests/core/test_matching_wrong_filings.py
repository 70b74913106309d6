"""Mails that were once filed to the wrong person, or against a person's word. Never again."""

from dataclasses import replace

import pytest

from mailbridge.domain.casework import Case
from mailbridge.domain.finding import Dossier, Link, Match, Outcome
from mailbridge.domain.message import Address, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching import clues, match
from mailbridge.matching.names import NO_NAME, name_of

OFFICE = Office(emails=("office@mp.example",))
AMINA = Constituent(
    1,
    "Amina Khan",
    emails=("amina.khan@home.example",),
    postcode="AB1 2AD",
    street="Flat 3 Elm Court",
    phones=("+447700900123",),
)
DAMP = Case("K4T7-29", "Khan, damp at Elm Court", constituent_id=1)
OURS = Link(MessageKey("f" * 20), "old@home.example", 1, "K4T7-29", by_person=False)
UNDONE = Link(MessageKey("e" * 20), "undone@home.example", None, "", by_person=True)
GENUINE = Address("amina.khan@home.example", "Amina Khan")


def decide(
    sender: Address | tuple[Address, ...], text: str = "", *links: Link, **fields: object
) -> Match:
    message = Message(
        MessageKey("0" * 20),
        from_=sender if isinstance(sender, tuple) else (sender,),
        new_text=text,
        **fields,  # type: ignore[arg-type]  # a test's own fields
    )
    dossier = Dossier(people=(AMINA,), cases=(DAMP,), links=links)
    return match(message, clues(message, OFFICE), dossier, OFFICE)


def codes(found: Match) -> set[str]:
    return {reason.code for reason in (*found.person.reasons, *found.case.reasons)}


# --- a thread that mailbridge matched alone ----------------------------------------------------


def test_another_full_name_contradicts_a_thread_that_only_mailbridge_matched() -> None:
    twin = Address("ak@evil.example", "Evil Twin")
    alone = replace(OURS, addresses=("ak@evil.example",))
    found = decide(twin, "Me again.", alone)
    assert found.person.outcome is found.case.outcome is Outcome.SEVERAL
    assert "name-contradicts" in codes(found)
    assert decide(twin, "Me again.", replace(alone, by_person=True)).case.value == "K4T7-29"


# --- several senders -----------------------------------------------------------------------------


def test_a_mail_with_several_senders_is_never_matched_alone() -> None:
    forged = (Address("evil@evil.example", "Amina Khan"), Address("amina.khan@home.example"))
    for senders in (forged, forged[::-1]):
        found = decide(senders, "K4T7-29", OURS)
        assert found.is_suspect
        assert found.person.outcome is found.case.outcome is Outcome.SEVERAL
        assert "several-senders" in codes(found)
    assert not decide((GENUINE, GENUINE)).is_suspect


def test_a_sender_field_is_no_address() -> None:
    stranger = Address("evil@evil.example")
    found = decide(stranger, headers=(("Sender", "Amina Khan <amina.khan@home.example>"),))
    assert found.person.outcome is Outcome.NOBODY


# --- a filing that a person undid --------------------------------------------------------------


@pytest.mark.parametrize("links", [(UNDONE,), (UNDONE, OURS), (OURS, UNDONE)])
def test_in_a_thread_in_which_a_person_undid_a_filing_nothing_is_filed_alone(
    links: tuple[Link, ...],
) -> None:
    found = decide(GENUINE, "The damp. K4T7-29", *links)
    assert found.person.outcome is found.case.outcome is Outcome.SEVERAL
    assert "undone-by-person" in codes(found)
    assert not found.is_suspect


# --- names ---------------------------------------------------------------------------------------


def test_a_whole_family_is_nobody_elses_name() -> None:
    assert name_of("The Khans") == NO_NAME
    assert name_of("The Rt Hon Amina Khan").is_full
    found = decide(Address("amina.khan@home.example", "The Khans"))
    assert found.person.value == 1


# --- somebody who writes for another -----------------------------------------------------------

BLOCK = "Amina Khan\nFlat 3 Elm Court, AB1 2AD."
OLGA = Address("olga@home2.example")
NEIGHBOURS = {
    "introduced, and signed by herself": (
        f"I write for my neighbour:\n{BLOCK}\nThe damp affects me too.\n\nOlga"
    ),
    "introduced": f"I write for my neighbour:\n{BLOCK}",
    "for her mother": f"Dear MP,\n\nThe damp is awful. I write on behalf of my mother.\n\n{BLOCK}",
    "the letter goes on": f"Dear MP,\n\nPlease help.\n{BLOCK}\nThe damp affects me too.",
    "signed behind the last sentence": f"{BLOCK}\nThe damp affects me too. Olga",
    "signed below the block": f"Please help with the damp.\n\n{BLOCK}\n\nOlga",
    "signed below a closing": f"{BLOCK}\n\nThe damp is awful.\n\nRegards\nOlga",
    "said below the block": f"{BLOCK}\n\nShe is my neighbour, and the damp is awful.",
    "with her telephone": f"About my neighbour:\n{BLOCK}\n07700 900123\nThe damp is awful.",
}


@pytest.mark.parametrize("text", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_whoever_writes_for_a_neighbour_is_not_the_neighbour(text: str) -> None:
    found = decide(OLGA, text)
    assert found.person.outcome is Outcome.SEVERAL
    assert "name-and-postcode" not in codes(found)
    assert "named-with-postcode" in codes(found)


def test_a_block_of_addresses_that_is_introduced_signs_nothing() -> None:
    found = decide(OLGA, "I write for my neighbour.", signature=BLOCK)
    assert found.person.outcome is Outcome.SEVERAL


def test_a_given_name_in_from_that_is_not_theirs_contradicts_the_block_below() -> None:
    found = decide(Address("olga@home2.example", "Olga"), f"Help.\n\nKind regards\n{BLOCK}")
    assert found.person.outcome is Outcome.SEVERAL
    assert "name-unlike" in codes(found)


@pytest.mark.parametrize("name", ["Olga Petrova", "Olga"])
def test_the_neighbours_next_mail_is_not_filed_by_its_thread(name: str) -> None:
    found = decide(OLGA, f"My flat too. {name}", replace(OURS, addresses=("olga@home2.example",)))
    assert found.person.outcome is found.case.outcome is Outcome.SEVERAL


OWN = {
    "at the head": f"{BLOCK}\n\nDear MP, the damp is awful.",
    "below the salutation": f"Dear MP,\n{BLOCK}\n\nThe damp is awful.",
    "at the foot": f"The damp is awful.\n\n{BLOCK}",
    "below a closing": f"My neighbour has damp, too.\n\nKind regards,\n{BLOCK}",
    "given as details": f"The damp is awful. My details are:\n{BLOCK}",
    "head and last words": f"{BLOCK}\n\nThe damp is awful. My neighbour is ill.\n\nAmina",
}


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_whoever_signs_with_name_and_postcode_is_still_known(text: str) -> None:
    assert decide(Address("new@home2.example"), text).person.value == 1


@pytest.mark.parametrize("last", ["Please Help", "Happy Christmas", "Thank you", "Many Thanks"])
def test_last_words_are_not_taken_for_a_name(last: str) -> None:
    assert decide(GENUINE, f"The damp is awful.\n\n{last}").person.value == 1
