"""What is new in the library since somebody last looked."""

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.wiring import Services
from articles import offering
from articles.models import Article, ArticleVersion
from tests.api.conftest import CONTRACTOR
from tests.api.test_desk import write_article
from tests.api.test_pages import browser, csrf


def numbers(page: TestClient) -> list[str]:
    return re.findall(r'class="kind">KB-(\d+)<', page.get("/news").text)


def see(page: TestClient, shown: str) -> None:
    until = re.search(r'name="until" value="(\d+)"', shown)
    assert until
    data = {"csrf": csrf(shown), "until": until[1]}
    assert page.post("/news/seen", data=data).status_code == 303


def test_it_is_new_until_somebody_says_that_they_have_seen_it(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    for number in (1, 2):
        write_article(services, number=number)
    page = browser(app, agent)
    assert numbers(page) == numbers(page) == ["2", "1"]

    shown = page.get("/news").text
    write_article(services, number=3)  # after the page was loaded
    see(page, shown)

    assert numbers(page) == ["3"]
    see(page, page.get("/news").text)
    assert "Nothing new." in page.get("/news").text
    see(page, shown)  # an older page brings nothing back
    assert numbers(browser(create_app(services), agent)) == []

    with services.database.write() as session:
        chosen = (
            select(Article, ArticleVersion).join(ArticleVersion).where(Article.number == "KB-1")
        )
        article, version = session.execute(chosen).one()
        offering.offer(session, [(article, version)])
    assert numbers(page) == ["1"]
    assert "changed" in page.get("/news").text


class TestWhoMayNot:
    def test_a_contractor_learns_what_is_theirs_and_each_for_themselves(
        self, app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
    ) -> None:
        write_article(services, number=1)
        write_article(services, number=2, audience=CONTRACTOR)
        write_article(services, number=3)
        inside, outside = browser(app, agent), browser(app, contractor)
        assert numbers(outside) == ["2"]
        assert numbers(inside) == ["3", "2", "1"]

        see(outside, outside.get("/news").text)

        assert numbers(outside) == []
        assert numbers(inside) == ["3", "2", "1"]

    def test_a_mark_beyond_all_that_is_theirs_hides_nothing_that_comes(
        self, app: FastAPI, contractor: TestClient, services: Services
    ) -> None:
        write_article(services, number=1, audience=CONTRACTOR)
        page = browser(app, contractor)
        token = csrf(page.get("/news").text)
        page.post("/news/seen", data={"csrf": token, "until": 1_000_000})

        write_article(services, number=2, audience=CONTRACTOR)

        assert numbers(page) == ["2"]

    def test_what_was_retired_is_not_named(
        self, app: FastAPI, agent: TestClient, services: Services
    ) -> None:
        id_ = write_article(services)
        with services.database.write() as session:
            offering.take_back(session, [id_])

        assert numbers(browser(app, agent)) == []
