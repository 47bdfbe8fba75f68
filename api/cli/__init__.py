"""The command line: one file per group of commands."""

import importlib

import click

COMMANDS = {
    "adapt": "adapt:group",
    "audience": "audiences:group",
    "audit": "audit:group",
    "calibrate": "learn:calibrate",
    "clusters": "clusters:group",
    "db": "db:group",
    "demo": "demo:demo",
    "drafts": "review:group",
    "escalation": "escalation:group",
    "evaluate": "evaluate:evaluate",
    "evaluate-drafts": "drafts:evaluate_drafts",
    "export": "exports:group",
    "group": "access:groups",
    "import": "imports:group",
    "index": "search:index",
    "jobs": "jobs:group",
    "licence": "licences:group",
    "mcp": "assistants:mcp",
    "model": "model:group",
    "openapi": "openapi:openapi",
    "organisation": "people:organisation",
    "people": "people:group",
    "privacy": "privacy:group",
    "reading": "reading:group",
    "search": "search:search",
    "serve": "serve:serve",
    "session": "access:sessions",
    "settings": "settings:settings",
    "source": "sources:group",
    "team": "people:team",
    "token": "tokens:group",
    "tune": "learn:tune",
    "user": "people:user",
    "webhook": "webhooks:group",
    "why": "why:why",
    "worker": "serve:worker",
}
"""Where each command is, below this package: one is loaded when it is asked for.

The libraries of the web and of the model take seconds to load, which no other command needs.
"""


class _Lazy(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command = getattr(importlib.import_module(f"api.cli.{module}"), attribute)
        return command if isinstance(command, click.Command) else None


@click.group(
    cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def main() -> None:
    """Find what IT support has already solved, and keep what it learns."""
