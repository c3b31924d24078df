"""Alerts as an Atom feed (RFC 4287): one entry per episode, event or target, with an id that never changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from tracker import plain, timing
from tracker.pipeline import Desk
from tracker.web import words

_SPACE = "http://www.w3.org/2005/Atom"
#: So many of the newest.
ENTRIES = 50
#: What no XML may hold, beyond the control characters.
_NO_XML = re.compile("[\ufffe\uffff]")
ElementTree.register_namespace("", _SPACE)


def document(rows: Sequence[Mapping[str, Any]], desk: Desk, base: str) -> bytes:
    """The feed; `base` is where the page was asked for. All text is text: no entry holds markup."""
    declared = desk.declaration
    newest = sorted((row for row in rows if row["since"]), key=lambda row: (row["since"], row["id"]), reverse=True)[
        :ENTRIES
    ]
    feed = ElementTree.Element(f"{{{_SPACE}}}feed")
    watch = plain.slug(declared.watch)
    _add(feed, "id", f"tag:tracker,2026:{watch}:alerts")
    _add(feed, "title", f"{declared.watch}: alerts")
    _add(feed, "updated", _stamp(newest[0]["since"] if newest else desk.clock.now()))
    _link(feed, f"{base}/alerts.atom", "self")
    _link(feed, f"{base}/alerts", "alternate")
    _add(_add(feed, "author"), "name", "tracker")
    for row in newest:
        entry = _add(feed, "entry")
        indicator = declared.indicators.get(row["indicator"])
        rule = indicator.rules.get(row["rule"]) if indicator else None
        subject = declared.subjects.get(row["subject"])
        state = words.state_of_alert(row, rule.kind if rule else "")
        name, about = indicator.name if indicator else row["indicator"], subject.name if subject else row["subject"]
        _add(entry, "id", f"tag:tracker,2026:{watch}:alert:{row['id']}:{row['episode']}")
        _add(
            entry,
            "title",
            f"{state.word}: {name} ({about}): {words.alert_said(row, indicator.unit if indicator else None)}",
        )
        _add(entry, "updated", _stamp(row["since"]))
        _add(entry, "published", _stamp(row["since"]))
        _link(entry, f"{base}/alerts/{row['id']}", "alternate")
        ElementTree.SubElement(entry, f"{{{_SPACE}}}category", {"term": row["severity"]})
        _add(
            entry,
            "summary",
            f"{row['severity']}, {row['indicator']}.{row['rule']}" + (f"; {rule.basis}" if rule and rule.basis else ""),
        )
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    made = ElementTree.SubElement(parent, f"{{{_SPACE}}}{name}")
    made.text = _NO_XML.sub("", plain.line(text))
    return made


def _link(parent: ElementTree.Element, href: str, rel: str) -> None:
    ElementTree.SubElement(parent, f"{{{_SPACE}}}link", {"href": href, "rel": rel})


def _stamp(at: datetime) -> str:
    return timing.iso(at.astimezone(UTC).replace(microsecond=0))
