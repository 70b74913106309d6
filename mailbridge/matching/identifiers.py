"""Postcodes, telephone numbers and other people's references, as they stand in running text."""

import re

import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher

# The 121 postcode areas of Great Britain and Northern Ireland and the three of the Crown
# Dependencies (Royal Mail, Postcode Address File, "Programmers' Guide").
_AREA_LETTERS = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E
    EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL
    LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM
    SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
_AREAS = frozenset(_AREA_LETTERS.split())
# Outward and inward code as BS 7666-2 and Royal Mail spell them. In the inward code's first place
# scanned letters and hurried people write the letter O for 0 and I or l for 1; that is taken for a
# digit in capitals only, because "m1 old" is two words.
_POSTCODE = re.compile(
    r"(?<![\w@/=.-])(?P<area>[A-Za-z]{1,2})(?P<district>\d\d?|\d[A-HJKMNPR-Ya-hjkmnpr-y])"
    r"[ \t\u00a0]{0,3}(?P<sector>[\dOIl])(?P<unit>[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2})(?![\w@/=-])"
)
_READ_AS = str.maketrans("OIl", "011")
_ORDINALS = frozenset({"1st", "2nd", "3rd"})

# Numbers that Ofcom keeps for plays and films are nobody's, so libraries call them invalid; the
# demo and every made-up register use them ("Telephone numbers for use in TV and radio drama").
_DRAMA = re.compile(
    r"\+44(?:1134960|1144960|1154960|1164960|1174960|1184960|1214960|1314960|1414960|1514960"
    r"|1614960|2079460|1914980|2896496|2920180|1632960|7700900|8081570|9098790|3069990)\d{3}"
)
# Fewer digits, or further apart, make no telephone number anywhere; asking costs next to nothing.
_DIGITS = re.compile(r"(?:\d\D{0,4}){7}")
_MOST_PHONES_READ = 20_000  # characters; signatures are short, and the matcher is slow

_LABEL = (
    r"(?:(?:your|our|my|their|customer|client|council)\s+)?"
    r"(?:ref(?:erence)?|case|claim|complaint|account|application|enquiry|ticket|tenancy|rent|uprn)"
    r"(?:\s*(?:ref(?:erence)?|no|num(?:ber)?|id|code)\b)*\.?"
)
_THEIR_REFERENCE = re.compile(
    rf"\b{_LABEL}[ \t]*(?:[:#=–-][ \t]*|is[ \t]+|[ \t])#?"
    r"(?P<reference>[A-Z0-9]{1,20}(?:[/._-][A-Z0-9]{1,20}|[ ]\d{2,20}[A-Z]?(?![\w/])){0,6})",
    re.IGNORECASE,
)
_SHORTEST_REFERENCE = 4  # letters and digits; "Case 12" numbers a list
_LINK = re.compile(r"(?<!\S)\S*?(?:://|www\.)\S*", re.IGNORECASE)


def find_postcodes(text: str) -> tuple[str, ...]:
    """UK postcodes in a text, canonical ("LS6 2AB"), in order, each once.

    Small letters, a missing blank, and O or I for the digits 0 and 1 of the inward code are read.
    Whether the postcode is in use is not known here.

    >>> find_postcodes("I live at 12 Elm Court, ls62ab (was SW1A OAA).")
    ('LS6 2AB', 'SW1A 0AA')
    >>> find_postcodes("Flat M1 on the M62 east, order AB12-3CD")
    ()
    """
    found: dict[str, None] = {}
    for match in _POSTCODE.finditer(text):
        area, sector, unit = match["area"].upper(), match["sector"], match["unit"]
        is_digit = sector.isdigit() or (unit.isupper() and match["area"].isupper())
        if area in _AREAS and is_digit and sector + unit not in _ORDINALS:
            inward = (sector.translate(_READ_AS) + unit).upper()
            found[f"{area}{match['district'].upper()} {inward}"] = None
    return tuple(found)


def find_phones(text: str) -> tuple[str, ...]:
    """Telephone numbers in the first 20,000 characters, E.164, each once; British if unmarked.

    >>> find_phones("Ring 07700 900123 or (0113) 282 0584.")
    ('+447700900123', '+441132820584')
    >>> find_phones("On 2026-11-21 I paid 1234567.")
    ()
    """
    text = text[:_MOST_PHONES_READ]
    if not _DIGITS.search(text):
        return ()
    matches = PhoneNumberMatcher(text, "GB", leniency=Leniency.POSSIBLE)
    found: dict[str, None] = {}
    for match in matches:
        number = phonenumbers.format_number(match.number, PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(match.number) or _DRAMA.fullmatch(number):
            found[number] = None
    return tuple(found)


def find_their_references(text: str) -> tuple[str, ...]:
    """What follows "Your ref", "Our reference", "Case number" …: capitals, in order, each once.

    Only what holds a digit and at least four letters or digits. Ours may be among them.

    >>> find_their_references("Your ref: hb/123/456. Complaint no. 4471 20")
    ('HB/123/456', '4471 20')
    >>> find_their_references("In my case the reference is unclear; case 12")
    ()
    """
    found = (
        match["reference"].upper() for match in _THEIR_REFERENCE.finditer(_LINK.sub(" ", text))
    )
    return tuple(dict.fromkeys(r for r in found if _is_telling(r)))


def bare(reference: str) -> str:
    """Letters and digits of a reference alone: what two spellings of one have in common.

    >>> bare("HB/123/456") == bare("hb 123-456"), bare("–")
    (True, '')
    """
    return "".join(letter for letter in reference.upper() if letter.isalnum())


def _is_telling(reference: str) -> bool:
    """Whether it is more than a word or a small number."""
    symbols = bare(reference)
    return len(symbols) >= _SHORTEST_REFERENCE and any(symbol.isdigit() for symbol in symbols)
