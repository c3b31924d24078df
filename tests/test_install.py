"""What is installed is the same everywhere: the wheel, the bare checkout, and what the image copies.

Nothing is downloaded: the wheel is built with the hatchling of this environment, and installed beside its libraries.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import tomllib
import venv
import zipfile
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

import pytest

import tracker
from tests.support.command import ROOT, environment
from tracker.indicators import starter

Command = Callable[..., subprocess.CompletedProcess[str]]

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _run(*args: str | Path, cwd: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(arg) for arg in args],
        cwd=cwd,
        env=environment({"PYTHONPATH": path}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(name="wheel", scope="module")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    pytest.importorskip("hatchling", reason="hatchling is not installed, `make test` installs it")
    folder = tmp_path_factory.mktemp("wheel")
    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(name="installed", scope="module")
def _installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The `tracker` command in a new environment that holds nothing but the wheel (its libraries are borrowed)."""
    root = tmp_path_factory.mktemp("environment")
    venv.create(root, with_pip=False)
    python = root / "bin" / "python"
    pip = ("-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet")
    done = _run(sys.executable, *pip, wheel, cwd=root)
    assert done.returncode == 0, done.stderr
    (site,) = (root / "lib").glob("python3*/site-packages")
    # Only the folder: .pth files in it are not followed, so an editable tracker there stays out of sight.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return lambda *args, cwd: _run(root / "bin" / "tracker", *args, cwd=cwd)


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Templates, migrations, phrases, starter, static files; and nothing from outside the package."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if not name.startswith("tracker-")}

    assert inside == {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tracker").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith("starter/indicators.yaml") for name in inside)


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    """Its version is the package's own, and no dependency is pinned to one version or to a place."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        said = message_from_bytes(archive.read(metadata))

    assert said["Version"] == tracker.__version__
    assert said["Requires-Python"] == ">=3.11"
    assert not [need for need in said.get_all("Requires-Dist", []) if "==" in need.split(";")[0] or "@" in need]


def test_the_source_archive_leaves_a_home_at_home(tmp_path: Path) -> None:
    """The examples and tests go in; a live database and the alerts of a run stay out."""
    pytest.importorskip("hatchling", reason="hatchling is not installed, `make test` installs it")
    copy = tmp_path / "checkout"
    for name in ("pyproject.toml", "README.md", ".gitignore", "tracker/__init__.py", "db/README.md", "db/schema.sql"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    for name in ("db/tracker.sqlite3", "db/tracker.sqlite3-wal", "alerts/2026/a.md", "alerts/digests/2026-W34.md"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("private")

    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=copy)

    assert built.returncode == 0, built.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"db/README.md", "db/schema.sql"} <= names
    assert not [name for name in names if "sqlite3" in name or name.startswith("alerts/")]


def test_the_installed_command_makes_a_home_that_passes_its_check(installed: Command, tmp_path: Path) -> None:
    """`tracker init` and `tracker check` work outside the checkout, from the wheel alone."""
    made = installed("init", "desk", cwd=tmp_path)
    checked = installed("--home", "desk", "check", cwd=tmp_path)
    listed = installed("--home", "desk", "--now", "2026-11-23", "list", "-o", "json", cwd=tmp_path)

    assert made.returncode == 0, made.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert listed.returncode == 0, listed.stderr


def test_a_bare_checkout_makes_the_same_home(installed: Command, tmp_path: Path) -> None:
    """`python -m tracker` in a checkout that nobody installed writes the same files, byte for byte."""
    bare = _run(sys.executable, "-m", "tracker", "init", "bare", cwd=tmp_path, path=str(ROOT))
    installed("init", "wheel", cwd=tmp_path)

    assert bare.returncode == 0, bare.stderr
    assert _files(tmp_path / "bare") == _files(tmp_path / "wheel")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_image_copies_what_exists() -> None:
    """Every file that the Dockerfile copies is here, and let in by .dockerignore."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    copies = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", dockerfile, re.M)
    copied = {name for line in copies for name in line.split()}

    assert copied
    assert [name for name in sorted(copied) if not (ROOT / name).exists()] == []
    assert {name for name in copied if not name.startswith("tracker/")} <= let_in
    # It is the home that `init` makes; what git leaves out is nothing to an image.
    assert set(starter.FILES.values()) - {".gitignore"} <= copied


def test_the_image_installs_what_is_declared() -> None:
    """The line that lists its libraries names those of pyproject.toml: the needed ones, PostgreSQL and the chats."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    line = dockerfile.partition("RUN ")[2].partition(" > libraries.txt")[0].replace("\\\n", "")

    listed = _run("sh", "-c", line.replace("python ", f"{sys.executable} ", 1), cwd=ROOT)

    extras = PYPROJECT["project"]["optional-dependencies"]
    wanted = [*PYPROJECT["project"]["dependencies"], *extras["postgres"], *extras["chat"]]
    assert listed.stdout.splitlines() == wanted, listed.stderr


def test_ctrl_c_ends_make_run_without_an_error(tmp_path: Path) -> None:
    """It is the way to end it: make has nothing to complain of."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "venv" / ".installed").touch()
    (tmp_path / "indicators.yaml").write_text(
        "watch: desk\nreceivers: {folder: {kind: markdown}}\nsubjects: {acme: {name: Acme}}\n"
        'indicators: {growth: {name: Growth, unit: x, rules: {low: {kind: threshold, fire: "< 1"}}}}\n'
    )
    # `make test` may be what runs this, and a make inside of a make says more.
    alone = {name: value for name, value in environment().items() if not name.startswith(("MAKE", "MFLAGS"))}
    made = subprocess.Popen(
        ["make", "run", f"VENV={tmp_path}/venv", "ARGS=--no-web"], cwd=tmp_path, env=alone, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        assert made.stdout is not None
        said = made.stdout.readline()
        patience = time.monotonic() + 60
        while not (tmp_path / "alerts").exists():
            assert made.poll() is None, said
            assert time.monotonic() < patience
            time.sleep(0.05)
        os.killpg(made.pid, signal.SIGINT)
        rest, _ = made.communicate(timeout=60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(made.pid, signal.SIGKILL)

    assert said.startswith("watching desk")
    assert "***" not in rest
    assert "Error" not in rest


def test_every_import_is_a_declared_dependency() -> None:
    """What the package imports from outside is named in pyproject.toml, and what is named there is imported."""
    extras = PYPROJECT["project"]["optional-dependencies"]
    needs = [*PYPROJECT["project"]["dependencies"], *extras["chat"], *extras["xlsx"]]
    named = {re.split(r"[\[<>=; ]", need)[0] for need in needs}
    # Two that are never imported by name: the zones of zoneinfo, and the schema tool's own template language aside.
    called = {"pyyaml": "yaml", "currencyconverter": "currency_converter", "resvg-py": "resvg_py"}
    needed = {called.get(name, name.replace(".", "_").split("_")[0]) for name in named - {"tzdata"}}

    imported = {
        match[1]
        for path in (ROOT / "tracker").rglob("*.py")
        for match in re.finditer(r"^\s*(?:from|import) ([a-z0-9_]+)", path.read_text(encoding="utf-8"), re.M)
    }

    # The lower half of a library, which its upper half brings and documents.
    halves = {"httpcore": "httpx", "pydantic_core": "pydantic", "starlette": "fastapi", "markupsafe": "jinja2"}
    outside = {halves.get(name, name) for name in imported - set(sys.stdlib_module_names) - {"tracker"}}
    assert needed - outside == set(), "named but never imported"
    assert outside - needed == set(), "imported but not named"
