"""The settings, as a page."""

import click
from pydantic_core import PydanticUndefined

from kb.settings import Settings


@click.command()
def settings() -> None:
    """Print the reference of all settings, as Markdown."""
    click.echo(reference(), nl=False)


def reference() -> str:
    """The page docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Read from the environment, or from a file `.env` in the working directory, at start-up.",
        "This page is written by `kb settings`.",
        "",
        "| variable | default | what |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in {None, PydanticUndefined} else f"`{field.default}`"
        lines.append(f"| `KB_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
