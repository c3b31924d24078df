"""`tracker init`, `check` and `schema` as people and scripts run them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import ROOT, tracker
from tracker.settings import Home

FINE = """watch: Test
receivers: {folder: {kind: markdown}}
subjects: {acme: {name: Acme}}
indicators:
  x:
    name: X
    unit: USD
    rules: {low: {kind: threshold, fire: "< 80", clear: ">= 90"}}
"""
DOUBTFUL = FINE.replace(">= 90", "> 70")
BROKEN = FINE.replace("clear", "cleer").replace("unit: USD", "unitt: 100%\n    unit: USD")

MakeHome = Callable[..., Home]


def test_all_is_well(home: MakeHome) -> None:
    """One line that says what is declared; nothing on stdout."""
    done = tracker("check", cwd=home(FINE).root)

    assert done.returncode == 0
    assert done.stderr == "indicators.yaml: fine: 1 subject, no sources, 1 indicator, 1 rule\n"
    assert done.stdout == ""


def test_mistakes_are_shown_with_their_lines(home: MakeHome) -> None:
    """All of them, each with its place, on stderr; exit 2."""
    done = tracker("check", cwd=home(BROKEN).root)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "indicators.yaml:7:5: error[unknown]: unknown key 'unitt'  (at indicators.x.unitt)\n"
        "   |\n"
        " 7 |     unitt: 100%\n"
        "   |     ^^^^^ did you mean 'unit'?\n"
        "indicators.yaml:9:50: error[unknown]: unknown key 'cleer'  (at indicators.x.rules.low.cleer)\n"
        "   |\n"
        ' 9 |     rules: {low: {kind: threshold, fire: "< 80", cleer: ">= 90"}}\n'
        "   |                                                  ^^^^^ did you mean 'clear'?\n"
        "indicators.yaml: 2 mistakes\n"
    )


@pytest.mark.parametrize(("args", "code"), [((), 0), (("--strict",), 3)])
def test_a_warning_is_refused_when_asked_for(args: tuple[str, ...], code: int, home: MakeHome) -> None:
    """It is shown in any case."""
    done = tracker("check", *args, cwd=home(DOUBTFUL).root)

    assert done.returncode == code
    assert done.stderr.startswith("indicators.yaml:8:57: warning[clear]: ")
    assert done.stderr.endswith("\nindicators.yaml: 1 warning\n")


def test_strict_is_about_warnings(home: MakeHome) -> None:
    """Nothing to say is exit 0, and mistakes stay exit 2."""
    assert tracker("check", "--strict", cwd=home(FINE).root).returncode == 0
    assert tracker("check", "--strict", cwd=home(BROKEN).root).returncode == 2


def test_json_is_an_array(home: MakeHome) -> None:
    """Its keys are a contract; all well is the empty array."""
    broken = tracker("check", "--format", "json", cwd=home(BROKEN).root)
    fine = tracker("check", "--format", "json", cwd=home(FINE).root)

    found = json.loads(broken.stdout)
    assert broken.returncode == 2
    assert found[0] == {
        "file": "indicators.yaml", "line": 7, "column": 5, "length": 5, "level": "error", "code": "unknown",
        "message": "unknown key 'unitt'", "hint": "did you mean 'unit'?", "path": "indicators.x.unitt",
    }  # fmt: skip
    assert [(one["line"], one["level"]) for one in found] == [(7, "error"), (9, "error")]
    assert (fine.returncode, json.loads(fine.stdout)) == (0, [])


def test_a_forge_is_told_in_its_own_words(home: MakeHome) -> None:
    """One annotation per line; per cent signs, commas, colons and line breaks cannot end one early."""
    watch = FINE.replace("unit: USD", 'unit: USD\n    "a%,:\\nb": 1')

    done = tracker("check", "--format", "github", cwd=home(watch).root)
    doubtful = tracker("check", "--format", "github", cwd=home(DOUBTFUL).root)

    (line,) = done.stdout.splitlines()
    assert done.returncode == 2
    assert line == ("::error file=indicators.yaml,line=8,col=5,endColumn=14,title=unknown::unknown key 'a%25,:\\nb'")
    assert doubtful.stdout.startswith("::warning file=indicators.yaml,line=8,col=57,")


def test_a_file_of_any_name_is_looked_over(home: MakeHome, tmp_path: Path) -> None:
    """From anywhere, without a home; a percent sign or a comma in its name stays one."""
    (tmp_path / "50%, a.yaml").write_text(BROKEN, encoding="utf-8")

    text = tracker("check", "50%, a.yaml", cwd=tmp_path)
    forge = tracker("check", "50%, a.yaml", "--format", "github", cwd=tmp_path)

    assert text.returncode == 2
    assert text.stderr.startswith("50%, a.yaml:7:5: error")
    assert forge.stdout.startswith("::error file=50%25%2C a.yaml,line=7,")


def test_standard_input_is_looked_over(tmp_path: Path) -> None:
    """An editor has no file yet; there need not be a home."""
    fine = tracker("check", "-", cwd=tmp_path, stdin=FINE)
    broken = tracker("check", "-", cwd=tmp_path, stdin=BROKEN)

    assert fine.returncode == 0
    assert fine.stderr.startswith("<stdin>: fine: ")
    assert broken.returncode == 2
    assert broken.stderr.startswith("<stdin>:7:5: error")


def test_what_is_no_home_says_how_to_make_one(tmp_path: Path) -> None:
    """An empty folder, and one that is not there."""
    for args in ((), ("--home", "nowhere")):
        done = tracker(*args, "check", cwd=tmp_path)

        assert done.returncode == 2
        assert "`tracker init` makes a home" in done.stderr
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["absent.yaml", "folder", "gb18030.yaml"])
def test_a_file_that_cannot_be_read_is_one_message(name: str, tmp_path: Path) -> None:
    """In every format, exit 2."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "gb18030.yaml").write_bytes("watch: 阶跃\n".encode("gb18030"))

    text = tracker("check", name, cwd=tmp_path)
    program = tracker("check", name, "--format", "json", cwd=tmp_path)

    assert (text.returncode, program.returncode) == (2, 2)
    assert text.stderr.startswith(f"{name}:1:")
    assert "Traceback" not in text.stderr
    (problem,) = json.loads(program.stdout)
    assert problem["file"] == name


def test_a_baseline_that_is_not_there_is_a_mistake(home: MakeHome) -> None:
    """In a home, where every pass would stop at it; a draft elsewhere has no baseline yet."""
    watch = FINE + "baseline: db/baseline.csv\n"
    root = home(watch).root
    (root / "draft.yaml").write_text(watch, encoding="utf-8")

    missing = tracker("check", cwd=root)
    draft = tracker("check", "draft.yaml", cwd=root)
    (root / "db" / "baseline.csv").parent.mkdir()
    (root / "db" / "baseline.csv").write_text("", encoding="utf-8")
    there = tracker("check", cwd=root)

    assert missing.returncode == 2
    assert missing.stderr.startswith("indicators.yaml:9:11: error[file]: 'db/baseline.csv': there is no such file")
    assert (draft.returncode, there.returncode) == (0, 0)


def test_a_secret_is_not_repeated(tmp_path: Path) -> None:
    """In no format."""
    watch = FINE + 'sources: {a: {kind: json, url: "https://example.org/", password: hunter2, x: }}\n'

    for form in ("text", "json", "github"):
        done = tracker("check", "-", "--format", form, cwd=tmp_path, stdin=watch)

        assert done.returncode == 2
        assert "does not belong in this file" in done.stdout + done.stderr
        assert "hunter2" not in done.stdout + done.stderr


def test_the_schema_is_printed(tmp_path: Path) -> None:
    """The same bytes as in a home that is made; no home is needed."""
    done = tracker("schema", cwd=tmp_path)

    assert done.returncode == 0
    assert done.stdout == (ROOT / "tracker/indicators/starter/indicators.schema.json").read_text(encoding="utf-8")
    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")


def test_a_home_is_made_and_passes_its_check(tmp_path: Path) -> None:
    """It prints the next command on stdout, what it made on stderr; a second time it refuses and changes nothing."""
    made = tracker("init", "desk", cwd=tmp_path)
    checked = tracker("--home", "desk", "check", "--strict", cwd=tmp_path)
    (tmp_path / "desk" / "indicators.yaml").write_text("mine", encoding="utf-8")
    again = tracker("init", "desk", cwd=tmp_path)

    assert made.returncode == 0
    assert made.stdout == "tracker --home desk run\n"
    assert "desk/indicators.yaml\n" in made.stderr
    assert checked.returncode == 0, checked.stderr
    assert again.returncode == 2
    assert "nothing was changed" in again.stderr
    assert (tmp_path / "desk" / "indicators.yaml").read_text(encoding="utf-8") == "mine"
    assert not list((tmp_path / "desk").rglob("*.sqlite3"))


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/home"])
def test_where_no_home_can_be(where: str, tmp_path: Path) -> None:
    """A file, a place below a file, a disk that takes no files: exit 2, one message, nothing left."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    done = tracker("init", where, cwd=tmp_path)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
