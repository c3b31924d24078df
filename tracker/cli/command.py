"""The two classes every command is made of: negative numbers are values, a slip gets a suggestion, groups load when asked.

A command line is taken literally: nothing is guessed, an option that does not exist is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

#: Options of `tracker` itself; after the command they are refused with the place where they belong.
GLOBAL = ("--home", "--now", "-v", "--verbose", "--version")
NEGATIVE = re.compile(r"-[.\d]")  # -3.1, -.5 and -1e3 are values, no options
#: A byte of the command line that is no UTF-8 arrives as half a character. Names of files may hold such bytes, texts not.
HALF = re.compile("[\ud800-\udfff]")
PATHS = ("file", "files", "folder", "target", "to")
MARK = "\0"  # cannot occur in an argument of a process


class Command(click.Command):
    """A command that takes `-3.1` where a value stands, and still refuses `--nte` with "did you mean --note"."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hide negative numbers from the option parser where no option asks for a value."""
        takes_value = {
            name
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and not param.is_flag and not param.count
            for name in param.opts
        }
        before = ["", *args]
        hidden = [
            MARK + arg if NEGATIVE.match(arg) and last not in takes_value else arg
            for last, arg in zip(before, args, strict=False)
        ]
        try:
            rest = super().parse_args(ctx, hidden)
        except click.NoSuchOption as error:
            if error.option_name not in GLOBAL:
                raise
            place = f"tracker {error.option_name} … {ctx.info_name}"
            raise click.UsageError(f"{error.option_name} goes before the command: {place}", ctx) from None
        except click.UsageError as error:
            # In a repr the mark is spelt out.
            shown = error.format_message().replace(MARK, "").replace(repr(MARK)[1:-1], "")
            raise click.UsageError(shown, error.ctx or ctx) from None
        ctx.params = {name: _shown(value) for name, value in ctx.params.items()}
        for name, value in ctx.params.items():
            if name not in PATHS and any(HALF.search(one) for one in _texts(value)):
                raise click.UsageError("an argument holds bytes that are no UTF-8, or half a character", ctx)
        return rest


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return value.removeprefix(MARK)
    if isinstance(value, tuple):
        return tuple(_shown(part) for part in value)
    return value


def _texts(value: Any) -> Iterator[str]:
    """Every text in what was given for a parameter."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)


class Group(click.Group):
    """A group whose commands are `name: "module:attribute"`, imported when they are called."""

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order they were given: the order of a day's work, not of the alphabet."""
        return [*self._lazy, *(name for name in self.commands if name not in self._lazy)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if place := self._lazy.get(cmd_name):
            module, _, attribute = place.partition(":")
            command = getattr(import_module(module), attribute)
            if not isinstance(command, click.Command):
                raise TypeError(f"{place} is no command")
            return command
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but the names that are not imported yet are suggested too."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx) and not ctx.resilient_parsing:
            raise click.NoSuchCommand(name, possibilities=self.list_commands(ctx), ctx=ctx)
        return super().resolve_command(ctx, args)
