"""Faults on purpose: edges name each step they take, and tests make one of those steps fail.

Shipped with the package, because the embedded edges take it as an argument and the demo's and the
tests' crash stories are told with it.
"""

from collections import deque
from collections.abc import Callable

Step = Callable[[str], None]
"""What an edge calls with the name of each step it takes; it may raise, and then the edge stops
exactly there."""


def no_fault(step: str) -> None:
    """Nothing fails: what edges use outside of tests."""


class PowerCut(BaseException):
    """The machine stops here. No `except Exception` may swallow it, as none could stop a kill."""


class Faults:
    """A `Step` that fails when told to, and keeps the names of the steps that were reached.

    >>> faults = Faults()
    >>> faults.fail("before move", TimeoutError("busy"))
    >>> faults("before fetch")
    >>> faults("before move")
    Traceback (most recent call last):
    TimeoutError: busy
    >>> faults("before move")  # once only
    >>> faults.reached
    ['before fetch', 'before move', 'before move']
    """

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.each: Step = no_fault  # asked at every step; may raise
        self._awaited: deque[tuple[str, BaseException]] = deque()
        self._cut_in = 0

    def __call__(self, step: str) -> None:
        """Raise what was asked for at this step, if anything was."""
        self.reached.append(step)
        if self._cut_in:
            self._cut_in -= 1
            if not self._cut_in:
                raise PowerCut(step)
        self.each(step)
        for waiting in self._awaited:
            if waiting[0] == step:
                self._awaited.remove(waiting)
                raise waiting[1]

    def fail(self, step: str, error: BaseException) -> None:
        """Raise `error` the next time `step` is reached; told twice, it fails twice."""
        self._awaited.append((step, error))

    def cut_at(self, number: int) -> None:
        """Cut the power at the `number`-th step from now (1 is the next); 0 calls it off."""
        self._cut_in = number
