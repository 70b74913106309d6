"""What only IMAP has: UIDVALIDITY, other programs' habits, moves half done, TLS and tokens."""

import base64
import hashlib
import hmac
import json
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailbridge.domain.errors import NotThere, Refused, SignInNeeded, TryLater
from mailbridge.domain.message import Role
from mailbridge.faults import PowerCut
from mailbridge.ingest.mailboxes.imap import Auth, ImapMailbox, Security, Server
from mailbridge.ingest.mailboxes.maildir import MaildirMailbox
from mailbridge.ports import Mailbox
from tests.contracts.imap_account import Accounts, Colleague, fresh_user
from tests.contracts.mailbox_contract import Reader, folder_of, key, mail
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot, free_port, is_here


@pytest.fixture
def accounts(server: Dovecot) -> Iterator[Accounts]:
    opened = Accounts(server, "maildir")
    yield opened
    opened.close()


@pytest.fixture
def account(accounts: Accounts) -> Colleague:
    return accounts()


def test_a_folder_made_anew_under_its_old_name_is_told_afresh(account: Colleague) -> None:
    old = account.deliver(mail(), "Cases/Khan")
    reader = Reader(account.mailbox)
    account.client.delete_folder(account.spelled("Cases/Khan"))
    new = account.deliver(mail("bins", "<2@mail.example>"), "Cases/Khan")
    assert "Cases/Khan" in reader.reads().complete
    assert set(reader.known) == {new}
    assert old != new


def test_a_mail_flagged_as_deleted_is_gone_and_comes_back_when_that_is_undone(
    account: Colleague,
) -> None:
    # Thunderbird's "just mark it as deleted"; the mail stays until somebody expunges it.
    handle = account.deliver(mail())
    reader = Reader(account.mailbox)
    client, uid = account.opened(handle)
    client.delete_messages([uid])
    reader.reads()
    assert reader.known == {}
    assert account.mailbox.find(key(mail()), "1@mail.example", "INBOX") is None
    client.remove_flags([uid], ["\\Deleted"])
    reader.reads()
    assert set(reader.known) == {handle}


def test_what_mail_programs_note_for_themselves_is_no_tag(account: Colleague) -> None:
    handle = account.deliver(mail())
    before = account.mailbox.look(handle)
    account.person_tags(handle, add=["$Forwarded", "$MDNSent", "NonJunk", "$label1", "Urgent"])
    after = account.mailbox.look(handle)
    assert after.tags == {"$label1", "Urgent"}
    assert after.version != before.version


def test_tags_differ_by_more_than_letter_case(account: Colleague) -> None:
    handle = account.deliver(mail())
    account.person_tags(handle, add=["hOUSING"])
    before = account.mailbox.look(handle)
    account.mailbox.add_tags(handle, ["Housing"])
    assert account.mailbox.look(handle) == before
    account.mailbox.remove_tags(handle, ["Housing"])
    assert account.mailbox.look(handle).tags == frozenset()


def test_a_plain_expunge_is_never_sent(account: Colleague) -> None:
    # Somebody else's mail that is flagged as deleted must outlive our moving.
    account.lacking = frozenset({"MOVE"})
    theirs, ours = account.deliver(mail()), account.deliver(mail("bins", "<2@mail.example>"))
    client, uid = account.opened(theirs)
    client.delete_messages([uid])
    account.mailbox.move(ours, "Cases/Khan")
    client.select_folder("INBOX")
    assert client.search(["DELETED"]) == [uid]


def test_without_move_and_uidplus_filing_is_refused_and_nothing_is_touched(
    account: Colleague,
) -> None:
    account.lacking = frozenset({"MOVE", "UIDPLUS"})
    handle = account.deliver(mail())
    with pytest.raises(Refused, match="RFC 6851"):
        account.mailbox.move(handle, "Cases/Khan")
    assert account.raws("INBOX") == [mail()]
    assert account.mailbox.look(handle).version == ""


def test_a_move_by_copying_cut_anywhere_is_finished_later(accounts: Accounts) -> None:
    account = accounts()
    for step in range(1, 60):
        account = accounts()
        account.lacking = frozenset({"MOVE"})
        handle = account.deliver(mail())
        account.faults.cut_at(step)
        try:
            account.mailbox.move(handle, "Cases/Khan")
        except PowerCut:
            account.faults.cut_at(0)
        else:
            break
        mailbox = account.again()
        copies = mailbox.changes(None).copies
        assert copies, "the mail is nowhere"
        assert {copy.tags for copy in copies} == {frozenset()}
        found = mailbox.find(key(mail()), "1@mail.example", "Cases/Khan")
        moved = found or mailbox.move(handle, "Cases/Khan")
        assert [copy.handle for copy in mailbox.changes(None).copies] == [moved]
        assert mailbox.look(moved).version == ""
    assert account.raws("Cases/Khan") == [mail()]


def test_a_server_that_says_which_folders_are_which_need_not_be_told(account: Colleague) -> None:
    mailbox = ImapMailbox(account.server(), sent="Gesendet", drafts="Entwürfe")
    assert folder_of(mailbox, Role.SENT) == "Sent"
    handle = mailbox.save_draft(mail())
    assert account.raws("Drafts") == [mail()]
    assert mailbox.find(key(mail()), "1@mail.example", "Entwürfe") == handle
    mailbox.close()


def test_a_line_that_was_cut_while_idle_is_noticed(account: Colleague) -> None:
    mailbox = account.mailbox
    mailbox.changes(None)
    mailbox.wait(timedelta(milliseconds=1))
    account.mailbox.close()  # type: ignore[attr-defined]  # only real lines can be cut
    assert len(mailbox.changes(None).copies) == 0


def test_after_a_failure_it_waits_longer_each_time_and_fails_at_once_meanwhile() -> None:
    tries: list[int] = []
    now = [0.0]

    def step(name: str) -> None:
        tries.append(1) if name == "before connecting" else None

    server = Server("127.0.0.1", free_port(), "o", lambda: PASSWORD, Security.NONE)
    mailbox = ImapMailbox(server, step=step, now=lambda: now[0])
    for second in range(100):
        now[0] = float(second)
        with pytest.raises(TryLater, match="cannot be reached"):
            mailbox.changes(None)
    assert 5 <= len(tries) <= 9


def test_the_library_logs_nothing_that_goes_over_the_wire(
    account: Colleague, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    handle = account.deliver(mail("very private"))
    with account.mailbox.fetch(handle):
        pass
    assert PASSWORD not in caplog.text
    assert "very private" not in caplog.text


def test_the_embedded_maildir_and_dovecot_see_each_others_doing(account: Colleague) -> None:
    handle = account.deliver(mail("damp"))
    account.deliver(mail("bins", "<2@mail.example>"))
    root = Path(account.home) / "mail"
    embedded: Mailbox = MaildirMailbox(root)
    on_disk, on_server = Reader(embedded), Reader(account.mailbox)
    account.person_tags(handle, add=["Urgent"])
    account.mailbox.move(handle, "Cases/Khan. Amina")
    on_disk.reads()
    assert on_disk.places == [("Cases/Khan. Amina", "damp"), ("INBOX", "bins")]
    (filed,) = (copy for copy in on_disk.known.values() if copy.folder != "INBOX")
    assert filed.tags == {"Urgent"}
    embedded.add_tags(filed.handle, ["Housing?"])
    embedded.move(filed.handle, "INBOX")
    on_server.reads()
    assert on_server.places == [("INBOX", "bins"), ("INBOX", "damp")]
    assert {copy.tags for copy in on_server.known.values()} == {
        frozenset(),
        frozenset({"Urgent", "Housing?"}),
    }


def test_many_small_mails_are_read_by_few_commands_and_each_whole(account: Colleague) -> None:
    there = {}
    for number in range(60):
        raw = mail(f"letter {number}", f"<{number}@mail.example>") + b"x" * (number == 7) * 70_000
        there[account.deliver(raw)] = raw
    handles = [copy.handle for copy in account.mailbox.changes(None).copies]
    account.faults.reached.clear()
    for handle in handles:
        with account.mailbox.fetch(handle) as stream:
            assert stream.read() == there[handle]
    assert account.faults.reached.count("before UID FETCH") <= 4


def test_a_mail_read_ahead_is_not_believed_in_for_long(account: Colleague) -> None:
    now = [0.0]
    account.now = lambda: now[0]
    first, second = account.deliver(mail()), account.deliver(mail("b", "<2@mail.example>"))
    account.mailbox.changes(None)
    with account.mailbox.fetch(first):
        account.person_deletes(second)
    now[0] = 11.0
    with pytest.raises(NotThere), account.mailbox.fetch(second):
        pass


# Getting in.

KEY = b"0123456789abcdef0123456789abcdef"


def token(user: str) -> str:
    """A JSON Web Token (RFC 7519) as an identity provider would sign it."""

    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = {"sub": user, "exp": 4102444800, "iat": 1700000000, "email": user}
    head = {"typ": "JWT", "alg": "HS256", "kid": "default"}
    signed = b".".join(part(json.dumps(each).encode()) for each in (head, claims))
    return (signed + b"." + part(hmac.digest(KEY, signed, hashlib.sha256))).decode()


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[Dovecot, Path]]:
    """A server with TLS, a certificate of its own authority, and tokens beside passwords."""
    if not is_here():
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    # Not pytest's folder, which the user that Dovecot checks tokens as may not enter.
    home = Path(tempfile.mkdtemp(prefix="dovecot-keys-"))
    home.chmod(0o755)
    pem = home / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext"),
            *("subjectAltName=DNS:localhost", "-keyout", str(home / "key.pem"), "-out", str(pem)),
        ],
        check=True,
        capture_output=True,
    )
    keys = home / "keys/default/HS256"
    keys.mkdir(parents=True)
    (keys / "default").write_text(base64.b64encode(KEY).decode())
    (home / "oauth2.conf").write_text(
        "introspection_mode = local\nusername_attribute = sub\n"
        f"local_validation_key_dict = fs:posix:prefix={home}/keys/\n"
    )
    passdb = (
        "passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n"
        f"  args = {home}/oauth2.conf\n}}\n"
    )
    tls = f"ssl = yes\nssl_cert = <{pem}\nssl_key = <{home / 'key.pem'}"
    with dovecot(tls=tls, passdb=passdb, mechanisms="plain login xoauth2 oauthbearer") as running:
        yield running, pem
    shutil.rmtree(home)


def mailbox_at(server: Server) -> frozenset[str]:
    mailbox = ImapMailbox(server)
    try:
        return frozenset(folder.name for folder in mailbox.changes(None).folders)
    finally:
        mailbox.close()


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("auth", list(Auth))
def test_every_way_in(guarded: tuple[Dovecot, Path], security: Security, auth: Auth) -> None:
    running, ca = guarded
    user = f"{fresh_user()}@maildir"
    port = running.tls_port if security is Security.TLS else running.port
    secret = PASSWORD if auth is Auth.PASSWORD else token(user)
    server = Server("localhost", port, user, lambda: secret, security, auth, ca_file=ca)
    assert "INBOX" in mailbox_at(server)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    guarded: tuple[Dovecot, Path],
) -> None:
    running, _ = guarded
    for security, port in ((Security.TLS, running.tls_port), (Security.STARTTLS, running.port)):
        server = Server("localhost", port, "o@maildir", lambda: PASSWORD, security)
        with pytest.raises(SignInNeeded, match="certificate of localhost cannot be believed"):
            mailbox_at(server)


def test_a_certificate_for_another_name_is_refused(guarded: tuple[Dovecot, Path]) -> None:
    running, ca = guarded
    server = Server("127.0.0.1", running.tls_port, "o@maildir", lambda: PASSWORD, ca_file=ca)
    with pytest.raises(SignInNeeded, match=r"certificate of 127\.0\.0\.1"):
        mailbox_at(server)


@pytest.mark.parametrize("auth", list(Auth))
def test_a_wrong_password_or_token_needs_a_person_and_is_never_told(
    guarded: tuple[Dovecot, Path], auth: Auth
) -> None:
    running, ca = guarded
    server = Server(
        "localhost", running.tls_port, "o@maildir", lambda: "hunter2", auth=auth, ca_file=ca
    )
    with pytest.raises(SignInNeeded, match="does not accept the sign-in") as refusal:
        mailbox_at(server)
    assert "hunter2" not in str(refusal.value)
    assert "hunter2" not in repr(server)


def test_a_server_without_starttls_gets_no_password(server: Dovecot) -> None:
    plain = Server("127.0.0.1", server.port, "o", lambda: PASSWORD, Security.STARTTLS)
    with pytest.raises(SignInNeeded, match="offers no STARTTLS"):
        mailbox_at(plain)
