"""Killed while a draft is written or published: afterwards it is there once, or not yet."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.wiring import Services
from api.worker import work_all
from articles import review, store
from articles.models import Article, ArticleState, ArticleVersion, StatementRow
from articles.writers import ExtractiveWriter
from indexer.search import Filters, search
from kb import tickets
from kb.db import Database
from kb.jobs import LEASE
from kb.models import Document, DocumentKind, Event, Job
from kb.settings import Settings
from kb.visibility import Reader, reader_of
from tests.factories import MONDAY, make_person, make_ticket
from tests.fakes import make_finder

ROOT = Path(__file__).parents[2]
LATER = MONDAY + LEASE

RESOLUTION = (
    "The gateway ran firmware 7.1 with a rekey fault. Installed firmware 7.2.1 on vpn-gw-02 and"
    " restarted the service with `systemctl restart strongswan`."
)

KILLED_AT = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.flows.test_killed_review import draft, open_services, publish

statements = 0

def count(*_given):
    global statements
    statements += 1
    if statements == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

services = open_services(sys.argv[1], Path(sys.argv[2]))
event.listen(Engine, "after_cursor_execute", count)
event.listen(Engine, "commit", count)
{"draft": draft, "publish": publish}[sys.argv[3]](services)
"""


def open_services(url: str, folder: Path) -> Services:
    return services_of(Database(url), folder)


def services_of(database: Database, folder: Path) -> Services:
    return Services(
        Settings(data_dir=folder), database, make_finder(database, folder), ExtractiveWriter()
    )


def draft(services: Services) -> None:
    """What the worker does; a job that was claimed and lost is due again after its lease."""
    work_all(services, at=MONDAY)
    work_all(services, at=LATER)


def publish(services: Services) -> None:
    """What the publisher does, who tries again if nothing has happened."""
    with services.database.write() as session:
        reader = asker(services)
        if store.get(session, reader, 1).state is ArticleState.DRAFT:
            review.publish(session, reader, 1, version=1, at=LATER)
    work_all(services, at=LATER)


def asker(services: Services) -> Reader:
    with services.database.read() as session:
        from kb import people

        return reader_of(session, people.person(session, "agent@own.example"), at=MONDAY)


@pytest.fixture
def closed(database: Database, tmp_path: Path) -> Services:
    """A closed second-level ticket whose draft is promised."""
    with database.write() as session:
        reader = reader_of(session, make_person(session), at=MONDAY)
        tickets.close(session, reader, make_ticket(session, level=2), RESOLUTION, at=MONDAY)
    return services_of(database, tmp_path / "index")


def killed(services: Services, folder: Path, what: str, statement: int) -> bool:
    """Do it in a process that is killed at its `statement`th statement; whether it was."""
    url = services.database.engine.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-c", KILLED_AT, url, str(folder / "child"), what, str(statement)]
    ended = subprocess.run(  # noqa: S603  our own program
        arguments,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},  # noqa: TID251  the process needs its PATH
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
    return ended.returncode != 0


@pytest.mark.parametrize("statement", [4, 12, 20, 26, 30, 34])
def test_a_draft_is_there_once(closed: Services, tmp_path: Path, statement: int) -> None:
    assert killed(closed, tmp_path, "draft", statement)

    draft(closed)

    with closed.database.read() as session:
        assert session.scalar(select(func.count(Article.id))) == 1
        assert session.scalar(select(func.count(ArticleVersion.id))) == 1
        positions = session.scalars(select(StatementRow.position)).all()
        drafted = select(func.count(Event.id)).where(Event.verb == "article.draft")
        assert session.scalar(drafted) == 1
        assert session.scalar(select(func.count(Job.id))) == 0
    assert positions
    assert len(positions) == len(set(positions))


@pytest.mark.parametrize("statement", [3, 6, 9, 12, 16, 22])
def test_an_article_is_published_once_and_found(
    closed: Services, tmp_path: Path, statement: int
) -> None:
    draft(closed)
    assert killed(closed, tmp_path, "publish", statement)

    publish(closed)

    with closed.database.read() as session:
        published = select(func.count(Event.id)).where(Event.verb == "article.publish")
        assert session.scalar(published) == 1
        of_articles = select(func.count(Document.id)).where(Document.kind == DocumentKind.ARTICLE)
        assert session.scalar(of_articles) == 1
        filters = Filters(kinds=frozenset({DocumentKind.ARTICLE}))
        answer = search(session, closed.finder, asker(closed), "rekey firmware", filters=filters)
    assert [hit.number for hit in answer.hits] == ["KB-1"]
