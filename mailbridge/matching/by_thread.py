"""Evidence from earlier decisions about the thread a mail stands in."""

from mailbridge.domain.finding import Clues, Dossier, Link
from mailbridge.domain.message import Automatic, Message
from mailbridge.domain.office import Office
from mailbridge.domain.threads import base_subject
from mailbridge.matching.parties import Found, cases_by_reference, name_in
from mailbridge.matching.weigh import point


def by_thread(message: Message, clues: Clues, dossier: Dossier, _office: Office) -> Found:
    """It answers a mail that was already matched. Where people decided, only that counts.

    On another subject it says who, but not which case; with somebody else at the other end as
    well, an old mail was used to begin something new, which is weak evidence for both.
    """
    cases = cases_by_reference(dossier)
    decided = [link for link in dossier.links if link.by_person] or dossier.links
    for link in decided:
        case = cases.get(link.case_reference)
        person = link.constituent_id
        if person is None and case is not None:
            person = case.constituent_id
        if person is None and not link.case_reference:
            continue
        about = [f"case {link.case_reference}"] if link.case_reference else []
        whose = [name_in(dossier, person)] if person is not None else []
        words = (
            f"in a thread that {'a person' if link.by_person else 'we'} matched to "
            + ", ".join(whose + about)
        )
        code = "thread-by-person" if link.by_person else "thread"
        if not _is_other_subject(message, link):
            yield point(code, words, person=person, case=link.case_reference)
        elif link.addresses and not set(clues.addresses) & set(link.addresses):
            words += ", but on another subject with somebody else"
            yield point("thread-new-topic", words, person=person, case=link.case_reference)
        else:
            words += ", but on another subject"
            if person is not None:
                yield point(code, words, person=person)
            if link.case_reference:
                yield point("thread-other-subject", words, case=link.case_reference)


def _is_other_subject(message: Message, link: Link) -> bool:
    """Whether the subject is another one; an empty one is taken as the same. A machine's report
    on a mail is about that mail, whatever it calls itself ("Undelivered Mail Returned to Sender").
    """
    if message.automatic in (Automatic.BOUNCE, Automatic.REPLY):
        return False
    here, there = (base_subject(each).casefold() for each in (message.subject, link.subject))
    return bool(here and there) and here != there
