"""The closed list of tags, in four facets: text of `rules/framework.toml` → Framework."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from mailbridge.domain.finding import Facet
from mailbridge.tagging.entries import Reading, Shape, nearest

COLOURS: Mapping[str, str] = {
    colour: f"preset{number}"
    for number, colour in enumerate(
        (
            *("red", "orange", "brown", "yellow", "green", "teal", "olive", "blue", "purple"),
            *("cranberry", "steel", "dark steel", "grey", "dark grey", "black", "dark red"),
            *("dark orange", "dark brown", "dark yellow", "dark green", "dark teal"),
            *("dark olive", "dark blue", "dark purple", "dark cranberry"),
        )
    )
}
"""Colours by the names people see, and what Outlook calls them (Microsoft Graph, categoryColor)."""

FACETS = tuple(facet.value for facet in Facet)

OUR_OWN = ("Who?", "Which case?", "Check sender", "Awaiting answer", "Answered")
"""Categories with a meaning of their own; a tag by such a name could not be told from them."""

LONGEST_NAME = 60  # characters; Outlook takes 255, but nobody can read those in a mail list

# RFC 3501 §9: an atom is 7-bit and holds no blank, control character or ( ) { % * " \ ].
_NOT_IN_ATOM = re.compile(r'[^\x21-\x7e]|[(){%*"\\\]]')


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the framework. `name` is what the category says in Outlook."""

    name: str
    facet: Facet
    colour: str  # a key of COLOURS
    use: str  # when a caseworker should use it
    avoid: str = ""  # when not, and which tag fits better
    phrases: tuple[str, ...] = ()  # what such letters say, for a model to learn from
    keywords: tuple[str, ...] = ()  # other names for it, to recognise an office's old tags
    outranks: tuple[str, ...] = ()  # tags of its facet that give way whenever it is found
    always_shown: bool = False  # suggested however weak, on every mail that a person may have sent

    @property
    def preset(self) -> str:
        """Its colour as Outlook's programs call it: "preset7"."""
        return COLOURS[self.colour]


@dataclass(frozen=True, slots=True)
class Framework:
    """The closed list of tags, in the order of the file."""

    tags: tuple[Tag, ...]

    def tag(self, name: str) -> Tag | None:
        """The tag of this name, or None."""
        return next((tag for tag in self.tags if tag.name == name), None)

    def of(self, facet: Facet) -> tuple[Tag, ...]:
        """The tags of one facet."""
        return tuple(tag for tag in self.tags if tag.facet is facet)

    @classmethod
    def parse(cls, text: str, file: str = "framework.toml") -> "Framework":
        """The framework written in a file's text. Raises RulesBroken with every mistake.

        >>> text = '''
        ... [facet]
        ... issue = "blue"
        ... urgency = "red"
        ... sensitivity = "purple"
        ... transferability = "grey"
        ... [[tag]]
        ... name = "Housing"
        ... facet = "issue"
        ... use = "Homes."
        ... '''
        >>> Framework.parse(text).tag("Housing").preset
        'preset7'
        >>> Framework.parse(text.replace('"blue"', '"xyz"'), "f.toml")
        Traceback (most recent call last):
        mailbridge.domain.rules.RulesBroken: f.toml, [facet]: unknown colour 'xyz'
        """
        reading = Reading()
        table = reading.table(file, text)
        if reading.problems:
            reading.end()
        reading.known(file, "key", table, ("facet", "tag"))
        colours = _facet_colours(reading, file, table.get("facet"))
        tags = [
            tag
            for number, entry in enumerate(reading.entries(file, table, "tag"), start=1)
            if (tag := _tag(reading, _where(file, entry, number), entry, colours)) is not None
        ]
        if not tags:
            reading.problems.append(f"{file}: holds no [[tag]], so nothing could ever be tagged")
        reading.problems += _clashes(file, tags)
        reading.problems += _outranked(file, tags)
        reading.end()
        return cls(tuple(tags))


def suggested(name: str) -> str:
    """The category that only proposes a tag.

    >>> suggested("Housing")
    'Housing?'
    """
    return f"{name}?"


def category_names(framework: Framework) -> tuple[str, ...]:
    """Every category the framework may put on a mail: each tag, then its proposing form."""
    return tuple(name for tag in framework.tags for name in (tag.name, suggested(tag.name)))


def imap_spelling(name: str) -> str:
    """A tag as an IMAP keyword: blanks become `_`, what an atom may not hold becomes `-`.

    >>> imap_spelling("Transfer: council")
    'Transfer:_council'
    >>> imap_spelling("Housing")
    'Housing'
    """
    return _NOT_IN_ATOM.sub("-", name.replace(" ", "_"))


_TAG_SHAPES: Mapping[str, Shape] = {
    "name": Shape.TEXT,
    "facet": Shape.TEXT,
    "colour": Shape.TEXT,
    "use": Shape.TEXT,
    "avoid": Shape.TEXT,
    "phrases": Shape.TEXTS,
    "keywords": Shape.TEXTS,
    "outranks": Shape.TEXTS,
    "always_shown": Shape.FLAG,
}


def _where(file: str, entry: Mapping[str, object], number: int) -> str:
    return f"{file}, tag {entry.get('name', f'number {number}')!r}"


def _facet_colours(reading: Reading, file: str, given: object) -> Mapping[str, str]:
    """The colour of each facet; its tags have it unless they name their own."""
    where = f"{file}, [facet]"
    shapes = dict.fromkeys(FACETS, Shape.TEXT)
    if not isinstance(given, dict):
        reading.problems.append(f"{where}: missing; it gives each of the four facets its colour")
        return {}
    colours = cast(dict[str, str], reading.shapes(where, given, shapes, FACETS))
    reading.known(where, "colour", colours.values(), COLOURS)
    return colours


def _tag(
    reading: Reading, where: str, entry: Mapping[str, object], facet_colours: Mapping[str, str]
) -> Tag | None:
    """One tag, or None when it is so wrong that no tag can be made of it."""
    good = reading.shapes(where, entry, _TAG_SHAPES, ("name", "facet", "use"))
    name, facet = str(good.get("name", "")), str(good.get("facet", ""))
    reading.problems += [f"{where}: {wrong}" for wrong in _wrong_names(name)]
    if facet:
        reading.known(where, "facet", [facet], FACETS)
    colour = str(good.get("colour", facet_colours.get(facet, "grey")))
    if "colour" in good:
        reading.known(where, "colour", [colour], COLOURS)
    if not name or facet not in FACETS:
        return None
    return Tag(
        name=name,
        facet=Facet(facet),
        colour=colour,
        use=str(good.get("use", "")),
        avoid=str(good.get("avoid", "")),
        phrases=_texts(good, "phrases"),
        keywords=_texts(good, "keywords"),
        outranks=_texts(good, "outranks"),
        always_shown=bool(good.get("always_shown", False)),
    )


def _texts(good: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(cast(list[str], good.get(key, [])))


def _wrong_names(name: str) -> Iterable[str]:
    """Why Outlook, or a person reading a mail list, could not live with this name."""
    if set(name) & set(",;"):
        yield "a name may hold no comma or semicolon: Outlook parts categories by them"
    if name.endswith("?"):
        yield "a name may not end in '?': that marks a tag which is only suggested"
    if name != " ".join(name.split()) or not name.isprintable():
        yield "a name may hold single blanks between words and nothing else that is invisible"
    if len(name) > LONGEST_NAME:
        yield f"a name may have {LONGEST_NAME} characters, not {len(name)}"
    if name.casefold().startswith("campaign:") or name in OUR_OWN:
        yield f"{name!r} already means something else on a mail"


def _clashes(file: str, tags: Iterable[Tag]) -> Iterable[str]:
    """Tags that one backend or another could not tell apart: letter case counts in none."""
    seen: dict[str, str] = {}
    for tag in tags:
        spelling = imap_spelling(tag.name).casefold()
        if spelling in seen:
            yield (
                f"{file}, tag {tag.name!r}: cannot be told from {seen[spelling]!r} "
                f"where tags are IMAP keywords; give it another name"
            )
        seen.setdefault(spelling, tag.name)


def _outranked(file: str, tags: list[Tag]) -> Iterable[str]:
    """Tags that outrank something outside their own facet."""
    for tag in tags:
        peers = [other.name for other in tags if other.facet is tag.facet and other is not tag]
        for name in tag.outranks:
            if name not in peers:
                yield (
                    f"{file}, tag {tag.name!r}: outranks {name!r}, which is no other tag "
                    f"of {tag.facet}{nearest(name, peers)}"
                )
