"""Drafts on the command line: list, show, edit, publish, reject."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

import click
from sqlalchemy.orm import Session

from api import audiences
from api.cli import opened
from articles import care, reviews, store
from articles import review as reviewing
from articles.models import Governance
from kb import people
from kb.models import Licence
from kb.visibility import Reader, reader_of

MANY = 1000
"""Drafts listed at once; a longer queue is a different problem."""

as_person = click.option("--as", "email", required=True, help="E-mail address of who asks.")


@click.group("drafts")
def group() -> None:
    """Articles in the making: what waits for a review, and what to do with it."""


@group.command("list")
@as_person
def list_(email: str) -> None:
    """List what waits for a review, one a line: number, language, title."""
    with _asking(email, writes=False) as (session, reader):
        reader.must_hold(Licence.CANDIDATE)
        for draft in store.waiting(session, reader, limit=MANY):
            click.echo(f"{draft.number}\t{draft.language or '-'}\t{draft.title}")


@group.command()
@click.argument("number")
@click.option("--evidence", is_flag=True, help="Each sentence with where it comes from.")
@as_person
def show(number: str, evidence: bool, email: str) -> None:
    """Print the newest version of the draft NUMBER as Markdown."""
    with _asking(email, writes=False) as (session, reader):
        reader.must_hold(Licence.CANDIDATE)
        draft = store.by_number(session, reader, number)
    if not evidence:
        click.echo(f"# {draft.title}\n\n{draft.markdown.rstrip()}")
        return
    for statement in draft.statements:
        click.echo(f"[{statement.section}] {statement.text}")
        for item in statement.evidence:
            click.echo(f"    {item.part} of ticket {item.ticket_id}: {item.quote}")
        if not statement.supported:
            click.echo("    nothing in the ticket says so")


@group.command()
@click.argument("number")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--title", help="A new title; left out: it stays.")
@click.option("--base", type=int, help="Version it was written from; left out: the newest.")
@as_person
def edit(number: str, file: TextIO, title: str, base: int, email: str) -> None:
    """Write a new version of the draft NUMBER from the Markdown FILE (- for standard input)."""
    with _asking(email) as (session, reader):
        draft = store.by_number(session, reader, number)
        made = reviewing.edit(
            session,
            reader,
            draft.id,
            base=base or draft.version,
            title=title or draft.title,
            markdown=file.read(),
            at=datetime.now(UTC),
        )
    click.echo(f"{draft.number} is now at version {made}")


@group.command()
@click.argument("number")
@click.option("--audience", help="Who may read it; left out: who may now.")
@as_person
def publish(number: str, audience: str | None, email: str) -> None:
    """Let an audience find the newest version of the draft NUMBER."""
    with _asking(email) as (session, reader):
        draft = store.by_number(session, reader, number)
        wanted = None if audience is None else audiences.chosen(session, reader, audience)
        reviewing.publish(session, reader, draft.id, audience_id=wanted, at=datetime.now(UTC))
    click.echo(f"{draft.number} is published")


@group.command()
@click.argument("number")
@click.option("--reason", required=True, help="Whoever wrote it will read it.")
@as_person
def reject(number: str, reason: str, email: str) -> None:
    """Turn the draft NUMBER down."""
    with _asking(email) as (session, reader):
        draft = store.by_number(session, reader, number)
        reviewing.reject(session, reader, draft.id, reason=reason, at=datetime.now(UTC))
    click.echo(f"{draft.number} is rejected")


@group.command()
@click.option("--mine", is_flag=True, help="Those alone that you look after.")
@as_person
def due(mine: bool, email: str) -> None:
    """List published articles to look at again: number, last looked at, owner, title."""
    at = datetime.now(UTC)
    with _asking(email, writes=False) as (session, reader):
        reader.must_hold(Licence.CANDIDATE)
        for one in reviews.due(session, reader, at=at, limit=MANY, mine=mine):
            seen = one.looked_at.date()
            click.echo(f"{one.number}\t{seen}\t{one.owner or '-'}\t{one.title}")


@group.command("hand-over")
@click.argument("number")
@click.argument("owner", required=False)
@as_person
def hand_over(number: str, owner: str | None, email: str) -> None:
    """Let OWNER (an e-mail address) look after the article NUMBER; left out: nobody."""
    with _asking(email) as (session, reader):
        article = store.by_number(session, reader, number)
        care.hand_over(session, reader, article.id, owner, at=datetime.now(UTC))
    click.echo(f"{article.number} is looked after by {owner or 'nobody'}")


@group.command()
@click.argument("number")
@click.argument("governance", type=click.Choice([one.value for one in Governance]))
@as_person
def govern(number: str, governance: str, email: str) -> None:
    """Say who may change the article NUMBER: experience: all, compliance: publishers alone."""
    with _asking(email) as (session, reader):
        article = store.by_number(session, reader, number)
        care.govern(session, reader, article.id, Governance(governance), at=datetime.now(UTC))
    click.echo(f"{article.number}: {governance}")


@contextmanager
def _asking(email: str, *, writes: bool = True) -> Iterator[tuple[Session, Reader]]:
    """A transaction, and who asks in it."""
    with opened.database() as database:
        begin = database.write if writes else database.read
        with begin() as session:
            person = people.person(session, email)
            yield session, reader_of(session, person, at=datetime.now(UTC))
