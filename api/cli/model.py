"""`kb model`: the embedding model outside the product."""

import sys
from pathlib import Path

import click

from kb.errors import KbError


@click.group("model")
def group() -> None:
    """Use the shipped embedding model elsewhere."""


@group.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False, exists=False))
def export(target: Path) -> None:
    """Write the shipped model to the new folder TARGET for sentence-transformers.

    `SentenceTransformer("TARGET")` then gives the same vectors.
    """
    if target.exists():
        raise click.ClickException(f"{target} exists; name a folder that does not")
    # PyTorch takes seconds to import, and no other command needs it with the shipped model.
    from indexer import model_export  # noqa: PLC0415

    try:
        model_export.export_sentence_transformers(target)
    except KbError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"written to {target}", file=sys.stderr)
