"""Passwords and sign-ins of people."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from api.cli import opened
from kb import accounts, people, sign_ins


@click.command("password")
@click.argument("email")
@click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Asked for if left out; what stands on a command line stays in the shell's history.",
)
def password(email: str, password: str) -> None:
    """Set the password of the person with the address EMAIL; all their sign-ins end."""
    with opened.database() as database, database.write() as session:
        person = people.person(session, email)
        accounts.set_password(session, person, password, at=datetime.now(UTC))
    click.echo(f"{email}: password set, signed out everywhere")


@click.group("session")
def sessions() -> None:
    """Browsers in which people have signed in."""


@sessions.command("list")
@click.argument("email", required=False)
def list_sessions(email: str | None) -> None:
    """List the sign-ins in force, of one person or of all."""
    with opened.database() as database, database.read() as session:
        found = sign_ins.listed(session, at=datetime.now(UTC), person_id=_person_id(session, email))
        for one in found:
            how = "token" if one.with_token else "password"
            click.echo(f"{one.id}\t{one.email}\t{one.began_at:%Y-%m-%d %H:%M}\t{how}")


@sessions.command("end")
@click.argument("email")
def end_sessions(email: str) -> None:
    """End every sign-in of the person with the address EMAIL, from their next click on."""
    with opened.database() as database, database.write() as session:
        person = people.person(session, email)
        ended = sign_ins.end_all(session, person.id, at=datetime.now(UTC))
    click.echo(f"{email}: {ended} ended")


def _person_id(session: Session, email: str | None) -> int | None:
    return None if email is None else people.person(session, email).id
