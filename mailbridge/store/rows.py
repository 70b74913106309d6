"""Between rows and the domain's dataclasses, and the one way to write a row that may exist."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Insert, Select, Table, Update, and_, bindparam

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
    look, update, insert = _statements(table, tuple(key), tuple(values))
    place = {f"at_{name}": value for name, value in key.items()}
    if values and tx.execute(update, {**place, **values}).rowcount:
        return False
    if not values and tx.execute(look, place).first():
        return False
    tx.execute(insert, {**key, **values})
    return True


@cache
def _statements(
    table: Table, key: tuple[str, ...], values: tuple[str, ...]
) -> tuple[Select[Any], Update, Insert]:
    """The SQL of `put`, for any values: SQLAlchemy takes longer to build it than to run it."""
    where = and_(*(table.c[name] == bindparam(f"at_{name}") for name in key))
    update = table.update().where(where).values({name: bindparam(name) for name in values})
    return table.select().where(where), update, table.insert()


def rows_among(
    tx: Connection, query: Select[Any], column: Column[Any], values: Iterable[object]
) -> Iterator[Any]:
    """Rows of a query that have one of these values in a column, for each portion of values anew.

    The query should be one that lasts: what it becomes is built once, as for `put`.
    """
    narrowed = _narrowed(query, column)
    for some in in_lists(values):
        yield from tx.execute(narrowed, {"among": some})


@lru_cache(maxsize=100)
def _narrowed(query: Select[Any], column: Column[Any]) -> Select[Any]:
    return query.where(column.in_(bindparam("among", expanding=True)))


def in_lists(values: Iterable[T]) -> Iterator[list[T]]:
    """Distinct values in portions that fit one IN (…), in their first order."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), IN_LIST):
        yield distinct[start : start + IN_LIST]
