"""A site, and doors: one that waits no second between two requests, and one that waits for no byte either."""

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


@pytest.fixture(name="impatient")
def _impatient() -> Iterator[Door]:
    """Half a second for a byte: less than a server that drips one a second needs."""
    door = Door(timeout=(5.0, 0.5), manners=Manners(0.0))
    yield door
    door.close()
