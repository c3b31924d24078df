"""kind: html. Rows out of a page by CSS selectors; nothing in the page is run, and only its text and attributes are read.

The parser is quadratic in how deep a page nests: one with many tags is read in a process of its own, within its limits.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from tracker.collectors import apart, plaintext, rows
from tracker.collectors.asking import Asking, Auth, headers_of, marks
from tracker.collectors.decoding import decode
from tracker.collectors.emitting import Row
from tracker.collectors.fields import Expression, Url
from tracker.collectors.kind import Context, Harvest, Kind
from tracker.collectors.links import absolute
from tracker.errors import SourceError
from tracker.model.declared import Frozen, Source

_LINKS = ("href", "src")
_LONGEST = 2000
#: The worst that so many can be made to do is done in half a second.
_MANY_TAGS = 10_000


def _selector(text: str) -> str:
    if not text:
        return text  # the row itself
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p>").css(text)
    except SelectolaxError as error:
        raise ValueError(f"{text!r} is no CSS selector") from error
    return text


Selector = Annotated[str, AfterValidator(_selector)]


class Attribute(Frozen):
    """An attribute instead of the text."""

    css: Selector = ""
    """CSS selector in the row; without it the row itself."""
    attr: str
    """Name of the attribute; `href` and `src` become whole addresses."""


class Params(Frozen):
    """A page: a row for each element that a CSS selector finds, by the names of `fields`."""

    url: Url
    """Address of the page."""
    rows: Selector = Field(min_length=1)
    """CSS selector of the rows: `table.results tr`."""
    fields: dict[str, Selector | Attribute]
    """Name to CSS selector in the row, whose text counts (`td:nth-child(2)`); or `{css: a, attr: href}`."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    auth: Auth | None = None
    """The key that it wants."""


def collect(source: Source, params: Params, context: Context) -> Harvest:
    """Every element; a page on which there is none has changed."""
    asking = Asking(source, context)
    headers = {"Accept": "text/html, */*;q=0.5", **headers_of(params.auth, context)}
    text = asking.text(params.url, headers, lambda answer: decode(answer.body, answer.headers.get("content-type", "")))
    found = _rows(text, params) if text.count("<") <= _MANY_TAGS else _rows_apart(text, params)
    if not found:
        raise SourceError(f"the page has changed: nothing in it is `{params.rows}`", state="schema_changed")
    answer = {"header": marks(asking.pages[0])}
    return rows.harvest(
        source, [Row(row, answer) for row in found], context, where=params.where, pages=asking.pages,
        unchanged=asking.unchanged, moved=asking.moved,
    )  # fmt: skip


def _rows_apart(text: str, params: Params) -> list[dict[str, Any]]:
    given = json.dumps({"text": text, "params": params.model_dump(mode="json")})
    return list(apart.ask(__name__, given.encode())["rows"])


def _work(given: bytes, _: list[str]) -> dict[str, object]:
    told = json.loads(given)
    return {"rows": _rows(told["text"], Params(**told["params"]))}


def _rows(text: str, params: Params) -> list[dict[str, Any]]:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(text)
    page.strip_tags(["script", "style", "template", "noscript"])
    return [
        {name: _value(element, wanted, params.url) for name, wanted in params.fields.items()}
        for element in page.css(params.rows)
    ]


def _value(element: Any, wanted: str | Attribute, base: str) -> str | None:
    """The text of the first that fits; None where nothing does, or where it is empty."""
    css = wanted if isinstance(wanted, str) else wanted.css
    found = element.css_first(css) if css else element
    if found is None:
        return None
    if isinstance(wanted, str):
        return plaintext.shortened(plaintext.clean(found.text(separator=" ")), _LONGEST) or None
    said = str(found.attributes.get(wanted.attr) or "")
    return (absolute(said, base) if wanted.attr in _LINKS else plaintext.clean(said)[:_LONGEST]) or None


KIND = Kind(Params=Params, collect=collect)

if __name__ == "__main__":
    apart.answer(_work)
