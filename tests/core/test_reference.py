"""Case references: what the check catches, and what is found in people's sentences."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbridge.domain.reference import (
    COUNT,
    SYMBOLS,
    find_references,
    is_reference,
    reference_from,
)

numbers = st.integers(0, COUNT - 1)
# Every place sees many values, and the first and last references are among them.
SOME = [*range(0, COUNT, 9973), COUNT - 1]


def bare(reference: str) -> str:
    return reference.replace("-", "")


def written(symbols: str) -> str:
    return f"{symbols[:4]}-{symbols[4:]}"


def test_no_two_symbols_are_taken_for_one_another() -> None:
    assert len(set(SYMBOLS)) == len(SYMBOLS) == 23
    for alike in ("0OQ", "1IL", "5S", "8B", "2Z", "6G", "UV"):
        assert len(set(alike) & set(SYMBOLS)) <= 1


def test_every_reference_is_valid_and_no_two_are_the_same() -> None:
    references = [reference_from(number) for number in SOME]
    assert all(is_reference(reference) for reference in references)
    assert len(set(references)) == len(SOME)


@pytest.mark.parametrize("number", [-1, COUNT])
def test_a_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="from 0 to 6436342"):
        reference_from(number)


@pytest.mark.parametrize("number", SOME[::40])
def test_every_single_mistyped_symbol_is_caught(number: int) -> None:
    right = bare(reference_from(number))
    for place in range(6):
        for symbol in set(SYMBOLS) - {right[place]}:
            assert not is_reference(written(right[:place] + symbol + right[place + 1 :]))


@pytest.mark.parametrize("number", SOME[::10])
def test_every_exchange_of_two_symbols_is_caught(number: int) -> None:
    right = bare(reference_from(number))
    for one, other in combinations(range(6), 2):
        symbols = list(right)
        symbols[one], symbols[other] = symbols[other], symbols[one]
        assert is_reference(written("".join(symbols))) == (right[one] == right[other])


@given(numbers)
def test_every_reference_is_found_as_it_is_printed(number: int) -> None:
    reference = reference_from(number)
    assert find_references(f"Your letter ({reference}) of 4 May") == (reference,)


@pytest.mark.parametrize(
    "text",
    [
        "K4T7-29",
        "k4t7-29",
        "Ref:K4T7-29.",
        "(#K4T7-29)",
        "K4T7‑29",
        "K4T7 – 29",
        "K4T7\u2014" + "29",
        "K4T7\u00a029",
        "k4t729, thank you",
        "our ref K4T7-29/JB",
        "the letter K4T7-29/1",
        "MP/K4T7-29",
        "“K4T7-29”",
        "[K4T7-29] Re: damp",
        "K4T7-29 again: K4T7-29",
    ],
)
def test_a_reference_is_found_however_people_type_it(text: str) -> None:
    assert find_references(text) == ("K4T7-29",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K4T7-2Y",
        "K4T7--29",
        "K4T7/29",
        "K4T7\n29",
        "xK4T7-29",
        "K4T7-299",
        "0113-K4T7-29",
        "K4T7-29-1",
        "K4T7-29@office.example",
        "https://anytown.example/cases?id=K4T7-29",
        "anytown.example/cases/K4T7-29",
        "page.html#K4T7-29",
        "K4T7-29.pdf",
        "?case=K4T7-29",
        "<20261121.K4T7-29.77@mail.example>",
    ],
)
def test_nothing_is_found_where_no_reference_stands(text: str) -> None:
    assert find_references(text) == ()


def valid(head: str, places: str) -> str:
    """A valid reference that begins with these symbols."""
    number = 0
    for symbol in head + places:
        number = number * 23 + SYMBOLS.index(symbol)
    return reference_from(number)


def test_words_and_numbers_are_no_references_even_when_their_check_is_right() -> None:
    words = [valid("NEED", symbol) for symbol in SYMBOLS]
    letters = next(word for word in words if bare(word).isalpha())
    assert find_references(f"{letters}") == (letters,)
    assert find_references(letters.lower()) == ()
    assert find_references(letters.replace("-", " ")) == ()
    mixed = next(word for word in words if word[5:].isdigit())  # as "need 23" in a sentence
    assert find_references(mixed) == (mixed,)
    assert find_references(mixed.lower().replace("-", " ")) == ()
    assert find_references(bare(mixed)) == ()
    digits = [valid(head, tail) for head in ("4779", "2346", "7643") for tail in "234679"]
    number = next(digit for digit in digits if bare(digit).isdigit())
    assert find_references(number) == (number,)
    assert find_references(number.replace("-", " ")) == ()


def test_a_postcode_without_its_blank_is_no_reference() -> None:
    found = [
        find_references(f"M{a}{b}{c}{d}{e}")
        for a in "234679"
        for b in "234679"
        for c in "234679"
        for d in "ADEFH"
        for e in "ADEFH"
    ]
    assert set(found) == {()}


def test_a_long_line_without_blanks_is_read_in_linear_time() -> None:
    assert find_references("K4T7-" * 200_000 + "@") == ()
    assert find_references("@" * 1_000_000 + " K4T7-29") == ("K4T7-29",)
