"""Foreign text as plain text: no markup, entities decoded, one line, nothing that a database or terminal chokes on."""

from __future__ import annotations

import html
import re
from html.entities import html5

#: Controls, marks that turn the direction of writing, halves of characters, and the two that are no characters at all.
JUNK = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCKS = (
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main ol "
    "p pre section table td th tr ul"
)
_INLINE = (
    "a abbr acronym audio b bdi bdo big button center cite code data del dfn em embed font form frame iframe i img "
    "input ins kbd label link mark math meta noscript object option picture q s samp script select small source span "
    "strike strong style sub sup svg template textarea time tt u var video wbr body head html title tbody thead"
)
#: `x < y` and `List<int>` are text, `<b>` is markup.
_TAG = re.compile(rf"</?(?:{'|'.join((*_BLOCKS.split(), *_INLINE.split()))})(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{'|'.join(_BLOCKS.split())})(?=[\s/>])[^<>]*>", re.IGNORECASE)
#: An opening tag of any name; a name that HTML does not know is a tag where it is closed or has a prefix (`<o:p>`).
_ANY = re.compile(r"<([A-Za-z][^\s<>/]{0,40})")
_CLOSED = re.compile(r"</([A-Za-z][^\s<>/]{0,40})")
_KNOWN = {*_BLOCKS.split(), *_INLINE.split()}
_SILENT = ["script", "style", "template", "svg", "math", "iframe", "object", "head title"]


def clean(text: str) -> str:
    """One line without control characters."""
    kept = text if text.isprintable() else JUNK.sub("", text)  # nothing that is printable is junk
    return " ".join(kept.split())


def to_text(markup: str) -> str:
    """What a reader of this HTML (or of a text that may be HTML) sees."""
    if "<" not in markup or not _TAG.search(markup):
        return clean(decoded(markup))
    from selectolax.lexbor import LexborHTMLParser

    # A space for block tags only: words of one sentence stay whole across <b>, those of two paragraphs do not merge.
    # And blocks that nest a thousand deep never reach the parser, which would need minutes for them.
    tree = LexborHTMLParser(_BLOCK.sub(" ", _spared(JUNK.sub("", markup))))
    tree.strip_tags(_SILENT)
    body = tree.body
    return clean(decoded(body.text(separator="")) if body is not None else "")


def _spared(markup: str) -> str:
    """`List<int>` between tags stays text: a parser would swallow it."""
    if {name.lower() for name in _ANY.findall(markup)} <= _KNOWN:
        return markup
    closed = {name.lower() for name in _CLOSED.findall(markup)}

    def spared(match: re.Match[str]) -> str:
        name = match[1].lower()
        return match[0] if name in _KNOWN or name in closed or ":" in name or "-" in name else f"&lt;{match[1]}"

    return _ANY.sub(spared, markup)


def decoded(text: str) -> str:
    """Entities as the characters they stand for; only those that end in a semicolon."""
    if "&" not in text:
        return text

    def letters(match: re.Match[str]) -> str:
        said = match[0]
        return html.unescape(said) if said[1] == "#" else html5.get(said[1:], said)

    return _ENTITY.sub(letters, text)


def shortened(text: str, limit: int) -> str:
    """At most so many characters; what was cut is marked."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
