"""What keeps running: the daemon with the page, the page alone, and one pass over what is due."""

from __future__ import annotations

import os
import signal
import threading

import click

from tracker.cli.command import Command
from tracker.cli.progress import shown
from tracker.cli.session import Session, pass_session
from tracker.cli.verbs import say_round
from tracker.errors import UsageError

host_option = click.option(
    "--host", default="127.0.0.1", metavar="H", show_default=True, help="Any but a loopback address needs a token."
)
port_option = click.option(
    "--port", default=8765, metavar="P", show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="One pass over what is due, then exit.")
@click.option("--no-web", is_flag=True, help="Without the page.")
@host_option
@port_option
@pass_session
def run(session: Session, once: bool, no_web: bool, host: str, port: int) -> int:
    """Watch: collect, understand, evaluate, deliver, draw the digest, and serve the page."""
    from tracker import web

    # Refusals first, before anything is looked at or opened.
    address = web.admitted(host, port, os.environ)
    if session.now is not None and not once:
        raise UsageError("--now stops the clock, and a daemon lives on: use --now with `run --once` only")
    if once:
        from tracker import pipeline

        with shown() as line:
            done = pipeline.run_once(session.desk(), progress=line)
        return say_round(done)
    from tracker.daemon import Daemon

    desk = session.desk(lives_on=True)
    daemon = Daemon(desk)
    page = None if no_web else web.Server(address, lambda: daemon.desk)
    where = f"page {page.url}" if page is not None else "no page"
    click.echo(
        f"watching {desk.declaration.watch}: {where} · alerts land in {desk.home.alerts} · Ctrl-C ends", err=True
    )
    if page is not None:
        page.start()
    try:
        return daemon.run()
    finally:
        if page is not None:
            page.stop()


@click.command("web", cls=Command)
@host_option
@port_option
@click.option("--new-token", is_flag=True, help="Make a token for the page, say what to put where, and end.")
@pass_session
def web_(session: Session, host: str, port: int, new_token: bool) -> int:
    """Serve the page alone."""
    from tracker import web

    if new_token:
        token, kept = web.new_token()
        click.echo(token)
        click.echo(f"shown once; the page asks for it when TRACKER_WEB_TOKEN={kept} is set", err=True)
        return 0
    address = web.admitted(host, port, os.environ)
    if session.now is not None:
        raise UsageError("--now stops the clock, and the page lives on: ask for a past date with ?as_of= instead")
    desk = session.desk(lives_on=True)
    page = web.Server(address, lambda: desk)
    click.echo(f"page {page.url} · Ctrl-C ends", err=True)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    page.start()
    try:
        while not stop.wait(1):
            pass
    finally:
        page.stop()
    return 0
