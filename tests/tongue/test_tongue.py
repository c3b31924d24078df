"""Every sentence of the product has its Chinese, with the same slots; and what rules wrote in English is turned."""

from __future__ import annotations

import ast
import re
from contextlib import suppress
from pathlib import Path

import pytest

import tracker
from tests.tongue.spoken import sentences
from tracker import quantity
from tracker.tongue import heard, listed, many, say, speaking, zh, zh_rules

RULES = Path(tracker.__file__).parent / "rules"
SLOT = re.compile(r"\{(\w+)\}")
SPOKEN = sentences()


def test_nothing_that_is_said_lacks_its_chinese() -> None:
    """What the code says in English stands in the table."""
    assert sorted(SPOKEN - set(zh.SENTENCES)) == []


def test_nothing_stands_in_the_table_that_nobody_says() -> None:
    """But for words and reasons, which come from outside of the code that speaks."""
    assert sorted(set(zh.SENTENCES) - SPOKEN - set(zh.WORDS) - set(zh_rules.REASONS)) == []


@pytest.mark.parametrize("english", sorted({*zh.SENTENCES, *zh_rules.PATTERNS}))
def test_both_languages_have_the_same_slots(english: str) -> None:
    """A slot that is missing would lose a fact, one too many would break the sentence."""
    chinese = zh.SENTENCES.get(english) or zh_rules.PATTERNS[english]

    assert sorted(set(SLOT.findall(chinese))) == sorted(set(SLOT.findall(english)))
    assert not re.search(r"[A-Za-z]{2}", SLOT.sub("", chinese).replace("z 值", ""))


def _written() -> set[str]:
    """What rules write down: reasons and comparisons, with 7 in each slot."""
    found = set()
    for file in RULES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("nodata", "error"):
                found |= _samples(node.args[:1])
            elif isinstance(node, ast.keyword) and node.arg == "compared":
                found |= _samples([node.value])
    return found


def _samples(nodes: list[ast.expr]) -> set[str]:
    whole = [one for node in nodes if isinstance(node, ast.IfExp) for one in (node.body, node.orelse)]
    found = set()
    for node in whole or nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "7" for part in node.values]
            found.add("".join(str(part) for part in parts))
    return found


@pytest.mark.parametrize("written", sorted(_written()))
def test_what_rules_write_down_is_turned(written: str) -> None:
    """No English is left of any of their sentences."""
    with speaking("zh"):
        assert not re.search(r"[A-Za-z]{2}", quantity.retold(written)), quantity.retold(written)


@pytest.mark.parametrize(
    ("written", "turned"),
    [
        ("about CNY 4.5bn against < 5bn", "约45亿元（界限：低于 50亿）"),
        ("0 in 365d against < 1", "365 天内 0 次（界限：低于 1）"),
        ("target at least 100M devices by 2026-12-31", "目标至少1亿 devices，期限 2026-12-31"),
        ("20M to 25M devices against > 1M", "2,000万至2,500万 devices（界限：高于 100万）"),
        ("8x against warning < 10, critical < 3", "8倍（界限：注意低于 10，严重低于 3）"),
        ("cannot tell", "无法判断"),
        ("they failed to answer, and about 7", "they failed to answer, and about 7"),
        ("a and b: a holds, b is unknown", "a and b：a 成立，b 未知"),
        (
            "8x against a median of 9 of 3 peers: 0.89 against < 0.9",
            "8倍，3 家同业的中位数 9，比值 0.89（界限：低于 0.9）",
        ),
        ("2026-01-26 and v1.5", "2026-01-26 and v1.5"),
    ],
)
def test_numbers_and_limits_are_turned_with_their_sentences(written: str, turned: str) -> None:
    """Money by 亿, spans in days, limits in words; dates, versions and foreign sentences stay."""
    with speaking("zh"):
        assert quantity.retold(written) == turned
    assert quantity.retold(written) == written


def test_a_language_ends_where_it_was_spoken() -> None:
    """Also by an error; inside of it another one may be spoken."""
    with suppress(ZeroDivisionError), speaking("zh"):
        assert say("same") == "未变"
        with speaking("en"):
            assert (say("same"), many(2, "{n} day", "{n} days"), listed(["a", "b"])) == ("same", "2 days", "a, b")
        assert (many(2, "{n} day", "{n} days"), listed(["a", "b"]), heard("undone")) == ("2 天", "a，b", "已撤销")
        raise ZeroDivisionError
    assert say("same") == "same"


def test_foreign_text_is_never_a_sentence() -> None:
    """Braces in it are letters."""
    with speaking("zh"):
        assert say("{about}: {now}", about="{now}", now="{0} {x!r}") == "{now}：{0} {x!r}"
