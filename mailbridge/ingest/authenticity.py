"""What the office's own mail server says of the sender (RFC 8601). Nobody else is believed."""

import re
from dataclasses import dataclass
from typing import Final

from mailbridge.domain.finding import Authenticity
from mailbridge.domain.message import Message

UNNAMED: Final = "-"
"""Stands for "no authserv-id": Exchange Online leaves it out of its fields."""

_RESULT = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,30})(?:\s*/\s*\d+)?\s*=\s*([A-Za-z]{1,30})")
_PROPERTY = re.compile(r'([A-Za-z]{1,20})\.([A-Za-z0-9-]{1,30})\s*=\s*("[^"]*"|[^\s;]+)')
_DOMAINS = ("header.d", "header.i", "smtp.mailfrom", "smtp.helo")
_HOP = re.compile(r"\s*from\s+(\S+)(?:\s+\(([^)]*)\))?", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(\S+)", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w.-])")
_PRIVATE = re.compile(
    r"(?<![\d.:])(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)\d|\[?(?:ipv6:)?(?:::1|f[cd][0-9a-f]{2}:)"
)
_SHARED = frozenset(
    ["ac", "co", "gov", "ltd", "me", "mod", "net", "nhs", "org", "plc", "police", "sch"]
)
_COUNTRIES = frozenset(["au", "uk", "nz", "za"])
_LONGEST: Final = 8_000
# `softfail`, `neutral`, `none`, `temperror`, `permerror` and `policy` say that nothing is known for
# certain (RFC 8601 §2.7): unknown is not no.
_KNOWN: Final = {
    "pass": Authenticity.PASS,
    "fail": Authenticity.FAIL,
    "hardfail": Authenticity.FAIL,
}
# Methods whose pass speaks for somebody: `iprev` and `auth` only tell which machine handed it over.
_VOUCHING: Final = ("spf", "dkim", "arc", "compauth")
# Exchange Online's word for a pass that it worked out where a domain publishes no policy.
_DMARC: Final = {**_KNOWN, "bestguesspass": Authenticity.PASS}


@dataclass(frozen=True, slots=True)
class _Check:
    """One method's result, and the domain it is about."""

    method: str
    result: str
    domain: str

    def __str__(self) -> str:
        return f"{self.method}={self.result}"


def judge(message: Message, authserv_ids: tuple[str, ...]) -> tuple[Authenticity, str]:
    """What our server says of the address in From, and the words for people.

    Only the topmost run of Authentication-Results with one of `authserv_ids` counts. A server puts
    its own above everything that came with the mail, so one further down, below a field of somebody
    else's or below the first hop before ours, may have been written by the sender (RFC 8601 §5; our
    server should remove those, and this does not depend on it).

    DMARC decides where it is there; else DKIM or SPF for the domain in From (RFC 7489 §3.1,
    relaxed). Where both of them fail, for whatever domain, and nothing passes, there is nothing
    left that could make the sender genuine: two fails are a no. So are two senders in From: each
    check is about one of them, and readers see the other (RFC 7489 §6.6.1).

    >>> from mailbridge.domain.message import Address, MessageKey
    >>> words = "mx.office.example; dmarc=pass header.from=x.example"
    >>> mail = Message(MessageKey("k"), from_=(Address("jo@x.example"),),
    ...                headers=(("Authentication-Results", words),))
    >>> judge(mail, ("mx.office.example",))[0].value
    'pass'
    >>> judge(mail, ("mx.other.example",))[0].value
    'unknown'
    """
    senders = {address.addr for address in message.from_}
    if len(senders) > 1:
        return Authenticity.FAIL, f"it names {len(senders)} senders, so that none can be believed"
    if message.sender is None:
        return Authenticity.UNKNOWN, "it names no sender"
    domain = message.sender.domain
    checks = [check for field in _ours(message, authserv_ids) for check in _checks(field)]
    if not checks:
        return Authenticity.UNKNOWN, "our mail server says nothing of the sender"
    for check in checks:
        verdict = _DMARC.get(check.result) if check.method == "dmarc" else None
        if verdict:
            return verdict, f"our mail server: dmarc={check.result} for {domain}"
    aligned = [check for check in checks if _organisation(check.domain) == _organisation(domain)]
    for wanted in (Authenticity.PASS, Authenticity.FAIL):
        words = [str(check) for check in aligned if _KNOWN.get(check.result) is wanted]
        if words:
            return wanted, f"our mail server: {', '.join(words)} for {domain}"
    said = ", ".join(map(str, checks))
    verdicts = {(check.method, _KNOWN.get(check.result)) for check in checks}
    is_passed = any((method, Authenticity.PASS) in verdicts for method in _VOUCHING)
    if not is_passed and all((method, Authenticity.FAIL) in verdicts for method in ("spf", "dkim")):
        return Authenticity.FAIL, f"our mail server finds nothing genuine: {said}"
    return Authenticity.UNKNOWN, f"our mail server does not decide: {said}"


def _ours(message: Message, authserv_ids: tuple[str, ...]) -> list[str]:
    """What our server's own fields say, without comments and authserv-id."""
    ours = {one.strip().lower() for one in authserv_ids if one.strip()}
    found: list[str] = []
    for name, value in message.headers:
        lower = name.lower()
        if lower == "received" and (found or not _is_internal(value[:_LONGEST])):
            break
        if lower == "authentication-results":
            bare = _without_comments(value[:_LONGEST])
            identity, _, results = bare.partition(";")
            if "=" in identity:
                identity, results = UNNAMED, bare
            if identity.split()[:1] and identity.split()[0].strip('"').lower() in ours:
                found.append(results)
    return found


def _without_comments(value: str) -> str:
    """Comments say nothing to programs, and can be made to look like results; they nest."""
    out: list[str] = []
    depth = 0
    for char in value:
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif not depth:
            out.append(char)
    return "".join(out)


def _checks(results: str) -> list[_Check]:
    found = []
    for one in results.split(";"):
        if match := _RESULT.match(one):
            said = {f"{kind}.{name}".lower(): value for kind, name, value in _PROPERTY.findall(one)}
            domain = next((said[name] for name in _DOMAINS if name in said), "")
            domain = domain.strip('"<>').rpartition("@")[2].lower()
            found.append(_Check(match[1].lower(), match[2].lower(), domain))
    return found


def _is_internal(received: str) -> bool:
    """Whether a hop above our server's field is one inside its own house: from a server of the same
    organisation, from a private address, or from a program on the same machine."""
    match = _HOP.match(received)
    if match is None:
        return "from " not in received[:20].lower()
    by = _BY.search(received)
    helo, shown = match[1].lower(), (match[2] or "").lower()
    if helo in {"localhost", "localhost.localdomain"} or _PRIVATE.search(shown):
        return True
    # What a server saw by itself stands in brackets; the name before them is only what it was told.
    seen = _HOST.search(shown)
    host = seen[0] if seen else helo
    return by is not None and _organisation(host) == _organisation(by[1].lower())


def _organisation(domain: str) -> str:
    """The registered domain, near enough: two labels, three below the UK's shared ones.

    >>> _organisation("mail.leeds.gov.uk"), _organisation("bounce.x.example")
    ('leeds.gov.uk', 'x.example')
    """
    labels = domain.strip(".").split(".")
    is_shared = domain.count(".") > 1 and labels[-2] in _SHARED and labels[-1] in _COUNTRIES
    return ".".join(labels[-3:] if is_shared else labels[-2:])
