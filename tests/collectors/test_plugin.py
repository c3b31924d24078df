"""The documented example of a kind from another package: installed as anybody would, named in a declaration, and run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import ROOT, tracker
from tests.support.web import Site

DECLARED = """
watch: Packages
timezone: UTC
receivers: {{folder: {{kind: markdown}}}}
subjects: {{httpx: {{name: HTTPX}}}}
sources:
  stats: {{kind: pypistats, package: httpx, url: "{url}", allow_private: true,
    emit: [{{indicator: downloads, value: {value}}}]}}
indicators: {{downloads: {{name: Downloads, unit: downloads}}}}
"""


@pytest.fixture(name="installed", scope="module")
def _installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that finds it. It is copied first: building writes beside the source."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(ROOT / "docs" / "plugin", folder / "source")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run(
        [*command, "--target", str(folder / "site"), str(folder / "source")], check=True, capture_output=True
    )
    return {"PYTHONPATH": f"{ROOT}:{folder / 'site'}"}


def _home(tmp_path: Path, url: str, value: str = "last_month") -> Path:
    (tmp_path / "indicators.yaml").write_text(DECLARED.format(url=url, value=value), encoding="utf-8")
    return tmp_path


def test_it_is_a_kind_like_any_other(site: Site, installed: dict[str, str], tmp_path: Path) -> None:
    site.put(
        "/api/packages/httpx/recent",
        '{"data": {"last_day": 5, "last_week": 30, "last_month": 120}, "package": "httpx"}',
    )
    home = _home(tmp_path, site.url)

    checked = tracker("check", cwd=home, env=installed)
    collected = tracker("--now", "2026-08-20", "collect", cwd=home, env=installed)

    assert (checked.returncode, checked.stdout) == (0, "")
    assert (collected.returncode, collected.stderr) == (0, "stats: 1 value\n")
    rows = json.loads(tracker("values", "downloads", "-o", "json", cwd=home, env=installed).stdout)
    assert [(row["value"], row["source"]) for row in rows] == [("120", "stats")]


def test_its_mistakes_have_a_place(installed: dict[str, str], tmp_path: Path) -> None:
    home = _home(tmp_path, "https://a.example")
    text = (home / "indicators.yaml").read_text(encoding="utf-8")
    (home / "indicators.yaml").write_text(text.replace("package:", "packag:"), encoding="utf-8")

    checked = tracker("check", cwd=home, env=installed)

    assert checked.returncode == 2
    assert "did you mean 'package'?" in checked.stdout + checked.stderr


def test_without_it_the_kind_is_unknown(tmp_path: Path) -> None:
    checked = tracker("check", cwd=_home(tmp_path, "https://a.example"))

    assert checked.returncode == 2
    assert "unknown kind of source 'pypistats'" in checked.stdout + checked.stderr


def test_one_that_is_broken(installed: dict[str, str], tmp_path: Path) -> None:
    """One sentence, and no other source suffers from it that is not asked for."""
    site_packages = Path(installed["PYTHONPATH"].partition(":")[2])
    broken = tmp_path / "site"
    shutil.copytree(site_packages, broken)
    (broken / "tracker_pypistats" / "__init__.py").write_text("import nothing_like_it\n", encoding="utf-8")

    checked = tracker("check", cwd=_home(tmp_path, "https://a.example"), env={"PYTHONPATH": f"{ROOT}:{broken}"})

    assert checked.returncode == 2
    assert (
        "the plugin 'pypistats' (tracker_pypistats:KIND) cannot be loaded: No module named 'nothing_like_it'"
        in checked.stderr
    )
    assert "Traceback" not in checked.stderr
