"""Exporting and erasing one person: afterwards no row and no file names them."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from indexer.search import search
from indexer.slots import Slot
from kb import audit, people, privacy, tokens
from kb.db import Base, Database
from kb.models import Event, Message, Person, Ticket
from kb.privacy import Sought
from tests.api.cli.conftest import Kb
from tests.factories import MONDAY, make_person, make_reader, make_ticket, message
from tests.fakes import index_all, make_finder

EMAIL, NAME = "mara.quendel@own.example", "Mara Quendel"
OTHER = "Ole Brandt"


@pytest.fixture
def known(database: Database, data_dir: Path) -> Path:
    """A person with an account, named in a ticket, its messages and the index; that folder."""
    folder = data_dir / "index" / "slot-0"
    finder = make_finder(database, folder)
    with database.write() as session:
        person = make_person(session, EMAIL)
        person.name = NAME
        people.set_active(session, person, active=True, by=person.id, at=MONDAY)
        tokens.create(session, person, "test", expires_at=None, at=MONDAY)
        make_ticket(
            session,
            title="VPN of mara quendel drops",
            description=f"Asked by {NAME} <{EMAIL}> and {OTHER}.",
            messages=(message(f"{NAME.upper()} waits.", author=NAME), message("Marathon")),
        )
    index_all(finder)
    finder.save()
    finder.close()
    return folder


def test_the_export_has_what_names_them_and_what_they_did(kb: Kb, known: Path) -> None:
    assert known.is_dir()
    lines = [json.loads(line) for line in kb("privacy", "export", EMAIL).stdout.splitlines()]

    where = {(line["table"], line.get("column")) for line in lines}
    assert {("tickets", "title"), ("tickets", "description"), ("people", "email")} <= where
    assert {("messages", "author"), ("messages", "text"), ("documents", "body")} <= where
    assert [line["verb"] for line in lines if line["table"] == "events"] == ["person.enable"]


def test_erased_no_row_and_no_file_names_them(
    kb: Kb, database: Database, known: Path, tmp_path: Path
) -> None:
    whom = Sought(None, (EMAIL, NAME))
    assert database.is_sqlite == bool(privacy.named_in_files(tmp_path, whom))

    result = kb("privacy", "erase", EMAIL, "--yes")

    assert result.exit_code == 0, result.output
    assert "named in 0 texts of the database and in 0 files" in result.stdout
    assert not known.exists()
    assert privacy.named_in_files(tmp_path, whom) == []
    assert kb("privacy", "verify", EMAIL, NAME).exit_code == 0


def test_what_is_left_is_whole(kb: Kb, database: Database, known: Path) -> None:
    kb("privacy", "erase", NAME, "--yes")

    with database.write() as session:
        audit.verify(session)
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.description == f"Asked by {'█' * 12} <{'█' * 24}> and {OTHER}."
        texts = session.scalars(select(Message.text).order_by(Message.position)).all()
        assert texts == ["████████████ waits.", "Marathon"]
        person = session.scalars(select(Person)).one()
        assert (person.name, person.active) == (f"erased {person.id}", False)
        by = session.scalars(select(Event.person_id).where(Event.verb == "person.enable")).one()
        assert by == person.id
        reader = make_reader(session)
    finder = make_finder(database, known)
    index_all(finder)
    with database.read() as session:
        assert len(search(session, finder, reader, "VPN drops").hits) == 1
        hits = search(session, finder, reader, "Quendel").hits
        assert "quendel" not in str(hits).lower()


def test_a_second_erasure_changes_nothing(kb: Kb, known: Path) -> None:
    assert known.is_dir()
    kb("privacy", "erase", EMAIL, "--yes")

    assert "0 texts blotted" in kb("privacy", "erase", EMAIL, "--also", NAME, "--yes").stdout


def test_verify_says_where_they_are_still_named(kb: Kb, known: Path) -> None:
    assert known.is_dir()
    result = kb("privacy", "verify", NAME)

    assert result.exit_code == 1
    assert "named in tickets.title" in result.stdout


def test_an_index_in_use_is_not_called_proven(kb: Kb, known: Path, data_dir: Path) -> None:
    slot = Slot(data_dir / "index")
    assert slot.folder == known

    result = kb("privacy", "erase", EMAIL, "--yes")

    slot.close()
    assert "in use: restart what runs" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize("who", ["ab", " x "])
def test_too_short_a_text_is_refused(kb: Kb, who: str) -> None:
    assert "fewer than 3 characters" in kb("privacy", "erase", who, "--yes").stderr


KEPT = {
    "article_links.person_id",
    "article_versions.author_id",
    "articles.owner_id",
    "draft_outcomes.person_id",
    "escalation_rules.person_id",
    "escalations.person_id",
    "events.person_id",
    "feedback.person_id",
    "handed_on.person_id",
    "previews.by_id",
    "receivers.person_id",
    "remarks.person_id",
}
"""What points to the row of a person, which stays without a name."""


def test_of_each_column_that_points_to_people_it_is_known_what_erasing_does() -> None:
    pointing = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Person.__tablename__
    }

    assert pointing == KEPT | {f"{name}.person_id" for name in privacy.OF_THE_PERSON}
