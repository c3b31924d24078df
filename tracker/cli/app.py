"""`tracker` itself: the options that stand before a command, and where each command lives."""

from __future__ import annotations

import click

from tracker.cli.command import Group
from tracker.cli.session import Session

COMMANDS = {
    "init": "tracker.cli.home:init",
    "check": "tracker.cli.home:check",
    "schema": "tracker.cli.home:schema",
    "run": "tracker.cli.running:run",
    "web": "tracker.cli.running:web_",
    "collect": "tracker.cli.verbs:collect",
    "evaluate": "tracker.cli.verbs:evaluate",
    "deliver": "tracker.cli.verbs:deliver",
    "record": "tracker.cli.entering:record",
    "import": "tracker.cli.entering:import_",
    "undo": "tracker.cli.entering:undo",
    "list": "tracker.cli.reading:list_",
    "show": "tracker.cli.reading:show",
    "values": "tracker.cli.reading:values",
    "events": "tracker.cli.reading:events",
    "entries": "tracker.cli.reading:entries",
    "alerts": "tracker.cli.reading:alerts",
    "sources": "tracker.cli.reading:sources",
    "status": "tracker.cli.reading:status",
    "explain": "tracker.cli.explaining:explain",
    "ack": "tracker.cli.answering:ack",
    "mute": "tracker.cli.answering:mute",
    "unmute": "tracker.cli.answering:unmute",
    "digest": "tracker.cli.telling:digest",
    "notify": "tracker.cli.telling:notify",
    "rules": "tracker.cli.rules:rules",
    "read": "tracker.cli.texts:read",
    "opml": "tracker.cli.opml:opml",
    "review": "tracker.cli.reviewing:review",
    "db": "tracker.cli.database:db",
    "completion": "tracker.cli.shell:completion",
}

EXIT_CODES = """\b
Exit codes:
  0    ok
  1    failed
  2    bad usage or declaration
  3    data rejected, or warnings under --strict
  5    alerts --exit-code, and something fires
  6    partly done: a source failed, the rest of the pass was done
  130  interrupted"""


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from tracker import __version__

        click.echo(f"tracker {__version__}")
        ctx.exit()


@click.group(cls=Group, lazy=COMMANDS, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="The home; default $TRACKER_HOME, else the current folder.")
@click.option("--now", metavar="TIME", help="Stop the clock at this time (ISO 8601; a date is its first instant).")
@click.option("-v", "--verbose", count=True, help="Say more; twice: tracebacks too.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def app(ctx: click.Context, home: str | None, now: str | None, verbose: int) -> None:
    """Keep watch over companies: collect, compare with the rules, speak when something happens."""
    import logging

    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    ctx.obj = Session(home_option=home, now=now, verbose=verbose)
