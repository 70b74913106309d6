"""Reading rule files: every mistake at once, each with its file, its entry and what to do."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from mailbridge.domain.rules import RulesBroken


class Shape(Enum):
    """What a key of an entry may hold; the value says so to people."""

    TEXT = "a text in quotes"
    TEXTS = 'a list of texts, such as ["one", "two"]'
    PATTERNS = 'a table of header names and patterns, such as { List-Id = "news" }'
    SHARE = "a number from 0 to 1"
    FLAG = "true or false"

    def fits(self, value: object) -> bool:
        """Whether a value read from TOML has this shape."""
        match self:
            case Shape.TEXT:
                return isinstance(value, str)
            case Shape.TEXTS:
                return isinstance(value, list) and all(isinstance(one, str) for one in value)
            case Shape.PATTERNS:
                return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
            case Shape.SHARE:
                # In Python a bool is an int, but nobody means `confidence = true`.
                return (
                    isinstance(value, int | float) and type(value) is not bool and 0 <= value <= 1
                )
            case Shape.FLAG:
                return isinstance(value, bool)


@dataclass(slots=True)
class Reading:
    """One reading of rule files, and what was found wrong so far."""

    problems: list[str] = field(default_factory=list)

    def table(self, file: str, text: str) -> dict[str, object]:
        """A file's TOML, or an empty table when it is not TOML at all."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as broken:
            self.problems.append(f"{file}: not TOML: {broken}. Mend that place and try again.")
            return {}

    def known(self, where: str, what: str, given: Iterable[str], allowed: Iterable[str]) -> None:
        """Note every name that is not one of the allowed ones, with the nearest that is."""
        names = list(allowed)
        for name in given:
            if name not in names:
                self.problems.append(f"{where}: unknown {what} {name!r}{nearest(name, names)}")

    def entries(self, file: str, table: Mapping[str, object], key: str) -> list[dict[str, object]]:
        """The `[[key]]` tables of a file."""
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
            return found
        self.problems.append(f"{file}: {key!r} must be written as [[{key}]] tables")
        return []

    def shapes(
        self,
        where: str,
        entry: Mapping[str, object],
        shapes: Mapping[str, Shape],
        needed: Iterable[str],
    ) -> dict[str, object]:
        """The keys of one entry that have the right shape; every other key is a problem."""
        self.known(where, "key", entry, shapes)
        good: dict[str, object] = {}
        for key, shape in shapes.items():
            if key not in entry:
                continue
            if shape.fits(entry[key]):
                good[key] = entry[key]
            else:
                self.problems.append(f"{where}: {key!r} must be {shape.value}")
        for key in needed:
            if key not in entry or entry[key] in ("", []):
                self.problems.append(f"{where}: {key!r} is missing")
        return good

    def end(self) -> None:
        """Raise RulesBroken when anything was wrong."""
        if self.problems:
            raise RulesBroken(tuple(self.problems))


def nearest(name: str, names: Iterable[str]) -> str:
    """A question for the end of an error: which known name was meant; "" when none is near.

    >>> nearest("Housng", ["Housing", "Pensions"])
    "; did you mean 'Housing'?"
    >>> nearest("xyz", ["Housing"])
    ''
    """
    by_case = {known.casefold(): str(known) for known in names}
    found = difflib.get_close_matches(name.casefold(), by_case, n=1)
    return f"; did you mean {by_case[found[0]]!r}?" if found else ""
