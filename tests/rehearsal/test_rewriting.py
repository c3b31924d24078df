"""--update: what cases gave stands in their file, and everything else stands as it stood, letter by letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker import rehearsal
from tracker.errors import UsageError
from tracker.rehearsal.updating import update

HEAD = '- test: t\n  rule: {kind: threshold, fire: "<80"}  # ours\n  observe:\n  - {at: d0, value: 70}\n  - {at: d5, value: 95}\n'
ROUND = [
    ("  expect: [d0 firing]\n", "  expect: [d0 firing, d5 resolved]\n"),
    ("  expect: []\n", "  expect: [d0 firing, d5 resolved]\n"),
    ("  expect: [ 'd0 firing' , d1 resolved ] # why\n", "  expect: ['d0 firing', d5 resolved] # why\n"),
    ("  notify: ['d0 mail: firing']\n", "  notify: ['d0 mail: firing', 'd5 mail: resolved']\n"),
    ("  dead: [d0 mail dead]\n  until: d5 # end\n", "  dead: []\n  until: d5 # end\n"),
    (
        "  expect:\n  # first\n  - d0 firing  # at once\n  - d4 resolved # late\n",
        "  expect:\n  # first\n  - d0 firing  # at once\n  - d5 resolved\n",
    ),
    (
        '  expect:\n    - "d0 firing"\n\n  notify: []\n',
        "  expect:\n    - \"d0 firing\"\n    - d5 resolved\n\n  notify: ['d0 mail: firing', 'd5 mail: resolved']\n",
    ),
    ("  dead:\n  - d0 mail dead\n  expect: [d0 firing, d5 resolved]", "  dead: []\n  expect: [d0 firing, d5 resolved]"),
]


def _file(folder: Path, text: str, *, newline: str = "\n") -> Path:
    path = folder / "cases.yaml"
    path.write_bytes(text.replace("\n", newline).encode())
    return path


@pytest.mark.parametrize(("before", "after"), ROUND)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_what_was_wrong_is_rewritten(before: str, after: str, newline: str, tmp_path: Path) -> None:
    """Comments, quotation marks, order and line ends stay; afterwards every case holds."""
    other = "\n# between\n" + HEAD.replace("test: t", "test: u") + "  expect: [d0 firing,   d5 resolved]\n"
    end = "" if before.endswith("\n") else "\n"
    file = _file(tmp_path, "# top\n" + HEAD + before + end + other, newline=newline)

    assert update(rehearsal.test([file])) == {str(file): 1}

    assert file.read_bytes().decode() == ("# top\n" + HEAD + after + end + other).replace("\n", newline)
    assert rehearsal.test([file]).ok
    assert [one.name for one in tmp_path.iterdir()] == ["cases.yaml"]


def test_a_file_that_holds_is_not_touched(tmp_path: Path) -> None:
    """Not even its time."""
    file = _file(tmp_path, HEAD + "  expect: [d0 firing, d5 resolved]\n")
    before = file.stat()

    assert update(rehearsal.test([file])) == {}

    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_an_alias_is_replaced_where_it_stands(tmp_path: Path) -> None:
    """The list that it stands for belongs to another case, which holds."""
    first = HEAD + "  expect: &both [d0 firing, d5 resolved]\n"
    second = HEAD.replace("value: 95", "value: 75") + "  expect: *both\n"
    file = _file(tmp_path, first + second)

    assert update(rehearsal.test([file])) == {str(file): 1}

    assert file.read_text(encoding="utf-8") == first + second.replace("*both", "[d0 firing]")


def test_a_list_that_other_cases_stand_on_is_left_alone(tmp_path: Path) -> None:
    """To rewrite it would change what another case says; the file stays as it was, and the refusal says so."""
    text = HEAD + "  expect: &both [d0 firing]\n" + HEAD.replace("value: 95", "value: 75") + "  expect: *both\n"
    file = _file(tmp_path, text)

    with pytest.raises(UsageError, match=r"cases\.yaml: cannot be rewritten"):
        update(rehearsal.test([file]))

    assert file.read_text(encoding="utf-8") == text
    assert len(list(tmp_path.iterdir())) == 1


def test_a_long_list_is_broken_over_lines(tmp_path: Path) -> None:
    """As a person would: the second line begins below the first item."""
    rows = "".join(f"  - {{at: d{day}, value: {70 + 20 * (day % 2)}}}\n" for day in range(20))
    text = '- test: t\n  rule: {kind: threshold, fire: "<80"}\n  observe:\n' + rows + "  expect: []\n"
    file = _file(tmp_path, text)

    update(rehearsal.test([file]))

    lines = file.read_text(encoding="utf-8").splitlines()
    assert max(len(line) for line in lines) <= 120
    assert lines[-1].startswith("    d")
    assert lines[-1].endswith("d19 resolved]")
    assert rehearsal.test([file]).ok


def test_a_link_stays_a_link_and_a_mode_a_mode(tmp_path: Path) -> None:
    """The file behind it is rewritten."""
    file = _file(tmp_path, HEAD + "  expect: []\n")
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)

    update(rehearsal.test([link]))

    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert "d5 resolved" in file.read_text(encoding="utf-8")
