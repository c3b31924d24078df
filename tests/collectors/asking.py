"""Short ways to ask a source as a pass does: again and again, with what it answered the last time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from tracker.collectors import KINDS, Context, Harvest
from tracker.collectors.feed import read
from tracker.errors import SourceError
from tracker.model.declared import Emit, Source
from tracker.model.observed import Entry, Page
from tracker.network import Answer, Door

NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FEED = Source(key="wire", kind="feed")
#: For properties: a busy machine is no failure.
PATIENT = settings(deadline=None)


def no_secret(name: str) -> str | None:
    """Nobody has set one."""
    return None


@dataclass(kw_only=True)
class Asker:
    """One source, pass after pass."""

    door: Door
    kind: str
    params: dict[str, Any]
    emit: Sequence[dict[str, Any]] = ()
    zone: ZoneInfo = SHANGHAI
    now: datetime = NOW
    secret: Callable[[str], str | None] = no_secret
    pages: dict[str, Page] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    last_ok: datetime | None = None
    home: Path = Path()
    paused: list[float] = field(default_factory=list)
    ticks: Callable[[], float] = time.monotonic

    def ask(self) -> Harvest:
        """One pass; what it says to keep is kept."""
        kind = KINDS[self.kind]
        params = kind.Params(**self.params)
        emits = tuple(Emit(**one) for one in self.emit)
        source = Source(key="wire", kind=self.kind, allow_private=True, emit=emits, params=params)
        context = Context(
            door=self.door, now=self.now, zone=self.zone, pages=self.pages, secret=self.secret, memory=self.memory,
            last_ok=self.last_ok, home=self.home, pause=self.paused.append, ticks=self.ticks,
        )  # fmt: skip
        harvest = kind.collect(source, params, context)
        self.pages |= {page.url: page for page in harvest.pages}
        if harvest.memory is not None:
            self.memory = harvest.memory
        if harvest.failure is None:
            self.last_ok = self.now
        return harvest

    def refusal(self) -> SourceError:
        """One pass that must fail whole."""
        with pytest.raises(SourceError) as caught:
            self.ask()
        return caught.value


def feed(door: Door, url: str, **options: Any) -> Asker:
    """A news feed."""
    return Asker(door=door, kind="feed", params={"url": url}, **options)


def listing(door: Door, url: str, *emit: dict[str, Any], **params: Any) -> Asker:
    """A JSON API; the key of its indicator is `stars` unless an emit says otherwise."""
    emits = tuple(one if "indicator" in one or "event" in one else {"indicator": "stars", **one} for one in emit)
    return Asker(door=door, kind="json", params={"url": url, **params}, emit=emits)


def reading(body: bytes | str, content_type: str = "application/xml", *, door: Door | None = None) -> Harvest:
    """A document as if it had come from https://news.example/feed; nothing is asked."""
    url = "https://news.example/feed"
    data = body.encode() if isinstance(body, str) else body
    answer = Answer(status=200, url=url, headers={"content-type": content_type}, body=data, links={})
    context = Context(door=door or Door(), now=NOW, zone=SHANGHAI)
    return read(answer, FEED, context)


def rss(*items: str, head: str = "", declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A feed of these items, newest first."""
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'{declaration}<rss version="2.0"><channel><title>t</title>{head}{inner}</channel></rss>'


def titles(harvest: Harvest) -> list[str]:
    """Oldest first."""
    return [entry.title for entry in harvest.entries]


def only(harvest: Harvest) -> Entry:
    """The one entry that there is."""
    (entry,) = harvest.entries
    return entry
