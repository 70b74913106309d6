"""What every mailbox must do: each sentence of `mailbridge.ports.Mailbox` is a test here.

A backend subclasses `MailboxContract` and gives one fixture, `open_account`, that makes a fresh
account with the folders INBOX, Sent, Drafts, Junk and Trash.
"""

import io
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from mailbridge.domain.errors import NotThere, Refused, TryLater
from mailbridge.domain.message import Copy, Cursor, Handle, MessageKey, Role
from mailbridge.faults import Faults, PowerCut
from mailbridge.ingest.keys import key_of
from mailbridge.ports import Batch, Capability, Mailbox


class Account(Protocol):
    """A mail account with a colleague who uses it in another program at the same time."""

    faults: Faults

    @property
    def mailbox(self) -> Mailbox: ...
    def again(self) -> Mailbox:
        """The mailbox as a freshly started process opens it."""

    def deliver(self, raw: bytes, folder: str = "INBOX") -> Handle: ...
    def person_moves(self, handle: Handle, folder: str) -> Handle: ...
    def person_tags(
        self, handle: Handle, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> None: ...
    def person_reads(self, handle: Handle) -> None: ...
    def person_deletes(self, handle: Handle) -> None: ...
    def person_makes_folder(self, name: str) -> None: ...
    def person_moves_folder(self, old: str, new: str) -> None: ...
    def forget_history(self) -> None: ...
    def become_unreadable(self) -> None: ...
    def raws(self, folder: str) -> list[bytes]:
        """The bytes of every mail that a colleague sees in a folder."""

    def flags(self, handle: Handle) -> frozenset[str]:
        """Of "seen" and "draft", those that a colleague sees set."""


OpenAccount = Callable[[], Account]


def mail(about: str = "damp", message_id: str = "<1@mail.example>", sender: str = "khan") -> bytes:
    id_line = f"Message-ID: {message_id}\r\n" if message_id else ""
    return (
        f"From: {sender}@home.example\r\nTo: office@mp.example\r\nSubject: {about}\r\n"
        f"Date: Mon, 2 Nov 2026 09:00:00 +0000\r\n{id_line}\r\nAbout {about}.\r\n"
    ).encode()


def key(raw: bytes) -> MessageKey:
    return key_of(io.BytesIO(raw))[0]


class Reader:
    """Reads batches as `mailbridge.ports.Batch` says they are read, and knows what they told."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.cursor: Cursor | None = None
        self.known: dict[Handle, Copy] = {}
        self.reads()

    def reads(self) -> Batch:
        batch = self.mailbox.changes(self.cursor)
        folders = {folder.name for folder in batch.folders}
        told = {copy.handle: copy for copy in batch.copies}
        kept = {
            handle: copy
            for handle, copy in self.known.items()
            if handle not in batch.gone
            and copy.folder not in batch.complete
            and copy.folder in folders
        }
        self.known = kept | told
        self.cursor = batch.cursor
        return batch

    @property
    def places(self) -> list[tuple[str, str]]:
        """Folder and subject of every mail known."""
        return sorted((copy.folder, self.subject(handle)) for handle, copy in self.known.items())

    def subject(self, handle: Handle) -> str:
        with self.mailbox.fetch(handle) as stream:
            lines = stream.read().decode().splitlines()
        return next(line[9:] for line in lines if line.startswith("Subject: "))


def folder_of(mailbox: Mailbox, role: Role) -> str:
    return next(f.name for f in mailbox.changes(None).folders if f.role is role)


def needs(account: Account, capability: Capability) -> None:
    if capability not in account.mailbox.capabilities:
        pytest.skip(f"this mailbox declares no {capability.name}")


def after_every_cut(
    open_account: OpenAccount, act: Callable[[Account, Handle], object], raw: bytes
) -> Iterator[tuple[Account, Handle]]:
    """A fresh account with one mail, its power cut at the first step of `act`; then another, cut
    at the second; and so on until `act` ends before the cut."""
    for step in itertools.count(1):
        account = open_account()
        handle = account.deliver(raw)
        account.faults.cut_at(step)
        try:
            act(account, handle)
        except PowerCut:
            account.faults.cut_at(0)
            yield account, handle
        else:
            if step == 1:
                pytest.skip("this account cannot be told to fail")
            return


FOLDERS = (
    "Cases/Khan, Amina – damp at Elm Court (K4T7-29)",
    "Cases/Dr. A. N. Other v. St. John's",
    'Cases/"quoted" & 100 % \\ back',
    "Cases/房屋/Śmierć & Ωmega",
    "Cases/😀 ~tilde & &amp; &-",
    "Cases/a*b?c[d]{e}",
    "Cases/" + "x" * 200,
)
TAGS = (
    "Housing",
    "Housing?",
    "Awaiting answer",
    "Campaign: Save the park",
    "Transfer: council",
    'say "damp"',
    "Wohnen für alle 房屋",
    "back\\slash (brackets) {curly} 50%*",
)


class ReadingContract:
    """`changes`, `fetch`, `find`, `look` and `wait`."""

    @pytest.fixture
    def open_account(self) -> OpenAccount:
        raise NotImplementedError

    @pytest.fixture
    def account(self, open_account: OpenAccount) -> Account:
        return open_account()

    def test_it_has_a_short_lasting_name(self, account: Account) -> None:
        assert account.mailbox.name == account.again().name != ""

    def test_there_is_no_way_to_delete_a_mail_and_none_to_send_one(self, account: Account) -> None:
        verbs = {name.split("_")[0] for name in dir(account.mailbox) if not name.startswith("_")}
        assert not verbs & {"delete", "expunge", "remove_mail", "send", "purge", "trash"}

    def test_the_first_look_tells_everything_each_folder_complete(self, account: Account) -> None:
        account.deliver(mail("damp"))
        account.deliver(mail("letter", "<2@mail.example>"), "Sent")
        batch = account.mailbox.changes(None)
        assert {copy.folder for copy in batch.copies} == {"INBOX", "Sent"}
        assert batch.complete >= {"INBOX", "Sent"}
        assert batch.gone == ()

    @pytest.mark.parametrize("cursor", ["", "nonsense", "7:7", "{}", "[1, 2]", '{"v": 99}'])
    def test_a_cursor_no_longer_understood_tells_everything(
        self, account: Account, cursor: str
    ) -> None:
        account.deliver(mail())
        batch = account.mailbox.changes(Cursor(cursor))
        assert len(batch.copies) == 1
        assert "INBOX" in batch.complete

    def test_a_server_that_forgot_its_history_tells_what_is_there(self, account: Account) -> None:
        stays, goes = account.deliver(mail()), account.deliver(mail("bins", "<2@mail.example>"))
        reader = Reader(account.mailbox)
        account.person_deletes(goes)
        account.forget_history()
        reader.reads()
        assert set(reader.known) == {stays}

    def test_copies_carry_the_role_of_their_folder(self, account: Account) -> None:
        account.deliver(mail(), "Sent")
        account.deliver(mail(), "Cases/Khan")
        roles = {copy.folder: copy.role for copy in account.mailbox.changes(None).copies}
        assert roles == {"Sent": Role.SENT, "Cases/Khan": Role.OTHER}

    def test_copies_tell_when_the_mail_came_or_that_nobody_knows(self, account: Account) -> None:
        before = datetime.now(UTC) - timedelta(minutes=5)
        account.deliver(mail())
        (copy,) = account.mailbox.changes(None).copies
        assert copy.at is None or before < copy.at < before + timedelta(minutes=10)
        moved = account.mailbox.look(account.mailbox.move(copy.handle, "Cases/Khan"))
        assert moved.at == copy.at

    def test_every_folder_is_listed_with_its_role(self, account: Account) -> None:
        account.person_makes_folder("Cases/Khan")
        folders = {folder.name: folder.role for folder in account.mailbox.changes(None).folders}
        assert folders["Cases/Khan"] is Role.OTHER
        assert set(folders.values()) == set(Role)
        assert folders["INBOX"] is Role.INBOX

    @pytest.mark.parametrize("role", [Role.JUNK, Role.TRASH, Role.DRAFTS])
    def test_mail_in_junk_trash_and_drafts_is_not_told(self, account: Account, role: Role) -> None:
        account.deliver(mail(), folder_of(account.mailbox, role))
        assert account.mailbox.changes(None).copies == ()

    @pytest.mark.parametrize("role", [Role.JUNK, Role.TRASH, Role.DRAFTS])
    def test_mail_that_a_person_throws_there_is_gone(self, account: Account, role: Role) -> None:
        handle = account.deliver(mail())
        reader = Reader(account.mailbox)
        account.person_moves(handle, folder_of(account.mailbox, role))
        reader.reads()
        assert reader.known == {}

    def test_a_new_mail_is_told(self, account: Account) -> None:
        reader = Reader(account.mailbox)
        handle = account.deliver(mail())
        batch = reader.reads()
        assert [copy.handle for copy in batch.copies] == [handle]
        assert reader.known[handle].folder == "INBOX"

    def test_a_quiet_mailbox_stays_as_known(self, account: Account) -> None:
        account.deliver(mail())
        reader = Reader(account.mailbox)
        before = dict(reader.known)
        assert reader.reads().gone == ()
        assert reader.known == before

    def test_a_batch_that_was_not_recorded_is_told_again(self, account: Account) -> None:
        reader = Reader(account.mailbox)
        handle = account.deliver(mail())
        saved = reader.cursor
        reader.reads()
        reader.known, reader.cursor = {}, saved
        reader.reads()
        assert set(reader.known) == {handle}

    def test_a_cursor_outlives_the_process(self, account: Account) -> None:
        old = account.deliver(mail())
        reader = Reader(account.mailbox)
        new = account.deliver(mail("bins", "<2@mail.example>"))
        account.person_deletes(old)
        reader.mailbox = account.again()
        reader.reads()
        assert set(reader.known) == {new}

    def test_nothing_that_arrives_while_we_look_is_lost(self, account: Account) -> None:
        reader = Reader(account.mailbox)
        sent: list[Handle] = []

        def deliver(step: str) -> None:
            if len(sent) < 40:  # delivering must not go on for ever
                sent.append(account.deliver(mail(step, f"<{len(sent)}@mail.example>")))

        account.faults.each = deliver
        reader.reads()
        account.faults.each = lambda _step: None
        if not sent:
            pytest.skip("this account tells of no steps")
        reader.reads()
        assert set(reader.known) == set(sent)

    def test_a_mail_that_a_person_moved_is_told_in_its_new_folder_only(
        self, account: Account
    ) -> None:
        handle = account.deliver(mail())
        reader = Reader(account.mailbox)
        account.person_moves(handle, "Cases/Khan")
        reader.reads()
        assert reader.places == [("Cases/Khan", "damp")]

    def test_a_deleted_mail_is_gone(self, account: Account) -> None:
        handle = account.deliver(mail())
        reader = Reader(account.mailbox)
        account.person_deletes(handle)
        reader.reads()
        assert reader.known == {}

    def test_tags_that_a_person_changed_are_told_with_a_new_version(self, account: Account) -> None:
        needs(account, Capability.TAGS)
        handle = account.deliver(mail())
        reader = Reader(account.mailbox)
        before = reader.known[handle]
        account.person_tags(handle, add=["Housing?", "Urgent"])
        reader.reads()
        tagged = reader.known[handle]
        assert tagged.tags == {"Housing?", "Urgent"}
        account.person_tags(handle, remove=["Urgent"])
        reader.reads()
        assert reader.known[handle].tags == {"Housing?"}
        assert len({before.version, tagged.version, reader.known[handle].version}) == 3

    def test_a_changed_flag_is_a_new_version(self, account: Account) -> None:
        handle = account.deliver(mail())
        reader = Reader(account.mailbox)
        before = reader.known[handle].version
        account.person_reads(handle)
        reader.reads()
        assert reader.known[handle].version != before

    def test_mail_in_a_renamed_folder_is_told_there_and_no_longer_in_the_old(
        self, account: Account
    ) -> None:
        account.deliver(mail(), "Cases/Khan")
        reader = Reader(account.mailbox)
        account.person_moves_folder("Cases/Khan", "Cases/Closed/Khan, damp")
        names = {folder.name for folder in reader.reads().folders}
        assert reader.places == [("Cases/Closed/Khan, damp", "damp")]
        assert "Cases/Khan" not in names

    def test_a_folder_keeps_its_id_when_renamed_or_moved(self, account: Account) -> None:
        needs(account, Capability.FOLDER_IDS)

        def id_of(name: str) -> str:
            return next(f.id for f in account.mailbox.changes(None).folders if f.name == name)

        account.person_makes_folder("Cases/Khan")
        before = id_of("Cases/Khan")
        account.person_moves_folder("Cases/Khan", "Cases/Closed/Khan")
        assert id_of("Cases/Closed/Khan") == before != ""
        account.mailbox.move_folder("Cases/Closed/Khan", "Cases/Khan, Amina")
        assert id_of("Cases/Khan, Amina") == before

    def test_without_folder_ids_none_is_given(self, account: Account) -> None:
        if Capability.FOLDER_IDS in account.mailbox.capabilities:
            pytest.skip("this mailbox has folder ids")
        assert {folder.id for folder in account.mailbox.changes(None).folders} == {""}

    def test_a_mailbox_that_cannot_be_read_says_try_later(self, account: Account) -> None:
        account.deliver(mail())
        reader = Reader(account.mailbox)
        account.become_unreadable()
        with pytest.raises(TryLater, match=r"\w+ \w+"):
            reader.reads()

    def test_fetch_gives_the_very_bytes_seekable(self, account: Account) -> None:
        raw = b"From: a@home.example\r\nSubject: \xa3100\r\n\r\n\x00\xff bytes\r\nnot ended"
        with account.mailbox.fetch(account.deliver(raw)) as stream:
            assert stream.read(4) == b"From"
            stream.seek(0)
            assert stream.read() == raw

    def test_reading_marks_nothing_as_read(self, account: Account) -> None:
        handle = account.deliver(mail())
        with account.mailbox.fetch(handle) as stream:
            stream.read()
        account.mailbox.look(handle)
        account.mailbox.find(key(mail()), "1@mail.example", "INBOX")
        assert "seen" not in account.flags(handle)

    def test_a_mail_that_was_moved_or_deleted_is_not_there(self, account: Account) -> None:
        moved, deleted = account.deliver(mail()), account.deliver(mail("b", "<2@mail.example>"))
        account.person_moves(moved, "Cases/Khan")
        account.person_deletes(deleted)
        mailbox = account.mailbox
        for handle in (moved, deleted, Handle("nonsense"), Handle("INBOX/nobody"), Handle("")):
            with pytest.raises(NotThere), mailbox.fetch(handle):
                pass
            with pytest.raises(NotThere):
                mailbox.look(handle)
            with pytest.raises(NotThere):
                mailbox.move(handle, "Cases/Khan")
            with pytest.raises(NotThere):
                mailbox.add_tags(handle, ["Housing"])
            with pytest.raises(NotThere):
                mailbox.remove_tags(handle, ["Housing"])

    def test_find_tells_where_a_mail_lies_in_one_folder(self, account: Account) -> None:
        handle = account.deliver(mail(), "Cases/Khan")
        find = account.mailbox.find
        assert find(key(mail()), "1@mail.example", "Cases/Khan") == handle
        assert find(key(mail()), "", "Cases/Khan") == handle
        assert find(key(mail()), "1@mail.example", "INBOX") is None
        assert find(key(mail()), "1@mail.example", "No such/folder") is None

    def test_find_tells_two_mails_apart_that_share_a_message_id(self, account: Account) -> None:
        first, second = mail(sender="khan"), mail(sender="olu")
        one, two = account.deliver(first), account.deliver(second)
        assert account.mailbox.find(key(first), "1@mail.example", "INBOX") == one
        assert account.mailbox.find(key(second), "1@mail.example", "INBOX") == two

    def test_find_finds_mails_without_a_message_id(self, account: Account) -> None:
        first, second = mail("damp", ""), mail("bins", "")
        account.deliver(first)
        handle = account.deliver(second)
        assert account.mailbox.find(key(second), "", "INBOX") == handle

    def test_find_looks_into_drafts_too(self, account: Account) -> None:
        drafts = folder_of(account.mailbox, Role.DRAFTS)
        handle = account.deliver(mail(), drafts)
        assert account.mailbox.find(key(mail()), "1@mail.example", drafts) == handle

    def test_look_gives_one_copy_as_it_is_now(self, account: Account) -> None:
        handle = account.deliver(mail())
        before = account.mailbox.look(handle)
        assert before == account.mailbox.changes(None).copies[0]
        account.person_reads(handle)
        after = account.mailbox.look(handle)
        assert (after.folder, after.handle, after.role) == ("INBOX", handle, Role.INBOX)
        assert after.version != before.version

    def test_wait_ends_at_once_when_something_came_since_we_looked(self, account: Account) -> None:
        needs(account, Capability.WAIT)
        account.mailbox.changes(None)
        account.deliver(mail())
        assert account.mailbox.wait(timedelta(seconds=30))

    def test_wait_wakes_when_mail_comes(self, account: Account) -> None:
        needs(account, Capability.WAIT)
        mailbox = account.mailbox
        mailbox.changes(None)
        woken: list[bool] = []
        thread = threading.Thread(target=lambda: woken.append(mailbox.wait(timedelta(seconds=30))))
        thread.start()
        account.deliver(mail())
        thread.join(timeout=20)
        assert woken == [True]

    def test_wait_says_so_when_nothing_came(self, account: Account) -> None:
        account.mailbox.changes(None)
        assert not account.mailbox.wait(timedelta(milliseconds=20))


class MailboxContract(ReadingContract):
    """The whole of `Mailbox`: reading, and the acts."""

    def test_a_tag_is_spelled_the_same_when_spelled_twice(self, account: Account) -> None:
        spelling = account.mailbox.spelling
        for tag in TAGS:
            assert spelling(spelling(tag)) == spelling(tag) != ""

    @pytest.mark.parametrize("tag", TAGS)
    def test_a_tag_is_kept_in_this_mailboxs_spelling(self, account: Account, tag: str) -> None:
        needs(account, Capability.TAGS)
        mailbox, handle = account.mailbox, account.deliver(mail())
        mailbox.add_tags(handle, [tag])
        assert mailbox.look(handle).tags == {mailbox.spelling(tag)}
        assert account.again().changes(None).copies[0].tags == {mailbox.spelling(tag)}
        mailbox.remove_tags(handle, [tag])
        assert mailbox.look(handle).tags == frozenset()

    def test_adding_and_removing_tags_keeps_all_others(self, account: Account) -> None:
        needs(account, Capability.TAGS)
        mailbox, handle = account.mailbox, account.deliver(mail())
        other = account.deliver(mail("bins", "<2@mail.example>"))
        account.person_tags(handle, add=["Mine", "Yours"])
        account.person_tags(other, add=["Mine"])
        mailbox.add_tags(handle, ["Housing", "Urgent"])
        assert mailbox.look(handle).tags == {"Mine", "Yours", "Housing", "Urgent"}
        mailbox.remove_tags(handle, ["Urgent", "Yours"])
        assert mailbox.look(handle).tags == {"Mine", "Housing"}
        assert mailbox.look(other).tags == {"Mine"}

    def test_a_tag_it_has_or_lacks_already_is_no_change(self, account: Account) -> None:
        needs(account, Capability.TAGS)
        mailbox, handle = account.mailbox, account.deliver(mail())
        mailbox.add_tags(handle, ["Housing"])
        before = mailbox.look(handle)
        mailbox.add_tags(handle, ["Housing"])
        mailbox.add_tags(handle, [])
        mailbox.remove_tags(handle, ["Urgent"])
        mailbox.remove_tags(handle, [])
        assert mailbox.look(handle) == before

    def test_tagging_marks_nothing_as_read_and_changes_no_byte(self, account: Account) -> None:
        handle = account.deliver(mail())
        account.mailbox.add_tags(handle, ["Housing"])
        assert "seen" not in account.flags(handle)
        assert account.raws("INBOX") == [mail()]

    def test_tagging_keeps_the_flags_that_people_set(self, account: Account) -> None:
        handle = account.deliver(mail())
        account.person_reads(handle)
        account.mailbox.add_tags(handle, ["Housing"])
        account.mailbox.remove_tags(handle, ["Housing"])
        assert "seen" in account.flags(handle)

    def test_a_mailbox_without_tags_leaves_the_mail_as_it_was(self, account: Account) -> None:
        if Capability.TAGS in account.mailbox.capabilities:
            pytest.skip("this mailbox keeps any tag")
        handle = account.deliver(mail())
        account.mailbox.add_tags(handle, ["Housing"])
        assert account.raws("INBOX") == [mail()]

    @pytest.mark.parametrize("folder", FOLDERS)
    def test_a_mail_moves_into_a_folder_made_for_it(self, account: Account, folder: str) -> None:
        handle = account.deliver(mail())
        moved = account.mailbox.move(handle, folder)
        assert account.mailbox.look(moved).folder == folder
        assert account.raws(folder) == [mail()]
        assert account.raws("INBOX") == []
        folders = {found.name for found in account.again().changes(None).folders}
        assert {folder, "Cases"} <= folders

    def test_a_name_that_the_mailbox_cannot_have_is_refused_and_moves_nothing(
        self, account: Account
    ) -> None:
        handle = account.deliver(mail())
        for name in ("", "/", "Cases//Khan", "/Cases", "Cases/"):
            with pytest.raises(Refused, match="name"):
                account.mailbox.move(handle, name)
        assert account.raws("INBOX") == [mail()]

    def test_a_very_long_foreign_name_works_or_is_refused_and_moves_nothing(
        self, account: Account
    ) -> None:
        handle = account.deliver(mail())
        try:
            account.mailbox.move(handle, "Cases/" + "房" * 200)
        except Refused as refusal:
            assert "long" in str(refusal)  # noqa: PT017  # either outcome is right
            assert account.raws("INBOX") == [mail()]
        else:
            assert account.raws("Cases/" + "房" * 200) == [mail()]

    def test_tags_and_flags_go_with_a_moved_mail(self, account: Account) -> None:
        needs(account, Capability.TAGS)
        mailbox, handle = account.mailbox, account.deliver(mail())
        elsewhere = account.deliver(mail("bins", "<2@mail.example>"), "Cases/Khan")
        mailbox.add_tags(elsewhere, ["Urgent", "Elsewhere"])
        account.person_reads(handle)
        mailbox.add_tags(handle, ["Housing", "Urgent"])
        moved = mailbox.move(handle, "Cases/Khan")
        assert mailbox.look(moved).tags == {"Housing", "Urgent"}
        assert mailbox.look(elsewhere).tags == {"Urgent", "Elsewhere"}
        assert "seen" in account.flags(moved)

    def test_an_unread_mail_stays_unread_when_moved(self, account: Account) -> None:
        moved = account.mailbox.move(account.deliver(mail()), "Cases/Khan")
        assert "seen" not in account.flags(moved)

    def test_a_mail_that_lies_there_already_stays(self, account: Account) -> None:
        handle = account.deliver(mail())
        assert account.mailbox.look(account.mailbox.move(handle, "INBOX")).folder == "INBOX"
        assert account.raws("INBOX") == [mail()]

    def test_a_mail_can_go_back_and_forth(self, account: Account) -> None:
        handle = account.deliver(mail())
        for _ in range(3):
            handle = account.mailbox.move(account.mailbox.move(handle, "Cases/Khan"), "INBOX")
        assert account.raws("INBOX") == [mail()]
        assert account.raws("Cases/Khan") == []

    def test_our_own_move_is_told_as_a_change(self, account: Account) -> None:
        handle = account.deliver(mail())
        reader = Reader(account.mailbox)
        moved = account.mailbox.move(handle, "Cases/Khan")
        reader.reads()
        assert set(reader.known) == {moved}

    def test_a_move_cut_anywhere_leaves_the_mail_in_one_place_and_can_be_finished(
        self, open_account: OpenAccount
    ) -> None:
        needs(open_account(), Capability.MOVE)

        def act(account: Account, handle: Handle) -> object:
            return account.mailbox.move(handle, "Cases/Khan")

        for account, handle in after_every_cut(open_account, act, mail()):
            assert account.raws("INBOX") + account.raws("Cases/Khan") == [mail()]
            mailbox = account.again()
            found = mailbox.find(key(mail()), "1@mail.example", "Cases/Khan")
            moved = found or mailbox.move(handle, "Cases/Khan")
            assert mailbox.look(moved).folder == "Cases/Khan"
            assert account.raws("INBOX") == []
            assert account.raws("Cases/Khan") == [mail()]

    def test_a_move_cut_anywhere_never_leaves_a_mail_nowhere(
        self, open_account: OpenAccount
    ) -> None:
        def act(account: Account, handle: Handle) -> object:
            return account.mailbox.move(handle, "Cases/Khan")

        for account, _ in after_every_cut(open_account, act, mail()):
            assert mail() in account.raws("INBOX") + account.raws("Cases/Khan")

    def test_tagging_cut_anywhere_can_be_done_again(self, open_account: OpenAccount) -> None:
        needs(open_account(), Capability.TAGS)

        def act(account: Account, handle: Handle) -> None:
            account.mailbox.add_tags(handle, ["Housing", "Urgent"])

        for account, handle in after_every_cut(open_account, act, mail()):
            mailbox = account.again()
            assert mailbox.look(handle).tags <= {"Housing", "Urgent"}
            mailbox.add_tags(handle, ["Housing", "Urgent"])
            assert mailbox.look(handle).tags == {"Housing", "Urgent"}
            assert account.raws("INBOX") == [mail()]

    def test_a_folder_is_renamed_with_all_it_holds(self, account: Account) -> None:
        account.deliver(mail("damp"), "Cases/Khan")
        account.deliver(mail("bills", "<2@mail.example>"), "Cases/Khan/Council tax")
        account.person_makes_folder("Cases/Khanna")
        reader = Reader(account.mailbox)
        account.mailbox.move_folder("Cases/Khan", "Cases/Closed/Khan. Amina")
        folders = {folder.name for folder in reader.reads().folders}
        assert reader.places == [
            ("Cases/Closed/Khan. Amina", "damp"),
            ("Cases/Closed/Khan. Amina/Council tax", "bills"),
        ]
        assert {"Cases/Khanna", "Cases/Closed"} <= folders
        assert not {"Cases/Khan", "Cases/Khan/Council tax"} & folders

    def test_tags_stay_on_mail_in_a_renamed_folder(self, account: Account) -> None:
        needs(account, Capability.TAGS)
        account.mailbox.add_tags(account.deliver(mail(), "Cases/Khan"), ["Housing"])
        account.mailbox.move_folder("Cases/Khan", "Cases/Khan, Amina")
        assert [copy.tags for copy in account.mailbox.changes(None).copies] == [{"Housing"}]

    def test_a_folder_that_is_gone_cannot_be_renamed(self, account: Account) -> None:
        account.person_makes_folder("Cases/Khan")
        account.person_moves_folder("Cases/Khan", "Cases/Khan, Amina")
        with pytest.raises(NotThere):
            account.mailbox.move_folder("Cases/Khan", "Cases/Closed/Khan")

    @pytest.mark.parametrize("taken", ["Cases/Olu", "Cases/Khan/Inside itself", "INBOX"])
    def test_renaming_to_a_name_that_is_taken_is_refused(
        self, account: Account, taken: str
    ) -> None:
        account.deliver(mail(), "Cases/Khan")
        account.deliver(mail("bins", "<2@mail.example>"), "Cases/Olu")
        with pytest.raises(Refused):
            account.mailbox.move_folder("Cases/Khan", taken)
        assert account.raws("Cases/Khan") == [mail()]
        assert len(account.raws("Cases/Olu")) == 1

    def test_the_inbox_cannot_be_renamed(self, account: Account) -> None:
        account.deliver(mail())
        with pytest.raises(Refused):
            account.mailbox.move_folder("INBOX", "Cases/Inbox")
        assert account.raws("INBOX") == [mail()]

    def test_a_rename_cut_anywhere_loses_nothing_and_can_be_finished(
        self, open_account: OpenAccount
    ) -> None:
        def act(account: Account, _handle: Handle) -> None:
            account.mailbox.move_folder("Cases/Khan", "Cases/Closed/Khan")

        def with_folder() -> Account:
            account = open_account()
            account.deliver(mail("b", "<2@mail.example>"), "Cases/Khan/Council tax")
            account.deliver(mail("a", "<3@mail.example>"), "Cases/Khan")
            return account

        for account, _ in after_every_cut(with_folder, act, mail()):
            mailbox = account.again()
            assert len(mailbox.changes(None).copies) == 3
            if "Cases/Khan" in {folder.name for folder in mailbox.changes(None).folders}:
                mailbox.move_folder("Cases/Khan", "Cases/Closed/Khan")
            assert Reader(mailbox).places == [
                ("Cases/Closed/Khan", "a"),
                ("Cases/Closed/Khan/Council tax", "b"),
                ("INBOX", "damp"),
            ]

    def test_a_draft_lies_in_drafts_flagged_as_a_draft(self, account: Account) -> None:
        handle = account.mailbox.save_draft(mail())
        drafts = folder_of(account.mailbox, Role.DRAFTS)
        assert account.raws(drafts) == [mail()]
        assert "draft" in account.flags(handle)
        assert account.mailbox.find(key(mail()), "1@mail.example", drafts) == handle

    def test_a_draft_cut_anywhere_is_there_whole_or_not_at_all(
        self, open_account: OpenAccount
    ) -> None:
        def act(account: Account, _handle: Handle) -> object:
            return account.mailbox.save_draft(mail())

        for account, _ in after_every_cut(open_account, act, mail("other", "<2@mail.example>")):
            assert account.raws("Drafts") in ([], [mail()])
