"""The story of the examples, as `make demo` tells it, and the first start of `make serve`."""

from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, select

from api import examples
from api.cli import main
from kb import tokens
from kb.db import Database
from kb.models import Document, Ticket
from tests.factories import MONDAY


def test_the_demo_finds_what_it_should_and_nothing_else() -> None:
    told = CliRunner().invoke(main, ["demo"], env={"KB_DATA_DIR": "/nowhere"})

    assert told.exit_code == 0, told.output
    assert "INC-1012 is not among them" in told.output
    assert "1. Lademeister ERP does not start: ORA-12541 no listener" in told.output
    assert "[cause] SRV-RDS03 wurde am 9.11. neu aufgesetzt" in told.output
    assert "wietske.glasdraad@kabelkobold.example is not told of the alarm" in told.output
    assert "Everything was found" in told.output


def test_the_demo_says_what_was_not_found(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["demo", "--examples", str(tmp_path)])

    assert told.exit_code == 1
    assert "no examples in" in told.output


def counted(database: Database) -> tuple[int | None, int | None]:
    with database.read() as session:
        return (
            session.scalar(select(func.count(Ticket.id))),
            session.scalar(select(func.max(Document.revision))),
        )


def test_loading_the_examples_again_changes_nothing(database: Database) -> None:
    examples.load(database, at=MONDAY)
    before = counted(database)

    examples.load(database, at=MONDAY)

    assert counted(database) == before


def test_demo_accounts_get_tokens_only_where_they_exist(database: Database) -> None:
    with database.write() as session:
        assert examples.is_empty(session)
        assert examples.demo_tokens(session, at=MONDAY) == []
    examples.load(database, at=MONDAY)

    with database.write() as session:
        assert not examples.is_empty(session)
        shown = examples.demo_tokens(session, at=MONDAY)
        owners = [tokens.owner(session, account.secret, at=MONDAY).email for account in shown]

    assert owners == [account.email for account in shown]
    assert len(owners) == 5
