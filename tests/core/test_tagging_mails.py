"""The shipped rules on letters written as constituents write: right, or silent."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from mailbridge.domain.finding import Facet
from mailbridge.domain.message import Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.shipped import rules_dir
from mailbridge.tagging.framework import Framework
from mailbridge.tagging.rulebook import Rulebook
from mailbridge.tagging.suggest import suggest

HERE = Path(__file__)
MAILS = tomllib.loads(HERE.with_name("tagging_mails.toml").read_text("utf-8"))["mail"]
UNSEEN = tomllib.loads(HERE.with_name("tagging_mails_unseen.toml").read_text("utf-8"))["mail"]
# By the mail's subject, a tag that no caseworker would have put on: docs/tags.md tells why.
KNOWN_WRONG = {("that debate", "Housing")}


@cache
def rules() -> tuple[Framework, Rulebook]:
    framework = Framework.parse((rules_dir() / "framework.toml").read_text("utf-8"))
    files = {path.name: path.read_text("utf-8") for path in rules_dir().glob("tags-*.toml")}
    return framework, Rulebook.parse(files, framework)


def tags(subject: str, text: str) -> dict[Facet, str]:
    framework, rulebook = rules()
    message = Message(key=MessageKey("0" * 20), subject=subject, text=text, new_text=text)
    return {one.facet: one.tag for one in suggest(message, rulebook, framework, Office())}


@pytest.mark.parametrize("mail", [*MAILS, *UNSEEN], ids=lambda mail: mail["subject"])
def test_what_is_suggested_is_what_a_caseworker_would_put_on(mail: dict[str, str]) -> None:
    got = tags(mail["subject"], mail["text"])
    fine = {mail.get(facet) for facet in Facet} | set(mail.get("also", ()))
    assert {(mail["subject"], tag) for tag in got.values() if tag not in fine} <= KNOWN_WRONG


def test_most_tags_that_a_caseworker_would_put_on_are_found() -> None:
    wanted: Counter[Facet] = Counter()
    found: Counter[Facet] = Counter()
    for mail in MAILS:
        got = tags(mail["subject"], mail["text"])
        for facet in Facet:
            if facet in mail:
                wanted[facet] += 1
                found[facet] += facet in got
    assert sum(wanted.values()) >= 130
    for facet in Facet:
        assert found[facet] / wanted[facet] >= 0.9, facet


def test_every_letter_of_danger_is_shown() -> None:
    danger = [mail for mail in MAILS if mail.get(Facet.SENSITIVITY) == "Safeguarding"]
    assert len(danger) >= 7
    for mail in danger:
        assert tags(mail["subject"], mail["text"])[Facet.SENSITIVITY] == "Safeguarding"


@pytest.mark.parametrize(
    "saying",
    [
        "I could kill for a cup of tea.",
        "These meetings bore me to death and the kids drive me mad.",
        "Raising the tax now would be political suicide.",
        "She beat me to the last seat.",
        "Your speech was to die for.",
        "It would not kill you to answer.",
        "I am dying to hear what you think.",
        "My back is killing me, but I shall be at the fete.",
        "He runs a dog grooming parlour near the wildlife refuge.",
    ],
)
def test_a_figure_of_speech_is_no_danger(saying: str) -> None:
    assert tags("", saying).get(Facet.SENSITIVITY) != "Safeguarding"


@pytest.mark.parametrize(
    "cry",
    [
        "i dont want to be here anymore",
        "Sometimes I think about ending it all.",
        "he said he will kill me if i leave",
        "My partner keeps hitting me.",
        "She told me she took an overdose last month.",
        "Our neighbour's kids are left alone all night.",
        "My boss took my passport and I am not allowed out.",
        "I can’t take any more of this.",
        "mums carer has been taking her money",
    ],
)
def test_a_cry_for_help_is_shown(cry: str) -> None:
    assert tags("", cry).get(Facet.SENSITIVITY) == "Safeguarding"
