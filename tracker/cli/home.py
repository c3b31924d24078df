"""A home and its declaration: make one, look it over, describe it to an editor."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.command import Command
from tracker.cli.entering import read_text
from tracker.cli.session import Session, pass_session
from tracker.errors import DataRejected, DeclarationError, HomeError, Problem

if TYPE_CHECKING:
    from tracker.model.declared import Declaration

REJECTED, BROKEN = 3, 2  # warnings under --strict; mistakes
_KEYS = ("file", "line", "column", "length", "level", "code", "message", "hint", "path")


@click.command(cls=Command)
@click.argument("folder", required=False, metavar="[DIR]")
@pass_session
def init(session: Session, folder: str | None) -> None:
    """Make a home in DIR with the watch that is shipped, and say what to do next."""
    from tracker.indicators import starter

    root = Path(folder).expanduser() if folder is not None else session.home.root
    if root.exists() and not root.is_dir():
        raise HomeError(f"{root}: a home must be a folder, this is a file")
    for made in starter.make(root):
        click.echo(made, err=True)
    home = "" if root.resolve() == Path.cwd() else f"--home {shlex.quote(str(root))} "
    click.echo("made; next:", err=True)
    click.echo(f"tracker {home}run")


@click.command(cls=Command)
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--strict", is_flag=True, help="Exit 3 when there are warnings.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="Form of the report."
)
@pass_session
def check(session: Session, file: str | None, strict: bool, form: str) -> int:
    """Look over the declaration, offline: FILE, standard input (-), or that of the home.

    Mistakes are exit 2, warnings under --strict exit 3.
    """
    from tracker import indicators, pipeline, plain

    declaration = None
    path = _asked(session, file)
    name = "<stdin>" if path is None else str(path)
    try:
        text = indicators.read_text(path) if path is not None else _stdin()
        home = path.parent if path is not None and path.name == session.home.declaration.name else None
        declaration, found = indicators.examine(text, file=name, kinds=pipeline.kinds(), home=home)
    except DeclarationError as error:
        found, text = list(error.problems), error.source
    _report(sorted(found, key=lambda problem: (problem.line, problem.column)), text, form)
    mistakes = sum(problem.level == "error" for problem in found)
    counted = [_number(mistakes, "mistake"), _number(len(found) - mistakes, "warning")]
    fine = f"fine: {_contents(declaration)}" if declaration is not None else ""
    click.echo(plain.terminal(f"{name}: {', '.join(one for one in counted if one) or fine}"), err=True)
    return BROKEN if mistakes else REJECTED if strict and found else 0


@click.command(cls=Command)
@pass_session
def schema(session: Session) -> None:
    """Print the JSON Schema of indicators.yaml, for editors."""
    from tracker import indicators, pipeline

    click.echo(indicators.schema_text(pipeline.kinds()), nl=False)


def _asked(session: Session, file: str | None) -> Path | None:
    """The file that is looked over, from the current folder where it lies below it; None is standard input."""
    if file == "-":
        return None
    if file is not None:
        return Path(file)
    path = session.home.declaration
    if not path.exists():
        raise HomeError(f"{path.parent}: no indicators.yaml here; `tracker init` makes a home")
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _stdin() -> str:
    try:
        return read_text("-")
    except DataRejected as error:  # what is asked is no data: a mistake in it is exit 2
        raise DeclarationError(error.problems) from error


def _report(found: Sequence[Problem], text: str, form: str) -> None:
    """For people on stderr, with the lines; for programs on stdout."""
    from tracker import indicators, plain

    if form == "json":
        click.echo(plain.json([{key: getattr(problem, key) for key in _KEYS} for problem in found], indent=1))
    for problem in found if form != "json" else ():
        if form == "github":
            click.echo(_annotation(problem))
        else:
            click.echo(indicators.render_problem(problem, text), err=True)


def _annotation(problem: Problem) -> str:
    """A workflow command: the forge shows it beside the line."""
    hint = f" ({problem.hint})" if problem.hint else ""
    place = f"file={_property(problem.file)},line={problem.line},col={problem.column}"
    end = f"endColumn={problem.column + problem.length},title={_property(problem.code)}"
    return f"::{problem.level} {place},{end}::{_escaped(problem.message + hint)}"


def _escaped(text: str) -> str:
    from tracker import plain

    parts = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return plain.terminal(parts)


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _contents(declaration: Declaration) -> str:
    rules = sum(len(indicator.rules) for indicator in declaration.indicators.values())
    counts = {
        "subject": len(declaration.subjects),
        "source": len(declaration.sources),
        "indicator": len(declaration.indicators),
        "rule": rules,
    }
    return ", ".join(_number(count, name) or f"no {name}s" for name, count in counts.items())


def _number(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}" if count else ""
