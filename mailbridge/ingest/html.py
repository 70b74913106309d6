"""HTML of a mail → plain text: blocks as lines, lists, tables, and quotes marked with ">".

selectolax (Lexbor) reads what browsers read; the walk over its tree is ours and iterative, because
mail nests thousands deep and other converters silently lose the text down there.
"""

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

RULE: Final = "_" * 32  # a horizontal line, as Outlook writes it in plain text

_SKIPPED = frozenset(
    ["script", "style", "head", "title", "template", "noscript", "object", "svg", "map", "select"]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "caption",
    ]
)
_SPACED = frozenset(
    ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul"]
)  # with margins around them
_CELLS = frozenset({"td", "th"})
_STYLED = frozenset({"blockquote", "div", "p", "span", "section", "td", "table", "tr"})
# Containers of history that some programs use instead of <blockquote>.
_QUOTE_CLASS = re.compile(
    r"\b(?:gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-forward-container"
    r"|WordSection1_quoted|ymail_android_signature_quote)\b"
)
_QUOTE_ID = frozenset({"OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container"})
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
# Outlook sets every line as a paragraph without margins.
_NO_MARGIN = re.compile(r"\b(?:Mso[A-Za-z]+|elementToProof)\b|margin\s*:\s*0|margin-bottom\s*:\s*0")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# Soft hyphens, zero-width letters and directional marks: used to pad the preview in a mail list.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DEEPEST_QUOTE = 8
_FEW_TAGS: Final = 3_000
_DEEPEST: Final = 500
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]*)")
# Void elements, and those whose end tag may be left out.
_UNCOUNTED = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "body", "html", "head", "tbody"}
    | {"thead", "tfoot", "colgroup"}
)
_MOST_LOOKS = 20  # for a blockquote inside a container; each may read the whole tree


def to_text(html: str) -> str:
    r"""The text a person would see. Quoted history is marked by "> " where the
    program that wrote it said which it is; the rest is for `newtext` to tell.

    >>> to_text("<p>Dear&nbsp;MP,</p><div>The roof<br>leaks.</div><blockquote>Hello</blockquote>")
    'Dear MP,\n\nThe roof\nleaks.\n\n> Hello'
    >>> to_text("<style>p {}</style>")
    ''
    """
    root = LexborHTMLParser(_flattened(html)).root
    if root is None:
        return ""
    page, looks = _Page(), 0
    above: list[tuple[LexborNode, str, bool]] = []  # open elements: node, tag, is it a quote
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            page.write(node.text_content or "")
        elif tag[0:1] not in {"-", "!"} and tag not in _SKIPPED:
            attributes = node.attributes if tag in _STYLED else {}
            if not _HIDDEN.search(attributes.get("style") or ""):
                is_quote = tag == "blockquote"
                if not is_quote and looks < _MOST_LOOKS and _names_a_quote(attributes):
                    looks += 1
                    is_quote = not page.depth and node.css_first("blockquote") is None
                tag = "div" if tag == "p" and _has_no_margin(attributes) else tag
                page.open(tag, is_quote=is_quote)
                if node.child is not None:
                    above.append((node, tag, is_quote))
                    node = node.child
                    continue
                page.close(tag, is_quote=is_quote)
        while node.next is None and above:
            node, tag, is_quote = above.pop()
            page.close(tag, is_quote=is_quote)
        node = node.next if above or node.next is not None else None
    return page.text()


def _flattened(html: str) -> str:
    """HTML without nesting beyond what any program writes; not one word is lost.

    Lexbor looks up through all open elements at each tag that begins a block, so a megabyte of
    `<div>` would keep it busy for minutes. Tags too deep are renamed to one that means nothing.
    """
    if html.count("<") < _FEW_TAGS:
        return html
    depth = 0

    def rename(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _UNCOUNTED:
            return tag[0]
        depth = max(0, depth - 1) if tag[1] else depth + 1
        return "<wbr " if depth + bool(tag[1]) > _DEEPEST else tag[0]

    return _TAG.sub(rename, html)


def _names_a_quote(attributes: dict[str, str | None]) -> bool:
    return bool(attributes) and (
        attributes.get("id") in _QUOTE_ID
        or _QUOTE_CLASS.search(attributes.get("class") or "") is not None
    )


def _has_no_margin(attributes: dict[str, str | None]) -> bool:
    return any(_NO_MARGIN.search(attributes.get(name) or "") for name in ("class", "style"))


class _Page:
    """Lines written so far and the one being written."""

    def __init__(self) -> None:
        self.depth = 0  # of quotes
        self._lines: list[str] = []
        self._line: list[str] = []
        self._ends_blank = True  # nothing on this line yet, or a blank
        self._verbatim = 0  # <pre> around us
        self._wants_gap = False

    def write(self, text: str) -> None:
        text = _INVISIBLE.sub("", text)
        if self._verbatim:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._put(first)
            for line in rest:
                self._break()
                self._put(line)
            return
        text = _BLANKS.sub(" ", text)
        self._put(text[1:] if self._ends_blank and text[:1] == " " else text)

    def open(self, tag: str, *, is_quote: bool) -> None:
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._end_line()
            self._put(RULE)
            self._end_line()
        elif tag in _CELLS:
            if self._line and not self._ends_blank:
                self._put(" ")
        elif tag in _BLOCKS or tag in _SPACED or is_quote:
            self._end_line()
            self._wants_gap |= tag in _SPACED
        if tag == "li":
            self._put("- ")
        elif tag == "pre":
            self._verbatim += 1
        self.depth += is_quote

    def close(self, tag: str, *, is_quote: bool) -> None:
        if tag in _BLOCKS or tag in _SPACED or is_quote:
            self._end_line()
            self._wants_gap |= tag in _SPACED
        if tag == "pre":
            self._verbatim -= 1
        self.depth -= is_quote

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _put(self, text: str) -> None:
        if text:
            self._line.append(text)
            self._ends_blank = text[-1] == " "

    def _break(self) -> None:
        """A line ends here even if nothing stands on it."""
        prefix = "> " * min(self.depth, _DEEPEST_QUOTE)
        if self._wants_gap and self._lines and self._lines[-1].strip("> "):
            # The gap before a quote is outside it.
            above = self._lines[-1]
            self._lines.append(prefix.rstrip() if above.startswith(prefix or "\0") else "")
        line = "".join(self._line).replace("\xa0", " ").rstrip()
        self._lines.append((prefix + line).rstrip())
        self._line.clear()
        self._ends_blank, self._wants_gap = True, False

    def _end_line(self) -> None:
        if self._line:
            self._break()
