"""docs/cli.md is what `--help` says of each command, all of them, in the order of the command line itself."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from tests.support.command import ROOT
from tracker.cli.app import app

DOCUMENT = ROOT / "docs" / "cli.md"
WIDTH = 100  # columns
INTRODUCTION = """\
# The command line

Every command as `--help` describes it; a test compares. Options of `tracker` itself stand before the command's name.
"""


def _all(command: click.Command, above: click.Context | None, name: str) -> Iterator[tuple[str, click.Context]]:
    context = click.Context(
        command, parent=above, info_name=name, max_content_width=WIDTH, terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )  # fmt: skip
    yield context.command_path, context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            if not found.hidden:
                yield from _all(found, context, below)


def _drawn() -> str:
    parts = [INTRODUCTION]
    for path, context in _all(app, None, "tracker"):
        said = "\n".join(line.rstrip() for line in context.get_help().strip().splitlines())
        parts.append(f"## {path}\n\n```text\n{said}\n```\n")
    return "\n".join(parts)


def test_the_reference_is_what_the_commands_say() -> None:
    """`TRACKER_GOLDEN=write` writes it."""
    if os.environ.get("TRACKER_GOLDEN") == "write":
        DOCUMENT.write_text(_drawn(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == _drawn()
