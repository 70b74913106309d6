"""What a CalDAV server is asked and what it answers, as XML (RFC 4918, 4791, 6578). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = {
    "d": "DAV:",
    "c": "urn:ietf:params:xml:ns:caldav",
    # Where getctag was first described: CalendarServer's "caldav-ctag" note.
    "cs": "http://calendarserver.org/ns/",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
_DATA = "<d:prop><d:getetag/><c:calendar-data/></d:prop>"


SUCCESS = range(200, 300)
REDIRECTION = range(300, 400)
GONE = 404  # of an entry in an answer: RFC 6578 §3.5.2
CUT = 507  # of a whole collection in an answer: RFC 6578 §3.6


class Broken(ValueError):
    """The answer is no XML that a server would send, or half of one."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One `response` of an answer: what the server says of one address.

    `status` is 200, or what the server said of the whole resource: 404 when it is gone.
    """

    href: str  # as the server spells it; a path, or a whole URL on another host
    status: int
    found: Mapping[str, ET.Element]  # the properties it has, by name ("d:getetag")

    def text(self, name: str) -> str:
        """A property's text, "" when there is none."""
        element = self.found.get(name)
        return (element.text or "").strip() if element is not None else ""

    def href_in(self, name: str) -> str:
        """The address that a property holds, "" when there is none."""
        element = self.found.get(name)
        href = element.find("{DAV:}href") if element is not None else None
        return (href.text or "").strip() if href is not None else ""

    def has(self, name: str, tag: str) -> bool:
        """Whether a property holds an element of this name: `resourcetype`, `c:calendar`."""
        element = self.found.get(name)
        return element is not None and element.find(_clark(tag)) is not None

    def kinds(self) -> frozenset[str]:
        """What may stand in a calendar: {"VTODO"}. Empty when the server does not say, and then
        everything may (RFC 4791 §5.2.3)."""
        element = self.found.get("c:supported-calendar-component-set")
        return frozenset(comp.get("name", "").upper() for comp in element or ())


@dataclass(frozen=True, slots=True)
class Answer:
    """A multistatus (RFC 4918 §13) as we use it."""

    resources: tuple[Resource, ...]
    token: str = ""  # RFC 6578 §6.4; "" where none was asked for


def answer_in(body: bytes) -> Answer:
    """What a server said. Raises Broken.

    >>> answer_in(b"<multistatus xmlns='DAV:'><response><href>/a/</href>"
    ...           b"<status>HTTP/1.1 404 Not Found</status></response></multistatus>").resources
    (Resource(href='/a/', status=404, found={}),)
    >>> answer_in(b"<multistatus xmlns='DAV:'>")
    Traceback (most recent call last):
    mailbridge.reminders.tasklists.caldav.dav.Broken: the XML ends early or is none
    """
    root = _xml(body)
    if root.tag != "{DAV:}multistatus":
        raise Broken("the XML is no multistatus")
    return Answer(
        resources=tuple(map(_resource, root.findall("{DAV:}response"))),
        token=(root.findtext("{DAV:}sync-token") or "").strip(),
    )


def reason_in(body: bytes) -> str:
    """The precondition that a refusal names (RFC 4918 §16), "" when it names none.

    >>> reason_in(b"<error xmlns='DAV:'><valid-sync-token/></error>")
    'valid-sync-token'
    >>> reason_in(b"<html>No</html>")
    ''
    """
    try:
        root = _xml(body)
    except Broken:
        return ""
    first = next(iter(root), None) if root.tag == "{DAV:}error" else None
    return first.tag.rpartition("}")[2] if first is not None else ""


def propfind(*names: str) -> str:
    """Asks for properties (RFC 4918 §9.1)."""
    return _document("d:propfind", f"<d:prop>{''.join(f'<{name}/>' for name in names)}</d:prop>")


def multiget(hrefs: Iterable[str]) -> str:
    """Asks for the entries at these addresses (RFC 4791 §7.9)."""
    wanted = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return _document("c:calendar-multiget", _DATA + wanted)


def by_uid(kind: str, uid: str) -> str:
    """Asks for the entries with a UID (RFC 4791 §7.8.6). The match is of a part of the text
    (§9.7.5), so the answer may hold more."""
    return _document(
        "c:calendar-query",
        f'{_DATA}<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="{kind}">'
        f'<c:prop-filter name="UID"><c:text-match collation="i;octet">{escape(uid)}</c:text-match>'
        "</c:prop-filter></c:comp-filter></c:comp-filter></c:filter>",
    )


def sync(token: str) -> str:
    """Asks what changed since a token (RFC 6578 §3.2)."""
    return _document(
        "d:sync-collection",
        f"<d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/></d:prop>",
    )


def mkcalendar(name: str, kind: str) -> str:
    """Makes a collection for one kind of entry (RFC 4791 §5.3.1)."""
    return _document(
        "c:mkcalendar",
        f"<d:set><d:prop><d:displayname>{escape(name)}</d:displayname>"
        f"<c:supported-calendar-component-set><c:comp name={quoteattr(kind)}/>"
        "</c:supported-calendar-component-set></d:prop></d:set>",
    )


def path_of(href: str) -> str:
    """An address without scheme and host: what two spellings of it have in common."""
    return urlsplit(href).path


def _document(tag: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><{tag} {_DECLARED}>{inner}</{tag}>'


def _xml(body: bytes) -> ET.Element:
    try:
        text = body.decode("utf-8-sig")
        if "<!DOCTYPE" in text:
            # What makes XML dangerous (entities without end, files read) is declared in a DTD.
            raise Broken("the XML declares a document type")
        return ET.fromstring(text)  # noqa: S314  # without a DTD there are no entities to misuse
    except (ET.ParseError, ValueError) as error:
        if isinstance(error, Broken):
            raise
        raise Broken("the XML ends early or is none") from error


def _resource(response: ET.Element) -> Resource:
    found: dict[str, ET.Element] = {}
    for propstat in response.findall("{DAV:}propstat"):
        if _status(propstat) in SUCCESS:
            for element in propstat.findall("{DAV:}prop/*"):
                found[_short(element.tag)] = element
    return Resource(
        href=(response.findtext("{DAV:}href") or "").strip(),
        status=_status(response),
        found=found,
    )


def _status(element: ET.Element) -> int:
    """The code in `HTTP/1.1 404 Not Found`; 200 where there is none."""
    words = (element.findtext("{DAV:}status") or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 200


def _short(tag: str) -> str:
    for prefix, uri in _NAMESPACES.items():
        if tag.startswith(f"{{{uri}}}"):
            return f"{prefix}:{tag.rpartition('}')[2]}"
    return tag


def _clark(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
