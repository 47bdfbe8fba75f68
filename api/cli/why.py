"""Why somebody may, or may not, see a ticket or an article."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from api.cli import opened
from articles import store
from kb import people, tickets
from kb import why as reasons


@click.command()
@click.argument("email")
@click.argument("what")
def why(email: str, what: str) -> None:
    """Say whether EMAIL may see WHAT (ticket:ID or article:NUMBER), and which rule decides."""
    kind, _, name = what.partition(":")
    if kind not in {"ticket", "article"} or not name:
        raise click.UsageError("write ticket:ID or article:NUMBER")
    with opened.database() as database, database.read() as session:
        person, at = people.person(session, email), datetime.now(UTC)
        for part, audience_id in _audiences(session, kind, name):
            verdict = reasons.audience(session, person, audience_id, at=at)
            click.echo(f"{part}: {'yes' if verdict.sees else 'no'}, audience {verdict.audience}")
            for because in verdict.because:
                click.echo(f"  {because}")


def _audiences(session: Session, kind: str, name: str) -> list[tuple[str, int]]:
    if kind == "article":
        return [("article", store.audience_of(session, name))]
    if not name.isdecimal():
        raise click.UsageError("a ticket is named by its id, such as ticket:4711")
    of_all, of_internal = tickets.audiences_of(session, int(name))
    return [("ticket", of_all), ("internal messages", of_internal)]
