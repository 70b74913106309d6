"""The outbox: every wish to change a mailbox or task list, done exactly once as far as one can see.

States: held (a person must release) → due → done or stopped (the reason is shown); dropped by a
person. A row is written in the transaction of the decision that wants it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, get_args

from sqlalchemy import Connection, Row, Select, and_, exists, func, or_, select

from mailbridge.domain.action import Action, Plan
from mailbridge.store.rows import dump, in_lists, load
from mailbridge.store.tables import outbox

FORMAT = 1
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
FURTHEST = 2 * LONGEST_WAIT  # no next try is ever planned for later than this
KINDS = {kind.__name__: kind for kind in get_args(Action)}


class State(StrEnum):
    """How far a wish is."""

    HELD = "held"
    DUE = "due"
    DONE = "done"
    STOPPED = "stopped"
    DROPPED = "dropped"


OPEN = (State.HELD, State.DUE)


@dataclass(frozen=True, slots=True)
class Wish:
    """One row, as a person or the delivery sees it."""

    seq: int
    key: str
    subject: str
    kind: str
    action: Action
    reason_codes: tuple[str, ...]
    words: str
    occasion: str
    state: State
    tries: int
    next_try_at: datetime
    last_error: str
    result: str
    created_at: datetime
    settled_at: datetime | None


def add(tx: Connection, plan: Plan, now: datetime, *, is_held: bool = False) -> int:
    """Record wishes; one whose key is known is the same wish and is left as it is. How many new."""
    keys = [planned.key for planned in plan]
    known = {
        key
        for some in in_lists(keys)
        for key in tx.scalars(select(outbox.c.key).where(outbox.c.key.in_(some)))
    }
    rows = {
        planned.key: {
            "key": planned.key,
            "subject": planned.action.subject,
            "kind": type(planned.action).__name__,
            "format": FORMAT,
            "action": dump(planned.action),
            "reason_codes": list(planned.reason_codes),
            "words": planned.words,
            "occasion": planned.occasion,
            "state": State.HELD if is_held else State.DUE,
            "tries": 0,
            "next_try_at": now,
            "last_error": "",
            "result": "",
            "created_at": now,
        }
        for planned in plan
        if planned.key not in known
    }
    if rows:
        tx.execute(outbox.insert(), list(rows.values()))
    return len(rows)


def claim(
    tx: Connection, now: datetime, jitter: float, leaving: Collection[str] = ()
) -> Wish | None:
    """The oldest due wish whose subject has no earlier open one; its try is counted already.

    `jitter` is 0 to 1 and spreads the tries of many; wishes of the kinds in `leaving` are left for
    another time. A next try further away than any that we plan was written by a clock that has
    since been put back: it counts as due.
    """
    earlier = outbox.alias()
    row = tx.execute(
        select(outbox)
        .where(outbox.c.state == State.DUE)
        .where(outbox.c.kind.not_in(leaving))
        .where(or_(outbox.c.next_try_at <= now, outbox.c.next_try_at > now + FURTHEST))
        .where(
            ~exists().where(
                and_(
                    earlier.c.subject == outbox.c.subject,
                    earlier.c.seq < outbox.c.seq,
                    earlier.c.state.in_(OPEN),
                )
            )
        )
        .order_by(outbox.c.seq)
        .limit(1)
    ).first()
    if row is None:
        return None
    tx.execute(
        outbox.update()
        .where(outbox.c.seq == row.seq)
        .values(tries=row.tries + 1, next_try_at=now + wait_after(row.tries, jitter))
    )
    return _wish(row)


def wait_after(tries: int, jitter: float) -> timedelta:
    """30 s, 1 min, 2 min … up to an hour, each made up to half as long again by `jitter`.

    >>> [str(wait_after(tries, jitter=0.0)) for tries in (0, 3, 40)]
    ['0:00:30', '0:04:00', '1:00:00']
    """
    wait: timedelta = min(FIRST_WAIT * 2 ** min(tries, 10), LONGEST_WAIT)
    return wait * (1 + jitter / 2)


def settle(  # one argument a column
    tx: Connection, seq: int, state: State, result: str, now: datetime, error: str = ""
) -> None:
    """The wish came to its end: done, or stopped with the reason in words. `error` is the reason
    once more where it is no person's doing, so that people can be told."""
    tx.execute(
        outbox.update()
        .where(outbox.c.seq == seq)
        .values(state=state, result=result, settled_at=now, last_error=error)
    )


def postpone(
    tx: Connection, seq: int, error: str, now: datetime, after: timedelta | None = None
) -> None:
    """It did not work this time: remember why, and a server's own delay where it named one.

    A delay of days is cut short: such a time could not be told from one that a wrong clock wrote.
    """
    values: dict[str, Any] = {"last_error": error}
    if after is not None:
        values["next_try_at"] = now + min(after, FURTHEST)
    tx.execute(outbox.update().where(outbox.c.seq == seq).values(**values))


def change(tx: Connection, seqs: Sequence[int], to: State, now: datetime) -> int:
    """A person holds, releases, retries or drops wishes. How many were in a state that allows it.

    Done is done: it is never changed. Releasing and retrying make a wish due at once.
    """
    allowed = {
        State.HELD: (State.DUE,),
        State.DUE: (State.HELD, State.STOPPED, State.DUE),
        State.DROPPED: (State.HELD, State.DUE, State.STOPPED),
    }[to]
    changed = 0
    for some in in_lists(seqs):
        changed += tx.execute(
            outbox.update()
            .where(outbox.c.seq.in_(some), outbox.c.state.in_(allowed))
            .values(
                state=to,
                next_try_at=now,
                settled_at=now if to is State.DROPPED else None,
            )
        ).rowcount
    return changed


def listing(
    tx: Connection,
    states: Sequence[State] = (),
    subject: str = "",
    kind: str = "",
    limit: int | None = None,
    *,
    after: int = 0,
) -> tuple[Wish, ...]:
    """Wishes, oldest first; only those with a number above `after`."""
    query: Select[Any] = select(outbox).where(outbox.c.seq > after).order_by(outbox.c.seq)
    if states:
        query = query.where(outbox.c.state.in_(states))
    if subject:
        query = query.where(outbox.c.subject == subject)
    if kind:
        query = query.where(outbox.c.kind == kind)
    if limit is not None:
        query = query.limit(limit)
    return tuple(_wish(row) for row in tx.execute(query))


def wishes(tx: Connection, seqs: Sequence[int]) -> tuple[Wish, ...]:
    """Wishes by their numbers, as far as they exist, oldest first."""
    rows = [
        row
        for some in in_lists(seqs)
        for row in tx.execute(select(outbox).where(outbox.c.seq.in_(some)))
    ]
    return tuple(sorted(map(_wish, rows), key=lambda wish: wish.seq))


def counts(tx: Connection) -> dict[State, int]:
    """How many wishes are in each state; every state is named."""
    found = {
        State(state): count
        for state, count in tx.execute(
            select(outbox.c.state, func.count()).group_by(outbox.c.state)
        )
    }
    return {state: found.get(state, 0) for state in State}


def next_due_at(tx: Connection) -> datetime | None:
    """When the earliest due wish may be tried; None when nothing is due."""
    at: datetime | None = tx.scalar(
        select(outbox.c.next_try_at)
        .where(outbox.c.state == State.DUE)
        .order_by(outbox.c.next_try_at)
        .limit(1)
    )
    return at


def _wish(row: Row[Any]) -> Wish:
    return Wish(
        seq=row.seq,
        key=row.key,
        subject=row.subject,
        kind=row.kind,
        action=load(KINDS[row.kind], row.action),
        reason_codes=tuple(row.reason_codes),
        words=row.words,
        occasion=row.occasion,
        state=State(row.state),
        tries=row.tries,
        next_try_at=row.next_try_at,
        last_error=row.last_error,
        result=row.result,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )
