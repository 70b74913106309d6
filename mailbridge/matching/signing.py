"""Where a letter's writer gives their own name, and where they only name somebody else."""

import re
from collections.abc import Iterator
from itertools import takewhile

from mailbridge.matching.names import NO_NAME, name_of

_CLOSING = re.compile(
    r"^[ \t*_–-]{0,10}"
    r"(?:(?:with |many |my )?(?:kind(?:est)?|best|warm(?:est)?)?[ \t]*(?:regards|wishes)"
    r"|yours(?: (?:sincerely|faithfully|truly))?|sincerely|faithfully|(?:many )?thanks"
    r"|thank you(?: (?:so|very) much)?|cheers|respectfully)\b(?P<rest>[^\n]{0,80})$",
    re.IGNORECASE | re.MULTILINE,
)
_MY_NAME_IS = re.compile(
    r"\b[Mm]y (?:full )?name is[ \t]+(?P<name>(?:[^\W\d_][\w'’.-]*[ \t]*){1,5})"
)
_BESIDE = re.compile(r"\s+[|–—-]\s+|,\s")
_NAME_LINES = 2  # lines after the closing in which the writer's name may stand
_MOST_NAME_WORDS = 5
_SMALL_NAME_WORDS = frozenset({"al", "bin", "da", "de", "der", "di", "la", "van", "von"})
_FEWEST_CAPITALS = 2  # a full name's words each begin with a capital
# Letters end in such words, too, without a name: "Please Help", "Happy Christmas".
_LAST_WORDS = """
    all amen angry asap attached blessings bless care concerned desperate disappointed easter god
    good happy help hope hoping love many merry new peace photo photos picture pictures please ps
    respect see stay take urgent very warm warmly worried
"""
_NO_SIGNATURE = frozenset(_LAST_WORDS.split())
_SIGNATURE_LINES = 6

_SALUTATION = re.compile(r"(?i)\s*(?:dear|hello|hi|to|good (?:morning|afternoon|evening))\b")
_OF_MY_OWN = re.compile(r"(?i)\b(?:my|from|name)\b[^:]{0,40}:\s*$")
_INTRODUCES = re.compile(
    r"(?i)\b(?:my|our|his|her|their|an?)\s+(?:\w+\s+){0,2}?(?:neighbours?|mother|mum|mam|father|dad"
    r"|parents?|son|daughter|brother|sister|wife|husband|partner|friend|client|patient|tenant"
    r"|constituent|aunt|uncle|grand\w+|nan|cousin|niece|nephew|colleague|lodger|flatmate"
    r"|housemate)\b"
    r"|\bon behalf of\b|\bwrit(?:e|ing)\s+for\b|\b(?:regarding|concerning|about|re|for)\s*:?\s*$"
)
_FOR_ANOTHER = re.compile(
    r"(?i)\bis my\b|\basked me to\b|\bon behalf of\b|\bon (?:his|her|their) behalf\b"
)
_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_MOST_INTRODUCING_WORDS = 15
_HEAD_LINES, _FOOT_LINES, _NEXT_LINES = 3, 8, 6
_LONGEST = 2_000  # letters of the head and of the foot
_LONGEST_LINE = 120
_MOST_WORDS = 9  # in a line of a name or address


def names_signed(new_text: str, signature: str) -> Iterator[str]:
    """The names with which a letter is signed: below a closing, in its signature, else as its last
    words; and what follows "My name is".

    >>> list(names_signed("My flat too. Olga Petrova", ""))
    ['Olga Petrova']
    >>> list(names_signed("I write for my neighbour:", "Amina Khan"))
    []
    """
    above = next((line for line in reversed(new_text.splitlines()) if line.strip()), "")
    is_own = _CLOSING.match(signature) is not None or not introduces(above)
    found = [*_after_closing(new_text), *(_first_name_line(signature) if is_own else ())]
    yield from found or _last_words(new_text)
    for introduction in _MY_NAME_IS.finditer(new_text):
        yield from _full_name(introduction["name"])


def own_lines(text: str) -> str:
    r"""The lines at a letter's head and foot in which its writer's own name may stand.

    A name below which a letter goes on is a mention, and so is one that the line above introduces.

    >>> own_lines("Amina Khan\n12 Elm Court\n\nThe lift is broken.")
    'Amina Khan\n12 Elm Court'
    >>> own_lines("I write for my neighbour:\nAmina Khan\nIt affects me, too.")
    ''
    """
    return "\n".join((*_head(text[:_LONGEST]), *_foot(text[-_LONGEST:])))


def introduces(line: str) -> bool:
    """Whether a line ends by saying that somebody else is named next.

    >>> introduces("Please help. I write on behalf of my mother."), introduces("My details are:")
    (True, False)
    """
    last = _SENTENCES.split(line.strip()[-_LONGEST:])[-1]
    if len(last.split()) > _MOST_INTRODUCING_WORDS:
        return False
    is_list = last.endswith((":", "：")) and not _OF_MY_OWN.search(last)
    return is_list or _INTRODUCES.search(last) is not None


def _head(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    if _FOR_ANOTHER.search("\n".join(lines[:_NEXT_LINES])):
        return []
    top = [line for line in lines[:_HEAD_LINES] if not _SALUTATION.match(line)]
    return list(takewhile(lambda line: not (_is_sentence(line) or introduces(line)), top))


def _foot(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    foot: list[str] = []
    for line in reversed(lines[-_FOOT_LINES:]):
        if _CLOSING.match(line):
            break
        if introduces(line):
            return []
        if _is_sentence(line):
            break
        foot.insert(0, line)
    return foot


def _is_sentence(line: str) -> bool:
    """Whether a line is the letter itself, and no name or address: more small words than others,
    or one of them and a full stop."""
    words = re.findall(r"\w\S*", line)
    small = sum(word[0].islower() for word in words)
    is_stopped = line.rstrip().endswith((".", "!", "?")) and not re.search(r"\d", line)
    return (
        len(line) > _LONGEST_LINE
        or len(words) > _MOST_WORDS
        or small * 2 > len(words)
        or (is_stopped and small > 0)
    )


def _after_closing(text: str) -> Iterator[str]:
    """The name after the last closing ("Kind regards,")."""
    closings = list(_CLOSING.finditer(text))
    if closings:
        rest = closings[-1]["rest"].strip(" ,.!-")
        yield from _first_name_line(rest + text[closings[-1].end() :])


def _last_words(text: str) -> Iterator[str]:
    """The name at the very end of a letter that has no closing: in a paragraph or a line of its
    own, or behind the last sentence."""
    lines = [line.strip() for line in text.rstrip()[-_LONGEST:].splitlines()]
    last = list(takewhile(bool, reversed(lines)))[::-1]
    if not last:
        return
    is_block = len(lines) > len(last) <= _SIGNATURE_LINES and not any(map(_is_sentence, last))
    above = next((line for line in lines[-len(last) - 1 :: -1] if line), "") if is_block else ""
    behind = _SENTENCES.split(last[-1])
    if is_block:
        guess = "" if introduces(above) else last[0]
    elif behind[1:]:
        guess = behind[-1]
    else:
        is_own = len(last) > 1 and _is_sentence(last[-2]) and not introduces(last[-2])
        guess = last[-1] if is_own else ""
    guess = guess.strip(" \t-–_*,.")
    if _is_name_line(guess) and not _NO_SIGNATURE.intersection(guess.casefold().split()):
        yield " ".join(guess.split())


def _first_name_line(lines: str) -> Iterator[str]:
    """A name among the first lines of a signature; a job or a street is not taken for one."""
    written = [line.strip(" \t-–_*,.") for line in lines.splitlines()[:8]]
    # "Kind regards," may open the signature itself; a job may follow the name on its line.
    rest = [_BESIDE.split(line)[0] for line in written if line and not _CLOSING.match(line)]
    for line in rest[:_NAME_LINES]:
        if _is_name_line(line):
            yield " ".join(line.split())
            return


def _is_name_line(line: str) -> bool:
    """Whether a line of its own reads as a person's name: capitals, and nothing besides."""
    words = re.findall(r"\w[^\s-]*", line)
    return (
        name_of(line) != NO_NAME
        and len(words) <= _MOST_NAME_WORDS
        and all(word[0].isupper() or word in _SMALL_NAME_WORDS for word in words)
    )


def _full_name(words: str) -> Iterator[str]:
    """The longest run of capitalised words at the beginning, when it is a full name."""
    run: list[str] = []
    for word in words.split():
        if not word[0].isupper():
            break
        run.append(word.strip("."))
        if word.endswith("."):
            break
    if len(run) >= _FEWEST_CAPITALS and name_of(" ".join(run)).is_full:
        yield " ".join(run)
