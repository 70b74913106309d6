"""Naming a fault of ours without telling what was in the mail."""

import traceback


def where_raised(error: BaseException) -> str:
    """Kind of error and the place in the code: "KeyError at weigh.py:42". Never its message,
    which may hold words of a mail.

    >>> try:
    ...     {}["Mrs Khan"]
    ... except KeyError as error:
    ...     where_raised(error).partition(" at ")[0]
    'KeyError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = frames[-1] if frames else None
    at = f" at {place.filename.rpartition('/')[2]}:{place.lineno}" if place else ""
    return f"{type(error).__name__}{at}"
