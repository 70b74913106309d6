"""When somebody promises to answer. Everything below came on Tuesday 24 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.reminders.promises import promised_on
from mailbridge.reminders.workdays import Workdays

CAME = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("We will reply by 12 January.", date(2027, 1, 12)),
        ("We will reply by 12th January 2027.", date(2027, 1, 12)),
        ("We hope to respond by Friday, 4 December.", date(2026, 12, 4)),
        ("You will have our answer on or before 1 Dec.", date(2026, 12, 1)),
        ("You will have our answer by December 1st.", date(2026, 12, 1)),
        ("A response will be sent no later than 3/2/2027.", date(2027, 2, 3)),
        ("A response will be sent by 03.02.27", date(2027, 2, 3)),
        ("A response will be sent by 2027-02-03.", date(2027, 2, 3)),
        ("We aim to reply within 20 working days.", date(2026, 12, 22)),
        ("We aim to reply within twenty (20) working days.", date(2026, 12, 22)),
        ("We aim to respond within 5-10 working days.", date(2026, 12, 8)),
        ("We aim to respond within the next 5 to 10 business days.", date(2026, 12, 8)),
        ("I hope to write to you within two weeks.", date(2026, 12, 8)),
        ("I'll get back to you in 10 days' time.", date(2026, 12, 4)),
        ("I will update you in the next fortnight.", date(2026, 12, 8)),
        ("I will update you next week.", date(2026, 12, 1)),
        ("We will respond within a month.", date(2026, 12, 24)),
        ("We will contact you within 48 hours.", date(2026, 11, 26)),
        ("You can expect a reply by the end of next week.", date(2026, 12, 4)),
        ("You can expect a reply by the end of this week.", date(2026, 11, 27)),
        ("You can expect a reply by the end of the month.", date(2026, 11, 30)),
        ("You can expect a reply by the end of January.", date(2027, 1, 31)),
        ("You can expect a reply by mid-January.", date(2027, 1, 15)),
        ("You can expect a reply in early February.", date(2027, 2, 10)),
        ("The Minister will write early in the new year.", date(2027, 1, 15)),
        ("The Minister will write in the new year.", date(2027, 1, 31)),
        ("I shall respond by Friday.", date(2026, 11, 27)),
        ("I shall respond by next Friday.", date(2026, 12, 4)),
        ("I shall respond by tomorrow.", date(2026, 11, 25)),
        (
            "We will acknowledge it within 3 working days and reply within 20 working days.",
            date(2026, 12, 22),
        ),
        ("It may take up to 8 weeks; we will then write to you.", date(2027, 1, 19)),
    ],
)
def test_a_promise_is_read_whichever_way_it_is_written(sentence: str, day: date) -> None:
    assert promised_on(f"Thank you.\n\n{sentence}", CAME, Workdays()) == (day, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "We received your letter of 12 January.",
        "We have been looking into this since 2019 and will reply.",
        "We will reply as soon as we can.",
        "We will be in touch shortly.",
        "The roof will be mended by 12 January.",
        "Please reply by 12 January.",
        "You must respond by 12 January or we will close the case.",
        "If we do not hear from you by 12 January we will close the case.",
        "We will reply by 31/2/2027.",
        "We will reply by 12 January 2031.",  # years away: a misreading, or no promise worth having
        "We will respond to the letter of 3 November.",
        "The case reference is 12/1 and we will reply.",
    ],
)
def test_a_date_that_promises_no_answer_is_none(sentence: str) -> None:
    assert promised_on(sentence, CAME, Workdays()) is None


def test_a_promise_broken_across_lines_is_read() -> None:
    text = "We expect to be in a position\nto reply by\n12 January."
    found = promised_on(text, CAME, Workdays())
    assert found is not None
    assert found[0] == date(2027, 1, 12)


@given(st.text(alphabet=" 0123456789/.-ndthewilreplybyjanuaryfmoxk\n'", max_size=200))
def test_no_text_breaks_it_and_no_promise_lies_in_the_past(text: str) -> None:
    found = promised_on(f"we will reply by {text}", CAME, Workdays())
    assert found is None or found[0] >= CAME
