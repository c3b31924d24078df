"""Bytes to text by one rule: byte order mark, valid UTF-8, what HTTP says, what the document says, what the bytes say.

Labels are read as browsers read them: gb2312 is GB18030, latin-1 is windows-1252. UTF-7 is never read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
#: How `<?` or `<r` begins in the wide encodings when there is no mark.
_WIDE = (
    (re.compile(rb"<\0\0\0"), "utf-32-le"), (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"), (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
)  # fmt: skip
_ALIASES = {
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252",
    "ascii": "cp1252", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "euc-kr": "cp949",
}  # fmt: skip
#: By the names that Python gives them. Any other codec is none that a document is written in (idna, hex, utf-7).
_SEVERAL_BYTES = ("utf-8", "gb18030", "big5hkscs", "cp932", "cp949", "euc_jp", "iso2022_jp")
_ONE_BYTE = re.compile(r"iso8859-\d{1,2}|cp125\d|cp866|cp874|koi8-[ru]|mac-roman|tis-620")
_ANYTHING = "cp1252"  # nearly every byte is a letter in it: that a text can be read in it says nothing
_HTTP = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,300}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']", re.IGNORECASE)
#: The characters in daily use, by their first byte; a text is Chinese when most of its characters are among them.
_DAILY = {"gb18030": ("gb2312", range(0xB0, 0xD8)), "big5hkscs": ("big5", range(0xA4, 0xC7))}
_MOSTLY = 0.75
_ENOUGH = 4  # two accents side by side are no word
_SAMPLE = 65536


def decode(body: bytes, content_type: str = "") -> str:
    """The text; a character that cannot be read becomes U+FFFD, and never an exception."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for look, name in _WIDE:
        if look.match(body):
            return body.decode(name, "replace")
    if (text := _strict(body, "utf-8")) is not None:
        return text
    labels = list(_labels(body, content_type))
    for label in sorted(labels, key=lambda label: label not in _SEVERAL_BYTES):
        if label != _ANYTHING and (text := _strict(body, label)) is not None:
            return text
    return _most_likely(body, [label for label in labels if label != "utf-8"])


def _labels(body: bytes, content_type: str) -> Iterator[str]:
    said = _HTTP.search(content_type)
    declared = _XML.search(body[:1000])
    for label in (said[1] if said else "", declared[1].decode("ascii") if declared else ""):
        try:
            name = codecs.lookup(_ALIASES.get(label.lower(), label)).name
        except LookupError:
            continue
        if name in _SEVERAL_BYTES or _ONE_BYTE.fullmatch(name):
            yield name


def _strict(body: bytes, name: str) -> str | None:
    """Whole, or None; a character that is cut off at the very end does not count."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(body, final=False)
    except UnicodeError:
        return None


def _most_likely(body: bytes, labels: list[str]) -> str:
    """No label is right. Damaged UTF-8, Chinese that nobody declared, else what was said first, else Western."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if sum(letter > "\x7f" for letter in text) > 2 * bad:
        return text
    if (not labels or _ANYTHING in labels) and (chinese := _chinese(body)) is not None:
        return chinese
    return body.decode(labels[0] if labels else _ANYTHING, "replace")


def _chinese(body: bytes) -> str | None:
    """The text in the one of the two Chinese encodings in which it consists of characters in daily use."""
    shares = {name: _share(body, name) for name in _DAILY}
    best = max(shares, key=lambda name: shares[name])
    return body.decode(best, "replace") if shares[best] >= _MOSTLY else None


def _share(body: bytes, name: str) -> float:
    """How many of its letters beyond ASCII are in daily use, 0 to 1."""
    text = body[:_SAMPLE].decode(name, "replace")
    letters = [letter for letter in text if letter.isalpha() and letter > "\x7f"]
    encoding, first_bytes = _DAILY[name]
    daily = sum(letter.encode(encoding, "replace")[0] in first_bytes for letter in letters)
    return daily / max(len(letters), _ENOUGH)
