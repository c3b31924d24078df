"""The files that are not ours: unchanged since they were taken from their registry, each with its licence, small."""

from __future__ import annotations

import hashlib
from importlib.resources import files

#: SHA-256 of dist/htmx.min.js, dist/uPlot.iife.min.js and dist/uPlot.min.css of the npm packages.
HASHES = {
    "htmx-4.0.1.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "uplot-1.6.32.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uplot-1.6.32.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
}


def test_the_files_of_others_are_what_they_were() -> None:
    """Nothing was patched; nothing lies there that is not named."""
    folder = files("tracker.web") / "static" / "vendor"
    found = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}

    assert {name: found[name] for name in HASHES} == HASHES
    assert set(found) - set(HASHES) == {"htmx-LICENSE.txt", "uplot-LICENSE.txt"}


def test_what_a_browser_loads_is_small() -> None:
    """All that is static together."""
    folder = files("tracker.web") / "static"
    sizes = [len(one.read_bytes()) for place in (folder, folder / "vendor") for one in place.iterdir() if one.is_file()]

    assert sum(sizes) < 150_000
