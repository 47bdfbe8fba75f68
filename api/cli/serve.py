"""Serving and working: the commands that run until they are stopped."""

import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType

import click
import structlog
import uvicorn

from api import examples, logs
from api.app import create_app
from api.cli import opened
from api.source_worker import SourceWorker
from api.wiring import Services
from api.worker import Worker, work_all
from kb import setup_codes

log = structlog.get_logger()

GRACE = 10
"""Seconds that requests under way get to finish when the server is stopped."""


@click.command()
@click.option("--worker/--no-worker", default=True, help="Also do jobs and indexing here.")
def serve(worker: bool) -> None:
    """Serve the pages and the API on KB_HOST and KB_PORT, with a worker in the same process."""
    chosen = opened.settings()
    logs.configure(chosen.log_format)
    with opened.services(chosen) as services:
        if chosen.demo:
            _show_demo(services)
        _show_setup(services)
        working = Worker(services) if worker else None
        syncing = SourceWorker(services) if worker else None
        # uvicorn raises the signal again once it has shut down; ours then ends the command.
        _on_signals(_leave)
        if working and syncing:
            working.start()
            syncing.start()
        try:
            _server(services).run()
        finally:
            if working and syncing:
                syncing.stop()
                working.stop()


@click.command()
@click.option("--once", is_flag=True, help="End as soon as nothing is left to do.")
def worker(once: bool) -> None:
    """Do promised jobs and keep the index up to date, without serving."""
    chosen = opened.settings()
    logs.configure(chosen.log_format)
    with opened.services(chosen) as services:
        if once:
            work_all(services)
            services.finder.save()
            return
        working = Worker(services)
        syncing = SourceWorker(services)
        _on_signals(working.ask_to_stop)
        syncing.start()
        working.run()
        syncing.stop()


def _show_demo(services: Services) -> None:
    """Load the examples on the first start, and say how to sign in."""
    now = datetime.now(UTC)
    with services.database.read() as session:
        empty = examples.is_empty(session)
    if empty:
        loaded = examples.begin(services, at=now)
        click.echo(f"Examples: {loaded.tickets} tickets, {loaded.articles} articles.", err=True)
    with services.database.write() as session:
        shown = examples.demo_tokens(session, at=now)
    address = f"http://{services.settings.host}:{services.settings.port}"
    click.echo(f"Open {address} and sign in with one of these tokens of today:", err=True)
    for account in shown:
        click.echo(f"  {account.secret}  {account.email}  {account.shows}", err=True)


def _show_setup(services: Services) -> None:
    """While nobody administers: how to begin, with a code for who reads this terminal.

    What is no terminal is kept by others, such as a log, and a code does not belong there.
    """
    with services.database.read() as session:
        if not setup_codes.is_open(session):
            return
    if not sys.stderr.isatty():
        log.warning(
            "nobody administers",
            do="kb user create EMAIL --name NAME --organisation NAME --admin, then"
            " kb user password EMAIL; or kb serve in a terminal",
        )
        return
    with services.database.write() as session:
        code = setup_codes.put(session, at=datetime.now(UTC))
    address = f"http://{services.settings.host}:{services.settings.port}/setup"
    click.echo("Nobody administers this service yet.", err=True)
    click.echo(f"Open {address} and enter this code, good once and for one hour:", err=True)
    click.echo(f"  {code}", err=True)


def _server(services: Services) -> uvicorn.Server:
    settings = services.settings
    config = uvicorn.Config(
        create_app(services),
        host=settings.host,
        port=settings.port,
        log_config=None,  # ours is in force
        access_log=False,  # it would log queries
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    log.info("serving", address=f"http://{settings.host}:{settings.port}")
    return uvicorn.Server(config)


def _leave() -> None:
    raise SystemExit(0)


def _on_signals(act: Callable[[], None]) -> None:
    def handler(_number: int, _frame: FrameType | None) -> None:
        act()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)
