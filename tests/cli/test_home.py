"""A home from nothing, and what looks after it: init, db, completion, digest to a file, notify test."""

from __future__ import annotations

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.support.command import tracker


def test_init_makes_files_only_and_the_next_command_works(tmp_path: Path) -> None:
    """No database, so any `--now` may come first; the next command is the datum, also where the name has spaces."""
    made = tracker("init", "my home", cwd=tmp_path)
    root = tmp_path / "my home"

    assert made.returncode == 0
    assert made.stdout == "tracker --home 'my home' run\n"
    assert "my home/indicators.yaml" in made.stderr
    assert not list(root.rglob("*.sqlite3"))
    words = shlex.split(made.stdout)[1:-1]
    assert tracker(*words, "check", cwd=tmp_path).returncode == 0
    once = tracker(*words, "--now", "2025-12-01", "evaluate", cwd=tmp_path)
    assert once.returncode == 0
    assert "api_call_growth.no_new_figure stepfun: firing" in once.stdout


def test_init_does_not_overwrite(tmp_path: Path) -> None:
    """A home that is there, or a file in its place, is refused, and stays as it is."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert tracker("init", "file", cwd=tmp_path).returncode == 2
    (tmp_path / "indicators.yaml").write_text("watch: mine\n", encoding="utf-8")
    assert tracker("init", cwd=tmp_path).returncode == 2
    assert (tmp_path / "indicators.yaml").read_text(encoding="utf-8") == "watch: mine\n"


def test_the_database_can_be_found_copied_and_looked_over(run: Run, root: Path, tmp_path: Path) -> None:
    """`db path`, `db check`, `db backup`, `db upgrade`."""
    file = root / "db" / "tracker.sqlite3"
    assert run("db", "path", code=0).out == f"{file}\n"
    assert "no database yet" in run("db", "check", code=1).out
    run("record", "growth", "4x", code=0)

    assert run("db", "check", code=0).err == "sound\n"
    assert "nothing to do" in run("db", "upgrade", code=0).out
    copy = tmp_path / "copy.sqlite3"
    assert run("db", "backup", str(copy), code=0).out == f"{copy}\n"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT lo FROM observation").fetchall() == [("4",)]
    assert "is there already" in run("db", "backup", str(copy), code=2).err
    run("db", "backup", str(copy), "--overwrite", code=0)
    kept = Path(run("db", "backup", code=0).out.strip())
    assert kept.parent == root / "db" / "backups"
    assert "is a folder" in run("db", "backup", str(tmp_path), code=2).err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script(run: Run, shell: str) -> None:
    """For the three shells; others are refused."""
    assert "_TRACKER_COMPLETE" in run("completion", shell, code=0).out
    run("completion", "cmd", code=2)


@pytest.mark.parametrize("form", ["md", "html", "text"])
def test_a_digest_goes_to_a_file_or_to_stdout(run: Run, tmp_path: Path, form: str) -> None:
    """The same text; a folder is refused; drawing changes nothing."""
    run("record", "growth", "4x", now="2026-08-12", code=0)
    run("evaluate", now="2026-08-12", code=0)
    asked = ("digest", "--period", "2026-W33", "--format", form)
    target = tmp_path / "digest"
    target.write_text("the one before", encoding="utf-8")
    before = tmp_path / "before"
    os.link(target, before)
    run(*asked, "--to", str(target), now="2026-08-17", code=0)

    assert target.read_text(encoding="utf-8").rstrip("\n") == run(*asked, now="2026-08-17", code=0).out.rstrip("\n")
    assert "增长" in target.read_text(encoding="utf-8")
    assert before.read_text(encoding="utf-8") == "the one before"  # replaced as a whole, not written over
    run(*asked, "--to", os.devnull, code=0)
    assert "is a folder" in run(*asked, "--to", str(tmp_path), code=2).err
    assert run("digest", "--period", "2026-W99", code=2).out == ""
    assert "exclude each other" in run(*asked, "--send", "--to", str(target), code=2).err


def test_a_digest_is_sent_once_per_week(run: Run, root: Path) -> None:
    """The second time it says so."""
    run("record", "growth", "4x", now="2026-08-12", code=0)
    run("evaluate", now="2026-08-12", code=0)
    first = run("digest", "--period", "2026-W33", "--send", now="2026-08-17", code=0)
    second = run("digest", "--period", "2026-W33", "--send", now="2026-08-17", code=0)

    assert "waits in the outbox" in first.err
    assert "was sent before" in second.err
    run("deliver", now="2026-08-17", code=0)
    assert [path.name for path in (root / "alerts" / "digests").iterdir()] == ["2026-W33.md"]


def test_a_receiver_is_tried(run: Run) -> None:
    """One sample, and the dialogue; an unknown receiver is exit 2."""
    assert run("notify", "test", "folder", code=0).out
    assert run("notify", "test", "nobody", code=2).err
