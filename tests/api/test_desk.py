"""The agent's desk, as its script and browsers without scripts use it."""

from dataclasses import replace

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.wiring import Services
from articles import links, offering
from articles.models import Article, ArticleState, ArticleVersion, LinkOutcome
from kb import people
from tests.api.conftest import CONTRACTOR
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_audience, make_reader, make_ticket
from tests.fakes import index_all, unlikely_fit


def write_article(services: Services, *, audience: str = people.INTERNAL, number: int = 1) -> int:
    with services.database.write() as session:
        readers = make_audience(session, audience)
        version = ArticleVersion(
            number=1,
            title="Rekey fault of the tunnel",
            markdown="## Fix\n\nInstall *firmware* 7.2.1.\n",
            audience_id=readers,
            at=MONDAY,
            statements=[],
            replacements=[],
        )
        article = Article(
            number=f"KB-{number}",
            source="test",
            external_id=str(number),
            state=ArticleState.PUBLISHED,
            audience_id=readers,
            tags=["vpn"],
            published_version=1,
            created_at=MONDAY,
            updated_at=MONDAY,
            versions=[version],
        )
        session.add(article)
        session.flush()  # the document needs the id
        offering.offer(session, [(article, version)])
        made = article.id
    index_all(services.finder)
    return made


def test_the_list_comes_alone_for_the_script(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        make_ticket(session)
    index_all(services.finder)

    part = browser(app, agent).get("/desk/hits?q=vpn+tunnel").text

    assert "VPN drops every hour" in part
    assert "<html" not in part


def test_the_same_case_twice_is_one_hit_with_a_count(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="INC-1")
        make_ticket(session, external_id="INC-2")
    index_all(services.finder)

    part = browser(app, agent).get("/desk/hits?q=vpn+tunnel").text

    assert part.count("VPN drops every hour") == 1
    assert "and 1 like it" in part


def test_hits_are_shown_beside_the_list(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    article = write_article(services)
    with services.database.write() as session:
        ticket = make_ticket(session, resolution="Rebooted <it>.").id
    own, outside = browser(app, agent), browser(app, contractor)

    assert "<em>firmware</em>" in own.get(f"/desk/articles/{article}").text
    shown = own.get(f"/desk/tickets/{ticket}").text
    assert "Rebooted &lt;it&gt;." in shown
    assert f"[1](http://testserver/tickets/{ticket})" in shown
    for path in (f"/desk/articles/{article}", f"/desk/tickets/{ticket}", f"/?ticket={ticket}"):
        assert outside.get(path).status_code == 404


def test_this_solved_it_counts_and_is_seen(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    with services.database.write() as session:
        ticket = make_ticket(session).id
    index_all(services.finder)
    desk = browser(app, agent)
    said = {"csrf": csrf(desk.get("/").text), "kind": "ticket", "id": ticket, "verdict": "solved"}

    by_script = desk.post("/desk/verdict", data=said, headers={"X-Part": "1"})
    by_form = desk.post("/desk/verdict", data={**said, "back": "/?q=vpn"})

    assert by_script.status_code == 204
    assert by_form.headers["location"] == "/?q=vpn&done=solved"
    assert "solved 1 case" in desk.get("/?q=vpn").text


def test_with_a_ticket_in_hand_the_article_is_linked_to_it(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    article = write_article(services)
    with services.database.write() as session:
        ticket = make_ticket(session).id
    desk = browser(app, agent)
    page = desk.get(f"/?ticket={ticket}").text
    said = {"csrf": csrf(page), "kind": "article", "id": article, "ticket": ticket}

    assert "the tunnel is gone" in page
    for verdict, outcome in (
        ("not_this", LinkOutcome.DID_NOT_HELP),
        ("solved", LinkOutcome.SOLVED),
    ):
        assert desk.post("/desk/verdict", data={**said, "verdict": verdict}).status_code == 303
        with services.database.write() as session:
            linked = links.of_ticket(session, make_reader(session), ticket)
        assert [link.outcome for link in linked] == [outcome]
    assert "solved 1 case" in desk.get("/?q=rekey+fault+tunnel&kind=article").text
    assert "Rekey fault" in desk.get(f"/tickets/{ticket}").text


def test_nobody_judges_what_they_may_not_see(
    app: FastAPI, contractor: TestClient, services: Services
) -> None:
    hidden = write_article(services)
    shared = write_article(services, audience=CONTRACTOR, number=2)
    with services.database.write() as session:
        ticket = make_ticket(session).id
    outside = browser(app, contractor)
    said = {"csrf": csrf(outside.get("/").text), "kind": "article", "verdict": "solved"}

    for other in ({"id": hidden}, {"id": 4711}, {"id": shared, "ticket": ticket}):
        assert outside.post("/desk/verdict", data={**said, **other}).status_code == 404
    assert outside.post("/desk/verdict", data={**said, "id": shared}).status_code == 303


def test_where_nothing_is_found_the_topics_of_the_library_are_offered(
    app: FastAPI, agent: TestClient, contractor: TestClient, services: Services
) -> None:
    write_article(services)

    assert 'href="/articles?tag=vpn"' in browser(app, agent).get("/?q=swordfish").text
    assert "tag=vpn" not in browser(app, contractor).get("/?q=swordfish").text


def test_what_is_not_good_comes_after_what_may_help(
    app: FastAPI, agent: TestClient, services: Services
) -> None:
    write_article(services)
    index_all(services.finder)
    sure = services.finder.meaning
    services.finder.meaning = replace(sure, learned=unlikely_fit(sure.embedder.name))

    told = browser(app, agent).get("/?q=rekey+tunnel").text

    helping, closest = told.index("Nothing good was found"), told.index("The closest there is")
    assert helping < closest < told.index('<ol class="hits">')
