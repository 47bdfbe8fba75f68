"""Bearer tokens for the API."""

from datetime import UTC, datetime, timedelta

import click

from api.cli import opened
from kb import people, tokens


@click.group("token")
def group() -> None:
    """Bearer tokens for the API."""


@group.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
def create_token(email: str, name: str, days: int) -> None:
    """Create a token with which the person with the address EMAIL can ask; it is shown once."""
    now = datetime.now(UTC)
    with opened.database() as database, database.write() as session:
        person = people.person(session, email)
        issued = tokens.create(session, person, name, expires_at=now + timedelta(days), at=now)
    click.echo(issued.secret)


@group.command("list")
def list_tokens() -> None:
    """List all tokens: number, owner, what for, until when; never the token itself."""
    with opened.database() as database, database.read() as session:
        for token, email in tokens.listed(session):
            until = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "revoked"
            used = f"{token.used_at:%Y-%m-%d}" if token.used_at else "never"
            click.echo(f"{token.id}  {email}  {token.name}, until {until}, last used {used}")


@group.command("revoke")
@click.argument("token_id", type=int)
def revoke_token(token_id: int) -> None:
    """Take the token with the number TOKEN_ID back, at once."""
    with opened.database() as database, database.write() as session:
        tokens.revoke(session, token_id, at=datetime.now(UTC))
    click.echo(f"token {token_id} revoked")
