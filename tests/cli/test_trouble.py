"""When something is wrong with the machine or with what is typed: one clear message, nothing half written, no traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import WATCH, Run, snapshot
from tests.support.command import ROOT, environment, tracker

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: capabilities, /dev/full, RLIMIT_FSIZE")

#: The command without root's right to write everywhere; who is not root loses nothing by it.
ORDINARY = """
import ctypes, os, sys
header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
libc = ctypes.CDLL(None)
assert libc.capget(header, sets) == 0
for place in (0, 1):
    sets[place] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
assert libc.capset(header, sets) == 0
from tracker.cli import main
main(sys.argv[1:])
"""
#: The command on a disk with room for so many bytes per file.
FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
from tracker.cli import main
main(sys.argv[2:])
"""


def script(text: str, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A process that changes something about itself and is the command then."""
    command = [sys.executable, "-B", "-c", text, *args]
    return subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False)


ODD = [
    "",
    " ",
    "-",
    "--",
    "🚀" * 50,
    "\udcff\udcfe",
    "a\nb",
    "\x1b[31mred",
    "../../etc/passwd",
    "%s%n{0}",
    "1" * 5000,
    "1e99999999",
    "-1e40",
    "٣٫٥",
    "NaN",
    "inf",
    "＞＝１００Ｍ",
    "'; DROP TABLE observation; --",
]


@pytest.mark.parametrize("odd", ODD)
def test_nothing_that_is_typed_makes_a_traceback(run: Run, odd: str) -> None:
    """Whatever the place: it is taken, or refused in a sentence. No bug is reported as unexpected."""
    for args in (
        ("record", odd, "45x"),
        ("record", "growth", odd),
        ("record", "growth", "45x", "--of", odd),
        ("record", "growth", "45x", "--note", odd, "--url", odd, "--source", odd, "--edition", odd),
        ("record", "growth", "45x", "--label", f"k={odd}"),
        ("record", "rounds", "--subject", "moonlake", "--happened", odd),
        ("values", odd),
        ("list", "--as-of", odd),
        ("alerts", "--subject", odd),
        ("undo", odd),
        ("mute", "--for", odd, "--why", odd),
        ("import", f"./{odd}"),
        ("collect", odd),
        (odd,),
    ):
        said = run(*args)
        assert said.code in (0, 2, 3), (args, said)
        assert "unexpected" not in said.err, (args, said)
    for now in ("9999-12-31", odd):
        assert run("list", now=now).code in (0, 2)
    for command in ("list", "values growth", "events", "entries"):
        for form in ("table", "json", "ndjson", "csv"):
            run(*command.split(), "-o", form, code=0)


def test_lone_surrogates_and_emoji_as_a_process(root: Path) -> None:
    """Bytes that are no UTF-8 on the command line."""
    arguments = [sys.executable, "-m", "tracker", "record", "growth", b"\xff\xfe", "--note", "🚀"]
    done = subprocess.run(arguments, cwd=root, env=environment(), capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (2, b"")
    assert b"bytes that are no UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", None),  # an empty file is a database that nothing was stored in
        (b"no database " * 1000, "damaged or is no database"),
        (None, "damaged or is no database"),
    ],
)
@pytest.mark.parametrize(
    "args", [("list",), ("record", "growth", "4x"), ("status",), ("db", "check"), ("run", "--once")]
)
def test_a_damaged_database_is_said(
    run: Run, root: Path, content: bytes | None, words: str | None, args: tuple[str, ...]
) -> None:
    """Where it is, what it is, what to do; the file stays as it is."""
    file = root / "db" / "tracker.sqlite3"
    if content is None:
        run("record", "growth", "4x", code=0)
        content = file.read_bytes()[:100] + os.urandom(8192)
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)

    said = run(*args)

    if words is None:
        assert said.code == (1 if args == ("db", "check") else 0), said
        return
    assert said.code == 1
    assert words in said.err + said.out
    assert str(file) in said.err + said.out
    assert file.read_bytes() == content


def test_a_database_of_a_newer_tracker_is_left_alone(run: Run, root: Path) -> None:
    """It names both versions."""
    run("record", "growth", "4x", code=0)
    with closing(sqlite3.connect(root / "db" / "tracker.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = snapshot(root)

    for args in (("list",), ("record", "growth", "5x"), ("run", "--once"), ("db", "upgrade")):
        said = run(*args, code=1)
        assert "version 9999, which is newer than this tracker" in said.err
    assert snapshot(root) == before


def test_the_wrong_thing_in_the_place_of_the_database(run: Run, root: Path) -> None:
    """A file where the folder should be; a folder where the file should be."""
    (root / "db").write_text("x", encoding="utf-8")
    assert "this is a file; the folder of the database belongs here" in run("record", "growth", "4x", code=2).err
    (root / "db").unlink()
    (root / "db" / "tracker.sqlite3").mkdir(parents=True)
    for args in (("record", "growth", "4x"), ("list",), ("run", "--once")):
        assert "this is a folder; the database file belongs here" in run(*args, code=2).err


def test_the_wrong_thing_in_the_place_of_the_home(run: Run, root: Path, tmp_path: Path) -> None:
    """A file, nothing, an empty folder, a declaration that is a folder or is broken."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd" / "indicators.yaml").mkdir(parents=True)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "indicators.yaml").write_text("watch: [", encoding="utf-8")

    for name, words in (
        ("file", "the home must be a folder, this is a file"),
        ("none", "no indicators.yaml here"),
        ("empty", "`tracker init"),
        ("odd", "indicators.yaml"),
        ("broken", "indicators.yaml:1:"),
    ):
        for args in (("list",), ("record", "growth", "4x"), ("run", "--once"), ("web",), ("status",), ("db", "check")):
            if args == ("db", "check") and name in ("odd", "broken"):
                continue  # the database is looked over without the declaration
            said = run(*args, home=tmp_path / name)
            assert said.code in (1, 2), (name, args, said)
            assert words in said.err + said.out or args == ("db", "check"), (name, args, said)
        assert not (tmp_path / name / "db").exists()


def test_a_database_elsewhere_that_cannot_be_used_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other kinds of database, and nonsense; a password is not repeated."""
    for url, words in (
        ("mysql://me:secret@host/db", "sqlite or postgresql"),
        ("nonsense", "cannot be read"),
        ("sqlite:////nowhere/at/all/x.sqlite3", "no such folder"),
    ):
        monkeypatch.setenv("TRACKER_DATABASE_URL", url)
        said = run("record", "growth", "4x", code=2)
        assert words in said.err
        assert "secret" not in said.err


@LINUX
def test_a_read_only_home(root: Path) -> None:
    """Writing is refused with the place; reading goes on, with a database and without one."""
    assert tracker("record", "growth", "4x", cwd=root).returncode == 0
    fresh = root.parent / "fresh"
    fresh.mkdir()
    (fresh / "indicators.yaml").write_text(WATCH, encoding="utf-8")
    places = [*root.rglob("*"), root, fresh]
    try:
        for place in places:
            place.chmod(0o555 if place.is_dir() else 0o444)
        for folder in (root, fresh):
            written = script(ORDINARY, "record", "growth", "5x", cwd=folder)
            assert (written.returncode, written.stdout) == (2, "")
            assert str(folder / "db") in written.stderr
            assert len(written.stderr.splitlines()) == 1
            assert script(ORDINARY, "list", cwd=folder).returncode == 0
    finally:
        for place in places:
            place.chmod(0o755)
    assert [row[0] for row in snapshot(root)["observation"]] != []
    assert len(snapshot(root)["observation"]) == 1


@LINUX
@pytest.mark.parametrize("room", [0, 4096, 100_000])
def test_a_full_disk(root: Path, room: int) -> None:
    """With a database and without one: a message, no half of anything, and it works again when there is room."""
    rows = root / "rows.csv"
    rows.write_text(
        "indicator,value,edition\n" + "".join(f"growth,45x,{n:0>200}\n" for n in range(2000)), encoding="utf-8"
    )
    first = script(FULL, str(room), "import", str(rows), cwd=root)
    assert first.returncode in (1, 2, 3), first
    assert first.stdout == ""
    assert "unexpected" not in first.stderr
    assert "Traceback" not in first.stderr

    batch = tracker("record", "growth", "4x", cwd=root)
    assert batch.returncode == 0, batch
    before = snapshot(root)
    second = script(FULL, str(room), "import", str(rows), cwd=root)
    assert second.returncode in (1, 2, 3), second
    assert snapshot(root)["observation"] == before["observation"]
    assert tracker("db", "check", cwd=root).returncode == 0
    shutil.rmtree(root / "db")


@LINUX
@pytest.mark.parametrize("command", ["list -o json", "list -o csv", "record growth 4x", "digest --period 2026-W30"])
def test_a_full_disk_under_standard_output(root: Path, command: str) -> None:
    """`tracker list > /dev/full`: one line, and no success."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tracker", *command.split()],
            cwd=root,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 2, done
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_traceback_is_shown_to_those_who_ask(root: Path) -> None:
    """`-v -v`, and only then."""
    (root / "db").mkdir()
    (root / "db" / "tracker.sqlite3").write_bytes(b"no database " * 1000)

    assert "Traceback" in tracker("-v", "-v", "list", cwd=root).stderr
    assert "Traceback" not in tracker("-v", "list", cwd=root).stderr


def test_no_verb_has_the_name_of_its_module() -> None:
    """`pipeline.board` would be the module as soon as somebody has imported it."""
    from tracker import pipeline

    modules = {path.stem for path in (ROOT / "tracker" / "pipeline").glob("*.py")}
    assert not modules & set(pipeline.__all__)
