import re
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from mailbridge.ingest.html import to_text
from mailbridge.ingest.newtext import newtext, newtext_html, split

# What programs and people write around the words that count. Each case: the mail, the new words.
WORDS = "Dear Ms Price,\n\nThe roof still leaks. Can you help?"
HISTORY = "Thank you for your letter.\nWe will look into it."
QUOTED = "\n".join(f"> {line}" for line in HISTORY.split("\n"))

ATTRIBUTIONS = {
    "gmail": "On Mon, 2 Mar 2026 at 10:15, Jo Price <jo.price@office.example> wrote:",
    "apple": "On 2 Mar 2026, at 10:15, Jo Price <jo.price@office.example> wrote:",
    "wrapped": "On Mon, 2 Mar 2026 at 10:15, Jo Price\n<jo.price@office.example>\nwrote:",
    "german": "Am 02.03.2026 um 10:15 schrieb Jo Price <jo.price@office.example>:",
    "french": "Le lun. 2 mars 2026 à 10:15, Jo Price <jo.price@office.example> a écrit :",
    "spanish": "El lun, 2 mar 2026 a las 10:15, Jo (<jo.price@office.example>) escribió:",
    "polish": "W dniu 2.03.2026 o 10:15, Jo Price <jo.price@office.example> napisał(a):",
    "welsh": "Ar 2 Maw 2026 am 10:15, ysgrifennodd Jo Price <jo.price@office.example>:",
    "dashes": "--- On Mon, 2/3/26, Jo Price <jo.price@office.example> wrote:",
    "date first": "2026-03-02 10:15 GMT+00:00 Jo Price <jo.price@office.example>:",
}
HEADERS = {
    "outlook": "From: Jo Price <jo.price@office.example>\nSent: 02 March 2026 10:15\n"
    "To: Amina Khan <amina@home.example>\nSubject: RE: The roof",
    "outlook with a line": "_" * 32 + "\nFrom: Jo Price\nSent: Monday, March 2, 2026 10:15 AM\n"
    "To: Amina Khan\nCc: A; B; C\nSubject: RE: The roof",
    "bold": "*From:* Jo Price [mailto:jo.price@office.example]\n*Sent:* 02 March 2026 10:15\n"
    "*To:* Amina Khan\n*Subject:* RE: The roof",
    "german": "Von: Jo Price\nGesendet: Montag, 2. März 2026 10:15\nAn: Amina Khan\n"
    "Betreff: AW: The roof",
    "french": "De : Jo Price\nEnvoyé : lundi 2 mars 2026 10:15\nÀ : Amina Khan\nObjet : The roof",
    "original message": "-----Original Message-----\nFrom: Jo Price\nSent: 02 March 2026 10:15\n"
    "To: Amina Khan\nSubject: The roof",
    "forward": "---------- Forwarded message ---------\nFrom: Jo <jo.price@office.example>\n"
    "Date: Mon, 2 Mar 2026 at 10:15\nSubject: The roof\nTo: <amina@home.example>",
    "apple forward": "Begin forwarded message:\n\nFrom: Jo <jo.price@office.example>\n"
    "Subject: The roof\nDate: 2 March 2026 at 10:15:00 GMT\nTo: Amina <amina@home.example>",
    "date first": "Date: Mon, 2 Mar 2026 10:15:00 +0000\nSubject: The roof\n"
    "From: jo.price@office.example\nTo: amina@home.example",
    "wrapped recipients": "From: Jo Price\nSent: 02 March 2026 10:15\nTo: Amina Khan;\n"
    " Another Person; A Third Person\nSubject: The roof",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_above_a_quote_is_all_that_is_new(attribution: str) -> None:
    assert newtext(f"{WORDS}\n\n{attribution}\n\n{QUOTED}\n") == WORDS


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_below_a_quote_is_all_that_is_new(attribution: str) -> None:
    assert newtext(f"{attribution}\n{QUOTED}\n\n{WORDS}\n") == WORDS


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_what_stands_below_a_copied_header_is_history(header: str) -> None:
    assert newtext(f"{WORDS}\n\n{header}\n\n{HISTORY}\n") == WORDS


def test_words_between_quotes_are_new() -> None:
    mail = (
        "On 2 Mar 2026, at 10:15, Jo <jo@x.example> wrote:\n> When did it begin?\n\nIn May.\n\n"
        "> Is anybody ill?\n> Have you a doctor's letter?\n\nMy son has asthma.\n"
    )
    assert newtext(mail) == "In May.\n\nMy son has asthma."


def test_an_answer_below_a_shortened_quote_is_not_lost() -> None:
    mail = f"{ATTRIBUTIONS['gmail']}\n[...]\n> When did it begin?\n\nIn May.\n"
    assert newtext(mail) == "[...]\n\nIn May."
    marked = f"{HEADERS['original message']}\n\nJo wrote this:\n> When did it begin?\nIn May.\n"
    assert "In May." in newtext(marked)


KEPT = {
    "a letter quoted in prose": "On 3 March the council wrote:\nWe refuse.\n\nThat is unfair.",
    "a journey": "From: Leeds\nTo: York\nDate: 3 March\n\nThe bus never came.",
    "a web form": "Name: Amina Khan\nFrom: amina@home.example\nSubject: Damp\nMessage: It leaks.",
    "somebody's own plea": "This email is confidential. Please do not tell my landlord.",
    "dashes in a list": "We need:\n-- a roof\n-- heating\nCan you help?",
    "thanks that go on": "Thanks to the council\nwe are homeless now.",
    "caution in the first line": "Caution is needed at this crossing, children cross there.",
    "their address asked for": "My details are:\nAmina Khan\n12 Elm Court\nLS6 2AB\n07700 900123",
    "only an address": "Amina Khan\n12 Elm Court\nLS6 2AB\n07700 900123",
    "a postscript": "It leaks.\n\nYours sincerely,\nAmina Khan\n\nPS My neighbour's does too.",
    "drawn lines": "First\n----------\nThe second part says more than the first one did.\nEnd.",
    "a question": "Any views or opinions on this bill?",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_words_of_the_writer_are_not_lost(text: str) -> None:
    assert newtext(text) == text


SIGNED = {
    "sign-off": "Kind regards,\nAmina Khan\n12 Elm Court\nLeeds\nLS6 2AB\n07700 900123",
    "welsh": "Cofion cynnes,\nAmina Khan\n12 Elm Court, LS6 2AB",
    "named on one line": "Many thanks, Amina\n12 Elm Court\nLS6 2AB",
    "a post": "Yours sincerely\n\nJohn Smith\nHousing Options Officer\nAnytown Council\n"
    "Tel: 01632 960001\nwww.anytown.example",
    "delimiter": "-- \nAmina Khan\n12 Elm Court\nLS6 2AB",
    "no sign-off": "\nAmina Khan\n07700 900123\namina@home.example",
}


@pytest.mark.parametrize("end", SIGNED.values(), ids=SIGNED)
def test_name_and_address_are_kept_apart_for_matching(end: str) -> None:
    new, signature = split(f"{WORDS}\n\n{end}")
    assert new.startswith(WORDS)
    # Only what reaches the writer leaves the words; the name is a word they typed.
    assert not re.search(r"LS6 2AB|07700|01632|www", new)
    last = end.rsplit("\n", maxsplit=1)[-1]
    assert last in signature
    assert ("Amina" in signature) or ("John Smith" in signature)


DROPPED = {
    "phone": "Sent from my iPhone",
    "outlook app": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "android": "Sent from Outlook for Android",
    "german phone": "Von meinem iPhone gesendet",
    "parliament": "UK Parliament Disclaimer: this e-mail is confidential to the intended recipient."
    " If you have received it in error, please notify the sender and delete it from your system.",
    "council": "This email and any files transmitted with it are confidential and intended"
    " solely for the use of the individual\nor entity to whom they are addressed. If you have "
    "received this email"
    " in error please notify the system manager.",
    "environment": "Please consider the environment before printing this email",
    "two paragraphs": "The information in this email is confidential and may be privileged.\n\n"
    "If you are not the intended recipient, any disclosure or copying is prohibited.",
    "heading": "Disclaimer\n\nThis message is intended for the addressee and may be privileged.",
}


@pytest.mark.parametrize("end", DROPPED.values(), ids=DROPPED)
def test_what_programs_and_lawyers_add_is_nobodys_words(end: str) -> None:
    assert split(f"{WORDS}\n\n{end}\n") == (WORDS, "")


def test_a_gateways_warning_above_the_words_is_dropped() -> None:
    warning = "CAUTION: This email originated from outside the organisation.\nDo not click links."
    assert newtext(f"{warning}\n\n{WORDS}") == WORDS
    other = "You don't often get email from amina@home.example. Learn why this is important"
    assert newtext(f"{other}\n\n{WORDS}") == WORDS


HTML = {
    "gmail": '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div class="gmail_attr">'
    'On Mon, 2 Mar 2026 at 10:15, Jo &lt;<a href="mailto:jo@x.example">jo@x.example</a>&gt; '
    'wrote:<br></div><blockquote class="gmail_quote">Shall I?</blockquote></div>',
    "outlook": "<div class=WordSection1><p class=MsoNormal>Yes.<o:p></o:p></p><p class=MsoNormal>"
    "<o:p>&nbsp;</o:p></p><div style='border-top:solid #E1E1E1 1.0pt'><p "
    "class=MsoNormal><b>From:</b>"
    " Jo &lt;jo@x.example&gt; <br><b>Sent:</b> 02 March 2026 10:15<br><b>To:</b> "
    "A<br><b>Subject:</b>"
    " Roof<o:p></o:p></p></div><p class=MsoNormal>Shall I?<o:p></o:p></p></div>",
    "outlook on the web": '<div>Yes.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">'
    "<b>From:</b> Jo<br><b>Sent:</b> 02 March 2026 10:15<br><b>To:</b> A<br><b>Subject:</b> "
    "Roof<br></div>"
    "<div>Shall I?</div>",
    "thunderbird": '<p>Yes.</p><div class="moz-cite-prefix">On 02/03/2026 10:15, Jo wrote:<br>'
    '</div><blockquote type="cite" cite="mid:a@x.example"><p>Shall I?</p></blockquote>',
    "no blockquote": '<div>Yes.</div><div class="yahoo_quoted"><div>On Monday Jo wrote:</div>'
    "<div>Shall I?</div></div>",
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_quotes_in_html_are_seen_through(html: str) -> None:
    assert newtext_html(html) == "Yes."
    assert "Shall I?" in to_text(html)


def test_html_is_read_as_a_person_sees_it() -> None:
    html = (
        "<!--[if mso]><p>no</p><![endif]--><style>p{}</style><div style='display:none'>no</div>"
        "<h1>Damp</h1><ul><li>one</li><li>two</li></ul><table><tr><td>a</td><td>b</td></tr></table>"
        "<pre>x\n  y</pre><p>caf&eacute; &pound;5&nbsp;a&shy;b</p>"
    )
    assert to_text(html) == "Damp\n\n- one\n- two\n\na b\n\nx\n  y\n\ncafé £5 ab"


def test_words_nested_thousands_deep_are_read() -> None:
    assert to_text("<div>" * 5_000 + "deep" + "</div>" * 5_000 + "<p>after</p>") == "deep\n\nafter"


def _count_calls(run: Callable[[], object]) -> int:
    """Calls made, of C functions too: the same on a busy machine as on an idle one."""
    count = 0

    def note(_frame: FrameType, _event: str, _arg: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


LONG = {
    "quotes": "> a\n",
    "one line": "word ",
    "attributions": "On Monday wrote:\n",
    "blank lines": "\n",
    "copied headers": "From: a\nTo: b\nDate: c\n\n",
    "delimiters": "-- \n",
    "answers between quotes": "a:\n> b\n",
    "disclaimers": "This email and any files\n\n",
    "phones": "07700 900123\n",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_twice_the_text_takes_about_twice_the_steps(piece: str) -> None:
    def steps(size: int) -> int:
        return _count_calls(lambda: newtext(piece * (size // len(piece))))

    assert steps(40_000) < 3 * steps(20_000) + 20_000
