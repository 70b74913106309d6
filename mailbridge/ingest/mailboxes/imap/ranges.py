"""Sets of UIDs as IMAP writes them (RFC 3501 §9, sequence-set): "1:5,7"."""

from collections.abc import Iterable, Iterator


def spelled(uids: Iterable[int]) -> str:
    """UIDs as a sequence-set, sorted and as short as it gets.

    >>> spelled([7, 1, 2, 3, 5, 6]), spelled([])
    ('1:3,5:7', '')
    """
    runs: list[tuple[int, int]] = []
    for uid in sorted(set(uids)):
        if runs and runs[-1][1] == uid - 1:
            runs[-1] = runs[-1][0], uid
        else:
            runs.append((uid, uid))
    return ",".join(f"{first}:{last}" if last > first else str(first) for first, last in runs)


def uids_in(text: str, below: int) -> Iterator[int]:
    """The UIDs of a sequence-set, those from `below` on left out. ValueError for anything else.

    A server may name more UIDs than there ever were (RFC 7162 §3.2.10), so there is a limit.

    >>> list(uids_in("9,1:3", below=3)), list(uids_in("", below=3))
    ([1, 2], [])
    """
    for part in filter(None, text.split(",")):
        first, _, last = part.partition(":")
        low, high = sorted((int(first), int(last or first)))
        yield from range(low, min(high + 1, below))
