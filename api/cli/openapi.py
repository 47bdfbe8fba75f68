"""The description of the JSON interface."""

import json

import click

from api.app import create_app
from api.cli import opened


@click.command()
def openapi() -> None:
    """Print the OpenAPI document of this release, as JSON."""
    with opened.services() as services:
        document = create_app(services).openapi()
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
