"""Bytes of a mail → text: the declared character set, then UTF-8, then Windows-1252."""

import codecs

# What labels mean in real mail rather than in their standard. Windows-1252 labelled as one of the
# first is common (WHATWG Encoding Standard, "names and labels"), and so is UTF-8.
_PLAIN_LABELS = frozenset(
    {"", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252"}
    | {"unknown-8bit", "x-unknown", "unknown", "default", "default_charset", "8bit", "binary"}
    | {"utf-8", "utf8"}
)
_WIDER = {  # a label → the superset that programs sending it really use
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_3",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
}
# Codecs of Python that are no character sets of mail; some are quadratic on hostile input.
_REFUSED = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


def decode(octets: bytes, label: str = "") -> tuple[str, bool]:
    r"""The text, and whether the label was right. Never fails; loses no byte that has a meaning.

    >>> decode(b"\xa3100 grant caf\xe9", "iso-8859-1")
    ('£100 grant café', True)
    >>> decode("£5".encode(), "no-such-charset")
    ('£5', False)
    """
    if octets.isascii() and b"\x1b" not in octets and _is_ascii_superset(label):
        return storable(octets.decode("ascii")), True
    label = label.strip().strip("\"'").lower()
    if label not in _PLAIN_LABELS:
        name = _WIDER.get(label, label)
        text = _by_codec(octets, name)
        if text is None and name == "iso2022_jp_3":
            text = _by_codec(octets, "iso2022_jp_ext")
        if text is not None:
            return storable(text), True
    text = _by_codec(octets, "utf-8")
    if text is not None:
        return storable(text), label in _PLAIN_LABELS
    # Windows-1252 leaves five bytes without a meaning; as ISO-8859-1 they are control characters.
    text = octets.decode("cp1252", errors="mailbridge.latin1")
    return storable(text), label in _PLAIN_LABELS and label not in {"utf-8", "utf8"}


def _is_ascii_superset(label: str) -> bool:
    """Whether ASCII bytes mean themselves: not so in UTF-16, UTF-7 and HZ."""
    label = label.lower()
    return not any(mark in label for mark in ("utf-16", "utf-32", "utf-7", "utf16", "hz", "2022"))


def _by_codec(octets: bytes, name: str) -> str | None:
    """What Python's codec makes of it, or None where there is no such codec or it fails."""
    try:
        if codecs.lookup(name).name.replace("-", "_") in _REFUSED:
            return None
        return octets.decode(name)
    except (LookupError, ValueError):  # a NUL in a label is a ValueError too
        return None


def storable(text: str) -> str:
    """Without NUL, which PostgreSQL's text can't hold, and lone surrogates, which UTF-8 can't."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("mailbridge.latin1", _as_latin1)
