"""Passwords and sign-ins of people."""

from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from api.cli import opened
from kb import accounts, identities, people, sign_ins
from kb.identities import Told


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


@click.command()
@click.argument("email")
@click.option("--subject", required=True, help="The claim `sub` of the person there.")
def link(email: str, subject: str) -> None:
    """Let the person with the address EMAIL sign in as SUBJECT of the configured provider.

    Others are linked by their verified address when they first sign in; administrators never.
    """
    issuer = opened.settings().oidc_issuer
    if issuer is None:
        raise click.UsageError("KB_OIDC_ISSUER names no provider")
    told = Told(issuer, subject, None, email_verified=False, name=None, groups=frozenset())
    with opened.database() as database, database.write() as session:
        identities.link(session, people.person(session, email), told, at=datetime.now(UTC))
    click.echo(f"{email}: linked")


@click.command()
@click.argument("email")
def unlink(email: str) -> None:
    """Let the person with the address EMAIL sign in through no provider; their sign-ins end."""
    with opened.database() as database, database.write() as session:
        person, now = people.person(session, email), datetime.now(UTC)
        identities.unlink(session, person, at=now)
        sign_ins.end_all(session, person.id, at=now)
    click.echo(f"{email}: unlinked")


@click.group("group")
def groups() -> None:
    """Groups of the sign-in provider, and the teams that they mean."""


@groups.command("map")
@click.argument("group")
@click.argument("team")
def map_group(group: str, team: str) -> None:
    """Let members of GROUP work in TEAM, from their next sign-in on."""
    with opened.database() as database, database.write() as session:
        identities.map_group(session, group, people.team(session, team), at=datetime.now(UTC))
    click.echo(f"{group} means {team}")


@groups.command("unmap")
@click.argument("group")
@click.argument("team")
def unmap_group(group: str, team: str) -> None:
    """Let GROUP no longer mean TEAM; who came by it leaves at the next sign-in."""
    with opened.database() as database, database.write() as session:
        identities.unmap_group(session, group, people.team(session, team), at=datetime.now(UTC))
    click.echo(f"{group} does not mean {team} any more")


@groups.command("list")
def list_groups() -> None:
    """List the groups with their teams."""
    with opened.database() as database, database.read() as session:
        for group, team in identities.groups(session):
            click.echo(f"{group}: {team}")


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
