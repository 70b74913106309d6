"""What people read: the task for a chase, the draft of the chase-up letter, the closing line."""

from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mailbridge.domain.action import SaveDraft
from mailbridge.domain.casework import (
    Answer,
    AnswerKind,
    Case,
    CaseState,
    Channel,
    Chase,
    Letter,
    LetterState,
    Task,
    short_title,
)
from mailbridge.domain.office import Office
from mailbridge.domain.people import Caseworker, Constituent
from mailbridge.domain.threads import base_subject
from mailbridge.reminders.policy import counts
from mailbridge.reminders.workdays import local_day

_KINDS = {
    AnswerKind.AUTOMATIC: "automatic reply, does not count",
    AnswerKind.ACKNOWLEDGEMENT: "acknowledgement only",
    AnswerKind.HOLDING: "holding reply, the answer is still to come",
    AnswerKind.SUBSTANTIVE: "an answer",
    AnswerKind.BOUNCE: "not delivered",
    AnswerKind.UNSURE: "not sure whether it answers: please look",
}
# Whose promises count: a person's, judged for certain.
_PROMISING = frozenset({AnswerKind.HOLDING, AnswerKind.ACKNOWLEDGEMENT})

_SENT = {
    Channel.EMAIL: "by mail",
    Channel.POST: "by post",
    Channel.PHONE: "by phone",
    Channel.WEB: "through their website",
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

# How much of a sentence of theirs is shown.
_SHOWN = 160


def spoken(day: date) -> str:
    """A date as people say it.

    >>> spoken(date(2026, 11, 3))
    'Tuesday 3 November 2026'
    """
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def task_of(
    chase: Chase,
    case: Case,
    constituent: Constituent | None,
    caseworker: Caseworker | None,
    office: Office,
) -> Task:
    """The task for a chase, in the words of the office. Nothing in it depends on today.

    A sensitive case's title names nobody: titles show on locked screens and shared calendars.
    """
    return Task(
        key=chase.key,
        title=_title(chase, case, office),
        body=_body(chase, case, constituent, office),
        due=chase.due,
        remind_at=datetime.combine(chase.due, office.task_at, ZoneInfo(office.timezone)),
        categories=case.tags,
        task_list=caseworker.task_list if caseworker else "",
        link=_link(chase.letter),
    )


def draft_of(
    chase: Chase, case: Case, constituent: Constituent | None, office: Office
) -> SaveDraft | None:
    """The chase-up letter for a person to send, in the letter's own thread.

    None where there is nobody to write to by mail: post, phone and web forms, and a letter that
    was not delivered. It gives the constituent's name and postcode, without which a department
    cannot find the matter (Cabinet Office guidance on letters from Members of Parliament), and of
    the matter itself only what the letter's own subject line says.
    """
    letter = chase.letter
    if not letter.recipients or _bounced(chase, office):
        return None
    thread = (letter.message_id,) if letter.message_id else ()
    return SaveDraft(
        key=chase.key,
        to=letter.recipients,
        subject_line=_reply_subject(letter, case),
        body=_chase_up(chase, constituent, office),
        in_reply_to=letter.message_id,
        references=thread,
    )


def closing_line(answer: Answer, subject: str, office: Office) -> str:
    """The line that a task ends with when an answer came.

    >>> from datetime import UTC
    >>> from mailbridge.domain.message import MessageKey
    >>> at = datetime(2026, 11, 24, 10, tzinfo=UTC)
    >>> answer = Answer("K4T7-29/1", MessageKey("1"), AnswerKind.SUBSTANTIVE, at)
    >>> closing_line(answer, "Re: Damp", Office())
    'Answered on 24 November 2026 by mail “Re: Damp”.'
    >>> closing_line(answer, "", Office())
    'Answered on 24 November 2026 by mail.'
    """
    day = local_day(answer.received_at, office.timezone)
    which = f" “{' '.join(subject.split())}”" if subject.strip() else ""
    return f"Answered on {day.day} {day:%B %Y} by mail{which}."


def why_closed(letter: Letter | None, case: Case | None) -> str:
    """The line that a task ends with when the chase is no longer wanted and no answer came.

    >>> why_closed(None, None)
    'No longer needed.'
    """
    if case is not None and case.state is CaseState.CLOSED:
        return "The case is closed: nothing more is chased."
    if letter is not None and letter.is_muted:
        return "A task of this letter was deleted: it is not chased any more."
    if letter is not None and letter.state is LetterState.DROPPED:
        return "Somebody took “Awaiting answer” off the letter: nothing is awaited."
    if letter is not None and letter.restarted_on is not None:
        return f"The clock started again on {spoken(letter.restarted_on)}."
    return "No longer needed."


def _bounced(chase: Chase, office: Office) -> bool:
    """Whether the last word from there, since the clock started, is that nothing arrived."""
    came = [
        answer.kind
        for answer in chase.answers
        if counts(answer, chase.letter, office) and answer.kind is not AnswerKind.AUTOMATIC
    ]
    return bool(came) and came[-1] is AnswerKind.BOUNCE


def _title(chase: Chase, case: Case, office: Office) -> str:
    what = "Not delivered" if _bounced(chase, office) else "Chase"
    if case.is_sensitive:
        return f"{what}: {case.reference}"
    return (
        f"{what}: {chase.letter.organisation_name} – {short_title(case.title)} ({case.reference})"
    )


def _body(chase: Chase, case: Case, constituent: Constituent | None, office: Office) -> str:
    """What and when, whom, what came, what was promised, which chase, the link, how to stop."""
    letter = chase.letter
    sent = local_day(letter.sent_at, office.timezone)
    lines = [
        f"Asked: {letter.subject or case.title}",
        f"Sent: {spoken(sent)}, {_SENT[letter.channel]}",
        f"To: {', '.join((letter.organisation_name, *letter.recipients))}",
    ]
    if letter.their_reference:
        lines.append(f"Their reference: {letter.their_reference}")
    if constituent is not None:
        lines.append(f"For: {constituent.name}")
    lines += ["", "What came since:", *_came(chase, office)]
    if promises := _promises(chase, office):
        lines += ["", *promises]
    if letter.restarted_on is not None:
        lines += ["", f"The clock started again on {spoken(letter.restarted_on)}."]
    lines += [
        "",
        f"{_which(chase.number)} The wait is {letter.wait}.",
    ]
    if link := _link(letter):
        lines += ["", f"Open the letter: {link}"]
    return "\n".join([*lines, "", _HOW_TO_STOP])


_HOW_TO_STOP = (
    "Tick this off when you have chased: the clock starts again. Move the due date to wait longer. "
    "Delete it, and this letter is never chased again. It ticks itself off when the answer comes."
)


def _came(chase: Chase, office: Office) -> list[str]:
    if not chase.answers:
        return ["- nothing"]
    lines = []
    for answer in chase.answers:
        day = local_day(answer.received_at, office.timezone)
        lines.append(f"- {day.day} {day:%b %Y}: {_KINDS[answer.kind]}")
    return lines


def _promises(chase: Chase, office: Office) -> list[str]:
    """When they said they would answer, and where that is written."""
    return [
        f"They promised an answer by {spoken(answer.promised_on)}, in their mail of "
        f"{spoken(local_day(answer.received_at, office.timezone))}"
        + (f": “{_short(answer.words)}”" if answer.words else ".")
        for answer in chase.answers
        if answer.promised_on is not None and answer.kind in _PROMISING
    ]


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1].rstrip()}…"


def _which(number: int) -> str:
    """Which chase this is, in words."""
    if number <= len(_ORDINALS):
        return f"This is the {_ORDINALS[number - 1]} chase."
    return f"This is chase number {number}."


def _link(letter: Letter) -> str:
    # RFC 2392: a mail is named by its Message-ID. Backends that know a better link put their own.
    return f"mid:{quote(letter.message_id, safe='@')}" if letter.message_id else ""


def _reply_subject(letter: Letter, case: Case) -> str:
    subject = " ".join(letter.subject.split())
    if not base_subject(subject):
        return f"Our reference {case.reference}"
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


# The nth chase-up, more pressing as they go on; the last serves for all that follow.
_CHASE_UPS = (
    (
        "I wrote to you on {sent} and do not seem to have had an answer yet.",
        "I should be grateful if you would let me know when I may expect one.",
    ),
    (
        "I wrote to you on {sent} and have reminded you since. I have still had no answer.",
        "Please let me have it, or tell me by return when it will come and who is dealing with it.",
    ),
    (
        "I wrote to you on {sent} and have reminded you several times. I have still had no answer.",
        "Please tell me by return who answers for it, so that I need not take the matter further.",
    ),
)


def _chase_up(chase: Chase, constituent: Constituent | None, office: Office) -> str:
    letter = chase.letter
    opening, request = _CHASE_UPS[min(chase.number, len(_CHASE_UPS)) - 1]
    about = [f"Our reference: {letter.case_reference}"]
    if letter.their_reference:
        about.insert(0, f"Your reference: {letter.their_reference}")
    if constituent is not None:
        about.append(
            f"Constituent: {', '.join(filter(None, (constituent.name, constituent.postcode)))}"
        )
    if letter.subject:
        about.append(f"Subject: {letter.subject}")
    paragraphs = [
        "\n".join(about),
        "To whom it may concern,",
        opening.format(sent=spoken(local_day(letter.sent_at, office.timezone))),
        *_reminded_of_promise(chase, office),
        request,
        "Yours faithfully,",
        office.signature,
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _reminded_of_promise(chase: Chase, office: Office) -> list[str]:
    """The latest promise that a person wrote; a machine's is not held against them."""
    promised = [
        f"On {spoken(local_day(answer.received_at, office.timezone))} you wrote that I might "
        f"expect an answer by {spoken(answer.promised_on)}."
        for answer in chase.answers
        if answer.promised_on is not None and answer.kind in _PROMISING
    ]
    return promised[-1:]
