"""Case references such as K4T7-29: easy to read out, hard to guess, and wrong when mistyped.

Five random symbols and a check character, written XXXX-XX. The 23 symbols leave out whatever
people take for one another in print or on the phone: 0 O, 1 I L, 5 S, 8 B, 2 Z, 6 G, U V. There
are 23**5 = 6,436,343 references; an office with 1,000 cases is met by one guess in 6,000.

23 is prime, which is what makes the check work. Each place has its own weight, no two alike and
none 0 modulo 23, so changing one symbol changes the weighted sum, and so does exchanging any two
unlike symbols, neighbours or not (the argument is that of ISBN-10: Gallian, "Error Detection
Methods", ACM Computing Surveys 28(3), 1996).
"""

import re
from collections.abc import Iterator

SYMBOLS = "234679ACDEFHJKMNPQRTWXY"
COUNT = len(SYMBOLS) ** 5
"""How many references there are."""

_VALUE = {symbol: value for value, symbol in enumerate(SYMBOLS)}
# The check character itself weighs -1. A sum that starts from 0 would make 2222-22 valid, which is
# what somebody types who types nothing in particular.
_WEIGHTS = (1, 2, 3, 4, 5)
_START = 7

# Hyphen-minus, the Unicode hyphens and dashes that word processors put in its place, and minus.
_DASH = r"\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_BLANK = "[ \u00a0\u2009\u202f]"
_SYMBOL = f"[{SYMBOLS}]"
# Not inside a longer word, number, identifier (a1b2-K4T7-29) or query string. A slash may stand on
# either side, because offices add the caseworker's initials: K4T7-29/JB.
_SPELLINGS = re.compile(
    rf"(?<![\w{_DASH}=%&+~\\])(?<!\w[.#])"
    rf"(?P<head>{_SYMBOL}{{4}})(?P<gap>{_BLANK}?[{_DASH}]{_BLANK}?|{_BLANK})?(?P<tail>{_SYMBOL}{{2}})"
    rf"(?![\w{_DASH}=%&+~\\])(?![.#]\w)",
    re.IGNORECASE,
)
# A word with one of these in it is a web address, a mail address or a Message-ID.
_WORD = re.compile(r"\S+")
_ADDRESS_MARK = re.compile(r"://|www\.|@|\w\.\w+/", re.IGNORECASE)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_CANONICAL = re.compile(rf"{_SYMBOL}{{4}}-{_SYMBOL}{{2}}")


def reference_from(number: int) -> str:
    """The reference that stands for a number from 0 to COUNT - 1; the caller draws it at random.

    Different numbers give different references. Raises ValueError outside that range.

    >>> reference_from(3672410)
    'K4T7-29'
    >>> reference_from(0)
    '2222-2C'
    >>> reference_from(COUNT)
    Traceback (most recent call last):
    ValueError: a case reference stands for a number from 0 to 6436342, not 6436343
    """
    if not 0 <= number < COUNT:
        raise ValueError(
            f"a case reference stands for a number from 0 to {COUNT - 1}, not {number}"
        )
    places = [number // len(SYMBOLS) ** power % len(SYMBOLS) for power in (4, 3, 2, 1, 0)]
    symbols = "".join(SYMBOLS[value] for value in places)
    return f"{symbols[:4]}-{symbols[4]}{_check(symbols)}"


def is_reference(text: str) -> bool:
    """Whether this is a case reference in its one canonical spelling, check character right.

    >>> is_reference("K4T7-29"), is_reference("4KT7-29"), is_reference("k4t729")
    (True, False, False)
    """
    return _CANONICAL.fullmatch(text) is not None and _check(text[:4] + text[5]) == text[6]


def find_references(text: str) -> tuple[str, ...]:
    """Case references in a text as people type them, canonical, in order, each once.

    Any letter case; any kind of dash, a blank or nothing between the groups. Nothing is found
    inside web and mail addresses or longer words. What could be ordinary words is only taken in
    its printed form: letters alone in capitals with a dash (HAND-ME, not "hand-me"), a blank or
    nothing in between only after four symbols that mix letters and digits (not "year 24"), and
    never what reads as a postcode. A mistyped symbol is not guessed at: the check would then catch
    less than it promises.

    >>> find_references("Your letter k4t7–29 of May (K4T7 29)")
    ('K4T7-29',)
    >>> find_references("See https://anytown.example/K4T7-29 and K4T7-2Y")
    ()
    """
    # Hardly any mail holds one, and to look is cheaper than to take every address out first.
    if next(_spelt(text), None) is None:
        return ()
    return tuple(dict.fromkeys(_spelt(_WORD.sub(_without_addresses, text))))


def _spelt(text: str) -> Iterator[str]:
    """Every reference in a text, canonical, those in addresses too."""
    for spelling in _SPELLINGS.finditer(text):
        reference = f"{spelling['head']}-{spelling['tail']}".upper()
        if _is_meant(spelling) and is_reference(reference):
            yield reference


def _check(symbols: str) -> str:
    """The check character of five symbols."""
    total = sum(weight * _VALUE[s] for weight, s in zip(_WEIGHTS, symbols, strict=True))
    return SYMBOLS[(total + _START) % len(SYMBOLS)]


def _without_addresses(word: re.Match[str]) -> str:
    """The word, or a blank in place of an address."""
    return " " if _ADDRESS_MARK.search(word[0]) else word[0]


def _is_meant(spelling: re.Match[str]) -> bool:
    """Whether a spelling is more than ordinary words that happen to use our symbols."""
    head, gap, tail = spelling["head"], spelling["gap"] or "", spelling["tail"]
    has_dash = any(symbol in _DASH for symbol in gap)
    if (head + tail).isalpha() or (head + tail).isdigit():
        return len(gap) == 1 and has_dash and (head + tail).upper() == head + tail
    if has_dash:
        return True
    is_mixed = not head.isalpha() and not head.isdigit()
    return is_mixed and not (not gap and _POSTCODE.fullmatch((head + tail).upper()))
