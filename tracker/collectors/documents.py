"""A feed's text before any parser sees it: abuse is refused, what is cut off is closed, traps are taken out.

What makes strict parsers give up on honest newsrooms is mended here: `&nbsp;`, a bare `&`, control characters.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.entities import html5

from tracker.collectors.plaintext import JUNK
from tracker.errors import SourceError

MOST_TAGS = 400_000
_LONG_TAG = re.compile(r"<[A-Za-z/?][^<>]{65536}")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,65536}>", re.IGNORECASE)
#: The first tag that does not stand in a comment.
_FIRST = re.compile(r"<!--(?:.*?-->|.*)|<([A-Za-z_][\w:.-]{0,100})(?=[\s/>])[^<>]*>", re.DOTALL)
_FEED = re.compile(r"<(?:[A-Za-z_][\w.-]{0,50}:)?(?:rss|feed|rdf|channel)(?=[\s>/])[^<>]*>", re.IGNORECASE)
_DTD = re.compile(r"<!DOCTYPE\s[^\[<>]{0,1000}\[", re.IGNORECASE)
_DTD_END = re.compile(r"\]\s*>")
#: Entities that only name a few characters; anything else in a DTD is left out, and nothing is ever fetched.
_PLAIN_ENTITY = re.compile(
    r"""<!ENTITY\s+([\w.-]{1,40})\s+(?:"([^"&%<]{0,20}|&\#\w{1,8};)"|'([^'"&%<]{0,20}|&\#\w{1,8};)')\s*>"""
)
_LAST_WHOLE = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:item|entry)\s*>", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
#: Text in which `&` is only a letter; one that never ends reaches to the end of the document.
_VERBATIM = r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)"
#: XML's own five are right as they stand.
_REFERENCE = re.compile(
    rf"{_VERBATIM}|&(?!(?:amp|lt|gt|quot|apos);)(\#\d{{1,7}};|\#[xX][0-9a-fA-F]{{1,6}};|[\w.-]{{1,40}};)?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Document:
    """XML without its declaration and DTD, ready to be parsed. `cut`: its end is missing; what was begun is left out."""

    text: str
    cut: bool = False


def prepare(text: str) -> Document:
    """The document, or SourceError: empty, not a feed, too many tags."""
    text = _from_its_beginning(JUNK.sub("", text))
    if not text.strip():
        raise SourceError("empty: the answer has no bytes", state="empty")
    if text.count("<") > MOST_TAGS:
        raise SourceError(f"too large: more than {MOST_TAGS:,} tags")
    if _LONG_TAG.search(text):
        raise SourceError("too large: one tag has more than 64 kB")
    text, named = _without_dtd(text)
    if _HTML.match(_without_comments(text)):
        raise SourceError("not a feed: this is an HTML page (a login, a notice, or the site itself)")
    root = _root(text)
    if root is None:
        raise SourceError(f"not a feed: it begins with {text.strip()[:30]!r}")
    text = _with_whole_references(text[root.start() :], named)
    name = root[0][1:].split(maxsplit=1)[0].rstrip("/>")
    if root[0].endswith("/>"):
        return Document(root[0])
    end = _end(text, name)
    return Document(text[:end]) if end else Document(_closed(text, root[0], name), cut=True)


def _from_its_beginning(text: str) -> str:
    """Without what a server printed before the document, and without a declaration: the text is decoded already."""
    start = text.find("<?xml", 0, 4096)
    printed_before = start > 0 and not _FEED.search(text, 0, start)
    text = text[start:] if printed_before else text.lstrip("\ufeff \t\r\n")
    if text.startswith("<?xml?xml"):
        text = "<?xml" + text[len("<?xml?xml") :]
    match = _DECLARATION.match(text)
    return text[match.end() :].lstrip() if match else text


def _without_dtd(text: str) -> tuple[str, dict[str, str]]:
    """The text without what its DTD declares, and the plain entities among that."""
    begun = _DTD.search(text, 0, 4096)
    ended = _DTD_END.search(text, begun.end(), begun.end() + 65536) if begun else None
    if begun is None or ended is None:
        return text, {}
    plain = _PLAIN_ENTITY.findall(text, begun.end(), ended.start())[:300]
    named = {name: html.unescape(one or other) for name, one, other in plain}
    return text[: begun.start()] + text[ended.end() :], named


def _without_comments(text: str) -> str:
    """The beginning of the text, past spaces and comments."""
    at = len(text) - len(text.lstrip())
    while text.startswith("<!--", at) and (end := text.find("-->", at)) > 0:
        at = end + len("-->")
        at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip())
    return text[at : at + 100]


def _root(text: str) -> re.Match[str] | None:
    """The tag of a feed, also behind a warning that a server printed; else whatever tag comes first."""
    first = next((match for match in _FIRST.finditer(text) if match[1]), None)
    if first is None or _FEED.match(first[0]):
        return first
    return _FEED.search(text, first.start(), first.start() + 4096) or first


def _with_whole_references(text: str, named: Mapping[str, str]) -> str:
    """Every `&` as XML wants it: names of HTML and of the DTD as characters, any other as the text that it is."""

    def whole(match: re.Match[str]) -> str:
        said = match[1]
        if match[0][0] == "<":
            return match[0]
        if not said:
            return "&amp;"
        letters = html.unescape(f"&{said}") if said[0] == "#" else named.get(said[:-1]) or html5.get(said)
        if letters is None:
            return f"&amp;{said}"
        # A number that is no character (&#0;) is nothing.
        return "".join(f"&#{ord(letter)};" for letter in JUNK.sub("", letters).replace("\ufffd", ""))

    return _REFERENCE.sub(whole, text)


def _end(text: str, name: str) -> int:
    """Where the root ends, 0 where it does not; a second root or a mark of the server behind it is no part of it."""
    last = text.rfind(f"</{name}>")
    if (
        last >= 0
        and text.find(f"</{name}") == last
        and not (_open(text, "<![CDATA[", "]]>", last) or _open(text, "<!--", "-->", last))
    ):
        return last + len(f"</{name}>")  # as nearly everybody writes it
    closing = re.compile(rf"{_VERBATIM}|(</{re.escape(name)}\s*>)", re.IGNORECASE | re.DOTALL)
    return next((match.end() for match in closing.finditer(text) if match[1]), 0)


def _open(text: str, begin: str, end: str, at: int) -> bool:
    """Whether the last of these that begins before a place does not end before it."""
    begun = text.rfind(begin, 0, at)
    return begun >= 0 and text.find(end, begun, at) < 0


def _closed(text: str, begun: str, root: str) -> str:
    """Up to the last whole entry, with the ends that are missing."""
    ends = [len(begun), *(match.end() for match in _LAST_WHOLE.finditer(text))]
    kept = text[: ends[-1]]
    opened = re.search(r"<((?:[A-Za-z_][\w.-]*:)?channel)[\s>]", kept)
    inner = f"</{opened[1]}>" if opened and opened[1] != root and f"</{opened[1]}" not in kept else ""
    return f"{kept}{inner}</{root}>"
