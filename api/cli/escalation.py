"""The rules of escalation as a file."""

from datetime import UTC, datetime
from pathlib import Path

import click

from api.cli import opened
from kb import escalation_rules


@click.group("escalation")
def group() -> None:
    """Where tickets go that the first level cannot solve."""


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_rules(path: Path) -> None:
    """Let the rules in the YAML file PATH be in force; the same ones again change nothing."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8") from error
    with opened.database() as database, database.write() as session:
        number = escalation_rules.put(session, text, reader=None, at=datetime.now(UTC))
    click.echo(f"version {number} of the rules is in force")


@group.command("export")
def export_rules() -> None:
    """Write the rules in force to standard output."""
    with opened.database() as database, database.read() as session:
        click.echo(escalation_rules.current(session).text, nl=False)
