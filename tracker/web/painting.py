"""Templates into documents. Everything is escaped and without control characters; only drawings of our own are markup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Context
from jinja2.utils import pass_context
from markupsafe import Markup

from tracker import pipeline, plain, timing
from tracker.pipeline import Desk

PAGES = (
    ("/", "Overview"), ("/alerts", "Alerts"), ("/events", "Events"), ("/review", "Review"), ("/calendar", "Calendar"),
    ("/digests", "Digests"), ("/enter", "Enter"), ("/sources", "Sources"),
)  # fmt: skip


class Painter:
    """Draws a page with what stands around it everywhere."""

    def __init__(self, desk_of: Callable[[], Desk], *, session: bool = False) -> None:
        """`session`: people log in with a token, and can log out again."""
        self.desk_of = desk_of
        self._session = session
        self._environment = Environment(
            loader=PackageLoader("tracker.web"), autoescape=True, undefined=StrictUndefined, auto_reload=False,
            finalize=_inert, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters |= {
            "stamp": _stamp,
            "day": _day,
            "utc": _utc,
            "url": _url,
            "link": plain.link,
            "chinese": _chinese,
        }
        self._environment.globals |= {"drawing": Markup}

    def page(self, name: str, here: str, title: str, *, api: str = "", **values: Any) -> str:
        """The whole document; `here` is its entry in the menu, `api` where the same is as JSON."""
        desk = self.desk_of()
        now, pulse = desk.clock.now(), pipeline.pulse(desk)
        return self._environment.get_template(name).render(
            watch=desk.declaration.watch, subjects=desk.declaration.subjects, zone=desk.zone,
            zone_name=desk.declaration.timezone, warning=pulse.text if pulse.late else "", pages=PAGES, here=here, title=title,
            api=api, now=now, waits=pipeline.waits(desk), session=self._session, ticks=pulse.at is not None and not pulse.late,
            **values,
        )  # fmt: skip

    def quoted(self, text: str) -> str:
        """A text as a part of a path."""
        return _url(text)

    def bare(self, name: str, title: str, **values: Any) -> str:
        """A document that shows nothing of the home: a login, a refusal."""
        return self._environment.get_template(name).render(title=title, **values)


def _inert(value: Any) -> Any:
    return plain.shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@pass_context
def _stamp(context: Context, at: datetime | None) -> str:
    """Day and time on the clocks of the watch."""
    return "" if at is None else at.astimezone(context["zone"]).strftime("%Y-%m-%d %H:%M")


@pass_context
def _day(context: Context, at: datetime | None) -> str:
    return "" if at is None else at.astimezone(context["zone"]).strftime("%Y-%m-%d")


def _utc(at: datetime) -> str:
    return timing.iso(at.astimezone(UTC).replace(microsecond=0))


def _chinese(text: str) -> bool:
    """Whether a voice that reads it aloud should be a Chinese one."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _url(text: str) -> str:
    """A part of a path of our own."""
    return quote(text, safe="")
