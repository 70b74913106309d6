"""When somebody says that they will answer: "by 12 January", "within 20 working days".

Conventions where words leave room: the latest of several promises counts; a span's upper end
counts ("6 to 8 weeks"); a day without a year is the next such day; "next Friday" is the Friday of
next week; an "early" month ends on its 10th, a "mid" one on its 15th; "the new year" is
31 January, early in it 15 January. A promise more than six months off is taken for a misreading.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from mailbridge.reminders.workdays import Workdays

_FURTHEST = timedelta(days=184)
_FRIDAY = 4
_MONTHS_A_YEAR = 12
_CENTURY = 100

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {
    word: number
    for number, words in {
        1: "a an one",
        2: "two couple",
        3: "three",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        12: "twelve",
        14: "fourteen",
        15: "fifteen",
        20: "twenty",
        21: "twenty-one",
        28: "twenty-eight",
        30: "thirty",
    }.items()
    for word in words.split()
}

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBER = r"\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_BY = (
    r"(?:by|before|until|on|(?:no|not) later than|on or before|week commencing|"
    r"w/c|week ending)\s+(?:the\s+)?(?:close of (?:business|play)(?: on)?\s+)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?"
)

# Somebody who will do something about answering. A date without these is only a date: "we
# received your letter of 12 January", "the repair will be finished by 12 January".
_COMMITS = re.compile(
    r"\b(?:will|shall|'ll|aim|aims|hope|hopes|expect|expects|intend|intends|should|would hope|"
    r"anticipate|plan|plans|target|endeavour|can expect|undertake|working to|due to)\b"
)
_ANSWERS = re.compile(
    r"\b(?:repl(?:y|ies|ied)|respon[ds]\w*|answers?|write|writing to you|updates?|in touch|"
    r"contact you|get back|come back|let (?:you|your office|the mp|the member) (?:know|have)|"
    r"hear from|provide (?:you|a|an|our|the)|send (?:you|our|a)|outcome|"
    r"(?:complete|conclude)[sd]? (?:our|the|this) (?:investigation|enquir\w+|review)|position to)\b"
)
# What they ask of us is no promise of theirs.
_ASKS = re.compile(
    r"\b(?:please (?:reply|respond|send|provide|let us|return|complete|confirm|note that we need)|"
    r"(?:you|your office) (?:must|need to|should) (?:reply|respond|send|provide|return|complete)|"
    r"if (?:we|i) (?:do not|don't|have not|haven't) (?:hear|heard|receive)\w*|"
    r"(?:could|can|would) you (?:please )?(?:reply|respond|send|provide|let|confirm))\b"
)

# How an answer ends, as mostly it does: of the letter in hand, not of a later one.
_CLOSES = re.compile(
    r"\bhopes? (?:that )?(?:this|these|the above|(?:my|our|the) (?:reply|response|letter|answer|"
    r"information))(?: (?:reply|response|letter|answer|information|e-?mail))?(?: now| fully)? "
    r"(?:answers?|responds?|provides?)\b"
)


def promised_on(text: str, received: date, workdays: Workdays) -> tuple[date, str] | None:
    """The day by which a letter says it will be answered, and the sentence that says so.

    `received` is the day the letter came; working days are counted from the day after.

    >>> promised_on("We aim to reply within 20 working days.", date(2026, 12, 7), Workdays())
    (datetime.date(2027, 1, 7), 'We aim to reply within 20 working days.')
    >>> promised_on("We received your letter of 12 January.", date(2027, 1, 14), Workdays()) is None
    True
    """
    found = [
        (day, sentence)
        for sentence in promises_in(text)
        for day in _days(sentence.lower(), received, workdays)
        if received <= day <= received + _FURTHEST
    ]
    return max(found, key=lambda pair: pair[0]) if found else None


def promises_in(text: str) -> tuple[str, ...]:
    """The sentences in which somebody says that they will answer, with or without a day.

    >>> promises_in("We will reply shortly. Please reply by Friday.")
    ('We will reply shortly.',)
    >>> promises_in("The roof will be mended by Friday. I hope this answers your concerns.")
    ()
    """
    return tuple(sentence for sentence in sentences(text) if _is_promise(sentence.lower()))


def sentences(text: str) -> tuple[str, ...]:
    r"""A text cut into sentences, blank space made even and curly quotes straight.

    >>> sentences("Dear Ms Okafor,\n\nWe have\nreceived it. Thank you!")
    ('Dear Ms Okafor,', 'We have received it.', 'Thank you!')
    >>> sentences("  ")
    ()
    """
    plain = text.replace("’", "'").replace("‘", "'").replace("\N{NO-BREAK SPACE}", " ")
    return tuple(
        sentence
        for block in re.split(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-•*]|\d+[.)])[ \t])", plain)
        # "Mr. Khan", "No. 4", "5.30" and "e.g. that" end no sentence.
        for part in re.split(
            r"(?<![ .](?:Mr|Ms|Dr|No))(?<![ .]Mrs)(?<=[.!?])\s+(?=[A-Z\"'(])", block
        )
        if (sentence := " ".join(part.split()))
    )


def _is_promise(sentence: str) -> bool:
    words = _CLOSES.sub("", sentence)
    return bool(_COMMITS.search(words) and _ANSWERS.search(words) and not _ASKS.search(words))


def _days(sentence: str, received: date, workdays: Workdays) -> Iterator[date]:
    """Every day that a sentence names as a limit, whichever way it is written."""
    for pattern, read in _READINGS:
        for found in pattern.finditer(sentence):
            day = read(found, received, workdays)
            if day is not None:
                yield day


def _span(found: re.Match[str], received: date, workdays: Workdays) -> date | None:
    """As in "within the next 5 to 10 working days", "in two weeks' time", "within a month"."""
    words = found["upper"] or found["number"]
    number = _NUMBERS.get(words) or int(words)
    unit = found["unit"]
    if found["working"]:
        return workdays.add(received, number * 5 if unit.startswith("week") else number)
    if unit.startswith("month"):
        return _months_later(received, number)
    days = {"h": (number + 23) // 24, "d": number, "w": number * 7, "f": number * 14}[unit[0]]
    return received + timedelta(days=days)


def _next_span(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "in the next fortnight", "within the coming month"."""
    if found["unit"] == "month":
        return _months_later(received, 1)
    return received + timedelta(days={"week": 7, "fortnight": 14}[found["unit"]])


def _day_month(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "by 12th January 2027", "no later than January 12"."""
    month = _MONTHS[found["month"]]
    year = _year(found["year"])
    if year:
        return _date(year, month, int(found["day"]))
    return _coming(month, int(found["day"]), received)


def _figures(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "by 3/2/2027": day first, as people in the United Kingdom write it."""
    day, month, year = int(found["day"]), int(found["month"]), _year(found["year"])
    if year:
        return _date(year, month, day)
    return _coming(month, day, received) if 1 <= month <= _MONTHS_A_YEAR else None


def _iso(found: re.Match[str], _received: date, _workdays: Workdays) -> date | None:
    """As in "by 2027-02-03"."""
    return _date(int(found["year"]), int(found["month"]), int(found["day"]))


def _weekday(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "by Friday": the first after today. "by next Friday": the Friday of next week."""
    weekday = _WEEKDAYS.index(found["weekday"])
    if found["next"]:
        return received + timedelta(days=7 - received.weekday() + weekday)
    return received + timedelta(days=(weekday - received.weekday() - 1) % 7 + 1)


def _end_of(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "by the end of next week", "by the end of the month", "by the end of the year"."""
    later = found["which"] in ("next", "the following")
    match found["unit"]:
        case "week":
            friday = received + timedelta(days=_FRIDAY - received.weekday() + (7 if later else 0))
            return friday if friday >= received else friday + timedelta(days=7)
        case "month":
            return _month_end(_months_later(received.replace(day=1), 1 if later else 0))
        case _:
            return date(received.year + (1 if later else 0), 12, 31)


def _part_of_month(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "in early January", "by mid-January", "by the end of January", "in January"."""
    month, part = _MONTHS[found["month"]], found["part"] or ""
    year = _year(found["year"]) or received.year + (month < received.month)
    end = _month_end(date(year, month, 1))
    if part.startswith(("early", "beginning", "start")):
        return end.replace(day=10)
    return end.replace(day=15) if part.startswith(("mid", "middle")) else end


def _new_year(found: re.Match[str], received: date, _: Workdays) -> date | None:
    """As in "early in the new year": 15 January. "in the new year": 31 January."""
    return date(received.year + 1, 1, 15 if found["early"] else 31)


def _tomorrow(_found: re.Match[str], received: date, workdays: Workdays) -> date | None:
    """As in "by tomorrow"."""
    return workdays.add(received, 1)


_Reading = Callable[[re.Match[str], date, Workdays], date | None]

_YEAR = r"(?:,?\s+(?P<year>20\d\d))?\b"

_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = (
    (
        re.compile(
            r"\b(?:within|in|takes?|up to|allow|no later than)\s+"
            r"(?:(?:up to|about|approximately)\s+)?"
            r"(?:the\s+)?(?:next\s+|coming\s+)?(?:maximum of\s+|a further\s+)?"
            rf"(?P<number>{_NUMBER})(?:\s*(?:-|–|to|or)\s*(?P<upper>{_NUMBER}))?"
            r"\s*(?:\(\d+\)\s*)?(?:of\s+)?"
            r"(?P<working>(?:working|business|week)[ -]?)?"
            r"(?P<unit>hours?|days?|weeks?|fortnight|months?)\b"
        ),
        _span,
    ),
    (re.compile(r"\b(?:next|coming) (?P<unit>week|fortnight|month)\b(?! ending)"), _next_span),
    (
        re.compile(
            rf"\b{_BY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b{_YEAR}"
        ),
        _day_month,
    ),
    (
        re.compile(
            rf"\b{_BY}(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d){_YEAR}"
        ),
        _day_month,
    ),
    (
        re.compile(
            rf"\b{_BY}(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})(?:[/.](?P<year>(?:20)?\d\d))?\b"
        ),
        _figures,
    ),
    (re.compile(rf"\b{_BY}(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"), _iso),
    (
        re.compile(
            r"\b(?:by|before|on|no later than)\s+(?:(?P<next>next)|this|the coming|coming)?\s*"
            rf"(?P<weekday>{'|'.join(_WEEKDAYS)})\b(?!,?\s+(?:the\s+)?\d)"
        ),
        _weekday,
    ),
    (
        re.compile(
            r"\bend of (?P<which>next|this|the following|the|the current)\s+"
            r"(?:working\s+|calendar\s+)?(?P<unit>week|month|year)\b"
        ),
        _end_of,
    ),
    (
        re.compile(
            r"\b(?:by|in|before|during)\s+(?:the\s+)?"
            r"(?:(?P<part>end|early|mid|middle|late|beginning|start)(?:\s+of|\s+in|-)?\s*)?"
            rf"(?P<month>{_MONTH})\b(?!\s*\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)){_YEAR}"
        ),
        _part_of_month,
    ),
    (re.compile(r"\b(?P<early>early )?in the (?:early )?new year\b"), _new_year),
    (re.compile(r"\bby (?:close of (?:business|play) )?tomorrow\b"), _tomorrow),
)


def _year(words: str | None) -> int:
    """The year, 0 where none is written; "27" is 2027."""
    year = int(words) if words else 0
    return year + 2000 if 0 < year < _CENTURY else year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 31/2, or a month of 13: no day
        return None


def _coming(month: int, day: int, received: date) -> date | None:
    """The next such day of a year, today included."""
    this_year = _date(received.year, month, day)
    if this_year is not None and this_year >= received:
        return this_year
    return _date(received.year + 1, month, day)


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, _month_end(first).day))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
