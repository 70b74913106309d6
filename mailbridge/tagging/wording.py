"""Finding the words of all rules in a text, in one pass however many rules there are.

Phrases go through spaCy's PhraseMatcher, patterns through RE2. Both take time that grows in step
with the text and never faster, so no letter can stall the office.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab

Span = tuple[int, int]  # characters from, to (exclusive) of a text made plain


class Pattern(Protocol):
    """What we use of a compiled RE2 pattern; the library publishes no types."""

    def search(self, text: str) -> object | None:
        """Something where the pattern occurs, else None."""

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        """Every place where it occurs."""


MOST_PHRASES = 1000  # that one entry may stand for; more was hardly meant

# A word with its inner apostrophes, or the end of a sentence: a phrase runs over hyphens, brackets
# and line ends, but not from one sentence into the next. spaCy's own tokenizer knows web addresses
# and emoticons, which no rule needs; it takes 15 times as long, and 30 s for 20,000 brackets.
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[.!?;|]")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "\u00ad": None, "\u200b": None})
_UNKNOWN = "·"  # stands for every word that no rule asks for


def plain(text: str) -> str:
    r"""A text with straight apostrophes and single blanks, which is what rules are held against.

    >>> plain("I can’t\n\tcope")
    "I can't cope"
    >>> plain("as it was")
    'as it was'
    """
    return " ".join(text.translate(_STRAIGHT).split())


def expand(phrase: str) -> tuple[str, ...]:
    """Every phrase that one with alternatives in brackets stands for.

    Raises ValueError, with a sentence for people, for brackets that don't pair or stand for too
    many phrases.

    >>> expand("my (son|daughter) is ill")
    ('my son is ill', 'my daughter is ill')
    >>> expand("landlord(s|)")
    ('landlords', 'landlord')
    >>> expand("damp")
    ('damp',)
    """
    parts = _ALTERNATIVES.split(phrase)
    if strange := sorted({sign for part in parts[::2] for sign in part} & set(r"?*+[]{}|\^$")):
        raise ValueError(
            f"{phrase!r}: {' '.join(strange)} means nothing in a phrase; "
            f"write a pattern between slashes, or alternatives in brackets: (one|other)"
        )
    if any(set(part) & set("()") for part in parts):
        raise ValueError(f"{phrase!r}: brackets must pair, and none may stand inside another")
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count > MOST_PHRASES:
        raise ValueError(f"{phrase!r}: stands for {count} phrases; {MOST_PHRASES} are allowed")
    return tuple("".join(one) for one in product(*choices))


def pattern_of(term: str) -> str | None:
    """The RE2 pattern of a term written between slashes; None where it is a phrase.

    >>> pattern_of("/mou?ld/")
    'mou?ld'
    >>> pattern_of("damp")
    """
    return term[1:-1] if len(term) > 1 and term[0] == term[-1] == "/" else None


def words_of(text: str) -> list[str]:
    """The words of a phrase as the finder sees them, in small letters.

    >>> words_of("Anti-social behaviour!")
    ['anti', 'social', 'behaviour', '!']
    >>> words_of("--")
    []
    """
    return [match.group().lower() for match in _WORD.finditer(plain(text))]


def compiled(pattern: str) -> Pattern:
    """An RE2 pattern that minds no letter case. Raises ValueError, saying what is wrong with it."""
    # Loaded when a rule has a pattern, so that commands without rules start at once.
    import re2  # noqa: PLC0415  # heavy, see above

    try:
        found: Pattern = re2.compile(pattern, options=_options())
        return found
    except re2.error as wrong:
        reason = wrong.args[0] if wrong.args else "no reason given"
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(
            f"the pattern /{pattern}/ cannot be used: {said}. Patterns follow RE2, which has no "
            f"look-ahead, look-behind or back-references"
        ) from None


def _options() -> object:
    import re2  # noqa: PLC0415  # heavy, see above

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False  # the error is told to people; RE2 would write to stderr as well
    options.max_mem = 64 << 20
    return options


class Finder:
    """All terms of a rulebook, ready to be looked for. Costs a second to make, once."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Take phrases (already expanded) and patterns between slashes; both must be usable."""
        phrases, patterns = [], []
        for term in dict.fromkeys(terms):
            pattern = pattern_of(term)
            if pattern is None:
                phrases.append(term)
            else:
                patterns.append((term, compiled(pattern)))
        self._phrases, self._patterns = phrases, patterns
        self._matcher: PhraseMatcher | None = None
        self._vocab: Vocab | None = None
        self._pattern_set: Any = None
        self._vocabulary: frozenset[str] = frozenset()

    def find(self, text: str) -> Mapping[str, Sequence[Span]]:
        """Every term found in a plain text with its places, first to last; absent ones left out."""
        found: dict[str, list[Span]] = {}
        if self._phrases:
            self._find_phrases(text, found)
        if self._patterns:
            self._find_patterns(text, found)
        return found

    def _find_phrases(self, text: str, found: dict[str, list[Span]]) -> None:
        from spacy.tokens import Doc  # noqa: PLC0415  # takes most of a second: see the module

        matcher, vocab = self._ready_matcher()
        # Words of letters never enter spaCy's vocabulary, which keeps all it has ever seen.
        words = [
            word if word in self._vocabulary else _UNKNOWN
            for word in map(str.lower, _WORD.findall(text))
        ]
        matches = matcher(Doc(vocab, words=words))
        # Most letters hold no phrase, and then nobody asks where their words stand.
        spans = [match.span() for match in _WORD.finditer(text)] if matches else []
        for number, first, end in matches:
            phrase = self._phrases[int(vocab.strings[number])]
            found.setdefault(phrase, []).append((spans[first][0], spans[end - 1][1]))

    def _ready_matcher(self) -> "tuple[PhraseMatcher, Vocab]":
        if self._matcher is None or self._vocab is None:
            from spacy.matcher import PhraseMatcher  # noqa: PLC0415  # takes most of a second
            from spacy.tokens import Doc  # noqa: PLC0415  # likewise
            from spacy.vocab import Vocab  # noqa: PLC0415  # likewise

            vocab = Vocab()
            # Words are in small letters before spaCy sees them, so the plain form is compared.
            matcher = PhraseMatcher(vocab, attr="ORTH")
            for number, phrase in enumerate(self._phrases):
                matcher.add(str(number), [Doc(vocab, words=words_of(phrase))])
            self._vocabulary = frozenset(word for one in self._phrases for word in words_of(one))
            self._matcher, self._vocab = matcher, vocab
        return self._matcher, self._vocab

    def _find_patterns(self, text: str, found: dict[str, list[Span]]) -> None:
        if self._pattern_set is None:
            import re2  # noqa: PLC0415  # loaded only by whoever looks at mail

            together = re2.Set.SearchSet(_options())
            for term, _ in self._patterns:
                together.Add(term[1:-1])
            together.Compile()
            self._pattern_set = together
        # One pass tells which patterns occur at all; only those are then looked for one by one.
        for number in self._pattern_set.Match(text) or ():  # it says None for "none of them"
            term, pattern = self._patterns[number]
            found[term] = [match.span() for match in pattern.finditer(text)]


@dataclass(frozen=True, slots=True)
class Zones:
    """Stretches of a text around some spans, so that "is it near one?" is quick to answer."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def around(cls, spans: Iterable[Span], margin: int) -> "Zones":
        """Everything within `margin` characters of a span."""
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(spans):
            if ends and start - margin <= ends[-1]:
                ends[-1] = max(ends[-1], end + margin)
            else:
                starts.append(start - margin)
                ends.append(end + margin)
        return cls(tuple(starts), tuple(ends))

    def touch(self, span: Span) -> bool:
        """Whether a span reaches into one of the stretches.

        >>> Zones.around([(10, 14)], margin=5).touch((18, 20))
        True
        >>> Zones.around([(10, 14)], margin=5).touch((20, 22))
        False
        """
        at = bisect_right(self.starts, span[1]) - 1
        return at >= 0 and self.ends[at] > span[0]
