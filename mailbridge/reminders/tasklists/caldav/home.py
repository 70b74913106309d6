"""The calendars and task lists of one account, as collections on its server (RFC 4791)."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from mailbridge.domain.errors import NotThere, Refused, TryLater
from mailbridge.reminders.tasklists.caldav import dav
from mailbridge.reminders.tasklists.caldav.wire import Response, Wire

_AT_ONCE = 50  # entries in one request: few enough for any server's limits
_MOST_PAGES = 1000
_NOT_A_SLUG = re.compile(r"[^a-z0-9]+")
_HOME = ("d:current-user-principal", "c:calendar-home-set", "d:resourcetype")
_LISTED = (
    "d:resourcetype",
    "d:displayname",
    "c:supported-calendar-component-set",
    "d:sync-token",
    "cs:getctag",
)
_REDIRECTS = frozenset({301, 302, 307, 308})


@dataclass(frozen=True, slots=True)
class Collection:
    """A calendar or task list. Equal marks mean that nothing in it changed; "" means unknown."""

    href: str
    name: str  # what people see
    kinds: frozenset[str]  # {"VTODO"}; empty where the server takes any
    mark: str  # "sync:…" with the token of RFC 6578, "ctag:…" on servers without, or ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the server has it now."""

    href: str
    etag: str
    data: bytes
    collection: Collection


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in a collection: addresses with ETags, those that are gone, the new mark."""

    etags: Mapping[str, str]
    gone: tuple[str, ...]
    mark: str


class Home:
    """An account's collections. `wire.url` may be the server, the account or the home itself."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._found: str = ""

    def collections(self, kind: str) -> tuple[Collection, ...]:
        """The collections that take this kind of entry ("VTODO"), asked for afresh."""
        body = dav.propfind(*_LISTED)
        listed = self._asked("PROPFIND", self._home(), body, depth="1")
        collections = (
            Collection(
                href=found.href,
                name=found.text("d:displayname") or found.href.rstrip("/").rpartition("/")[2],
                kinds=found.kinds(),
                mark=_mark(found),
            )
            for found in listed.resources
            if found.has("d:resourcetype", "c:calendar")
        )
        fitting = (found for found in collections if not found.kinds or kind in found.kinds)
        return tuple(sorted(fitting, key=lambda found: found.href))

    def collection(self, name: str, kind: str) -> Collection:
        """The collection of this name, made if need be. Two of one name: the first by address.

        Its address is made from its name, so that a cut leaves one that the next call finds.
        """
        for found in self.collections(kind):
            if found.name == name:
                return found
        slug = _NOT_A_SLUG.sub("-", name.lower()).strip("-")
        digest = hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=4).hexdigest()
        for number in ("", "-2", "-3"):  # somebody may have renamed one that we made
            href = _below(self._home(), f"{slug}-{digest}{number}".lstrip("-") + "/")
            # Where there is something already, servers say 405, 409 or 403 (RFC 4791 §5.3.1.2).
            made = self._wire.ask(
                "MKCALENDAR", href, dav.mkcalendar(name, kind), also=(403, 405, 409, 501)
            )
            for found in self.collections(kind):
                if found.name == name:
                    return found
            if made.status in {403, 501} and not dav.reason_in(made.body):
                break
        raise Refused(
            f"There is no list named {name}, and the server does not let this account make one. "
            "Make it by hand, under just this name"
        )

    def etags(self, collection: Collection) -> dict[str, str]:
        """Every entry's address and ETag."""
        listed = self._asked("PROPFIND", collection.href, dav.propfind("d:getetag"), depth="1")
        own = dav.path_of(collection.href).rstrip("/")
        return {
            found.href: found.text("d:getetag")
            for found in listed.resources
            if found.status in dav.SUCCESS and dav.path_of(found.href).rstrip("/") != own
        }

    def changes(self, collection: Collection, since: str) -> Changes | None:
        """What changed since a mark of this collection; None when the server forgot, or keeps no
        history, and everything must be listed."""
        token = since.removeprefix("sync:")
        if token == since or not collection.mark.startswith("sync:"):
            return None
        etags: dict[str, str] = {}
        gone: dict[str, None] = {}
        own = dav.path_of(collection.href).rstrip("/")
        for _page in range(_MOST_PAGES):
            # A token too old is told by 403, 409 or 412 with valid-sync-token (RFC 6578 §3.2);
            # servers that lack the report answer with whatever refusal they like.
            response = self._wire.ask(
                "REPORT",
                collection.href,
                dav.sync(token),
                {"Depth": "0"},
                also=(400, 403, 405, 409, 412, 415, 422, 501),
            )
            if response.status not in dav.SUCCESS:
                return None
            answer = _read(response)
            is_cut = False
            for found in answer.resources:
                if dav.path_of(found.href).rstrip("/") == own:
                    is_cut = is_cut or found.status == dav.CUT
                elif found.status == dav.GONE:
                    gone[found.href] = None
                    etags.pop(found.href, None)
                else:
                    etags[found.href] = found.text("d:getetag")
                    gone.pop(found.href, None)
            if not answer.token or (is_cut and answer.token == token):
                return None
            token = answer.token
            if not is_cut:
                return Changes(etags, tuple(gone), f"sync:{token}")
        return None

    def read(self, collection: Collection, hrefs: Iterable[str]) -> Iterator[Entry]:
        """The entries at these addresses; those that are gone are left out."""
        left = iter(hrefs)
        while some := tuple(islice(left, _AT_ONCE)):
            yield from self._entries(collection, dav.multiget(some))

    def with_uid(self, collection: Collection, kind: str, uid: str) -> Iterator[Entry]:
        """The entries with this UID: first by the address that we give ours, then by a search for
        those that other programs put elsewhere. iCloud searches nothing by UID."""
        with suppress(NotThere):  # some answer so for the one entry, and some for all of it
            yield from self.read(collection, [_below(collection.href, f"{uid}.ics")])
        with suppress(Refused):
            yield from self._entries(collection, dav.by_uid(kind, uid))

    def write(self, href: str, data: bytes, etag: str | None) -> None:
        """Overwrite the version with this ETag, or, None, make an entry where there is none yet.
        Raises ChangedMeanwhile otherwise."""
        condition = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        self._wire.ask("PUT", href, data, headers)

    def move(self, href: str, collection: Collection) -> str:
        """Move an entry to another collection, where nothing is overwritten; its new address."""
        target = _below(collection.href, dav.path_of(href).rpartition("/")[2])
        whole = urljoin(self._wire.url, target)
        response = self._wire.ask(
            "MOVE", href, headers={"Destination": whole, "Overwrite": "F"}, also=(405, 501)
        )
        if response.status in {405, 501}:
            raise Refused(
                f"This server cannot move a task to another list. Move it to {collection.name} by "
                "hand, or leave it where it is"
            )
        return target

    def _home(self) -> str:
        """The address that holds the collections (RFC 4791 §6.2.1), looked for once."""
        if not self._found:
            self._found = self._looked_for(self._wire.url)
        return self._found

    def _looked_for(self, url: str) -> str:
        at = self._first(url)
        home = at.href_in("c:calendar-home-set")
        principal = at.href_in("d:current-user-principal")
        if not home and principal:
            home = self._first(principal).href_in("c:calendar-home-set")
        if home:
            return home
        # Told that the address is the home itself.
        return url

    def _first(self, href: str) -> dav.Resource:
        body = dav.propfind(*_HOME)
        headers = {"Depth": "0"}
        response = self._wire.ask("PROPFIND", href, body, headers, (404, 405, *_REDIRECTS))
        if response.status in {404, 405} and not urlsplit(href).path.strip("/"):
            # RFC 6764 §5: where a server's name alone is known.
            href = urljoin(href, "/.well-known/caldav")
            response = self._wire.ask("PROPFIND", href, body, headers, (404, *_REDIRECTS))
        if response.status in _REDIRECTS and response.location:
            response = self._wire.ask("PROPFIND", urljoin(href, response.location), body, headers)
        if response.status not in dav.SUCCESS:
            raise NotThere(_NO_SERVER)
        resources = _read(response).resources
        if not resources:
            raise NotThere(_NO_SERVER)
        return resources[0]

    def _entries(self, collection: Collection, body: str) -> Iterator[Entry]:
        for found in self._asked("REPORT", collection.href, body, depth="1").resources:
            etag, data = found.text("d:getetag"), found.text("c:calendar-data")
            if found.status in dav.SUCCESS and etag and data:
                yield Entry(found.href, etag, data.encode(), collection)

    def _asked(self, method: str, href: str, body: str, *, depth: str) -> dav.Answer:
        return _read(self._wire.ask(method, href, body, {"Depth": depth}))


_NO_SERVER = (
    "There is no CalDAV server at the configured `url`. Nextcloud's ends in /remote.php/dav; see "
    "docs/caldav.md."
)


def _read(response: Response) -> dav.Answer:
    try:
        return dav.answer_in(response.body)
    except dav.Broken as error:
        raise TryLater(f"The calendar server's answer cannot be read: {error}.") from None


def _mark(found: dav.Resource) -> str:
    token, tag = found.text("d:sync-token"), found.text("cs:getctag")
    return f"sync:{token}" if token else f"ctag:{tag}" if tag else ""


def _below(href: str, name: str) -> str:
    return f"{href.rstrip('/')}/{name}"
