"""What a command changes about people and audiences is in the record."""

from sqlalchemy import select

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
    (("user", "disable", "a@own.example"), "person.disable"),
    (("user", "enable", "a@own.example"), "person.enable"),
    (("audience", "add", "Shared"), "audience.create"),
    (("audience", "grant", "Shared", "--team", "Desk"), "audience.grant"),
    (("audience", "revoke", "Shared", "--team", "Desk"), "audience.revoke"),
    (("token", "create", "a@own.example"), "token.create"),
    (("token", "revoke", "1"), "token.revoke"),
    (("people", "load", "examples/organisations.yaml"), "directory.load"),
]


def test_each_change_leaves_its_event(kb: Kb, database: Database) -> None:
    for words, verb in STEPS:
        before = recorded(database)
        assert kb(*words).exit_code == 0, words
        assert verb in recorded(database)[len(before) :], words


def recorded(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Event.verb).order_by(Event.id)))
