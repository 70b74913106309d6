"""How mailboxes that keep keywords (IMAP, Maildir) write a category."""

import hashlib
import re

_LONGEST = 50
_BLANK = " "
# RFC 3501 §9: a keyword is an atom; these end one. `?`, `:` and `+` do not.
_FORBIDDEN = re.compile(r'[^\x21-\x7e]|[(){%*"\\\]]')


def as_keyword(tag: str) -> str:
    r"""A category as a keyword: blanks become `_`, what RFC 3501 forbids in an atom becomes `-`.

    >>> as_keyword("Awaiting answer"), as_keyword("Housing?")
    ('Awaiting_answer', 'Housing?')
    >>> as_keyword('50% "off" (café)')
    '50-_-off-_-caf--'
    >>> as_keyword(as_keyword("Campaign: Save the park")) == as_keyword("Campaign: Save the park")
    True
    >>> as_keyword("Housing")  # nothing to do
    'Housing'

    A long one ends in a digest, so that two with the same beginning stay two. With a keyword of
    more than 50 bytes (its mail_max_keyword_length), Dovecot 2.3 drops all keywords of a mail that
    somebody moves.

    >>> as_keyword("Campaign: " + 60 * "x")
    'Campaign:_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-18cfa2e6'
    >>> len(as_keyword(50 * "x")), as_keyword(50 * "x").count("-")
    (50, 0)
    """
    keyword = _FORBIDDEN.sub("-", tag.strip().replace(_BLANK, "_"))
    if len(keyword) > _LONGEST:
        digest = hashlib.blake2b(tag.strip().encode(), digest_size=4).hexdigest()
        keyword = f"{keyword[: _LONGEST - 9]}-{digest}"
    return keyword
