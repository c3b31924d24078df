"""`record`: values and events as people write them; what cannot be meant is refused, and then nothing is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, snapshot

NOW = "2026-08-17T12:00"


@pytest.mark.parametrize(
    ("value", "recorded", "lo", "hi", "op", "unit"),
    [
        ("-3.1", "-3.1", "-3.1", "-3.1", "eq", "x"),
        ("-.5", "-0.5", "-0.5", "-0.5", "eq", "x"),
        ("45x", "45", "45", "45", "eq", "x"),
        ("45", "45", "45", "45", "eq", "x"),
        (">=100M", ">=100000000", "100000000", None, "ge", "x"),
        ("20M..25M", "20000000..25000000", "20000000", "25000000", "range", "x"),
        ("~5", "5", "5", "5", "approx", "x"),
        ("1.2亿", "120000000", "120000000", "120000000", "eq", "x"),
        ("1,234.50", "1234.5", "1234.5", "1234.5", "eq", "x"),
        ("12%", "12", "12", "12", "eq", "%"),
        ("近25亿美元", "2500000000", "2500000000", "2500000000", "approx", "USD"),
    ],
)
def test_a_value_is_read_as_it_is_written(
    run: Run, value: str, recorded: str, lo: str | None, hi: str | None, op: str, unit: str
) -> None:
    """The forms of the contract, and the sign that other programs take for an option."""
    run("record", "growth", value, code=0)
    (row,) = run("values", "growth", "-o", "json").json

    assert (row["value"], row["lo"], row["hi"], row["op"], row["unit"]) == (recorded, lo, hi, op, unit)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2025", "2024-12-31T16:00:00Z", "2025-12-31T16:00:00Z"),
        ("2026-H1", "2025-12-31T16:00:00Z", "2026-06-30T16:00:00Z"),
        ("2026-Q1", "2025-12-31T16:00:00Z", "2026-03-31T16:00:00Z"),
        ("2026-05", "2026-04-30T16:00:00Z", "2026-05-31T16:00:00Z"),
        ("2026-05-09", "2026-05-08T16:00:00Z", "2026-05-09T16:00:00Z"),
        ("2024-07..2024-12", "2024-06-30T16:00:00Z", "2024-12-31T16:00:00Z"),
        ("..2025-11", None, "2025-11-30T16:00:00Z"),
        ("2026", "2025-12-31T16:00:00Z", "2026-08-17T04:00:00Z"),  # an actual ends when it is published
        (None, "2026-08-16T16:00:00Z", "2026-08-17T04:00:00Z"),  # the day of its publication
    ],
)
def test_a_period_is_local_days(run: Run, period: str | None, start: str | None, end: str) -> None:
    """Half-open, in the zone of the watch, told in UTC."""
    run("record", "growth", "45x", *(["--of", period] if period else []), now=NOW, code=0)
    (row,) = run("values", "growth", "-o", "json", now=NOW).json

    assert (row["occurred_start"], row["occurred_end"]) == (start, end)


def test_everything_that_can_be_said_of_a_value_is_kept(run: Run) -> None:
    """Source, link, labels, edition, note, publication, and the batch that undoes it."""
    done = run(
        *("record", "growth", "45x", "--kind", "estimate", "--published", "2026-08-01", "--of", "2026-Q2"),
        *("--source", "年报", "--url", "https://example.org/a", "--label", "b=2", "--label", "a=1 x"),
        *("--edition", "second", "--note", "as said"),
        now=NOW,
        code=0,
    )
    (row,) = run("values", "growth", "-o", "json", now=NOW).json

    assert row["labels"] == {"a": "1 x", "b": "2"}
    assert (row["kind"], row["edition"], row["note"]) == ("estimate", "second", "as said")
    assert (row["source"], row["url"]) == ("年报", "https://example.org/a")
    assert (row["published_at"], row["recorded_at"]) == ("2026-07-31T16:00:00Z", "2026-08-17T04:00:00Z")
    assert row["batch"] == done.out.strip()


def test_a_value_in_another_unit_is_a_series_of_its_own_and_that_is_said(run: Run) -> None:
    """$5M on an indicator in CNY is stored as USD, beside it."""
    run("record", "revenue", "1亿", now=NOW, code=0)
    said = run("record", "revenue", "$5M", now=NOW, code=0)
    rows = run("values", "revenue", "-o", "json", now=NOW).json

    assert "in USD, not in CNY" in said.err
    assert [(row["value"], row["unit"]) for row in rows] == [("100000000", "CNY"), ("5000000", "USD")]


@pytest.mark.parametrize(
    ("said", "value", "shown"),
    [("yes", "1", "yes"), ("No", "0", "no"), ("是", "1", "yes"), ("否", "0", "no"), ("1", "1", "yes")],
)
def test_what_is_so_or_is_not_is_said_in_words(run: Run, said: str, value: str, shown: str) -> None:
    """Kept as 1 or 0, told as yes or no."""
    done = run("record", "open", said, now=NOW, code=0)
    (row,) = run("values", "open", "-o", "json", now=NOW).json

    assert f"open of starbridge: {shown} (actual" in done.err
    assert (row["value"], row["unit"]) == (value, "yes/no")
    assert f" {shown} " in run("values", "open", "-o", "table", now=NOW).out


def test_an_estimate_of_a_running_period_says_from_when_it_counts(run: Run) -> None:
    """A level is dated by the end of its period: until then no rule sees it, and `show` says why."""
    args = ("record", "growth", "4x", "--kind", "estimate", "--of", "2026-Q3")
    for more in (("-n",), ()):
        assert "rules count it from 2026-10-01\n" in run(*args, *more, now=NOW, code=0).err
    (row,) = run("show", "growth", "-o", "json", now=NOW).json
    assert row["counts_from"] == "2026-09-30T16:00:00Z"
    assert "counts from" in run("show", "growth", "-o", "table", now=NOW).out

    (row,) = run("show", "growth", "-o", "json", now="2026-10-01").json
    assert (row["value"], row["counts_from"]) == ("4", None)
    assert "count it from" not in run("record", "growth", "5x", "--of", "2026-Q3", now=NOW, code=0).err


def test_what_was_said_before_is_not_stored_again(run: Run) -> None:
    """The same value of the same source for the same period adds no row, and says so."""
    run("record", "growth", "45x", "--of", "2026-07", now=NOW, code=0)
    again = run("record", "growth", "45x", "--of", "2026-07", now=NOW, code=0)

    assert again.out == ""
    assert "known already" in again.err
    assert len(run("values", "growth", "--vintages", "-o", "json", now=NOW).json) == 1


def test_a_subject_that_the_indicator_does_not_name_is_kept(run: Run) -> None:
    """A row may speak of any declared subject; the board then has a row for it."""
    run("record", "growth", "3x", "--subject", "moonlake", now=NOW, code=0)

    rows = run("list", "-o", "json", now=NOW).json
    assert [row["value"] for row in rows if (row["indicator"], row["subject"]) == ("growth", "moonlake")] == ["3"]


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["growht", "45x"], 3, "did you mean 'growth'"),
        (["zzz", "45x"], 3, "tracker list"),
        (["growth", "45x", "--subject", "moonlke"], 3, "did you mean 'moonlake'"),
        (["news", "--happened", "X", "--type", "funding"], 3, "say which subject"),
        (["growth", "12,34"], 3, "a comma groups three digits"),
        (["growth", "many"], 3, "no number"),
        (["growth", ""], 3, "value"),
        (["growth"], 2, "VALUE is missing"),
        (["growth", "45x", "--of", "20266"], 3, "the year 20266 lies outside"),
        (["growth", "45x", "--of", "2026-02-30"], 3, "no such day"),
        (["growth", "45x", "--of", "2027"], 3, "begins after it was published"),
        (["growth", "45x", "--of", "2027", "--published", "2028-01-01"], 3, "has not come yet"),
        (["growth", "45x", "--published", "someday"], 3, "no date"),
        (["growth", "45x", "--kind", "target"], 3, "by which it is due"),
        (["growth", "45x", "--kind", "target", "--by", "soon"], 3, "no date"),
        (["growth", "45x", "--by", "2026-12-31"], 2, "--by goes with --kind target"),
        (["growth", "45x", "--kind", "wish"], 2, "'wish'"),
        (["growth", "45x", "--url", "javascript:alert(1)"], 2, "is no address that can be followed"),
        (["growth", "45x", "--url", "https:example"], 2, "is no address that can be followed"),
        (["rounds", "--happened", "X", "--subject", "moonlake", "--url", "data:text/html,x"], 2, "is no address"),
        (["open", "5"], 3, "neither yes nor no"),
        (["open", "perhaps"], 3, "write yes, no"),
        (["growth", "45x", "--label", "model"], 2, "K=V"),
        (["growth", "45x", "--label", "a=1;b=2"], 2, "semicolon"),
        (["growth", "45x", "--label", "a=1", "--label", "a=2"], 2, "second label"),
        (["growth", "45x", "--nte", "x"], 2, "--note"),
        (["growth", "45x", "-3"], 2, "extra argument (-3)"),
        (["growth", "45x", "--type", "funding"], 2, "--type does not go with a VALUE"),
        (["growth", "--happened", "X"], 3, "has values, not events"),
        (["rounds", "5", "--subject", "moonlake"], 3, "has events, not values"),
        (["attention", "5"], 3, "counts the texts"),
        (["attention", "--happened", "X"], 3, "counts the texts"),
        (["news", "--happened", "X", "--subject", "moonlake"], 3, "one of funding, departure"),
        (["news", "--happened", "X", "--subject", "moonlake", "--type", "fundng"], 3, "did you mean 'funding'"),
        (["news", "--happened", "X", "--kind", "rumour"], 2, "--kind does not go with --happened"),
        (["news", "--happened", "X", "--status", "lapsed"], 2, "'lapsed'"),
        (["growth", "45x", "--note", "half \ud800"], 2, "half a character"),
        (["growth", "\udcff"], 2, "half a character"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, root: Path, args: list[str], code: int, words: str) -> None:
    """One clear message, no row."""
    said = run("record", *args, now=NOW, code=code)

    assert words in said.err
    assert said.out == ""
    assert not snapshot(root).get("observation")


@pytest.mark.parametrize("option", ["--home", "--now", "-v", "--verbose", "--version"])
def test_a_global_option_after_the_command_is_told_its_place(run: Run, option: str) -> None:
    """`tracker record growth 45x --now …` is a slip with one remedy."""
    said = run("record", "growth", "45x", option, "x", code=2)

    assert f"{option} goes before the command: tracker {option} … record" in said.err


def test_a_target_has_a_day(run: Run) -> None:
    """It is due at the end of that day, and it is no value of the board."""
    run("record", "growth", ">=100x", "--kind", "target", "--by", "2026-12-31", "--of", "2026", now=NOW, code=0)
    (row,) = [one for one in run("list", "-o", "json", now=NOW).json if one["indicator"] == "growth"]

    assert (row["target"], row["due"], row["value"]) == (">=100", "2026-12-31", None)


def test_an_event_by_hand_has_a_text_of_its_own(run: Run) -> None:
    """It can be traced: an entry and a mention, with the status that its source gives it."""
    args = ("--subject", "moonlake", "--type", "departure", "--of", "2026-08", "--status", "rumoured")
    run("record", "news", "--happened", "月湖科技首席科学家离职", *args, now=NOW, code=0)
    (event,) = run("events", "-o", "json", now=NOW).json
    (entry,) = run("entries", "-o", "json", now=NOW).json

    assert (event["type"], event["subject"], event["status"]) == ("departure", "moonlake", "rumoured")
    assert (event["title"], event["mentions"], event["amount"]) == ("月湖科技首席科学家离职", 1, None)
    assert (entry["source"], entry["subjects"]) == ("hand", ["moonlake"])


def test_an_event_takes_its_amount_as_the_value(run: Run) -> None:
    """`record rounds '$2.5bn' --happened …`; the type is the only one there is."""
    run("record", "rounds", "$2.5bn", "--happened", "Series C", "--subject", "moonlake", now=NOW, code=0)
    (event,) = run("events", "-o", "json", now=NOW).json

    assert event["type"] == "funding"
    assert event["amount"] == {"lo": "2500000000", "hi": "2500000000", "op": "eq", "unit": "USD"}


@pytest.mark.parametrize("made_before", [False, True])
def test_dry_changes_nothing(run: Run, root: Path, made_before: bool) -> None:
    """`-n` says what would be stored; no row, and where there is no database, none is made."""
    if made_before:
        run("record", "growth", "1x", now=NOW, code=0)
    before = snapshot(root)
    value = run("record", "growth", "45x", "-n", now=NOW, code=0)
    event = run("record", "rounds", "--happened", "A轮", "--subject", "moonlake", "-n", now=NOW, code=0)

    assert (value.out, event.out) == ("", "")
    assert "would store" in value.err
    assert "45x" in value.err
    assert "A轮" in event.err
    assert snapshot(root) == before
    assert (root / "db").exists() is made_before


def test_undo_restores_what_was_believed_before(run: Run) -> None:
    """Also where the batch corrected an older value; twice is refused, and so is what is no batch."""
    run("record", "growth", "4x", "--of", "2026-07", now="2026-08-17T10:00", code=0)
    before = run("values", "growth", "-o", "json", now="2026-08-17T13:00").out
    batch = run("record", "growth", "5x", "--of", "2026-07", now="2026-08-17T11:00", code=0).out.strip()
    assert run("values", "growth", "-o", "json", now="2026-08-17T13:00").json[0]["value"] == "5"

    assert run("undo", batch, now="2026-08-17T12:00", code=0).out == "1 row withdrawn\n"

    assert run("values", "growth", "-o", "json", now="2026-08-17T13:00").out == before
    assert "undone before" in run("undo", batch, now="2026-08-17T12:30", code=2).err
    assert "no batch" in run("undo", "nonsense", code=2).err
    (four, five) = run("values", "growth", "--vintages", "-o", "json").json
    assert (four["withdrawn"], five["withdrawn"], five["batch"]) == (None, "undone", batch)


def test_what_was_undone_can_be_said_again(run: Run) -> None:
    """A withdrawn value is no reason to take the next one for a repetition."""
    batch = run("record", "growth", "4x", "--of", "2026-07", now=NOW, code=0).out.strip()
    run("undo", batch, now=NOW, code=0)
    run("record", "growth", "4x", "--of", "2026-07", now=NOW, code=0)

    assert [row["value"] for row in run("values", "growth", "-o", "json").json] == ["4"]


def test_an_event_is_undone_with_its_mention(run: Run) -> None:
    """It is as if it had never been said."""
    batch = run("record", "rounds", "--happened", "A轮", "--subject", "moonlake", now=NOW, code=0).out.strip()
    run("undo", batch, now=NOW, code=0)

    assert run("events", "-o", "json").json == []
