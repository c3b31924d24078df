"""explain: for a rule what was known, compared, decided and said, as of any instant; for a text its reading."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, snapshot
from tests.support.web import Site
from tracker.settings import Home

NOW, LATER = "2026-08-17T12:00", "2026-08-18T12:00"
RULE_KEYS = (
    "rule indicator name subject as_of born state health reason episode severity since verdict compared value why asks known "
    "transitions hash declared decided_by edited alerts gates said held looks_again speaks_next"
).split()
ENTRY_KEYS = (
    "source key title link version published_at recorded_at subjects by_hand extractor names events quantities vetoes figures mentions"
).split()


@pytest.fixture(name="firing")
def _firing(run: Run) -> Run:
    """A home whose growth is too low since yesterday."""
    run("record", "growth", "40x", "--of", "2026-05", "--source", "半年报", now="2026-08-10", code=0)
    run("run", "--once", now="2026-08-10", code=0)
    run("record", "growth", "4x", "--of", "2026-07", "--source", "电话会议", now=NOW, code=0)
    run("run", "--once", now=NOW, code=0)
    return run


def _of(run: Run, name: str = "growth.low", *args: str, now: str = LATER) -> dict[str, Any]:
    (row,) = run("explain", name, "-o", "json", *args, now=now, code=0).json
    return row


def test_a_rule_says_why_it_fires(firing: Run, root: Path) -> None:
    """The row that decides, the comparison, the version, each step; and it changes nothing."""
    before = snapshot(root)
    row = _of(firing)

    assert list(row) == RULE_KEYS
    assert (row["state"], row["health"], row["episode"], row["since"]) == ("firing", "ok", 1, "2026-08-17T04:00:00Z")
    assert (row["verdict"], row["value"], row["compared"][-12:]) == ("breach", "4", "against < 10")
    assert row["declared"] == {"kind": "threshold", "fire": "< 10", "clear": ">= 12", "basis": "section 2"}
    assert row["decided_by"] == row["hash"]
    assert row["edited"] is False
    assert [(one["what"], one["source"], one["used"], one["hidden"]) for one in row["known"]] == [
        ("40x", "半年报", False, None), ("4x", "电话会议", True, None),
    ]  # fmt: skip
    assert [(one["at"], one["what"], one["rows"] == [row["known"][1]["seq"]]) for one in row["transitions"]] == [
        ("2026-08-17T04:00:00Z", "firing", True)
    ]
    assert [(one["receiver"], one["word"], one["state"]) for one in row["said"]] == [("folder", "firing", "sent")]
    assert (row["held"], row["gates"], row["speaks_next"]) == ([], [], None)
    assert snapshot(root) == before


def test_it_is_explained_as_it_stood_then(firing: Run) -> None:
    """Before the second value: nothing fires, nothing was said, and only the first one was known."""
    row = _of(firing, "growth.low", "--as-of", "2026-08-12")

    assert (row["state"], row["verdict"], row["value"]) == ("inactive", "clear", "40")
    assert [one["what"] for one in row["known"]] == ["40x"]
    assert (row["transitions"], row["said"], row["alerts"]) == ([], [], [])
    assert _of(firing, "growth.low", "--as-of", "2026-08-01")["born"] is None


def test_a_value_that_was_taken_back_is_marked(firing: Run, root: Path) -> None:
    """By what and since when it is not believed; the step that followed has its reason."""
    batch = firing("values", "growth", "-o", "json", now=NOW).json[-1]["batch"]
    firing("undo", batch, now=LATER, code=0)
    firing("run", "--once", now=LATER, code=0)

    row = _of(firing, now="2026-08-19")

    gone = row["known"][1]
    assert (gone["what"], gone["hidden_at"], gone["used"]) == ("4x", "2026-08-18T04:00:00Z", False)
    assert gone["hidden"]
    assert [(one["what"], one["reason"]) for one in row["transitions"]] == [("firing", None), ("resolved", "retracted")]


def test_what_rests_on_an_older_value_after_an_undo_is_held_for_its_receiver(run: Run) -> None:
    """Until it is decided on anew nothing is due of it; then the value that still counts is."""
    run("run", "--once", now="2026-08-10", code=0)
    run("record", "growth", "5x", "--of", "2026-06", now=NOW, code=0)
    batch = run("record", "growth", "4x", "--of", "2026-07", now=NOW, code=0).out.strip()
    run("evaluate", now=NOW, code=0)
    run("undo", batch, now=LATER, code=0)
    assert _of(run)["held"] == []
    run("mute", "--for", "3d", "--why", "known", now=LATER, code=0)
    run("evaluate", now=LATER, code=0)

    assert [(one["word"], one["why"]) for one in _of(run)["held"]] == [("firing", "it is muted")]


def test_what_waits_behind_a_failure_says_until_when(run: Run, root: Path) -> None:
    """In order per alert and receiver: the later message is tried when the earlier one is."""
    text = (root / "indicators.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "folder: {kind: markdown}", 'hook: {kind: webhook, url: "https://127.0.0.1:9/", allow_private: true}'
    )
    text = text.replace('fire: "< 10", clear: ">= 12"', 'levels: {warning: "< 10", critical: "< 3"}')
    (root / "indicators.yaml").write_text(text, encoding="utf-8")
    run("evaluate", now="2026-08-10", code=0)
    run("record", "growth", "4x", "--of", "2026-07", now="2026-08-11", code=0)
    run("evaluate", now="2026-08-11", code=0)
    run("deliver", now="2026-08-11", code=1)
    run("record", "growth", "2x", "--of", "2026-08-10", now="2026-08-11T00:00:30", code=0)
    run("evaluate", now="2026-08-11T00:00:30", code=0)

    said = _of(run, now="2026-08-11T00:00:30")["said"]
    assert [(one["word"], one["next_try"]) for one in said] == [
        ("firing", "2026-08-10T16:01:00Z"), ("update", "2026-08-10T16:01:00Z"),
    ]  # fmt: skip


def test_what_is_pending_says_when_it_fires(run: Run, root: Path) -> None:
    """If it goes on; the time for which data were missing does not count."""
    text = (root / "indicators.yaml").read_text(encoding="utf-8")
    (root / "indicators.yaml").write_text(text.replace('fire: "< 10"', 'fire: "< 10", for: 3d'), encoding="utf-8")
    run("evaluate", now="2026-08-10", code=0)
    run("record", "growth", "4x", "--of", "2026-07", now="2026-08-11", code=0)
    run("evaluate", now="2026-08-11", code=0)
    row = _of(run, now="2026-08-12")
    assert (row["state"], row["speaks_next"]["at"], row["speaks_next"]["what"]) == (
        "pending", "2026-08-13T16:00:00Z", "firing (warning)",
    )  # fmt: skip
    assert row["speaks_next"]["at"] == row["looks_again"]
    assert "2026-08-14" in run("digest", "--period", "2026-W33", now="2026-08-12", code=0).out.partition("## Ahead")[2]

    run("record", "growth", "8x..20x", "--of", "2026-08-11", now="2026-08-12", code=0)
    run("evaluate", now="2026-08-12", code=0)
    assert _of(run, now="2026-08-12")["speaks_next"] is None
    run("record", "growth", "5x", "--of", "2026-08-12", now="2026-08-13", code=0)
    run("evaluate", now="2026-08-13", code=0)
    row = _of(run, now="2026-08-13")
    assert row["speaks_next"]["at"] == row["looks_again"] == "2026-08-14T16:00:00Z"


def test_a_reason_that_changed_is_shown(run: Run) -> None:
    """Health is still `nodata`, but for another reason than at the beginning."""
    run("evaluate", now="2026-08-10", code=0)
    assert run("show", "growth", "-o", "json", now="2026-08-10").json[0]["reason"] == "no value yet"
    run("record", "growth", "8x..20x", now=NOW, code=0)
    run("evaluate", now=NOW, code=0)

    assert run("show", "growth", "-o", "json").json[0]["reason"] == "cannot tell"
    assert _of(run)["reason"] == "cannot tell"


def test_what_cannot_be_told_has_its_reason(run: Run) -> None:
    """An interval on both sides of the limit."""
    run("record", "growth", "8x..20x", now=NOW, code=0)
    run("run", "--once", now=NOW, code=0)

    row = _of(run)

    assert (row["state"], row["health"], row["reason"], row["verdict"], row["why"]) == (
        "inactive", "nodata", "cannot tell", "nodata", "cannot tell",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "gate", "why", "until"),
    [
        (["mute", "--rule", "growth.low", "--for", "7d", "--why", "known"], "mute", ": known", "2026-08-25T04:00:00Z"),
        (["ack", "1", "--as", "noise", "--why", "季节性"], "ack", "has seen it (noise): 季节性", None),
    ],
)
def test_what_people_answered_is_in_force(firing: Run, args: list[str], gate: str, why: str, until: str | None) -> None:
    """From then on, not before."""
    firing(*args, now=LATER, code=0)

    (row,) = _of(firing, now="2026-08-19")["gates"]

    assert (row["gate"], row["until"]) == (gate, until)
    assert row["why"].endswith(why)
    assert _of(firing, "growth.low", "--as-of", "2026-08-17T13:00")["gates"] == []


def test_what_a_mute_holds_back_is_told(run: Run) -> None:
    """The word that is due, to whom, until when."""
    run("run", "--once", now="2026-08-16", code=0)
    run("mute", "--rule", "growth.low", "--for", "3d", "--why", "known", now="2026-08-16", code=0)
    run("record", "growth", "4x", now=NOW, code=0)
    run("run", "--once", now=NOW, code=0)

    (held,) = _of(run)["held"]

    assert {key: held[key] for key in ("receiver", "word", "until", "why")} == {
        "receiver": "folder", "word": "firing", "until": "2026-08-18T16:00:00Z", "why": "it is muted",
    }  # fmt: skip


def test_of_an_event_that_was_taken_back_nothing_is_held(run: Run) -> None:
    """It was muted, then it was undone: there is nothing left to say."""
    run("run", "--once", now="2026-08-16", code=0)
    run("mute", "--rule", "news.told", "--for", "3d", "--why", "known", now="2026-08-16", code=0)
    run("record", "news", "--happened", "A轮", "--type", "funding", "--subject", "moonlake", now=NOW, code=0)
    run("run", "--once", now=NOW, code=0)
    row = _of(run, "news.told", "--subject", "moonlake", now=NOW)
    assert [(one["word"], one["why"]) for one in row["held"]] == [("event", "it is muted")]

    run("undo", "--", _batch(run), now=NOW, code=0)
    run("run", "--once", now=NOW, code=0)
    row = _of(run, "news.told", "--subject", "moonlake", now=NOW)
    assert (row["held"], row["known"][0]["hidden"] is not None) == ([], True)


def _batch(run: Run) -> str:
    (entry,) = run("entries", "-o", "json", now=NOW, code=0).json
    batch, _, _ = str(entry["key"]).partition(":")
    return batch


def test_an_edited_rule_says_so_until_it_is_looked_at(firing: Run, root: Path) -> None:
    """The steps are another version's; the comparison is this one's."""
    file = root / "indicators.yaml"
    before = _of(firing)["hash"]
    file.write_text(file.read_text(encoding="utf-8").replace('fire: "< 10"', 'fire: "< 11"'), encoding="utf-8")

    row = _of(firing)

    assert (row["edited"], row["decided_by"] == before, row["hash"] != before) == (True, True, True)
    assert row["compared"].endswith("against < 11")
    firing("run", "--once", now=LATER, code=0)
    assert _of(firing, now="2026-08-19")["edited"] is False


MORE = """\
watch: desk
timezone: Asia/Shanghai
receivers: {desk: {kind: markdown, quiet: [{from: "20:00", to: "08:00"}]}}
inhibit: [{source: growth.slow, target: growth.low}]
subjects: {starbridge: {name: Starbridge}, moonlake: {name: Moonlake}}
indicators:
  growth:
    name: Growth
    unit: x
    subjects: [starbridge, moonlake]
    targets: [{value: ">=100", by: 2026-12-31}]
    rules:
      low: {kind: threshold, fire: "< 10"}
      slow: {kind: threshold, fire: "< 20", repeat: 30d}
      both: {kind: composite, when: low and slow}
      stale: {kind: stale, every: 30d}
      day: {kind: due, before: [30d]}
"""


@pytest.fixture(name="more")
def _more(home: Callable[..., Home], run: Run) -> Callable[..., Any]:
    """A home with rules of several kinds, of which one keeps another quiet; its receiver sleeps at night."""
    root = home(MORE, name="more").root

    def more(*args: str, now: str = NOW, code: int | None = 0) -> Any:
        return run(*args, now=now, home=root, code=code)

    more("run", "--once", now="2026-08-16T09:00")
    more("record", "growth", "4x", "--subject", "starbridge", now="2026-08-16T21:00")
    more("run", "--once", now="2026-08-16T21:00")
    return more


def test_one_row_per_subject_and_what_is_not_for_now(more: Callable[..., Any]) -> None:
    """Quiet hours and another rule hold the word back; each gate is named with its end."""
    rows = more("explain", "growth.low", "-o", "json", now="2026-08-16T22:00").json

    assert [(row["subject"], row["state"], row["reason"]) for row in rows] == [
        ("starbridge", "firing", None), ("moonlake", "inactive", "no value yet"),
    ]  # fmt: skip
    assert [(one["gate"], one["why"]) for one in rows[0]["gates"]] == [
        ("inhibit", "growth.slow fires"), ("quiet", "quiet hours"),
    ]  # fmt: skip
    assert rows[0]["held"][0]["why"] == "another rule that fires keeps it quiet"
    (slow,) = more("explain", "growth.slow", "--subject", "starbridge", "-o", "json", now="2026-08-16T22:00").json
    assert (slow["held"][0]["why"], slow["held"][0]["until"]) == ("quiet hours", "2026-08-17T00:00:00Z")


def test_what_comes_next(more: Callable[..., Any]) -> None:
    """A deadline that is played forward, a target's day, a repeat."""
    more("run", "--once", now="2026-08-17T09:00")

    def row(name: str) -> dict[str, Any]:
        found: dict[str, Any] = more("explain", name, "--subject", "starbridge", "-o", "json").json[0]
        return found

    assert row("growth.stale")["speaks_next"]["at"] == row("growth.stale")["looks_again"] == "2026-09-15T13:00:00Z"
    assert row("growth.day")["speaks_next"]["what"] == "upcoming"
    assert (row("growth.day")["verdict"], row("growth.day")["known"][0]["role"]) == (None, "target")
    (repeat,) = row("growth.slow")["held"]
    assert (repeat["word"], repeat["until"]) == ("repeat", "2026-09-16T01:00:00Z")


def test_a_composite_says_what_it_asks(more: Callable[..., Any]) -> None:
    """Each rule with whether it holds; null while it cannot tell."""
    here, there = more("explain", "growth.both", "-o", "json").json

    assert here["asks"] == [{"rule": "low", "holds": True}, {"rule": "slow", "holds": True}]
    assert [one["holds"] for one in there["asks"]] == [None, None]
    assert there["why"].startswith("cannot tell: low")


def test_a_page_for_people(firing: Run) -> None:
    """Sentences and tables, also off a terminal; the Chinese columns stand one below the other."""
    said = firing("explain", "growth.low", now=LATER, code=0).out

    for words in (
        "growth.low of starbridge, as of 2026-08-18 12:00",
        "firing (warning), episode 1 since 2026-08-17 12:00; health ok",
        "against < 10: breach",
        "kind: threshold, fire: < 10, clear: >= 12, basis: section 2",
        "held back: nothing",
        "when something arrives",
    ):
        assert words in said, words
    (first, second) = (line for line in said.splitlines() if "半年报" in line or "电话会议" in line)
    assert (first[:10], second[:10]) == ("   2026-05", "*  2026-07")
    assert first.index("半年报") == second.index("电话会议")


def test_ndjson_is_one_object_per_line(firing: Run) -> None:
    """The same rows."""
    said = firing("explain", "growth.low", "-o", "ndjson", now=LATER, code=0).out
    assert [json.loads(line) for line in said.splitlines()] == [_of(firing)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("growth.lo", "no rule and no entry 'growth.lo'; did you mean growth.low?"),
        ("low", "did you mean growth.low?"),
        ("growth", "its rules are growth.low"),
        ("revenue", "the indicator revenue has no rules"),
        ("光明", "a rule is INDICATOR.RULE, an entry SOURCE:KEY"),
        ("", "a rule is INDICATOR.RULE"),
        (" ", "nothing is named"),
        ("growth.low.x", "did you mean growth.low?"),
    ],
)
def test_a_name_that_nothing_has(firing: Run, name: str, words: str) -> None:
    """Exit 2, one sentence."""
    said = firing("explain", name, now=LATER, code=2)
    assert words in said.err
    assert said.out == ""
    assert "moonlke" in firing("explain", "growth.low", "--subject", "moonlke", now=LATER, code=2).err


# --- texts

NEWS = """\
watch: desk
timezone: Asia/Shanghai
receivers: {folder: {kind: markdown}}
subjects:
  stepfun: {name: StepFun, aliases: [阶跃星辰]}
sources:
  one: {kind: feed, url: "URL/one", allow_private: true, every: 1h}
  two: {kind: feed, url: "URL/two", allow_private: true, every: 1h}
indicators:
  rounds: {name: Rounds, event: funding, subject: stepfun, rules: {told: {kind: event}}}
"""
FEED_ONE = [
    ("a1", "阶跃星辰完成超50亿元B+轮融资", "2026-08-17T08:00:00+08:00"),
    ("a2", "消息称阶跃星辰否认融资传闻", "2026-08-17T09:00:00+08:00"),
    ("a3", "今天天气很好", "2026-08-17T09:30:00+08:00"),
]
FEED_TWO = [("b1", "StepFun raises over RMB 5bn in Series B+ funding", "2026-08-17T10:00:00+08:00")]


@pytest.fixture(name="read")
def _read(home: Callable[..., Home], run: Run) -> Iterator[Callable[..., Any]]:
    """A home that has read two feeds on the small internet, the second one an hour after the first."""
    with Site() as site:
        root = home(NEWS.replace("URL", site.url), name="news").root
        site.put("/one", _rss(FEED_ONE[:1]))
        site.put("/two", _rss([]))

        def read(*args: str, now: str = "2026-08-17T12:30", code: int | None = 0) -> Any:
            return run(*args, now=now, home=root, code=code)

        read("run", "--once", now="2026-08-17T08:30")
        site.put("/one", _rss(FEED_ONE))
        site.put("/two", _rss(FEED_TWO))
        read("run", "--once", now="2026-08-17T12:00")
        yield read


def _rss(items: list[tuple[str, str, str]]) -> str:
    told = "".join(
        f"<item><guid isPermaLink='false'>{key}</guid><title>{title}</title><pubDate>{at}</pubDate>"
        f"<link>https://x.example/{key}</link></item>"
        for key, title, at in items
    )
    return f"<rss version='2.0'><channel><title>t</title><link>https://x.example/</link>{told}</channel></rss>"


def test_a_text_says_how_it_was_read(read: Callable[..., Any]) -> None:
    """The phrases with their distance, whose event it is, the sum, and the event that it became the first word of."""
    (row,) = read("explain", "one:a1", "-o", "json").json

    assert list(row) == ENTRY_KEYS
    assert (row["source"], row["key"], row["title"], row["subjects"]) == ("one", "a1", FEED_ONE[0][1], ["stepfun"])
    assert row["names"] == [{"subject": "stepfun", "name": "阶跃星辰", "person": None, "start": 0, "end": 4}]
    (event,) = row["events"]
    assert (event["type"], event["subject"], event["modality"]) == ("funding", "stepfun", "actual")
    assert event["why"].startswith("funding: ")
    assert "widest gap" in event["why"]
    assert {key: event["amount"][key] for key in ("lo", "unit")} == {"lo": "5000000000", "unit": "CNY"}
    (mention,) = row["mentions"]
    assert (mention["event"], mention["role"], mention["why"]) == (event["event"], "first", "first report")


def test_a_second_report_says_what_tied_it_to_the_event(read: Callable[..., Any]) -> None:
    """In another language, from another source; named by a part of its title, letter case aside."""
    (first,) = read("explain", "a1", "-o", "json").json
    (row,) = read("explain", "series b+ FUNDING", "-o", "json").json

    assert (row["source"], row["key"]) == ("two", "b1")
    (mention,) = row["mentions"]
    assert (mention["event"], mention["role"], mention["why"]) == (
        first["mentions"][0]["event"], "echo", "type + subject + window",
    )  # fmt: skip
    assert row["events"][0]["event"] == mention["event"]


def test_a_text_that_reports_nothing_says_why(read: Callable[..., Any]) -> None:
    """No declared name, or no event."""
    (row,) = read("explain", "今天", "-o", "json").json
    assert (row["subjects"], row["names"], row["events"], row["mentions"]) == ([], [], [], [])

    said = read("explain", "今天").out
    for words in ("title", "no declared subject", "read: no event", "nearly read: nothing", "mention of: no event"):
        assert words in said, words


def test_a_page_about_a_text(read: Callable[..., Any]) -> None:
    """What a person sees."""
    said = read("explain", "one:a1").out

    for words in ("one:a1", FEED_ONE[0][1], "阶跃星辰 (stepfun)", "funding", "first report", "at least 5000000000"):
        assert words in said.replace(">=", "at least "), words


def test_several_texts_of_one_title_are_each_explained(read: Callable[..., Any]) -> None:
    """Each is an entry of its own; one that is not there is not guessed."""
    rows = read("explain", "融资", "-o", "json").json
    assert [(row["source"], row["key"]) for row in rows] == [("one", "a1"), ("one", "a2")]

    assert "did you mean the entry '今天天气很好'?" in read("explain", "今天天气不好", code=2).err
    assert "no rule and no entry 'one:a9'" in read("explain", "one:a9", code=2).err
    assert "no rule and no entry" in read("explain", "b1", "--as-of", "2026-08-17T09:00", code=2).err


def test_what_a_person_wrote_down_was_not_read(run: Run) -> None:
    """It is an entry and a mention too."""
    run("record", "rounds", "--happened", "A轮", "--subject", "moonlake", "--of", "2026-08-01", now=NOW, code=0)

    (row,) = run("explain", "A轮", "-o", "json", now=LATER, code=0).json

    assert (row["source"], row["by_hand"], row["events"]) == ("hand", True, [])
    assert [(one["type"], one["subject"], one["role"]) for one in row["mentions"]] == [("funding", "moonlake", "first")]
    assert "a person wrote it down" in run("explain", "A轮", now=LATER, code=0).out
