"""The typed client is generated from the interface of today, and works with a real server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from secondline_kb_client import AuthenticatedClient
from secondline_kb_client.api.articles import articles_shown
from secondline_kb_client.api.drafts import drafts_listed, drafts_publish, drafts_shown
from secondline_kb_client.api.search import search_find, search_similar
from secondline_kb_client.models import (
    AnswerOut,
    ArticleOut,
    DraftOut,
    PartDraftSummaryOut,
    Problem,
    Publishing,
    Question,
)

from articles import drafting
from articles.writers import ExtractiveWriter
from kb import people, tokens
from kb.db import Database
from kb.models import TicketState
from tests.api.conftest import CONTRACTOR
from tests.api.test_serve import free_port, wait_until_alive
from tests.factories import MONDAY, make_person, make_ticket
from tests.fakes import index_all, make_finder
from tests.flows.test_killed import url_of
from tests.flows.test_killed_publishing import RESOLUTION

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "client" / "secondline_kb_client"


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_is_generated_from_the_interface_of_today(app: FastAPI, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(app.openapi()), encoding="utf-8")
    fresh = tmp_path / "fresh"
    environment = os.environ | {"BIN": str(Path(sys.executable).parent)}  # noqa: TID251  the child's
    command = ["sh", "scripts/client.sh", str(fresh), str(document)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603  ours

    assert contents(fresh) == contents(GENERATED), "run: make client"


@pytest.fixture
def address(database: Database, tmp_path: Path) -> Iterator[str]:
    """A server with two tickets, one of them for our own company alone, and its draft."""
    with database.write() as session:
        make_ticket(
            session,
            external_id="1",
            title="VPN drops: the swordfish gateway",
            level=2,
            state=TicketState.CLOSED,
            closed_at=MONDAY,
            language="en",
            resolution=RESOLUTION,
        )
        make_ticket(session, external_id="2", audience=CONTRACTOR)
        case = drafting.prepare(session, 1)
        assert case is not None
        drafting.keep(session, case, ExtractiveWriter().write(case), at=MONDAY)
    finder = make_finder(database, tmp_path / "filling")
    index_all(finder)
    finder.close()
    port = free_port()
    command = [sys.executable, "-m", "tests.isolation.serving_process", url_of(database)]
    with subprocess.Popen([*command, str(port), str(tmp_path / "serving")], cwd=ROOT) as process:  # noqa: S603  ours
        try:
            wait_until_alive(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def client_of(database: Database, address: str, email: str, audience: str) -> AuthenticatedClient:
    with database.write() as session:
        person = make_person(session, email, audiences=(audience,))
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    return AuthenticatedClient(address, token=secret, raise_on_unexpected_status=True)


def test_search_similar_draft_and_article(database: Database, address: str) -> None:
    with client_of(database, address, "agent@own.example", people.INTERNAL) as client:
        found = search_find.sync(client=client, body=Question(query="VPN swordfish"))
        similar = search_similar.sync(1, client=client)
        waiting = drafts_listed.sync(client=client)
        assert isinstance(found, AnswerOut)
        assert [hit.number for hit in found.hits] == ["1"]
        assert isinstance(similar, AnswerOut)
        assert isinstance(waiting, PartDraftSummaryOut)
        (draft,) = waiting.items
        shown = drafts_shown.sync(draft.id, client=client)
        assert isinstance(shown, DraftOut)
        drafts_publish.sync(draft.id, client=client, body=Publishing())
        article = articles_shown.sync(draft.number, client=client)
        assert isinstance(article, ArticleOut)
        assert article.markdown == shown.markdown


def test_others_get_a_problem(database: Database, address: str) -> None:
    with client_of(database, address, "engineer@nordwind.example", CONTRACTOR) as client:
        similar = search_similar.sync(1, client=client)
        draft = drafts_shown.sync(1, client=client)
        found = search_find.sync(client=client, body=Question(query="VPN swordfish"))

    assert isinstance(similar, Problem)
    assert isinstance(draft, Problem)
    assert (similar.status, draft.status) == (404, 404)
    assert isinstance(found, AnswerOut)
    assert [hit.number for hit in found.hits] == ["2"]
