"""Reading titles: events beside one `re` alternation of as many phrases, growth with the size of a text, money beside its peers.

The titles are the invented ones of the tests, so that a fresh checkout measures the same. The peers of money (quantulum3 for
English, jionlp for Chinese) want other versions of other libraries; TRACKER_BENCH_PEERS names a Python that has both.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from tests.quantity.test_finding import FOUND
from tracker import quantity
from tracker.extraction import Reader, Text
from tracker.model.declared import Subject
from tracker.pipeline.reading.readers import built_in
from tracker.quantity import CURRENCIES

TITLES = Path(__file__).parents[1] / "tests" / "extraction" / "headlines.tsv"
TIMES, PHRASES, SUBJECTS = 10, 500, 50
#: Sums as plainly as English writes them, so that the traps of the tests are not all that is counted.
_PLAIN = [
    ("Acme raises $2.5 billion", [("2500000000", "USD", "eq", "amount")]),
    ("Acme raises $40 million from Harrow Ventures", [("40000000", "USD", "eq", "amount")]),
    ("a fine of 30 million euros", [("30000000", "EUR", "eq", "amount")]),
    ("Acme bags 400,000 dollars", [("400000", "USD", "eq", "amount")]),
    ("sold for 12 million dollars", [("12000000", "USD", "eq", "amount")]),
]
#: Each peer reads JSON texts, one a line, and writes for each the sums that it found: [value, currency].
_PEERS = {
    "quantulum3 (English)": """
from quantulum3 import parser
def sums(text):
    return [[str(q.value), q.unit.name] for q in parser.parse(text) if q.unit.entity.name == "currency"]
""",
    "jionlp (Chinese)": """
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    import jionlp
def sums(text):
    found = jionlp.ner.extract_money(text, with_parsing=True) or []
    return [[n, one["detail"]["case"]] for one in found for n in ([one["detail"]["num"]] if isinstance(one["detail"]["num"], str)
            else one["detail"]["num"])]
""",
}
_LOOP = """
import json, sys, time
texts = [json.loads(line) for line in sys.stdin]
sums(texts[0])
start = time.process_time()
found = [sums(text) for text in texts]
print(json.dumps({"seconds": time.process_time() - start, "found": found}))
"""
_NAMES = {
    "United States dollar": "USD",
    "dollar": "USD",
    "chinese yuan": "CNY",
    "hong kong dollar": "HKD",
    "pound sterling": "GBP",
    "yuan": "CNY",
    "euro": "EUR",
    "元": "CNY",
    "美元": "USD",
    "港元": "HKD",
}


def measure() -> Iterator[Sequence[str]]:
    """(what, texts a second or milliseconds, what came of it)."""
    lines = TITLES.read_text(encoding="utf-8").splitlines()
    titles = [line.split("\t")[2] for line in lines if not line.startswith("#")] * TIMES
    subjects = {f"s{n}": Subject(key=f"s{n}", name=f"Company{n}", aliases=(f"公司{n}",)) for n in range(SUBJECTS)}
    reader = Reader(subjects, built_in())
    words = sorted({phrase for listed in built_in()["words"].values() for phrase in map(str, listed)})
    events = sum(len(reader.read(Text(title), any_subject=True).events) for title in titles)
    rate = _rate(titles, lambda title: reader.read(Text(title), any_subject=True))
    yield (
        f"events, numbers and subjects ({len(words)} phrases, {SUBJECTS} subjects)",
        f"{rate:,.0f}/s",
        f"{events // TIMES} events",
    )
    for count in (PHRASES, len(words)):
        plain = re.compile(
            "|".join(re.escape(word) for word in sorted(words[:count], key=len, reverse=True)), re.IGNORECASE
        )
        rate = _rate(titles, plain.findall)
        yield f"`re` alternation of {count} of these phrases, and nothing else", f"{rate:,.0f}/s", "hits, no events"
    yield from _growth(reader)
    yield from _money()


def _rate(texts: Sequence[str], read: Callable[[str], object]) -> float:
    start = time.process_time()
    for text in texts:
        read(text)
    return len(texts) / (time.process_time() - start)


def _growth(reader: Reader) -> Iterator[Sequence[str]]:
    """What is hostile, at sizes that double up to 1 MB: time must not grow faster than the text."""
    for name, piece in (
        ("a thousand numbers", "1亿 "),
        ("quotation marks", "'"),
        ("names", "Aa-"),
        ("news", "公司1完成3亿元融资，"),
    ):
        spent = []
        for size in (125_000, 250_000, 500_000, 1_000_000):
            text = Text(piece * (size // len(piece)))
            start = time.process_time()
            reader.read(text, any_subject=True)
            spent.append(f"{(time.process_time() - start) * 1000:.0f}")
        yield f"{name}, 125, 250, 500, 1000 kB", " · ".join(spent) + " ms", ""


def _money() -> Iterator[Sequence[str]]:
    gold = {
        text: {(one[0], one[1]) for one in wanted if one[1] in CURRENCIES and one[2] == "eq"}
        for text, wanted in (*FOUND, *_PLAIN)
    }
    for name, latin in (("quantulum3 (English)", True), ("jionlp (Chinese)", False)):
        texts = [text for text in gold if text.isascii() is latin and gold[text]]
        wanted = sum(len(gold[text]) for text in texts)
        start = time.process_time()
        own = [
            {(quantity.as_recorded(f.quantity), f.quantity.unit) for f in quantity.find(text)} for text in texts * 50
        ]
        rate = len(own) / (time.process_time() - start)
        right = sum(len(gold[text] & found) for text, found in zip(texts, own, strict=False))
        yield f"money, own, the texts for {name}", f"{rate:,.0f}/s", f"{right} of {wanted} sums"
        yield f"money, {name}", *_peer(name, texts, gold)


def _peer(name: str, texts: list[str], gold: dict[str, set[tuple[str, str]]]) -> tuple[str, str]:
    """How fast a peer is and what it finds; what it cannot say is said."""
    python = os.environ.get("TRACKER_BENCH_PEERS")
    if not python:
        return "-", "not measured: TRACKER_BENCH_PEERS names no Python"
    given = "\n".join(json.dumps(text) for text in texts * 5)
    ran = subprocess.run([python, "-c", _PEERS[name] + _LOOP], input=given, capture_output=True, text=True, check=False)
    if ran.returncode:
        return "-", f"failed: {ran.stderr.strip().splitlines()[-1]}"
    said = json.loads(ran.stdout.splitlines()[-1])
    right = sum(_right(gold[text], found) for text, found in zip(texts, said["found"], strict=False))
    return f"{len(said['found']) / said['seconds']:,.0f}/s", f"{right} of {sum(len(gold[text]) for text in texts)} sums"


def _right(wanted: set[tuple[str, str]], found: Iterable[Sequence[str]]) -> int:
    got = {(Decimal(value).normalize(), _NAMES.get(unit, unit)) for value, unit in found}
    return sum((Decimal(value).normalize(), unit) in got for value, unit in wanted)
