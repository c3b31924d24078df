"""The page and the JSON API on loopback; anywhere else only with a token or a trusted proxy, refused before anything else.

The web libraries are imported when a server is made, not when this package is.
"""

from __future__ import annotations

from tracker.web.access import new_token
from tracker.web.address import Address, admitted
from tracker.web.server import Server

__all__ = ["Address", "Server", "admitted", "new_token"]
