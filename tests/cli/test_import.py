"""`import`: all rows or none, and every bad one at its file, line and column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, snapshot
from tests.support.command import tracker

Write = Callable[..., Path]

HEADER = "subject,indicator,happened,value,unit,of,kind,by,labels,edition,key,published,source,url,note\n"
NOW = "2026-08-17T12:00"


def test_every_column_is_kept(run: Run, write: Write) -> None:
    """Values and events in one file, one batch."""
    text = (
        HEADER + "starbridge,growth,,>=45x,x,2024-H2,estimate,,b=2;a=1,basis unstated,,2025-11-30,"
        '"StepFun analysis, 2.2",https://example.org/a,"""45x"""\n'
        "starbridge,revenue,,10bn,CNY,2026,target,2026-12-31,,,,2025-11-30,plan,,\n"
        "moonlake,news,B轮,$100M,USD,2024-06,actual,,round=B,,funding:b,2025-11-30,press,,\n"
        "moonlake,news,B轮,,,2024-06,rumour,,,,funding:b,2025-11-30,other,,\n"
    )
    done = run("import", str(write(text)), now=NOW, code=0)
    (value,) = run("values", "growth", "-o", "json").json
    (target,) = run("values", "revenue", "-o", "json").json
    (event,) = run("events", "-o", "json").json

    assert "4 rows" in done.err
    assert (value["value"], value["kind"], value["edition"]) == (">=45", "estimate", "basis unstated")
    assert (value["labels"], value["note"], value["source"]) == (
        {"a": "1", "b": "2"}, '"45x"', "StepFun analysis, 2.2",
    )  # fmt: skip
    assert (target["kind"], target["batch"]) == ("target", done.out.strip())
    assert (event["key"], event["mentions"], event["status"]) == ("funding:b", 2, "reported")
    assert event["amount"] == {"lo": "100000000", "hi": "100000000", "op": "eq", "unit": "USD"}


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffindicator,value\ngrowth,45x\n",
        "indicator,value\r\ngrowth,45x\r\n",
        "indicator,value\rgrowth,45x\r",
        " indicator , value \n\n , \ngrowth, 45x \n\n",
        'indicator,value,note\ngrowth,45x,"two\nlines"\n',
        'indicator,value,note\r\ngrowth,45x,"two\r\nlines"\r\n',
        "value,indicator\n45x,growth",
    ],
)
def test_files_as_programs_write_them(run: Run, write: Write, text: str) -> None:
    """A byte order mark, any line ends, empty lines, spaces, quoted line breaks, no line break at the end."""
    run("import", str(write(text)), code=0)

    assert [row["value"] for row in run("values", "growth", "-o", "json").json] == ["45"]


def test_standard_input_is_a_file_too(root: Path) -> None:
    """`tracker import < rows.csv`, and with a dash."""
    piped = tracker("import", cwd=root, stdin="indicator,value\ngrowth,45x\n")
    dashed = tracker("import", "-", cwd=root, stdin="indicator,value\ngrowth,x45\n")

    assert piped.returncode == 0
    assert dashed.returncode == 3
    assert "<stdin>:2:8:" in dashed.stderr


def test_one_bad_row_of_ten_thousand_stores_nothing(run: Run, root: Path, write: Write) -> None:
    """Its place is said; exit 3."""
    rows = [f"growth,{number},2024-{1 + number % 12:02},edition {number}" for number in range(10_000)]
    rows[7_321] = 'growth,"12,34",2024-05,x'
    file = write("indicator,value,of,edition\n" + "\n".join(rows) + "\n")

    said = run("import", str(file), code=3)

    assert f"{file}:7323:8: '12,34'" in said.err
    assert "1 bad row; nothing was stored" in said.err
    assert said.out == ""
    assert not snapshot(root).get("observation")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # Quoted commas, doubled quotes and line breaks before the cell count as they stand in the file.
        ('note,indicator,value\n"a, ""b""",growth,x1\n', ["2:19"]),
        ('note,indicator,value\n"one\ntwo",growth,x1\n,growth,x2\n', ["3:13", "4:9"]),
        ("indicator,value\ngrowth,1,2\n", ["2:1"]),
        ("indicator,value,subject\ngrowth,1,nobody\n,2,\n", ["2:10", "3:1"]),
        ("indicator,value,of\ngrowth,1,20266\ngrowth,1,2026-13\n", ["2:10", "3:10"]),
        ("indicator,value,by,kind\ngrowth,1,,target\n", ["2:10"]),
        ("indicator,value,by,kind\ngrowth,1,2026-12-31,\n", ["2:10"]),
        ("indicator,value,unit\ngrowth,45x,USD\n", ["2:8"]),
        ("indicator,value\ngrowth\n", ["2:1"]),
        ("indicator,value,labels\ngrowth,1,model\n", ["2:10"]),
        ("indicator,value,kind\ngrowth,1,wish\n", ["2:10"]),
        ("indicator,value,published\ngrowth,1,2030\n", ["2:10"]),
        ('indicator,value\ngrowth,"1\n', ["2:1"]),
        ("", ["1:1"]),
        ("growth,45x\n", ["1:1"]),
        ("indicator,velue\ngrowth,45x\n", ["1:1"]),
        ("indicator,value,value\ngrowth,45x,1\n", ["1:1"]),
    ],
)
def test_the_place_of_a_mistake(run: Run, root: Path, write: Write, text: str, places: list[str]) -> None:
    """file:line:column, each counted from 1."""
    file = write(text)
    said = run("import", str(file), now=NOW, code=3)

    assert [line.split(": ")[0] for line in said.err.splitlines() if line.startswith(str(file))] == [
        f"{file}:{place}" for place in places
    ]
    assert not snapshot(root).get("observation")


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_separators_are_told(run: Run, write: Write, mark: str, name: str) -> None:
    """A spreadsheet of another country writes semicolons."""
    said = run("import", str(write(f"indicator{mark}value\ngrowth{mark}45x\n")), code=3)

    assert f"the columns stand between {name}" in said.err


def test_what_is_no_text_is_told(run: Run, write: Write, tmp_path: Path) -> None:
    """Other encodings, bytes, a folder, nothing there: one message each."""
    assert (
        ":2:8: this is not UTF-8" in run("import", str(write("indicator,value\ngrowth,年".encode("gbk"))), code=3).err
    )
    assert "NUL" in run("import", str(write(b"\0\1\2")), code=3).err
    assert "is a folder" in run("import", str(tmp_path), code=2).err
    assert "No such file" in run("import", str(tmp_path / "none.csv"), code=2).err


def test_many_mistakes_are_counted_and_the_first_shown(run: Run, write: Write) -> None:
    """A wrong file does not fill the screen."""
    said = run("import", str(write("indicator,value\n" + "growth,x\n" * 500)), code=3)

    assert "500 bad rows (20 of them shown)" in said.err
    assert len(said.err.splitlines()) == 21


def test_one_key_never_stands_for_two_things(run: Run, root: Path, write: Write) -> None:
    """Also within one file: nothing of it is stored."""
    text = "subject,indicator,happened,key\nmoonlake,news,A,funding:a\nstarbridge,news,A,funding:a\n"
    said = run("import", str(write(text)), code=3)

    assert "funding:a stands for a funding of moonlake" in said.err
    assert not snapshot(root).get("event")


def test_dry_import_and_undo_leave_everything_as_it_was(run: Run, root: Path, write: Write) -> None:
    """`-n` counts the rows and tells the first; an import that was undone is as if it had never been."""
    file = str(write("indicator,value,of\ngrowth,45x,2026-07\nrevenue,1亿,2026-06\n"))
    run("record", "growth", "44x", "--of", "2026-07", now=NOW, code=0)
    rows, values = snapshot(root), run("values", "growth", "-o", "json", now="2026-08-18").out

    dry = run("import", file, "-n", now=NOW, code=0)
    assert (dry.out, snapshot(root)) == ("", rows)
    assert dry.err.splitlines() == [
        "would store 2 rows:",
        "  growth of starbridge: 45x (actual, 2026-07)",
        "  revenue of starbridge: CNY 100M (actual, 2026-06)",
    ]

    batch = run("import", file, now=NOW, code=0).out.strip()
    assert run("values", "growth", "-o", "json", now="2026-08-18").out != values
    run("undo", batch, now=NOW, code=0)
    assert run("values", "growth", "-o", "json", now="2026-08-18").out == values
    assert run("values", "revenue", "-o", "json", now="2026-08-18").json == []


def test_of_a_long_file_the_first_rows_are_told(run: Run, write: Write) -> None:
    """And how many more there are."""
    rows = "".join(f"growth,{number}x,2025-{number:02d}\n" for number in range(1, 9))
    said = run("import", str(write(f"indicator,value,of\n{rows}")), "-n", now=NOW, code=0).err.splitlines()

    assert (said[0], said[5], said[6:]) == (
        "would store 8 rows:", "  growth of starbridge: 5x (actual, 2025-05)", ["  … and 3 more"],
    )  # fmt: skip


def test_an_address_that_runs_something_is_refused(run: Run, write: Write) -> None:
    """At its place; a place in words is none."""
    text = "indicator,value,url\ngrowth,1x,page 3 of the annual report\ngrowth,2x,javascript:alert(1)\n"
    said = run("import", str(write(text)), now=NOW, code=3)

    assert "rows.csv:3:11: 'javascript:alert(1)' is no address that can be followed" in said.err


def test_a_repetition_is_said(run: Run, write: Write) -> None:
    """The same file twice adds nothing the second time."""
    file = str(write("indicator,value,of,published\ngrowth,45x,2026-07,2026-08-01\n"))
    run("import", file, now=NOW, code=0)

    assert "1 row, of which 1 only repeat" in run("import", file, now=NOW, code=0).err
    assert len(run("values", "growth", "--vintages", "-o", "json", now=NOW).json) == 1


def test_the_shipped_csv_of_a_listing_is_no_formula_when_it_comes_back(run: Run, write: Write) -> None:
    """What a spreadsheet would compute is quoted on the way out; numbers stay numbers."""
    text = 'indicator,value,note\ngrowth,-3,=HYPERLINK("x")\n'
    run("import", str(write(text)), code=0)
    (row,) = run("values", "growth", "-o", "csv").csv

    assert (row["value"], row["note"]) == ("-3", '\'=HYPERLINK("x")')
