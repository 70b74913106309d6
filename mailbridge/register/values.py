"""What the cells of a row say, with everything that is wrong with them collected on the way."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

import phonenumbers
from nameparser import HumanName

from mailbridge.domain.people import Wait, wait_from
from mailbridge.matching.identifiers import find_postcodes

# What people and programs write into a cell to say that there is nothing.
_NOTHING_WORDS = (
    "- -- . ? n/a na #n/a none nil null unknown not-known no-email noemail not-given tbc x"
)
_NOTHING = frozenset(_NOTHING_WORDS.split())
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
_BRACKETED = re.compile(r"<([^<>]*)>")
_SEVERAL = re.compile(r"[;,\s|]+")
_LISTED = re.compile(r"\s*[;,|\n]\s*")
_SEVERAL_PHONES = re.compile(r"\s*(?:[;,|/\n]|\bor\b|\band\b)\s*", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+(?:Z|[+-][\d:]+)?)?")
_BRITISH = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})[\s./,-]+"
    r"(\d{4}|\d{2})(?:,?\s+[\d:]+(?:\s*[ap]m)?)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YES = frozenset({"yes", "y", "true", "1", "x", "sensitive", "confidential", "restricted"})
_NO = frozenset({"no", "n", "false", "0", "normal"})
_LONGEST_INITIALS = 2  # JB and MJ are initials; LI and NG in capitals stay so, which is no harm

# Anybody may have an address there, so it can say nothing about an organisation.
_PERSONAL_MAIL_NAMES = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.co.uk live.com msn.com
    yahoo.com yahoo.co.uk icloud.com me.com aol.com btinternet.com sky.com talktalk.net mail.com
    virginmedia.com ntlworld.com proton.me protonmail.com gmx.com
"""
_PERSONAL_MAIL = frozenset(_PERSONAL_MAIL_NAMES.split())

# Parts of names that are rightly small, and letters after a name.
_SMALL_OR_LETTERS = """
    and bin bint ben ibn von van der den del della dos das
    mbe obe cbe kbe dbe jp mp qc kc phd frcs
"""
_LEFT_ALONE = frozenset(_SMALL_OR_LETTERS.split())
_LONGEST_EMAIL = 254  # characters (RFC 5321, section 4.5.3.1.3, less the angle brackets)


class Cells:
    """One row's cells by field. Reading them collects `problems` (the row is refused) and `notes`
    (one detail is left out), in words for people."""

    def __init__(self, cells: Mapping[str, Sequence[str]]) -> None:
        self._cells = cells
        self.problems: list[str] = []
        self.notes: list[str] = []

    def text(self, field: str, most: int = 300) -> str:
        """One line of text; the first filled cell where several columns are of this field."""
        text = next((" ".join(cell.split()) for cell in self._cells.get(field, ()) if cell), "")
        if len(text) > most:
            self.problems.append(f"{field} is longer than {most} characters")
        return text[:most]

    def filled(self, field: str) -> tuple[str, ...]:
        """Every cell of this field that says something."""
        return tuple(
            cell
            for cell in self._cells.get(field, ())
            if cell and cell.casefold().replace(" ", "-") not in _NOTHING
        )

    def listed(self, field: str) -> tuple[str, ...]:
        """Words with commas, semicolons, bars or line breaks between, each once."""
        parts = (part for cell in self.filled(field) for part in _LISTED.split(cell))
        return tuple(dict.fromkeys(filter(None, parts)))

    def emails(self, field: str) -> tuple[str, ...]:
        """E-mail addresses, small letters, each once. One that is none refuses the row: a wrong
        address would file somebody's mail under another."""
        found: dict[str, None] = {}
        for cell in self.filled(field):
            # "Amina Khan <amina@…>", or addresses with anything between. No @, one mistake.
            parts = _BRACKETED.findall(cell) or (_SEVERAL.split(cell) if "@" in cell else [cell])
            for part in parts:
                address = part.strip(" .'").removeprefix("mailto:").lower()
                if len(address) <= _LONGEST_EMAIL and _EMAIL.fullmatch(address):
                    found[address] = None
                elif address:
                    self.problems.append(f"{part[:80]!r} is not an e-mail address")
        return tuple(found)

    def phones(self, field: str) -> tuple[str, ...]:
        """Telephone numbers in E.164, British if unmarked, each once."""
        found: dict[str, None] = {}
        for cell in self.filled(field):
            for part in filter(None, _SEVERAL_PHONES.split(cell)):
                if number := _e164(part):
                    found[number] = None
                else:
                    self.notes.append(f"{part!r} is not a telephone number, and was left out")
        return tuple(found)

    def postcode(self, field: str) -> str:
        """A UK postcode as Royal Mail spells it, or "" where there is none."""
        cell = next(iter(self.filled(field)), "")
        found = find_postcodes(cell)
        if cell and len(found) != 1:
            self.notes.append(f"{cell!r} is not a UK postcode, and was left out")
        return found[0] if len(found) == 1 else ""

    def domains(self, field: str) -> tuple[str, ...]:
        """Domains, small letters. One where anybody may have an address refuses the row."""
        found: dict[str, None] = {}
        for part in self.listed(field):
            domain = part.lower().removeprefix("@").removeprefix("www.").rstrip(".")
            if not _DOMAIN.fullmatch(domain):
                self.problems.append(f"{part!r} is not a domain: write what follows the @")
            elif domain in _PERSONAL_MAIL:
                self.problems.append(f"anybody may have an address at {domain}: it is no body's")
            else:
                found[domain] = None
        return tuple(found)

    def day(self, field: str) -> date | None:
        """A day: 2026-11-21, 21/11/2026 (the day first, always), 21 Nov 2026."""
        cell = next(iter(self.filled(field)), "")
        day = day_from(cell)
        if cell and day is None:
            self.problems.append(f"{field} is {cell!r}, which is no day: write it like 2026-11-21")
        return day

    def yes(self, field: str) -> bool:
        """Yes or no; an empty cell is no. Anything else refuses the row: unknown is not no."""
        cell = next((cell.casefold() for cell in self._cells.get(field, ()) if cell), "")
        if cell and cell not in _YES | _NO:
            self.problems.append(f"{field} is {cell!r}: write yes or no")
        return cell in _YES

    def wait(self, field: str) -> Wait | None:
        """How long an answer may take; None where the cell is empty."""
        cell = next(iter(self.filled(field)), "")
        wait = wait_from(cell)
        if cell and wait is None:
            self.problems.append(
                f'{field} is {cell!r}: write it like "20 working days" or "21 days"'
            )
        return wait


def day_from(text: str) -> date | None:
    """The day a cell names, British order, a time of day left aside; None where it names none.

    >>> day_from("3/4/2026"), day_from("21st Nov 2026"), day_from("2026-11-21 09:30")
    (datetime.date(2026, 4, 3), datetime.date(2026, 11, 21), datetime.date(2026, 11, 21))
    >>> day_from("31/2/2026") is None
    True
    """
    if iso := _ISO.fullmatch(text.strip()):
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
    elif british := _BRITISH.fullmatch(text.strip()):
        day, year = int(british[1]), int(british[3])
        word = british[2].lower()
        month = (
            int(word)
            if word.isdigit()
            else _MONTHS.index(word[:3]) + 1
            if word[:3] in _MONTHS
            else 0
        )
        # A list of an office's cases reaches back some years, and hardly forward.
        year += 2000 if year < 100 else 0  # noqa: PLR2004  # a year of two digits
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def whole_name(name: str) -> str:
    """A name as people say it: the given name first, and not in capitals alone.

    >>> whole_name("O'NEILL, Siobhán"), whole_name("Khan, Mrs Amina")
    ("Siobhán O'Neill", 'Mrs Amina Khan')
    >>> whole_name("Amina and Imran Khan")
    'Amina and Imran Khan'
    """
    if "," in name:
        turned = HumanName(name)
        name = " ".join(
            filter(None, (turned.title, turned.first, turned.middle, turned.last, turned.suffix))
        )
    return " ".join(cased(part) for part in name.split())


@lru_cache(maxsize=10_000)
def cased(part: str) -> str:
    """One part of a name with capitals where they belong, if it is all capitals or has none.

    >>> cased("MCDONALD"), cased("khan-smith"), cased("O'NEILL")
    ('McDonald', 'Khan-Smith', "O'Neill")
    >>> cased("MJ"), cased("de"), cased("MBE")
    ('MJ', 'de', 'MBE')
    """
    if len(part) <= _LONGEST_INITIALS or not (part.isupper() or part.islower()):
        return part
    if part.lower() in _LEFT_ALONE:
        return part
    name = HumanName(last=part)
    name.capitalize(force=True)
    return str(name.last) or part


@lru_cache(maxsize=10_000)
def _e164(text: str) -> str:
    """A telephone number in E.164, or "" where it is none.

    Ofcom's numbers for drama are taken: they are nobody's, but made-up registers have them.
    """
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
