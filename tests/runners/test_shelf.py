"""Broken rules never come into force, and never leave an office without rules."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbridge.domain.rules import RulesBroken
from mailbridge.runners.shelf import BROKEN, GOOD, Shelf
from mailbridge.store import state
from mailbridge.store.engine import Store, open_store
from mailbridge.store.tables import organisations

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)

FRAMEWORK = """
[facet]
issue = "blue"
urgency = "red"
sensitivity = "purple"
transferability = "steel"
[[tag]]
name = "Housing"
facet = "issue"
use = "Homes."
"""
COUNCIL = """
[[organisation]]
id = "anytown-council"
name = "{name}"
domains = ["anytown.example"]
source = "made up"
hit = "housing@anytown.example"
miss = "housing@othertown.example"
"""
GOOD_TEXTS = {"framework.toml": FRAMEWORK, "organisations.toml": COUNCIL.format(name="Old name")}
NEWER = {**GOOD_TEXTS, "organisations.toml": COUNCIL.format(name="New name")}
BAD_TEXTS = {**GOOD_TEXTS, "framework.toml": "nonsense"}


class Office:
    """A rules folder that tests write into, and shelves that are started on it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.texts: dict[str, str] = GOOD_TEXTS
        self.shelf = self.restarted()

    def restarted(self) -> Shelf:
        return Shelf(lambda: self.texts, self.store, lambda: NOW)

    def name(self) -> str:
        (body,) = self.shelf.rules().organisations
        return body.name

    def note(self, name: str) -> str | None:
        with self.store.reading() as tx:
            note = state.note(tx, name)
        return note.value if note else None


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield Office(store)
    store.close()


def test_rules_are_read_again_when_their_texts_change(office: Office) -> None:
    assert office.name() == "Old name"
    office.texts = NEWER
    assert office.name() == "New name"


def test_rules_that_did_not_change_are_not_parsed_again(office: Office) -> None:
    first = office.shelf.rules()
    office.texts = dict(GOOD_TEXTS)
    assert office.shelf.rules() is first


def test_broken_rules_leave_the_old_ones_in_force_and_say_so(office: Office) -> None:
    assert office.name() == "Old name"
    office.texts = BAD_TEXTS
    for _ in range(2):
        assert office.name() == "Old name"
    assert "framework.toml" in str(office.note(BROKEN))
    assert json.loads(str(office.note(GOOD))) == GOOD_TEXTS


def test_broken_rules_leave_the_old_ones_in_force_across_a_restart(office: Office) -> None:
    office.texts = NEWER
    assert office.name() == "New name"
    office.texts = BAD_TEXTS
    office.shelf = office.restarted()
    assert office.name() == "New name"
    assert office.note(BROKEN)


def test_mended_rules_come_into_force_and_the_trouble_is_over(office: Office) -> None:
    office.name()
    office.texts = BAD_TEXTS
    office.name()
    office.texts = NEWER
    assert office.name() == "New name"
    assert office.note(BROKEN) is None


def test_a_rules_folder_that_vanished_leaves_the_old_rules_in_force(office: Office) -> None:
    office.name()
    office.texts = {}
    assert office.name() == "Old name"
    assert office.note(BROKEN)


def test_an_office_that_never_had_sound_rules_is_told_every_time(office: Office) -> None:
    office.texts = BAD_TEXTS
    for _ in range(2):
        with pytest.raises(RulesBroken, match=r"framework\.toml"):
            office.shelf.rules()
    assert office.note(GOOD) is None


def test_old_rules_that_a_newer_mailbridge_cannot_read_do_not_hide_todays_mistakes(
    office: Office,
) -> None:
    with office.store.writing() as tx:
        state.write_note(tx, GOOD, json.dumps({"framework.toml": "of another time"}), NOW)
    office.texts = BAD_TEXTS
    with pytest.raises(RulesBroken) as told:
        office.shelf.rules()
    assert "Expected" in str(told.value)
    assert str(told.value) == office.note(BROKEN)


def test_the_offices_own_entry_of_a_body_goes_before_the_shipped_one(office: Office) -> None:
    own = {"id": "anytown-council", "name": "Our own entry"}
    with office.store.writing() as tx:
        tx.execute(organisations.insert().values(**own, domains=[], emails=[], aliases=[]))
    (body,) = office.shelf.organisations()
    assert body.name == "Our own entry"
