"""The rules that ship: every file is read, and every hit and miss in them holds."""

from functools import cache
from pathlib import Path

from mailbridge.domain.finding import Facet
from mailbridge.planning.rules import parse_rules
from mailbridge.shipped import rules_dir
from mailbridge.tagging.framework import Framework, Tag
from mailbridge.tagging.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent


def texts() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in rules_dir().glob("*.toml")}


@cache
def tag_rules() -> tuple[Framework, Rulebook]:
    framework = Framework.parse(texts()["framework.toml"])
    files = {name: text for name, text in texts().items() if name.startswith("tags-")}
    return framework, Rulebook.parse(files, framework)


def test_every_rule_file_that_ships_is_read_as_the_daemon_reads_it() -> None:
    # Organisations and answer phrases refuse a sample that does not hold when they are read.
    rules = parse_rules(texts())
    assert rules.organisations
    assert rules.phrasebook.phrases
    assert rules.rulebook.rules


def test_every_tag_rule_hits_its_hit_and_misses_its_miss() -> None:
    _, rulebook = tag_rules()
    assert len(rulebook.rules) >= 60
    assert rulebook.unproven() == ()


def test_every_tag_can_be_suggested_by_some_rule() -> None:
    framework, rulebook = tag_rules()
    ruled = {rule.tag for rule in rulebook.rules}
    assert [tag.name for tag in framework.tags if tag.name not in ruled] == []


def test_only_an_issue_may_be_put_on_without_asking() -> None:
    # Who may see a letter, and how soon it must be read, is for people to say.
    framework, rulebook = tag_rules()
    issues = {tag.name for tag in framework.of(Facet.ISSUE)}
    assert [rule.id for rule in rulebook.rules if rule.is_sure and rule.tag not in issues] == []


def row(tag: Tag) -> str:
    return f"| `{tag.name}` | {tag.facet} | {tag.colour} | {tag.use} | {tag.avoid} |"


def test_the_table_in_the_documents_is_the_framework() -> None:
    framework, _ = tag_rules()
    wanted = [row(tag) for tag in framework.tags]
    page = (ROOT / "docs" / "tags.md").read_text("utf-8")
    shown = [line for line in page.splitlines() if line.startswith("| `") and "?`" not in line]
    assert shown == wanted, "docs/tags.md should hold:\n" + "\n".join(wanted)
