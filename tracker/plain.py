"""Foreign text made inert for HTML, Markdown, the terminal, CSV and JSON. What comes from outside never gets past this unread."""

from __future__ import annotations

import html as _html
import json as _json
import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal

#: Controls (escape sequences begin with one), halves of characters, and marks that turn the direction of writing.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
#: In JSON only strings can hold these; a terminal or a pager must not act on them, and half a surrogate pair is no UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#~$])")
#: What begins a list, a heading, a rule, a numbered list or a front matter at the start of a line.
_LINE_START = re.compile(r"^(\s*)([-+=:]|\d{1,9}[.)])", re.MULTILINE)
_BARE_URL = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?%?")
_SAFE_LINK = re.compile(r"(?i)https?://[^\s<>\"'`\\^{|}\x00-\x20\x7f-\x9f]+")


def line(text: str) -> str:
    """One line without control characters."""
    return " ".join(_CONTROL.sub(" ", text.replace("\n", " ").replace("\t", " ")).split())


def shown(text: str) -> str:
    """Text with its line breaks, without control characters and marks that turn the direction of writing."""
    return _CONTROL.sub("", text)


def terminal(text: str) -> str:
    """Text that a terminal only shows: escape sequences and direction marks become visible, line breaks stay out."""
    return _CONTROL.sub(lambda match: _visible(match[0]), text.replace("\n", " ").replace("\t", " "))


def _visible(letter: str) -> str:
    return f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"


def html(text: str) -> str:
    """Text inside an element or a quoted attribute."""
    return _html.escape(shown(text), quote=True)


def markdown(text: str) -> str:
    """One line of text inside a Markdown document: nothing in it is markup, a link or a table cell's end."""
    escaped = _MARKDOWN.sub(r"\\\1", line(text).replace("&", "&amp;"))
    escaped = _LINE_START.sub(
        lambda match: f"{match[1]}\\{match[2]}" if match[2][0] in "-+=:" else _numbered(match), escaped
    )
    return _BARE_URL.sub(
        lambda match: match[0].replace(":", "&#58;").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;"), escaped
    )


def _numbered(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2][:-1]}\\{match[2][-1]}"


def link(url: str) -> str:
    """The URL when it may be followed (http or https, without anything odd), else ""."""
    spelt = url.strip()
    return spelt if _SAFE_LINK.fullmatch(spelt) and len(spelt) <= 2000 else ""


def markdown_link(title: str, url: str) -> str:
    """`[title](<url>)`, or the title alone where the URL may not be followed."""
    safe = link(url)
    return f"[{markdown(title)}](<{safe}>)" if safe else markdown(title)


def csv(text: str) -> str:
    """A cell that a spreadsheet shows and does not compute; numbers stay numbers."""
    clean = _CONTROL.sub("", text)
    if clean.startswith(_FORMULA) and not _NUMBER.fullmatch(clean):
        return "'" + clean
    return clean


def json(value: object, *, indent: int | None = None) -> str:
    """JSON for programs: times ISO 8601 in UTC, decimals as strings, text readable but inert."""
    text = _json.dumps(value, ensure_ascii=False, indent=indent, default=_told, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def slug(text: str) -> str:
    """Text as a part of a file name: letters, digits, `_`, `-` and `.`; never empty, never hidden."""
    kept = "".join(ch if ch.isalnum() or ch in "_-." else "-" for ch in unicodedata.normalize("NFC", line(text)))
    return re.sub(r"-{2,}", "-", kept).strip("-.")[:120] or "x"


def width(words: str) -> int:
    """Columns that a text takes: wide characters two, combining marks none."""
    return sum(columns_of(letter) for letter in words)


def columns_of(letter: str) -> int:
    """Of one letter."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def padded(words: str, columns: int) -> str:
    """Filled up with blanks on the right."""
    return words + " " * max(columns - width(words), 0)
