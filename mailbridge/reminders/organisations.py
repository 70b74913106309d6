"""Third parties: the table in rules/organisations.toml, and who an address belongs to."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from mailbridge.domain.people import Organisation, Wait, WaitUnit, wait_from
from mailbridge.domain.rules import RulesBroken

_FIELDS = frozenset(
    [
        "id",
        "name",
        "kind",
        "domains",
        "emails",
        "aliases",
        "wait",
        "receipt_days",
        "source",
        "hit",
        "miss",
    ]
)

# Whose every sub-domain, and every domain under them, is a public body's.
_PUBLIC = [
    "gov.uk",
    "nhs.uk",
    "nhs.net",
    "nhs.scot",
    "nhs.wales",
    "hscni.net",
    "police.uk",
    "mod.uk",
    "gov.scot",
    "gov.wales",
    "llyw.cymru",
    "judiciary.uk",
]

# Mail services that many bodies share: the domain does not say whose mail it is.
_SHARED = ("nhs.net", "cjsm.net", "notifications.service.gov.uk")

# Where people, not bodies, have their addresses.
_PRIVATE = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "live.com",
        "live.co.uk",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "aol.co.uk",
        "btinternet.com",
        "btopenworld.com",
        "sky.com",
        "virginmedia.com",
        "ntlworld.com",
        "blueyonder.co.uk",
        "talktalk.net",
        "tiscali.co.uk",
        "plus.com",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "gmx.co.uk",
        "mail.com",
        "zoho.com",
        "fastmail.com",
        "zen.co.uk",
    ]
)

# Second levels under which bodies register their names: anytown.gov.uk, shop.co.uk.
_SECOND_LEVELS = frozenset(
    [
        "ac",
        "co",
        "gov",
        "ltd",
        "me",
        "mod",
        "net",
        "nhs",
        "org",
        "parliament",
        "plc",
        "police",
        "sch",
        "service",
    ]
)


def organisations(text: str) -> tuple[Organisation, ...]:
    """The bodies of a text like rules/organisations.toml.

    Raises RulesBroken with every mistake in it.

    >>> text = '''[[organisation]]
    ... id = "anytown"
    ... name = "Anytown Council"
    ... domains = ["anytown.gov.example"]
    ... wait = "10 working days"
    ... source = "its website, May 2026"
    ... hit = "repairs@housing.anytown.gov.example"
    ... miss = "repairs@othertown.gov.example"
    ... '''
    >>> [str(body.wait) for body in organisations(text)]
    ['10 working days']
    >>> organisations("[[organisation]]")
    Traceback (most recent call last):
    mailbridge.domain.rules.RulesBroken: organisation 1: it has no id
    organisation 1: it has no name
    organisation 1: it has no hit
    organisation 1: it has no miss
    organisation 1: it needs a domain, an e-mail address or an alias to be known by
    """
    tables = _tables(text)
    bodies = tuple(_organisation(table) for table in tables)
    problems = (
        *(
            f"{table.get('id') or f'organisation {n}'}: {problem}"
            for n, (table, body) in enumerate(zip(tables, bodies, strict=True), start=1)
            for problem in _problems(table, body, bodies)
        ),
        *_claimed_twice(bodies),
    )
    if problems:
        raise RulesBroken(problems)
    return bodies


def check(text: str) -> tuple[str, ...]:
    """Every mistake of a text like rules/organisations.toml; nothing where it is fine.

    >>> check("")
    ()
    >>> check("organisation = 3")
    ('organisation must be a list: [[organisation]] above each one',)
    """
    try:
        organisations(text)
    except RulesBroken as broken:
        return broken.problems
    return ()


def organisation_of(addr: str, bodies: Iterable[Organisation]) -> Organisation | None:
    """Whose address this is: by the address itself, else by the longest domain it lies under.

    >>> council = Organisation("anytown", "Anytown Council", domains=("anytown.gov.example",))
    >>> organisation_of("repairs@housing.anytown.gov.example", [council]).name
    'Anytown Council'
    >>> organisation_of("repairs@notanytown.gov.example", [council]) is None
    True
    """
    addr = addr.lower()
    found = [
        (length, body)
        for body in bodies
        if (length := 1000 if addr in body.emails else _reach(addr, body.domains))
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def named(name: str, bodies: Iterable[Organisation]) -> Organisation | None:
    """Which body goes by this name or alias, in any letter case: for letters logged by hand.

    >>> council = Organisation("anytown", "Anytown Council", aliases=("ATC",))
    >>> named("atc", [council]).id, named("Other Council", [council])
    ('anytown', None)
    """
    wanted = " ".join(name.split()).casefold()
    return next(
        (body for body in bodies if wanted in {n.casefold() for n in (body.name, *body.aliases)}),
        None,
    )


def unlisted(addr: str) -> Organisation:
    """A body made up from an address that no table knows: its domain is its name.

    >>> unlisted("Housing@repairs.anytown.gov.uk").id
    'anytown.gov.uk'
    >>> unlisted("jo.bloggs1@nhs.net").id  # all of the health service shares this domain
    'jo.bloggs1@nhs.net'
    """
    name = family(addr)
    is_shared = "@" in name
    return Organisation(
        id=name,
        name=name,
        kind="public body" if looks_public(addr) else "",
        domains=() if is_shared else (name,),
        emails=(name,) if is_shared else (),
    )


def family(addr: str) -> str:
    """The domain a body registered, whichever of its sub-domains an address lies in.

    The whole address where many bodies share a domain.

    >>> family("a@housing.anytown.gov.uk"), family("b@mail.shop.example")
    ('anytown.gov.uk', 'shop.example')
    >>> family("no address")
    'no address'
    """
    addr = addr.lower()
    _, at, domain = addr.rpartition("@")
    if not at or domain in _SHARED:
        return addr
    labels = domain.split(".")
    return ".".join(labels[-3:] if labels[-2:-1] and labels[-2] in _SECOND_LEVELS else labels[-2:])


def looks_public(addr: str) -> bool:
    """Whether the domain is one that only public bodies get. Parliament's is the office's own.

    >>> looks_public("housing@anytown.gov.uk"), looks_public("clinic@nhs.net")
    (True, True)
    >>> looks_public("office@parliament.uk"), looks_public("me@mygov.uk")
    (False, False)
    """
    return _reach(addr.lower(), _PUBLIC) > 0


def looks_private(addr: str) -> bool:
    """Whether it is an address at a provider where people, not bodies, have theirs.

    >>> looks_private("amina@gmail.com"), looks_private("lettings@homes.example")
    (True, False)
    """
    return addr.lower().rpartition("@")[2] in _PRIVATE


def _reach(addr: str, domains: Iterable[str]) -> int:
    """The length of the longest of these domains that an address lies under; 0 for none."""
    domain = addr.rpartition("@")[2]
    return max(
        (len(each) for each in domains if domain == each or domain.endswith(f".{each}")),
        default=0,
    )


def _tables(text: str) -> list[dict[str, object]]:
    try:
        tables = tomllib.loads(text).get("organisation", [])
    except tomllib.TOMLDecodeError as error:
        raise RulesBroken((f"this is not a table of organisations: {error}",)) from error
    if not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
        raise RulesBroken(("organisation must be a list: [[organisation]] above each one",))
    return tables


def _organisation(table: Mapping[str, object]) -> Organisation:
    wait = wait_from(str(table.get("wait", "")))
    receipt = table.get("receipt_days", 0)
    if wait is not None and isinstance(receipt, int):
        wait = Wait(wait.length, WaitUnit(wait.unit), receipt)
    return Organisation(
        id=str(table.get("id", "")),
        name=str(table.get("name", "")),
        kind=str(table.get("kind", "")),
        domains=_words(table, "domains"),
        emails=_words(table, "emails"),
        aliases=_words(table, "aliases"),
        wait=wait,
        source=str(table.get("source", "")),
    )


def _words(table: Mapping[str, object], field: str) -> tuple[str, ...]:
    values = table.get(field, [])
    if not isinstance(values, list):
        return ()
    words = tuple(str(value) for value in cast("list[object]", values))
    return words if field == "aliases" else tuple(word.lower() for word in words)


def _problems(
    table: Mapping[str, object], body: Organisation, bodies: tuple[Organisation, ...]
) -> Iterator[str]:
    """What is wrong with one entry, a sentence each."""
    yield from (f"nobody reads its field {field!r}" for field in sorted(table.keys() - _FIELDS))
    yield from (
        f"it has no {field}" for field in ("id", "name", "hit", "miss") if not table.get(field)
    )
    for field in ("domains", "emails", "aliases"):
        if not isinstance(table.get(field, []), list):
            yield f'{field} must be a list: ["…"]'
    if not (body.domains or body.emails or body.aliases):
        yield "it needs a domain, an e-mail address or an alias to be known by"
    if "wait" in table and body.wait is None:
        yield f"its wait {table['wait']!r} is not like '20 working days', '21 days' or '3 weeks'"
    if body.wait is not None and not body.source:
        yield "it has a wait but no source: say where it is published, and when it was read"
    if not isinstance(table.get("receipt_days", 0), int):
        yield "receipt_days must be a whole number of working days"
    if (hit := str(table.get("hit", ""))) and _known_as(hit, bodies) != body:
        yield f"its hit {hit} is not found to be its own"
    if (miss := str(table.get("miss", ""))) and _known_as(miss, bodies) == body:
        yield f"its miss {miss} is taken for its own"


def _known_as(words: str, bodies: tuple[Organisation, ...]) -> Organisation | None:
    return organisation_of(words, bodies) if "@" in words else named(words, bodies)


def _claimed_twice(bodies: tuple[Organisation, ...]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for body in bodies:
        for claim in (f"the id {body.id}", *body.domains, *body.emails):
            if owner := owners.get(claim):
                yield f"{body.id}: {claim} is claimed by {owner} already"
            owners[claim] = body.id or "another"
