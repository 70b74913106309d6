import io

import pytest

from mailbridge.domain.finding import Authenticity
from mailbridge.domain.message import Address, Message, MessageKey
from mailbridge.domain.threads import base_subject, thread_ids
from mailbridge.ingest.addresses import addresses
from mailbridge.ingest.authenticity import judge
from mailbridge.ingest.parse import parse

OURS = ("mx.office.example",)
EDGE = ("Received", "from mail.x.example (mail.x.example [192.0.2.1]) by mx.office.example; date")
INSIDE = ("Received", "from mx.office.example (10.0.0.2) by store.office.example; date")


def results(words: str, server: str = "mx.office.example") -> tuple[str, str]:
    return "Authentication-Results", f"{server}; {words}"


PASS, FAIL, UNKNOWN = Authenticity.PASS, Authenticity.FAIL, Authenticity.UNKNOWN
VERDICTS = {
    "dmarc passes": ([results("dmarc=pass header.from=x.example"), EDGE], PASS),
    "dmarc fails though spf passes": (
        [results("spf=pass smtp.mailfrom=else.example; dmarc=fail header.from=x.example"), EDGE],
        FAIL,
    ),
    "dkim of the sender's domain": ([results("dkim=pass header.d=x.example"), EDGE], PASS),
    "dkim of a subdomain": ([results("dkim=pass (2048 bit) header.i=@mail.x.example"), EDGE], PASS),
    "dkim of somebody else": ([results("dkim=pass header.d=else.example"), EDGE], UNKNOWN),
    "dkim fails": ([results("dkim=fail header.d=x.example; spf=none"), EDGE], FAIL),
    "one of two signatures": (
        [results("dkim=fail header.d=x.example; dkim=pass header.d=x.example"), EDGE],
        PASS,
    ),
    "none": ([results("dkim=none; spf=none smtp.mailfrom=x.example; dmarc=none"), EDGE], UNKNOWN),
    "a passing trouble": ([results("dmarc=temperror header.from=x.example"), EDGE], UNKNOWN),
    "softfail": ([results("spf=softfail smtp.mailfrom=jo@x.example"), EDGE], UNKNOWN),
    "spf and dkim fail for somebody else": (
        [
            results(
                "dmarc=none header.from=x.example; spf=fail smtp.mailfrom=bounce@evil.example;"
                " dkim=fail header.d=evil.example"
            ),
            EDGE,
        ],
        FAIL,
    ),
    "both fail, but one of somebody's signatures passes": (
        [
            results(
                "spf=fail smtp.mailfrom=a.example; dkim=fail header.d=a.example;"
                " dkim=pass header.d=b.example"
            ),
            EDGE,
        ],
        UNKNOWN,
    ),
    "both fail, but a forwarder vouches": (
        [results("spf=fail smtp.mailfrom=a.example; dkim=fail header.d=a.example; arc=pass"), EDGE],
        UNKNOWN,
    ),
    "both fail, though the machine is known": (
        [
            results("iprev=pass; spf=fail smtp.mailfrom=a.example; dkim=fail header.d=a.example"),
            EDGE,
        ],
        FAIL,
    ),
    "one fails for somebody else": (
        [results("spf=fail smtp.mailfrom=a.example; dkim=none"), EDGE],
        UNKNOWN,
    ),
    "no policy, and a signature of the sender": (
        [
            results("dmarc=none; spf=fail smtp.mailfrom=a.example; dkim=pass header.d=x.example"),
            EDGE,
        ],
        PASS,
    ),
    "nothing": ([EDGE], UNKNOWN),
    "nobody's server": ([results("dmarc=pass", "mx.else.example"), EDGE], UNKNOWN),
    "below an inner hop": ([INSIDE, results("dmarc=pass"), EDGE], PASS),
    "forged, below the edge": ([EDGE, results("dmarc=pass")], UNKNOWN),
    "forged, below our own": ([results("dmarc=fail"), EDGE, results("dmarc=pass")], FAIL),
    "forged in a comment": ([results("dmarc=none (dmarc=pass; dmarc=pass)"), EDGE], UNKNOWN),
    "helo claims to be us": (
        [
            (
                "Received",
                "from mx.office.example (evil.example [192.0.2.9]) by mx.office.example; x",
            ),
            results("dmarc=pass"),
        ],
        UNKNOWN,
    ),
    "a version": ([("Authentication-Results", "mx.office.example 1; dmarc=pass"), EDGE], PASS),
}


@pytest.mark.parametrize(("headers", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_only_our_own_server_is_believed(
    headers: list[tuple[str, str]], verdict: Authenticity
) -> None:
    mail = Message(MessageKey("k"), from_=(Address("jo@x.example"),), headers=tuple(headers))
    assert judge(mail, OURS)[0] is verdict


def test_exchange_online_leaves_its_name_out() -> None:
    words = "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=x.example; dmarc=pass action=none"
    mail = Message(
        MessageKey("k"),
        from_=(Address("jo@x.example"),),
        headers=(("Authentication-Results", words),),
    )
    assert judge(mail, ("-",))[0] is PASS
    assert judge(mail, OURS)[0] is UNKNOWN


def test_a_mail_from_two_people_is_never_genuine() -> None:
    mail = Message(
        MessageKey("k"),
        from_=(Address("jo@x.example"), Address("al@y.example")),
        headers=(results("dmarc=pass"),),
    )
    assert judge(mail, OURS)[0] is FAIL
    assert judge(mail, ())[0] is FAIL
    twice = Message(
        MessageKey("k"),
        from_=(Address("jo@x.example"), Address("jo@x.example", "Jo")),
        headers=(results("dmarc=pass"),),
    )
    assert judge(twice, OURS)[0] is PASS


ADDRESSES = {
    "a comma without quotes": ("Khan, Amina <a@b.example>", [("a@b.example", "Khan, Amina")]),
    "an address as a name": ('"mp@x.example" <a@b.example>', [("a@b.example", "mp@x.example")]),
    "a comment": ("a@b.example (Amina Khan)", [("a@b.example", "Amina Khan")]),
    "a group": (
        "Team: a@b.example, Jo <c@d.example>;",
        [("a@b.example", ""), ("c@d.example", "Jo")],
    ),
    "semicolons": ("a@b.example; c@d.example", [("a@b.example", ""), ("c@d.example", "")]),
    "an encoded comma": (
        "=?utf-8?Q?Khan=2C_Amina?= <a@b.example>",
        [("a@b.example", "Khan, Amina")],
    ),
    "an escaped quote": (r'"A \"AJ\" Khan" <a@b.example>', [("a@b.example", 'A "AJ" Khan')]),
    "an open quote": ('"Amina <a@b.example>', [("a@b.example", "Amina")]),
    "mailto": ("<mailto:a@b.example>", [("a@b.example", "")]),
    "nobody": ("MAILER-DAEMON", []),
    "nothing": ("<>", []),
}


@pytest.mark.parametrize(("value", "found"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_are_read_as_a_mail_program_shows_them(
    value: str, found: list[tuple[str, str]]
) -> None:
    assert [(one.addr, one.name) for one in addresses(value)] == found


def test_the_mail_answered_comes_before_those_it_refers_to() -> None:
    mail = Message(
        MessageKey("k"),
        message_id="me@x",
        in_reply_to=("c@x",),
        references=("a@x", "b@x", "me@x", "c@x"),
    )
    assert thread_ids(mail) == ("c@x", "b@x", "a@x")


def test_a_long_thread_is_cut_at_its_far_end() -> None:
    many = tuple(f"{number}@x" for number in range(80))
    assert thread_ids(Message(MessageKey("k"), references=many)) == many[:-51:-1]


SUBJECTS = {
    "Re: Fwd: RE: Damp": "Damp",
    "AW: WG: SV: Damp": "Damp",
    "[list] Re[2]: Damp (fwd)": "Damp",
    "Automatic reply: Damp": "Damp",
    "[Fwd: Damp]": "Damp",
    "Re:": "",
    "Reform now": "Reform now",
    "[External]": "[External]",
}


@pytest.mark.parametrize(("subject", "base"), SUBJECTS.items())
def test_a_conversation_keeps_its_name(subject: str, base: str) -> None:
    assert base_subject(subject) == base


@pytest.mark.parametrize(
    ("fields", "is_odd"),
    [
        (b'From: "Amina Khan" <evil@evil.example>, amina@home.example\r\n', True),
        (b"From: evil@evil.example\r\nFrom: amina@home.example\r\n", True),
        (b"From: amina@home.example\r\nFrom: Amina <AMINA@home.example>\r\n", False),
        (b"From: amina@home.example\r\nSender: evil@evil.example\r\n", False),
    ],
)
def test_two_senders_are_told(fields: bytes, *, is_odd: bool) -> None:
    oddities = {oddity.code for oddity in parse(io.BytesIO(fields + b"\r\nHelp.")).oddities}
    assert ("two-senders" in oddities) is is_odd
