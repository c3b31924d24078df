"""Completion for the shells that click knows."""

from __future__ import annotations

import click

from tracker.cli.command import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of SHELL: `source <(tracker completion bash)`."""
    from click.shell_completion import get_completion_class

    from tracker.cli.app import app

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(app, {}, "tracker", "_TRACKER_COMPLETE").source())
