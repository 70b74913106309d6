"""Whose address it is, and what is wrong with a table of organisations."""

import pytest

from mailbridge.domain.people import Organisation
from mailbridge.domain.rules import RulesBroken
from mailbridge.reminders.organisations import (
    check,
    family,
    looks_private,
    looks_public,
    organisation_of,
    organisations,
    unlisted,
)
from mailbridge.shipped import rules_dir

COUNCIL = Organisation("anytown", "Anytown Council", domains=("anytown.gov.example",))
HOUSING = Organisation("homes", "Anytown Homes", domains=("homes.anytown.gov.example",))
MEMBERS = Organisation("members", "Members' desk", emails=("mp@homes.anytown.gov.example",))


@pytest.mark.parametrize(
    ("addr", "whose"),
    [
        ("a@anytown.gov.example", "anytown"),
        ("a@parks.anytown.gov.example", "anytown"),
        ("a@homes.anytown.gov.example", "homes"),
        ("A@Repairs.Homes.Anytown.gov.example", "homes"),
        ("mp@homes.anytown.gov.example", "members"),
        ("a@notanytown.gov.example", None),
        ("a@gov.example", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_address_decides_then_the_longest_domain(addr: str, whose: str | None) -> None:
    found = organisation_of(addr, (COUNCIL, HOUSING, MEMBERS))
    assert (found.id if found else None) == whose


@pytest.mark.parametrize(
    "suffix", ["gov.uk", "nhs.uk", "police.uk", "mod.uk", "gov.scot", "gov.wales", "llyw.cymru"]
)
def test_public_bodies_are_known_by_their_domain(suffix: str) -> None:
    assert looks_public(f"someone@anytown.{suffix}")
    assert not looks_public(f"someone@anytown{suffix}")


def test_parliament_is_no_third_party() -> None:
    assert not looks_public("someone@parliament.uk")


def test_people_have_addresses_at_providers() -> None:
    assert looks_private("Amina@Gmail.com")
    assert not looks_private("amina@anytown.gov.uk")


@pytest.mark.parametrize(
    ("addr", "name"),
    [
        ("a@repairs.anytown.gov.uk", "anytown.gov.uk"),
        ("a@gov.scot", "gov.scot"),
        ("a@mail.shop.co.uk", "shop.co.uk"),
        ("a@mail.shop.example", "shop.example"),
        ("jo@nhs.net", "jo@nhs.net"),
        ("a@localhost", "localhost"),
    ],
)
def test_a_body_that_no_table_knows_is_named_by_what_it_registered(addr: str, name: str) -> None:
    assert family(addr) == name
    assert organisation_of(addr, [unlisted(addr)]) == unlisted(addr)


def test_the_shipped_table_holds_the_bodies_that_offices_write_to() -> None:
    text = (rules_dir() / "organisations.toml").read_text(encoding="utf-8")
    bodies = {body.id: body for body in organisations(text)}
    assert str(bodies["dwp"].wait) == "20 working days"
    assert bodies["phso"].wait is None
    assert all(body.source for body in bodies.values() if body.wait)


def test_every_mistake_is_told_at_once() -> None:
    text = """
[[organisation]]
id = "a"
name = "A"
domains = ["a.example"]
wait = "soon"
colour = "red"
hit = "x@b.example"
miss = "x@a.example"

[[organisation]]
id = "a"
name = "B"
domains = ["a.example"]
wait = "5 working days"
hit = "x@a.example"
miss = "x@c.example"
"""
    with pytest.raises(RulesBroken) as broken:
        organisations(text)
    told = "\n".join(broken.value.problems)
    assert check(text) == broken.value.problems
    for words in (
        "nobody reads its field 'colour'",
        "its wait 'soon' is not like",
        "its hit x@b.example is not found",
        "its miss x@a.example is taken",
        "it has a wait but no source",
        "the id a is claimed by a already",
        "a.example is claimed by a already",
    ):
        assert words in told


@pytest.mark.parametrize("text", ["[[organisation", "organisation = 3", "organisation = [1]"])
def test_what_is_no_table_at_all_is_one_clear_mistake(text: str) -> None:
    assert len(check(text)) == 1
