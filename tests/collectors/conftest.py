"""A site, and a door that waits neither a second between two requests nor ten for a byte."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.web import Site
from tracker.network import Door
from tracker.network.manners import Manners


@pytest.fixture(name="site")
def _site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(name="door")
def _door() -> Iterator[Door]:
    door = Door(timeout=(2.0, 0.6), manners=Manners(0.0))
    yield door
    door.close()
