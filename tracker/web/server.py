"""uvicorn in a thread of its own: signals belong to the command that started it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

from tracker.web.address import Address, listen

if TYPE_CHECKING:
    from tracker.pipeline import Desk


class Server:
    """The page at one address. The port is taken when the server is made, so that a port in use is said at once."""

    def __init__(self, address: Address, desk_of: Callable[[], Desk]) -> None:
        self._socket: socket.socket = listen(address)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{address.literal}:{self.port}/"
        import uvicorn

        from tracker.web.app import build

        config = uvicorn.Config(
            build(desk_of, address),
            access_log=False,
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        self._thread: Thread | None = None

    def start(self) -> None:
        """Serve until `stop`."""
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="page", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer what is being answered, then close."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=5)
