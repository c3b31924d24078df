"""Rows out of a JSON API, page by page; each page conditional, and kept for the day on which it says 304.

A later page that fails makes the source partial: what was read is stored, and no sum over half of it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from pydantic import Field, field_validator

from tracker.collectors import jsontext, paging, rows, spans
from tracker.collectors.asking import Asking, Auth, Rate, headers_of, marks
from tracker.collectors.emitting import Row
from tracker.collectors.expressions import search, true
from tracker.collectors.fields import Expression, UrlOfDays
from tracker.collectors.kind import Context, Harvest
from tracker.collectors.paging import Paging
from tracker.errors import SourceError
from tracker.model.declared import Duration, Frozen, Source, Texts
from tracker.model.observed import Page
from tracker.network import Answer, origin

#: What the door itself sets.
_OURS = {"accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match", "user-agent"}

Shape = Callable[[list[Any]], list[Any]]
Keep = Callable[[Any], bool]


class Api(Frozen):
    """What is asked, and where the rows are in the answer."""

    url: UrlOfDays
    """Address of the first page. `${since}`, `${until}`, `${today}` and `${yesterday}` are days: `${since:%Y%m%d}`."""
    params: dict[str, Texts | int | bool] = Field(default_factory=dict)
    """Query parameters; a list repeats its key. Days as in `url`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Further request headers, none of them a secret."""
    rows: Expression | None = None
    """JMESPath of the rows; default the document itself."""
    where: Expression | None = None
    """JMESPath condition on a row."""
    page: Paging | None = None
    """How the answer is split into pages."""
    auth: Auth | None = None
    """The key that it wants."""
    rate: Rate | None = None
    """How often it may be asked."""
    since: Duration = timedelta(days=30)
    """How long before the last good pass `${since}` lies."""
    may_be_empty: bool = False
    """That a list which had rows has none is no failure: for searches."""
    attribution: str = ""
    """What every value cites; `{as_of}` is when the source says that it stood so."""

    @field_validator("headers")
    @classmethod
    def _not_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        if ours := [name for name in headers if name.lower() in _OURS]:
            raise ValueError(f"the header {ours[0]} is not for you to set")
        return headers

    @field_validator("params")
    @classmethod
    def _known_days(cls, params: dict[str, Any]) -> dict[str, Any]:
        for value in params.values():
            for text in value if isinstance(value, tuple) else ():
                spans.check(text)
        return params


def collect(
    source: Source,
    api: Api,
    context: Context,
    *,
    shape: Shape = list,
    keep: Keep | None = None,
    lists_past: bool = False,
) -> Harvest:
    """Ask for every page, then make values and events of all rows together.

    `shape` makes the rows of a page what the kind promises; `keep` chooses among them, and the others still count as listed.
    """
    reading = _Reading(source, api, context, shape)
    try:
        reading.run()
        among = [Row(row, answer) for row, answer in reading.rows]
        return rows.harvest(
            source, [row for row in among if keep is None or keep(row.content)], context,
            where=api.where, pages=reading.pages, unchanged=reading.asking.unchanged and reading.failure is None,
            failure=reading.failure, notes=reading.asking.notes, moved=reading.asking.moved,
            memory=reading.asking.memory(), among=among, may_be_empty=api.may_be_empty, lists_past=lists_past,
            citation=api.attribution,
        )  # fmt: skip
    except SourceError as error:
        if api.rate is None:
            raise
        return Harvest(failure=error, memory={**context.memory, **reading.asking.memory()})


@dataclass(slots=True)
class _Reading:
    """The pages of one pass."""

    source: Source
    api: Api
    context: Context
    shape: Shape
    rows: list[tuple[Any, Any]] = field(default_factory=list)  # with the answer that each stands in
    pages: list[Page] = field(default_factory=list)
    failure: SourceError | None = None
    asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        self.asking = Asking(self.source, self.context, self.api.rate)

    def run(self) -> None:
        """Every page; the first one that fails is an error, a later one a gap."""
        query = {name: [self._filled(text) for text in _texts(value)] for name, value in self.api.params.items()}
        url = paging.first(paging.with_query(self._filled(self.api.url), query), self.api.page)
        most = self.api.page.max_pages if self.api.page else 1
        seen: set[str] = set()
        while url:
            try:
                self._check(url, seen, most)
                seen.add(url)
                url = self._one(url)
            except SourceError as error:
                if not self.pages:
                    raise
                sentence = f"partial: page {len(self.pages) + 1}: {error}"
                self.failure = SourceError(
                    sentence, state="partial", retry_after=error.retry_after, whole_host=error.whole_host
                )
                return

    def _filled(self, text: str) -> str:
        return spans.filled(text, self.context.now, self.context.last_ok, self.api.since, self.context.zone)

    def _check(self, url: str, seen: set[str], most: int) -> None:
        if origin(url) != origin(self.api.url):
            raise SourceError("the next page lies on another host")
        if url in seen:
            raise SourceError("the pages go in a circle")
        if len(seen) >= most and self.api.page is None:
            raise SourceError(
                "there are further pages; `page: {style: link}` reads them, `page: {style: none}` does not"
            )
        if len(seen) >= most:
            raise SourceError(f"there are more than {most} pages; `max_pages` sets how many are read")

    def _one(self, url: str) -> str:
        """Read one page; the URL of the next."""
        headers = {"Accept": "application/json", **self.api.headers, **headers_of(self.api.auth, self.context)}
        page, answer = self.asking.get(url, headers)
        if answer.status != 304:
            page = replace(page, rows=jsontext.decoded(answer.body))
        document = jsontext.parse(page.rows)
        picked = self._picked(document)
        if self._repeats(page):
            raise SourceError("it repeats the page before; is `param` the name that this API knows?")
        said = _with_validators(document, page)  # once: every row of the page shares it
        self.rows += [(row, said) for row in self.shape(picked)]
        if answer.status != 304:
            page = replace(page, next_url=paging.asked_of(url, answer.url, self._next(url, document, picked, answer)))
        self.pages.append(page)
        return page.next_url

    def _picked(self, document: Any) -> list[Any]:
        found = document if self.api.rows is None else search(self.api.rows, document)
        if found is None:
            raise SourceError(f"the answer has changed: it has no `{self.api.rows}`", state="schema_changed")
        return list(found) if isinstance(found, list) else [found]

    def _repeats(self, page: Page) -> bool:
        numbered = self.api.page is not None and self.api.page.style in ("page", "offset")
        return numbered and bool(self.pages) and self.pages[-1].body_hash == page.body_hash

    def _next(self, url: str, document: Any, picked: Sequence[Any], answer: Answer) -> str:
        link = answer.links.get("next", "")
        how = self.api.page
        if how is None:  # nobody said that there are pages; if there are, a sum over the first would be a lie
            return link
        cursor = search(how.cursor, document) if how.cursor else None
        if how.stop is not None and true(search(how.stop, document)):
            return ""
        taken = len(self.rows)
        return paging.following(url, how, len(self.pages) + 1, picked, taken, cursor, link)


def _with_validators(document: Any, page: Page) -> Any:
    """What `$` speaks of: the answer's own keys, and under `header` what it was marked with."""
    marked = marks(page)
    return {"header": marked, **document} if isinstance(document, dict) else {"header": marked}


def _texts(value: tuple[str, ...] | int | bool) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    return [str(value).lower() if isinstance(value, bool) else str(value)]
