"""Tag rules: texts of `rules/tags-*.toml` → Rulebook, or every mistake at once."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from mailbridge.domain.message import Direction, Message, MessageKey
from mailbridge.tagging.entries import Reading, Shape
from mailbridge.tagging.framework import Framework
from mailbridge.tagging.wording import (
    Finder,
    Pattern,
    Span,
    Zones,
    compiled,
    expand,
    pattern_of,
    plain,
    words_of,
)

NEAR = 120  # characters, some twenty words: how far `near` may stand from a rule's own words
CALLS_OFF = 30  # characters, some five words: how far `unless` reaches
TWICE = 2
MOST_TEXT = 100_000  # characters of a letter that are looked at: forty pages

_BREAK = " | "  # between subject and text: no phrase runs over it, but `near` reaches across
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*): ?(.*)")


class Where(StrEnum):
    """Which part of a mail a rule's words must stand in."""

    SUBJECT = "subject"
    TEXT = "text"
    BOTH = "both"  # either will do


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Terms are phrases, already expanded, or RE2 patterns between slashes."""

    id: str
    tag: str
    file: str
    words: frozenset[str]  # any one of these; none = the headers alone decide
    near: frozenset[str]  # one of these must stand near them; none = nothing is asked
    unless: frozenset[str]  # calls off the words that it stands beside
    headers: tuple[tuple[str, Pattern], ...]  # (name, RE2 pattern); each must match
    where: Where
    direction: Direction | None  # None is both ways
    confidence: float
    is_sure: bool
    hit: str  # a mail it must hit
    miss: str  # a mail it must miss


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that hit a mail, and the different words it found, as the sender wrote them."""

    rule: Rule
    words: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """The rule's own; counted twice, as if two rules agreed, for two different finds."""
        doubt = 1 - self.rule.confidence
        return 1 - (doubt if len(self.words) < TWICE else doubt**TWICE)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All tag rules of an office. `version` is a digest of the texts they were read from."""

    rules: tuple[Rule, ...]
    version: str
    finder: Finder = field(repr=False, compare=False)

    @classmethod
    def parse(cls, files: Mapping[str, str], framework: Framework) -> "Rulebook":
        """The rules in files (name → text), for the tags of a framework.

        Raises RulesBroken with every mistake in every file.

        >>> from mailbridge.domain.finding import Facet
        >>> from mailbridge.tagging.framework import Tag
        >>> housing = Tag("Housing", Facet.ISSUE, colour="blue", use="Homes.")
        >>> text = '''
        ... [[rule]]
        ... id = "damp"
        ... tag = "Housing"
        ... words = ["damp", "black mould"]
        ... unless = ["damp squib"]
        ... confidence = 0.8
        ... hit = "There is black mould in the bedroom"
        ... miss = "The debate was a damp squib"
        ... '''
        >>> Rulebook.parse({"tags-issue.toml": text}, Framework((housing,))).unproven()
        ()
        >>> Rulebook.parse({"tags-issue.toml": text}, Framework(()))
        Traceback (most recent call last):
        mailbridge.domain.rules.RulesBroken: tags-issue.toml, rule 'damp': unknown tag 'Housing'
        """
        reading = Reading()
        tables = {file: reading.table(file, text) for file, text in sorted(files.items())}
        lists = _lists(reading, tables)
        allowed, rules = [tag.name for tag in framework.tags], []
        seen: dict[str, str] = {}
        for file, table in tables.items():
            for number, entry in enumerate(reading.entries(file, table, "rule"), start=1):
                where = f"{file}, rule {entry.get('id', f'number {number}')!r}"
                rules.append(_rule(reading, where, file, entry, lists))
                reading.known(where, "tag", [rules[-1].tag] if rules[-1].tag else [], allowed)
                if rules[-1].id in seen:
                    reading.problems.append(f"{where}: {seen[rules[-1].id]} has a rule of this id")
                seen.setdefault(rules[-1].id, file)
        reading.end()
        terms = (term for rule in rules for term in rule.words | rule.near | rule.unless)
        return cls(tuple(rules), _digest(files), Finder(terms))

    def hits(self, message: Message) -> tuple[Hit, ...]:
        """Every rule that hits a mail's subject or newly written words, in the rules' order."""
        subject, text = plain(message.subject), plain(message.new_text[:MOST_TEXT])
        whole = f"{subject}{_BREAK}{text}"
        found = self.finder.find(whole)
        hits = (_hit(rule, message, whole, len(subject), found) for rule in self.rules)
        return tuple(hit for hit in hits if hit is not None)

    def unproven(self) -> tuple[str, ...]:
        """A sentence for each rule that misses the mail it should hit, or hits the other one."""
        return tuple(
            f"{rule.file}, rule {rule.id!r}: {wrong}"
            for rule in self.rules
            for sample, wanted, wrong in (
                (rule.hit, True, "does not hit its own 'hit'"),
                (rule.miss, False, "hits its own 'miss'"),
            )
            if any(hit.rule is rule for hit in self.hits(sample_mail(sample, rule))) is not wanted
        )


def sample_mail(text: str, rule: Rule) -> Message:
    """The mail that a rule's `hit` or `miss` stands for.

    Header lines first and then an empty line, if they matter; everything else is its text.
    """
    head, gap, rest = text.strip().partition("\n\n")
    headers = [_HEADER.fullmatch(line) for line in head.splitlines()]
    if not gap or not all(headers):
        headers, rest = [], text
    pairs = tuple((match[1], match[2]) for match in headers if match is not None)
    subject = next((value for name, value in pairs if name.lower() == "subject"), "")
    return Message(
        key=MessageKey("0" * 20),
        subject=subject,
        text=rest,
        new_text=rest,
        headers=pairs,
        direction=rule.direction or Direction.INBOUND,
    )


def _hit(
    rule: Rule,
    message: Message,
    whole: str,
    subject_ends: int,
    found: Mapping[str, Sequence[Span]],
) -> Hit | None:
    """What one rule makes of a mail, given every place of every term in it."""
    if rule.direction is not None and message.direction is not rule.direction:
        return None
    if not all(any(pattern.search(v) for v in message.header(n)) for n, pattern in rule.headers):
        return None
    if not rule.words:
        return Hit(rule, tuple(f"{name} header" for name, _ in rule.headers))
    spans = [span for span in _places(rule.words, found) if _is_in(rule, span, subject_ends)]
    if not spans:
        return None
    called_off = Zones.around(_places(rule.unless, found), CALLS_OFF)
    spans = [span for span in spans if not called_off.touch(span)]
    if rule.near:
        near = Zones.around(_places(rule.near, found), NEAR)
        spans = [span for span in spans if near.touch(span)]
    words = _different(whole, spans)
    return Hit(rule, words) if words else None


def _different(whole: str, spans: Iterable[Span]) -> tuple[str, ...]:
    """The words at some places in a text: none twice, and none that is part of a longer find."""
    words: dict[str, str] = {}
    reached = 0
    # The longest of those that start together comes first, so whatever ends later is no part of it.
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reached:
            words.setdefault(whole[start:end].casefold(), whole[start:end])
            reached = end
    return tuple(words.values())


def _places(terms: frozenset[str], found: Mapping[str, Sequence[Span]]) -> Iterator[Span]:
    # Rules have thousands of terms and a mail holds a few: it is the mail that is gone through.
    for term, spans in found.items():
        if term in terms:
            yield from spans


def _is_in(rule: Rule, span: Span, subject_ends: int) -> bool:
    match rule.where:
        case Where.SUBJECT:
            return span[0] < subject_ends
        case Where.TEXT:
            return span[0] >= subject_ends
        case Where.BOTH:
            return True


_RULE_SHAPES: Mapping[str, Shape] = {
    "id": Shape.TEXT,
    "tag": Shape.TEXT,
    "words": Shape.TEXTS,
    "near": Shape.TEXTS,
    "unless": Shape.TEXTS,
    "headers": Shape.PATTERNS,
    "where": Shape.TEXT,
    "direction": Shape.TEXT,
    "confidence": Shape.SHARE,
    "sure": Shape.FLAG,
    "hit": Shape.TEXT,
    "miss": Shape.TEXT,
}
_DIRECTIONS: Mapping[str, Direction | None] = {
    "inbound": Direction.INBOUND,
    "outbound": Direction.OUTBOUND,
    "any": None,
}


def _rule(
    reading: Reading,
    where: str,
    file: str,
    entry: Mapping[str, object],
    lists: Mapping[str, Sequence[str]],
) -> Rule:
    """One rule; what is wrong with it is noted, and stands in for by something harmless."""
    needed = ("id", "tag", "confidence", "hit", "miss")
    good = reading.shapes(where, entry, _RULE_SHAPES, needed)
    if not entry.get("words") and not entry.get("headers"):
        reading.problems.append(f"{where}: has neither 'words' nor 'headers', so it never hits")
    part, direction = str(good.get("where", "both")), str(good.get("direction", "inbound"))
    reading.known(where, "where", [part], list(Where))
    reading.known(where, "direction", [direction], _DIRECTIONS)
    terms = {
        key: _terms(reading, f"{where}, {key!r}", cast(list[str], good.get(key, [])), lists)
        for key in ("words", "near", "unless")
    }
    return Rule(
        id=str(good.get("id", "")),
        tag=str(good.get("tag", "")),
        file=file,
        words=frozenset(terms["words"]),
        near=frozenset(terms["near"]),
        unless=frozenset(terms["unless"]),
        headers=_header_patterns(reading, where, cast(dict[str, str], good.get("headers", {}))),
        where=Where(part) if part in list(Where) else Where.BOTH,
        direction=_DIRECTIONS.get(direction),
        confidence=float(cast(float, good.get("confidence", 0))),
        is_sure=bool(good.get("sure", False)),
        hit=str(good.get("hit", "")),
        miss=str(good.get("miss", "")),
    )


def _lists(
    reading: Reading, tables: Mapping[str, Mapping[str, object]]
) -> Mapping[str, Sequence[str]]:
    """The named word lists of all files, for use in any of them as "@name"."""
    lists: dict[str, Sequence[str]] = {}
    for file, table in tables.items():
        reading.known(file, "key", table, ("lists", "rule"))
        given = table.get("lists", {})
        if not isinstance(given, dict):
            reading.problems.append(f"{file}: 'lists' must be a table of word lists")
            continue
        shapes = dict.fromkeys(given, Shape.TEXTS)
        for name, terms in reading.shapes(f"{file}, [lists]", given, shapes, given).items():
            if name in lists:
                reading.problems.append(f"{file}, [lists]: there is a list {name!r} already")
            lists[name] = cast(list[str], terms)
    return lists


def _terms(
    reading: Reading, where: str, given: Iterable[str], lists: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Phrases and patterns as written → as looked for: lists filled in, alternatives spelt out."""
    terms: dict[str, None] = {}
    for term in given:
        if term.startswith("@"):
            reading.known(where, "list", [term[1:]], lists)
            terms |= dict.fromkeys(_terms(reading, where, lists.get(term[1:], ()), {}))
            continue
        try:
            pattern = pattern_of(term)
            if pattern is not None:
                _not_for_everything(compiled(pattern), pattern)
                terms[term] = None
            else:
                terms |= dict.fromkeys(_phrases(term))
        except ValueError as wrong:
            reading.problems.append(f"{where}: {wrong}")
    return tuple(terms)


def _phrases(term: str) -> Iterator[str]:
    for phrase in expand(term):
        words = words_of(phrase)
        if not words:
            raise ValueError(f"{term!r}: holds no word to look for")
        yield " ".join(words)


def _not_for_everything(pattern: Pattern, written: str) -> None:
    if pattern.search("") is not None:
        raise ValueError(f"the pattern /{written}/ matches nothing at all, so it hits every mail")


def _header_patterns(
    reading: Reading, where: str, given: Mapping[str, str]
) -> tuple[tuple[str, Pattern], ...]:
    patterns = []
    for name, pattern in given.items():
        try:
            patterns.append((name, compiled(pattern)))
        except ValueError as wrong:
            reading.problems.append(f"{where}, header {name!r}: {wrong}")
    return tuple(patterns)


def _digest(files: Mapping[str, str]) -> str:
    """Ten hex digits that change whenever a rule file does."""
    whole = repr(sorted(files.items())).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(whole, digest_size=5).hexdigest()
