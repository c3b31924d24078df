"""Text made comparable without moving a character: every span found in the folded text holds in the original."""

from __future__ import annotations

import re
import unicodedata

from tracker.extraction.characters import SIMPLIFIED

#: Full-width ASCII to ASCII, typographic quotes and dashes to plain ones, exotic spaces to a space: one to one.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= {ord(ch): ord("'") for ch in "‘’‛′`´"} | {ord(ch): ord('"') for ch in "“”„″「」『』《》"}
_FOLD |= {ord(ch): ord("-") for ch in "‐‑‒–—―−"} | {
    ord(ch): ord(" ") for ch in "\u00a0\u2002\u2003\u2009\u202f\u3000\t\r"
}
_FOLD |= {ord(ch): ord(" ") for ch in "\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff"} | {ord("・"): ord("·")}
_FOLD |= SIMPLIFIED

#: An address names nobody: what stands in it is no word of the text.
_ADDRESS = re.compile(r"https?://[^\s\u3000-\u9fff]+")
_WORDS = re.compile(r"[0-9a-z]+|[^\W_a-z0-9]", re.UNICODE)


def plain(text: str) -> str:
    """The text with typographic variants and traditional characters made one, letter case kept."""
    if "://" in text:
        text = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    return text.translate(_FOLD)


def lower(text: str) -> str:
    """Lower case, character by character where lower case would change the length (İ)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := ch.lower()) == 1 else ch for ch in text)


def fold(text: str) -> str:
    """`plain` and lower case: the form in which phrases and names are looked up."""
    return lower(plain(text))


def title_key(title: str) -> str:
    """Two titles are the same when their words are, whatever the typography."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", title).lower()))


def is_cjk(ch: str) -> bool:
    """Whether a character is written without spaces between words (Han, kana, hangul)."""
    return "\u2e80" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7af" or "\U00020000" <= ch <= "\U0003ffff"


def is_word(ch: str) -> bool:
    """Whether a character belongs to a Latin word or number, for word boundaries."""
    return ch.isalnum() and not is_cjk(ch)
