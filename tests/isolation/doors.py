"""Every way to read, and what is asked there: a route that is not named here fails the tests.

A new route belongs into READS, with the requests that could give something away, or into WRITES
if it only changes things.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from api.delivering import written
from articles.deliveries import prepare
from articles.models import Delivery
from tests.factories import MONDAY
from tests.isolation.worlds import FILES, HIDDEN, QUERIES, VISIBLE, World

LEFT_OUT = frozenset({"x-request-id"})
"""Headers that differ between any two answers."""

MONTH = f"month={MONDAY:%Y-%m}"
"""In which all that has numbers happened."""

CLOCK = re.compile(r"expires=[^;]+")
"""What a cookie says of the time of day."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request; pages are asked as a browser would."""

    path: str
    body: dict[str, Any] | None = None  # Any: JSON
    page: bool = False


def _lists(_world: World) -> Iterator[Ask]:
    yield Ask("/api/v1/tickets")
    yield Ask("/api/v1/tickets?limit=1")
    yield Ask("/api/v1/tickets?state=closed")


def _searches(_world: World) -> Iterator[Ask]:
    for query in QUERIES:
        yield Ask("/api/v1/search", {"query": query})
    yield Ask("/api/v1/search", {"query": QUERIES[0], "limit": 1})
    yield Ask("/api/v1/search", {"query": QUERIES[0], "collapse": False})
    yield Ask("/api/v1/search", {"query": QUERIES[0], "filters": {"queues": ["Network"]}})
    yield Ask("/api/v1/search", {"query": QUERIES[1], "filters": {"solved": True}})


def _typed(_world: World) -> Iterator[Ask]:
    for typed in (*QUERIES, "tun", "sword", "gw", "prnter", "d"):
        yield Ask(f"/api/v1/search/typing?{urlencode({'q': typed})}")


def _pages(_world: World) -> Iterator[Ask]:
    for query in QUERIES:
        yield Ask(f"/?{urlencode({'q': query})}", page=True)
    yield Ask(f"/?{urlencode({'q': QUERIES[0], 'solved': '1'})}", page=True)


def _hits(_world: World) -> Iterator[Ask]:
    for query in QUERIES[:2]:
        yield Ask(f"/desk/hits?{urlencode({'q': query})}", page=True)
    for id_ in (*_world.tickets, 1_000):
        yield Ask(f"/?ticket={id_}", page=True)


def _library(_world: World) -> Iterator[Ask]:
    yield Ask("/articles", page=True)
    yield Ask("/articles?tag=vpn&language=de", page=True)


def _worklists(_world: World) -> Iterator[Ask]:
    for view in ("open", "unwritten", "all"):
        yield Ask(f"/tickets?view={view}", page=True)
    yield Ask("/tickets?view=all&queue=Network", page=True)


def _feeds(_world: World) -> Iterator[Ask]:
    yield Ask("/feeds/articles")
    yield Ask("/feeds/articles?tag=vpn&language=de")
    for audience in (*VISIBLE, *HIDDEN):
        yield Ask(f"/feeds/articles?{urlencode({'audience': audience})}")


def _by_address(feed: str) -> Callable[[World], Iterator[Ask]]:
    def asks(world: World) -> Iterator[Ask]:
        yield Ask(f"/feeds/{_secret(world)}/{feed}")

    return asks


def _tickets(template: str, *, page: bool = False) -> Callable[[World], Iterator[Ask]]:
    def asks(world: World) -> Iterator[Ask]:
        # One id beyond all: absent and invisible must look the same.
        for id_ in (*world.tickets, 1_000):
            yield Ask(template.format(ticket_id=id_), page=page)

    return asks


def _escalations(world: World) -> Iterator[Ask]:
    for id_ in (*world.tickets, 1_000):
        yield Ask(f"/tickets/{id_}/escalate", page=True)
        yield Ask(f"/tickets/{id_}/escalate?impact=site", page=True)


def _articles(template: str, *, page: bool = False) -> Callable[[World], Iterator[Ask]]:
    def asks(world: World) -> Iterator[Ask]:
        for id_ in (*world.articles, 1_000):
            yield Ask(template.format(draft_id=id_), page=page)

    return asks


def _numbers(template: str, *, page: bool = False) -> Callable[[World], Iterator[Ask]]:
    def asks(_world: World) -> Iterator[Ask]:
        for number in (*range(6), 1_000):
            yield Ask(template.format(number=f"KB-{number}"), page=page)

    return asks


def _files(prefix: str, *, page: bool = False) -> Callable[[World], Iterator[Ask]]:
    def asks(_world: World) -> Iterator[Ask]:
        for number in (*range(6), 1_000):
            for content in FILES:
                digest = hashlib.sha256(content).hexdigest()
                yield Ask(f"{prefix}/articles/KB-{number}/files/{digest}", page=page)

    return asks


def _alarms(template: str) -> Callable[[World], Iterator[Ask]]:
    def asks(_world: World) -> Iterator[Ask]:
        for id_ in (*range(1, 4), 1_000):
            yield Ask(template.format(alarm_id=id_))

    return asks


def _numbers_page(_world: World) -> Iterator[Ask]:
    # Of the month of the tickets: what the reader searches here is counted, in this one.
    for by in ("team", "language", "company", "month"):
        yield Ask(f"/numbers?{MONTH}&by={by}", page=True)


def _lists_of_reading(template: str, *, page: bool = False) -> Callable[[World], Iterator[Ask]]:
    def asks(_world: World) -> Iterator[Ask]:
        # Of the reader's team, of another team, and none.
        for id_ in (1, 2, 1_000):
            yield Ask(template.format(id=id_), page=page)

    return asks


def _once(path: str, *, page: bool = False) -> Callable[[World], Iterator[Ask]]:
    return lambda _world: iter([Ask(path, page=page)])


READS: dict[str, Callable[[World], Iterator[Ask]]] = {
    "GET /api/v1/me": _once("/api/v1/me"),
    "GET /api/v1/audiences": _once("/api/v1/audiences"),
    "GET /api/v1/tickets": _lists,
    "GET /api/v1/tickets/{ticket_id}": _tickets("/api/v1/tickets/{ticket_id}"),
    "GET /api/v1/tickets/{ticket_id}/similar": _tickets("/api/v1/tickets/{ticket_id}/similar"),
    "GET /api/v1/tickets/{ticket_id}/escalation": _tickets(
        "/api/v1/tickets/{ticket_id}/escalation?impact=site"
    ),
    "GET /api/v1/tickets/{ticket_id}/escalations": _tickets(
        "/api/v1/tickets/{ticket_id}/escalations"
    ),
    "GET /tickets/{ticket_id}/escalate": _escalations,
    "GET /inbox": _once("/inbox", page=True),
    "GET /numbers": _numbers_page,
    "GET /numbers/chart.svg": _once(f"/numbers/chart.svg?{MONTH}", page=True),
    "GET /numbers/figures.csv": _once(f"/numbers/figures.csv?{MONTH}", page=True),
    "GET /escalate": _once("/escalate?q=tunnel", page=True),
    "GET /escalation/rules": _once("/escalation/rules", page=True),
    "GET /api/v1/alarms": _once("/api/v1/alarms"),
    "GET /api/v1/alarms/{alarm_id}": _alarms("/api/v1/alarms/{alarm_id}"),
    "GET /api/v1/alarms/{alarm_id}/known": _alarms("/api/v1/alarms/{alarm_id}/known"),
    "POST /api/v1/search": _searches,
    "GET /api/v1/search/typing": _typed,
    "GET /api/v1/search/facets": _once("/api/v1/search/facets"),
    "GET /api/v1/articles": _once("/api/v1/articles"),
    "GET /api/v1/articles/{number}": _numbers("/api/v1/articles/{number}"),
    "GET /api/v1/articles/{number}/files/{digest}": _files("/api/v1"),
    "GET /articles/{number}/files/{digest}": _files("", page=True),
    "GET /api/v1/clusters": _once("/api/v1/clusters"),
    "GET /api/v1/drafts": _once("/api/v1/drafts"),
    "GET /api/v1/drafts/outcomes": _once("/api/v1/drafts/outcomes"),
    "GET /api/v1/drafts/{draft_id}": _articles("/api/v1/drafts/{draft_id}"),
    "GET /api/v1/reviews-due": _once("/api/v1/reviews-due"),
    "GET /api/v1/flags": _once("/api/v1/flags"),
    "GET /api/v1/drafts/{draft_id}/care": _articles("/api/v1/drafts/{draft_id}/care"),
    "GET /api/v1/drafts/{draft_id}/remarks": _articles("/api/v1/drafts/{draft_id}/remarks"),
    "GET /api/v1/drafts/{draft_id}/versions": _articles("/api/v1/drafts/{draft_id}/versions"),
    "GET /api/v1/drafts/{draft_id}/replacements": _articles(
        "/api/v1/drafts/{draft_id}/replacements"
    ),
    "GET /api/v1/drafts/{draft_id}/checklist": _articles("/api/v1/drafts/{draft_id}/checklist"),
    "GET /api/v1/drafts/{draft_id}/duplicates": _articles("/api/v1/drafts/{draft_id}/duplicates"),
    "GET /api/v1/drafts/{draft_id}/translations": _articles(
        "/api/v1/drafts/{draft_id}/translations"
    ),
    "GET /api/v1/drafts/{draft_id}/changes": _articles(
        "/api/v1/drafts/{draft_id}/changes?before=1&after=2"
    ),
    "GET /api/v1/tickets/{ticket_id}/articles": _tickets("/api/v1/tickets/{ticket_id}/articles"),
    "GET /api/v1/tickets/{ticket_id}/handed-on": _tickets("/api/v1/tickets/{ticket_id}/handed-on"),
    "GET /api/v1/tickets/{ticket_id}/closing": _tickets("/api/v1/tickets/{ticket_id}/closing"),
    "GET /api/v1/tickets/{ticket_id}/decision": _tickets("/api/v1/tickets/{ticket_id}/decision"),
    "GET /news": _once("/news", page=True),
    "GET /reading": _once("/reading", page=True),
    "GET /reading/{list_id}": _lists_of_reading("/reading/{id}", page=True),
    "GET /reading/new/{team_id}": _lists_of_reading("/reading/new/{id}", page=True),
    "GET /api/v1/reading-lists": _once("/api/v1/reading-lists"),
    "GET /api/v1/reading-lists/{list_id}": _lists_of_reading("/api/v1/reading-lists/{id}"),
    "GET /api/v1/reading-lists/new/{team_id}": _lists_of_reading("/api/v1/reading-lists/new/{id}"),
    "GET /articles": _library,
    "GET /feeds/articles": _feeds,
    "GET /feeds/{secret}/articles": _by_address("articles"),
    "GET /feeds/inbox": _once("/feeds/inbox"),
    "GET /feeds/{secret}/inbox": _by_address("inbox"),
    "GET /tickets": _worklists,
    "GET /articles/{number}": _numbers("/articles/{number}", page=True),
    "GET /drafts": _once("/drafts", page=True),
    "GET /drafts/{draft_id}": _articles("/drafts/{draft_id}", page=True),
    "GET /health/live": _once("/health/live"),
    "GET /health/ready": _once("/health/ready"),
    "GET /metrics": _once("/metrics"),
    "GET /": _pages,
    "GET /desk/hits": _hits,
    "GET /desk/tickets/{ticket_id}": _tickets("/desk/tickets/{ticket_id}", page=True),
    "GET /desk/articles/{article_id}": _articles("/desk/articles/{draft_id}", page=True),
    "GET /setup": _once("/setup", page=True),
    "GET /sign-in": _once("/sign-in", page=True),
    "GET /sign-in/provider": _once("/sign-in/provider", page=True),
    "GET /sign-in/provider/back": _once("/sign-in/provider/back?code=a&state=b", page=True),
    "GET /sign-in/provider/out": _once("/sign-in/provider/out", page=True),
    "GET /scim/v2/ServiceProviderConfig": _once("/scim/v2/ServiceProviderConfig"),
    "GET /scim/v2/ResourceTypes": _once("/scim/v2/ResourceTypes"),
    "GET /scim/v2/ResourceTypes/{name}": _once("/scim/v2/ResourceTypes/User"),
    "GET /scim/v2/Schemas": _once("/scim/v2/Schemas"),
    "GET /scim/v2/Schemas/{name}": _once("/scim/v2/Schemas/x"),
    "GET /admin": _once("/admin", page=True),
    "GET /admin/people": _once("/admin/people", page=True),
    "GET /admin/people/{person_id}": _once("/admin/people/1", page=True),
    "GET /admin/organisations": _once("/admin/organisations", page=True),
    "GET /admin/team": _once("/admin/team?name=Ost", page=True),
    "GET /admin/audiences": _once("/admin/audiences", page=True),
    "GET /admin/audience": _once("/admin/audience?name=internal", page=True),
    "GET /admin/audit": _once("/admin/audit?verify=true", page=True),
    "GET /admin/audit/export": _once("/admin/audit/export", page=True),
    "GET /admin/index": _once("/admin/index", page=True),
    "GET /admin/import": _once("/admin/import", page=True),
    "GET /admin/import/{upload_id}": _once("/admin/import/1", page=True),
    "GET /admin/jobs": _once("/admin/jobs", page=True),
    "GET /admin/settings": _once("/admin/settings", page=True),
    "GET /admin/sources": _once("/admin/sources", page=True),
    "GET /admin/source": _once("/admin/source?name=x", page=True),
    "GET /admin/webhooks": _once("/admin/webhooks", page=True),
    "GET /api/v1/admin/webhooks": _once("/api/v1/admin/webhooks"),
    "GET /tokens": _once("/tokens", page=True),
    "GET /settings": _once("/settings", page=True),
    "GET /digest/stop/{signed}": _once("/digest/stop/1.x", page=True),
    "GET /admin/why": _numbers("/admin/why?person=kim@own.example&article={number}", page=True),
    "GET /api/v1/admin/audiences": _once("/api/v1/admin/audiences"),
    "GET /api/v1/admin/organisations": _once("/api/v1/admin/organisations"),
    "GET /api/v1/admin/licences": _once("/api/v1/admin/licences"),
    "GET /api/v1/admin/teams": _once("/api/v1/admin/teams"),
    "GET /api/v1/admin/teams/{name}/members": _once("/api/v1/admin/teams/Desk/members"),
    "GET /api/v1/admin/why/tickets/{ticket_id}": _tickets(
        "/api/v1/admin/why/tickets/{ticket_id}?person=kim@own.example"
    ),
    "GET /api/v1/admin/why/articles/{name}": _numbers(
        "/api/v1/admin/why/articles/{number}?person=kim@own.example"
    ),
    "GET /scim/v2/Users": _once("/scim/v2/Users"),
    "GET /scim/v2/Users/{id_}": _once("/scim/v2/Users/1"),
    "GET /scim/v2/Groups": _once("/scim/v2/Groups"),
    "GET /scim/v2/Groups/{id_}": _once("/scim/v2/Groups/1"),
    "GET /tickets/{ticket_id}": _tickets("/tickets/{ticket_id}", page=True),
}

WRITES = frozenset(
    {
        "PUT /api/v1/alarms/{alarm_id}/note",
        "POST /api/v1/sources/{name}/webhook",
        "POST /api/v1/tickets",
        "POST /api/v1/tickets/{ticket_id}/escalations",
        "POST /tickets/{ticket_id}/escalate",
        "POST /escalate",
        "POST /inbox/read",
        "POST /escalation/rules",
        "POST /api/v1/tickets/{ticket_id}/close",
        "POST /api/v1/clusters/{cluster_id}/draft",
        "POST /drafts/clusters/{cluster_id}",
        "PUT /api/v1/clusters/{cluster_id}/article",
        "POST /drafts/clusters/{cluster_id}/article",
        "POST /api/v1/tickets/{ticket_id}/handed-on",
        "POST /api/v1/drafts/{draft_id}/remarks",
        "POST /api/v1/drafts/{draft_id}/confirm",
        "POST /drafts/{draft_id}/confirm",
        "PATCH /api/v1/drafts/{draft_id}/care",
        "POST /drafts/{draft_id}/owner",
        "POST /drafts/{draft_id}/governance",
        "POST /api/v1/drafts/{draft_id}/return",
        "POST /api/v1/remarks/{remark_id}/settle",
        "POST /api/v1/articles/{number}/flag",
        "POST /api/v1/drafts/{draft_id}/files",
        "POST /drafts/{draft_id}/files",
        "POST /drafts/{draft_id}/comment",
        "POST /drafts/{draft_id}/return",
        "POST /drafts/remarks/{remark_id}/settle",
        "POST /articles/{number}/flag",
        "PATCH /api/v1/drafts/{draft_id}",
        "POST /api/v1/drafts/{draft_id}/publish",
        "POST /api/v1/drafts/{draft_id}/reject",
        "POST /api/v1/drafts/{draft_id}/restore",
        "POST /api/v1/drafts/{draft_id}/archive",
        "POST /api/v1/drafts/{draft_id}/merge",
        "POST /api/v1/drafts/{draft_id}/replacements/undo",
        "POST /drafts/{draft_id}/undo",
        "POST /tickets/{ticket_id}/decide",
        "PUT /api/v1/drafts/{draft_id}/original",
        "PUT /api/v1/tickets/{ticket_id}/articles",
        "PUT /api/v1/tickets/{ticket_id}/decision",
        "DELETE /api/v1/tickets/{ticket_id}/articles/{article_id}/{role}",
        "POST /drafts/{draft_id}/edit",
        "POST /drafts/{draft_id}/publish",
        "POST /drafts/{draft_id}/reject",
        "POST /articles/{number}/opinion",
        "POST /news/seen",
        "POST /reading",
        "POST /reading/read",
        "POST /reading/{list_id}/drop",
        "POST /reading/{list_id}/entries",
        "POST /api/v1/reading-lists",
        "DELETE /api/v1/reading-lists/{list_id}",
        "PUT /api/v1/reading-lists/{list_id}/entries/{number}",
        "DELETE /api/v1/reading-lists/{list_id}/entries/{number}",
        "POST /api/v1/reading-lists/{list_id}/entries/{number}/move",
        "PUT /api/v1/articles/{number}/read",
        "DELETE /api/v1/articles/{number}/read",
        "POST /desk/verdict",
        "POST /language",
        "POST /api/v1/admin/audiences",
        "PUT /api/v1/admin/audiences/{name}/grants",
        "POST /api/v1/admin/audiences/{name}/revoke",
        "POST /api/v1/admin/previews",
        "DELETE /api/v1/admin/previews/{preview_id}",
        "PUT /api/v1/admin/organisations/{name}",
        "PUT /api/v1/admin/teams/{name}",
        "PUT /api/v1/admin/licences/people/{email}",
        "PUT /api/v1/admin/licences/teams/{name}",
        "DELETE /api/v1/admin/licences/people/{email}",
        "DELETE /api/v1/admin/licences/teams/{name}",
        "PUT /api/v1/admin/teams/{name}/members/{email}",
        "DELETE /api/v1/admin/teams/{name}/members/{email}",
        "POST /scim/v2/Users",
        "PUT /scim/v2/Users/{id_}",
        "PATCH /scim/v2/Users/{id_}",
        "DELETE /scim/v2/Users/{id_}",
        "POST /scim/v2/Groups",
        "PUT /scim/v2/Groups/{id_}",
        "PATCH /scim/v2/Groups/{id_}",
        "DELETE /scim/v2/Groups/{id_}",
        "POST /admin/audience/grant",
        "POST /admin/audience/revoke",
        "POST /admin/audiences",
        "POST /admin/import",
        "POST /admin/import/examples",
        "POST /admin/import/{upload_id}",
        "POST /admin/jobs/retry",
        "POST /admin/organisations",
        "POST /admin/people",
        "POST /admin/people/{person_id}/active",
        "POST /admin/people/{person_id}/licence",
        "POST /admin/people/{person_id}/preview",
        "POST /admin/team/join",
        "POST /admin/team/licence",
        "POST /admin/team/leave",
        "POST /admin/source/map",
        "POST /admin/source/pause",
        "POST /admin/source/resume",
        "POST /admin/source/test",
        "POST /admin/teams",
        "POST /admin/webhooks",
        "POST /admin/webhooks/remove",
        "POST /admin/webhooks/rotate",
        "POST /admin/webhooks/test",
        "POST /api/v1/admin/webhooks",
        "POST /api/v1/admin/webhooks/{name}/secret",
        "POST /api/v1/admin/webhooks/{name}/test",
        "DELETE /api/v1/admin/webhooks/{name}",
        "POST /tokens",
        "POST /settings",
        "POST /digest/stop/{signed}",
        "POST /tokens/{token_id}/revoke",
        "POST /preview/end",
        "POST /setup",
        "POST /sign-in",
        "POST /sign-out",
        "POST /tickets/{ticket_id}/close",
    }
)
"""What only changes things; their answers show what a read of the same thing shows."""

SAME_FOR_ALL = frozenset({"GET /api/v1/openapi.json", "mounted /static"})
"""What is part of the program: it reads no database."""


def routes(app: FastAPI) -> set[str]:
    """Every route of `app`, also those that the OpenAPI document leaves out."""
    return {
        f"{method} {found.path}"
        for found in iter_route_contexts(app.routes)
        for method in (found.methods or {"mounted"})
        if method != "HEAD"
    }


def answers(world: World, doors: Collection[str] = READS.keys()) -> Iterator[tuple[str, str]]:
    """Each request to `doors` and all that its answer tells the reader; and their webhooks."""
    for door in doors:
        for ask in READS[door](world):
            yield f"{ask.path} {ask.body or ''}", _answer(world, ask)
    yield "webhooks", "\n".join(messages(world))


def messages(world: World) -> list[str]:
    """What the webhooks of the reader say, in their order."""
    with world.services.database.read() as session:
        promised = session.scalars(select(Delivery.id).order_by(Delivery.id)).all()
        prepared = (prepare(session, id_, address="", at=MONDAY) for id_ in promised)
        said = [one.message for one in prepared if one is not None]
    return [written(one.happening.value, one.at, one.facts) for one in said]


def _answer(world: World, ask: Ask) -> str:
    headers = world.as_browser if ask.page else world.as_program
    method = "GET" if ask.body is None else "POST"
    given = world.client.request(method, ask.path, json=ask.body, headers=headers)
    told = sorted(
        (name, CLOCK.sub("", value))
        for name, value in given.headers.multi_items()
        if name not in LEFT_OUT
    )
    text = given.text.replace(_secret(world), "SECRET")  # an error repeats its own address
    return f"{given.status_code}\n{told}\n{text}"


def _secret(world: World) -> str:
    return world.as_program["Authorization"].removeprefix("Bearer ")
