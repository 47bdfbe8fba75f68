"""The command line: one file per group of commands."""

import click

from api.cli import evaluate, imports, search


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Find what IT support has already solved, and keep what it learns."""


main.add_command(imports.group)
main.add_command(search.search)
main.add_command(search.index)
main.add_command(evaluate.evaluate)
