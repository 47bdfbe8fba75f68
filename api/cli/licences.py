"""Licences of people and teams on the command line."""

from datetime import UTC, datetime

import click

from api.cli import opened
from kb import licences
from kb.models import Licence
from kb.visibility import OPERATOR

is_team = click.option("--team", "is_team", is_flag=True, help="NAME is a team, not an address.")


@click.group("licence")
def group() -> None:
    """How far the word of people and teams goes on articles."""


@group.command("list")
def list_() -> None:
    """List all licences given, one a line: who, licence."""
    with opened.database() as database, database.read() as session:
        for one in licences.listed(session, OPERATOR):
            click.echo(f"{one.person or f'team {one.team}'}\t{one.licence.value}")


@group.command()
@click.argument("name")
@click.argument("licence", type=click.Choice([licence.value for licence in Licence]))
@is_team
def give(name: str, licence: str, is_team: bool) -> None:
    """Give this licence to the person with the address NAME, or to the team NAME."""
    _put(name, Licence(licence), is_team=is_team)
    click.echo(f"{name}: {licence}")


@group.command("take-back")
@click.argument("name")
@is_team
def take_back(name: str, is_team: bool) -> None:
    """Leave it to teams and roles again how far the word of NAME goes."""
    _put(name, None, is_team=is_team)
    click.echo(f"{name}: as teams and roles say")


def _put(name: str, licence: Licence | None, *, is_team: bool) -> None:
    with opened.database() as database, database.write() as session:
        subject_of = licences.of_team if is_team else licences.of_person
        subject = subject_of(session, OPERATOR, name)
        licences.put(session, OPERATOR, subject, licence, at=datetime.now(UTC))
