"""What every task list must do: each sentence of `mailbridge.ports.TaskList` is a test here.

A backend subclasses `TaskListContract` and gives one fixture, `open_account`, that makes a fresh
account with the office's list and the lists of a few caseworkers.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from mailbridge.domain.casework import Task, TaskCopy
from mailbridge.domain.errors import ChangedMeanwhile, NotThere, TryLater
from mailbridge.domain.message import Cursor
from mailbridge.faults import Faults, PowerCut
from mailbridge.ports import TaskBatch, TaskList

LONDON = ZoneInfo("Europe/London")
CHASE = Task(
    key="K4T7-29/1#1",
    title="Chase: Anytown Council – Khan, damp at Elm Court (K4T7-29)",
    body="We wrote on 2 November.\n\nThey promised: 10 working days; see https://x.example/a,b\n",
    due=date(2026, 11, 24),
    remind_at=datetime(2026, 11, 24, 9, 0, tzinfo=LONDON),
    categories=("Housing", "Transfer: council", "a, b; c"),
    link="https://mail.example/?id=%3C1%40x%3E&view=full",
)
SUMMER = replace(
    CHASE,
    key="K4T7-29/2#1",
    title="Chase: Ombudsman",
    due=date(2026, 7, 1),
    remind_at=datetime(2026, 7, 1, 9, 0, tzinfo=LONDON),
    task_list="amina@mp.example",
)
BARE = Task("attention/sign-in", "mailbridge needs attention: sign in", "", date(2026, 11, 24))


class Account(Protocol):
    """Task lists with a colleague who uses them in another program at the same time."""

    faults: Faults

    @property
    def task_list(self) -> TaskList: ...
    def again(self) -> TaskList:
        """The lists as a freshly started process opens them."""

    def person_completes(self, key: str) -> None: ...
    def person_moves_due(self, key: str, due: date) -> None: ...
    def person_edits(self, key: str, title: str | None = None, body: str | None = None) -> None: ...
    def person_gives_to(self, key: str, task_list: str) -> None: ...
    def person_deletes(self, key: str) -> None: ...
    def person_adds_own(self, title: str, task_list: str = "") -> None: ...
    def forget_history(self) -> None: ...
    def become_unreadable(self) -> None: ...
    def titles(self, task_list: str = "") -> tuple[str, ...]:
        """The titles that a colleague sees in a list, ours and their own."""


OpenAccount = Callable[[], Account]


class Reader:
    """Reads batches as `mailbridge.ports.TaskBatch` says, and knows what they told."""

    def __init__(self, tasks: TaskList) -> None:
        self.tasks = tasks
        self.cursor: Cursor | None = None
        self.known: dict[str, TaskCopy] = {}
        self.reads()

    def reads(self) -> TaskBatch:
        batch = self.tasks.changes(self.cursor)
        told = {copy.task.key: copy for copy in batch.tasks}
        kept = {} if batch.is_complete else self.known
        self.known = {key: copy for key, copy in (kept | told).items() if key not in batch.gone}
        self.cursor = batch.cursor
        return batch


def after_every_cut(
    open_account: OpenAccount, prepare: Callable[[Account], None], act: Callable[[Account], object]
) -> Iterator[Account]:
    """A fresh account whose power is cut at the first step of `act`, then at the second, …"""
    for step in itertools.count(1):
        account = open_account()
        prepare(account)
        account.faults.cut_at(step)
        try:
            act(account)
        except PowerCut:
            account.faults.cut_at(0)
            yield account
        else:
            if step == 1:
                pytest.skip("this account cannot be told to fail")
            return


class TaskListContract:
    @pytest.fixture
    def open_account(self) -> OpenAccount:
        raise NotImplementedError

    @pytest.fixture
    def account(self, open_account: OpenAccount) -> Account:
        return open_account()

    def test_it_has_a_short_lasting_name(self, account: Account) -> None:
        assert account.task_list.name == account.again().name != ""

    @pytest.mark.parametrize("task", [CHASE, SUMMER, BARE, replace(CHASE, is_done=True)])
    def test_a_task_comes_back_as_it_was_put(self, account: Account, task: Task) -> None:
        copy = account.task_list.put(task, None)
        assert copy.task == task
        assert account.task_list.find(task.key) == copy
        assert account.again().find(task.key) == copy
        assert account.titles(task.task_list) == (task.title,)

    def test_a_task_of_another_key_is_not_found(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        assert account.task_list.find("K4T7-29/1#2") is None
        assert account.task_list.find("K4T7-29/1") is None

    def test_creating_a_task_whose_key_exists_is_told_and_changes_nothing(
        self, account: Account
    ) -> None:
        copy = account.task_list.put(CHASE, None)
        with pytest.raises(ChangedMeanwhile):
            account.task_list.put(replace(CHASE, title="again", task_list="olu@mp.example"), None)
        assert account.task_list.find(CHASE.key) == copy
        assert account.titles() == (CHASE.title,)
        assert account.titles("olu@mp.example") == ()

    def test_every_field_of_ours_can_be_overwritten(self, account: Account) -> None:
        first = account.task_list.put(CHASE, None)
        changed = Task(
            key=CHASE.key,
            title="new",
            body="other\n",
            due=date(2027, 1, 4),
            categories=("X",),
            task_list="amina@mp.example",
            is_done=True,
        )
        copy = account.task_list.put(changed, first.version)
        assert copy.task == changed
        assert account.again().find(CHASE.key) == copy
        assert account.titles() == ()
        assert account.titles("amina@mp.example") == ("new",)
        assert account.task_list.put(CHASE, copy.version).task == CHASE

    def test_overwriting_another_version_is_told_and_changes_nothing(
        self, account: Account
    ) -> None:
        first = account.task_list.put(CHASE, None)
        account.person_edits(CHASE.key, body="They rang back.")
        with pytest.raises(ChangedMeanwhile):
            account.task_list.put(replace(CHASE, body="ours"), first.version)
        found = account.task_list.find(CHASE.key)
        assert found is not None
        assert found.task.body == "They rang back."
        assert account.task_list.put(replace(CHASE, body="ours"), found.version).task.body == "ours"

    def test_overwriting_one_that_is_gone_is_told(self, account: Account) -> None:
        first = account.task_list.put(CHASE, None)
        account.person_deletes(CHASE.key)
        with pytest.raises(NotThere):
            account.task_list.put(CHASE, first.version)
        assert account.task_list.find(CHASE.key) is None
        assert account.titles() == ()

    def test_the_version_changes_with_every_change(self, account: Account) -> None:
        versions = [account.task_list.put(CHASE, None).version]
        acts: tuple[Callable[[], None], ...] = (
            lambda: account.person_edits(CHASE.key, title="one"),
            lambda: account.person_edits(CHASE.key, title="two"),
            lambda: account.person_moves_due(CHASE.key, date(2026, 12, 1)),
            lambda: account.person_gives_to(CHASE.key, "olu@mp.example"),
            lambda: account.person_completes(CHASE.key),
        )
        for act in acts:
            act()
            found = account.task_list.find(CHASE.key)
            assert found is not None
            versions.append(found.version)
        assert len(set(versions)) == 6

    def test_what_people_do_to_a_task_is_seen(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        reader = Reader(account.task_list)
        account.person_edits(CHASE.key, title="Ring them", body="Mrs Obi, ext. 4")
        account.person_moves_due(CHASE.key, date(2026, 12, 1))
        account.person_gives_to(CHASE.key, "olu@mp.example")
        account.person_completes(CHASE.key)
        reader.reads()
        task = reader.known[CHASE.key].task
        assert (task.title, task.body) == ("Ring them", "Mrs Obi, ext. 4")
        assert (task.due, task.task_list) == (date(2026, 12, 1), "olu@mp.example")
        assert task.is_done
        assert (task.categories, task.link) == (CHASE.categories, CHASE.link)
        assert account.task_list.find(CHASE.key) == reader.known[CHASE.key]

    def test_a_deleted_task_is_gone(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        account.task_list.put(SUMMER, None)
        reader = Reader(account.task_list)
        account.person_deletes(CHASE.key)
        batch = reader.reads()
        assert set(reader.known) == {SUMMER.key}
        assert batch.is_complete or batch.gone == (CHASE.key,)
        assert account.task_list.find(CHASE.key) is None

    def test_the_first_look_tells_every_list(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        account.task_list.put(SUMMER, None)
        batch = account.task_list.changes(None)
        assert {copy.task.key for copy in batch.tasks} == {CHASE.key, SUMMER.key}
        assert batch.is_complete

    @pytest.mark.parametrize("cursor", ["", "nonsense", "7:7", "{}", "[1, 2]", '{"v": 99}'])
    def test_a_cursor_no_longer_understood_tells_everything(
        self, account: Account, cursor: str
    ) -> None:
        account.task_list.put(CHASE, None)
        batch = account.task_list.changes(Cursor(cursor))
        assert batch.is_complete
        assert len(batch.tasks) == 1

    def test_a_server_that_forgot_its_history_tells_what_is_there(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        account.task_list.put(SUMMER, None)
        reader = Reader(account.task_list)
        account.person_deletes(CHASE.key)
        account.forget_history()
        reader.reads()
        assert set(reader.known) == {SUMMER.key}

    def test_a_cursor_outlives_the_process(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        account.task_list.put(SUMMER, None)
        reader = Reader(account.task_list)
        account.person_completes(SUMMER.key)
        account.person_deletes(CHASE.key)
        reader.tasks = account.again()
        reader.reads()
        assert [copy.task.is_done for copy in reader.known.values()] == [True]

    def test_quiet_lists_stay_as_known(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        reader = Reader(account.task_list)
        before = dict(reader.known)
        assert reader.reads().gone == ()
        assert reader.known == before

    def test_our_own_writing_is_told_as_a_change(self, account: Account) -> None:
        first = account.task_list.put(CHASE, None)
        reader = Reader(account.task_list)
        account.task_list.put(replace(CHASE, due=date(2026, 12, 8)), first.version)
        reader.reads()
        assert reader.known[CHASE.key].task.due == date(2026, 12, 8)

    def test_peoples_own_tasks_are_neither_told_nor_touched(self, account: Account) -> None:
        account.person_adds_own("Buy milk")
        account.person_adds_own("Ring home", "olu@mp.example")
        first = account.task_list.put(CHASE, None)
        account.task_list.put(replace(CHASE, task_list="olu@mp.example"), first.version)
        batch = account.task_list.changes(None)
        assert [copy.task.key for copy in batch.tasks] == [CHASE.key]
        assert account.titles() == ("Buy milk",)
        assert set(account.titles("olu@mp.example")) == {"Ring home", CHASE.title}

    def test_lists_that_cannot_be_read_say_try_later(self, account: Account) -> None:
        account.task_list.put(CHASE, None)
        reader = Reader(account.task_list)
        account.become_unreadable()
        with pytest.raises(TryLater, match=r"\w+ \w+"):
            reader.reads()

    def test_creating_cut_anywhere_ends_in_one_task(self, open_account: OpenAccount) -> None:
        for account in after_every_cut(
            open_account, lambda _: None, lambda account: account.task_list.put(SUMMER, None)
        ):
            tasks = account.again()
            copy = tasks.find(SUMMER.key) or tasks.put(SUMMER, None)
            assert copy.task == SUMMER
            assert account.titles(SUMMER.task_list) == (SUMMER.title,)

    def test_overwriting_cut_anywhere_loses_nothing_and_can_be_finished(
        self, open_account: OpenAccount
    ) -> None:
        changed = replace(CHASE, title="new", task_list="olu@mp.example", is_done=True)

        def act(account: Account) -> None:
            found = account.task_list.find(CHASE.key)
            assert found is not None
            account.task_list.put(changed, found.version)

        def prepare(account: Account) -> None:
            account.task_list.put(CHASE, None)

        for account in after_every_cut(open_account, prepare, act):
            tasks = account.again()
            found = tasks.find(CHASE.key)
            assert found is not None
            assert found.task.body == CHASE.body
            assert len(tasks.changes(None).tasks) == 1
            assert tasks.put(changed, found.version).task == changed
            assert account.titles() == ()
            assert account.titles("olu@mp.example") == ("new",)
