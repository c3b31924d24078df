"""From an error to one message on stderr and an exit code. No traceback without `-v -v`."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

import click

from tracker.cli import garbage
from tracker.errors import DataRejected, DeclarationError, Problem, TrackerError

SHOWN = 20  # mistakes in data that are listed; the rest is counted
#: Failures of the machine that the caller must mend before anything else: exit 2, as for a home that cannot be used.
UNUSABLE = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.EFBIG,
    errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL,
}  # fmt: skip


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    garbage.seldom()
    from tracker.cli.app import app

    _utf8()
    try:
        if "_TRACKER_COMPLETE" in os.environ:
            app.main(prog_name="tracker")  # the shell asks for completions; this exits
        with app.make_context("tracker", list(args)) as context:
            answer = app.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:  # `tracker entries | head`: the reader has seen enough
        _forget_stdout()
        return 0
    except (click.Abort, KeyboardInterrupt):
        return 130
    except Exception as error:  # the one place where every error ends
        return _report(error)
    return answer if isinstance(answer, int) else 0


def _report(error: Exception) -> int:
    if logging.root.level <= logging.DEBUG and not isinstance(error, click.ClickException):  # -v -v
        traceback.print_exception(error, file=sys.stderr)
    match error:
        case click.ClickException():
            error.show()
            return 2  # click's own codes differ by class; here a bad command line is always 2
        case DeclarationError():
            _declaration(error)
        case DataRejected() if error.problems:
            _data(error)
        case TrackerError():
            say(str(error))
        case OSError():
            _forget_stdout()
            place = f"{error.filename}: " if error.filename else ""
            say(f"{place}{error.strerror or error}")
            return 2 if error.errno in UNUSABLE else 1
        case _:
            say(f"unexpected {type(error).__name__}: {error}; run with -v -v for the traceback")
            return 1
    return error.exit_code


def say(message: str) -> None:
    """One message to the person, inert on a terminal."""
    from tracker import plain

    click.echo("tracker: " + "\n".join(plain.terminal(line) for line in message.splitlines()), err=True)


def _declaration(error: DeclarationError) -> None:
    from tracker import indicators

    for problem in error.problems:
        click.echo(indicators.render_problem(problem, error.source), err=True)
    count = len(error.problems)
    where = next((problem.file for problem in error.problems if problem.file), "the declaration")
    say(f"{count} mistake{'s' if count > 1 else ''} in {where}; nothing was done")


def _data(error: DataRejected) -> None:
    from tracker import plain

    for problem in error.problems[:SHOWN]:
        click.echo(plain.terminal(place(problem)), err=True)
    count = len(error.problems)
    more = f" ({SHOWN} of them shown)" if count > SHOWN else ""
    say(f"{count} bad row{'s' if count > 1 else ''}{more}; nothing was stored")


def place(problem: Problem) -> str:
    """`file:line:column: message (hint)`."""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{problem.file}:{problem.line}:{problem.column}: {problem.message}{hint}"


def _utf8() -> None:
    """Data are UTF-8 wherever they go; what a terminal cannot show is escaped, never an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = None if stream.isatty() else "utf-8"
            reconfigure(encoding=encoding, errors="backslashreplace")


def _forget_stdout() -> None:
    """Nothing more can be written: keep the interpreter from trying again at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
