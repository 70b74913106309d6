"""Which folder and which categories: what is done alone, and what is only asked."""

from collections.abc import Iterable

from mailbridge.domain.action import AddTags, FileMessage, Plan, Planned, RemoveTags
from mailbridge.domain.casework import Answer, AnswerKind, Case, CaseState, Letter
from mailbridge.domain.finding import Dossier, Match, Outcome, Reason, Suggestion, Verdict
from mailbridge.domain.message import Automatic, Direction, Message, Role
from mailbridge.domain.office import FilingHow, Office
from mailbridge.planning.words import ANSWERED, AWAITING, CHECK_SENDER, WHICH_CASE, WHO
from mailbridge.tagging.framework import suggested

LONGEST_NAME = 120  # characters of one folder level: Outlook and IMAP servers take 250 bytes
OCCASION = "first sight"


def leaf(case: Case) -> str:
    """The name of a case's folder, without the folders above it.

    >>> leaf(Case("K4T7-29", "Khan, Amina – damp at Elm Court"))
    'Khan, Amina – damp at Elm Court (K4T7-29)'
    >>> leaf(Case("K4T7-29", "Ann/Bob: rent"))
    'Ann-Bob: rent (K4T7-29)'
    """
    title = " ".join(case.title.replace("/", "-").split())
    return f"{title[:LONGEST_NAME].strip() or 'Case'} ({case.reference})"


def folder_of(case: Case, office: Office) -> str:
    """Where a case's mail lies, or will lie."""
    if case.folder:
        return case.folder
    above = office.closed_folder if case.state is CaseState.CLOSED else office.cases_folder
    return f"{above}/{leaf(case)}"


def case_in(folder: str, cases: Iterable[Case]) -> Case | None:
    """The case whose folder this is, or lies in."""
    for case in cases:
        if case.folder and (folder == case.folder or folder.startswith(f"{case.folder}/")):
            return case
    return None


def plan_for(
    message: Message,
    match: Match,
    dossier: Dossier,
    office: Office,
    suggestions: Iterable[Suggestion],
) -> Plan:
    """What is done with a mail at its first sighting: categories first, then the move.

    A mail that a person has already put somewhere is never moved, and old mail is left alone.
    """
    if is_history(message, office):
        return ()
    case = _case(match, dossier)
    planned: list[Planned] = []
    tags = _tags(message, match, dossier, office, suggestions, case)
    for tag, reason in tags.items():
        if tag not in dossier.tags:
            planned.append(
                Planned(AddTags(message.key, (tag,)), (reason.code,), reason.words, OCCASION)
            )
    arrived = dossier.role in (Role.INBOX, Role.SENT)
    moves = office.filing_how is FilingHow.FOLDER and office.files_alone
    if case and arrived and moves and not match.is_suspect:
        move = FileMessage(message.key, dossier.folder, folder_of(case, office), case.reference)
        codes = tuple(reason.code for reason in match.case.reasons)
        planned.append(Planned(move, codes, _because(match.case), OCCASION))
    return tuple(planned)


def is_history(message: Message, office: Office) -> bool:
    """Older than the day from which the office lets mailbridge act."""
    return (
        office.acts_since is not None
        and message.at is not None
        and message.at.date() < office.acts_since
    )


def answer_plan(letter: Letter, answer: Answer) -> Plan:
    """The letter's own categories once a substantive answer is in."""
    if answer.kind is not AnswerKind.SUBSTANTIVE or letter.message_key is None:
        return ()
    words = f"answered by mail {answer.message_key}"
    occasion = f"answer {answer.message_key}"
    return (
        Planned(AddTags(letter.message_key, (ANSWERED,)), (answer.code,), words, occasion),
        Planned(RemoveTags(letter.message_key, (AWAITING,)), (answer.code,), words, occasion),
    )


def awaiting_plan(letter: Letter) -> Plan:
    """A sent mail shows that its clock runs."""
    if letter.message_key is None:
        return ()
    words = "a letter to a third party that awaits an answer"
    return (Planned(AddTags(letter.message_key, (AWAITING,)), ("letter",), words, OCCASION),)


def _case(match: Match, dossier: Dossier) -> Case | None:
    return next((case for case in dossier.cases if case.reference == match.case.value), None)


def _because(verdict: Verdict[str]) -> str:
    return "; ".join(reason.words for reason in verdict.reasons)


def _tags(  # six facts, each from another room
    message: Message,
    match: Match,
    dossier: Dossier,
    office: Office,
    suggestions: Iterable[Suggestion],
    case: Case | None,
) -> dict[str, Reason]:
    """Category → why, in the order in which they are put on."""
    tags: dict[str, Reason] = {}
    if question := _question(message, match, dossier, office):
        tags[question.code] = question
    if match.is_suspect:
        tags[CHECK_SENDER] = _first(match.person, "our mail server says this sender is not genuine")
    files = office.filing_how is FilingHow.CATEGORY and office.files_alone
    if case and files and not match.is_suspect:
        tags[leaf(case)] = Reason("case-category", _because(match.case))
    elif case and not office.files_alone:
        tags[f"{leaf(case)}?"] = Reason("case-suggested", _because(match.case))
    for each in suggestions:
        tag = each.tag if each.is_sure else suggested(each.tag)
        if each.tag not in dossier.tags:
            tags[tag] = Reason(each.source, each.words)
    return {
        tag: reason if tag != reason.code else Reason("question", reason.words)
        for tag, reason in tags.items()
    }


def _question(message: Message, match: Match, dossier: Dossier, office: Office) -> Reason | None:
    """`Who?` or `Which case?`, only on mail that a person wrote to the office and left in it.

    Neither is asked of a sender who is not who they claim: `Check sender` asks first.
    """
    is_asked = (
        message.direction is Direction.INBOUND
        and message.automatic is Automatic.NO
        and dossier.role is Role.INBOX
        and match.case.outcome is not Outcome.MATCHED
        and not match.is_suspect
        and not _is_colleague(message, dossier, office)
    )
    if not is_asked:
        return None
    if match.person.outcome is Outcome.MATCHED or dossier.organisations:
        return _named(WHICH_CASE, match.case)
    return _named(WHO, match.person)


def _named(tag: str, verdict: Verdict[int] | Verdict[str]) -> Reason:
    return Reason(tag, _first(verdict, "nothing in it says enough").words)


def _first(verdict: Verdict[int] | Verdict[str], default: str) -> Reason:
    return verdict.reasons[0] if verdict.reasons else Reason("no-evidence", default)


def _is_colleague(message: Message, dossier: Dossier, office: Office) -> bool:
    sender = message.sender
    return sender is not None and (
        sender.addr in {each.email for each in dossier.office}
        or any(f".{sender.domain}".endswith(f".{each}") for each in office.colleague_domains)
    )
