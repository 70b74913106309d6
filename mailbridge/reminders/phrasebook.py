"""The words that tell an answer from an acknowledgement: rules/answers.toml, read and checked."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import re2

from mailbridge.domain.rules import RulesBroken

_FIELDS = frozenset(["id", "kind", "words", "re", "unless", "even_unsettled", "hit", "miss"])


class Tone(StrEnum):
    """What a sentence does."""

    AUTOMATIC = "automatic"  # says that a machine wrote it, or that its writer is away
    ACKNOWLEDGEMENT = "acknowledgement"  # says that our letter came
    HOLDING = "holding"  # says that an answer is still to come
    SUBSTANTIVE = "substantive"  # tells what was found, decided or done
    TELLING = "telling"  # facts of the matter: weaker than that
    ASKS = "asks"  # wants something of us first: consent, details
    MATTER = "matter"  # speaks of this person, this home, this claim: says nothing by itself
    GENERAL = "general"  # speaks of policy, totals, everybody: tells nothing of this matter
    COURTESY = "courtesy"  # neither here nor there


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of the phrasebook. `pattern` and `unless` are RE2, over one sentence each."""

    id: str
    tone: Tone
    pattern: str
    unless: str = ""
    even_unsettled: bool = False  # counts although the sentence speaks of what is to come


@dataclass(frozen=True, slots=True)
class Heard:
    """A phrase found, and the sentence it was found in."""

    phrase: Phrase
    sentence: str


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All phrases. `unsettled` is RE2: a sentence with it tells of nothing decided yet."""

    phrases: tuple[Phrase, ...] = ()
    unsettled: str = ""

    def hear(self, sentence: str) -> tuple[Heard, ...]:
        """Every phrase that one sentence holds.

        >>> book = phrasebook(_SAMPLE)
        >>> [heard.phrase.id for heard in book.hear("The council has decided to repair the roof.")]
        ['decided']
        >>> book.hear("Once the council has decided we will write.")
        ()
        """
        words = _in_full(sentence)
        is_unsettled = bool(self.unsettled and _compiled(self.unsettled).search(words))
        return tuple(
            Heard(phrase, sentence)
            for phrase in self.phrases
            if _compiled(phrase.pattern).search(words)
            and not (phrase.unless and _compiled(phrase.unless).search(words))
            and not (is_unsettled and phrase.tone in _SETTLED and not phrase.even_unsettled)
        )


# "we've" is "we have", so that a pattern need not name both. "I'd" may be two things: left.
_SHORTENED = {
    "can't": "cannot",
    "won't": "will not",
    "n't": " not",
    "'ve": " have",
    "'re": " are",
    "'m": " am",
    "'ll": " will",
}


def _in_full(sentence: str) -> str:
    for short, full in _SHORTENED.items():
        sentence = sentence.replace(short, full)
    return sentence


# Only these can be wrong by speaking of the future: "once a decision has been made".
_SETTLED = frozenset({Tone.SUBSTANTIVE, Tone.TELLING})

_SAMPLE = r"""
unsettled = '\b(once|when|until|not yet)\b'

[[phrase]]
id = "decided"
kind = "substantive"
re = '\bhas (decided|agreed)\b'
hit = "The council has decided to repair the roof."
miss = "The council is deciding what to do."
"""


def phrasebook(text: str) -> Phrasebook:
    r"""The phrases of a text like rules/answers.toml.

    Raises RulesBroken with every mistake in it.

    >>> [phrase.id for phrase in phrasebook(_SAMPLE).phrases]
    ['decided']
    >>> phrasebook('[[phrase]]\nid = "x"\nkind = "holding"\nre = "("\nhit = "a"\nmiss = "b"')
    Traceback (most recent call last):
    mailbridge.domain.rules.RulesBroken: x: its pattern cannot be read: missing ): (
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesBroken((f"this is not a table of phrases: {error}",)) from error
    entries = table.get("phrase", [])
    if not (isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)):
        raise RulesBroken(("phrase must be a list: [[phrase]] above each one",))
    unsettled = str(table.get("unsettled", ""))
    problems = [
        *(f"nobody reads {name!r}" for name in sorted(table.keys() - {"phrase", "unsettled"})),
        *(f"unsettled cannot be read: {fault}" for fault in _fault(unsettled)),
    ]
    phrases: list[Phrase] = []
    for number, entry in enumerate(entries, start=1):
        name = str(entry.get("id") or f"phrase {number}")
        if name in {phrase.id for phrase in phrases}:
            problems.append(f"{name}: another phrase has this id already")
        faults = tuple(_faults(entry))
        problems.extend(f"{name}: {fault}" for fault in faults)
        if not faults:
            phrases.append(_phrase(entry))
            problems.extend(
                f"{name}: {fault}"
                for fault in _trial(entry, phrases[-1], unsettled)
                if not _fault(unsettled)
            )
    if problems:
        raise RulesBroken(tuple(problems))
    return Phrasebook(tuple(phrases), unsettled)


def check(text: str) -> tuple[str, ...]:
    """Every mistake of a text like rules/answers.toml; nothing where it is fine.

    >>> check(_SAMPLE)
    ()
    >>> check(_SAMPLE.replace("is deciding", "has decided"))
    ('decided: its miss is heard: The council has decided what to do.',)
    """
    try:
        phrasebook(text)
    except RulesBroken as broken:
        return broken.problems
    return ()


def _faults(entry: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one entry by itself."""
    yield from (f"nobody reads its field {field!r}" for field in sorted(entry.keys() - _FIELDS))
    yield from (
        f"it has no {field}" for field in ("id", "kind", "hit", "miss") if not entry.get(field)
    )
    if (kind := entry.get("kind")) and kind not in list(Tone):
        yield f"its kind {kind!r} is none of {', '.join(Tone)}"
    if bool(entry.get("words")) == bool(entry.get("re")):
        yield "it needs either words (as they stand) or re (a pattern)"
    yield from (
        f"its pattern cannot be read: {fault}"
        for field in ("re", "unless")
        for fault in _fault(str(entry.get(field, "")))
    )


def _phrase(entry: Mapping[str, Any]) -> Phrase:
    words = r"\s+".join(re.escape(word) for word in str(entry.get("words", "")).split())
    return Phrase(
        id=str(entry["id"]),
        tone=Tone(entry["kind"]),
        pattern=str(entry.get("re") or rf"\b{words}\b"),
        unless=str(entry.get("unless", "")),
        even_unsettled=bool(entry.get("even_unsettled")),
    )


def _trial(entry: Mapping[str, Any], phrase: Phrase, unsettled: str) -> Iterator[str]:
    """Whether the entry hears its hit and does not hear its miss."""
    book = Phrasebook((phrase,), unsettled)
    if not book.hear(str(entry["hit"])):
        yield f"its hit is not heard: {entry['hit']}"
    if book.hear(str(entry["miss"])):
        yield f"its miss is heard: {entry['miss']}"


def _fault(pattern: str) -> tuple[str, ...]:
    """Why RE2 cannot read a pattern, or nothing."""
    try:
        _compiled(pattern)
    except re2.error as error:
        return (_words(error),)
    return ()


def _words(error: Exception) -> str:
    # RE2's binding hands its message over as bytes.
    reason = error.args[0] if error.args else ""
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


@cache
def _compiled(pattern: str) -> Any:  # noqa: ANN401  # google-re2 publishes no types
    """RE2 takes time in proportion to the text, whatever pattern an office writes."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)
