"""The lock that Dovecot takes on a Maildir folder, taken the same way so that it binds us both.

Dovecot writes `dovecot-keywords` only while it holds `dovecot-uidlist.lock`, a dotlock: a file that
holds "pid:host", linked into place (link(2) fails when it is there). Source: Dovecot 2.3,
file-dotlock.c and maildir-keywords.c.
"""

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from mailbridge.domain.errors import TryLater

STALE_AFTER = 120.0
"""Seconds after which an untouched lock belongs to nobody (MAILDIR_UIDLIST_LOCK_STALE_TIMEOUT)."""

_TRY_EVERY = 0.02
_held: set[Path] = set()  # by this process; a lock with our pid that is not here is a dead one's


@contextmanager
def dotlock(path: Path, scratch: Path, at_most: float = 10.0) -> Iterator[None]:
    """Hold `path`.lock. `scratch` is a folder on the same disk. TryLater after `at_most` seconds.

    A lock is broken, as Dovecot breaks it, when the process on this machine that it names has
    ended, or when nobody touched it for two minutes.
    """
    lock = path.with_name(f"{path.name}.lock")
    ours = scratch / f".lock.{os.getpid()}.{secrets.token_hex(6)}"
    ours.write_text(f"{os.getpid()}:{socket.gethostname()}")
    try:
        _take(lock, ours, at_most)
        _held.add(lock)
        try:
            yield
        finally:
            _held.discard(lock)
            # If somebody thought our lock dead and took it, theirs stays.
            with suppress(FileNotFoundError):
                if lock.samefile(ours):
                    lock.unlink()
    finally:
        ours.unlink(missing_ok=True)


def _take(lock: Path, ours: Path, at_most: float) -> None:
    deadline = time.monotonic() + at_most
    while True:
        try:
            os.link(ours, lock)
        except FileExistsError:
            if _is_dead(lock):
                lock.unlink(missing_ok=True)
                continue
        else:
            return
        if time.monotonic() > deadline:
            raise TryLater(
                "Another program has been writing to this mail folder all the time (it holds "
                f"{lock.name}). It will be tried again."
            )
        Event().wait(_TRY_EVERY)


def _is_dead(lock: Path) -> bool:
    try:
        age = time.time() - lock.stat().st_mtime
        pid, _, host = lock.read_text(errors="replace").strip().partition(":")
    except FileNotFoundError:
        return False  # just released: try again
    if host == socket.gethostname() and pid.isdecimal():
        return lock not in _held if int(pid) == os.getpid() else not _runs(int(pid))
    return age > STALE_AFTER


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
