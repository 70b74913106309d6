"""How mailboxes that keep keywords (IMAP, Maildir) write a category."""

import re

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
    """
    return _FORBIDDEN.sub("-", tag.strip().replace(_BLANK, "_"))
