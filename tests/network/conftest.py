"""A site, and doors that do not wait a second between two requests."""

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
    door = Door(manners=Manners(0.0))
    yield door
    door.close()
