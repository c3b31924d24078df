"""JSON Feed, as loosely as people write it: read or refused, never a crash."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT, only, reading, titles
from tracker.collectors import jsonfeed
from tracker.errors import SourceError

VERSION = "https://jsonfeed.org/version/1.1"


def _feed(*items: Any, **fields: Any) -> str:
    return json.dumps({"version": VERSION, "title": "t", "items": list(items), **fields})


def test_an_item_is_an_entry() -> None:
    """Its HTML as text, its date, its language."""
    item = {
        "id": "1", "url": "https://a.example/1", "title": "阶跃星辰 & co", "content_html": "<p>one</p><p>two</p>",
        "date_published": "2026-08-19T08:00:00+08:00", "authors": [{"name": "N"}],
    }  # fmt: skip

    entry = only(reading(_feed(item, language="zh-CN")))

    assert (entry.key, entry.title, entry.summary, entry.language) == ("1", "阶跃星辰 & co", "one two", "zh-CN")
    assert entry.link == "https://a.example/1"
    assert entry.published_at.isoformat() == "2026-08-19T00:00:00+00:00"


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ({"id": 7, "title": "a"}, "7"),
        ({"id": 7.5, "title": "a"}, "7.5"),
        ({"url": "https://a.example/1"}, "https://a.example/1"),
        ({"external_url": "https://a.example/2"}, "https://a.example/2"),
        ({"id": None, "content_text": "a"}, "text:"),
        ({"id": "1", "authors": {"name": "a"}, "author": "b", "tags": "c", "title": ["x"]}, "1"),
    ],
)
def test_what_tells_an_item_apart(item: dict[str, Any], key: str) -> None:
    """Its id, also a number; else where it can be read; else what it says."""
    assert only(reading(_feed(item))).key.startswith(key)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (_feed(), 0),
        (json.dumps({"version": VERSION, "items": None}), 0),
        (json.dumps({"version": "https://jsonfeed.org/version/1", "items": [None, 1, "x", [], {"id": "1"}]}), 1),
        (json.dumps({"items": [{"id": "1"}]}), 1),
        ('{"version":"' + VERSION + '","items":[{"id":' + "9" * 100_000 + "}]}", 1),
        ('{"version":"' + VERSION + '","items":[{"id":"1","title":NaN,"date_published":1e999}]}', 1),
    ],
)
def test_what_is_read(text: str, count: int) -> None:
    """Lists that are none are empty; numbers stay as they are written."""
    assert len(jsonfeed.parse(text).items) == count


@pytest.mark.parametrize(
    "text", ["{}", "[]", "[1]", '{"a":1}', "[" * 200_000, '{"version":' * 100_000, "{", '{"items"', "nul"]
)
def test_what_is_refused(text: str) -> None:
    """In one sentence."""
    with pytest.raises(SourceError, match="not a feed"):
        jsonfeed.parse(text)


def test_the_newest_stands_last() -> None:
    """As for every other feed."""
    assert titles(reading(_feed({"id": "2", "title": "new"}, {"id": "1", "title": "old"}))) == ["old", "new"]


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["http://[", "javascript:x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("id url title items version x".split()), inner),
    max_leaves=12,
)  # fmt: skip


@PATIENT
@given(
    st.dictionaries(
        st.sampled_from("id url external_url title summary content_html content_text date_published".split()), _ANY
    )
)
def test_any_item_is_read(item: dict[str, Any]) -> None:
    """Whatever its fields hold."""
    assert len(reading(_feed(item, {"id": "sound"})).entries) >= 1
