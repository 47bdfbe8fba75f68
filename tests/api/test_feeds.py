"""The Atom feed of the library: what is new for its reader, and nothing else."""

import re
from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import feedparser
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from api.catalogues import catalogue
from api.wording import scope
from articles import offering, review
from articles.models import Article, ArticleState, ArticleVersion
from kb import people, tokens
from kb.db import Database
from kb.models import Scope
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_audience, make_reader


def publish(
    session: Session, number: str, *, audience: str, title: str = "", tags: tuple[str, ...] = ()
) -> Article:
    """A published article, an hour later than the one with the number before."""
    audience_id = make_audience(session, audience)
    at = MONDAY + timedelta(hours=int(number.rpartition("-")[2]))
    version = ArticleVersion(
        number=1,
        title=title or f"Title of {number}",
        markdown="1. Do <this> & that\n\n<script>x</script>",
        audience_id=audience_id,
        at=at,
        statements=[],
        replacements=[],
    )
    article = Article(
        number=number,
        source="test",
        external_id=number,
        state=ArticleState.PUBLISHED,
        audience_id=audience_id,
        language="de",
        tags=list(tags),
        version=1,
        published_version=1,
        created_at=at,
        updated_at=at,
        versions=[version],
    )
    session.add(article)
    session.flush()  # the document needs the id
    offering.offer(session, [(article, version)])
    return article


def feed(client: TestClient, address: str = "/feeds/articles") -> feedparser.FeedParserDict:
    given = client.get(address)
    assert given.status_code == 200
    assert given.headers["content-type"] == "application/atom+xml"
    read = feedparser.parse(given.content)
    assert not read.bozo
    assert read.version == "atom10"
    return read


def titles(client: TestClient, address: str = "/feeds/articles") -> list[str]:
    return [entry.title for entry in feed(client, address).entries]


def test_new_articles_come_newest_first_with_safe_text(
    agent: TestClient, database: Database
) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL)
        publish(session, "KB-2", audience=CONTRACTOR, tags=("vpn",))

    read = feed(agent)

    assert [entry.title for entry in read.entries] == ["Title of KB-2", "Title of KB-1"]
    assert read.feed.updated == read.entries[0].updated == "2026-01-05T11:00:00+00:00"
    assert read.entries[0].link == "http://127.0.0.1:8000/articles/KB-2"
    assert [tag.term for tag in read.entries[0].tags] == ["published", "vpn"]
    assert b"<script" not in agent.get("/feeds/articles").content
    assert b"&lt;script" not in agent.get("/feeds/articles").content


def test_a_character_that_xml_cannot_hold_is_left_out(
    agent: TestClient, database: Database
) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL, title="a\x0bb\ufffec\uffffd")

    assert titles(agent, "/feeds/articles") == ["abcd"]


def test_tag_and_language_choose(agent: TestClient, database: Database) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL, tags=("vpn",))
        publish(session, "KB-2", audience=people.INTERNAL, tags=("print",))

    assert titles(agent, "/feeds/articles?tag=vpn&language=de") == ["Title of KB-1"]
    assert titles(agent, "/feeds/articles?tag=vpn&language=nl") == []


def test_an_audience_has_its_own_feed(agent: TestClient, database: Database) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL)
        publish(session, "KB-2", audience=CONTRACTOR)
    chosen = {"audience": CONTRACTOR, "language": "de"}

    read = feed(agent, f"/feeds/articles?{urlencode(chosen)}")

    assert [entry.title for entry in read.entries] == ["Title of KB-2"]
    assert read.feed.title == f"Articles · {CONTRACTOR} · de"


def test_it_has_all_that_atom_asks_for(agent: TestClient, database: Database) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL)
    answer = agent.get("/feeds/articles")
    atom = "{http://www.w3.org/2005/Atom}"

    root = ElementTree.fromstring(answer.content)  # noqa: S314  our own

    (entry,) = root.findall(f"{atom}entry")
    for of in (root, entry):
        assert all(of.findtext(f"{atom}{part}") for part in ("id", "title", "updated"))
    assert root.findtext(f"{atom}author/{atom}name")
    assert {link.get("rel") for link in root.findall(f"{atom}link")} == {"self", "alternate"}
    assert "last-modified" not in answer.headers


class TestIsolation:
    @pytest.mark.parametrize("name", [people.INTERNAL, "nobody's"])
    def test_the_feed_of_an_audience_of_others_is_empty(
        self, contractor: TestClient, database: Database, name: str
    ) -> None:
        with database.write() as session:
            publish(session, "KB-1", audience=people.INTERNAL)
            publish(session, "KB-2", audience=CONTRACTOR)

        assert titles(contractor, f"/feeds/articles?{urlencode({'audience': name})}") == []

    def test_what_others_read_changes_no_byte_and_no_tag(
        self, contractor: TestClient, database: Database
    ) -> None:
        with database.write() as session:
            publish(session, "KB-1", audience=CONTRACTOR)
        before = contractor.get("/feeds/articles")
        with database.write() as session:
            secret = publish(session, "KB-2", audience=people.INTERNAL)
            offering.take_back(session, [secret.id])

        after = contractor.get("/feeds/articles")

        assert (before.content, before.headers["etag"]) == (after.content, after.headers["etag"])

    def test_an_unpublished_change_is_no_news(
        self, contractor: TestClient, database: Database
    ) -> None:
        with database.write() as session:
            publish(session, "KB-1", audience=CONTRACTOR)
        before = contractor.get("/feeds/articles").content
        with database.write() as session:
            reader = make_reader(session, CONTRACTOR)
            review.edit(
                session, reader, 1, title="Soon", markdown="New.", base=1, at=MONDAY + timedelta(9)
            )

        assert contractor.get("/feeds/articles").content == before

    def test_who_an_article_is_taken_from_learns_that_and_no_more(
        self, contractor: TestClient, agent: TestClient, database: Database
    ) -> None:
        with database.write() as session:
            article = publish(session, "KB-1", audience=CONTRACTOR, title="Swordfish")
            publish(session, "KB-2", audience=people.INTERNAL)
        with database.write() as session:
            move(session, article.id, people.INTERNAL)

        assert titles(contractor) == ["KB-1 was retired"]
        assert b"Swordfish" not in contractor.get("/feeds/articles").content
        assert "Swordfish" in titles(agent)

        with database.write() as session:
            held = session.get_one(Article, article.id)
            held.tags = ["vpn"]
        assert titles(contractor, "/feeds/articles?tag=vpn") == []

    def test_a_revoked_reader_gets_an_empty_feed(
        self, contractor: TestClient, database: Database
    ) -> None:
        with database.write() as session:
            publish(session, "KB-1", audience=CONTRACTOR)
            person = people.person(session, "engineer@nordwind.example").id
            people.revoke(session, make_audience(session, CONTRACTOR), person_id=person, at=MONDAY)

        assert titles(contractor) == []


def move(session: Session, article_id: int, audience: str) -> None:
    """As publishing for others does."""
    article = session.get_one(Article, article_id)
    (version,) = session.query(ArticleVersion).filter_by(article_id=article_id)
    article.audience_id = version.audience_id = make_audience(session, audience)
    article.updated_at = MONDAY + timedelta(2)
    offering.offer(session, [(article, version)])


def test_a_retired_article_is_named_by_its_number_until_it_comes_back(
    contractor: TestClient, database: Database
) -> None:
    with database.write() as session:
        article = publish(session, "KB-1", audience=CONTRACTOR)
        offering.take_back(session, [article.id])
        offering.take_back(session, [article.id])
        article.state = ArticleState.ARCHIVED
    retired = titles(contractor)
    with database.write() as session:
        article = session.get_one(Article, article.id)
        article.state = ArticleState.PUBLISHED
        move(session, article.id, CONTRACTOR)

    assert retired == ["KB-1 was retired"]
    assert [tag.term for tag in feed(contractor).entries[0].tags] == ["published"]


def test_what_has_not_changed_is_not_sent_again(agent: TestClient, database: Database) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL)
    first = agent.get("/feeds/articles")
    known = {"If-None-Match": first.headers["etag"]}

    again = agent.get("/feeds/articles", headers=known)
    with database.write() as session:
        publish(session, "KB-2", audience=people.INTERNAL)

    assert (again.status_code, again.content) == (304, b"")
    assert agent.get("/feeds/articles", headers=known).status_code == 200


class TestTokenInTheAddress:
    @pytest.fixture
    def secret(self, agent: TestClient, database: Database) -> str:
        assert agent
        with database.write() as session:
            person = people.person(session, "agent@own.example")
            scopes = {Scope.FEED}
            made = tokens.create(
                session, person, "feeds", scopes=scopes, expires_at=None, at=MONDAY
            )
            publish(session, "KB-1", audience=people.INTERNAL)
        return made.secret

    def test_reads_the_feed_of_its_owner(
        self, stranger: TestClient, agent: TestClient, secret: str
    ) -> None:
        told = stranger.get(f"/feeds/{secret}/articles")

        assert told.content == agent.get("/feeds/articles").content
        assert secret not in told.text

    def test_is_good_for_nothing_else(self, app: FastAPI, secret: str) -> None:
        assert client_of(app, secret).get("/api/v1/articles").status_code == 403
        assert client_of(app, secret).get("/feeds/articles").status_code == 403

    def test_a_usual_token_is_refused_there(self, agent: TestClient) -> None:
        usual = agent.headers["Authorization"].removeprefix("Bearer ")

        assert agent.get(f"/feeds/{usual}/articles").status_code == 403

    def test_strangers_are_refused(self, stranger: TestClient) -> None:
        assert stranger.get("/feeds/kb_wrong/articles").status_code == 401
        assert stranger.get("/feeds/articles").status_code == 401


def test_the_page_of_tokens_gives_an_address_for_feed_readers(
    app: FastAPI, agent: TestClient, database: Database
) -> None:
    with database.write() as session:
        publish(session, "KB-1", audience=people.INTERNAL)
    mine = browser(app, agent)
    assert "/tokens?scope=feed" in mine.get("/articles").text
    proposed = mine.get("/tokens?scope=feed").text
    assert 'value="feed" checked' in proposed
    said = {"csrf": csrf(proposed), "name": "reader", "days": "30"}

    alone = mine.post("/tokens", data={**said, "scopes": ["feed"]}).text
    more = mine.post("/tokens", data={**said, "scopes": ["feed", "read"]}).text

    (path,) = re.findall(r"(/feeds/kb_[^/]+/articles)</code>", alone)
    assert "Title of KB-1" in TestClient(app).get(path).text
    assert "/feeds/" not in more


def test_each_purpose_of_a_token_has_words() -> None:
    german = catalogue("de").gettext

    assert [one for one in Scope if scope(one, german) == one] == []
