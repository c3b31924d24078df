"""The contract with programs: every reading command in every form, its keys, its header, nothing else on stdout."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Run
from tests.support.command import environment, tracker
from tracker.cli.failing import run as run_command

#: The keys as docs and scripts know them, frozen.
KEYS = {
    "list": "indicator name group subject unit kind value lo hi op occurred published_at recorded_at source state health "
    "age_days target due next_check",
    "values": "subject indicator labels edition value lo hi op unit kind tier occurred_start occurred_end published_at "
    "recorded_at source url quote batch withdrawn note",
    "events": "key type subject title occurred_start occurred_end status amount mentions",
    "entries": "key source title link published_at recorded_at subjects",
    "alerts": "id indicator rule subject key state health severity episode since first_sent value summary acked muted as_of",
    "sources": "source kind state last_ok last_error next_due entries note",
    "status": "ok overdue failing outbox dead version",
}
COMMANDS = {name: (name, "growth") if name == "values" else (name,) for name in KEYS}
TIMES = {"published_at", "recorded_at", "occurred_start", "occurred_end", "since", "first_sent", "as_of", "next_check"}
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture(name="past", scope="module")
def _past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a value, an event with an amount, an alert that fires, and a source; nobody writes to it."""
    root = tmp_path_factory.mktemp("past")
    source = 'sources:\n  wire: {kind: feed, url: "https://example.org/feed"}\nindicators:'
    (root / "indicators.yaml").write_text(WATCH.replace("indicators:", source, 1), encoding="utf-8")
    for args in (
        ["record", "growth", "3.50x", "--label", "model=步", "--of", "2026-07"],
        ["record", "growth", "4x", "--of", "2026-07"],
        ["record", "rounds", "超50亿元", "--happened", "A轮", "--subject", "starbridge"],
        ["evaluate"],
    ):
        assert run_command(["--home", str(root), "--now", "2026-08-17", *args]) == 0
    return root


@pytest.fixture(name="lived")
def _lived(run: Run, past: Path) -> Run:
    """The command on that home."""
    return partial(run, home=past)


def test_the_keys_are_those_of_the_contract(shared: Path) -> None:
    """The list above is the one that is written down for everybody."""
    contract = (shared / "cli.md").read_text(encoding="utf-8").replace("\n", " ")
    for name, keys in KEYS.items():
        found = re.search(rf"[-·] {name}: (?:one object in the array: )?`([^`]+)`", contract)
        assert found is not None, name
        # An explanation in brackets is none of the keys.
        bare = found[1]
        while "(" in bare:
            bare = re.sub(r"\([^()]*\)", " ", bare)
        assert bare.replace(",", " ").split() == keys.split(), name


@pytest.mark.parametrize("name", KEYS)
def test_json_has_the_promised_keys_in_their_order(lived: Run, name: str) -> None:
    """One array of objects; times are UTC with Z, decimals are strings, labels are an object."""
    rows = lived(*COMMANDS[name], "-o", "json", code=0 if name != "status" else None).json

    assert rows
    for row in rows:
        assert list(row) == KEYS[name].split()
        for key in TIMES & row.keys():
            assert row[key] is None or UTC.fullmatch(row[key]), (key, row[key])
        for key in ("value", "lo", "hi"):
            assert isinstance(row.get(key), str | None), key


def test_values_are_exact_texts_and_labels_an_object(lived: Run) -> None:
    """3.50 stays a decimal, never a float; a row without labels has an empty object."""
    labelled, bare = sorted(lived("values", "growth", "-o", "json").json, key=lambda row: not row["labels"])

    assert (labelled["value"], labelled["lo"], labelled["op"]) == ("3.5", "3.5", "eq")
    assert labelled["labels"] == {"model": "步"}
    assert bare["labels"] == {}


def test_an_amount_is_an_object_and_absent_null(lived: Run) -> None:
    """超50亿元 is at least 5,000,000,000 CNY."""
    (event,) = lived("events", "-o", "json").json

    assert event["amount"] == {"lo": "5000000000", "hi": None, "op": "ge", "unit": "CNY"}


@pytest.mark.parametrize("name", KEYS)
def test_ndjson_is_the_same_rows_one_per_line(lived: Run, name: str) -> None:
    """A line each, no array around them."""
    stopped = [*COMMANDS[name], "-o"]
    lines = lived(*stopped, "ndjson", now="2026-08-18").out.splitlines()

    assert [json.loads(line) for line in lines] == lived(*stopped, "json", now="2026-08-18").json


@pytest.mark.parametrize("name", KEYS)
def test_csv_has_the_keys_as_its_header(lived: Run, name: str) -> None:
    """Lists and objects become cells that `import` reads: k=v;k=v."""
    said = lived(*COMMANDS[name], "-o", "csv")

    assert said.out.splitlines()[0] == KEYS[name].replace(" ", ",")
    if name == "values":
        assert "model=步" in {row["labels"] for row in said.csv}
    if name == "events":
        assert said.csv[0]["amount"] == ">=5000000000 CNY"


@pytest.mark.parametrize("name", KEYS)
def test_a_home_without_anything_answers_too(run: Run, root: Path, name: str) -> None:
    """CSV has its header, JSON is an array; reading makes no database."""
    assert run(*COMMANDS[name], "-o", "csv", code=0).out.splitlines()[0] == KEYS[name].replace(" ", ",")
    assert isinstance(run(*COMMANDS[name], "-o", "json", code=0).json, list)
    assert not (root / "db").exists()


@pytest.mark.parametrize("name", KEYS)
def test_a_table_in_a_pipe_has_no_escape_sequences(lived: Run, name: str) -> None:
    """`-o table | less` shows letters only; what is empty says so on the other stream."""
    said = lived(*COMMANDS[name], "-o", "table")

    assert "\x1b" not in said.out + said.err
    assert said.out or said.err


def test_without_a_terminal_the_form_is_csv(lived: Run) -> None:
    """A script that names no form gets one that it can read."""
    assert lived("list").out == lived("list", "-o", "csv").out


def test_a_process_writes_data_to_stdout_and_the_rest_to_stderr(root: Path) -> None:
    """`tracker record` prints its batch and nothing else; what it says to the person is on stderr."""
    stored = tracker("record", "growth", "45x", cwd=root)
    listed = tracker("list", "-o", "ndjson", cwd=root)

    assert re.fullmatch(r"[0-9a-f]{8}\n", stored.stdout)
    assert "45x" in stored.stderr
    assert "tracker undo " + stored.stdout.strip() in stored.stderr
    assert listed.stderr == ""
    assert json.loads(listed.stdout.splitlines()[0])["value"] == "45"


def test_short_commands_load_neither_pandas_nor_the_web(root: Path) -> None:
    """`list`, `record`, `alerts` and `check` start fast."""
    script = (
        "import sys; from tracker.cli.failing import run\n"
        "for args in (['list'], ['record', 'growth', '45x'], ['alerts'], ['check']): run(args)\n"
        "print(*sorted({'pandas', 'fastapi', 'uvicorn', 'httpx', 'apscheduler', 'feedparser'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment(), capture_output=True, text=True, check=True
    )

    assert done.stderr.splitlines()[-1] == ""
