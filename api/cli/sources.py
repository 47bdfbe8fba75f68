"""Connected ticket systems."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click
from pydantic import SecretStr

from api.cli import opened
from api.connectors import KINDS, connect, open_kind
from kb import alarms, people, tickets
from kb.db import Database
from kb.models import Ticket
from kb.settings import Settings
from kb.sources import handing_on, register, sync
from kb.sources.accounts import Account
from kb.sources.models import Source
from kb.sources.register import Status
from kb.sources.vault import open_vault


@click.group("source")
def group() -> None:
    """Ticket systems whose cases come in by themselves."""


@group.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(sorted(KINDS)), required=True)
@click.option("--url", required=True, help="Address of the system, as people open it.")
@click.option("--user", help="Name of the account, where the system wants one.")
@click.option(
    "--secret-file",
    type=click.File(),
    help="File with the key, token or password; - is standard input.  Asked for without.",
)
@click.option("--webhook-secret-file", type=click.File(), help="File with the webhook's secret.")
@click.option("--private", is_flag=True, help="The address is in our own network.")
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="Of this kind of system; NAME=@FILE takes what the file holds.",
)
def add(
    name: str,
    kind: str,
    url: str,
    user: str | None,
    secret_file: TextIO | None,
    webhook_secret_file: TextIO | None,
    private: bool,
    options: tuple[str, ...],
) -> None:
    """Connect the system NAME; its cases are for administrators alone until they are mapped."""
    secret = (
        secret_file.read().strip()
        if secret_file
        else click.prompt("Key, token or password", hide_input=True)
    )
    hook = webhook_secret_file.read().strip() if webhook_secret_file else None
    account = Account(
        url=url,
        user=user,
        secret=SecretStr(secret),
        webhook_secret=SecretStr(hook) if hook else None,
        private=private,
        options=dict(map(_option, options)),
    )
    chosen = opened.settings()
    with opened.database(chosen) as database:
        open_kind(kind, account).close()  # refuses a wrong address before it is stored
        with database.write() as session:
            vault = open_vault(chosen)
            register.add(session, name, kind, account, vault=vault, at=datetime.now(UTC))
    click.echo(f"source {name}; `kb source test {name}` shows what its account may see")


@group.command()
@click.argument("name")
def test(name: str) -> None:
    """Ask the system NAME who we are there and what we may see."""
    chosen = opened.settings()
    with opened.database(chosen) as database:
        source = _source(database, name)
        with closing(connect(source, open_vault(chosen))) as connector:
            seen = connector.visible()
            with database.write() as session:
                register.add_scopes(session, source.id, seen.scopes)
    click.echo(f"account {seen.account}")
    for scope in seen.scopes:
        click.echo(f"may see {scope}")
    for warning in seen.warnings:
        click.echo(f"warning: {warning}", err=True)


@group.command("sync")
@click.argument("name", required=False)
def sync_now(name: str | None) -> None:
    """Read what changed in the system NAME, or in all, until nothing is left.

    Stopping it loses nothing: the next sync goes on there.  The exit status is 1 if a system
    could not be read; the others are synced all the same.
    """
    chosen = opened.settings()
    failed = False
    with opened.database(chosen) as database:
        with database.read() as session:
            sources = [register.source(session, name)] if name else register.all_sources(session)
        for source in sources:
            try:
                with opened.readable_errors(chosen):
                    _sync(chosen, database, source)
            except click.ClickException as error:
                failed = True
                click.echo(f"{source.name}: {error.message}", err=True)
    if failed:
        sys.exit(1)


@group.command()
def status() -> None:
    """Show how all sources stand, and why a case or a source fails."""
    with opened.database() as database, database.read() as session:
        for row in register.statuses(session):
            _show(row)


@group.command()
@click.argument("name")
def pause(name: str) -> None:
    """Stop reading from the system NAME after the batch in hand."""
    with opened.database() as database, database.write() as session:
        register.pause(session, name, at=datetime.now(UTC))
    click.echo(f"{name} is paused")


@group.command()
@click.argument("name")
def resume(name: str) -> None:
    """Go on reading from the system NAME where it stopped."""
    with opened.database() as database, database.write() as session:
        register.resume(session, name, at=datetime.now(UTC))
    click.echo(f"{name} goes on")


@group.command("set")
@click.argument("name")
@click.option(
    "--suggest/--no-suggest",
    default=None,
    help="Note similar cases on each new ticket, for its agents alone.",
)
@click.option(
    "--tell/--no-tell",
    default=None,
    help="Note on a closed ticket, for its agents alone, the link to its draft and what is open.",
)
@click.option(
    "--keep-level/--no-keep-level",
    default=None,
    help="A ticket that was with a higher level once counts as solved by that level.",
)
@click.option(
    "--take/--no-take",
    default=None,
    help="Our second level may hand cases on to it, and sends what it chooses to send.",
)
def set_notes(
    name: str,
    suggest: bool | None,
    tell: bool | None,
    keep_level: bool | None,
    take: bool | None,
) -> None:
    """Say what is written into the system NAME; without options, show it."""
    with opened.database() as database, database.write() as session:
        chosen = register.set_notes(
            session,
            name,
            suggests=suggest,
            tells=tell,
            keeps_level=keep_level,
            takes=take,
            at=datetime.now(UTC),
        )
        for option, value in (
            ("suggest", chosen.suggests),
            ("tell", chosen.tells),
            ("keep-level", chosen.keeps_level),
            ("take", chosen.takes),
        ):
            click.echo(f"{name}: {option} {'on' if value else 'off'}")


@group.command("map")
@click.argument("name")
@click.argument("scope")
@click.option("--audience", help="Who may see its cases; without, administrators alone.")
@click.option("--internal-audience", help="Who may see internal messages.  [default: internal]")
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True)
def map_scope(
    name: str, scope: str, audience: str | None, internal_audience: str | None, level: int
) -> None:
    """Say who may see the cases of SCOPE (a project, queue, …) of the system NAME.

    The scope `queue:QUEUE` sets the level of a queue alone.
    """
    with opened.database() as database, database.write() as session:
        register.put_scope(
            session,
            register.source(session, name).id,
            scope,
            audience_id=people.audience(session, audience).id if audience else None,
            internal_audience_id=(
                people.audience(session, internal_audience).id if internal_audience else None
            ),
            level=level,
            at=datetime.now(UTC),
        )
    click.echo(f"{name}: {scope} is for {audience or 'administrators alone'}, level {level}")


@group.command("hand-on")
@click.argument("name")
@click.argument("ticket_id", type=click.IntRange(min=1))
@click.option("--scope", required=True, help="The project or queue there.")
@click.option("--title", help="Of the case there.  [default: the title of the ticket]")
@click.option(
    "--text-file",
    type=click.File(encoding="utf-8"),
    required=True,
    help="All that goes out, in Markdown; - is standard input.",
)
def hand_on(name: str, ticket_id: int, scope: str, title: str | None, text_file: TextIO) -> None:
    """Open a case in the system NAME for the ticket with the id TICKET_ID here.

    The worker opens it, follows it, and brings its answer back.  Nothing of the ticket goes out
    but the title and the text.
    """
    text = text_file.read().strip()
    with opened.database() as database, database.write() as session:
        ticket = next(iter(tickets.with_messages(session, Ticket.id == ticket_id, limit=1)), None)
        if ticket is None:
            raise tickets.TicketNotFound(ticket_id)
        handing_on.promise(
            session,
            ticket,
            name,
            scope=scope,
            title=title or ticket.title,
            text=text,
            by=None,
            at=datetime.now(UTC),
        )
    click.echo(f"ticket {ticket_id} goes to {name}, {scope}")


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise click.UsageError(f"--option {text}: write NAME=VALUE")
    if not value.startswith("@"):
        return name, value
    try:
        return name, Path(value[1:]).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"--option {name}: {value[1:]} cannot be read") from error


def _source(database: Database, name: str) -> Source:
    with database.read() as session:
        return register.source(session, name)


def _sync(chosen: Settings, database: Database, source: Source) -> None:
    def show(done: sync.Synced) -> None:
        click.echo(f"\r{source.name}: {done.fetched} cases", nl=False, err=True)

    with closing(connect(source, open_vault(chosen))) as connector:
        done = alarms.keep_up(
            database, source.id, connector, clock=lambda: datetime.now(UTC), progress=show
        )
    click.echo(err=True)
    click.echo(f"{source.name}: {done.fetched} read, {done.gone} gone, {done.failed} failed")


def _show(row: Status) -> None:
    state = "paused" if row.paused else "failing" if row.failure else "running"
    read = f"{row.caught_up_at:%Y-%m-%d %H:%M:%S} UTC" if row.caught_up_at else "never"
    click.echo(
        f"{row.name} ({row.kind}): {state}, {row.known} cases, {row.waiting} waiting, "
        f"{row.gone} gone, caught up {read}"
    )
    if row.failure:
        since = f" since {row.failed_at:%Y-%m-%d %H:%M} UTC" if row.failed_at else ""
        click.echo(f"  {row.failure}{since}")
    for scope in row.unmapped:
        click.echo(f"  for administrators alone: {scope} (`kb source map`)")
    for external_id, reason in row.failing:
        click.echo(f"  case {external_id}: {reason}")
