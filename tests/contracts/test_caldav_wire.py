"""What can go wrong between us and a CalDAV server, and how it is told."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailbridge.app import edges_of, make_places
from mailbridge.config import parse
from mailbridge.domain.casework import Task
from mailbridge.domain.errors import (
    ChangedMeanwhile,
    EdgeError,
    NotThere,
    Refused,
    SignInNeeded,
    TryLater,
)
from mailbridge.ports import TaskList
from mailbridge.reminders.tasklists.caldav import CaldavTaskList, Home, Wire
from mailbridge.reminders.tasklists.caldav.home import Changes, Collection
from tests.contracts.calendar_contract import REVIEW
from tests.contracts.tasklist_contract import CHASE
from tests.servers.canned import HANG, Canned, Request, answer, forward, self_signed
from tests.servers.radicale import PASSWORD, Radicale

SECRET = "hunter2"


def wire_to(url: str, **given: float) -> Wire:
    return Wire(url, "office", lambda: SECRET, timeout=timedelta(seconds=given.get("seconds", 10)))


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (answer(401), SignInNeeded, "does not accept this user and password"),
        (answer(403), Refused, "shared with the right to edit"),
        (
            answer(403, b"<error xmlns='DAV:'><quota-not-exceeded/></error>"),
            Refused,
            "quota-not-exceeded",
        ),
        (answer(404), NotThere, "no longer"),
        (answer(409), ChangedMeanwhile, "meanwhile"),
        (answer(410), NotThere, "no longer"),
        (answer(412), ChangedMeanwhile, "meanwhile"),
        (answer(413), Refused, "HTTP 413"),
        (answer(423), TryLater, "lock"),
        (answer(429), TryLater, "busy"),
        (answer(500), TryLater, "HTTP 500"),
        (answer(502), TryLater, "HTTP 502"),
        (answer(503), TryLater, "busy"),
        (answer(507), TryLater, "full"),
        (answer(301, location="https://there.example/"), TryLater, "https://there.example/"),
        (answer(302), TryLater, "change `url`"),
        (b"", TryLater, "cannot be reached"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", TryLater, "cannot be reached"),
        (answer(207, b"<multistatus", connection="close")[:-3], TryLater, "cannot be reached"),
        (HANG, TryLater, "did not answer within"),
    ],
)
def test_each_way_a_request_fails_says_what_to_do(
    said: bytes, kind: type[EdgeError], words: str
) -> None:
    with Canned(lambda _: said) as server:
        wire = wire_to(server.url, seconds=0.3)
        with pytest.raises(EdgeError, match=words) as told:
            wire.ask("PUT", "/x.ics", b"")
        wire.close()
    assert type(told.value) is kind
    assert SECRET not in str(told.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("retry_after", "after"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", timedelta(0)),
        ("9" * 400, timedelta(days=1)),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_left_alone_as_long_as_it_asks(
    status: int, retry_after: str, after: timedelta | None
) -> None:
    with Canned(lambda _: answer(status, retry_after=retry_after)) as server:
        wire = wire_to(server.url)
        with pytest.raises(TryLater) as told:
            wire.ask("PROPFIND", "/")
        wire.close()
    assert told.value.after == after


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Log in first</html>",
        b"<multistatus xmlns='DAV:'><response>",
        b"<!DOCTYPE x [<!ENTITY a 'a'>]><multistatus xmlns='DAV:'>&a;</multistatus>",
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_that_is_no_multistatus_is_asked_for_again_later(body: bytes) -> None:
    with Canned(lambda _: answer(207, body)) as server:
        wire = wire_to(server.url)
        with pytest.raises(TryLater, match="cannot be read"):
            CaldavTaskList(Home(wire)).changes(None)
        wire.close()


def test_a_new_password_is_asked_for_once_the_old_one_is_not_accepted() -> None:
    secrets = iter(["old", "new"])
    answers = iter([answer(200), answer(401), answer(200)])
    with Canned(lambda _: next(answers)) as server:
        wire = Wire(server.url, "office", lambda: next(secrets))
        wire.ask("GET", "/")
        with pytest.raises(SignInNeeded):
            wire.ask("GET", "/")
        wire.ask("GET", "/")
        wire.close()
    signed = [request.headers["authorization"] for request in server.requests]
    assert signed[0] == signed[1] != signed[2]


def test_the_password_goes_to_no_other_host() -> None:
    elsewhere = (
        b"<multistatus xmlns='DAV:' xmlns:c='urn:ietf:params:xml:ns:caldav'><response>"
        b"<href>/</href><propstat><prop><c:calendar-home-set>"
        b"<href>https://evil.example/home/</href></c:calendar-home-set></prop>"
        b"<status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
    )
    with Canned(lambda _: answer(207, elsewhere)) as server:
        wire = wire_to(server.url)
        with pytest.raises(Refused, match=r"evil\.example"):
            CaldavTaskList(Home(wire)).changes(None)
        wire.close()


def test_an_unencrypted_address_is_never_asked() -> None:
    with pytest.raises(ValueError, match="https://"):
        Wire("http://dav.example/", "office", lambda: SECRET)


def test_a_certificate_of_nobody_we_trust_gets_no_password(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with Canned(lambda _: answer(200), certificate) as server:
        with pytest.raises(SignInNeeded, match=r"certificate of localhost.* `ca_file`"):
            wire_to(server.url).ask("GET", "/")
        assert server.requests == []
        wire = Wire(server.url, "office", lambda: SECRET, ca_file=tmp_path / "cert.pem")
        assert wire.ask("GET", "/").status == 200
        wire.close()
        for wrong in (tmp_path / "none.pem", tmp_path / "key.pem"):
            with pytest.raises(SignInNeeded, match="PEM file"):
                Wire(server.url, "office", lambda: SECRET, ca_file=wrong).ask("GET", "/")


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    server = Radicale(tmp_path_factory.mktemp("radicale"))
    yield server
    server.kill()


def lists(url: str, user: str) -> TaskList:
    return CaldavTaskList(Home(Wire(url, user, lambda: PASSWORD)))


def finished(tasks: TaskList, task: Task) -> None:
    """What delivery does after a failure: look, and create only what is not there."""
    assert (tasks.find(task.key) or tasks.put(task, None)).task == task


def test_a_create_whose_answer_is_lost_is_found_again_and_never_made_twice(
    radicale: Radicale,
) -> None:
    radicale.start()
    user = radicale.new_user()

    def loses_the_answer(request: Request) -> bytes:
        said = forward(request, radicale.url)
        return b"" if request.method in {"PUT", "MKCALENDAR"} else said

    with Canned(loses_the_answer) as server:
        for _each in ("MKCALENDAR", "PUT"):
            with pytest.raises(TryLater):
                lists(server.url, user).put(CHASE, None)
        assert [each.method for each in server.requests].count("PUT") == 1
    tasks = lists(radicale.url, user)
    finished(tasks, CHASE)
    assert len(tasks.changes(None).tasks) == 1


def test_a_server_restarted_between_two_calls_is_none_the_wiser(radicale: Radicale) -> None:
    radicale.start()
    tasks = lists(radicale.url, radicale.new_user())
    copy = tasks.put(CHASE, None)
    cursor = tasks.changes(None).cursor
    radicale.kill()
    with pytest.raises(TryLater, match="cannot be reached"):
        tasks.find(CHASE.key)
    radicale.start()
    assert tasks.find(CHASE.key) == copy
    assert tasks.changes(cursor).gone == ()


def cut_at(number: int, url: str, *, before: bool) -> Callable[[Request], bytes]:
    """Passes requests on, but closes the connection at one of them, before or after it is done."""
    count = iter(range(1, 1000))

    def react(request: Request) -> bytes:
        is_it = next(count) == number
        if is_it and before:
            return b""
        said = forward(request, url)
        return b"" if is_it else said

    return react


@pytest.mark.parametrize("before", [True, False])
def test_a_connection_cut_at_any_request_ends_in_one_task(
    radicale: Radicale, *, before: bool
) -> None:
    radicale.start()
    for number in range(1, 100):
        user = radicale.new_user()
        with Canned(cut_at(number, radicale.url, before=before)) as server:
            tasks = lists(server.url, user)
            try:
                tasks.put(CHASE, None)
            except TryLater:
                finished(tasks, CHASE)
            assert len(tasks.changes(None).tasks) == 1
            if len(server.requests) < number:
                break
    assert number > 5


def test_a_password_that_is_wrong_is_told(radicale: Radicale) -> None:
    radicale.start()
    wire = Wire(radicale.url, radicale.new_user(), lambda: SECRET)
    with pytest.raises(SignInNeeded, match="does not accept"):
        CaldavTaskList(Home(wire)).changes(None)
    wire.close()


def test_an_answer_that_trickles_in_is_not_waited_for_without_end() -> None:
    began = time.monotonic()
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"
    with Canned(lambda _: half) as server, pytest.raises(TryLater, match="did not answer"):
        wire_to(server.url, seconds=0.3).ask("GET", "/")
    assert time.monotonic() - began < 10


EMPTY_HOME = (
    b"<multistatus xmlns='DAV:' xmlns:c='urn:ietf:params:xml:ns:caldav'><response>"
    b"<href>/home/</href><propstat><prop><c:calendar-home-set><href>/home/</href></c:calendar-home-set></prop>"
    b"<status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
)


@pytest.mark.parametrize("status", [403, 405, 409, 501])
def test_where_no_list_can_be_made_it_is_said_which_one_to_make_by_hand(status: int) -> None:
    def react(request: Request) -> bytes:
        return answer(status) if request.method == "MKCALENDAR" else answer(207, EMPTY_HOME)

    task = replace(CHASE, task_list="olu")
    with Canned(react) as server, pytest.raises(Refused, match="no list named olu"):
        CaldavTaskList(Home(wire_to(server.url))).put(task, None)
    assert "PUT" not in {request.method for request in server.requests}


def test_a_server_that_cannot_move_leaves_the_task_where_it_is_and_says_so() -> None:
    def react(request: Request) -> bytes:
        return answer(501) if request.method == "MOVE" else answer(207, EMPTY_HOME)

    there = Collection("/home/olu/", "olu", frozenset(), "")
    with Canned(react) as server, pytest.raises(Refused, match="Move it to olu by hand"):
        Home(wire_to(server.url)).move("/home/ann/x.ics", there)
    assert server.requests[0].headers["destination"] == f"{server.url}home/olu/x.ics"
    assert server.requests[0].headers["overwrite"] == "F"


def changed(*resources: str, token: str) -> bytes:
    told = "".join(f"<response>{resource}</response>" for resource in resources)
    return (
        f"<multistatus xmlns='DAV:'>{told}<sync-token>{token}</sync-token></multistatus>".encode()
    )


def test_changes_that_come_in_pages_are_read_to_the_last() -> None:
    """RFC 6578 §3.6: 507 for the collection itself, and a token to go on from."""
    one = "<href>/l/1.ics</href><propstat><prop><getetag>a</getetag></prop></propstat>"
    gone = "<href>/l/2.ics</href><status>HTTP/1.1 404 Not Found</status>"
    more = "<href>/l/</href><status>HTTP/1.1 507 Insufficient Storage</status>"
    pages = iter([changed(one, more, token="t1"), changed(gone, token="t2")])
    with Canned(lambda _: answer(207, next(pages))) as server:
        there = Collection("/l/", "l", frozenset(), "sync:t9")
        told = Home(wire_to(server.url)).changes(there, "sync:t0")
    assert told == Changes({"/l/1.ics": "a"}, ("/l/2.ics",), "sync:t2")
    assert [b">t1<" in request.body for request in server.requests] == [False, True]


@pytest.mark.parametrize("status", [400, 403, 405, 409, 412, 501])
def test_a_token_that_is_refused_is_no_failure(status: int) -> None:
    with Canned(lambda _: answer(status)) as server:
        there = Collection("/l/", "l", frozenset(), "sync:t9")
        assert Home(wire_to(server.url)).changes(there, "sync:t0") is None


def test_a_task_named_as_changed_and_not_handed_out_is_told_the_next_time(
    radicale: Radicale,
) -> None:
    radicale.start()
    user = radicale.new_user()
    own = lists(radicale.url, user)
    copy = own.put(CHASE, None)
    silent = iter([True])

    def hands_nothing_out_once(request: Request) -> bytes:
        if b"multiget" in request.body and next(silent, False):
            return answer(207, b"<multistatus xmlns='DAV:'/>")
        return forward(request, radicale.url)

    cursor = own.changes(None).cursor
    copy = own.put(replace(CHASE, title="new"), copy.version)
    with Canned(hands_nothing_out_once) as server:
        tasks = lists(server.url, user)
        first = tasks.changes(cursor)
        assert (first.tasks, first.gone) == ((), ())
        assert tasks.changes(first.cursor).tasks == (copy,)


def test_a_damaged_task_of_ours_never_leads_to_a_second_one(radicale: Radicale) -> None:
    radicale.start()
    user = radicale.new_user()
    own = lists(radicale.url, user)
    copy = own.put(CHASE, None)
    cursor = own.changes(None).cursor
    own.put(replace(CHASE, title="new"), copy.version)

    def damages(request: Request) -> bytes:
        said = forward(request, radicale.url)
        return said.replace(b"END:", b"XND:") if b"multiget" in request.body else said

    with Canned(damages) as server:
        tasks = lists(server.url, user)
        batch = tasks.changes(cursor)
        assert (batch.tasks, batch.gone) == ((), ())
        assert not tasks.changes(None).is_complete
        with pytest.raises(TryLater, match="damaged"):
            tasks.find(CHASE.key)
        with pytest.raises(TryLater, match="damaged"):
            lists(server.url, user).put(CHASE, None)
        assert "PUT" not in {request.method for request in server.requests}


def test_the_configuration_plugs_it_in(
    radicale: Radicale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    radicale.start()
    monkeypatch.setenv("MAILBRIDGE_TASKS_PASSWORD", PASSWORD)
    text = f"""
    [office]
    emails = ["office@mp.example"]
    [mailbox]
    path = "mail"
    [tasks]
    kind = "caldav"
    url = "{radicale.url}"
    user = "{radicale.new_user()}"
    office_list = "Casework"
    [calendar]
    kind = "caldav"
    name = "Diary"
    """
    settings = parse(text, tmp_path / "mailbridge.toml")
    assert make_places(settings) == (tmp_path / "mail",)
    edges = edges_of(settings)
    assert edges.tasks.put(CHASE, None).task == CHASE
    assert edges.calendar is not None
    edges.calendar.put_appointment(REVIEW)
    assert edges.calendar.find_appointment(REVIEW.key) == REVIEW
    home = Home(Wire(radicale.url, settings.tasks.user, lambda: PASSWORD))
    names = {each.name for kind in ("VTODO", "VEVENT") for each in home.collections(kind)}
    assert names == {"Casework", "Diary"}
