"""Between rows and the domain's dataclasses, and the one way to write a row that may exist."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, and_

T = TypeVar("T")
IN_LIST = 500  # values in one IN (…): SQLite and PostgreSQL both take far more


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    """Pydantic's reader and writer of one dataclass, made once."""
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def dump(value: object) -> Any:  # noqa: ANN401  # JSON has no narrower type
    """A dataclass as plain JSON: enums as their values, times in ISO 8601, tuples as lists."""
    return _adapter(type(value)).dump_python(value, mode="json")


def load(kind: type[T], document: object) -> T:
    """The dataclass that `dump` made the document from. Raises ValueError on any other."""
    loaded: T = _adapter(kind).validate_python(document)
    return loaded


def put(tx: Connection, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Write one row, whether or not it exists. True when it is new.

    Update, then insert: there is one writer (the lease), and this is the same SQL everywhere.
    """
    where = and_(*(table.c[name] == value for name, value in key.items()))
    if values and tx.execute(table.update().where(where).values(**values)).rowcount:
        return False
    if not values and tx.execute(table.select().where(where)).first():
        return False
    tx.execute(table.insert().values(**key, **values))
    return True


def in_lists(values: Iterable[T]) -> Iterator[list[T]]:
    """Distinct values in portions that fit one IN (…), in their first order."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), IN_LIST):
        yield distinct[start : start + IN_LIST]
