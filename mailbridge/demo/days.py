"""Five weeks, lived through: what happens before each round, and what each day came to."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from mailbridge.demo.caseworkers import Caseworkers, caseworkers_of
from mailbridge.demo.deeds import DEEDS, Deed
from mailbridge.demo.mails import LONDON, YEAR, Mail
from mailbridge.demo.office import DemoOffice
from mailbridge.demo.stories import BY_ID, MAILS, TWICE, TWICE_FILED
from mailbridge.domain.action import AddTags, CloseTask, FileMessage, OpenTask
from mailbridge.faults import PowerCut
from mailbridge.planning.words import ANSWERED, OWN, QUESTIONS
from mailbridge.store import lookups, outbox
from mailbridge.store.outbox import State, Wish

FIRST, LAST = date(YEAR, 11, 2), date(YEAR, 12, 4)
SHORT = date(YEAR, 11, 13)  # where the quick demo ends
ROUNDS = (time(9, 0), time(16, 0))
CUT_ON = date(YEAR, 11, 10)  # the power fails in the morning's round
CUT_AT = "mail: before its folders are flushed"  # done already, and not yet noted as done
AGAIN = {TWICE: timedelta(minutes=3), TWICE_FILED: timedelta(days=1)}


@dataclass(slots=True)
class Day:
    """What one day came to."""

    day: date
    counts: Counter[str] = field(default_factory=Counter)
    was_cut: bool = False


def live(office: DemoOffice, until: date = LAST) -> Iterator[Day]:
    """Each day as it is over, from the first to `until`."""
    workers = caseworkers_of(office)
    happenings = _happenings()
    day = FIRST
    while day <= until:
        lived = Day(day)
        for hour in ROUNDS:
            at = datetime.combine(day, hour, LONDON)
            while happenings and happenings[-1][0] <= at:
                _happens(office, workers, happenings.pop()[1])
            _round(office, at, lived)
        yield lived
        day += timedelta(days=1)


def _happenings() -> list[tuple[datetime, Mail | Deed]]:
    """Everything that happens to the office, the last thing first."""
    found: list[tuple[datetime, Mail | Deed]] = [(mail.at, mail) for mail in MAILS]
    found += [(BY_ID[mail].at + later, BY_ID[mail]) for mail, later in AGAIN.items()]
    found += [(deed.at, deed) for deed in DEEDS]
    return sorted(found, key=lambda one: one[0], reverse=True)


def _happens(office: DemoOffice, workers: Caseworkers, what: Mail | Deed) -> None:
    if isinstance(what, Deed):
        workers.do(what)
    else:
        office.receives(what)


def _round(office: DemoOffice, at: datetime, lived: Day) -> None:
    if lived.day == CUT_ON and at.time() == ROUNDS[0]:
        office.faults.fail(CUT_AT, PowerCut(CUT_AT))
    with office.store.reading() as tx:
        last = lookups.last_wish(tx)
        waiting = [wish.seq for wish in outbox.listing(tx, states=outbox.OPEN)]
    cuts = office.cuts
    report = office.works(at)
    lived.was_cut = lived.was_cut or office.cuts > cuts
    if report.trouble:
        raise RuntimeError(report.trouble)
    with office.store.reading() as tx:
        wishes = (*outbox.wishes(tx, waiting), *outbox.listing(tx, after=last))
    lived.counts += Counter(word for wish in wishes for word in _told(wish))
    lived.counts["read"] += report.tally.read


def _told(wish: Wish) -> Iterator[str]:
    """The word that one thing done counts under."""
    if wish.state is not State.DONE:
        return
    match wish.action:
        case FileMessage():
            yield "filed"
        case AddTags(tags=tags) if set(tags) & set(QUESTIONS):
            yield "asked"
        case AddTags(tags=tags) if ANSWERED in tags:
            yield "answered"
        case AddTags(tags=tags) if not set(tags) & set(OWN):
            yield "tagged"
        case OpenTask(task=task) if "#" in task.key:
            yield "chased"
        case OpenTask():
            yield "alarmed"
        case CloseTask():
            yield "task ended"
        case _:
            pass
