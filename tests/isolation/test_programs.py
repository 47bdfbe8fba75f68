"""What a contractor's token gets over MCP, feeds and webhooks is what the pages show them."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import feedparser
import httpx2
import pytest
from mcp import Client as Assistant
from mcp.types import TextContent

from api import mcp_server
from articles.models import ArticleState
from kb.models import TicketState
from tests.isolation.doors import messages
from tests.isolation.test_non_interference import on_postgres, on_sqlite
from tests.isolation.worlds import HIDDEN, QUERIES, SHARED, Case, Note, Plan, Row, World
from tests.loops import finished

SECRET = "swordfish"


def case(title: str) -> Case:
    return Case(
        title=f"{title} vpn tunnel drops",
        description=f"The vpn tunnel {title} drops on gw-02.",
        level=2,
        state=TicketState.CLOSED,
        queue="Network",
        notes=(Note(text=f"{SECRET} note", other="", internal=True),),
    )


def rows(audience: str, title: str) -> Iterator[Row]:
    for article in (None, ArticleState.PUBLISHED, ArticleState.DRAFT, ArticleState.ARCHIVED):
        one = case(f"{title} {article.value if article else 'ticket'}")
        yield Row(audience=audience, case=one, other=one, article=article)


PLAN = Plan(
    rows=(*rows(SHARED, "ours"), *rows(HIDDEN[0], SECRET)),
    extra=(),
    indexed_after=(frozenset(), frozenset()),
)
TITLE = "ours published vpn tunnel drops"
NUMBERS = [f"KB-{place}" for place in range(10)]


class AsContractor:
    """Asks the application with the contractor's token, as `kb mcp` does over HTTP."""

    def __init__(self, world: World) -> None:
        self._world = world

    def request(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        headers = self._world.as_program
        return self._world.client.request(method, path, headers=headers, **sent)


def asked(world: World) -> list[tuple[str, bool, str]]:
    """Every tool with everything that it could give away: tool, whether it worked, answer."""
    calls: list[tuple[str, dict[str, Any]]] = [
        *(("search", {"query": query, "limit": 20}) for query in QUERIES),
        *(("similar_cases", {"ticket_id": id_, "limit": 20}) for id_ in range(1, 10)),
        *(("article", {"number": number}) for number in NUMBERS),
        *(("draft", {"draft_id": id_}) for id_ in range(1, 10)),
    ]
    server = mcp_server.build(cast("httpx2.Client", AsContractor(world)))

    async def all_answers() -> list[tuple[str, bool, str]]:
        said = []
        async with Assistant(server) as assistant:
            for tool, arguments in calls:
                answer = await assistant.call_tool(tool, arguments)
                (content,) = answer.content
                assert isinstance(content, TextContent)
                said.append((tool, not answer.is_error, content.text))
        return said

    return finished(all_answers())


def page(world: World, path: str) -> tuple[int, str]:
    given = world.client.request("GET", path, headers=world.as_browser)
    return given.status_code, given.text


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, sqlite_template: Path) -> Iterator[World]:
    made = (
        on_sqlite(sqlite_template, PLAN, second=False)
        if request.param == "sqlite"
        else on_postgres(request.getfixturevalue("postgres"), PLAN, second=False)
    )
    with made as one:
        yield one


def test_mcp_feeds_and_webhooks_show_nothing_that_the_pages_do_not(world: World) -> None:
    tools = asked(world)
    headers = world.as_program
    feed = world.client.request("GET", "/feeds/articles", headers=headers).text
    hooks = messages(world)

    told = "\n".join([*(text for _, _, text in tools), feed, *hooks])
    assert SECRET not in told
    for address, title in shown(tools, feed, hooks):
        status, text = page(world, address)
        assert status == 200, address
        assert title in text, address


def shown(
    tools: list[tuple[str, bool, str]], feed: str, hooks: list[str]
) -> Iterator[tuple[str, str]]:
    """For each thing that was told: the page that it must be on, and its title."""
    for tool, worked, text in tools:
        answer = json.loads(text) if worked else {}
        for hit in answer.get("hits", []):
            place = hit["id"] if hit["kind"] == "ticket" else hit["number"]
            yield f"/{hit['kind']}s/{place}", hit["title"]
        if worked and tool == "article":
            yield f"/articles/{answer['number']}", answer["title"]
        if worked and tool == "draft":
            yield f"/drafts/{answer['id']}", answer["title"]
    for entry in feedparser.parse(feed).entries:
        yield urlsplit(entry.link).path, entry.title
    for one in map(json.loads, hooks):
        yield one["data"]["url"], one["data"]["title"]


def test_what_they_may_see_is_told(world: World) -> None:
    """So that the test above is about something."""
    tools = asked(world)
    worked = Counter(tool for tool, worked, _ in tools if worked)
    feed = world.client.request("GET", "/feeds/articles", headers=world.as_program).text
    hooks = [json.loads(one) for one in messages(world)]

    assert worked == {"search": len(QUERIES), "similar_cases": 1, "article": 1, "draft": 3}
    assert any(json.loads(text)["hits"] for tool, _, text in tools if tool == "search")
    assert [entry.title for entry in feedparser.parse(feed).entries] == [TITLE]
    assert [(one["type"], one["data"]["number"]) for one in hooks] == [
        ("article.published", "KB-1"),
        ("draft.ready", "KB-2"),
    ]
