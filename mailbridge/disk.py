"""Files that a power cut leaves old or new and never half, and the disk's errors in our words.

POSIX promises that rename(2) and link(2) happen whole or not at all; that they outlive a power cut
is promised only once the file, and then its folder, were flushed by fsync(2).
"""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbridge.domain.errors import EdgeError, Refused, SignInNeeded, TryLater
from mailbridge.faults import Step

_FULL = "the disk is full. Nothing was lost; make room and it goes on by itself"
_LOCKED_OUT = (
    "the user that mailbridge runs as has no right to. Give it the right to read and write there"
)
_WORDS: dict[int, tuple[Callable[[str], EdgeError], str]] = {
    errno.ENOSPC: (TryLater, _FULL),
    errno.EDQUOT: (TryLater, _FULL),
    errno.EROFS: (TryLater, "the disk can only be read. Mend or remount it"),
    errno.ENOENT: (TryLater, "it is not there. Check that the disk is mounted"),
    # Nothing works until a person acts, as when a password is no longer accepted.
    errno.EACCES: (SignInNeeded, _LOCKED_OUT),
    errno.EPERM: (SignInNeeded, _LOCKED_OUT),
    errno.ENAMETOOLONG: (Refused, "the name is too long for this disk. Choose a shorter one"),
}


@contextmanager
def telling(doing: str) -> Iterator[None]:
    """Any OSError inside becomes one of our five errors, in words that begin with `doing`.

    >>> with telling("The mail cannot be moved"):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    mailbridge.domain.errors.TryLater: The mail cannot be moved: the disk is full. Nothing was \
lost; make room and it goes on by itself.
    >>> with telling("The mail cannot be moved"):
    ...     pass
    """
    try:
        yield
    except OSError as error:
        kind, words = _WORDS.get(error.errno or 0, (TryLater, str(error.strerror or error)))
        raise kind(f"{doing}: {words}.") from error


def write(path: Path, data: bytes) -> None:
    """Write a file and flush it. Only for names that nobody reads yet."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make what was renamed, made or removed in a folder outlive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(path: Path, data: bytes, step: Step, temporary: Path | None = None) -> None:
    """Put a file in the place of another, or of none. A cut leaves the old one or the new one."""
    temporary = temporary or path.with_name(f".{path.name}.tmp")
    step("before the new file is written")
    write(temporary, data)
    step("before the new file takes its place")
    temporary.replace(path)
    step("before the folder is flushed")
    flush_folder(path.parent)


def create(path: Path, data: bytes, step: Step) -> None:
    """Make a file whole; FileExistsError when there is one, which then stays as it is."""
    temporary = path.with_name(f".{path.name}.tmp")
    step("before the new file is written")
    write(temporary, data)
    step("before the new file gets its name")
    try:
        # Unlike rename, link never takes an existing file's place.
        os.link(temporary, path)
    finally:
        temporary.unlink()
    step("before the folder is flushed")
    flush_folder(path.parent)
