"""Dovecot's `dovecot-keywords`: which letter of a file name stands for which keyword in a folder.

Lines like "0 Housing": the number 0-25 is the letter a-z. Names are the same in any letter case.
Source: Dovecot's "Maildir Mailbox Format", "IMAP keywords", and maildir-keywords.c.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from string import ascii_lowercase

from mailbridge import disk
from mailbridge.domain.errors import Refused
from mailbridge.faults import Step

FILE = "dovecot-keywords"
LETTERS = ascii_lowercase
_SECOND = 1_000_000_000


def parsed(text: str) -> dict[str, str]:
    r"""Letter → keyword; lines that are no such entry are skipped, as Dovecot skips them.

    >>> parsed("0 Housing\n3 Awaiting_answer\nrubbish\n26 beyond\n")
    {'a': 'Housing', 'd': 'Awaiting_answer'}
    """
    lines = (line.partition(" ") for line in text.splitlines())
    return {
        LETTERS[int(number)]: name
        for number, _, name in lines
        if name and number.isdecimal() and int(number) < len(LETTERS)
    }


def written(keywords: Mapping[str, str]) -> str:
    r"""The text of the file.

    >>> written({"d": "Urgent", "a": "Housing"})
    '0 Housing\n3 Urgent\n'
    """
    return "".join(f"{LETTERS.index(letter)} {keywords[letter]}\n" for letter in sorted(keywords))


def name_of(letter: str, keywords: Mapping[str, str]) -> str:
    """The keyword of a letter; one that the file has lost is named as Dovecot names it.

    >>> name_of("a", {"a": "Housing"}), name_of("c", {"a": "Housing"})
    ('Housing', 'unknown-2')
    """
    return keywords.get(letter, f"unknown-{LETTERS.index(letter)}")


def allotted(
    names: Iterable[str],
    keywords: Mapping[str, str],
    used: Callable[[], frozenset[str]],
    reserved: Iterable[str] = (),
) -> dict[str, str]:
    """The file's content with a letter for each name, reusing letters that no mail carries.

    `used` tells the letters that mails in the folder carry; asked only when all 26 are given out.
    `reserved` names always find a letter: others leave as many free as those still lack. Raises
    Refused when a name finds none.

    >>> allotted(["Urgent", "housing"], {"a": "Housing"}, frozenset)
    {'a': 'Housing', 'b': 'Urgent'}
    >>> full = dict.fromkeys(LETTERS[1:], "x") | {"a": "Old"}
    >>> allotted(["New"], full, lambda: frozenset(LETTERS[1:]))["a"]
    'New'
    >>> nearly_full = dict.fromkeys(LETTERS[1:], "x")
    >>> allotted(["Urgent"], nearly_full, lambda: frozenset(LETTERS[1:]), ["Urgent"])["a"]
    'Urgent'
    >>> used = frozenset(LETTERS[1:])
    >>> allotted(["Own"], nearly_full, lambda: used, ["Urgent"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    mailbridge.domain.errors.Refused: A Maildir folder holds at most 26 different ...
    """
    result = dict(keywords)
    kept = {name.lower() for name in reserved}
    taken: frozenset[str] | None = None
    for name in names:
        if letter_of(name, result):
            continue
        free = [letter for letter in LETTERS if letter not in result]
        held = {letter for letter, known in result.items() if known.lower() in kept}
        lacking = len(kept - {result[letter].lower() for letter in held})
        needed = 0 if name.lower() in kept else lacking
        if len(free) <= needed:
            taken = used() if taken is None else taken
            free += [each for each in LETTERS if each in result and each not in taken | held]
        if len(free) <= needed:
            raise Refused(
                f"A Maildir folder holds at most {len(LETTERS)} different categories, and mails "
                "in this one use them all. Take a category off the mails that have it, or move "
                "some mails elsewhere."
            )
        result[free[0]] = name
        if taken is not None:
            taken |= {free[0]}
    return result


def letter_of(name: str, keywords: Mapping[str, str]) -> str:
    """The letter of a keyword, or "".

    >>> letter_of("HOUSING", {"a": "Housing"}), letter_of("Urgent", {"a": "Housing"})
    ('a', '')
    """
    wanted = name.lower()
    return next((letter for letter, known in keywords.items() if known.lower() == wanted), "")


def load(folder: Path) -> dict[str, str]:
    """Letter → keyword of a folder; empty when it has none."""
    try:
        text = (folder / FILE).read_text("utf-8", "replace")
    except FileNotFoundError:
        return {}
    return parsed(text)


def save(folder: Path, keywords: Mapping[str, str], step: Step) -> None:
    """Replace the file. The caller holds the folder's lock."""
    path, temporary = folder / FILE, folder / "tmp" / f"{FILE}.{os.getpid()}"
    before = path.stat().st_mtime_ns if path.exists() else 0
    step("keywords: before the new list is written")
    disk.write(temporary, written(keywords).encode())
    # Dovecot reads the file again only when its time has changed by a whole second.
    now = temporary.stat().st_mtime_ns
    if now // _SECOND <= before // _SECOND:
        os.utime(temporary, ns=(now, (before // _SECOND + 1) * _SECOND))
    step("keywords: before the new list takes its place")
    temporary.replace(path)
    disk.flush_folder(folder)
    step("keywords: after the new list took its place")
