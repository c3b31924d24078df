"""Completion of names that only the home knows. A broken home completes nothing and says nothing."""

from __future__ import annotations

import os

import click
from click.shell_completion import CompletionItem

from tracker.errors import TrackerError
from tracker.settings import find_home


class IndicatorName(click.ParamType[str]):
    """A declared indicator; whether it exists is checked by the command, which knows the declaration."""

    name = "indicator"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The declared keys that begin like this, each with its name."""
        from tracker import pipeline

        try:
            declared = pipeline.declaration_of(find_home(ctx.find_root().params.get("home"), os.environ)).indicators
        except (TrackerError, OSError):
            return []
        return [CompletionItem(key, help=item.name) for key, item in declared.items() if key.startswith(incomplete)]


INDICATOR = IndicatorName()
