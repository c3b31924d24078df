"""What the documents say is so: commands run, outputs match, Python runs, YAML is accepted, links lead somewhere.

Each document is followed from top to bottom in a home of its own, made by `tracker init`, at one fixed time. A block of
YAML that begins with `- test:` is a file of rule tests: it is run, and stands as `rules.yaml` in the home from then on.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support.command import ROOT, environment, tracker
from tests.support.documents import Block, anchors, blocks, links, matches, session

NOW = "2026-11-23T09:00:00+08:00"
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
#: Documents of a home; they are in every home that `init` makes.
AT_HOME = sorted(path for path in (ROOT / "alerts" / "README.md", ROOT / "db" / "README.md") if path.exists())


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*DOCUMENTS, *AT_HOME], ids=_name)
def test_a_document_can_be_followed(path: Path, tmp_path: Path) -> None:
    """Every command exits as it is said to and prints what is shown; every Python block runs; YAML passes `check`."""
    if not any(block.language in ("console", "python", "yaml") for block in blocks(path)):
        return
    assert tracker("init", ".", cwd=tmp_path).returncode == 0
    wrong = [
        complaint for block in _completed(blocks(path)) for complaint in _followed(block.language, block.text, tmp_path)
    ]

    assert wrong == []


def _completed(given: Iterable[Block]) -> Iterator[Block]:
    """The same, where a block that begins with `# part of indicators.yaml` replaces keys of the last whole watch."""
    whole: dict[str, Any] = {}
    for block in given:
        if block.language == "yaml" and re.search(r"^watch:", block.text, re.M):
            whole = _read(block.text)
        elif block.language == "yaml" and block.text.startswith("# part of indicators.yaml\n"):
            yield replace(block, text=_drawn({**whole, **_read(block.text)}))
            continue
        yield block


def _read(text: str) -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return read


def _drawn(watch: dict[str, Any]) -> str:
    drawn = StringIO()
    YAML(typ="safe", pure=True).dump({key: watch[key] for key in ("watch", *(watch.keys() - {"watch"}))}, drawn)
    return drawn.getvalue()


def _followed(language: str, text: str, here: Path) -> Iterator[str]:
    if language == "console":
        yield from _typed(text, here)
    elif language == "yaml" and text.startswith("- test:"):
        (here / "rules.yaml").write_text(text, encoding="utf-8")
        yield from _typed("$ tracker rules test rules.yaml\n", here)
    elif language == "python":
        ran = subprocess.run(
            [sys.executable, "-c", text], cwd=here, env=environment(), capture_output=True, text=True, check=False
        )
        if ran.returncode:
            yield f"{text}\n{ran.stderr}"
    elif language == "yaml" and re.search(r"^watch:", text, re.M):
        checked = tracker("check", "-", cwd=here, stdin=text)
        if checked.returncode:
            yield f"{text}\n{checked.stdout}{checked.stderr}"


def _typed(text: str, here: Path) -> Iterator[str]:
    folder = here
    for typed in session(text):
        words = shlex.split(typed.command)
        if words[0] == "cd":
            folder = folder / words[1]
            continue
        if words[0] != "tracker":
            yield f"{typed.command}: only `tracker` and `cd` can be followed; use ```sh for what is not"
            continue
        clock = [] if "--now" in words else ["--now", NOW]
        ran = tracker(*clock, *words[1:], cwd=folder)
        said = ran.stdout + ran.stderr
        if ran.returncode != typed.code:
            yield f"$ {typed.command}\nexit {ran.returncode}: {said}"
        elif typed.shown.strip() and not matches(typed.shown, said):
            yield f"$ {typed.command}\nis shown as:\n{typed.shown}\nand says:\n{said}"


@pytest.mark.parametrize("path", [*DOCUMENTS, *AT_HOME], ids=_name)
def test_its_links_lead_somewhere(path: Path) -> None:
    """Files and headings inside the project exist; addresses outside it are not tried."""
    dead = []
    for link in links(path):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (path.parent / target).resolve() if target else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            dead.append(link)

    assert dead == []


def test_every_decision_is_listed() -> None:
    """The list of decisions names each of them."""
    folder = ROOT / "docs" / "decisions"

    assert set(links(folder / "README.md")) == {path.name for path in folder.glob("[0-9]*.md")}


def test_every_command_is_in_the_readme_or_the_help() -> None:
    """`tracker --help` names every command, and each explains itself."""
    listed = tracker("--help", cwd=ROOT)
    names = re.findall(r"^  ([a-z]+)  +\S", listed.stdout.partition("Commands:")[2], re.M)

    assert listed.returncode == 0, listed.stderr
    assert {"init", "check", "run", "record", "list", "digest"} <= set(names)
    for name in names:
        explained = tracker(name, "--help", cwd=ROOT)
        assert explained.returncode == 0, (name, explained.stderr)
        assert len(explained.stdout.splitlines()) > 3, name


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("a\nb\n", "a\nb", True),
        ("a …\nb", "a 1\n2\nb", True),
        ("a.c", "abc", False),
        ("made; …", "made; next:\ntracker run\n", True),
    ],
)
def test_an_ellipsis_stands_for_anything(shown: str, said: str, same: bool) -> None:
    """The shown output is literal but for `…`."""
    assert matches(shown, said) is same


def test_a_session_is_read_as_it_is_typed() -> None:
    """Commands, what is shown under them, and the exit code that is said."""
    first, second = session("$ tracker check\nfine\n\n$ tracker check nowhere  # exit 2\n")

    assert (first.command, first.shown.strip(), first.code) == ("tracker check", "fine", 0)
    assert (second.command, second.shown, second.code) == ("tracker check nowhere", "", 2)
