"""Opening the store: one file (SQLite) or one database, brought up to date, ready for use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

HEAD = "0001"  # the newest migration; a test holds it against the folder
BUSY_MS = 10_000  # how long SQLite waits for another process to finish writing


class StoreUnavailable(Exception):
    """The database cannot be read or written; the message is for people. Nothing was lost."""


@dataclass(frozen=True, slots=True)
class Store:
    """Transactions on our database. Everything inside one `writing` block happens or none of it."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent look; changes made in it are thrown away."""
        with _told_plainly(), self.engine.connect() as connection:
            yield connection.execution_options(mailbridge_reading=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed at the end of the block, rolled back by any exception."""
        with _told_plainly(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def rehearsing(self) -> Iterator["Store"]:
        """A store in which everything can be tried out, and of which nothing stays."""
        with _told_plainly(), self.engine.connect() as connection:
            outer = connection.begin()
            try:
                yield Rehearsal(self.engine, connection)
            finally:
                outer.rollback()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


@dataclass(frozen=True, slots=True)
class Rehearsal(Store):
    """A store all of whose transactions lie inside one that is rolled back in the end."""

    connection: Connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look at what has been tried out so far."""
        with _told_plainly():
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A savepoint: undone by an exception, as a transaction would be."""
        with _told_plainly(), self.connection.begin_nested():
            yield self.connection


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Database trouble in words; faults of ours (constraint, programming) stay as they are."""
    try:
        yield
    except DatabaseError as error:
        # A file that is damaged, or no database at all, is told of by the bare class.
        if type(error) not in {OperationalError, DatabaseError}:
            raise
        raise StoreUnavailable(_words_for(error)) from error


def _words_for(error: DBAPIError) -> str:
    """What happened, what it means, what to do."""
    said = str(error.orig)
    for sign, words in (
        ("not a database", "The file that should hold the database is something else."),
        ("malformed", "The database file is damaged: put back a copy of it."),
        ("locked", "The database is in use by another program and did not come free in time."),
        ("full", "The disk that holds the database is full."),
        ("readonly", "The database file may not be written by this user."),
        ("unable to open", "The database file cannot be opened: is its folder there?"),
        ("disk I/O", "The disk that holds the database reports errors."),
    ):
        if sign in said:
            return f"{words} Nothing was lost; the same work is done again once this is mended."
    return f"The database does not answer ({said}). Nothing was lost; it is tried again."


def open_store(url: str) -> Store:
    """The store at an SQLAlchemy URL, its tables brought to the newest form.

    Raises StoreUnavailable, also when a newer mailbridge made the database.
    """
    target = make_url(url)
    is_file = target.get_backend_name() == "sqlite" and target.database not in (
        None,
        "",
        ":memory:",
    )
    if is_file:
        folder = Path(str(target.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"The folder {folder} for the database cannot be made ({error.strerror})."
                " Nothing was lost; make it, or name another in the configuration."
            ) from error
    # Without the parameters: they hold words of mail, and an error's text may end in a log.
    engine = create_engine(target, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    try:
        with _told_plainly():
            _bring_up_to_date(engine)
    except BaseException:
        engine.dispose()  # nobody will have the store that could let go of the file
        raise
    return Store(engine)


def _on_sqlite_connect(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    """WAL lets `status` read while the daemon writes; FULL makes a commit outlive a power cut."""
    del record
    # The driver must not open transactions by itself (SQLAlchemy, "Serializable isolation /
    # Savepoints / Transactional DDL" on its SQLite page): `_on_sqlite_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    """Writers take the lock at once: a read that later turns into a write could fail half-way."""
    is_reading = connection.get_execution_options().get("mailbridge_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that are missing. Alembic is loaded only when there are any."""
    with engine.connect() as opened:
        # Only a look: it must not wait for a daemon that is writing.
        connection = opened.execution_options(mailbridge_reading=True)
        known = inspect(connection).has_table("alembic_version") and connection.scalar(
            text("SELECT version_num FROM alembic_version")
        )
    if known == HEAD:
        return
    if known and str(known) > HEAD:
        message = (
            f"The database was made by a newer mailbridge (its form is {known}, this one knows"
            f" {HEAD}). Nothing was touched. Install the newer version again."
        )
        raise StoreUnavailable(message)
    from mailbridge.store.migrate import upgrade  # noqa: PLC0415  # its import takes 0.5 s

    upgrade(engine)
