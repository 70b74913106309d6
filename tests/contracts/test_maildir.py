"""Maildir does what every mailbox must, and what only Maildir must."""

import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from mailbridge.domain.errors import EdgeError, NotThere, Refused, SignInNeeded, TryLater
from mailbridge.domain.message import Handle, Role
from mailbridge.faults import Faults
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox, deliver, make_maildir
from mailbridge.ingest.mailboxes.maildir import keywords as kw
from mailbridge.ingest.mailboxes.maildir.dotlock import STALE_AFTER, dotlock
from mailbridge.ingest.mailboxes.maildir.names import directory_of, file_name, handle_of, parts_of
from mailbridge.ports import Mailbox
from tests.contracts.mailbox_contract import MailboxContract, OpenAccount, key, mail


class Colleague:
    """Somebody who reads the same Maildir by way of Dovecot: does to the files what it does."""

    def __init__(self, root: Path) -> None:
        self.root = make_maildir(root)
        self.faults = Faults()
        self.mailbox: Mailbox = self.again()

    def again(self) -> Mailbox:
        return MaildirMailbox(self.root, step=self.faults, interval=timedelta(milliseconds=5))

    def deliver(self, raw: bytes, folder: str = "INBOX") -> Handle:
        return deliver(self.root, raw, folder)

    def file(self, handle: Handle) -> Path:
        folder, unique = parts_of(handle)
        found = self.root / directory_of(folder)
        return next(p for part in ("new", "cur") for p in (found / part).glob(f"{unique}*"))

    def person_moves(self, handle: Handle, folder: str) -> Handle:
        self.person_makes_folder(folder)
        path = self.file(handle)
        tags = self.tags(handle)
        unique = f"moved.{file_name(path.name).unique}"
        path.rename(self.root / directory_of(folder) / "cur" / f"{unique}:2,")
        moved = handle_of(folder, unique)
        self.person_tags(moved, add=tags)
        return moved

    def tags(self, handle: Handle) -> set[str]:
        path = self.file(handle)
        known = kw.load(path.parent.parent)
        return {known[letter] for letter in file_name(path.name).flags if letter in known}

    def person_tags(
        self, handle: Handle, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None:
        path = self.file(handle)
        folder = path.parent.parent
        keywords = kw.allotted(add, kw.load(folder), frozenset)
        (folder / kw.FILE).write_text(kw.written(keywords))
        flags = set(file_name(path.name).flags)
        flags |= {kw.letter_of(tag, keywords) for tag in add}
        flags -= {kw.letter_of(tag, keywords) for tag in remove}
        self.reflag(path, flags)

    def reflag(self, path: Path, flags: Iterable[str]) -> None:
        unique = file_name(path.name).unique
        path.rename(path.parent.parent / "cur" / f"{unique}:2,{''.join(sorted(flags))}")

    def person_reads(self, handle: Handle) -> None:
        path = self.file(handle)
        self.reflag(path, {*file_name(path.name).flags, "S"})

    def person_deletes(self, handle: Handle) -> None:
        self.file(handle).unlink()

    def person_makes_folder(self, name: str) -> None:
        for part in ("", "cur", "new", "tmp"):
            (self.root / directory_of(name) / part).mkdir(exist_ok=True)

    def person_moves_folder(self, old: str, new: str) -> None:
        (self.root / directory_of(old)).rename(self.root / directory_of(new))

    def forget_history(self) -> None:
        """A Maildir has none to forget; restoring a backup gives the root another inode."""
        old = self.root.rename(self.root.with_name("old"))
        self.root.mkdir()
        for inside in old.iterdir():
            inside.rename(self.root / inside.name)

    def become_unreadable(self) -> None:
        self.root.rename(self.root.with_name("unmounted"))

    def raws(self, folder: str) -> list[bytes]:
        found = self.root / directory_of(folder)
        return [p.read_bytes() for part in ("new", "cur") for p in (found / part).glob("*")]

    def flags(self, handle: Handle) -> frozenset[str]:
        names = {"S": "seen", "D": "draft"}
        flags = file_name(self.file(handle).name).flags
        return frozenset(names[letter] for letter in flags & names.keys())


class TestMaildirMailbox(MailboxContract):
    @pytest.fixture
    def open_account(self, tmp_path: Path) -> OpenAccount:
        accounts = (Colleague(tmp_path / str(number) / "mail") for number in range(1000))
        return lambda: next(accounts)


@pytest.fixture
def colleague(tmp_path: Path) -> Colleague:
    return Colleague(tmp_path / "mail")


def test_a_mail_in_new_stays_there_until_it_is_tagged(colleague: Colleague) -> None:
    handle = colleague.deliver(mail())
    colleague.mailbox.changes(None)
    with colleague.mailbox.fetch(handle):
        assert colleague.file(handle).parent.name == "new"
    colleague.mailbox.add_tags(handle, ["Housing"])
    path = colleague.file(handle)
    assert (path.parent.name, path.name.partition(":")[2]) == ("cur", "2,a")


def test_the_size_in_a_file_name_survives_a_move(colleague: Colleague) -> None:
    moved = colleague.mailbox.move(colleague.deliver(mail()), "Cases/Khan")
    assert f",S={len(mail())}" in colleague.file(moved).name


def test_a_moved_mail_never_gets_a_name_it_had_before(colleague: Colleague) -> None:
    # Dovecot would take it for a mail restored from a backup.
    first = colleague.deliver(mail())
    away = colleague.mailbox.move(first, "Cases/Khan")
    assert colleague.mailbox.move(away, "INBOX") != first


def test_a_quiet_folder_is_not_read_again_once_it_has_settled(colleague: Colleague) -> None:
    colleague.deliver(mail())
    later = time.time_ns() + 60_000_000_000
    mailbox = MaildirMailbox(colleague.root, now=lambda: later)
    batch = mailbox.changes(None)
    assert mailbox.changes(batch.cursor).complete == frozenset()
    colleague.deliver(mail("bins", "<2@mail.example>"), "Sent")
    assert mailbox.changes(batch.cursor).complete == {"Sent"}


def test_a_folder_read_in_the_moment_it_changed_is_read_again(colleague: Colleague) -> None:
    handle = colleague.deliver(mail())
    mailbox = colleague.again()
    cursor = mailbox.changes(None).cursor
    inbox = colleague.root / "new"
    before = inbox.stat()
    colleague.deliver(mail("bins", "<2@mail.example>"))
    # A disk whose clock has coarse steps: the second mail leaves the same time behind.
    os.utime(inbox, ns=(before.st_atime_ns, before.st_mtime_ns))
    batch = mailbox.changes(cursor)
    assert len(batch.copies) == 2
    assert handle in {copy.handle for copy in batch.copies}


def test_a_clock_that_was_set_back_loses_nothing(colleague: Colleague) -> None:
    mailbox = MaildirMailbox(colleague.root, now=lambda: 1_000_000_000)
    cursor = mailbox.changes(None).cursor
    handle = colleague.deliver(mail())
    assert [copy.handle for copy in mailbox.changes(cursor).copies] == [handle]


def test_an_empty_disk_in_place_of_the_mailbox_is_no_empty_mailbox(colleague: Colleague) -> None:
    handle = colleague.deliver(mail(), "Cases/Khan")
    cursor = colleague.mailbox.changes(None).cursor
    colleague.root.rename(colleague.root.with_name("away"))
    colleague.root.mkdir()
    for act in (
        lambda: colleague.mailbox.changes(cursor),
        lambda: colleague.mailbox.changes(None),
        lambda: colleague.mailbox.look(handle),
        lambda: colleague.mailbox.find(key(mail()), "", "Cases/Khan"),
    ):
        with pytest.raises(TryLater, match="mounted"):
            act()


def test_another_empty_mailbox_in_its_place_is_not_believed(colleague: Colleague) -> None:
    colleague.deliver(mail(), "Cases/Khan")
    cursor = colleague.mailbox.changes(None).cursor
    colleague.root.rename(colleague.root.with_name("away"))
    make_maildir(colleague.root)
    with pytest.raises(TryLater, match="not the one that was read before"):
        colleague.mailbox.changes(cursor)
    colleague.deliver(mail("new"))
    assert len(colleague.mailbox.changes(cursor).copies) == 1


@pytest.mark.parametrize(
    ("number", "error", "words"),
    [
        (errno.ENOSPC, TryLater, "disk is full"),
        (errno.EDQUOT, TryLater, "disk is full"),
        (errno.EROFS, TryLater, "only be read"),
        (errno.EACCES, SignInNeeded, "right to read and write"),
        (errno.EIO, TryLater, "error"),
    ],
)
def test_what_the_disk_says_is_told_in_our_words_and_nothing_is_lost(
    colleague: Colleague, number: int, error: type[EdgeError], words: str
) -> None:
    handle = colleague.deliver(mail())
    for act in (
        lambda: colleague.mailbox.move(handle, "Cases/Khan"),
        lambda: colleague.mailbox.add_tags(handle, ["Housing"]),
        lambda: colleague.mailbox.save_draft(mail()),
        lambda: colleague.mailbox.changes(None),
    ):
        colleague.faults.fail("before the call", OSError(number, os.strerror(number)))
        with pytest.raises(error, match=words):
            act()
    colleague.faults.fail("mail: before it gets its place", OSError(number, "x"))
    with pytest.raises(error):
        colleague.mailbox.save_draft(mail())
    assert colleague.raws("INBOX") == [mail()]
    assert colleague.raws("Drafts") == []


def test_the_twenty_seventh_keyword_is_refused_and_the_mail_stays(colleague: Colleague) -> None:
    handles = [colleague.deliver(mail()) for _ in range(27)]
    for number, handle in enumerate(handles[:26]):
        colleague.mailbox.add_tags(handle, [f"k{number}"])
    with pytest.raises(Refused, match="26 different categories"):
        colleague.mailbox.add_tags(handles[26], ["k26"])
    assert colleague.mailbox.look(handles[26]).tags == frozenset()
    colleague.mailbox.remove_tags(handles[3], ["k3"])
    colleague.mailbox.add_tags(handles[26], ["k26"])
    tags = [colleague.mailbox.look(handle).tags for handle in handles]
    assert tags == [{f"k{n}"} if n != 3 else set() for n in range(27)]


def test_the_keyword_files_time_grows_by_a_whole_second(colleague: Colleague) -> None:
    # Dovecot 2.3 compares seconds, and would miss the second of two quick changes.
    handle, times = colleague.deliver(mail()), []
    for tag in ("one", "two", "three"):
        colleague.mailbox.add_tags(handle, [tag])
        times.append(int((colleague.root / kw.FILE).stat().st_mtime))
    assert times == sorted(set(times))


def test_links_and_files_that_are_no_mails_are_ignored(colleague: Colleague) -> None:
    handle = colleague.deliver(mail())
    (colleague.root / "cur" / ".hidden").write_bytes(b"x")
    (colleague.root / "cur" / "folder").mkdir()
    (colleague.root / "cur" / "link:2,").symlink_to(colleague.file(handle))
    (colleague.root / ".Linked").symlink_to(colleague.root / ".Sent")
    (colleague.root / ".notes").write_bytes(b"x")
    batch = colleague.mailbox.changes(None)
    assert [copy.handle for copy in batch.copies] == [handle]
    assert {folder.name for folder in batch.folders} == {
        "INBOX", "Sent", "Drafts", "Junk", "Trash",
    }  # fmt: skip
    with pytest.raises(NotThere):
        colleague.mailbox.look(Handle("INBOX/link"))


def test_a_file_name_that_is_not_utf_8_survives(colleague: Colleague) -> None:
    (colleague.root / "new" / os.fsdecode(b"1.caf\xe9%.host")).write_bytes(mail())
    (copy,) = colleague.mailbox.changes(None).copies
    copy.handle.encode("utf-8")  # a database can hold it
    colleague.mailbox.add_tags(copy.handle, ["Housing"])
    names = [os.fsencode(path.name) for path in (colleague.root / "cur").iterdir()]
    assert names == [b"1.caf\xe9%.host:2,a"]


@pytest.mark.parametrize("directory", [".Cases.R&D", ".Büro", os.fsdecode(b".caf\xe9")])
def test_a_folder_that_another_program_misspelled_is_read(
    colleague: Colleague, directory: str
) -> None:
    for part in ("", "cur", "new", "tmp"):
        (colleague.root / directory / part).mkdir()
    (colleague.root / directory / "new" / "1.a.host").write_bytes(mail())
    (copy,) = colleague.mailbox.changes(None).copies
    copy.handle.encode("utf-8")
    assert colleague.mailbox.move(copy.handle, "INBOX").startswith("INBOX/")


@pytest.mark.parametrize("handle", ["INBOX/..%2F..%2Fsecret", "../../x", "INBOX/../x", "/etc/x"])
def test_no_handle_leads_out_of_the_mailbox(colleague: Colleague, handle: str) -> None:
    (colleague.root.parent / "secret").write_bytes(b"x")
    with pytest.raises(NotThere), colleague.mailbox.fetch(Handle(handle)):
        pass


def test_a_new_folder_is_subscribed_in_both_of_dovecots_formats(colleague: Colleague) -> None:
    subscriptions = colleague.root / "subscriptions"
    colleague.mailbox.move(colleague.deliver(mail()), "Cases/Dr. Büro")
    assert "\nCases\tDr&ICQ- B&APw-ro\n" in subscriptions.read_text()
    subscriptions.write_text("Sent\nCases\nCases.Dr&ICQ- B&APw-ro\n")
    colleague.mailbox.move_folder("Cases/Dr. Büro", "Cases/Closed/Büro")
    assert subscriptions.read_text() == "Sent\nCases\nCases.Closed.B&APw-ro\nCases.Closed\n"


def test_dovecots_lock_is_waited_for_and_a_dead_ones_is_broken(tmp_path: Path) -> None:
    path, lock = tmp_path / "dovecot-uidlist", tmp_path / "dovecot-uidlist.lock"
    lock.write_text("999999999:elsewhere")
    with pytest.raises(TryLater, match=r"dovecot-uidlist\.lock"), dotlock(path, tmp_path, 0.05):
        pass
    assert lock.read_text() == "999999999:elsewhere"
    long_ago = time.time() - STALE_AFTER - 5
    os.utime(lock, (long_ago, long_ago))
    with dotlock(path, tmp_path, 0.05):
        assert lock.read_text() == f"{os.getpid()}:{socket.gethostname()}"
        with pytest.raises(TryLater), dotlock(path, tmp_path, 0.05):
            pass
    ended = subprocess.Popen(["true"])
    ended.wait()
    lock.write_text(f"{ended.pid}:{socket.gethostname()}")
    with dotlock(path, tmp_path, 0.05):
        pass
    assert list(tmp_path.iterdir()) == []


def test_stop_wakes_wait(colleague: Colleague) -> None:
    mailbox = MaildirMailbox(colleague.root)
    mailbox.changes(None)
    mailbox.stop()
    assert not mailbox.wait(timedelta(hours=1))


_CHILD = """
import os, signal, sys
from pathlib import Path
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox
left = int(sys.argv[2])
def step(name):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
mailbox = MaildirMailbox(Path(sys.argv[1]), step=step)
mailbox.move(sys.argv[3], "Cases/Khan")
"""


@pytest.mark.parametrize("steps", [2, 6, 9, 12, 14, 16, 18])
def test_a_process_killed_amid_a_move_leaves_one_mail_and_no_lock_in_the_way(
    colleague: Colleague, steps: int
) -> None:
    handle = colleague.deliver(mail())
    colleague.mailbox.add_tags(handle, ["Housing"])
    command = [sys.executable, "-c", _CHILD, str(colleague.root), str(steps), handle]
    subprocess.run(command, check=False)
    assert colleague.raws("INBOX") + colleague.raws("Cases/Khan") == [mail()]
    mailbox = colleague.again()
    found = mailbox.find(key(mail()), "", "Cases/Khan") or mailbox.move(handle, "Cases/Khan")
    mailbox.add_tags(found, ["Urgent"])
    assert mailbox.look(found).tags == {"Housing", "Urgent"}
    assert colleague.raws("Cases/Khan") == [mail()]


def test_a_folder_that_the_office_now_calls_trash_is_told_empty(colleague: Colleague) -> None:
    colleague.deliver(mail(), "Rubbish")
    cursor = colleague.mailbox.changes(None).cursor
    batch = MaildirMailbox(colleague.root, roles={"Rubbish": Role.TRASH}).changes(cursor)
    assert "Rubbish" in batch.complete
    assert "Rubbish" not in {copy.folder for copy in batch.copies}
