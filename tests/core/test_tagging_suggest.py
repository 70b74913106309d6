"""From rules that hit to what is shown: one tag a facet, and none rather than a weak one."""

from dataclasses import replace

import pytest

from mailbridge.domain.finding import Facet
from mailbridge.domain.message import Automatic, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.tagging.framework import Framework, Tag
from mailbridge.tagging.rulebook import Rulebook
from mailbridge.tagging.suggest import suggest

FRAMEWORK = Framework(
    (
        Tag("Housing", Facet.ISSUE, "blue", use="-"),
        Tag("Benefits", Facet.ISSUE, "blue", use="-"),
        Tag("Urgent", Facet.URGENCY, "red", use="-", outranks=("Deadline",)),
        Tag("Deadline", Facet.URGENCY, "orange", use="-"),
        Tag("Danger", Facet.SENSITIVITY, "red", use="-", outranks=("Private",), always_shown=True),
        Tag("Private", Facet.SENSITIVITY, "purple", use="-"),
    )
)
# Word that hits, its tag, its confidence, and whether it is sure.
RULES = (
    ("damp", "Housing", 0.8, False),
    ("rent", "Housing", 0.4, False),
    ("landlord", "Housing", 0.4, False),
    ("pip", "Benefits", 0.8, False),
    ("benefit", "Benefits", 0.9, False),
    ("voucher", "Benefits", 0.7, True),
    ("bailiffs", "Urgent", 0.7, False),
    ("emergency", "Urgent", 0.3, False),
    ("tuesday", "Deadline", 0.9, False),
    ("afraid", "Danger", 0.3, False),
    ("secret", "Private", 0.9, True),
)
RULEBOOK = Rulebook.parse(
    {
        "tags.toml": "".join(
            f'[[rule]]\nid = "{word}"\ntag = "{tag}"\nwords = ["{word}"]\nconfidence = {share}\n'
            f'sure = {str(sure).lower()}\nhit = "{word}"\nmiss = "-"\n'
            for word, tag, share, sure in RULES
        )
    },
    FRAMEWORK,
)


def mail(text: str) -> Message:
    return Message(key=MessageKey("0" * 20), text=text, new_text=text)


def tags(message: Message) -> tuple[str, ...]:
    return tuple(one.tag for one in suggest(message, RULEBOOK, FRAMEWORK, Office()))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hello", ()),
        ("damp", ("Housing",)),
        ("rent", ()),  # too weak alone
        ("rent, landlord", ("Housing",)),  # together they are not
        ("damp, pip", ()),  # a tie
        ("damp, benefit", ("Benefits",)),  # a clear lead
        ("damp, voucher", ("Benefits",)),  # what is sure needs no lead
        ("bailiffs, tuesday", ("Urgent",)),  # outranks, though less certain
        ("emergency, tuesday", ("Deadline",)),  # too weak to be shown, so it outranks nothing
        ("afraid", ("Danger",)),  # shown however weak
        ("afraid, secret", ("Danger",)),  # even beside what is sure
        ("secret, tuesday, damp", ("Housing", "Deadline", "Private")),  # in the facets' order
    ],
)
def test_at_most_one_tag_a_facet_and_none_rather_than_a_weak_one(
    text: str, wanted: tuple[str, ...]
) -> None:
    assert tags(mail(text)) == wanted


@pytest.mark.parametrize(
    ("automatic", "wanted"),
    [
        (Automatic.NO, ("Housing", "Deadline", "Danger")),
        (Automatic.GENERATED, ("Deadline", "Danger")),
        (Automatic.LIST, ("Danger",)),
        (Automatic.REPLY, ("Danger",)),
        (Automatic.BOUNCE, ()),
    ],
)
def test_a_machines_mail_has_no_issue_but_danger_is_still_shown(
    automatic: Automatic, wanted: tuple[str, ...]
) -> None:
    assert tags(replace(mail("damp tuesday afraid"), automatic=automatic)) == wanted


def test_a_suggestion_tells_its_rule_its_words_and_how_sure_it_is() -> None:
    (one,) = suggest(mail("Rent, damp and a Landlord"), RULEBOOK, FRAMEWORK, Office())
    assert (one.source, one.words) == ("rule damp", "damp, Rent, Landlord")
    assert one.confidence == pytest.approx(1 - 0.2 * 0.6 * 0.6)
    assert not one.is_sure


def test_a_sure_tag_is_applied_alone_only_where_the_office_lets_tags_be_applied() -> None:
    cautious = Office(applies_tags=False)
    assert [s.is_sure for s in suggest(mail("voucher"), RULEBOOK, FRAMEWORK, Office())] == [True]
    assert [s.is_sure for s in suggest(mail("voucher"), RULEBOOK, FRAMEWORK, cautious)] == [False]
