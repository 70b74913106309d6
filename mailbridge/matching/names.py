"""Names as people write them beside names as the register has them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from nameparser import HumanName
from rapidfuzz.distance import OSA

from mailbridge.domain.people import Constituent


class Fit(IntEnum):
    """How a written name sits with a known one; higher is closer."""

    OTHER = -2  # another person's: Tariq Khan or T. Khan beside Amina Khan
    UNLIKE = -1  # only a part was written, and it is not theirs: "Tariq"
    NOTHING = 0  # no name was written, or only a family name that everybody at home shares
    PART = 1  # only the given name, and it is theirs
    NEARLY = 2  # A. Khan, Sam for Samantha, Khan for Khan-Smith, one letter mistyped
    FULL = 3  # given and family name, in either order


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart, folded to plain small letters. Any part may be empty."""

    given: str
    middles: tuple[str, ...]
    family: tuple[str, ...]  # ("khan", "smith") for Khan-Smith

    @property
    def is_full(self) -> bool:
        """A given name (more than an initial) and a family name."""
        return len(self.given) > 1 and bool(self.family) and len("".join(self.family)) > 1


NO_NAME = Name("", (), ())

# nameparser knows titles that are given names as well (Dean, Prince, Earl): only these are dropped.
_TITLE_WORDS = """
    mr mrs ms miss mx dr prof professor sir dame lord lady baroness baron rev revd reverend fr
    father sister cllr councillor rt right hon the and & imam rabbi pastor capt captain
"""
_TITLES = frozenset(_TITLE_WORDS.split())
# A display name or line with one of these is no person's name, whatever it looks like.
_OTHER_WORDS = """
    regards wishes thanks thank kind best yours sincerely faithfully cheers sent from via dear hi
    hello team family families office council department dept support info information enquiries
    enquiry sales news newsletter limited ltd plc llp uk com org www http https tel phone mobile
    street road lane avenue close house court iphone ipad android outlook mail email customer
    service services association housing trust group society party campaign officer manager
    director secretary assistant advisor adviser caseworker constituent resident tenant petition
    university school college hospital nhs no not reply noreply donotreply admin accounts you my
    your for of at on is am in with to
"""
_NOT_IN_NAMES = frozenset(_OTHER_WORDS.split())
# "The Khans" are everybody at home; "The Rt Hon Amina Khan" is one of them.
_HOUSEHOLD = re.compile(
    r"the\s+(?!(?:most|very|right|rt|hon|rev|revd|reverend|lord|lady|baroness|baron|earl)\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[<{][^)\]>}]*[)\]>}]")
_VIA = re.compile(r"\s+(?:via|by way of)\s.*", re.IGNORECASE)
_LONGEST_NAME = 80  # characters; a longer "name" is a sentence
_MOST_WORDS = 7
_SHORTEST_NICKNAME = 3
_SHORTEST_TYPO = 5  # in shorter names one letter makes another name: Ann, Ian

_WORDS = re.compile(r"[^\W\d_]+(?:['’‘`-][^\W\d_]+)*")
_APOSTROPHES = re.compile(r"['’‘`]")


def fold(text: str) -> str:
    """Plain small letters, without accents and apostrophes.

    >>> fold("O’Neill, Siobhán")
    'oneill, siobhan'
    >>> fold("smith")
    'smith'
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=20_000)
def name_of(text: str) -> Name:
    """The name in a display name, signature line or register entry; NO_NAME where it holds none.

    >>> name_of("KHAN-SMITH, Mrs Amina (Leeds)")
    Name(given='amina', middles=(), family=('khan', 'smith'))
    >>> name_of("Sales Team")
    Name(given='', middles=(), family=())
    """
    plain = _VIA.sub("", _BRACKETED.sub(" ", text)).strip(" \"'.,;:-*_|\t")
    words = plain.split()
    if (
        not words
        or len(plain) > _LONGEST_NAME
        or len(words) > _MOST_WORDS
        or any(letter.isdigit() or letter in "@/&+=\\?!£$%" for letter in plain)
        or _NOT_IN_NAMES.intersection(fold(plain).replace(",", " ").split())
        or _HOUSEHOLD.match(plain)
    ):
        return NO_NAME
    parsed = HumanName(plain)
    titles = [word for word in fold(parsed.title).replace(".", "").split() if word not in _TITLES]
    given, family = fold(parsed.first).strip("."), _parts(parsed.last)
    if titles and not (given and family):  # Prince Khan is read as a title and one name
        given, family = titles[-1], family or ((given,) if given else ())
    return Name(given, _parts(parsed.middle), family)


def filed_as(name: str) -> str:
    """A name as folders are called: family name first, no title.

    >>> filed_as("Mrs Amina Khan"), filed_as("Siobhán O’Neill"), filed_as("Madonna")
    ('Khan, Amina', 'O’Neill, Siobhán', 'Madonna')
    """
    parsed = HumanName(name)
    return ", ".join(part for part in (parsed.last, parsed.first) if part)


def titled(matter: str, name: str) -> str:
    """A case's title: whose, and what about, unless it says whose already.

    >>> titled("damp at Elm Court", "Mrs Amina Khan")
    'Khan, Amina – damp at Elm Court'
    >>> titled("Mrs Khan: damp", "Mrs Amina Khan")
    'Mrs Khan: damp'
    """
    family = name_of(name).family
    says_whose = not family or set(family) <= set(re.findall(r"\w+", fold(matter)))
    return matter if says_whose else f"{filed_as(name)} – {matter}"


def fit(written: Name, known: Name) -> Fit:
    """How a written name sits with a known person's.

    >>> fit(name_of("Khan Amina"), name_of("Mrs Amina Khan"))
    <Fit.FULL: 3>
    >>> fit(name_of("Tariq Khan"), name_of("Mrs Amina Khan"))
    <Fit.OTHER: -2>
    """
    if not known.given and not known.family:
        return Fit.NOTHING
    if written.given and written.family:
        turned = Name(" ".join(written.family), written.middles, (written.given,))
        return max(_fit_both(written, known), _fit_both(turned, known))
    if written.given and _alike_given(written.given, known) > Fit.NOTHING:
        return Fit.PART
    # "Mrs Khan", or a lone word that turns out to be the family name.
    family = written.family or (written.given,)
    return Fit.NOTHING if family == ("",) or _alike(family, known.family) else Fit.UNLIKE


def fit_of(written: str, person: Constituent) -> Fit:
    """How a name as written sits with somebody in the register."""
    return fit(name_of(written), name_of(person.name))


@dataclass(frozen=True, slots=True)
class Mention:
    """A person's name found in a text, as it stands there."""

    words: str
    is_full: bool  # the given name is spelt out
    is_own_line: bool = False  # nothing else stands on the line, but for a title


def names_person(text: str, person: Constituent) -> Mention | None:
    """Where a text names somebody by given and family name, in either order; else by initial.

    Titles, middle names and initials may stand in between. A given or family name alone is no
    mention. The name must stand within one line.

    >>> from mailbridge.domain.people import Constituent
    >>> amina = Constituent(id=1, name="Mrs Amina Khan")
    >>> names_person("We refer to Ms. AMINA B. KHAN of LS6.", amina)
    Mention(words='AMINA B. KHAN', is_full=True, is_own_line=False)
    >>> names_person("Mr A Khan wrote", amina)
    Mention(words='A Khan', is_full=False, is_own_line=False)
    >>> names_person("Amina met Tom Khan", amina) is None
    True
    """
    known = name_of(person.name)
    if not known.is_full:
        return None
    words = _folded_words(text)
    family = [place for place, (word, _, _) in enumerate(words) if word == known.family[0]]
    mentions = [mention for place in family for mention in _mentions(text, words, place, known)]
    return max(mentions, key=lambda one: (one.is_full, one.is_own_line), default=None)


_Word = tuple[str, int, int]  # folded, and where it stands in the text


@lru_cache(maxsize=4)
def _folded_words(text: str) -> tuple[_Word, ...]:
    """Every word of a text, double-barrelled names taken apart. Cached: a text is read once."""
    return tuple(
        (fold(part), word.start() + at, word.start() + at + len(part))
        for word in _WORDS.finditer(text)
        for part, at in _split(word[0])
    )


def _split(word: str) -> Iterator[tuple[str, int]]:
    """The parts of a hyphenated word, with where each begins."""
    at = 0
    for part in word.split("-"):
        if part:
            yield part, at
        at += len(part) + 1


def _mentions(text: str, words: tuple[_Word, ...], place: int, known: Name) -> Iterator[Mention]:
    """Mentions whose family name begins at this word."""
    end = place + len(known.family)
    if tuple(word for word, _, _ in words[place:end]) != known.family:
        return
    # "Amina Begum Khan", "A. B. Khan": up to two names in between, no comma or line break.
    for first in range(place - 1, max(place - 4, -1), -1):
        given, start, _ = words[first]
        if not _is_one_name(text, words[first : place + 1]):
            break
        if given in (known.given, known.given[:1]):
            yield _mention(text, start, words[end - 1][2], known, is_full=given == known.given)
            break
        if given == "and" or not (text[start].isupper() or given in known.middles):
            break
    # "Khan, Amina"
    if end < len(words) and words[end][0] == known.given:
        gap = text[words[end - 1][2] : words[end][1]]
        if gap.strip() in ("", ",") and "\n" not in gap:
            yield _mention(text, words[place][1], words[end][2], known, is_full=True)


def _mention(text: str, start: int, end: int, known: Name, *, is_full: bool) -> Mention:
    """The words from start to end, with a look at the rest of their line."""
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[start:end]
    rest = text[end : end + 80].partition("\n")[0]
    is_own_line = not rest.strip(" ,.\r\t") and fit(name_of(line), known) is Fit.FULL
    return Mention(text[start:end], is_full, is_own_line)


def _is_one_name(text: str, words: tuple[_Word, ...]) -> bool:
    """Whether only blanks, hyphens and the dots of initials part these words."""
    gaps = ((text[one[2] : other[1]], len(one[0]) == 1) for one, other in pairwise(words))
    return all(
        "\n" not in gap and (gap.strip() in ("", "-") or (is_initial and gap.strip() == "."))
        for gap, is_initial in gaps
    )


def _parts(text: str) -> tuple[str, ...]:
    """Folded words, hyphens parted, dots dropped."""
    return tuple(fold(text).replace("-", " ").replace(".", " ").replace(",", " ").split())


def _fit_both(written: Name, known: Name) -> Fit:
    """Given and family name were both written: how they sit with the known ones in this order."""
    given, family = _alike_given(written.given, known), _alike(written.family, known.family)
    if Fit.NOTHING in (given, family):
        return Fit.OTHER
    return min(given, family)


def _alike_given(given: str, known: Name) -> Fit:
    """FULL for the same given name; NEARLY for an initial, a short form, a middle name, a typo."""
    if given == known.given:
        return Fit.FULL
    if given in known.middles:
        return Fit.NEARLY
    shorter, longer = sorted((given, known.given), key=len)
    is_short_form = len(shorter) == 1 or len(shorter) >= _SHORTEST_NICKNAME
    if is_short_form and longer.startswith(shorter):
        return Fit.NEARLY
    return Fit.NEARLY if _is_typo(given, known.given) else Fit.NOTHING


def _alike(family: tuple[str, ...] | list[str], known: tuple[str, ...]) -> Fit:
    """FULL for the same family name; NEARLY for one barrel of two, or a typo."""
    if tuple(family) == known:
        return Fit.FULL
    one, other = "".join(family), "".join(known)
    if one == other or sorted(family) == sorted(known):
        return Fit.FULL
    shared = set(family) & set(known)
    is_barrel = any(len(part) >= _SHORTEST_NICKNAME for part in shared)
    return Fit.NEARLY if is_barrel or _is_typo(one, other) else Fit.NOTHING


def _is_typo(one: str, other: str) -> bool:
    """Whether one letter was changed, left out, added, or two were exchanged."""
    return (
        min(len(one), len(other)) >= _SHORTEST_TYPO
        and OSA.distance(one, other, score_cutoff=1) <= 1
    )
