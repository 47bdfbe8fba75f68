"""What a command changes is in the record."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from api.cli import main
from kb.db import Database
from kb.models import Event
from tests.api.cli.conftest import Kb

STEPS = [
    (("organisation", "add", "Own", "--kind", "own"), "organisation.put"),
    (("team", "add", "Desk", "--level", "1", "--organisation", "Own"), "team.put"),
    (
        ("user", "create", "a@own.example", "--name", "A", "--organisation", "Own"),
        "person.put",
    ),
    (
        (
            *("user", "create", "b@own.example", "--name", "B", "--organisation", "Own"),
            *("--team", "Desk"),
        ),
        "team.join",
    ),
    (("licence", "give", "Desk", "publisher", "--team"), "licence.give"),
    (("licence", "take-back", "Desk", "--team"), "licence.take_back"),
    (("user", "disable", "a@own.example"), "person.disable"),
    (("user", "enable", "a@own.example"), "person.enable"),
    (("audience", "add", "Shared"), "audience.create"),
    (("audience", "grant", "Shared", "--team", "Desk"), "audience.grant"),
    (("audience", "revoke", "Shared", "--team", "Desk"), "audience.revoke"),
    (("token", "create", "a@own.example"), "token.create"),
    (("token", "revoke", "1"), "token.revoke"),
    (("people", "load", "examples/organisations.yaml"), "directory.load"),
    (("user", "link", "a@own.example", "--subject", "s1"), "identity.link"),
    (("user", "unlink", "a@own.example"), "identity.unlink"),
    (("user", "password", "a@own.example", "--password", "x" * 12), "password.set"),
    (("group", "map", "desk", "Desk"), "group.map"),
    (("group", "unmap", "desk", "Desk"), "group.unmap"),
    (("import", "tickets", "examples/tickets.jsonl", "--source", "desk"), "ticket.import"),
    (("import", "articles", "examples/articles"), "article.import"),
    (
        (
            *("source", "add", "rm", "--kind", "redmine", "--url", "http://127.0.0.1:1"),
            *("--private", "--secret-file", "LICENSE"),
        ),
        "source.add",
    ),
    (("source", "map", "rm", "it-support", "--audience", "Shared"), "source.map"),
    (("source", "set", "rm", "--suggest", "--no-take"), "source.set"),
    (("source", "pause", "rm"), "source.pause"),
    (("source", "resume", "rm"), "source.resume"),
]

WITNESSED = {
    *("adapt", "adapt undo", "clusters draft", "demo", "drafts edit", "drafts publish"),
    *("drafts govern", "drafts hand-over"),
    *("drafts reject", "escalation import", "import sessions", "jobs retry", "privacy erase"),
    *("webhook add", "webhook remove", "webhook rotate", "webhook test"),
    *("privacy export", "session end", "source hand-on", "source sync", "source test"),
}
"""Change something too; their own tests would fail without an event (see tests.audited)."""

HARMLESS = {
    *(
        "adapt status",
        "clusters",
        "audience list",
        "audit export",
        "audit verify",
        "calibrate",
        "db check",
    ),
    *("db upgrade", "drafts due", "drafts list", "drafts show", "escalation export", "evaluate"),
    *(
        "evaluate-drafts",
        "export articles",
        "group list",
        "index",
        "jobs list",
        "mcp",
        "licence list",
    ),
    *("model export", "organisation list", "privacy verify", "search", "serve", "session list"),
    *("settings", "source status", "team list", "token list", "tune", "user list", "why", "worker"),
    *("webhook list", "openapi", "reading list", "reading show"),
}
"""Show something, or work on what can be made again."""


def test_every_command_is_known_to_record_or_to_change_nothing() -> None:
    tested = {name for name in commands(main) for words, _ in STEPS if _begins(words, name)}

    assert set(commands(main)) == tested | WITNESSED | HARMLESS


def test_each_change_leaves_its_event(
    kb: Kb, database: Database, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.setenv("KB_OIDC_ISSUER", "http://127.0.0.1:1")
    monkeypatch.setenv("KB_OIDC_CLIENT_ID", "kb")
    monkeypatch.setenv("KB_PUBLIC_URL", "http://127.0.0.1:2")
    data_dir.mkdir()
    for words, verb in STEPS:
        before = recorded(database)
        assert kb(*words).exit_code == 0, words
        assert verb in recorded(database)[len(before) :], words


def commands(group: click.Command, *path: str) -> Iterator[str]:
    """The names of all commands, such as `user create`."""
    if not isinstance(group, click.Group):
        yield " ".join(path)
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command, *path, name)
    if group.invoke_without_command:
        yield " ".join(path)


def _begins(words: tuple[str, ...], name: str) -> bool:
    return words[: len(name.split())] == tuple(name.split())


def recorded(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.verb).order_by(Event.id)))
