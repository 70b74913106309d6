"""What the rules suggest for a mail: at most one tag a facet, and none rather than a weak one."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from math import prod

from mailbridge.domain.finding import Facet, Suggestion
from mailbridge.domain.message import Automatic, Message
from mailbridge.domain.office import Office
from mailbridge.tagging.framework import Framework, Tag
from mailbridge.tagging.rulebook import Hit, Rulebook

THRESHOLD = 0.6  # below this a tag is more noise than help
MARGIN = 0.05  # by how much the best must beat the next best: less is a tie
MOST_CONFIDENCE = 0.98  # rules agreeing are never a proof
MOST_WORDS = 5  # that are shown for a suggestion

_ALL = frozenset(Facet)
# A machine's mail is no letter about an issue. What a machine wrote on its own account may still be
# the office's web form passing on somebody's words, so urgency and sensitivity are looked for.
_FACETS: Mapping[Automatic, frozenset[Facet]] = {
    Automatic.NO: _ALL,
    Automatic.GENERATED: frozenset({Facet.URGENCY, Facet.SENSITIVITY}),
    Automatic.LIST: frozenset(),
    Automatic.REPLY: frozenset(),
    Automatic.BOUNCE: frozenset(),
}


def suggest(
    message: Message, rulebook: Rulebook, framework: Framework, office: Office
) -> tuple[Suggestion, ...]:
    """The tags that the rules propose, in the order of the facets; each with what led to it.

    Only the subject and the newly written words count, never a quoted history. A tag that is
    always shown (safeguarding) needs no minimum and no lead, and is left out of bounces alone,
    which hand back our own words.
    """
    if message.automatic is Automatic.BOUNCE:
        return ()
    by_tag: dict[str, list[Hit]] = {}
    for hit in rulebook.hits(message):
        by_tag.setdefault(hit.rule.tag, []).append(hit)
    wanted = _FACETS[message.automatic]
    found = [
        (tag, by_tag[tag.name])
        for tag in framework.tags
        if tag.name in by_tag and (tag.facet in wanted or tag.always_shown)
    ]
    order = list(Facet)
    found.sort(key=lambda pair: order.index(pair[0].facet))
    best = (_best(list(group)) for _, group in groupby(found, key=lambda pair: pair[0].facet))
    return tuple(_suggestion(tag, hits, office) for tag, hits in filter(None, best))


def confidence(hits: Iterable[Hit]) -> float:
    """How sure the rules are together: each takes its share of the doubt the others left."""
    return min(MOST_CONFIDENCE, 1 - prod(1 - hit.confidence for hit in hits))


_Found = tuple[Tag, list[Hit]]


def _best(found: list[_Found]) -> _Found | None:
    """The one tag of a facet worth showing, or None."""
    strong = [
        (tag, hits) for tag, hits in found if tag.always_shown or confidence(hits) >= THRESHOLD
    ]
    outranked = {name for tag, _ in strong for name in tag.outranks}
    strong = [(tag, hits) for tag, hits in strong if tag.name not in outranked]
    # What is always shown goes first, then what the office calls sure, then the more certain.
    strong.sort(key=lambda one: (one[0].always_shown, _is_sure(one[1]), confidence(one[1])))
    if not strong:
        return None
    best = strong[-1]
    if len(strong) == 1 or best[0].always_shown or _is_sure(best[1]):
        return best
    return best if confidence(best[1]) - confidence(strong[-2][1]) >= MARGIN else None


def _is_sure(hits: Iterable[Hit]) -> bool:
    return any(hit.rule.is_sure for hit in hits)


def _suggestion(tag: Tag, hits: list[Hit], office: Office) -> Suggestion:
    by_weight = sorted(hits, key=lambda hit: (not hit.rule.is_sure, -hit.rule.confidence))
    words = dict.fromkeys(word for hit in by_weight for word in hit.words)
    return Suggestion(
        tag=tag.name,
        facet=tag.facet,
        confidence=round(confidence(hits), 3),
        source=f"rule {by_weight[0].rule.id}",
        words=", ".join(list(words)[:MOST_WORDS]),
        is_sure=_is_sure(hits) and office.applies_tags,
    )
