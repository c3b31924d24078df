"""kind: markdown. One file per episode or event under alerts/, one per digest; later messages are appended under their time."""

from __future__ import annotations

from tracker.alerts import writing
from tracker.alerts.kind import Context, Kind
from tracker.model.declared import Frozen
from tracker.model.told import Message, Rendered


class Params(Frozen):
    """Files in the home's `alerts/`; there is nothing to set."""


def send(params: Params, message: Message, rendered: Rendered, context: Context) -> None:
    """Write each file. A second try finds what the first one wrote and adds nothing."""
    for path, whole, section in rendered.files:
        written = writing.put(context.home.alerts, path, whole, section)
        context.say(f"alerts/{path} {'is written' if written else 'says so already'}")


KIND = Kind(Params=Params, send=send)
