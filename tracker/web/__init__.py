"""The page and the JSON API on loopback. Reading only, no login: an address off loopback is refused before anything else.

The web libraries are imported when a server is made, not when this package is.
"""

from __future__ import annotations

from tracker.web.address import Address, loopback
from tracker.web.server import Server

__all__ = ["Address", "Server", "loopback"]
