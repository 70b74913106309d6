"""Opening, sharing and losing the database: what is kept, and what people are told."""

import ast
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

import mailbridge.store as store_package
from mailbridge.store import engine, migrate, state
from mailbridge.store.engine import HEAD, Store, StoreUnavailable, open_store
from mailbridge.store.rows import in_lists, put
from mailbridge.store.tables import constituents, metadata, notes
from mailbridge.store.types import UtcDateTime

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
POSTGRESQL = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types


def write(tx: Connection, value: str, name: str = "a note") -> None:
    state.write_note(tx, name, value, NOW)


def read(store: Store, name: str = "a note") -> str | None:
    with store.reading() as tx:
        note = state.note(tx, name)
    return note.value if note else None


def fail_after_writing(store: Store) -> None:
    with store.writing() as tx:
        write(tx, "lost")
        raise LookupError


def write_after(store: Store, pragma: str, value: str) -> None:
    with store.writing() as tx:
        tx.exec_driver_sql(pragma)
        write(tx, value, "another")


def fails_with(store: Store, error: Exception) -> None:
    with store.writing():
        raise error


TWICE = [{"name": "one", "value": "CANARY", "at": NOW}] * 2


# --- migrations --------------------------------------------------------------------------------


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(migrate.SCRIPTS)).get_heads() == [HEAD]


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_opening_twice_changes_nothing(file: Path) -> None:
    first = open_store(f"sqlite:///{file}")
    with first.writing() as tx:
        write(tx, "kept")
    first.close()
    second = open_store(f"sqlite:///{file}")
    assert read(second) == "kept"
    second.close()


def test_a_database_of_a_newer_mailbridge_is_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    with pytest.raises(StoreUnavailable, match=r"newer mailbridge.*9999.*Nothing was touched"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_an_upgrade_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    made = []

    def cut(*what: object) -> None:
        """The power fails while the third table is made."""
        made.extend([words for words in what if "CREATE TABLE" in str(words)])
        if len(made) == 3:
            raise KeyboardInterrupt

    def failing(target_url: URL, *, hide_parameters: bool) -> Engine:
        target = create_engine(target_url, hide_parameters=hide_parameters)
        event.listen(target, "before_cursor_execute", cut)
        return target

    with monkeypatch.context() as patched:
        patched.setattr(engine, "create_engine", failing)
        with pytest.raises(KeyboardInterrupt):
            open_store(url)
    assert len(made) == 3
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    opened = open_store(url)
    assert read(opened) is None
    opened.close()


def test_alembic_is_not_loaded_for_a_database_that_is_up_to_date(file: Path) -> None:
    script = (
        "import sys; from mailbridge.store.engine import open_store;"
        f"open_store('sqlite:///{file}').close(); print('alembic' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == "False"


# --- transactions ------------------------------------------------------------------------------


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(LookupError):
        fail_after_writing(store)
    assert read(store) is None


def test_what_is_written_while_reading_is_thrown_away(store: Store) -> None:
    with store.reading() as tx:
        write(tx, "lost")
    assert read(store) is None


def test_nothing_of_a_rehearsal_stays_and_everything_can_be_seen_in_it(store: Store) -> None:
    with store.writing() as tx:
        write(tx, "before")
    with store.rehearsing() as rehearsal:
        with rehearsal.writing() as tx:
            write(tx, "tried out")
        with pytest.raises(LookupError):
            fail_after_writing(rehearsal)
        assert read(rehearsal) == "tried out"
    assert read(store) == "before"


def test_a_rehearsal_that_ends_badly_leaves_nothing_either(store: Store) -> None:
    with pytest.raises(LookupError), store.rehearsing() as rehearsal:
        fail_after_writing(rehearsal)
    assert read(store) is None


def test_status_can_look_while_the_daemon_writes(store: Store, file: Path) -> None:
    with store.writing() as tx:
        write(tx, "before")
    with store.writing() as tx:
        write(tx, "half done")
        script = (
            "from mailbridge.store.engine import open_store; from mailbridge.store import state\n"
            f"store = open_store('sqlite:///{file}')\n"
            "with store.reading() as tx: print(state.note(tx, 'a note').value)"
        )
        root = Path(__file__).resolve().parents[2]
        said = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": str(root)},
            check=True,
            capture_output=True,
            text=True,
            timeout=8,  # less than a writer would wait for the lock
        )
        assert said.stdout.strip() == "before"
    assert read(store) == "half done"


def test_a_look_is_of_one_moment_whatever_is_written_meanwhile(store: Store, file: Path) -> None:
    other = open_store(f"sqlite:///{file}")
    with store.reading() as tx:
        assert state.note(tx, "a note") is None
        with other.writing() as writing:
            write(writing, "new")
        assert state.note(tx, "a note") is None
    assert read(store) == "new"
    other.close()


def test_a_commit_outlives_a_power_cut(store: Store) -> None:
    with store.reading() as tx:
        modes = [
            tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert modes == ["wal", 2, 1]  # 2 is FULL


# --- trouble, in words -------------------------------------------------------------------------


def test_a_database_in_use_says_so(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 1)
    other = open_store(f"sqlite:///{file}")
    with store.writing() as tx:
        write(tx, "mine")
        with pytest.raises(StoreUnavailable, match="in use by another program"), other.writing():
            raise AssertionError("two writers at once")
    other.close()
    assert read(store) == "mine"


def test_a_full_disk_says_so_and_loses_nothing(store: Store) -> None:
    with store.writing() as tx:
        write(tx, "kept")
    with pytest.raises(StoreUnavailable, match=r"disk .* is full.*Nothing was lost"):
        # SQLite says so when it may not have another page.
        write_after(store, "PRAGMA max_page_count = 1", "lost" * 500_000)
    assert read(store) == "kept"
    assert read(store, "another") is None


def test_a_database_that_may_only_be_read_says_so(store: Store) -> None:
    with pytest.raises(StoreUnavailable, match="may not be written"):
        write_after(store, "PRAGMA query_only = ON", "lost")


@pytest.mark.parametrize("content", [b"Dear diary, " * 1000, b"\0" * 5000 + b"x"])
def test_a_file_that_is_no_database_says_so_and_is_left_as_it_is(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="is something else"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_damaged_database_says_so(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[100:40_000] = b"\xff" * 39_900
    file.write_bytes(raw)
    with pytest.raises(StoreUnavailable, match=r"damaged|something else"):
        open_store(f"sqlite:///{file}")


def test_a_folder_is_made_for_the_database_and_one_that_cannot_be_is_told_of(
    tmp_path: Path,
) -> None:
    open_store(f"sqlite:///{tmp_path / 'new' / 'deep' / 'store.sqlite'}").close()
    (tmp_path / "a file").write_text("")
    with pytest.raises(StoreUnavailable, match="cannot be made"):
        open_store(f"sqlite:///{tmp_path / 'a file' / 'store.sqlite'}")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'folder'}")


def test_any_other_trouble_is_told_with_the_databases_own_words(store: Store) -> None:
    odd = OperationalError("SELECT 1", {}, sqlite3.OperationalError("server closed the connection"))
    # Raised inside of a transaction, as PostgreSQL does; there is none here to do it.
    with pytest.raises(StoreUnavailable, match=r"\(server closed the connection\)"):
        fails_with(store, odd)


def test_a_fault_of_ours_is_no_trouble_of_the_database(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as tx:
        tx.execute(insert(notes), TWICE)


def test_an_error_holds_no_words_of_a_mail(store: Store) -> None:
    with pytest.raises(IntegrityError) as told, store.writing() as tx:
        tx.execute(insert(notes), TWICE)
    assert "CANARY" not in str(told.value)


# --- types and rows ----------------------------------------------------------------------------


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a zone"), store.writing() as tx:
        state.write_note(tx, "a note", "", datetime(2026, 11, 3))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    "at",
    [
        NOW,
        datetime(2026, 7, 1, 9, tzinfo=LONDON),
        # The hour that the last Sunday of October has twice, and both of them.
        datetime(2026, 10, 25, 1, 30, fold=0, tzinfo=LONDON),
        datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON),
        datetime(2026, 11, 3, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
    ],
)
def test_an_instant_is_kept_to_the_microsecond_and_comes_back_in_utc(
    store: Store, at: datetime
) -> None:
    with store.writing() as tx:
        state.write_note(tx, "a note", "", at)
    with store.reading() as tx:
        note = state.note(tx, "a note")
    assert note is not None
    assert note.at == at.astimezone(UTC)
    assert note.at.utcoffset() == timedelta(0)


def test_postgresql_is_handed_aware_times() -> None:
    bound = UtcDateTime().process_bind_param(NOW.astimezone(LONDON), POSTGRESQL)
    assert bound == NOW
    assert bound is not None
    assert bound.tzinfo is UTC


def test_put_writes_a_row_whether_or_not_it_exists(store: Store) -> None:
    with store.writing() as tx:
        assert put(tx, notes, {"name": "x"}, {"value": "1", "at": NOW})
        assert not put(tx, notes, {"name": "x"}, {"value": "2", "at": NOW})
        assert tx.execute(select(notes.c.name, notes.c.value)).all() == [("x", "2")]


def test_long_lists_come_in_portions_each_value_once() -> None:
    portions = list(in_lists([*range(1_200), *range(1_200)]))
    assert [len(each) for each in portions] == [500, 500, 200]
    assert sorted(chain.from_iterable(portions)) == list(range(1_200))
    assert list(in_lists([])) == []


# --- one SQL everywhere ------------------------------------------------------------------------


def test_every_table_and_index_can_be_made_on_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=POSTGRESQL)).startswith("\nCREATE TABLE")
        for index in table.indexes:
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=POSTGRESQL))
            # PostgreSQL cuts longer names, and then does not find them again.
            assert len(str(index.name)) <= 63


def test_no_module_of_the_store_speaks_sqlites_own_sql() -> None:
    folder = Path(str(store_package.__file__)).parent
    allowed = {"engine.py"}  # pragmas and BEGIN IMMEDIATE, only on SQLite
    for path in folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        if path.name not in allowed:
            assert not names & {"exec_driver_sql", "prefix_with"}, path.name
            assert not [name for name in names if "dialects.sqlite" in name], path.name


def test_ids_are_counted_by_the_database_itself(store: Store) -> None:
    with store.writing() as tx:
        ids = [
            tx.execute(
                insert(constituents).values(name="A", source="person", added_at=NOW)
            ).inserted_primary_key
            for _ in range(2)
        ]
    assert [key[0] for key in ids if key] == [1, 2]
