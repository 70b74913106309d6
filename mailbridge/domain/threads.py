"""Which mails a mail answers, and what a conversation is called."""

import re
from typing import Final

from mailbridge.domain.message import Automatic, Message

MOST_IDS: Final = 50


def thread_ids(message: Message) -> tuple[str, ...]:
    """Message-IDs this mail answers or refers to, nearest first, each once, itself left out.

    In-Reply-To names the mail answered, References the way there with the oldest first (RFC 5322
    §3.6.4); In-Reply-To goes first because gateways shorten References in the middle (RFC 5537
    §3.4.4). At most fifty. Identifiers that were wrapped are whole again: see `message_ids`. A
    bounce seldom says what it answers, but gives the mail back, or its header (RFC 3462 §2).

    >>> from mailbridge.domain.message import MessageKey
    >>> thread_ids(Message(MessageKey("k"), in_reply_to=("c@x",), references=("a@x", "c@x")))
    ('c@x', 'a@x')
    >>> thread_ids(Message(MessageKey("k")))
    ()
    >>> from mailbridge.domain.message import Forwarded
    >>> ours = Forwarded(None, "Damp", None, "", "letter@x")
    >>> thread_ids(Message(MessageKey("k"), automatic=Automatic.BOUNCE, forwarded=(ours,)))
    ('letter@x',)
    """
    is_bounce = message.automatic is Automatic.BOUNCE
    returned = (each.message_id for each in message.forwarded) if is_bounce else ()
    nearest_first = (*returned, *message.in_reply_to, *reversed(message.references))
    distinct = dict.fromkeys(one for one in nearest_first if one and one != message.message_id)
    return tuple(distinct)[:MOST_IDS]


# RFC 5256 §2.1 knows re, fw and fwd, a "[blob]" before them, and "(fwd)" at the end. The other
# words are what mail programs in the office's other languages and out-of-office rules write.
_LEADER = re.compile(
    r"(?:\[[^\[\]]{1,60}\]\s*)*"
    r"(?:re|fwd?|aw|wg|sv|vs|antw?|tr|rv|res|enc|odp|ynt|vb|rif|回复|答复|转发"
    r"|automatic reply|auto(?:matic)?[ -]?(?:response|reply)|autoreply|out of (?:the )?office"
    r"(?: (?:auto)?reply)?|automatische antwort|réponse automatique|respuesta automática)"
    r"\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?\s*[:：]\s*",
    re.IGNORECASE,
)
_TRAILER = re.compile(r"\s*\(fwd\)\s*$", re.IGNORECASE)
_BLOB = re.compile(r"\[[^\[\]]{1,60}\]\s*(?=\S)")
_WRAPPED = re.compile(r"\[fwd:\s*(.*)\]", re.IGNORECASE)
_MOST_LEADERS = 50


def base_subject(subject: str) -> str:
    """A subject without what programs add in answering and forwarding (RFC 5256 §2.1).

    >>> base_subject("RE: [External] AW: Damp at Elm Court (fwd)")
    'Damp at Elm Court'
    >>> base_subject("Reform of the park")
    'Reform of the park'
    """
    text = " ".join(subject[:2_000].split())
    for _ in range(_MOST_LEADERS):
        before = text
        text = _TRAILER.sub("", text)
        if (match := _LEADER.match(text)) or (match := _BLOB.match(text)):
            text = text[match.end() :]
        elif match := _WRAPPED.fullmatch(text):
            text = match[1].strip()
        if text == before:
            break
    return text
