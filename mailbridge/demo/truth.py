"""What mailbridge did, held against what is true of every mail and every chase of the demo."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from sqlalchemy import Connection

from mailbridge.demo.deeds import CHASES, Due
from mailbridge.demo.mails import LONDON, Mail
from mailbridge.demo.office import DemoOffice
from mailbridge.demo.stories import BY_ID
from mailbridge.domain.action import AddTags, FileMessage, OpenTask
from mailbridge.domain.message import MessageKey
from mailbridge.ingest.keys import key_of
from mailbridge.planning.words import OWN, QUESTIONS
from mailbridge.store import casework, messages, outbox
from mailbridge.store.outbox import State


@dataclass(frozen=True, slots=True)
class Fate:
    """One mail: the truth about it, and what became of it."""

    mail: Mail
    key: MessageKey
    filed: str = ""  # the case mailbridge filed it under without a person
    by_hand: bool = False  # a caseworker had the last word
    asked: frozenset[str] = frozenset()  # questions put on it, ever
    tags: frozenset[str] = frozenset()  # tags put on it or suggested, ever, without the "?"
    answers: frozenset[str] = frozenset()  # the kinds of answer it was taken for
    lies_in: tuple[str, ...] = ()  # the folders its copies lie in

    @property
    def filing(self) -> str:
        """right, wrong, by hand, abstained, or left where it belongs to no case."""
        if self.filed:
            return "right" if self.filed == self.mail.case else "wrong"
        if self.by_hand:
            return "by hand"
        return "abstained" if self.mail.case else "left"

    @property
    def answering(self) -> str:
        """The same of how it answers a letter; "" where it answers none and was taken for none."""
        wanted = frozenset({self.mail.kind} - {""})
        if not wanted | self.answers:
            return ""
        if self.answers == wanted:
            return "right"
        return "abstained" if self.answers <= {"unsure"} else "wrong"

    def told(self) -> str:
        """All of it in one line, the same in every run."""
        words = (self.filing, self.answering, *sorted({*self.asked, *self.tags, *self.answers}))
        return ", ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Chased:
    """One chase as it came about."""

    name: str  # "damp/1#1"
    opened: date
    ends: str  # "open", "done" or "deleted"
    due: date | None  # in the list, where the task still is


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that the demo can be judged by."""

    fates: tuple[Fate, ...]
    chases: tuple[Chased, ...]
    lost: tuple[str, ...] = ()  # mails that lie nowhere
    doubled: tuple[str, ...] = ()  # mails that lie in more places than they came
    filings: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def false_chases(self) -> tuple[str, ...]:
        """Tasks that nobody should have been given, or not on that day."""
        wanted = {(due.chase, due.opens) for due in CHASES}
        return tuple(one.name for one in self.chases if (one.name, one.opened) not in wanted)

    def missed_chases(self, until: date) -> tuple[str, ...]:
        """Tasks that should stand by then and were never made."""
        made = {(one.name, one.opened) for one in self.chases}
        due = (each for each in CHASES if each.opens <= until)
        return tuple(each.chase for each in due if (each.chase, each.opens) not in made)

    def is_right(self, until: date) -> bool:
        """Nothing filed or judged wrongly, nobody chased in vain or forgotten, no mail lost."""
        wrong = self.filings["wrong"] + self.answers["wrong"]
        return not (
            wrong or self.false_chases or self.missed_chases(until) or self.lost or self.doubled
        )

    def summary(self, until: date) -> dict[str, object]:
        """The figures, for programs."""
        return {
            "mails": len(self.fates),
            "filings": dict(sorted(self.filings.items())),
            "answers": dict(sorted(self.answers.items())),
            "chases": {one.name: f"{one.opened} {one.ends}" for one in self.chases},
            "false_chases": self.false_chases,
            "missed_chases": self.missed_chases(until),
            "fates": {fate.mail.id: fate.told() for fate in self.fates},
            "lost": self.lost,
            "doubled": self.doubled,
        }


def judged(office: DemoOffice) -> Truth:
    """The office as it is now, beside the truth."""
    lies = _lying(office)
    names = {reference: key for key, reference in office.references().items()}
    with office.store.reading() as tx:
        fates = tuple(
            _fate(tx, office, mail_id, lies[raws[0]], names)
            for mail_id, raws in office.raws.items()
        )
        chases = tuple(_chases(tx, office, names))
    came = Counter(raw for raws in office.raws.values() for raw in raws)
    there = Counter({raw: len(folders) for raw, folders in lies.items()})
    by_raw = {raws[0]: mail_id for mail_id, raws in office.raws.items()}
    return Truth(
        fates=fates,
        chases=chases,
        lost=tuple(by_raw[raw] for raw in came - there),
        doubled=tuple(by_raw.get(raw, "unknown") for raw in there - came),
        filings=Counter(fate.filing for fate in fates),
        answers=Counter(filter(None, (fate.answering for fate in fates))),
    )


def _lying(office: DemoOffice) -> dict[bytes, list[str]]:
    """Every mail in the Maildir, drafts aside, with the folders it lies in."""
    found: dict[bytes, list[str]] = {}
    for part in ("new", "cur"):
        for path in (*office.mail.glob(f"{part}/*"), *office.mail.glob(f".*/{part}/*")):
            folder = path.parent.parent
            if folder.name != f".{office.settings.mailbox.drafts}":
                name = "INBOX" if folder == office.mail else folder.name
                found.setdefault(path.read_bytes(), []).append(name)
    return {raw: found.get(raw, []) for raws in office.raws.values() for raw in raws} | found


def _fate(
    tx: Connection, office: DemoOffice, mail_id: str, lies: Iterable[str], names: dict[str, str]
) -> Fate:
    key, _ = key_of(BytesIO(office.raws[mail_id][0]))
    wishes = outbox.listing(tx, subject=f"mail {key}", states=(State.DONE,))
    put_on = {
        tag for wish in wishes if isinstance(wish.action, AddTags) for tag in wish.action.tags
    }
    filed = [
        names[wish.action.case_reference] for wish in wishes if isinstance(wish.action, FileMessage)
    ]
    decision = messages.decisions_for(tx, [key]).get(key)
    return Fate(
        mail=BY_ID[mail_id],
        key=key,
        filed=filed[-1] if filed else "",
        by_hand=bool(decision and decision.by_person and decision.case_reference),
        asked=frozenset(put_on & set(QUESTIONS)),
        tags=frozenset(tag.removesuffix("?") for tag in put_on - set(OWN)),
        answers=frozenset(each.kind for each in casework.answers_by_message(tx, key)),
        lies_in=tuple(lies),
    )


def _chases(tx: Connection, office: DemoOffice, names: dict[str, str]) -> Iterator[Chased]:
    lists = office.lists()
    for wish in outbox.listing(tx, kind="OpenTask", states=(State.DONE,)):
        if not isinstance(wish.action, OpenTask) or "#" not in wish.action.task.key:
            continue
        key = wish.action.task.key
        reference, _, rest = key.partition("/")
        copy = lists.find(key)
        ends = "deleted" if copy is None else "done" if copy.task.is_done else "open"
        opened = wish.created_at.astimezone(LONDON).date()
        due = copy.task.due if copy else None
        yield Chased(f"{names[reference]}/{rest}", opened, ends, due)


def due_of(chase: str) -> Due | None:
    """The truth about one chase, or None for one that must not be."""
    return next((due for due in CHASES if due.chase == chase), None)
