"""Which entry is which: nothing is lost where guids are careless, nothing is doubled where they are sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.collectors.asking import PATIENT
from tracker.collectors.identity import Marks, keys


def _item(guid: str = "", link: str = "", title: str = "", text: str = "") -> Marks:
    return Marks(guid=guid, link=link, title=title, text=text)


#: items, how many entries they are, the key of the first where it is no digest
CASES = {
    "sound guids": ([_item("g1", "http://a/1"), _item("g2", "http://a/2")], 2, "g1"),
    "one link, two guids": ([_item("g1", "http://a/"), _item("g2", "http://a/")], 2, "g1"),
    "no guid: the link": ([_item("", "http://a/1?utm_source=x"), _item("", "http://a/2")], 2, "https://a/1"),
    "one guid for all: the link": ([_item("g", f"http://a/{n}") for n in range(9)], 9, "https://a/0"),
    "one guid for all, no link": ([_item("g", title=f"t{n}") for n in range(9)], 9, None),
    "no guid, one link for all": ([_item("", "http://a/", f"t{n}") for n in range(9)], 9, None),
    "one guid and one link for all": ([_item("g", "http://a/", f"t{n}") for n in range(9)], 9, None),
    "nothing but titles": ([_item(title="a"), _item(title="b")], 2, None),
    "nothing but texts": ([_item(text="a"), _item(text="b")], 2, None),
    "one title, two texts": ([_item(title="Market wrap", text="Monday"), _item(title="Market wrap", text="Tuesday")], 2, None),
    "listed twice": ([_item("g", "http://a/1", "new"), _item("g", "http://a/1", "old")], 1, "g"),
    "listed twice, without guid": ([_item("", "http://a/1", "t"), _item("", "http://a/1?f=rss", "t")], 1, "https://a/1"),
    "listed twice, text alone": ([_item(title="a", text="b"), _item(title="a", text="b")], 1, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_how_many_entries_there_are(case: str) -> None:
    """And by what the first is known."""
    items, number, first = CASES[case]

    found = keys(items)

    assert len(set(found)) == number
    assert first is None or found[0] == first


@pytest.mark.parametrize("case", CASES)
def test_an_entry_keeps_its_key_in_another_order(case: str) -> None:
    """A newsroom that lists the oldest first tomorrow has no new entries."""
    items, _, _ = CASES[case]

    assert sorted(keys(items)) == sorted(keys(items[::-1]))


def test_an_entry_keeps_its_key_when_it_is_edited() -> None:
    """Title, text and the tracking of its link may change."""
    before = _item("g1", "http://a/1?utm_source=a", "Tiny mistke", "text")
    after = _item("g1", "https://a/1?utm_source=b", "Tiny mistake", "more text")

    assert keys([before]) == keys([after]) == ["g1"]
    assert keys([_item("", before.link, "x")]) == keys([_item("", after.link, "y")]) == ["https://a/1"]


def test_a_key_has_an_end() -> None:
    """Two long ones stay two."""
    first, second = keys([_item("g" * 5000), _item("g" * 5001)])

    assert len(first) < 100
    assert first != second


_TEXTS = st.text(alphabet="ab/:1", max_size=4)


@PATIENT
@given(
    st.lists(st.builds(_item, _TEXTS, st.sampled_from(["", "http://a/1", "http://a/2"]), _TEXTS, _TEXTS), max_size=8)
)
def test_items_that_say_the_same_are_one(items: list[Marks]) -> None:
    """A key for each, never empty, and the same for the same."""
    found = keys(items)

    assert all(found)
    assert len(found) == len(items)
    assert len(set(found)) <= len(set(items))
