"""Maildir does what every mailbox must, and what only Maildir must."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from mailbridge.domain.message import Handle
from mailbridge.faults import Faults
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox, deliver, make_maildir
from mailbridge.ingest.mailboxes.maildir import keywords as kw
from mailbridge.ingest.mailboxes.maildir.names import directory_of, file_name, handle_of, parts_of
from mailbridge.ports import Mailbox
from tests.contracts.mailbox_contract import MailboxContract, OpenAccount


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
