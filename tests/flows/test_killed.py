"""Killed at any moment and started again: nothing is missing, nothing is there twice."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from articles.models import Article, ArticleVersion
from indexer.models import PassageRow, VectorRow
from indexer.search import search
from kb import tickets
from kb.db import Database
from kb.models import Document, Message, Ticket
from tests.factories import make_reader, ticket_record
from tests.fakes import index_all, make_finder

ROOT = Path(__file__).parents[2]
TICKETS = 1_200
ARTICLES = 700


def start(*command: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | environment,  # noqa: TID251  the process needs its PATH
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def write_tickets(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(TICKETS):
            row = {
                "id": f"T-{number}",
                "title": f"Fault {number}",
                "description": f"Error code E{number:05} on host srv-{number}.",
                "opened_at": "2026-01-05T09:00:00Z",
                "messages": [{"text": "Looked at it."}, {"text": "Restarted.", "internal": False}],
            }
            file.write(json.dumps(row) + "\n")


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.2, 0.5])
def test_an_import_killed_and_repeated(database: Database, tmp_path: Path, moment: float) -> None:
    path = tmp_path / "tickets.jsonl"
    write_tickets(path)
    command = ["-m", "api.cli", "import", "tickets", str(path), "--source", "t"]
    with start(*command, KB_DATABASE_URL=url_of(database)) as process:
        wait_for_first_batch(database, process)
        time.sleep(moment)
        process.kill()

    with start(*command, KB_DATABASE_URL=url_of(database)) as process:
        assert process.wait() == 0

    with database.read() as session:
        assert session.scalar(select(func.count(Ticket.id))) == TICKETS
        assert session.scalar(select(func.count(func.distinct(Ticket.external_id)))) == TICKETS
        assert session.scalar(select(func.count(Message.id))) == 2 * TICKETS
        assert session.scalar(select(func.count(Document.id))) == TICKETS


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3])
def test_an_import_of_articles_killed_and_repeated(
    database: Database, tmp_path: Path, moment: float
) -> None:
    for number in range(ARTICLES):
        (tmp_path / f"{number}.md").write_text(f"# Fault {number}\n\nRestart it.\n")
    command = ["-m", "api.cli", "import", "articles", str(tmp_path)]
    with start(*command, KB_DATABASE_URL=url_of(database)) as process:
        wait_for_first_batch(database, process)
        time.sleep(moment)
        process.kill()

    with start(*command, KB_DATABASE_URL=url_of(database)) as process:
        assert process.wait() == 0

    with database.read() as session:
        assert session.scalar(select(func.count(Article.id))) == ARTICLES
        assert session.scalar(select(func.count(func.distinct(Article.number)))) == ARTICLES
        assert session.scalar(select(func.count(ArticleVersion.id))) == ARTICLES
        assert session.scalar(select(func.count(Document.id))) == ARTICLES


def wait_for_first_batch(database: Database, process: subprocess.Popen[str]) -> None:
    """Until something has been stored, so that the kill meets the import at work."""
    for _ in range(600):
        with database.read() as session:
            if session.scalar(select(func.count(Document.id))):
                return
        if process.poll() is not None:
            return
        time.sleep(0.02)


@pytest.mark.parametrize("moment", [0.0, 0.1, 0.3, 0.6, 1.0])
def test_indexing_killed_and_started_again(
    database: Database, tmp_path: Path, moment: float
) -> None:
    with database.write() as session:
        make_many(session)
        reader = make_reader(session)
    folder = tmp_path / "index"
    with start("-m", "tests.flows.indexing_process", url_of(database), str(folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(moment)
        process.kill()

    finder = make_finder(database, folder)
    index_all(finder)

    with database.read() as session:
        live = session.scalar(select(func.count(PassageRow.id)).where(~PassageRow.removed))
        vectors = session.scalar(select(func.count(VectorRow.passage_id)))
        assert live == vectors == TICKETS
        for number in range(0, TICKETS, 97):
            hits = search(session, finder, reader, f"srv-{number}", limit=3).hits
            assert [hit.title for hit in hits][:1] == [f"Fault {number}"]
            assert len({hit.document_id for hit in hits}) == len(hits)


def make_many(session: Session) -> None:
    base = ticket_record(session)
    tickets.record_all(
        session,
        [
            replace(
                base,
                external_id=f"T-{number}",
                title=f"Fault {number}",
                description=f"Seen on host srv-{number}.",
            )
            for number in range(TICKETS)
        ],
    )
