"""The words newly written in a mail: without quoted history, and parted from how it is signed.

Every line is looked at a bounded number of times and every pattern sees a bounded piece of it, so
the time is linear in the length of the text whatever stands in it. Where it is in doubt whether
words are the writer's, they are kept: losing a constituent's words is worse than showing a quote.
"""

import re
from functools import lru_cache
from typing import Final

from mailbridge.ingest.html import to_text
from mailbridge.ingest.signatures import sign_off, without_banners

_SEEN: Final = 400  # letters of a line that patterns see at either end
_QUOTE = re.compile(r"[ \t]{0,3}(?:[A-Z]{1,3})?>|\s{0,3}\|\s?>")

# "On <when>, <who> wrote:" in the languages of mail programs. What opens it, and what ends it.
_OPENER = re.compile(
    r"[-*_ \t]{0,6}(?:on|am|le|el|il(?: giorno)?|em|op|den|på|w dniu|dnia|dne|ar|ב|в|em|a\(z\)"
    r"|\w{2,3}[.,] \d{1,2}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[. ] ?\w{3,9}\.? \d{4}"
    r"|\w{3,9}, \w{3,9} \d{1,2})\b",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:\b(?:wrote|writes|said|schrieb|geschrieben|a écrit|écrit|escribió|ha scritto|scrisse"
    r"|escreveu|schreef|skrev|napisał(?:\(a\))?|napsal(?:\(a\))?|írta|kirjoitti|yazdı|написала?"
    r"|пишет|ysgrifennodd|wrote on)\b[^:\n]{0,80}|>[\"']?\)?|написал(?:\(а\))?)\s*[:：]\s*$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:wrote|writes|said|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał"
    r"|написала?|пишет|ysgrifennodd)\b",
    re.IGNORECASE,
)
# Who or when to the minute: what a program writes above a quote and a person hardly does.
_STAMP = re.compile(r"\S@\S|\b\d{1,2}[:.h]\d{2}\b")

SEPARATOR = re.compile(
    r"\s*(?:[-_*=]{2,}|>{0,2})\s*(?:original (?:message|appointment)|reply message"
    r"|forwarded (?:message|by .{0,80})|ursprüngliche (?:nachricht|mail)|originalnachricht"
    r"|weitergeleitete nachricht|message d'origine|message original|message transféré"
    r"|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato"
    r"|mensagem original|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande"
    r"|oprindelig meddelelse|original melding|wiadomość oryginalna|исходное сообщение"
    r"|neges wreiddiol)\s*[-_*=]{2,}\s*",
    re.IGNORECASE,
)
BEGIN_FORWARD = re.compile(
    r"\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:réexpédié|transféré)|inizio messaggio inoltrato|inicio del mensaje "
    r"reenviado)\s*:\s*",
    re.IGNORECASE,
)

# The header that Outlook and others copy above the mail they answer.
_LABELS: Final = {
    "from": "from|von|de|da|van|från|fra|od|от|oddi wrth|lähettäjä|kimden|feladó|发件人|差出人",
    "sent": "sent(?: on| at)?|date|gesendet|datum|envoyé|date d'envoi|enviado(?: el)?|fecha|inviato"
    "|data|verzonden|skickat|sendt|dato|wysłano|отправлено|дата|anfonwyd|dyddiad|lähetetty"
    "|gönderildi|发送时间|送信日時",
    "to": "to|an|à|para|aan|till|til|do|кому|at|a|vastaanottaja|kime|收件人|宛先",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема|pwnc"
    "|aihe|konu|主题|件名",
    "other": "b?cc|kopie|copie|cci|копия|reply-to|importance|attachments?|organi[sz]ation"
    "|wichtigkeit",
}
LABEL = re.compile(
    r"[ \t]{0,8}[*_]{0,2}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
    + r")[*_]{0,2}[ \t\xa0]{0,2}[:：][*_]{0,2}(?:\s|$)",
    re.IGNORECASE,
)
_LONGEST_BLOCK: Final = 20  # lines; recipients may fill many
_LONGEST_ATTRIBUTION: Final = 120  # letters of "Jo said:" above a quote
_SHORTEST_MARK: Final = 4  # letters
_MOST_SEGMENTS: Final = 200  # stretches between quotes that are looked at one by one
_RULE = re.compile(r"\s*(?:[-_=*–—]\s?){3,}\s*")


def newtext(text: str) -> str:
    r"""The words newly written in a plain text.

    >>> newtext("Yes, please.\n\nOn 3 Mar 2026 at 10:15, Jo <jo@x.example> wrote:\n> Shall I?")
    'Yes, please.'
    >>> newtext("On 3 March the council wrote:\nNo.\nThat is unfair.")
    'On 3 March the council wrote:\nNo.\nThat is unfair.'
    """
    return split(text)[0]


def newtext_html(html: str) -> str:
    r"""The words newly written in the HTML of a mail.

    >>> newtext_html("<p>Yes.</p><div>On Monday<blockquote>Eh?</blockquote></div>")
    'Yes.\n\nOn Monday'
    """
    return newtext(to_text(html))


def split(text: str) -> tuple[str, str]:
    """The words newly written, and how the writer signs: sign-off, name, address, phone.

    The sign-off and the name stay in the first as well, because people type them; disclaimers and
    "Sent from my …" stand in neither.
    """
    signatures: list[str] = []
    kept: list[str] = []
    for segment in history_removed(without_banners(text.split("\n"))):
        words, signature = sign_off(segment)
        kept.append("\n".join(words).strip())
        signatures.append(signature)
    return (
        _tidy("\n\n".join(one for one in kept if one)),
        next((one for one in reversed(signatures) if one), ""),
    )


_GAPS = re.compile(r"\n{4,}")


def _tidy(text: str) -> str:
    """Without blanks at line ends and without long gaps."""
    return _GAPS.sub("\n\n\n", "\n".join(line.rstrip() for line in text.split("\n")).strip())


def history_removed(lines: list[str]) -> list[list[str]]:
    """The writer's own lines, in one piece for each stretch between quotes."""
    segments: list[list[str]] = [[]]
    index, has_words = 0, False
    while index < len(lines):
        if _is_quote(lines, index):
            _drop_attribution(segments[-1])
            index = _after_quotes(lines, index)
            _part(segments)
            continue
        stop = _history_begins(lines, index, is_top=not has_words)
        if not stop:
            segments[-1].append(lines[index])
            has_words = has_words or bool(lines[index].strip())
            index += 1
            continue
        _drop_rules(segments[-1])
        if not _quotes_follow(lines, stop) and (has_words or not _quotes_near(lines, stop)):
            break  # history without marks: everything below is it
        index = stop
        _part(segments)
    return segments


def _part(segments: list[list[str]]) -> None:
    """Begin a new stretch, unless there are too many or nothing stands in the last."""
    if segments[-1] and len(segments) < _MOST_SEGMENTS:
        segments.append([])
    elif segments[-1]:
        segments[-1].append("")


def _is_quote(lines: list[str], index: int) -> bool:
    line = lines[index]
    if (">" not in line[:8] and "|" not in line[:8]) or not _QUOTE.match(line):
        return False
    # A lone ">From" is a line of the writer's own that an mbox file marked so.
    return not line.startswith(">From ") or any(
        0 <= near < len(lines) and lines[near].startswith(">") for near in (index - 1, index + 1)
    )


def _after_quotes(lines: list[str], index: int) -> int:
    """The first line below a run of quotes; empty lines between quotes belong to the run."""
    while index < len(lines) and (not lines[index].strip() or _is_quote(lines, index)):
        index += 1
    return index


def _quotes_follow(lines: list[str], index: int) -> bool:
    """Whether the next words are marked as quotes, or there are none. Looks fifty lines ahead."""
    for ahead in range(index, min(index + 50, len(lines))):
        if lines[ahead].strip():
            return _is_quote(lines, ahead)
    return index + 50 >= len(lines)


def _quotes_near(lines: list[str], index: int) -> bool:
    """Whether quotes are marked somewhere below: at the top of a mail this means that its writer
    answers between or below them, even where a "[...]" of theirs comes first."""
    stop = min(index + 50, len(lines))
    return any(_is_quote(lines, ahead) for ahead in range(index, stop))


def _drop_attribution(segment: list[str]) -> None:
    """Take "On …, … wrote:" off the end of what stands above a quote, wrapped or not."""
    last = len(segment) - 1
    while last >= 0 and last > len(segment) - 4 and not segment[last].strip():
        last -= 1
    if last < 0 or not segment[last].strip():
        return
    line = segment[last][-_SEEN:]
    if not line.rstrip().endswith((":", "：")):
        return
    for first in range(last, max(-1, last - 4), -1):
        if not segment[first].strip():
            break
        if _OPENER.match(segment[first][:_SEEN]) and (_ENDING.search(line) or _STAMP.search(line)):
            del segment[first:]
            return
    if (_VERB.search(line) and len(line) < _LONGEST_ATTRIBUTION) or (
        _ENDING.search(line) and _STAMP.search(line)
    ):
        del segment[last:]


def _drop_rules(segment: list[str]) -> None:
    """Take lines that only part what is above from the history below off the end."""
    while segment and (not segment[-1].strip() or _RULE.fullmatch(segment[-1][:_SEEN])):
        segment.pop()


def _history_begins(lines: list[str], index: int, *, is_top: bool) -> int:
    """0, or the line after a mark at `index` which says that history begins."""
    line = lines[index][:_SEEN]
    # Every line comes past here, so the cheap look goes first.
    if line[:1].isalnum() and ":" not in line[:40]:
        return _attribution(lines, index) if _OPENER.match(line) else 0
    if len(line.strip()) < _SHORTEST_MARK:
        return 0
    if SEPARATOR.fullmatch(line) or BEGIN_FORWARD.fullmatch(line):
        return index + 1
    if _label(line):
        return _copied_header(lines, index, is_top=is_top)
    if _OPENER.match(line):
        return _attribution(lines, index)
    return 0


def _attribution(lines: list[str], index: int) -> int:
    """0, or the line after an attribution of up to four lines that can be nothing else."""
    words = ""
    for stop in range(index, min(index + 4, len(lines))):
        line = lines[stop].strip()
        if not line or len(line) > _SEEN:
            return 0
        words += " " + line
        if line.endswith((":", "：")) and _ENDING.search(words[-_SEEN:]):
            quotes = stop + 1 < len(lines) and _quotes_follow(lines, stop + 1)
            return stop + 1 if quotes or _STAMP.search(words) else 0
    return 0


@lru_cache(maxsize=64)
def _label(line: str) -> str:
    """What a line of a copied header says, or "": lines are asked several times in a row."""
    if ":" not in line[:40] and "：" not in line[:40]:
        return ""
    label = LABEL.match(line)
    return label.lastgroup or "" if label else ""


def _copied_header(lines: list[str], index: int, *, is_top: bool) -> int:
    """0, or the line after a copied header.

    People write "From: Leeds, To: York" too, and web forms begin with labels. So it takes three
    labels with a subject or an address among them; at the top of a mail, where no words of the
    writer's stand above, all four of them.
    """
    kinds: set[str] = set()
    stop, words = index, ""
    for ahead in range(index, min(index + _LONGEST_BLOCK, len(lines))):
        line = lines[ahead]
        if label := _label(line[:_SEEN]):
            kinds.add(label)
            stop = ahead + 1
            words += line[:_SEEN] + "\n"
        elif not line.strip():
            # Some programs set each label in a paragraph of its own.
            if ahead + 1 == len(lines) or not _label(lines[ahead + 1][:_SEEN]):
                break
        elif {"from", "sent", "to", "subject"} <= kinds:
            break
    kinds.discard("other")
    if "from" not in kinds or len(kinds) < (4 if is_top else 3):
        return 0
    return stop if "subject" in kinds or _STAMP.search(words) else 0
