"""What is read out of a mail, and what is not taken for a clue."""

import time

import pytest

from mailbridge.domain.message import Address, Attachment, Direction, Forwarded, Message, MessageKey
from mailbridge.domain.office import Office
from mailbridge.domain.people import Constituent
from mailbridge.matching import clues
from mailbridge.matching.identifiers import find_phones, find_postcodes, find_their_references
from mailbridge.matching.names import Fit, fit, name_of, names_person

OFFICE = Office(emails=("office@mp.example",))
AMINA = Address("amina@home.example", "Amina Khan")
COUNCIL = Address("housing@anytown.example", "Anytown Council")
US = Address("office@mp.example", "The Office")


def mail(**fields: object) -> Message:
    return Message(MessageKey("0" * 20), **fields)  # type: ignore[arg-type]  # a test's own fields


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LS6 2AB", ("LS6 2AB",)),
        ("ls62ab", ("LS6 2AB",)),
        ("Elm Court, Leeds,LS6  2AB.", ("LS6 2AB",)),
        ("M1 1AA, B33 8TH, CR2 6XH, DN55 1PT, W1A 0AX, EC1A 1BB", 6),
        ("SW1A OAA", ("SW1A 0AA",)),
        ("LS6 lAB", ("LS6 1AB",)),
        ("LS6 2AB and ls6 2ab", ("LS6 2AB",)),
        ("LS6\u00a02AB", ("LS6 2AB",)),
        ("on the m1 old road", ()),
        ("Order XLS6 2AB", ()),
        ("LS6 2ABX", ()),
        ("QX6 2AB", ()),
        ("ZZ6 2AB", ()),
        ("LS6 2CB", ()),
        ("https://map.example/?q=LS62AB", ()),
        ("ls6.2ab@home.example", ()),
        ("the e1 3rd floor", ()),
        ("", ()),
    ],
)
def test_postcodes_are_found_in_canonical_spelling(text: str, found: tuple[str, ...] | int) -> None:
    seen = find_postcodes(text)
    assert (len(seen) if isinstance(found, int) else seen) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("07700 900123", ("+447700900123",)),
        ("+44 (0)7700 900 123", ("+447700900123",)),
        ("Tel: 01632 960987", ("+441632960987",)),
        ("020 7946 0123 or 0113 496 0456", ("+442079460123", "+441134960456")),
        ("0113 282 0584", ("+441132820584",)),
        ("00 1 202 456 1111", ("+12024561111",)),
        ("2026-11-21", ()),
        ("Account 12345678", ()),
        ("01632 123456", ()),
    ],
)
def test_phones_are_found_also_those_kept_for_plays(text: str, found: tuple[str, ...]) -> None:
    assert find_phones(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your ref: HB/123/456", ("HB/123/456",)),
        ("Our Reference: hb/123/456.", ("HB/123/456",)),
        ("Case number: 2026-0044", ("2026-0044",)),
        ("our ref MP4471", ("MP4471",)),
        ("Complaint reference no. C-9981/B", ("C-9981/B",)),
        ("Reference #ABC1234", ("ABC1234",)),
        ("[Case ID: 00123456]", ("00123456",)),
        ("my case is about damp", ()),
        ("case 12", ()),
        ("reference: https://anytown.example/ref/12345", ()),
        ("I refer to HB/123/456", ()),
    ],
)
def test_their_references_follow_their_label(text: str, found: tuple[str, ...]) -> None:
    assert find_their_references(text) == found


def test_the_other_end_is_the_writer_of_a_received_mail() -> None:
    found = clues(mail(from_=(AMINA,), to=(US,), reply_to=(COUNCIL,)), OFFICE)
    assert found.sender == AMINA
    assert found.addresses == ("amina@home.example",)


def test_the_other_end_is_everybody_but_the_office_a_sent_mail_went_to() -> None:
    sent = mail(from_=(US,), to=(COUNCIL,), cc=(AMINA, US), direction=Direction.OUTBOUND)
    found = clues(sent, OFFICE)
    assert found.sender is None
    assert found.addresses == ("housing@anytown.example", "amina@home.example")
    assert found.names == ("Amina Khan",)


@pytest.mark.parametrize(
    ("display", "text", "signature", "names"),
    [
        ("Amina Khan", "", "", ("Amina Khan",)),
        ("Khan, Amina", "", "", ("Khan, Amina",)),
        ("amina", "", "", ()),  # repeats the address
        ("bigcat3627", "", "", ()),
        ("The Khan Family", "", "", ()),
        ("", "Please help.\n\nKind regards,\nTariq Khan\n12 Elm Court", "", ("Tariq Khan",)),
        ("", "Many thanks, Tariq", "", ("Tariq",)),
        ("", "Thank you for your letter.\n\nYours sincerely\n\nMrs T. Khan", "", ("Mrs T. Khan",)),
        ("", "Help.\nRegards\n\nSent from my iPhone", "", ()),
        ("", "My name is Tariq Khan. I live here.", "", ("Tariq Khan",)),
        ("", "My name is on the list.", "", ()),
        ("", "", "--\nTariq Khan\nHousing Officer", ("Tariq Khan",)),
        (
            "",
            "",
            "Many thanks in advance,\nDr Siobhán O'Neill (Mrs)",
            ("Dr Siobhán O'Neill (Mrs)",),
        ),
        ("", "", "Amina Khan | Teacher | 07700 900123", ("Amina Khan",)),
        ("", "", "Amina Khan, Head of Lifts", ("Amina Khan",)),
        ("", "", "Housing Officer\nAnytown Council\nLS6 2AB", ()),
        ("Amina Khan", "Best wishes\nTariq Khan", "", ("Amina Khan", "Tariq Khan")),
    ],
)
def test_names_are_those_the_writer_goes_by(
    display: str, text: str, signature: str, names: tuple[str, ...]
) -> None:
    written = mail(
        from_=(Address("amina@home.example", display),), new_text=text, signature=signature
    )
    assert clues(written, OFFICE).names == names


def test_a_reference_in_quoted_text_is_kept_apart() -> None:
    written = mail(
        from_=(AMINA,), new_text="See K4T7-29.", text="See K4T7-29.\n> about 2222-2C and K4T7-29"
    )
    found = clues(written, OFFICE)
    assert found.case_references == ("K4T7-29",)
    assert found.quoted_references == ("2222-2C",)


def test_our_own_reference_after_your_ref_is_not_theirs() -> None:
    found = clues(mail(from_=(COUNCIL,), subject="Your ref: K4T7-29, our ref: HB/99/1"), OFFICE)
    assert found.case_references == ("K4T7-29",)
    assert found.their_references == ("HB/99/1",)


def test_postcodes_in_attachments_are_read_and_in_quoted_text_are_not() -> None:
    written = mail(
        from_=(AMINA,),
        new_text="See attached.",
        text="See attached.\n> 1 Oak Lane LS1 1AA",
        attachments=(Attachment("a.pdf", "application/pdf", 9, text="12 Elm Court LS6 2AB"),),
    )
    assert clues(written, OFFICE).postcodes == ("LS6 2AB",)


def test_the_thread_is_told_nearest_first_and_is_capped() -> None:
    old = tuple(f"{n}@home.example" for n in range(99))
    written = mail(in_reply_to=("98@home.example",), references=old, message_id="97@home.example")
    ids = clues(written, OFFICE).thread_ids
    assert ids[:2] == ("98@home.example", "96@home.example")
    assert len(ids) == 50


def test_the_writer_of_a_forwarded_mail_is_a_clue_of_its_own() -> None:
    inner = Forwarded(Address("bob@home.example", "Bob Smith"), "Damp", None, "…")
    found = clues(mail(from_=(AMINA,), forwarded=(inner,)), OFFICE)
    assert found.forwarded_from == ("bob@home.example",)
    assert found.names == ("Amina Khan",)


def test_any_text_of_a_megabyte_is_read_quickly() -> None:
    started = time.perf_counter()
    for piece in ("a", "\n", " ", "LS6 ", "0", "ref ", "Kind regards,\n", "K4T7-", "@", "A. ", "-"):
        clues(mail(from_=(AMINA,), new_text=piece * (1_000_000 // len(piece))), OFFICE)
    assert time.perf_counter() - started < 8


@pytest.mark.parametrize(
    ("written", "known", "expected"),
    [
        ("Amina Khan", "Mrs Amina Khan", Fit.FULL),
        ("KHAN, Amina", "Amina Khan", Fit.FULL),
        ("Dr AMINA B. KHAN OBE", "Amina Khan", Fit.FULL),
        ("Siobhan O Neill", "Siobhán O'Neill", Fit.NEARLY),
        ("Siobhan O'Neill", "Siobhán O’Neill", Fit.FULL),
        ("Amina Khan Smith", "Amina Khan-Smith", Fit.NEARLY),
        ("Amina Smith", "Amina Khan-Smith", Fit.NEARLY),
        ("A. Khan", "Amina Khan", Fit.NEARLY),
        ("Sam Khan", "Samantha Khan", Fit.NEARLY),
        ("Begum Khan", "Amina Begum Khan", Fit.NEARLY),
        ("Amina Kahn", "Amina Khan", Fit.OTHER),
        ("Amina Wilsno", "Amina Wilson", Fit.NEARLY),
        ("Prince Khan", "Prince Khan", Fit.FULL),
        ("Amina", "Amina Khan", Fit.PART),
        ("Mrs Khan", "Amina Khan", Fit.NOTHING),
        ("Mrs Baker", "Amina Khan", Fit.UNLIKE),
        ("Tariq", "Amina Khan", Fit.UNLIKE),
        ("Tariq Khan", "Amina Khan", Fit.OTHER),
        ("T. Khan", "Amina Khan", Fit.OTHER),
        ("Amina Baker", "Amina Khan", Fit.OTHER),
        ("", "Amina Khan", Fit.NOTHING),
        ("Amina Khan", "", Fit.NOTHING),
    ],
)
def test_how_a_written_name_sits_with_a_known_one(written: str, known: str, expected: Fit) -> None:
    assert fit(name_of(written), name_of(known)) is expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("about Mrs Amina Khan of Elm Court", "Amina Khan"),
        ("KHAN, Amina", "KHAN, Amina"),
        ("Amina Begum Khan", "Amina Begum Khan"),
        ("Ms A. Khan", "A. Khan"),
        ("Amina and Tom Khan", None),
        ("AMINA AND TOM KHAN", None),
        ("Amina. Khan said", None),
        ("Amina\nKhan", None),
        ("Amina, Tom Khan", None),
        ("Khan is here", None),
        ("Aminata Khan", None),
    ],
)
def test_a_person_is_named_in_a_text_by_given_and_family_name(text: str, words: str | None) -> None:
    mention = names_person(text, Constituent(1, "Mrs Amina Khan"))
    assert (mention.words if mention else None) == words


def test_a_double_barrelled_and_an_accented_name_are_found_in_a_text() -> None:
    zoe = Constituent(1, "Zoë de la Cruz-O'Hara")
    mention = names_person("We wrote to ZOE DE LA CRUZ O’HARA today", zoe)
    assert mention is not None
    assert mention.is_full
