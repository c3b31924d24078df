"""notify test: one sample to one receiver, at once and past the outbox, with the conversation that it took."""

from __future__ import annotations

import socket
from collections.abc import Callable
from difflib import get_close_matches

from tracker.errors import UsageError
from tracker.pipeline.opening import Desk


def notify_test(desk: Desk, receiver: str, say: Callable[[str], None]) -> None:
    """Send a sample; `say` hears the dialogue as it goes, so also when it fails. DeliveryError when it was not taken."""
    from tracker import alerts

    declared = desk.declaration.receivers.get(receiver)
    if declared is None:
        close = get_close_matches(receiver, desk.declaration.receivers, n=1)
        hint = (
            f"did you mean {close[0]!r}?"
            if close
            else f"declared are {', '.join(desk.declaration.receivers) or 'none'}"
        )
        raise UsageError(f"unknown receiver {receiver!r}; {hint}")
    now = desk.clock.now()
    message = alerts.sample(receiver, desk.declaration.watch, desk.declaration.timezone, now, desk.declaration.language)
    rendered = alerts.render(message)
    say(f"subject: {rendered.subject}")
    context = alerts.Context(home=desk.home, secret=desk.home.secret, hostname=socket.gethostname(), now=now, say=say)
    alerts.KINDS[declared.kind].send(declared.params, message, rendered, context)
    say(f"{receiver}: the sample was delivered")
