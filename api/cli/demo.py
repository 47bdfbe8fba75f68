"""The demo: the main job from import to answer, in a throw-away data folder."""

import json
import logging
import secrets
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import structlog
from pydantic import SecretStr
from sqlalchemy.orm import Session

from api import examples
from api.cli import opened
from api.cli.search import heading, marked, reasons
from api.connectors import connect
from api.examples import Closing, Publishing, Raised, Search
from api.wiring import Services
from api.worker import work_all
from articles import review, store
from articles.store import ArticleView
from indexer.search import Hit
from indexer.search import search as find
from kb import alarms, people
from kb.sources import register
from kb.sources.accounts import Account
from kb.sources.monitoring import Monitor
from kb.sources.vault import open_vault
from kb.visibility import Reader, reader_of

SHOWN = 3
"""Hits that the demo prints, and among which the expected one has to be."""


@click.command()
@click.option(
    "--examples",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=examples.FOLDER,
    help="Folder of the examples.",
)
def demo(folder: Path) -> None:
    """Tell the main job on the examples, in a data folder that is deleted at the end.

    The exit status is 1 if something that should be found is not, or the other way round.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory(prefix="kb-demo-") as data:
        chosen = opened.settings().model_copy(update={"data_dir": Path(data), "database_url": None})
        with opened.services(chosen) as services:
            failures = _tell(services, folder)
    for failure in failures:
        click.echo(f"FAILED: {failure}", err=True)
    if failures:
        sys.exit(1)
    click.echo("\nEverything was found by those who may, and by nobody else.")


def _tell(services: Services, folder: Path) -> list[str]:
    told = examples.story(folder)
    _step("1. Import", "people, tickets (JSON Lines and a foreign CSV) and Markdown articles")
    loaded = examples.load(services.database, folder, at=_now())
    click.echo(f"   {loaded.people} people, {loaded.tickets} tickets, {loaded.articles} articles")

    _step("2. Index", f"passages, words and vectors with {services.finder.embedder.name}")
    work_all(services)
    click.echo(f"   {services.finder.lag().passages} passages wait")

    _step("3. Search", "in German, Dutch and English, as an agent and as a contractor")
    failures = [failure for search in told.searches for failure in _search(services, search)]

    _step("4. Close a second-level ticket", told.close.ticket)
    ticket_id = _close(services, told.close)

    _step("5. Draft", "written from the ticket, each sentence with its place there")
    work_all(services)
    draft = _draft(services, told.publish, ticket_id)

    _step("6. Publish", f"for the audience {told.publish.audience}")
    _publish(services, told.publish, draft)

    _step("7. Found", "by the next search")
    failures += [
        failure
        for search in told.afterwards
        for failure in _search(services, search, published=draft.number)
    ]

    _step("8. An alarm comes in", "as Alertmanager sends it, answered with what is known")
    return failures + _raise(services, told.alarm)


def _step(title: str, what: str) -> None:
    click.echo(f"\n{click.style(title, bold=True)}  {what}")


def _now() -> datetime:
    return datetime.now(UTC)


def _reader(session: Session, email: str) -> Reader:
    return reader_of(session, people.person(session, email), at=_now())


def _search(services: Services, asked: Search, *, published: str = "") -> list[str]:
    """Search and print; what is not as it should be."""
    with services.database.read() as session:
        reader = _reader(session, asked.person)
        hits = find(session, services.finder, reader, asked.query).hits
    click.echo(f"\n   {asked.person} ({asked.language}): {click.style(asked.query, italic=True)}")
    _show(hits)
    wanted = published if asked.expect_published else asked.expect
    return list(_wrong(asked, hits, wanted))


def _show(hits: Sequence[Hit]) -> None:
    for place, hit in enumerate(hits[:SHOWN], start=1):
        click.echo(f"   {place}. {heading(hit)}\n      {marked(hit)[:200]}\n      {reasons(hit)}")


def _wrong(asked: Search, hits: Sequence[Hit], wanted: str | None) -> list[str]:
    wrong = []
    if wanted and wanted not in {hit.number for hit in hits[:SHOWN]}:
        wrong.append(f"{wanted} is not in the first {SHOWN} hits for {asked.query!r}")
    if asked.expect_not and asked.expect_not in {hit.number for hit in hits}:
        wrong.append(f"{asked.person} found {asked.expect_not}, which they may not see")
    elif asked.expect_not:
        click.echo(f"   {asked.expect_not} is not among them: {asked.person} may not see it")
    return wrong


def _close(services: Services, closing: Closing) -> int:
    with services.database.write() as session:
        ticket, promised = examples.close(session, closing, at=_now())
        click.echo(f"   {closing.person} closes {ticket.title!r}")
        click.echo("   a draft is promised in the same transaction" if promised else "")
        return ticket.id


def _draft(services: Services, publishing: Publishing, ticket_id: int) -> ArticleView:
    with services.database.read() as session:
        reader = _reader(session, publishing.person)
        waiting = store.waiting(session, reader, limit=50)
        number = next(item.number for item in waiting if item.ticket_id == ticket_id)
        draft = store.by_number(session, reader, number)
    click.echo(f"   {draft.number}: {draft.title}")
    for statement in draft.statements:
        text = " ".join(statement.text.split())
        click.echo(f"   [{statement.section}] {text[:110]}")
        for quote in statement.evidence:
            place = f"{quote.part} {quote.start}–{quote.end}"
            click.echo(click.style(f"        from {place}", dim=True))
    return draft


def _publish(services: Services, publishing: Publishing, draft: ArticleView) -> None:
    with services.database.write() as session:
        reader = _reader(session, publishing.person)
        audience = people.audience(session, publishing.audience)
        review.publish(session, reader, draft.id, audience_id=audience.id, at=_now())
    work_all(services)
    click.echo(f"   {publishing.person} publishes {draft.number}")


def _raise(services: Services, raised: Raised) -> list[str]:
    """Take an alarm and print what is known of it; what is not as it should be."""
    alert = {
        "status": "firing",
        "labels": {"alertname": raised.name, "instance": raised.host, "team": "demo"},
        "annotations": {"summary": raised.summary},
        "startsAt": raised.started_at.isoformat(),
        "fingerprint": "demo",
    }
    secret = SecretStr(secrets.token_hex())
    account = Account(url="https://alerts.example", webhook_secret=secret)
    headers = {"Authorization": f"Bearer {secret.get_secret_value()}"}
    body = json.dumps({"version": "4", "alerts": [alert]}).encode()
    vault = open_vault(services.settings)
    with services.database.write() as session:
        source = register.add(session, "alerts", "alertmanager", account, vault=vault, at=_now())
        audience = people.audience(session, raised.audience)
        register.put_scope(session, source.id, "demo", audience_id=audience.id, at=_now())
        with closing(connect(source, vault)) as connector:
            told = connector.alarms(headers, body) if isinstance(connector, Monitor) else []
        alarms.record(session, source, told, at=_now())
    with services.database.read() as session:
        reader = _reader(session, raised.person)
        (alarm,) = alarms.listed(session, reader, before=None, limit=1)
        hits = find(session, services.finder, reader, alarms.question(alarm)).hits
        other = alarms.listed(session, _reader(session, raised.hidden_from), before=None, limit=1)
    click.echo(f"\n   {raised.person}: {alarm.name} on {alarm.host}: {alarm.summary}")
    _show(hits)
    wrong = []
    if raised.expect not in {hit.number for hit in hits[:SHOWN]}:
        wrong.append(f"{raised.expect} is not in the first {SHOWN} hits for the alarm")
    if other:
        wrong.append(f"{raised.hidden_from} is told of an alarm that they may not see")
    else:
        click.echo(f"   {raised.hidden_from} is not told of the alarm")
    return wrong
