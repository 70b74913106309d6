"""The parts of a mail → its words, its attachments, and the mails inside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from mailbridge.domain.message import Attachment, Forwarded
from mailbridge.ingest.attachments import open_attachment
from mailbridge.ingest.bodies import Body, read_body
from mailbridge.ingest.headers import Header, fields_of
from mailbridge.ingest.skim import MAILS, Part

MOST_INNER: Final = 100  # mails attached to a mail whose text is read
# A text part this short may only say that the real letter is the HTML beside it.
_STUB: Final = 200
_BODIES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pgp-encrypted"})


@dataclass(slots=True)
class Contents:
    """What stands in one mail, the mails inside it left out."""

    header: Header
    texts: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)  # words in a winmail.dat, mostly there twice
    attachments: list[Attachment] = field(default_factory=list)
    forwarded: list[Forwarded] = field(default_factory=list)  # in files attached to it

    @property
    def text(self) -> str:
        """Its words: text parts in the order of the mail, one for each set of alternatives."""
        own = [text for text in self.texts if text.strip()]
        return "\n\n".join(own or [text for text in self.spare if text.strip()]).strip("\n")


def contents_of(parts: Sequence[Part], oddities: set[str]) -> list[Contents]:
    """The contents of the mail and of every mail inside it, in order. `oddities` is added to."""
    reader = _Reader(parts, oddities)
    mails: dict[int, Contents] = {0: Contents(parts[0].header)}
    owner: list[int] = []  # part → the mail it belongs to
    sizes = _sizes(parts)
    for index, part in enumerate(parts):
        is_mail = part.parent >= 0 and parts[part.parent].content_type in MAILS
        owner.append(index if is_mail or part.parent < 0 else owner[part.parent])
        mail = mails.setdefault(owner[index], Contents(part.header))
        if part.content_type in _ENCRYPTED or part.parameter("smime-type") == "enveloped-data":
            oddities.add("encrypted")
        if part.content_type in MAILS and part.has_children:
            mail.attachments.append(Attachment(part.filename, part.content_type, sizes[index]))
        elif part.content_type == "text/rfc822-headers":
            # The header of the mail that bounced (RFC 3462 §2): which letter it was.
            mails[-1 - index] = Contents(Header(fields_of(part.lines)))
        elif not part.has_children and not part.content_type.startswith("multipart/"):
            reader.read_leaf(index, mail)
    return list(mails.values())[: MOST_INNER + 1]


def _sizes(parts: Sequence[Part]) -> list[int]:
    """Bytes of each part with everything in it; headers and boundaries left out."""
    sizes = [part.size for part in parts]
    for index in range(len(parts) - 1, 0, -1):
        sizes[parts[index].parent] += sizes[index]
    return sizes


class _Reader:
    """Reads leaves, each once, and knows which ones another part says better."""

    def __init__(self, parts: Sequence[Part], oddities: set[str]) -> None:
        self._parts = parts
        self._oddities = oddities
        self._bodies: dict[int, Body] = {}
        self._unread = self._rejected()

    def read_leaf(self, index: int, mail: Contents) -> None:
        """Add a leaf's words or attachment to its mail."""
        part = self._parts[index]
        if _is_attachment(part):
            opened = open_attachment(part)
            mail.attachments.extend(opened.attachments)
            mail.forwarded.extend(opened.forwarded)
            mail.spare.append(opened.text)
        elif index not in self._unread:
            body = self._body(index)
            mail.texts.append(body.text)
            mail.attachments.extend(body.attachments)

    def _body(self, index: int) -> Body:
        if index not in self._bodies:
            self._bodies[index] = read_body(self._parts[index])
            self._oddities |= self._bodies[index].oddities
        return self._bodies[index]

    def _rejected(self) -> set[int]:
        """The parts that a better alternative makes superfluous (RFC 2046 §5.1.4), and all in them.

        The plain text counts: it is what the writer saw quoted and signed, without a designer's
        tables. Where it is missing, or only says that there is HTML, the HTML counts.
        """
        parts = self._parts
        html: dict[int, int] = {}  # part → the first HTML in it
        children: dict[int, list[int]] = {}
        for index in range(len(parts) - 1, -1, -1):
            part = parts[index]
            if part.content_type == "text/html" and not _is_attachment(part):
                html[index] = index
            if index in html and part.parent >= 0:
                html[part.parent] = html[index]
            children.setdefault(part.parent, []).append(index)
        rejected: set[int] = set()
        for index, part in enumerate(parts):
            if part.parent in rejected:
                rejected.add(index)
            if part.content_type == "multipart/alternative":
                inside = children.get(index, [])[::-1]
                plain = [one for one in inside if _is_plain(parts[one])]
                rich = [one for one in inside if one in html]
                if plain and rich:
                    is_stub = self._is_stub(plain[0], html[rich[0]])
                    rejected.update(plain if is_stub else rich)
        return rejected

    def _is_stub(self, plain: int, rich: int) -> bool:
        text = self._body(plain).text.strip()
        return len(text) < _STUB and len(self._body(rich).text) > 5 * len(text) + _STUB


def _is_plain(part: Part) -> bool:
    return part.content_type == "text/plain" and not part.has_children and not _is_attachment(part)


def _is_attachment(part: Part) -> bool:
    """Whether a leaf is something sent along, not the letter itself."""
    if part.content_type not in _BODIES:
        return True
    return part.disposition == "attachment" or bool(part.filename)
