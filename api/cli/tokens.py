"""Bearer tokens for the API."""

from datetime import UTC, datetime, timedelta

import click

from api.cli import opened
from kb import people, tokens
from kb.models import Scope

ALL_SCOPES = [scope.value for scope in Scope]


@click.group("token")
def group() -> None:
    """Bearer tokens for the API."""


@group.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(ALL_SCOPES),
    help="What it may be used for; left out, a person's token is for all but admin, scim and feed.",
)
def create_token(email: str, name: str, days: int, scopes: tuple[str, ...]) -> None:
    """Create a token with which the person with the address EMAIL can ask; it is shown once."""
    chosen = {Scope(scope) for scope in scopes}
    now = datetime.now(UTC)
    with opened.database() as database, database.write() as session:
        person = people.person(session, email)
        if not chosen and not person.service:
            chosen = {*tokens.PERSONAL}
        until = now + timedelta(days)
        issued = tokens.create(session, person, name, scopes=chosen, expires_at=until, at=now)
    click.echo(issued.secret)


@group.command("list")
def list_tokens() -> None:
    """List all tokens: number, owner, what for, scopes, until when; never the token itself."""
    with opened.database() as database, database.read() as session:
        for token, email in tokens.listed(session):
            until = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "revoked"
            scopes = token.scopes.replace(" ", "+")
            used = f"{token.used_at:%Y-%m-%d}" if token.used_at else "never"
            click.echo(
                f"{token.id}  {email}  {token.name}, {scopes}, until {until}, last used {used}"
            )


@group.command("revoke")
@click.argument("token_id", type=int)
def revoke_token(token_id: int) -> None:
    """Take the token with the number TOKEN_ID back, at once."""
    with opened.database() as database, database.write() as session:
        tokens.revoke(session, token_id, at=datetime.now(UTC))
    click.echo(f"token {token_id} revoked")
