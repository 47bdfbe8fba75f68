"""What came back to who escalated: what solved it, and whether it could have been found."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, update

from api.wiring import Services
from articles.models import Article
from kb import people, tokens
from kb.models import Escalation, Role, Ticket
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_desk import write_article
from tests.api.test_feeds import feed
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_person, make_ticket
from tests.fakes import index_all

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""After all that a test does."""

PACKET = {
    "impact": "site",
    "answers": {"affected": "all", "since": "Monday", "error": "none"},
    "tried": {"restart": {"outcome": "no_help"}},
}


def escalated(client: TestClient, services: Services, **changes: Any) -> int:
    with services.database.write() as session:
        made = make_ticket(session, **{"title": "Rekey fault of the tunnel", **changes}).id
    index_all(services.finder)
    answer = client.post(f"/api/v1/tickets/{made}/escalations", json=PACKET)
    assert answer.status_code == 201, answer.text
    return made


def close(client: TestClient, ticket_id: int) -> None:
    body = {"resolution": "Installed firmware 7.2.1 on gw-02."}
    client.post(f"/api/v1/tickets/{ticket_id}/close", json=body).raise_for_status()


def link(client: TestClient, ticket_id: int, article_id: int) -> None:
    body = {"article_id": article_id, "outcome": "solved"}
    client.put(f"/api/v1/tickets/{ticket_id}/articles", json=body).raise_for_status()


@pytest.fixture
def colleague(app: FastAPI, services: Services) -> TestClient:
    """Another agent of our own company."""
    with services.database.write() as session:
        person = make_person(session, "other@own.example", roles=(Role.FIRST_LEVEL,))
        secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
    return client_of(app, secret)


def test_what_solved_it_comes_back_and_is_news_once(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    id_ = escalated(agent, services)
    desk = browser(app, agent)
    assert "Nothing yet." in desk.get("/inbox").text

    close(agent, id_)

    page = desk.get("/inbox").text
    assert '<span class="count">1' in page
    assert "Installed firmware 7.2.1" in page
    assert "No article yet" in page
    assert desk.post("/inbox/read", data={"csrf": csrf(page), "ticket": id_}).status_code == 303
    again = desk.get("/inbox").text
    assert 'class="count"' not in again
    assert "Installed firmware 7.2.1" in again


def test_an_article_that_was_there_says_at_which_place(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    article = write_article(services)
    id_ = escalated(agent, services)
    close(agent, id_)
    link(agent, id_, article)

    assert "it was hit 1 of a search" in browser(app, agent).get("/inbox").text


def test_an_article_that_came_later_could_not_be_found(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    id_ = escalated(agent, services)
    close(agent, id_)
    article = write_article(services)
    with services.database.write() as session:
        session.execute(update(Article).values(created_at=LATER))
    link(agent, id_, article)

    assert "did not exist yet" in browser(app, agent).get("/inbox").text


def test_an_article_made_from_it_is_news_again(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    id_ = escalated(agent, services)
    close(agent, id_)
    desk = browser(app, agent)
    desk.post("/inbox/read", data={"csrf": csrf(desk.get("/inbox").text)})
    article = write_article(services)
    assert 'class="count"' not in desk.get("/inbox").text

    with services.database.write() as session:
        changed = update(Article).where(Article.id == article)
        session.execute(changed.values(ticket_id=id_, updated_at=LATER))

    assert '<span class="count">1' in desk.get("/inbox").text


def test_nothing_asks_for_the_inbox_at_each_key(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    close(agent, escalated(agent, services))
    desk = browser(app, agent)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        desk.get("/desk/hits?q=tunnel")
        at_each_key = len(asked)
        desk.get("/?q=tunnel")
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert at_each_key > 0
    assert not [one for one in asked[:at_each_key] if "escalations" in one]
    assert [one for one in asked[at_each_key:] if "escalations" in one]


class TestFeed:
    def test_holds_what_solved_it_and_changes_with_its_article(
        self, agent: TestClient, services: Services
    ) -> None:
        article = write_article(services)
        id_ = escalated(agent, services, language="en")
        assert feed(agent, "/feeds/inbox").entries == []

        close(agent, id_)
        link(agent, id_, article)

        (entry,) = feed(agent, "/feeds/inbox").entries
        assert entry.title.endswith("Rekey fault of the tunnel")
        assert entry.link == f"http://127.0.0.1:8000/tickets/{id_}"
        assert "Installed firmware 7.2.1" in entry.summary
        assert "http://127.0.0.1:8000/articles/KB-1" in entry.summary
        with services.database.write() as session:
            changed = update(Article).where(Article.id == article)
            session.execute(changed.values(ticket_id=id_, updated_at=LATER))
        assert feed(agent, "/feeds/inbox").feed.updated == LATER.isoformat()

    def test_is_text_without_markup(self, agent: TestClient, services: Services) -> None:
        id_ = escalated(agent, services)
        body = {"resolution": "Set <script>alert(1)</script> in gw.conf to 7."}
        agent.post(f"/api/v1/tickets/{id_}/close", json=body).raise_for_status()

        told = agent.get("/feeds/inbox").text

        assert "alert(1)" in told
        assert "&lt;script" not in told

    def test_has_an_address_for_feed_readers(
        self, app: FastAPI, agent: TestClient, stranger: TestClient, services: Services
    ) -> None:
        close(agent, escalated(agent, services))
        mine = browser(app, agent)
        said = {"csrf": csrf(mine.get("/tokens").text), "name": "reader", "days": "30"}

        page = mine.post("/tokens", data={**said, "scopes": ["feed"]}).text

        (path,) = re.findall(r"(/feeds/kb_[^/]+/inbox)</code>", page)
        assert stranger.get(path).content == agent.get("/feeds/inbox").content


class TestWhoMayNot:
    def test_the_feed_is_of_the_own_inbox(
        self, agent: TestClient, colleague: TestClient, services: Services
    ) -> None:
        id_ = escalated(agent, services)
        before = colleague.get("/feeds/inbox")
        close(agent, id_)

        after = colleague.get("/feeds/inbox")

        assert (before.content, before.headers["etag"]) == (after.content, after.headers["etag"])
        assert "Rekey fault" in agent.get("/feeds/inbox").text

    def test_the_feed_forgets_a_ticket_that_was_taken_from_its_reader(
        self, agent: TestClient, services: Services
    ) -> None:
        empty = agent.get("/feeds/inbox").content
        close(agent, escalated(agent, services))
        with services.database.write() as session:
            board = people.put_audience(session, "Board").id
            session.execute(update(Ticket).values(audience_id=board))

        assert agent.get("/feeds/inbox").content == empty

    def test_a_feed_address_needs_a_token_for_feeds(
        self, agent: TestClient, stranger: TestClient
    ) -> None:
        usual = agent.headers["Authorization"].removeprefix("Bearer ")

        assert agent.get(f"/feeds/{usual}/inbox").status_code == 403
        assert stranger.get("/feeds/kb_wrong/inbox").status_code == 401
        assert stranger.get("/feeds/inbox").status_code == 401

    def test_each_reads_the_own_inbox(
        self, app: FastAPI, agent: TestClient, colleague: TestClient, services: Services
    ) -> None:
        id_ = escalated(agent, services)
        close(agent, id_)
        other = browser(app, colleague)
        page = other.get("/inbox").text

        assert "Rekey fault" not in page
        other.post("/inbox/read", data={"csrf": csrf(page), "ticket": id_})
        assert '<span class="count">1' in browser(app, agent).get("/inbox").text

    def test_who_lost_the_ticket_reads_nothing_of_it(
        self, app: FastAPI, agent: TestClient, services: Services
    ) -> None:
        id_ = escalated(agent, services)
        close(agent, id_)
        with services.database.write() as session:
            board = people.put_audience(session, "Board").id
            session.execute(update(Ticket).values(audience_id=board))
        assert "Rekey fault" not in browser(app, agent).get("/inbox").text

        with services.database.write() as session:
            internal = people.audience(session, people.INTERNAL).id
            session.execute(update(Ticket).values(audience_id=internal))
            session.execute(update(Escalation).values(audience_id=board))
        assert "Rekey fault" not in browser(app, agent).get("/inbox").text

    def test_an_article_that_they_may_not_read_is_not_named(
        self, app: FastAPI, agent: TestClient, services: Services
    ) -> None:
        article = write_article(services, audience="Board")
        id_ = escalated(agent, services)
        close(agent, id_)
        with services.database.write() as session:
            boss = make_person(session, "boss@own.example", audiences=("Board", people.INTERNAL))
            secret = tokens.create(session, boss, "test", expires_at=None, at=MONDAY).secret
        link(client_of(app, secret), id_, article)

        assert "KB-1" not in browser(app, agent).get("/inbox").text

    def test_other_companies_have_none(
        self, app: FastAPI, contractor: TestClient, services: Services
    ) -> None:
        with services.database.write() as session:
            make_ticket(session, audience=CONTRACTOR)
        outside = browser(app, contractor)

        assert outside.get("/inbox").status_code == 403
        assert contractor.get("/feeds/inbox").status_code == 403
        assert "/inbox" not in outside.get("/").text
