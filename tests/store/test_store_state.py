"""The lease, cursors, notes, the journal and mail set aside."""

from datetime import UTC, datetime, timedelta

import pytest

from mailbridge.domain.message import Copy, Cursor, Handle, Oddity
from mailbridge.store import state
from mailbridge.store.engine import Store

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
LENGTH = timedelta(minutes=5)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("holder", "later", "dead", "expected"),
    [
        pytest.param("a:1", timedelta(0), (), None, id="renewed by whoever has it"),
        pytest.param("b:2", timedelta(0), (), "a:1", id="another has it"),
        pytest.param("b:2", LENGTH - timedelta(seconds=1), (), "a:1", id="nearly over"),
        pytest.param("b:2", LENGTH, (), None, id="run out"),
        pytest.param("b:2", timedelta(0), ("a:1",), None, id="its holder is dead"),
        pytest.param("b:2", timedelta(0), ("c:3",), "a:1", id="somebody else is dead"),
        pytest.param("b:2", -DAY, (), None, id="taken by a clock since put back"),
        pytest.param("b:2", -timedelta(minutes=1), (), None, id="put back by a minute"),
    ],
)
def test_who_gets_the_lease(
    store: Store, holder: str, later: timedelta, dead: tuple[str, ...], expected: str | None
) -> None:
    with store.writing() as tx:
        assert state.take_lease(tx, "mailbox", "a:1", NOW, LENGTH, ()) is None
    with store.writing() as tx:
        assert state.take_lease(tx, "mailbox", holder, NOW + later, LENGTH, dead) == expected
        assert state.lease_holder(tx, "mailbox") == (expected or holder)


def test_a_lease_that_was_renewed_lasts_from_then(store: Store) -> None:
    with store.writing() as tx:
        state.take_lease(tx, "mailbox", "a:1", NOW, LENGTH, ())
        state.take_lease(tx, "mailbox", "a:1", NOW + LENGTH, LENGTH, ())
        taken = state.take_lease(tx, "mailbox", "b:2", NOW + 1.5 * LENGTH, LENGTH, ())
    assert taken == "a:1"


def test_a_lease_given_back_is_free_and_only_its_holder_can_give_it(store: Store) -> None:
    with store.writing() as tx:
        assert not state.lease_holder(tx, "mailbox")
        state.take_lease(tx, "mailbox", "a:1", NOW, LENGTH, ())
        state.give_back(tx, "mailbox", "b:2")
        assert state.lease_holder(tx, "mailbox") == "a:1"
        state.give_back(tx, "mailbox", "a:1")
        assert state.take_lease(tx, "mailbox", "b:2", NOW, LENGTH, ()) is None


def test_each_mailbox_has_a_lease_of_its_own(store: Store) -> None:
    with store.writing() as tx:
        assert state.take_lease(tx, "one", "a:1", NOW, LENGTH, ()) is None
        assert state.take_lease(tx, "two", "b:2", NOW, LENGTH, ()) is None


def test_a_cursor_is_none_before_the_first_reading_and_the_last_one_after(store: Store) -> None:
    with store.writing() as tx:
        assert state.cursor(tx, "mailbox office") is None
        state.save_cursor(tx, "mailbox office", Cursor(""), NOW)
        assert state.cursor(tx, "mailbox office") == ""
        state.save_cursor(tx, "mailbox office", Cursor("1:7"), NOW)
        state.save_cursor(tx, "tasks", Cursor("other"), NOW)
        assert state.cursor(tx, "mailbox office") == "1:7"


def save_and_fail(store: Store) -> None:
    with store.writing() as tx:
        state.save_cursor(tx, "tasks", Cursor("1:7"), NOW)
        raise LookupError


def test_a_cursor_is_saved_with_what_was_read_or_not_at_all(store: Store) -> None:
    with pytest.raises(LookupError):
        save_and_fail(store)
    with store.reading() as tx:
        assert state.cursor(tx, "tasks") is None


def test_a_trouble_that_lasts_keeps_the_time_since_when(store: Store) -> None:
    with store.writing() as tx:
        state.keep_note(tx, "trouble", "one", NOW)
        state.keep_note(tx, "trouble", "two", NOW + DAY)
        assert state.note(tx, "trouble") == state.Note("two", NOW)
        state.write_note(tx, "trouble", "three", NOW + DAY)
        assert state.note(tx, "trouble") == state.Note("three", NOW + DAY)
        state.drop_note(tx, "trouble")
        assert state.note(tx, "trouble") is None


def test_the_journal_is_read_oldest_first_and_only_about_what_was_asked(store: Store) -> None:
    with store.writing() as tx:
        state.write_journal(tx, "mail 1", "second", "…", NOW + DAY)
        state.write_journal(tx, "mail 1", "first", "…", NOW)
        state.write_journal(tx, "mail 1", "third", "…", NOW + DAY)
        state.write_journal(tx, "mail 2", "other", "…", NOW)
        codes = [entry.code for entry in state.read_journal(tx, ["mail 1"])]
        both = state.read_journal(tx, ["mail 1", "mail 2"])
    assert codes == ["first", "second", "third"]
    assert len(both) == 4


def test_a_mail_is_set_aside_once_a_copy_until_a_person_has_seen_to_it(store: Store) -> None:
    copy = Copy("INBOX", Handle("h1"), "1")
    with store.writing() as tx:
        state.put_aside(tx, "office", copy, "k", Oddity("deep", "too deep"), NOW)
        state.put_aside(tx, "office", copy, "k", Oddity("deeper", "deeper still"), NOW)
        (row,) = state.set_aside_list(tx)
        assert (row.folder, row.code, row.words) == ("INBOX", "deeper", "deeper still")
        assert state.resolve(tx, [row.id, 99], NOW) == 1
        assert state.set_aside_list(tx) == ()
        # It failed again: a person should look again.
        state.put_aside(tx, "office", copy, "k", Oddity("deep", "too deep"), NOW)
        assert len(state.set_aside_list(tx)) == 1
