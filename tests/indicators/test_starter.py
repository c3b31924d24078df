"""The home that `init` makes: all of it or nothing, over nothing that is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.command import ROOT
from tracker import indicators, pipeline
from tracker.errors import HomeError
from tracker.indicators import starter

#: What the repo, which is a home itself, has word for word. Its READMEs and .gitignore say more.
SAME = ("indicators.yaml", "indicators.schema.json", "db/baseline.csv")


def _files(root: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_home_is_what_lies_beside_the_code(tmp_path: Path) -> None:
    """Byte for byte, in a folder that need not exist; no database, which only the first pass makes."""
    made = starter.make(tmp_path / "new" / "home")

    originals = {place: (starter.ORIGINALS / name).read_bytes() for name, place in starter.FILES.items()}
    assert _files(tmp_path / "new" / "home") == originals
    assert made == [str(tmp_path / "new" / "home" / place) for place in starter.FILES.values()]


def test_every_original_is_used() -> None:
    """A file that nobody copies would lie in the wheel for nothing."""
    there = {path.name for path in starter.ORIGINALS.iterdir() if path.is_file() and path.suffix != ".py"}

    assert there == set(starter.FILES)


def test_the_shipped_watch_has_no_mistakes_and_no_warnings(tmp_path: Path) -> None:
    """In the home that is made, where its baseline lies."""
    starter.make(tmp_path)
    file = tmp_path / "indicators.yaml"

    _, found = indicators.examine(indicators.read_text(file), file=str(file), kinds=pipeline.kinds(), home=tmp_path)

    assert [indicators.render_problem(problem) for problem in found] == []


@pytest.mark.parametrize("name", SAME)
def test_the_repo_is_the_same_home(name: str) -> None:
    """The file is there twice, so that the wheel has it."""
    original = next(original for original, place in starter.FILES.items() if place == name)

    assert (ROOT / name).read_bytes() == (starter.ORIGINALS / original).read_bytes()


def test_an_editor_is_told_where_the_schema_lies() -> None:
    """The first line of the watch."""
    first = (starter.ORIGINALS / "indicators.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first == "# yaml-language-server: $schema=./indicators.schema.json"


def test_a_home_is_never_made_twice(tmp_path: Path) -> None:
    """What somebody has declared stays, and so does everything else."""
    (tmp_path / "indicators.yaml").write_text("mine")

    with pytest.raises(HomeError, match="nothing was changed"):
        starter.make(tmp_path)

    assert _files(tmp_path) == {"indicators.yaml": b"mine"}


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """A project of one's own may have a .gitignore; it is told which files were not written."""
    (tmp_path / ".gitignore").write_text("mine")

    made = starter.make(tmp_path)

    assert (tmp_path / ".gitignore").read_text() == "mine"
    assert [line for line in made if "left as it is" in line] == [
        f"{tmp_path / '.gitignore'}: it was there, and was left as it is"
    ]


@pytest.mark.parametrize("place", [".", "db", "alerts", "above"])
def test_a_file_in_the_way_leaves_nothing_behind(place: str, tmp_path: Path) -> None:
    """Where a folder should be: the home, one of its folders (when others are written already), the folder above it."""
    home = tmp_path / "above" / "home"
    in_the_way = tmp_path / "above" if place == "above" else home / place
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.write_text("mine")
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(HomeError, match="file"):
        starter.make(home)

    assert sorted(tmp_path.rglob("*")) == before
    assert in_the_way.read_text() == "mine"


def test_a_broken_link_is_no_place_for_a_home(tmp_path: Path) -> None:
    """Nothing is written where it points."""
    (tmp_path / "home").symlink_to(tmp_path / "gone")

    with pytest.raises(HomeError):
        starter.make(tmp_path / "home")

    assert not (tmp_path / "gone").exists()
