"""Which letters a mail answers, and how its words are judged."""

import functools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.casework import Answer, AnswerKind, Case, Letter, LetterState
from mailbridge.domain.finding import Dossier, Match, Outcome, Verdict
from mailbridge.domain.message import (
    Address,
    Attachment,
    Automatic,
    Direction,
    Forwarded,
    Message,
    MessageKey,
)
from mailbridge.domain.office import Office
from mailbridge.domain.people import Caseworker, Constituent, Organisation
from mailbridge.reminders.answers import answers_of, judge, letters_answered
from mailbridge.reminders.phrasebook import Phrasebook, check, phrasebook
from mailbridge.shipped import rules_dir
from tests.core.reminders_awkward import KNOWN, LATER, UNSEEN
from tests.core.reminders_replies import HELD_OUT, REPLIES

CASE, OTHER = "K4T7-29", "P2M9-44"
SENT = datetime(2026, 11, 3, 10, tzinfo=UTC)
CAME = SENT + timedelta(days=10)
OFFICE = Office(emails=("office@mp.example",), colleague_domains=("parliament.example",))
COUNCIL = Organisation("anytown", "Anytown Council", domains=("anytown.gov.example",))
LETTER = Letter(
    f"{CASE}/1",
    CASE,
    "anytown",
    "Anytown Council",
    SENT,
    message_id="one@mp.example",
    recipients=("housing@anytown.gov.example",),
    their_reference="HSG/118",
)
SECOND = replace(LETTER, id=f"{CASE}/2", message_id="two@mp.example", their_reference="")
HEALTH = replace(
    LETTER,
    id=f"{CASE}/3",
    organisation_id="trust.nhs.uk",
    recipients=("pals@trust.nhs.uk",),
    message_id="three@mp.example",
)
KHAN = Constituent(1, "Mrs Amina Khan", emails=("amina@post.example",), postcode="LS6 2AB")
DOSSIER = Dossier(
    people=(KHAN,),
    cases=(Case(CASE, "Khan, damp at Elm Court", constituent_id=1),),
    organisations=(COUNCIL,),
    office=(Caseworker("jo@staff.example", "Jo"),),
    letters=(LETTER,),
)
NOBODY = Match(Verdict(Outcome.NOBODY), Verdict(Outcome.NOBODY))
MATCHED = Match(Verdict(Outcome.MATCHED, 1), Verdict(Outcome.MATCHED, CASE))

FULL = (
    "Our surveyor inspected the flat on 12 November and found damp caused by a failed gutter. "
    "The gutter was replaced on 18 November and both bedrooms have been treated and repainted."
)
HOLDING = (
    "Officers are still looking into this and I hope to be in a position to reply by 12 January."
)
RECEIVED = "We have received your letter and will respond within 20 working days."


@functools.cache
def book() -> Phrasebook:
    return phrasebook((rules_dir() / "answers.toml").read_text(encoding="utf-8"))


def mail(
    text: str = FULL, sender: str = "housing@anytown.gov.example", **fields: object
) -> Message:
    message = Message(
        MessageKey("k9"),
        message_id="nine@anytown.gov.example",
        received_at=CAME,
        from_=(Address(sender),),
        subject="Your enquiry",
        text=text,
        new_text=text,
    )
    return replace(message, **fields)  # type: ignore[arg-type]  # any field of a Message


def reply(
    text: str = FULL, sender: str = "housing@anytown.gov.example", **fields: object
) -> Message:
    return mail(text, sender, in_reply_to=("one@mp.example",), **fields)


def answers(message: Message, dossier: Dossier = DOSSIER, match: Match = NOBODY) -> list[Answer]:
    return list(answers_of(message, match, dossier, book(), OFFICE))


def kinds(message: Message, dossier: Dossier = DOSSIER, match: Match = NOBODY) -> list[AnswerKind]:
    return [answer.kind for answer in answers(message, dossier, match)]


def test_an_answer_tells_its_letter_when_it_came_and_the_words_that_decided() -> None:
    [answer] = answers(reply())
    assert answer.letter_id == f"{CASE}/1"
    assert answer.received_at == CAME
    assert answer.message_id == "nine@anytown.gov.example"
    assert (answer.kind, answer.code) == (AnswerKind.SUBSTANTIVE, "answer-substantive")
    assert answer.words.startswith("Our surveyor inspected")


@pytest.mark.parametrize(
    ("code", "message", "match"),
    [
        ("answers-thread", reply(), NOBODY),
        ("answers-our-reference", mail(subject=f"Re: Mrs Khan ({CASE})"), NOBODY),
        ("answers-their-reference", mail(f"Our ref: HSG/118\n\n{FULL}"), NOBODY),
        ("answers-case", mail(), MATCHED),
        ("answers-person", mail(), replace(MATCHED, case=Verdict(Outcome.SEVERAL))),
        ("answers-person", mail(f"Mrs Amina Khan, 4 Elm Court, LS6 2AB. {FULL}"), NOBODY),
        ("answers-our-reference", mail(f"{CASE} {FULL}", "x@repairs.anytown.gov.example"), NOBODY),
    ],
)
def test_the_letter_is_found_by_each_sign(code: str, message: Message, match: Match) -> None:
    letters, reason = letters_answered(message, match, DOSSIER, OFFICE)
    assert ([letter.id for letter in letters], reason.code) == ([f"{CASE}/1"], code)
    assert kinds(message, match=match) == [AnswerKind.SUBSTANTIVE]


@pytest.mark.parametrize(
    ("code", "message", "match"),
    [
        ("answers-not-third-party", reply(sender="amina@post.example"), MATCHED),
        ("answers-not-third-party", reply(sender="jo@staff.example"), MATCHED),
        ("answers-not-third-party", reply(sender="office@mp.example"), MATCHED),
        ("answers-not-third-party", reply(sender="clerk@parliament.example"), MATCHED),
        ("answers-not-third-party", reply(from_=()), MATCHED),
        ("answers-not-received", reply(direction=Direction.OUTBOUND), MATCHED),
        # A stranger who quotes our reference, and the council on some other matter.
        ("answers-nothing", mail(f"{CASE} {FULL}", "someone@else.example"), NOBODY),
        ("answers-nothing", mail(), NOBODY),
        ("answers-nothing", mail(f"Mrs Amina Khan. {FULL}"), NOBODY),
        # What they wrote before we did answers nothing.
        ("answers-nothing", mail(received_at=SENT - timedelta(hours=1)), MATCHED),
    ],
)
def test_what_answers_no_letter_is_none(code: str, message: Message, match: Match) -> None:
    assert letters_answered(message, match, DOSSIER, OFFICE)[1].code == code
    assert answers(message, match=match) == []


def test_an_answered_letter_is_not_answered_again() -> None:
    done = replace(DOSSIER, letters=(replace(LETTER, state=LetterState.ANSWERED),))
    assert answers(reply(), done) == []


def test_a_mail_without_any_date_is_no_answer() -> None:
    assert answers(reply(received_at=None)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (FULL, AnswerKind.UNSURE),
        (HOLDING, AnswerKind.UNSURE),
        (RECEIVED, AnswerKind.ACKNOWLEDGEMENT),
    ],
)
def test_with_several_letters_awaited_there_a_person_decides(text: str, kind: AnswerKind) -> None:
    both = replace(DOSSIER, letters=(LETTER, SECOND))
    found = answers(mail(text), both, MATCHED)
    assert [(answer.letter_id, answer.kind) for answer in found] == [
        (f"{CASE}/1", kind),
        (f"{CASE}/2", kind),
    ]


def test_the_thread_tells_two_letters_to_one_body_apart() -> None:
    both = replace(DOSSIER, letters=(LETTER, SECOND))
    assert [answer.letter_id for answer in answers(reply(), both, MATCHED)] == [f"{CASE}/1"]


def test_one_mail_to_two_bodies_is_answered_by_each_for_itself() -> None:
    other = replace(HEALTH, message_id="one@mp.example")
    both = replace(DOSSIER, letters=(LETTER, other))
    assert [answer.letter_id for answer in answers(reply(), both)] == [f"{CASE}/1"]


def test_a_stranger_in_the_thread_never_ends_the_wait() -> None:
    [answer] = answers(reply(sender="noreply@notices.example"))
    assert (answer.kind, answer.code) == (AnswerKind.UNSURE, "answer-other-body")


def test_the_health_service_answers_from_its_shared_domain() -> None:
    health = replace(DOSSIER, letters=(HEALTH,))
    message = mail(FULL, "jo.bloggs1@nhs.net", in_reply_to=("three@mp.example",))
    assert kinds(message, health) == [AnswerKind.SUBSTANTIVE]
    # Without the thread, another of its million addresses is nobody we wrote to.
    assert answers(mail(FULL, "jo.bloggs1@nhs.net"), health, MATCHED) == []


def test_a_sender_our_own_server_doubts_never_ends_or_moves_a_wait() -> None:
    suspect = replace(MATCHED, is_suspect=True)
    for text in (FULL, HOLDING):
        [answer] = answers(reply(text), match=suspect)
        assert (answer.kind, answer.code) == (AnswerKind.UNSURE, "answer-suspect")


@pytest.mark.parametrize("automatic", [Automatic.REPLY, Automatic.GENERATED, Automatic.LIST])
def test_a_machines_mail_is_never_substantive(automatic: Automatic) -> None:
    [told] = answers(reply(FULL, automatic=automatic))
    assert (told.kind, told.code) == (AnswerKind.UNSURE, "answer-automatic-but-tells")
    [plain] = answers(reply(RECEIVED, automatic=automatic))
    assert (plain.kind, plain.code) == (AnswerKind.AUTOMATIC, "answer-automatic")


def test_a_bounce_is_found_by_the_letter_inside_it_or_by_the_address_it_names() -> None:
    inside = Forwarded(None, "", None, "", message_id="one@mp.example")
    bounce = mail("550 no such user", "mailer-daemon@mp.example", automatic=Automatic.BOUNCE)
    assert kinds(replace(bounce, forwarded=(inside,))) == [AnswerKind.BOUNCE]
    named = replace(bounce, text="<Housing@anytown.gov.example>: unknown")
    assert letters_answered(named, NOBODY, DOSSIER, OFFICE)[1].code == "answers-recipient"
    assert kinds(named) == [AnswerKind.BOUNCE]
    assert kinds(bounce) == []


def test_a_bounce_of_one_of_two_letters_in_one_mail_is_that_ones() -> None:
    other = replace(HEALTH, message_id="one@mp.example")
    both = replace(DOSSIER, letters=(LETTER, other))
    bounce = mail(
        "<pals@trust.nhs.uk>: unknown", "mailer-daemon@mp.example", automatic=Automatic.BOUNCE
    )
    found = answers(replace(bounce, in_reply_to=("one@mp.example",)), both)
    assert [answer.letter_id for answer in found] == [other.id]


@pytest.mark.parametrize(
    ("text", "promised"),
    [
        (HOLDING, date(2027, 1, 12)),
        (RECEIVED, date(2026, 12, 11)),
        ("Officers are still looking into this.", None),
        (FULL, None),
    ],
)
def test_the_promised_day_is_noted(text: str, promised: date | None) -> None:
    [answer] = answers(reply(text))
    assert answer.promised_on == promised


def test_an_attached_letter_is_read_with_the_cover_note() -> None:
    letter = Attachment("reply.pdf", "application/pdf", 9_000, text=FULL)
    assert kinds(reply("Please see attached.", attachments=(letter,))) == [AnswerKind.SUBSTANTIVE]
    later = replace(letter, text=HOLDING)
    assert kinds(reply("Please see attached.", attachments=(later,))) == [AnswerKind.HOLDING]


def test_an_attached_letter_that_cannot_be_read_is_for_a_person() -> None:
    scan = Attachment("scan.pdf", "application/pdf", 90_000)
    [answer] = answers(reply("Please find our response attached.", attachments=(scan,)))
    assert (answer.kind, answer.code) == (AnswerKind.UNSURE, "answer-attachment-unread")


def test_a_subject_line_can_give_a_machine_away() -> None:
    assert kinds(reply("I will see it soon.", subject="Automatic reply: Mrs Khan")) == [
        AnswerKind.AUTOMATIC
    ]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        (FULL, AnswerKind.SUBSTANTIVE, "answer-substantive"),
        (HOLDING, AnswerKind.HOLDING, "answer-holding"),
        (RECEIVED, AnswerKind.ACKNOWLEDGEMENT, "answer-acknowledgement"),
        ("Noted with thanks.", AnswerKind.ACKNOWLEDGEMENT, "answer-courtesy"),
        ("You will hear from us by Friday.", AnswerKind.HOLDING, "answer-promise"),
        (f"{FULL} You will hear from us about the costs.", AnswerKind.UNSURE, "answer-mixed"),
        (f"{FULL} {HOLDING}", AnswerKind.UNSURE, "answer-mixed"),
        (
            f"{FULL} Before we pay we need Mrs Khan's signed consent.",
            AnswerKind.UNSURE,
            "answer-asks-us",
        ),
        (f"{FULL} If you write again I will reply.", AnswerKind.SUBSTANTIVE, "answer-substantive"),
        (f"This is an automated message. {RECEIVED}", AnswerKind.AUTOMATIC, "answer-automatic"),
        (
            "Your correspondence has been shared with officials.",
            AnswerKind.HOLDING,
            "answer-holding",
        ),
        ("The bedroom is green.", AnswerKind.UNSURE, "answer-unclear"),
        ("", AnswerKind.UNSURE, "answer-unclear"),
    ],
)
def test_each_judgement_has_its_code(text: str, kind: AnswerKind, code: str) -> None:
    [answer] = answers(reply(text))
    assert (answer.kind, answer.code) == (kind, code)


@pytest.mark.timeout(5)
def test_a_mail_of_ten_thousand_sentences_is_judged_by_its_first() -> None:
    assert kinds(reply(HOLDING + "\n\n" + "A. " * 10_000)) == [AnswerKind.HOLDING]
    assert kinds(reply("A. " * 400 + "We have received your letter.")) == [AnswerKind.UNSURE]


@given(
    words=st.lists(st.sampled_from(f"{FULL} {HOLDING} {RECEIVED} Thanks!".split()), max_size=60),
    automatic=st.sampled_from([kind for kind in Automatic if kind is not Automatic.NO]),
)
def test_no_words_make_a_machines_mail_an_answer(words: list[str], automatic: Automatic) -> None:
    message = Message(MessageKey("k"), new_text=" ".join(words), automatic=automatic)
    assert judge(message, book()).kind is not AnswerKind.SUBSTANTIVE


def matrix(replies: tuple[tuple[AnswerKind, str], ...]) -> Counter[tuple[AnswerKind, AnswerKind]]:
    subject = f"Re: Mrs Khan, damp at Elm Court ({CASE})"
    found: Counter[tuple[AnswerKind, AnswerKind]] = Counter()
    for kind, text in replies:
        judged = judge(Message(MessageKey("k"), subject=subject, new_text=text), book())
        found[kind, judged.kind] += 1
    return found


@pytest.mark.parametrize(
    ("replies", "answers_found"), [(REPLIES, 0.8), (HELD_OUT, 0.5)], ids=["known", "held out"]
)
def test_nothing_else_is_taken_for_an_answer_and_most_answers_are_found(
    replies: tuple[tuple[AnswerKind, str], ...], answers_found: float
) -> None:
    judged = matrix(replies)
    answer, unsure = AnswerKind.SUBSTANTIVE, AnswerKind.UNSURE
    assert not [pair for pair in judged if pair[1] is answer and pair[0] is not answer]
    # An answer that is not recognised is put before a person, not noted as something less.
    assert not [pair for pair in judged if pair[0] is answer and pair[1] not in {answer, unsure}]
    assert judged[answer, answer] >= answers_found * sum(kind is answer for kind, _ in replies)


def test_known_replies_are_judged_as_a_person_judges_them() -> None:
    judged = matrix(REPLIES)
    right = sum(count for (kind, found), count in judged.items() if kind is found)
    assert right >= 0.9 * len(REPLIES)


def judged(text: str) -> AnswerKind:
    return judge(Message(MessageKey("k"), new_text=text), book()).kind


def test_the_page_shows_what_was_measured() -> None:
    page = (rules_dir().parent / "docs" / "chasing.md").read_text(encoding="utf-8")
    found_in = matrix(HELD_OUT)
    shown = {
        AnswerKind.AUTOMATIC: "automatic",
        AnswerKind.ACKNOWLEDGEMENT: "acknowledgement",
        AnswerKind.HOLDING: "holding",
        AnswerKind.SUBSTANTIVE: "answer",
        AnswerKind.UNSURE: "not sure",
    }
    for kind, name in shown.items():
        row = [found_in[kind, found] for found in shown]
        assert f"| {name} ({sum(row)}) | {' | '.join(map(str, row))} |" in page
    assert f"holds {len(REPLIES)} that" in page
    for sort in UNSEEN:
        counts = [
            f"{[*map(judged, replies[sort])].count(AnswerKind.SUBSTANTIVE)} of {len(replies[sort])}"
            for replies in (KNOWN, UNSEEN)
        ]
        assert f"| {sort} | {' | '.join(counts)} |" in page


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=f"{kind} {number}")
        for replies in (KNOWN, UNSEEN, LATER)
        for kind, texts in replies.items()
        if kind != "answers"
        for number, text in enumerate(texts)
    ],
)
def test_holding_process_policy_and_questions_are_no_answer(text: str) -> None:
    assert judged(text) is not AnswerKind.SUBSTANTIVE


@pytest.mark.parametrize(
    ("replies", "least"), [(KNOWN, 11), (UNSEEN, 8), (LATER, 2)], ids=["known", "unseen", "later"]
)
def test_answers_in_an_awkward_register_are_found(
    replies: dict[str, tuple[str, ...]], least: int
) -> None:
    kinds = [judged(text) for text in replies["answers"]]
    assert kinds.count(AnswerKind.SUBSTANTIVE) >= least
    assert set(kinds) <= {AnswerKind.SUBSTANTIVE, AnswerKind.UNSURE}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # A decision about the reply, a request to talk and a policy leave the wait running.
        (KNOWN["holding"][0], AnswerKind.HOLDING),
        (KNOWN["questions"][0], AnswerKind.UNSURE),
        (KNOWN["policy"][0], AnswerKind.UNSURE),
        # The same policy before an answer in the matter takes nothing from it.
        (f"{KNOWN['policy'][0]} {FULL}", AnswerKind.SUBSTANTIVE),
        (f"{FULL} Are we talking about the same flat?", AnswerKind.UNSURE),
        ("contractor instructed to attend on 4 December 8am–1pm", AnswerKind.SUBSTANTIVE),
        (f"Dear Ms Okafor, {FULL}", AnswerKind.SUBSTANTIVE),
        ("Roofs were repaired and gutters have been replaced in many places.", AnswerKind.UNSURE),
    ],
)
def test_an_answer_speaks_of_this_matter_and_nothing_speaks_against_it(
    text: str, kind: AnswerKind
) -> None:
    assert judged(text) is kind


def test_a_letter_to_two_bodies_is_answered_by_the_one_that_found_nothing() -> None:
    other = replace(HEALTH, message_id="one@mp.example")
    both = replace(DOSSIER, letters=(LETTER, other))
    [answer] = answers(reply(KNOWN["answers"][0]), both)
    assert (answer.letter_id, answer.kind) == (LETTER.id, AnswerKind.SUBSTANTIVE)


@pytest.mark.parametrize("kind", [AnswerKind.HOLDING, AnswerKind.ACKNOWLEDGEMENT])
def test_a_long_quotation_of_our_own_letter_makes_no_answer(kind: AnswerKind) -> None:
    note = HOLDING if kind is AnswerKind.HOLDING else RECEIVED
    quoted = "\n".join(f"> {FULL}" for _ in range(20))
    assert kinds(replace(reply(note), text=f"{note}\n{quoted}")) == [kind]


def test_every_mistake_of_a_phrasebook_is_told_at_once() -> None:
    text = """
colour = "red"

[[phrase]]
id = "a"
kind = "odd"
words = "we have"
re = "we have"
hit = "x"
miss = "y"

[[phrase]]
id = "b"
kind = "holding"
re = "("
hit = "x"

[[phrase]]
id = "c"
kind = "holding"
words = "will reply"
hit = "they answer"
miss = "we will  reply"
"""
    told = "\n".join(check(text))
    for words in (
        "nobody reads 'colour'",
        "a: its kind 'odd' is none of",
        "a: it needs either words (as they stand) or re (a pattern)",
        "b: it has no miss",
        "b: its pattern cannot be read",
        "c: its hit is not heard",
        "c: its miss is heard",
    ):
        assert words in told


def test_a_pattern_that_would_never_end_elsewhere_is_quick_here() -> None:
    entry = '[[phrase]]\nid = "a"\nkind = "holding"\nre = "(a+)+$"\nhit = "aaa"\nmiss = "b"'
    assert phrasebook(entry).hear("a" * 5_000 + "b") == ()


def test_two_letters_in_two_cases_are_told_apart_by_the_case() -> None:
    elsewhere = replace(LETTER, id=f"{OTHER}/1", case_reference=OTHER, message_id="x@mp.example")
    both = replace(DOSSIER, letters=(LETTER, elsewhere))
    assert [answer.letter_id for answer in answers(mail(), both, MATCHED)] == [f"{CASE}/1"]
