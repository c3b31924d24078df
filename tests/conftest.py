"""What every test may ask for: a home made from a text, the small internet on loopback, the reference material."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.world import World
from tracker.settings import Home

#: Reference material of the team; it stands beside the checkout where there is any.
SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the reference material, else a skip that says so."""
    if not SHARED.is_dir():
        pytest.skip("the reference material is not beside this checkout")
    return SHARED


@pytest.fixture
def world(shared: Path) -> Iterator[Callable[[str], World]]:
    """Starts the small internet: `world("2026-08-17T12:00")`. Each call is a server of its own, on a free port."""
    started: list[World] = []

    def start(date: str) -> World:
        started.append(World.start(shared / "world" / "serve.py", date))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
def home(tmp_path: Path) -> Callable[..., Home]:
    """Makes a home from the text of its indicators.yaml: `home(text)`, `home(text, files={"db/baseline.csv": …})`."""

    def make(
        declaration: str,
        *,
        name: str = "home",
        files: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Home:
        root = tmp_path / name
        for path, text in {"indicators.yaml": declaration, **(files or {})}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return Home(root, dict(environ or {}))

    return make
