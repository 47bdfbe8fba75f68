"""Assistants over MCP, asked with the SDK's own client: they see what the person sees."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from mcp import Client
from mcp.types import TextContent

from api import mcp_server
from api.wiring import Services
from kb.db import Database
from tests import databases
from tests.api.conftest import CONTRACTOR
from tests.factories import make_ticket, message
from tests.fakes import index_all
from tests.loops import finished


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """What is read is what the routes read; they are tested on both kinds."""
    with databases.sqlite_copy(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def _cases(services: Services) -> None:
    with services.database.write() as session:
        make_ticket(session, external_id="1", title="VPN drops: the swordfish gateway")
        make_ticket(
            session,
            external_id="2",
            audience=CONTRACTOR,
            title="VPN drops every hour",
            messages=(message("Not for them: swordfish", internal=True), message("Rebooted.")),
        )
    index_all(services.finder)


def call(client: TestClient, tool: str, **arguments: Any) -> tuple[bool, dict[str, Any]]:
    """Whether the tool worked, and what it said."""

    async def asked() -> tuple[bool, dict[str, Any]]:
        async with Client(mcp_server.build(client)) as assistant:
            answer = await assistant.call_tool(tool, arguments)
            (content,) = answer.content
            assert isinstance(content, TextContent)
            return not answer.is_error, _said(content.text, answer.is_error)

    return finished(asked())


def _said(text: str, failed: bool) -> dict[str, Any]:
    return {"said": text} if failed else dict(json.loads(text))


def test_offers_four_tools_that_say_what_they_do(agent: TestClient) -> None:
    async def listed() -> dict[str, str | None]:
        async with Client(mcp_server.build(agent)) as assistant:
            found = await assistant.list_tools()
            return {tool.name: tool.description for tool in found.tools}

    tools = finished(listed())
    assert set(tools) == {"search", "similar_cases", "article", "draft"}
    assert all(tools.values())


def test_finds_what_the_person_may_see(agent: TestClient, contractor: TestClient) -> None:
    _, mine = call(agent, "search", query="VPN drops swordfish")
    _, theirs = call(contractor, "search", query="VPN drops swordfish")

    assert {hit["number"] for hit in mine["hits"]} == {"1", "2"}
    assert {hit["number"] for hit in theirs["hits"]} == {"2"}
    assert "swordfish" not in json.dumps(theirs)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search", {"query": "VPN drops every hour", "limit": 3}),
        ("similar_cases", {"ticket_id": 2}),
        ("similar_cases", {"ticket_id": 1}),
        ("article", {"number": "KB-1"}),
        ("draft", {"draft_id": 1}),
    ],
)
def test_says_what_the_interface_says(
    contractor: TestClient, tool: str, arguments: dict[str, Any]
) -> None:
    path = {
        "search": "/api/v1/search",
        "similar_cases": f"/api/v1/tickets/{arguments.get('ticket_id')}/similar",
        "article": f"/api/v1/articles/{arguments.get('number')}",
        "draft": f"/api/v1/drafts/{arguments.get('draft_id')}",
    }[tool]
    direct = contractor.post(path, json=arguments) if tool == "search" else contractor.get(path)

    worked, said = call(contractor, tool, **arguments)

    assert worked is direct.is_success
    assert said == (direct.json() if worked else {"said": said["said"]})
    if not worked:
        assert direct.json()["detail"] in said["said"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [("article", {"number": "../drafts"}), ("search", {"query": ""}), ("draft", {"draft_id": 0})],
)
def test_nothing_leads_elsewhere(agent: TestClient, tool: str, arguments: dict[str, Any]) -> None:
    assert not call(agent, tool, **arguments)[0]


def test_an_ended_token_ends_it(stranger: TestClient) -> None:
    worked, said = call(stranger, "search", query="VPN")
    assert not worked
    assert "Bearer" in said["said"]
