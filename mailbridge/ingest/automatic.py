"""Whether a person typed a mail just now, or a machine on their behalf or its own."""

import re
from collections.abc import Sequence
from email.message import Message as MimeMessage

from flufl.bounce import all_failures

from mailbridge.domain.message import Automatic
from mailbridge.ingest.headers import Header
from mailbridge.ingest.skim import Keep, Part

# flufl.bounce finds failures in any text that looks like one, a person's complaint about a bounce
# included, so it is asked only about mail that something else marks as a report.
_REPORTERS = re.compile(
    r"<?\"?(?:mailer-?daemon|postmaster|mail-?delivery|mdaemon|mailadm|bounce|mmdf|uucp|system"
    r"|microsoft\s?exchange|administrator)\b|mail delivery|delivery sub|mail administrator"
    r"|postmaster@|mailer-?daemon@|microsoftexchange[0-9a-f]{10,}@",
    re.IGNORECASE,
)
_REPORT_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (?:status|fail|problem|err)"
    r"|(?:mail|message) (?:deliver|fail)"
    r"|fail(?:ure|ed)\b.{0,20}(?:deliver|notice)|non.?deliver|could ?n[o']t be delivered"
    r"|unzustellbar|non remis|nondeliverable|nicht zugestellt|permanent error|user unknown"
    r"|not delivered|undelivered|unable to deliver|^failure notice|^warning: could not send",
    re.IGNORECASE,
)
# An answer that an out-of-office rule or a ticket system gives, by its own name for it.
_REPLY_SUBJECT = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[ -]?(?:response|reply|answer)|autoreply"
    r"|out of (?:the )?office"
    r"|automatische antwort|abwesenheits(?:notiz|nachricht)|réponse automatique"
    r"|respuesta automática"
    r"|risposta automatica|automatisch antwoord|autosvar|ateb awtomatig)\b",
    re.IGNORECASE,
)
# Fields of programs that do not know RFC 3834. `X-Auto-Response-Suppress` is none: Exchange puts
# it on people's own mail to keep other machines quiet ([MS-OXCMAIL] §2.2.3.2.14), and
# `X-MS-Exchange-Inbox-Rules-Loop` stands on what a rule forwards too.
_REPLY_FIELDS = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply",
    "x-autoreply-from", "x-fc-machinegenerated",
)  # fmt: skip
_NOT_SET = frozenset({"no", "false", "0", "none"})
_PRECEDENCE = {
    "auto_reply": Automatic.REPLY,
    "auto-reply": Automatic.REPLY,
    "bulk": Automatic.LIST,
    "junk": Automatic.LIST,
    "list": Automatic.LIST,
}
_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe", "x-mailing-list", "mailing-list")
# RFC 3464 §2.3.3. Some servers write `failure` or `error` for the other one.
_NOT_FAILED = frozenset({b"delayed", b"delivered", b"relayed", b"expanded"})
_KEYWORD = re.compile(r"[A-Za-z-]*")  # parameters and comments may follow it
_DEEPEST = 20  # a report is three deep
_ACTION = re.compile(rb"(?im)^action\s*:\s*([a-z]+)")


def automatic(parts: Sequence[Part], subject: str) -> Automatic:
    """Why no person typed a mail just now, or NO.

    A bounce is looked for first: Postfix and Exim put `Auto-Submitted` on theirs. Then RFC 3834,
    the marks of programs older than it, and the list fields (RFC 2919, RFC 2369). A report that
    nothing failed for good (RFC 3464 `delayed`, `delivered`; RFC 8098) is GENERATED, not BOUNCE.
    """
    header = parts[0].header
    if _looks_like_report(parts, subject):
        verdict = _report(parts)
        if verdict is not Automatic.NO:
            return verdict
    keyword = _KEYWORD.match(header.first("auto-submitted"))
    submitted = keyword[0].lower() if keyword else ""
    is_named_reply = _REPLY_SUBJECT.match(subject) is not None
    if submitted.startswith("auto-"):
        # Exchange says auto-generated of its out-of-office replies.
        return (
            Automatic.REPLY
            if submitted == "auto-replied" or is_named_reply
            else (Automatic.GENERATED)
        )
    if is_named_reply or any(_is_set(header, name) for name in _REPLY_FIELDS):
        return Automatic.REPLY
    precedence = _PRECEDENCE.get(header.first("precedence").strip().lower(), Automatic.NO)
    if precedence is Automatic.NO and any(header.raw(name) for name in _LIST_FIELDS):
        return Automatic.LIST
    return precedence


def _is_set(header: Header, name: str) -> bool:
    values = header.raw(name)
    return bool(values) and header.first(name).strip().lower() not in _NOT_SET


def _looks_like_report(parts: Sequence[Part], subject: str) -> bool:
    header = parts[0].header
    return (
        parts[0].content_type == "multipart/report"
        or any(part.content_type == "message/delivery-status" for part in parts[1:])
        or bool(header.raw("x-failed-recipients"))
        or any(value.strip() == b"<>" for value in header.raw("return-path"))
        or _REPORTERS.search(header.first("from")) is not None
        or _REPORT_SUBJECT.search(subject[:500]) is not None
    )


def _report(parts: Sequence[Part]) -> Automatic:
    kind = parts[0].parameter("report-type").lower()
    actions = {
        action.lower()
        for part in parts
        if part.content_type == "message/delivery-status"
        for action in _ACTION.findall(b"".join(part.lines))
    }
    if b"failed" in actions or parts[0].header.raw("x-failed-recipients"):
        return Automatic.BOUNCE
    try:
        delayed, failed = all_failures(_as_mime(parts))
    except Exception:  # noqa: BLE001  # its detectors raise all sorts on broken reports: not known
        delayed, failed = frozenset(), frozenset()
    if failed and not actions & _NOT_FAILED:
        return Automatic.BOUNCE
    is_report = bool(actions or delayed) or kind == "disposition-notification"
    return Automatic.GENERATED if is_report else Automatic.NO


def _as_mime(parts: Sequence[Part]) -> MimeMessage:
    """The parts as the standard library's tree, which flufl.bounce walks. Mails in the mail that
    lie deeper than a report ever does are left out, so the walk can't run out of stack."""
    nodes: list[MimeMessage | None] = []
    depths: list[int] = []
    for part in parts[:100]:
        node = MimeMessage()
        for name, raw in part.header.fields[:200]:
            node[name] = raw[:2_000].decode("utf-8", "replace").strip().replace("\r", "")
        text = b"".join(part.lines)[:200_000].decode("utf-8", "replace").replace("\r\n", "\n")
        around = nodes[part.parent] if part.parent >= 0 else None
        depths.append(depths[part.parent] + 1 if part.parent >= 0 else 0)
        is_reachable = part.parent < 0 or (around is not None and depths[-1] < _DEEPEST)
        nodes.append(node if is_reachable else None)
        if around is not None and is_reachable:
            around.attach(node)
        if not part.has_children and part.keep is Keep.TEXT:
            _fill(node, part, text)
    root = nodes[0]
    return root if root is not None else MimeMessage()


def _fill(node: MimeMessage, part: Part, text: str) -> None:
    """Give a leaf its text; a delivery status is a list of header blocks (RFC 3464 §2.1)."""
    if part.content_type != "message/delivery-status":
        node.set_payload(text)
        return
    for block in text.strip().split("\n\n")[:1_000]:
        fields = MimeMessage()
        for line in block.split("\n"):
            name, colon, value = line.partition(":")
            if colon and name.strip() and not line[:1].isspace():
                fields[name.strip()] = value.strip()
        node.attach(fields)
