"""The texts of `rules/` as one value, or every mistake in them at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mailbridge.domain.people import Organisation
from mailbridge.domain.rules import RulesBroken
from mailbridge.reminders.organisations import organisations
from mailbridge.reminders.phrasebook import Phrasebook, phrasebook
from mailbridge.tagging.framework import Framework
from mailbridge.tagging.rulebook import Rulebook

T = TypeVar("T")

FRAMEWORK = "framework.toml"
ORGANISATIONS = "organisations.toml"
ANSWERS = "answers.toml"
TAGS = "tags-"  # every file whose name begins so holds tag rules


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything an office can change without code."""

    framework: Framework
    rulebook: Rulebook
    phrasebook: Phrasebook
    organisations: tuple[Organisation, ...]


def parse_rules(texts: Mapping[str, str]) -> Rules:
    """The rules from the files' texts by file name. Raises RulesBroken with all mistakes."""
    problems: list[str] = []

    def reading(read: Callable[[], T], file: str = "") -> T | None:
        """What `read` makes of a file; `file` is named before each mistake that does not."""
        try:
            return read()
        except RulesBroken as broken:
            where = f"{file}, " if file else ""
            problems.extend(f"{where}{problem}" for problem in broken.problems)
            return None

    framework = reading(lambda: Framework.parse(texts.get(FRAMEWORK, "")))
    tag_rules = {name: text for name, text in texts.items() if name.startswith(TAGS)}
    rulebook = None
    if framework is not None:
        rulebook = reading(lambda: Rulebook.parse(tag_rules, framework))
    phrases = reading(lambda: phrasebook(texts.get(ANSWERS, "")), ANSWERS)
    bodies = reading(lambda: organisations(texts.get(ORGANISATIONS, "")), ORGANISATIONS)
    if framework and rulebook and phrases and bodies is not None:
        return Rules(framework, rulebook, phrases, bodies)
    raise RulesBroken(tuple(problems))
