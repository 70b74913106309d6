"""The end of what somebody wrote: sign-off, name and address; and what others hang onto it.

A signature is kept apart for matching: it names the writer. Disclaimers, mobile footers and the
warnings of mail gateways say nothing about the writer and are dropped.
"""

import re
from typing import Final

_SEEN: Final = 300  # letters of a line that patterns see
_LONGEST: Final = 30  # lines of a signature with words in them
_MOST_WORDS: Final = 9  # in a line of a signature
_LONGEST_LINE: Final = 160  # of a signature
_LONGEST_BELOW_DASHES: Final = 200  # a longer line is a paragraph
_SHORT: Final = 5  # letters
_MOST_BELOW_RULE: Final = 15  # lines below a drawn line
_LONGEST_NAME: Final = 60
_LONGEST_BANNER: Final = 1_200
_MOST_NAMES: Final = 3  # lines of name and post above ways to reach somebody
_FEW_WORDS: Final = 5  # with which a line may end in a full stop and still be no sentence
_ENOUGH: Final = 2  # lawyers' words in a paragraph, or ways to reach somebody

_DASHES = re.compile(r"(?:--|—|–)[ \xa0]?")
_RULE = re.compile(r"\s*(?:[-_=*~–—#]\s?){3,60}\s*")

# What disclaimers begin with. Constituents write "this email is confidential" too, so each phrase
# is one that only lawyers do.
_DISCLAIMER = re.compile(
    r"[\s*_>\"'(\[]*(?:"
    r"th(?:is|e) (?:e-?mail|message|communication|transmission|electronic message)"
    r"(?: message)?,? (?:\(?(?:and|including|together with|with) (?:any|all|its)"
    r"|(?:is|and) (?:may be )?"
    r"(?:sent |strictly )?(?:intended|solely|only|private and|confidential and|for the)"
    r"|may (?:contain|be)|contains (?:information|confidential|proprietary|privileged)"
    r"|was scanned|has been (?:scanned|checked|swept)|transmission|(?:and its attachments))"
    r"|(?:the )?(?:information|contents?|material) (?:contained )?(?:in|of) this "
    r"(?:e-?mail|message|communication|transmission)"
    r"|(?:important |confidentiality |legal |privacy )?(?:notice|disclaimer|warning)\s*[:*.-]*\s*$"
    r"|(?:email |legal )?disclaimer\s*[:-]|confidentiality (?:notice|note|statement)"
    r"|uk parliament disclaimer|if you (?:are not|(?:have |believe you have )?received) "
    r"(?:this|the (?:intended|named|addressee))|any (?:views|opinions|unauthori[sz]ed)"
    r"|(?:please )?(?:consider|think (?:of|about)|save) the (?:environment|planet|trees)"
    r"|p?lease do not print this|before printing|save paper|all (?:communications|e-?mails) "
    r"(?:sent|to and from)|e-?mails? (?:sent|to and from).{0,60}(?:monitored|recorded|disclos)"
    r"|(?:we|the council|this organi[sz]ation) (?:may|reserves? the right to) monitor"
    r"|privileged[/ ,]|registered (?:office|in england|charity)|scanned (?:by|for)"
    r"|(?:diese e-?mail (?:enthält|ist)|der inhalt dieser e-?mail)"
    r"|(?:ce (?:message|courriel)(?: électronique)? (?:et|est|peut|contient))"
    r"|mae'r (?:neges|e-?bost) hw?n|(?:your |for )?privacy (?:notice|policy)\s*:?\s*(?:https?|<|$)"
    r")",
    re.IGNORECASE,
)
# Lawyers' words: two of them make a disclaimer of what begins like one.
_LEGAL = re.compile(
    r"intended|addressees?|recipients?|confidential|privileged|unauthori[sz]ed|disclos\w*|copying"
    r"|copied|dissemin\w*|distribut\w*|in error|notify|delete|virus\w*|liab\w+|monitor\w*"
    r"|warrant\w*"
    r"|scanned|swept|malware|necessarily|official|views (?:or|and)|opinions? "
    r"(?:expressed|presented|of)|legally|registered (?:in|office)"
    r"|company (?:no|number)|freedom of information|data protection|vertraulich|empfänger"
    r"|confidentiel\w*|destinataire|cyfrinachol",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"uk parliament disclaimer"
    r"|(?:consider|think (?:of|about)|save) the (?:environment|planet|trees)"
    r"|do not print this|before printing|save paper|scanned (?:by|for)"
    r"|has been (?:scanned|checked)",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"\s*(?:"
    r"sent (?:from|via|with|using|by) (?:my |the )?(?:i(?:phone|pad|pod)|android|samsung|galaxy"
    r"|huawei|blackberry|nokia|sony|htc|lg|google pixel|mobile|smart ?phone|phone|tablet|outlook"
    r"|mail for windows|windows|yahoo|aol|proton|sparrow|spark|gmail|mailbird|newton|airmail|ee\b"
    r"|o2\b|vodafone|tesco|bt\b|fairphone|workspace|hotmail|surface|verizon|t-mobile|thunderbird"
    r"|em client"
    r"|the all.new aol).{0,120}"
    r"|get (?:the )?(?:outlook|bluemail|yahoo|edison).{0,120}|(?:via|on|from) (?:my )?mobile"
    r"|(?:von meinem|gesendet von|von) .{0,30}(?:iphone|ipad|smartphone|handy|android|mobiltelefon)"
    r".{0,40}|envoyé (?:de|depuis) (?:mon|l'application|yahoo|outlook).{0,60}"
    r"|enviado (?:desde|do) (?:mi|meu|yahoo|outlook).{0,60}|inviato da(?:l mio)? .{0,60}"
    r"|verstuurd vanaf mijn .{0,40}|skickat från min .{0,40}|sendt fra min .{0,40}"
    r"|wysłane z .{0,40}|отправлено (?:с|из) .{0,60}|anfonwyd o fy .{0,40}"
    r"|virus-free\.?.{0,60}|this email has been (?:checked|scanned) .{0,120}"
    r"|sent from my .{0,60}|yahoo mail: search, organi[sz]e, conquer.{0,40}"
    r")\s*",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"[\s*_>\[(!⚠️]*(?:caution|warning|attention|external|be careful|this (?:e-?mail|message) "
    r"(?:was sent|originate[sd]|has been sent|came|is) from (?:outside|an external|someone outside)"
    r"|you don't often get e-?mail|some people who received this message don't often"
    r"|exercise caution)\b",
    re.IGNORECASE,
)
_BANNER_WORDS = re.compile(
    r"\b(?:external|outside|origin(?:ated|ates)|links?|attachments|sender|don't often get)\b",
    re.IGNORECASE,
)

_SIGN_OFF = re.compile(
    r"\s*(?:(?:with )?(?:(?:my|our|very|all|many|kind(?:est)?|best|warm(?:est)?|good|sincere"
    r"|grateful|with|and|the) )*(?:regards?|wishes|thanks|sincerely)"
    r"|(?:very )?(?:yours|your) (?:sincerely|faithfully|truly|respectfully|ever|aye|gratefully)"
    r"|yours(?: in .{1,30})?|(?:very )?(?:sincerely|faithfully|respectfully|cordially)(?: yours)?"
    r"|thank(?: you|s)(?: (?:very much|so much|again|in advance|in anticipation|for your "
    r"(?:help|time|support|attention|assistance)|and (?:kind |best |warm )*(?:regards|wishes)))*"
    r"|best|cheers|take care|many thanks(?: (?:again|in advance|for your .{1,30}))?|all the best"
    r"|kr|rgds|br|god bless(?: you)?|love|yours in anticipation|i look forward to hearing from you"
    r"|mit (?:freundlichen|besten|herzlichen) grüßen|(?:viele|liebe|beste|freundliche|herzliche) "
    r"grüße|mfg|gruß|(?:bien )?cordialement|(?:avec mes )?(?:meilleures )?salutations.{0,30}"
    r"|(?:un )?saludos?(?: cordiales)?|atentamente|cordiali saluti|distinti saluti"
    r"|met vriendelijke "
    r"groeten?|(?:med )?(?:vänliga|venlige?|vennlig) (?:hälsningar|hilsen)|pozdrawiam"
    r"|с уважением|cofion(?: (?:cynnes|gorau))?|yn gywir|yr eiddoch yn (?:gywir|ddiffuant)|diolch"
    r"(?: yn fawr)?|gyda (?:diolch|dymuniadau gorau)"
    r")\s*(?P<end>[,.!;:\-–—]*)\s*",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w'’.\-]*(?:[ \t,&]+[^\W\d_(][\w'’.\-)]*){0,5}[.,]?")
_POSTSCRIPT = re.compile(r"\s*p\.? ?p?\.?s\b\.?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"')]?\s*$")

# What a line of a signature without a sign-off shows.
_CONTACT = re.compile(
    r"\s*(?:[^\w\s]{1,3}\s*)?(?:"
    r"(?:tel|telephone|phone|ph|mob|mobile|cell|fax|direct(?: line| dial)?|office|home|work|ffôn"
    r"|t|m|f|d"
    r"|e|w|e-?mail|e-?bost|web|website|skype|twitter|linkedin|facebook|address|postcode)\b\.?"
    r"\s*(?:no\.?|number)?\s*(?:[:|]\s*\S.{0,100}|[.\-/]?\s*[+(]?\d[\d\s().+-]{5,25})"
    r"|<?(?:mailto:)?[\w.+'-]{1,64}@[\w.-]{3,100}>?(?:\s*<[^<>\s]{3,150}>)?"
    r"|<?(?:https?://|www\.)\S{3,150}>?"
    r"|[+(]?\d[\d\s().+-]{7,22}\d(?:\s*(?:ext|x)\.?\s*\d{1,5})?"
    r"|[^.!?]{0,60}\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b.{0,20}"
    r"|(?:flat|apartment|unit|house|no\.?)?\s*\d{1,4}[a-z]?[,/]?\s+[^\W\d]\S*(?:\s+[^\W\d]\S*){0,5}"
    r")\s*",
    re.IGNORECASE,
)
# Of those, what says more than a street might: "12 Tips for gardeners" is a line of a letter.
_REACHABLE = re.compile(
    r"@\w|www\.|https?://|\d[\d\s().+-]{7,}\d|\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b"
)


def without_banners(lines: list[str]) -> list[str]:
    """Lines without the warnings that mail gateways put above somebody's words.

    >>> without_banners(["CAUTION: This email came from outside the organisation.", "", "Dear MP"])
    ['Dear MP']
    >>> without_banners(["Caution is needed on this road."])
    ['Caution is needed on this road.']
    """
    start = 0
    for _ in range(3):
        first = _next_words(lines, start)
        if first == len(lines) or not _BANNER.match(lines[first][:_SEEN]):
            break
        stop = first
        while stop < len(lines) and lines[stop].strip() and stop < first + 8:
            stop += 1
        words = " ".join(line[:_SEEN] for line in lines[first:stop])
        if not _BANNER_WORDS.search(words) or len(words) > _LONGEST_BANNER:
            break
        if stop == len(lines):  # the words would all be gone
            break
        start = stop
    return lines[_next_words(lines, start) :] if start else lines


def _next_words(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def sign_off(lines: list[str]) -> tuple[list[str], str]:
    r"""Lines without what stands below the writer's words, and the signature ("" where none).

    The sign-off and the name below it are in both: they are typed words, and name the writer.

    >>> sign_off(  # doctest: +NORMALIZE_WHITESPACE
    ...     ["Please help.", "", "Kind regards,", "Amina Khan", "12 Elm Court", "LS6 2AB"]
    ... )
    (['Please help.', '', 'Kind regards,', 'Amina Khan'],
     'Kind regards,\nAmina Khan\n12 Elm Court\nLS6 2AB')
    >>> sign_off(["Thanks to the council", "the bins are full."])
    (['Thanks to the council', 'the bins are full.'], '')
    """
    words = _without_footers(lines)
    window = _tail(words)
    for cut in (_by_dashes, _by_sign_off, _by_contacts):
        body, signature = cut(words, window)
        if signature and any(line.strip() for line in body):
            return body, "\n".join(line.strip() for line in signature)
    return words, ""


def _tail(lines: list[str]) -> list[int]:
    """Where the last lines with words are, first of them first: as many as a signature may have."""
    found: list[int] = []
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].strip():
            found.append(index)
            if len(found) > _LONGEST:
                break
    return found[::-1]


def _without_footers(lines: list[str]) -> list[str]:
    """Lines without mobile footers and disclaimers."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if len(line) < _SEEN and _FOOTER.fullmatch(line):
            index += 1
        elif _DISCLAIMER.match(line[:_SEEN]):
            stop = index
            while stop < len(lines) and lines[stop].strip():
                stop += 1
            index = _after_disclaimer(lines, index, stop, kept)
        else:
            kept.append(line)
            index += 1
    return kept


def _after_disclaimer(lines: list[str], start: int, stop: int, kept: list[str]) -> int:
    """Where to go on behind what looks like a disclaimer: the rest of a paragraph, start to stop.

    It is one if lawyers' words are in it, or it asks not to print; a heading if it is followed by
    one. Paragraphs below that go on in lawyers' words belong to it. Lines that are none go to
    `kept`.
    """
    following = _next_words(lines, stop)
    is_heading = (
        stop == start + 1 and len(lines[start]) < _LONGEST_NAME and _is_legal(lines, following)
    )
    if not (is_heading or _SURE.search(lines[start][:_SEEN]) or _is_legal(lines, start)):
        kept.extend(lines[start:stop])
        return stop
    while following < len(lines) and _is_legal(lines, following):
        stop = following
        while stop < len(lines) and lines[stop].strip():
            stop += 1
        following = _next_words(lines, stop)
    return stop


def _is_legal(lines: list[str], start: int) -> bool:
    """Whether a paragraph speaks as lawyers do: two of their words in its first lines."""
    words = ""
    for line in lines[start : start + 12]:
        if not line.strip():
            break
        words += " " + line[:1_000]
    return len({word.lower() for word in _LEGAL.findall(words[:3_000])}) >= _ENOUGH


def _by_dashes(lines: list[str], window: list[int]) -> tuple[list[str], list[str]]:
    """The standard delimiter (RFC 3676 §4.3), or a drawn line above ways to reach somebody."""
    for place, index in enumerate(window):
        line = lines[index]
        is_delimiter = len(line) < _SHORT and _DASHES.fullmatch(line) is not None
        if not is_delimiter and not (len(line) < _SEEN and _RULE.fullmatch(line)):
            continue
        below = [lines[other] for other in window[place + 1 :]]
        if not below or any(len(one) > _LONGEST_BELOW_DASHES for one in below):
            continue
        if is_delimiter or (
            len(below) <= _MOST_BELOW_RULE
            and any(map(_REACHABLE.search, below))
            and all(map(_signs, below))
        ):
            return lines[:index], below
    return lines, []


def _by_sign_off(lines: list[str], window: list[int]) -> tuple[list[str], list[str]]:
    """From "Kind regards" on: the name stays with the words, the rest is signature only."""
    for place in range(len(window) - 1, -1, -1):
        line = lines[window[place]]
        kind = _closes(line)
        if not kind:
            continue
        below = window[place + 1 :]
        if kind == "alone" and below and _is_name(lines[below[0]]):
            keep, rest = below[0] + 1, below[1:]
        else:
            keep, rest = window[place] + 1, below
        stop = next((n for n, index in enumerate(rest) if not _signs(lines[index])), len(rest))
        signature = [lines[index] for index in window[place:] if index < keep]
        signature += [lines[index] for index in rest[:stop]]
        after = lines[rest[stop] :] if stop < len(rest) else []
        return [*lines[:keep], *([""] if after else []), *after], signature
    return lines, []


def _by_contacts(lines: list[str], window: list[int]) -> tuple[list[str], list[str]]:
    """Two or more ways to reach somebody at the very end, with the name above them."""
    first = len(window)
    while first > 0 and _is_contact(lines[window[first - 1]]):
        first -= 1
    found = [lines[index] for index in window[first:]]
    if len(found) < _ENOUGH or not any(_REACHABLE.search(line) for line in found):
        return lines, []
    names = first
    while names > 0 and first - names < _MOST_NAMES and _is_name(lines[window[names - 1]]):
        names -= 1
    if names > 0 and lines[window[names - 1]].rstrip().endswith((":", "：", ",")):
        return lines, []  # "My details are:" introduces words of the letter
    start = window[names]
    return lines[:start], [lines[index] for index in window[names:]]


def _closes(line: str) -> str:
    """ "alone" for a sign-off, "named" for one with a name behind it, else ""."""
    if len(line) > _LONGEST_LINE:
        return ""
    if _SIGN_OFF.fullmatch(line):
        return "alone"
    for mark in (",", " - ", " – "):
        left, found, right = line.partition(mark)
        words = right.strip(" .").split()
        if found and 0 < len(words) <= _FEW_WORDS and all(word[:1].isupper() for word in words):
            return "named" if _SIGN_OFF.fullmatch(left) else ""
    return ""


def _is_name(line: str) -> bool:
    words = line.strip()
    return len(words) <= _LONGEST_NAME and _NAME.fullmatch(words) is not None


def _is_contact(line: str) -> bool:
    return len(line) <= _LONGEST_LINE and _CONTACT.fullmatch(line) is not None


def _signs(line: str) -> bool:
    """Whether a line below a sign-off belongs to the signature: it reaches somebody, or names a
    post or place in capitals. A sentence or a postscript is words."""
    if len(line) > _LONGEST_LINE or _POSTSCRIPT.match(line):
        return False
    if _is_contact(line):
        return True
    words = line.split()
    if len(words) > _MOST_WORDS or (len(words) > _FEW_WORDS and _SENTENCE_END.search(line)):
        return _REACHABLE.search(line) is not None and not _SENTENCE_END.search(line)
    named = [word for word in words if word[:1].isupper() or not word[:1].isalpha()]
    return len(named) * 2 >= len(words) or _REACHABLE.search(line) is not None
