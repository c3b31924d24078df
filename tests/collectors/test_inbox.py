"""kind: inbox. Files are read once and moved when they are stored; bad ones lie beside their reason."""

from __future__ import annotations

import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.support.command import tracker
from tracker.collectors import workbook
from tracker.errors import SourceError

DECLARED = """
watch: W
timezone: UTC
receivers: {{folder: {{kind: markdown}}}}
subjects: {{acme: {{name: Acme}}}}
sources: {{desk: {{kind: inbox, {emit}}}}}
indicators: {{users: {{name: Users, unit: users}}}}
"""
GOOD = "indicator,value,of,source\nusers,1.2M,2026-Q1,the desk\nusers,>=2M,2026-Q2,the desk\n"
BAD = "indicator,value,of\nusers,many,2026-Q1\nnobody,3,2026-Q1\n"
NOW = "2026-08-20"


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Path:
    return _declared(tmp_path)


def _declared(home: Path, emit: str = "") -> Path:
    (home / "indicators.yaml").write_text(DECLARED.format(emit=emit), encoding="utf-8")
    (home / "inbox").mkdir(exist_ok=True)
    return home


def _files(home: Path) -> list[str]:
    return sorted(str(one.relative_to(home / "inbox")) for one in (home / "inbox").rglob("*") if one.is_file())


def _pass(home: Path, *, at: str = NOW) -> tuple[int, str]:
    done = tracker("--now", at, "collect", "desk", cwd=home)
    return done.returncode, done.stderr


def _values(home: Path) -> list[str]:
    rows = json.loads(tracker("values", "users", "-o", "json", cwd=home).stdout)
    return [f"{row['occurred_start'][:7]} {row['value']}" for row in rows]


def test_a_good_file_and_a_bad_one(home: Path) -> None:
    """All rows of a file or none; the reason names line and column; the next pass has nothing to do."""
    (home / "inbox" / "q1.csv").write_text(GOOD, encoding="utf-8")
    (home / "inbox" / "q2.csv").write_text(GOOD.splitlines()[0] + ",note\n" + BAD.split("\n", 1)[1], encoding="utf-8")
    (home / "inbox" / "bad.csv").write_text(BAD, encoding="utf-8")
    (home / "inbox" / ".hidden.csv").write_text(BAD, encoding="utf-8")

    code, said = _pass(home)

    assert (code, _values(home)) == (0, ["2026-01 1200000", "2026-04 >=2000000"])
    assert _files(home) == [
        ".hidden.csv", "bad/bad.csv", "bad/bad.csv.reason.txt", "bad/q2.csv", "bad/q2.csv.reason.txt", "done/q1.csv",
    ]  # fmt: skip
    reason = (home / "inbox" / "bad" / "bad.csv.reason.txt").read_text(encoding="utf-8")
    assert reason.splitlines()[0].startswith("bad.csv:2:7: ")
    assert "unknown indicator 'nobody'" in reason
    assert "bad.csv: bad.csv:2:7" in said
    assert "inbox/bad holds bad.csv, q2.csv" in _pass(home)[1]


def test_a_workbook(home: Path) -> None:
    """Its first sheet; days and numbers as a person would write them."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["indicator", "value", "of"], ["users", 12.0, datetime(2026, 5, 9)], ["users", 1.5, date(2026, 5, 10)]):
        sheet.append(row)
    book.save(home / "inbox" / "May.XLSX")

    _pass(home)

    rows = json.loads(tracker("values", "users", "-o", "json", cwd=home).stdout)
    assert [(row["occurred_start"], row["value"]) for row in rows] == [
        ("2026-05-09T00:00:00Z", "12"),
        ("2026-05-10T00:00:00Z", "1.5"),
    ]
    assert _files(home) == ["done/May.XLSX"]


def test_a_file_that_comes_again(home: Path) -> None:
    """Nothing is new; the older one is not written over."""
    for day in ("2026-08-20", "2026-08-21"):
        (home / "inbox" / "q1.csv").write_text(GOOD, encoding="utf-8")
        _pass(home, at=day)

    assert _files(home) == ["done/q1-2.csv", "done/q1.csv"]
    assert len(_values(home)) == 2


def test_columns_of_their_own(tmp_path: Path) -> None:
    """`emit` names them; a file without them is refused alone."""
    home = _declared(tmp_path, "emit: [{indicator: users, value: total, at: month}]")
    (home / "inbox" / "own.csv").write_text("month,total\n2026-05,7\n2026-06,8\n", encoding="utf-8")
    (home / "inbox" / "other.csv").write_text("when,what\n2026-05,7\n", encoding="utf-8")

    code, _ = _pass(home)

    assert (code, _values(home)) == (0, ["2026-05 7", "2026-06 8"])
    assert _files(home) == ["bad/other.csv", "bad/other.csv.reason.txt", "done/own.csv"]


def test_trying_moves_nothing(home: Path) -> None:
    (home / "inbox" / "q1.csv").write_text(GOOD, encoding="utf-8")

    done = tracker("--now", NOW, "collect", "desk", "-n", cwd=home)

    assert "q1.csv: 2 of 2 rows are new" in done.stdout
    assert _files(home) == ["q1.csv"]


def test_no_folder(home: Path) -> None:
    (home / "inbox").rmdir()

    assert _pass(home) == (6, "desk: there is no folder inbox in the home\n")


def test_a_workbook_that_is_a_bomb(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as inside,
    ):
        for _ in range(210):
            inside.write(b" " * 1_000_000)

    with pytest.raises(SourceError, match="too large: it unpacks to more than 200 MB"):
        workbook.as_csv(file)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 nothing", b"name,n\n"])
def test_no_workbook(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(body)

    with pytest.raises(SourceError, match="not a workbook"):
        workbook.as_csv(file)
