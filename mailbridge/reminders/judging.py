"""What the words of a mail amount to: an answer, or something short of one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbridge.domain.casework import AnswerKind
from mailbridge.domain.message import Attachment, Automatic, Message
from mailbridge.reminders.phrasebook import Heard, Phrasebook, Tone
from mailbridge.reminders.promises import promises_in, sentences

# Characters and sentences of a letter that are judged; what it is shows long before this.
_ENOUGH, _ENOUGH_SENTENCES = 20_000, 300

# How many words must tell something of the matter. Two-line notes ("this has been shared with
# officials") stay below the least, whatever words they use.
_A_NOTE, _A_LINE, _A_PARAGRAPH, _A_LETTER = 8, 12, 22, 38
_SOME_FACTS = 2  # sentences that tell something settled

_COVERS = re.compile(r"\b(?:attached|attachment|enclosed|enclosing)\b", re.IGNORECASE)
# A greeting that runs on into the first sentence, as plain-text mail has it.
_RUN_ON = re.compile(r"^(?:dear|hi|hello) [^,.]{1,40}, (?=\S+ \S+ \S)", re.IGNORECASE)
_GREETING = re.compile(
    r"^(?:dear\b|hi\b|hello\b|good (?:morning|afternoon|evening)|yours (?:sincerely|faithfully)|"
    r"(?:kind|best|warm|many)? ?regards|kind wishes|best wishes|sincerely|re:|our ref|your ref)",
    re.IGNORECASE,
)
# "If you write again I will reply" promises nothing.
_CONDITION = re.compile(r"\b(?:if|should you|unless)\b", re.IGNORECASE)
# A picture in a signature is no letter.
_LETTERLIKE = re.compile(r"pdf|word|document|rtf|tiff?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A kind, the reason code, the sentence that led to it, and all the text that was judged."""

    kind: AnswerKind
    code: str
    words: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Tally:
    """What was heard. `told` counts words that are neither courtesy nor about answering nor
    general, `facts` sentences that tell something settled; `ours` those of them that speak of this
    matter, and `is_settled` says whether one of these tells what was found, decided or done."""

    heard: tuple[Heard, ...]
    told: int
    facts: int = 0
    ours: int = 0
    is_settled: bool = False

    def tone(self, tone: Tone) -> tuple[Heard, ...]:
        """What was heard in one tone, each phrase once."""
        first: dict[str, Heard] = {}
        for heard in self.heard:
            if heard.phrase.tone is tone:
                first.setdefault(heard.phrase.id, heard)
        return tuple(first.values())


def judge(message: Message, phrasebook: Phrasebook) -> Judgement:
    """What a mail's own words, and those of a letter attached to it, amount to.

    Who wrote it plays no part. A machine's mail is never substantive.

    >>> from mailbridge.domain.message import MessageKey
    >>> late = Message(MessageKey("1"), new_text="We will reply to you by 12 January.")
    >>> judge(late, Phrasebook()).kind, judge(Message(MessageKey("2")), Phrasebook()).kind
    (<AnswerKind.HOLDING: 'holding'>, <AnswerKind.UNSURE: 'unsure'>)
    """
    if message.automatic is Automatic.BOUNCE:
        return Judgement(AnswerKind.BOUNCE, "answer-bounce")
    text = "\n\n".join(_texts(message))[:_ENOUGH]
    tally = _tally(message.subject, text, phrasebook)
    kind, code, heard = _weigh(message, tally, text)
    return Judgement(kind, code, heard[0].sentence if heard else "", text)


def _texts(message: Message) -> Iterator[str]:
    yield message.new_text
    yield from (part.text for part in message.attachments if part.text)


def _tally(subject: str, text: str, phrasebook: Phrasebook) -> _Tally:
    # Their subject is mostly ours with "Re:", so only a machine's or a receipt's words count there.
    heard = [
        found
        for found in phrasebook.hear(subject)
        if found.phrase.tone in {Tone.AUTOMATIC, Tone.ACKNOWLEDGEMENT}
    ]
    told = facts = ours = 0
    is_settled = was_matter = False
    for sentence in sentences(text)[:_ENOUGH_SENTENCES]:
        words = _RUN_ON.sub("", sentence)
        found_here = phrasebook.hear(words)
        tones = {found.phrase.tone for found in found_here}
        if _is_general(tones):
            continue
        heard.extend(found_here)
        if _is_empty(tones) or _GREETING.match(words) or promises_in(words):
            continue
        told += len(words.split())
        is_fact = bool(tones & _TELLS)
        facts += is_fact
        ours += is_fact and Tone.MATTER in tones
        # "Our surveyor inspected the flat. We have repaired the wall": the second goes on about it.
        is_settled |= Tone.SUBSTANTIVE in tones and bool(Tone.MATTER in tones or was_matter)
        was_matter = Tone.MATTER in tones
    return _Tally(tuple(heard), told, facts, ours, is_settled)


_TELLS = frozenset({Tone.SUBSTANTIVE, Tone.TELLING})
_ABOUT_ANSWERING = frozenset({Tone.AUTOMATIC, Tone.ACKNOWLEDGEMENT, Tone.HOLDING, Tone.ASKS})


def _is_general(tones: set[Tone]) -> bool:
    """Whether a sentence speaks of policy, totals and everybody, and not of this matter too."""
    return Tone.GENERAL in tones and not tones & {Tone.MATTER, *_ABOUT_ANSWERING}


def _is_empty(tones: set[Tone]) -> bool:
    """Whether a sentence tells nothing of the matter: thanks alone, or news of the answering."""
    return bool(tones & _ABOUT_ANSWERING) or tones - {Tone.MATTER} == {Tone.COURTESY}


def _weigh(message: Message, tally: _Tally, text: str) -> tuple[AnswerKind, str, tuple[Heard, ...]]:
    """Kind, code and what was heard for it: the first that applies, doubt before certainty."""
    strong, holding = tally.tone(Tone.SUBSTANTIVE), tally.tone(Tone.HOLDING)
    received, asks = tally.tone(Tone.ACKNOWLEDGEMENT), tally.tone(Tone.ASKS)
    machine, courtesy = tally.tone(Tone.AUTOMATIC), tally.tone(Tone.COURTESY)
    is_answer = _is_answer(tally)
    if message.is_automatic or machine:
        if strong and is_answer:
            # Some case systems mark what a person typed as generated.
            return AnswerKind.UNSURE, "answer-automatic-but-tells", strong
        return AnswerKind.AUTOMATIC, "answer-automatic", machine
    if asks:
        return AnswerKind.UNSURE, "answer-asks-us", asks
    if _COVERS.search(message.new_text) and any(map(_is_unread, message.attachments)):
        return AnswerKind.UNSURE, "answer-attachment-unread", holding or received
    if holding or received:
        return _short_of_one(tally, strong, holding, received)
    promises = [words for words in promises_in(text) if not _CONDITION.search(words)]
    if is_answer and promises:
        return AnswerKind.UNSURE, "answer-mixed", strong
    if is_answer:
        return AnswerKind.SUBSTANTIVE, "answer-substantive", strong or tally.tone(Tone.TELLING)
    if promises and not strong:
        return AnswerKind.HOLDING, "answer-promise", ()
    if courtesy and tally.told < _A_LINE:
        return AnswerKind.ACKNOWLEDGEMENT, "answer-courtesy", courtesy
    return AnswerKind.UNSURE, "answer-unclear", strong


def _short_of_one(
    tally: _Tally,
    strong: tuple[Heard, ...],
    holding: tuple[Heard, ...],
    received: tuple[Heard, ...],
) -> tuple[AnswerKind, str, tuple[Heard, ...]]:
    """A holding reply or an acknowledgement, unless it tells so much that a person must look."""
    if strong and tally.told >= _A_LINE:
        return AnswerKind.UNSURE, "answer-mixed", strong
    if holding:
        return AnswerKind.HOLDING, "answer-holding", holding
    return AnswerKind.ACKNOWLEDGEMENT, "answer-acknowledgement", received


def _is_answer(tally: _Tally) -> bool:
    """Whether it tells enough of what was found, decided or done in this matter."""
    if not (tally.is_settled or tally.ours >= _SOME_FACTS):
        return False
    strong = len(tally.tone(Tone.SUBSTANTIVE))
    return (
        (strong > 1 and tally.told >= _A_NOTE)
        or (strong > 0 and tally.ours >= _SOME_FACTS and tally.told >= _A_LINE)
        or (strong > 0 and tally.told >= _A_PARAGRAPH)
        or (tally.facts >= _SOME_FACTS and tally.told >= _A_LETTER)
    )


def _is_unread(part: Attachment) -> bool:
    return not part.text and bool(_LETTERLIKE.search(part.content_type))
