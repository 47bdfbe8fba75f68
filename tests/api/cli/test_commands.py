"""The table of commands."""

import subprocess
import sys

import click
import pytest

from api.cli import COMMANDS, main
from tests.api.cli.conftest import run


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert command.name == name
    assert command.help


def test_an_unknown_command_is_a_wrong_call() -> None:
    result = run("brew", "coffee")

    assert result.exit_code == 2
    assert "No such command 'brew'" in result.stderr


def test_importing_loads_neither_the_web_nor_the_models() -> None:
    script = "import sys, api.cli.imports; print(*{name.partition('.')[0] for name in sys.modules})"

    loaded = subprocess.check_output([sys.executable, "-c", script], text=True).split()  # noqa: S603  our own

    assert {"fastapi", "torch", "onnxruntime", "faiss", "openai"}.isdisjoint(loaded)
