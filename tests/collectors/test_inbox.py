"""kind: inbox. Files are read once and moved when they are stored; bad ones lie beside their reason."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.collectors.asking import SHANGHAI
from tests.support.command import tracker
from tracker.collectors import Context, Harvest, inbox, workbook
from tracker.errors import SourceError
from tracker.model.declared import Source
from tracker.network import Door

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


@pytest.mark.parametrize("own", [True, False])
def test_two_files_that_contradict_each_other(tmp_path: Path, own: bool) -> None:
    """The later one is right, as it would be in a later pass."""
    home = _declared(tmp_path, "emit: [{indicator: users, value: value, at: of}]" if own else "")
    for name, value, at in (("b.csv", 5, 1_700_000_000), ("a.csv", 6, 1_700_000_100)):
        file = home / "inbox" / name
        file.write_text(f"indicator,value,of\nusers,{value},2026-05\n", encoding="utf-8")
        os.utime(file, (at, at))

    _pass(home)

    assert (_values(home), _files(home)) == (["2026-05 6"], ["done/a.csv", "done/b.csv"])


def test_no_file_is_no_count(tmp_path: Path) -> None:
    home = _declared(tmp_path, "emit: [{indicator: users, aggregate: count}]")

    assert (_pass(home)[0], _values(home)) == (0, [])


@dataclass
class _Box:
    """An inbox with one new file, asked here: a pause is noted, and something may happen in it."""

    home: Path
    door: Door
    meanwhile: str = ""
    paused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = _declared(self.home) / "inbox" / "q1.csv"
        self.file.write_text(GOOD, encoding="utf-8")

    def ask(self) -> Harvest:
        context = Context(door=self.door, now=datetime.now(UTC), zone=SHANGHAI, home=self.home, pause=self._pause)
        return inbox.collect(Source(key="desk", kind="inbox"), inbox.Params(), context)

    def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        if self.meanwhile:
            self.file.write_text(self.meanwhile, encoding="utf-8")


def test_a_file_that_is_still_written(tmp_path: Path, door: Door) -> None:
    """It must lie still for two seconds; where it does not, it is for the next pass."""
    box = _Box(tmp_path, door)

    assert [one.text for one in box.ask().sheets] == [GOOD]
    assert len(box.paused) == 1
    assert 0 < box.paused[0] <= 2
    box.meanwhile = GOOD + "users,3,2026-Q3\n"
    assert box.ask().sheets == ()


def test_what_is_written_after_it_was_read(tmp_path: Path, door: Door) -> None:
    """It is not moved away unread."""
    box = _Box(tmp_path, door)
    (sheet,) = box.ask().sheets
    box.file.write_text(GOOD + "users,3,2026-Q3\n", encoding="utf-8")

    for why in (None, "no"):
        sheet.settle(why)

    assert _files(tmp_path) == ["q1.csv"]
    box.ask().sheets[0].settle(None)
    assert _files(tmp_path) == ["done/q1.csv"]


def test_more_than_one_pass_reads(home: Path) -> None:
    """Three files of 12 MB, none of any use: two now, one in the next pass."""
    for name in ("q1", "q2", "q3"):
        (home / "inbox" / f"{name}.csv").write_text("x" * 12_000_000, encoding="utf-8")

    assert "1 of 3 files wait for the next pass" in _pass(home)[1]
    assert len([one for one in _files(home) if "/" not in one]) == 1


def test_a_name_that_is_not_utf8(home: Path) -> None:
    """It is told with a mark for what cannot be, and blocks nobody."""
    for text, name in ((GOOD, b"gr\xfcn.csv"), (BAD, b"rot\xff.csv"), (GOOD, b"x.csv")):
        Path(os.fsdecode(os.fsencode(home / "inbox") + b"/" + name)).write_text(text, encoding="utf-8")

    code, said = _pass(home)

    assert (code, len(_values(home))) == (0, 2)
    assert "rot?.csv:2:7" in said
    assert sorted(os.listdir(os.fsencode(home / "inbox" / "done"))) == [b"gr\xfcn.csv", b"x.csv"]
    assert sorted(os.listdir(os.fsencode(home / "inbox" / "bad"))) == [b"rot\xff.csv", b"rot\xff.csv.reason.txt"]


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


def test_a_workbook_with_stray_cells(tmp_path: Path) -> None:
    """A small file; each row reaches to the last column that there can be."""
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet()
    book.save(tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as packed:
        parts = {one: packed.read(one) for one in packed.namelist()}
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 2001))
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    parts["xl/worksheets/sheet1.xml"] = start + rows.encode() + b"</sheetData></worksheet>"
    with zipfile.ZipFile(tmp_path / "y.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)

    with pytest.raises(SourceError, match="as text it is more than 30 MB; look for stray cells"):
        workbook.as_csv(tmp_path / "y.xlsx")


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 nothing", b"name,n\n"])
def test_no_workbook(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(body)

    with pytest.raises(SourceError, match="not a workbook"):
        workbook.as_csv(file)
