"""The lists an office keeps elsewhere, read from CSV and XLSX into rows that can be trusted.

    file → table (tables) → which column holds what (mapping) → rows, and those refused (rows)

Nothing here writes anything; `store.register` records the rows.
"""

from enum import StrEnum


class Kind(StrEnum):
    """Which list it is."""

    CONSTITUENTS = "constituents"
    CASES = "cases"
    ORGANISATIONS = "organisations"
    CASEWORKERS = "caseworkers"
