"""The closed list of tags, read from a file."""

import pytest

from mailbridge.domain.finding import Facet
from mailbridge.domain.rules import RulesBroken
from mailbridge.tagging.framework import (
    COLOURS,
    Framework,
    category_names,
    imap_spelling,
    suggested,
)

FACETS = """
[facet]
issue = "blue"
urgency = "red"
sensitivity = "purple"
transferability = "steel"
"""


def tag(name: str = "Housing", facet: str = "issue", more: str = "") -> str:
    return f'[[tag]]\nname = "{name}"\nfacet = "{facet}"\nuse = "Homes."\n{more}\n'


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(RulesBroken) as broken:
        Framework.parse(text)
    return broken.value.problems


def test_a_tag_has_its_facets_colour_unless_it_names_its_own() -> None:
    framework = Framework.parse(FACETS + tag() + tag("Pensions", more='colour = "dark green"'))
    assert [one.preset for one in framework.tags] == ["preset7", "preset19"]


def test_colours_are_outlooks_twenty_five_in_its_order() -> None:
    assert [COLOURS[name] for name in ("red", "black", "dark red", "dark cranberry")] == [
        "preset0",
        "preset14",
        "preset15",
        "preset24",
    ]
    assert len(COLOURS) == 25


def test_a_tag_is_found_by_name_and_by_facet() -> None:
    framework = Framework.parse(FACETS + tag() + tag("Urgent", "urgency"))
    assert [one.name for one in framework.of(Facet.URGENCY)] == ["Urgent"]
    housing = framework.tag("Housing")
    assert housing is not None
    assert housing.facet is Facet.ISSUE
    assert framework.tag("housing") is None


def test_every_tag_has_a_category_that_applies_and_one_that_proposes() -> None:
    framework = Framework.parse(FACETS + tag() + tag("Urgent", "urgency"))
    assert category_names(framework) == ("Housing", "Housing?", "Urgent", "Urgent?")
    assert suggested("Transfer: council") == "Transfer: council?"


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("Transfer: another MP", "Transfer:_another_MP"),
        ("Café (old)", "Caf-_-old-"),
        ("100% \\ {x}]*", "100-_-_-x}--"),
        ("Housing?", "Housing?"),
    ],
)
def test_an_imap_keyword_keeps_what_an_atom_may_hold(name: str, keyword: str) -> None:
    assert imap_spelling(name) == keyword


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (tag("Tax, HMRC"), "no comma"),
        (tag("Housing?"), "may not end in '?'"),
        (tag("Campaign: parks"), "already means something else"),
        (tag("Answered"), "already means something else"),
        (tag("a  b"), "single blanks"),
        (tag("x" * 61), "60 characters, not 61"),
        (tag(facet="isue"), "unknown facet 'isue'; did you mean 'issue'?"),
        (tag(more='colour = "bleu"'), "unknown colour 'bleu'; did you mean 'blue'?"),
        (tag(more='keyword = ["x"]'), "unknown key 'keyword'; did you mean 'keywords'?"),
        (tag(more='keywords = "homes"'), "'keywords' must be a list of texts"),
        (tag(more='always_shown = "yes"'), "'always_shown' must be true or false"),
        (tag(more='outranks = ["Urgent"]') + tag("Urgent", "urgency"), "no other tag of issue"),
        (tag() + tag("housing"), "cannot be told from 'Housing'"),
        (tag("A b") + tag("A_b"), "cannot be told from 'A b'"),
        ('[[tag]]\nname = "Housing"\nfacet = "issue"', "'use' is missing"),
        ("", "no [[tag]]"),
        ("tag = 3", "must be written as [[tag]]"),
    ],
)
def test_a_mistake_in_a_tag_is_told(text: str, says: str) -> None:
    # A top-level key must come before the first table.
    text = text + FACETS if text.startswith("tag =") else FACETS + text
    assert any(says in problem for problem in problems(text))


def test_every_mistake_is_told_at_once_with_its_tag() -> None:
    told = problems(FACETS + tag("A, b", "isue") + tag("Pensions", more='colour = "pnk"'))
    assert len(told) == 3
    assert sum("tag 'A, b'" in problem for problem in told) == 2
    assert sum("tag 'Pensions'" in problem for problem in told) == 1


def test_a_facet_without_a_colour_is_told() -> None:
    assert any(
        "'urgency' is missing" in one for one in problems('[facet]\nissue = "blue"\n' + tag())
    )
    assert any("[facet]: missing" in problem for problem in problems(tag()))


def test_a_file_that_is_not_toml_is_one_clear_problem() -> None:
    (only,) = problems("[[tag")
    assert only.startswith("framework.toml: not TOML: ")
