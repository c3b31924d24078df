"""The unit of docs/running.md is one that systemd takes, and that leaves a service little to do harm with."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.command import ROOT
from tests.support.documents import blocks

WORST = 2.0  # exposure, of 10, as systemd-analyze counts it


def test_the_unit_is_tight(tmp_path: Path) -> None:
    """Rated offline by systemd's own tool; a key that it does not know is named in its messages."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    (unit,) = [one.text for one in blocks(ROOT / "docs" / "running.md") if one.language == "ini"]
    file = tmp_path / "tracker.service"
    file.write_text(unit, encoding="utf-8")

    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(file)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    if "unrecognized option" in rated.stderr:
        pytest.skip("this systemd-analyze is too old to rate a file")
    assert "Unknown" not in rated.stderr, rated.stderr
    level = re.search(r"Overall exposure level for tracker\.service: (\d+\.\d)", rated.stdout)
    assert level is not None, rated.stdout + rated.stderr
    assert float(level[1]) < WORST, rated.stdout
