"""Which sent mails are letters, and which go on with one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbridge.domain.casework import Case, Letter, LetterState
from mailbridge.domain.finding import Dossier, Match, Outcome, Verdict
from mailbridge.domain.message import (
    Address,
    Attachment,
    Automatic,
    Direction,
    Message,
    MessageKey,
)
from mailbridge.domain.office import Office
from mailbridge.domain.people import Caseworker, Constituent, Organisation, Wait, WaitUnit
from mailbridge.reminders.letters import continued, letters_of, sent_at, why

CASE = "K4T7-29"
OFFICE = Office(emails=("office@mp.example",), colleague_domains=("parliament.example",))
COUNCIL = Organisation(
    "anytown",
    "Anytown Council",
    domains=("anytown.gov.example",),
    wait=Wait(10, WaitUnit.WORKING_DAYS),
)
TRUST = Organisation("trust", "Anytown Trust", domains=("trust.nhs.example",))
KHAN = Constituent(1, "Mrs Amina Khan", emails=("amina@post.example",), postcode="LS6 2AB")
DOSSIER = Dossier(
    people=(KHAN,),
    cases=(Case(CASE, "Khan, damp at Elm Court", constituent_id=1),),
    organisations=(COUNCIL, TRUST),
    office=(Caseworker("jo@staff.example", "Jo"),),
)
MATCHED = Match(Verdict(Outcome.MATCHED, 1), Verdict(Outcome.MATCHED, CASE))
UNKNOWN = Match(Verdict(Outcome.MATCHED, 1), Verdict(Outcome.SEVERAL))
SENT = datetime(2026, 11, 3, 10, tzinfo=UTC)
ASK = "Mrs Khan tells me that her flat is damp. Could you look into this and let me know?"
EARLIER = Letter(
    f"{CASE}/1",
    CASE,
    "anytown",
    "Anytown Council",
    SENT,
    subject="Damp at Elm Court",
    message_id="one@mp.example",
    recipients=("housing@anytown.gov.example",),
)


def sent(
    *to: str,
    text: str = ASK,
    subject: str = "Mrs Khan",
    cc: tuple[str, ...] = (),
    reply_to: tuple[str, ...] = (),
) -> Message:
    return Message(
        MessageKey("k2"),
        message_id="two@mp.example",
        date=SENT,
        direction=Direction.OUTBOUND,
        from_=(Address("office@mp.example"),),
        to=tuple(map(Address, to)),
        cc=tuple(map(Address, cc)),
        subject=subject,
        new_text=text,
        in_reply_to=reply_to,
    )


def ids(message: Message, dossier: Dossier = DOSSIER, match: Match = MATCHED) -> list[str]:
    letters = letters_of(message, match, dossier, OFFICE, {CASE: 4})
    return [letter.organisation_id for letter in letters]


def test_a_mail_to_a_council_about_a_case_is_a_letter() -> None:
    message = sent("housing@anytown.gov.example", text=f"Your ref: HSG/118. {ASK}")
    assert letters_of(message, MATCHED, DOSSIER, OFFICE, lambda _: 4) == (
        Letter(
            f"{CASE}/4",
            CASE,
            "anytown",
            "Anytown Council",
            SENT,
            subject="Mrs Khan",
            message_key=MessageKey("k2"),
            message_id="two@mp.example",
            recipients=("housing@anytown.gov.example",),
            their_reference="HSG/118",
            wait=Wait(10, WaitUnit.WORKING_DAYS),
        ),
    )


def test_a_mail_to_two_bodies_is_two_letters_with_numbers_of_their_own() -> None:
    message = sent("a@anytown.gov.example", "b@trust.nhs.example", "c@anytown.gov.example")
    letters = letters_of(message, MATCHED, DOSSIER, OFFICE, {CASE: 4})
    assert [(letter.id, letter.recipients) for letter in letters] == [
        (f"{CASE}/4", ("a@anytown.gov.example", "c@anytown.gov.example")),
        (f"{CASE}/5", ("b@trust.nhs.example",)),
    ]
    assert letters[1].wait == OFFICE.wait


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("letter-no-third-party", sent("amina@post.example")),
        ("letter-no-third-party", sent("jo@staff.example")),
        ("letter-no-third-party", sent("library@parliament.example")),
        ("letter-no-third-party", sent("somebody@gmail.com")),
        ("letter-no-third-party", sent("amina@post.example", cc=("housing@anytown.gov.example",))),
        ("letter-no-third-party", sent("boss@work.example", reply_to=("theirs@work.example",))),
        (
            "letter-closing",
            sent(
                "a@anytown.gov.example", text="Thank you for your reply, no further action needed."
            ),
        ),
        (
            "letter-thanks",
            sent("a@anytown.gov.example", text="Many thanks for this.", reply_to=("x@y.example",)),
        ),
        (
            "letter-invitation",
            sent("a@anytown.gov.example", text="You are warmly invited to our coffee morning."),
        ),
        ("letter-circular", sent(*(f"a@body{n}.gov.uk" for n in range(6)))),
        ("letter-automatic", replace(sent("a@anytown.gov.example"), automatic=Automatic.REPLY)),
        ("letter-not-sent", replace(sent("a@anytown.gov.example"), direction=Direction.INBOUND)),
        (
            "letter-invitation",
            replace(
                sent("a@anytown.gov.example"),
                attachments=(Attachment("invite.ics", "text/calendar", 900),),
            ),
        ),
    ],
)
def test_what_asks_no_third_party_anything_is_no_letter(code: str, message: Message) -> None:
    assert ids(message) == []
    assert why(message, MATCHED, DOSSIER, OFFICE).code == code


def test_a_mail_whose_case_is_not_known_is_no_letter_yet() -> None:
    message = sent("a@anytown.gov.example")
    assert ids(message, match=UNKNOWN) == []
    assert why(message, UNKNOWN, DOSSIER, OFFICE).code == "letter-no-case"


def test_thanks_that_also_ask_are_a_letter() -> None:
    text = "Thank you for this. Could you tell me when the work will be done?"
    assert ids(sent("a@anytown.gov.example", text=text, reply_to=("x@y.example",))) == ["anytown"]


def test_a_first_letter_that_opens_with_thanks_and_asks_in_no_words_is_a_letter() -> None:
    text = "Thank you for your help last week. Mrs Khan reports that the damp is back."
    assert ids(sent("a@anytown.gov.example", text=text)) == ["anytown"]


@pytest.mark.parametrize(
    "text",
    [
        f"Thanks ({CASE})",
        "Many thanks for that.\nCarl",
        "Hi Sue,\n\nThank you so much for your help.\n\nKind regards\nCarl Dodd\nCaseworker",
        f"Please find attached the form you asked for.\n\n{CASE}",
        "Dear team,\n\nAs requested, I attach Mrs Khan's signed consent form.\n\nBest wishes\nJo",
        "Noted, thank you.",
        "Noted.",
        "Here is the form that you asked for. Many thanks.",
        "Thanks, that is very helpful.\n\nJo",
    ],
)
def test_a_first_mail_that_only_thanks_notes_or_sends_what_was_wanted_is_no_letter(
    text: str,
) -> None:
    message = sent("a@anytown.gov.example", text=text)
    assert ids(message) == []
    assert why(message, MATCHED, DOSSIER, OFFICE).code == "letter-thanks"


@pytest.mark.parametrize(
    "text",
    [
        "I should be grateful if you would look into Mrs Khan's damp flat.",
        "Please could your team inspect the flat.\n\nMany thanks\nJo",
        "I write on behalf of Mrs Khan, who has been waiting since May for her new boiler.",
        "Please find attached a letter from my constituent Mrs Khan about her damp flat.",
        "I enclose correspondence from Mrs Khan. I look forward to hearing from you.",
        "Thank you for your time on Friday. The lift is out of order.",
        "Thanks for the repair, but the damp is back.",
        "Attached are photographs of the mould that Mrs Khan complains of.",
        "Mrs Khan's heating.\n\nThanks\nJo",
        "Grateful for your urgent help with Mrs Khan's benefit claim.",
        "Thank you for looking into this. Mrs Khan tells me that nothing was mended.",
        "Thanks in advance for looking into the attached.",
        "",
    ],
)
def test_a_first_mail_that_tells_or_asks_anything_however_politely_is_a_letter(text: str) -> None:
    assert ids(sent("a@anytown.gov.example", text=text)) == ["anytown"]


@pytest.mark.parametrize(
    "addr", ["repairs@homes.example", "clinic@surgery.nhs.uk", "x@town.gov.uk"]
)
def test_a_body_in_no_table_gets_letters_too(addr: str) -> None:
    assert len(ids(sent(addr))) == 1


def test_bodies_in_copy_count_only_when_nobody_outside_is_addressed() -> None:
    copied = ("housing@anytown.gov.example",)
    assert ids(sent("office@mp.example", cc=copied)) == ["anytown"]
    assert ids(sent("clinic@trust.nhs.example", cc=copied)) == ["trust"]


def test_a_person_can_make_any_sent_mail_a_letter() -> None:
    marked = replace(DOSSIER, tags=frozenset({"Awaiting answer"}))
    message = sent("amina@post.example", text="Thanks, no further action.")
    assert ids(message, marked) == ["post.example"]
    assert why(message, MATCHED, marked, OFFICE).code == "letter-by-person"


def test_a_mail_of_another_direction_stays_no_letter_whatever_is_marked() -> None:
    marked = replace(DOSSIER, tags=frozenset({"Awaiting answer"}))
    inbound = replace(sent("a@anytown.gov.example"), direction=Direction.INBOUND)
    assert ids(inbound, marked) == []


@pytest.mark.parametrize(
    "message",
    [
        sent("housing@anytown.gov.example", reply_to=("one@mp.example",)),
        replace(sent("housing@anytown.gov.example"), references=("one@mp.example", "x@y.example")),
        sent("housing@anytown.gov.example", subject="RE: Damp at Elm Court"),
        sent("other@anytown.gov.example", text="I am chasing my letter: may I have an answer?"),
    ],
)
def test_writing_again_goes_on_with_the_letter_that_is_awaited(message: Message) -> None:
    known = replace(DOSSIER, letters=(EARLIER,))
    assert ids(message, known) == []
    assert continued(message, MATCHED, known, OFFICE) == (f"{CASE}/1",)


@pytest.mark.parametrize(
    ("letter", "message"),
    [
        (EARLIER, sent("housing@anytown.gov.example", text=f"A new matter. {ASK}")),
        (
            replace(EARLIER, organisation_id="trust"),
            sent("h@anytown.gov.example", reply_to=("one@mp.example",)),
        ),
        (
            replace(EARLIER, case_reference="P2M9-44"),
            sent("h@anytown.gov.example", reply_to=("one@mp.example",)),
        ),
        (
            replace(EARLIER, state=LetterState.ANSWERED),
            sent("h@anytown.gov.example", reply_to=("one@mp.example",)),
        ),
    ],
)
def test_another_matter_body_or_case_or_an_answered_letter_starts_a_new_one(
    letter: Letter, message: Message
) -> None:
    known = replace(DOSSIER, letters=(letter,))
    assert ids(message, known) == ["anytown"]
    assert continued(message, MATCHED, known, OFFICE) == ()


def test_thanks_in_the_thread_restart_nothing() -> None:
    known = replace(DOSSIER, letters=(EARLIER,))
    thanks = sent("h@anytown.gov.example", text="Many thanks.", reply_to=("one@mp.example",))
    assert continued(thanks, MATCHED, known, OFFICE) == ()


@pytest.mark.parametrize(
    ("claimed", "counts"),
    [
        (SENT, SENT),
        (SENT - timedelta(days=400), SENT - timedelta(days=400)),  # the mailbox was moved
        (SENT + timedelta(days=6), SENT + timedelta(days=6)),
        (SENT + timedelta(days=8), SENT),
        (datetime(2031, 1, 1, tzinfo=UTC), SENT),
        (datetime(1904, 1, 1, tzinfo=UTC), SENT),
        (datetime(1970, 1, 1, tzinfo=UTC), SENT),
        (None, SENT),
    ],
)
@pytest.mark.parametrize("which", ["arrived_at", "seen_at"])
def test_a_date_that_cannot_be_true_gives_way_to_the_arrival(
    which: str, claimed: datetime | None, counts: datetime
) -> None:
    told = {"arrived_at": Dossier(arrived_at=SENT), "seen_at": Dossier(seen_at=SENT)}[which]
    known = replace(DOSSIER, arrived_at=told.arrived_at, seen_at=told.seen_at)
    message = replace(sent("a@anytown.gov.example"), date=claimed)
    [letter] = letters_of(message, MATCHED, known, OFFICE, {CASE: 1})
    assert letter.sent_at == counts


def test_without_any_arrival_the_date_is_all_there_is() -> None:
    assert sent_at(sent("a@anytown.gov.example"), DOSSIER) == SENT
    assert sent_at(replace(sent("a@anytown.gov.example"), date=None), DOSSIER) is None


@pytest.mark.timeout(5)
@pytest.mark.parametrize("filler", ["\n", "\nA", " A\n", "\nregards\n"])
def test_a_mail_of_a_hundred_thousand_lines_is_sifted_quickly(filler: str) -> None:
    assert ids(sent("a@anytown.gov.example", text=f"Mrs Khan.{filler * 100_000}x")) == ["anytown"]
