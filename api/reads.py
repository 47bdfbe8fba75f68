"""What people of other organisations read is recorded: the verb of each door, and the recorder."""

from collections.abc import Iterator

from fastapi import Depends, Request

from api.deps import NowDep, ServicesDep
from api.logs import route_of
from kb import events
from kb.visibility import Reader

VERBS = {
    "POST /api/v1/search": "document.search",
    "GET /": "document.search",
    "GET /api/v1/search/typing": "document.suggest",
    "GET /desk/hits": "document.search",
    "GET /desk/tickets/{ticket_id}": "ticket.read",
    "GET /desk/articles/{article_id}": "article.read",
    "GET /api/v1/tickets": "ticket.list",
    "GET /tickets": "ticket.list",
    "GET /api/v1/tickets/{ticket_id}": "ticket.read",
    "GET /tickets/{ticket_id}": "ticket.read",
    "GET /api/v1/tickets/{ticket_id}/similar": "ticket.search_similar",
    "GET /api/v1/tickets/{ticket_id}/articles": "ticket.list_articles",
    "GET /api/v1/tickets/{ticket_id}/decision": "ticket.read_decision",
    "GET /api/v1/tickets/{ticket_id}/closing": "ticket.read_closing",
    "GET /api/v1/tickets/{ticket_id}/escalation": "ticket.prepare_escalation",
    "GET /api/v1/tickets/{ticket_id}/escalations": "ticket.list_escalations",
    "GET /tickets/{ticket_id}/escalate": "ticket.prepare_escalation",
    "GET /inbox": "ticket.list_returned",
    "GET /feeds/inbox": "ticket.list_returned",
    "GET /feeds/{secret}/inbox": "ticket.list_returned",
    "GET /api/v1/tickets/{ticket_id}/handed-on": "ticket.list_handed_on",
    "GET /api/v1/alarms": "alarm.list",
    "GET /api/v1/alarms/{alarm_id}": "alarm.read",
    "GET /api/v1/alarms/{alarm_id}/known": "alarm.search_known",
    "GET /api/v1/articles": "article.list",
    "GET /articles": "article.list",
    "GET /feeds/articles": "article.list",
    "GET /feeds/{secret}/articles": "article.list",
    "GET /news": "article.list",
    "GET /reading": "article.list_reading",
    "GET /reading/{list_id}": "article.list_reading",
    "GET /reading/new/{team_id}": "article.list_reading",
    "GET /api/v1/reading-lists": "article.list_reading",
    "GET /api/v1/reading-lists/{list_id}": "article.list_reading",
    "GET /api/v1/reading-lists/new/{team_id}": "article.list_reading",
    "GET /api/v1/articles/{number}": "article.read",
    "GET /articles/{number}": "article.read",
    "GET /api/v1/articles/{number}/files/{digest}": "article.read_file",
    "GET /articles/{number}/files/{digest}": "article.read_file",
    "GET /api/v1/admin/why/tickets/{ticket_id}": "ticket.explain",
    "GET /api/v1/admin/why/articles/{name}": "article.explain",
    "GET /admin/why": "document.explain",
    "GET /api/v1/clusters": "ticket.list_clusters",
    "GET /api/v1/drafts": "draft.list",
    "GET /drafts": "draft.list",
    "GET /api/v1/drafts/outcomes": "draft.list_outcomes",
    "GET /api/v1/drafts/{draft_id}": "draft.read",
    "GET /drafts/{draft_id}": "draft.read",
    "GET /api/v1/reviews-due": "article.list_due",
    "GET /api/v1/flags": "article.list_flags",
    "GET /api/v1/drafts/{draft_id}/care": "draft.show_care",
    "GET /api/v1/drafts/{draft_id}/remarks": "draft.list_remarks",
    "GET /api/v1/drafts/{draft_id}/versions": "draft.list_versions",
    "GET /api/v1/drafts/{draft_id}/changes": "draft.compare",
    "GET /api/v1/drafts/{draft_id}/replacements": "draft.list_replacements",
    "GET /api/v1/drafts/{draft_id}/checklist": "draft.check",
    "GET /api/v1/drafts/{draft_id}/duplicates": "draft.find_duplicates",
    "GET /api/v1/drafts/{draft_id}/translations": "draft.list_translations",
}
"""By route: how reading there is called; the names are stable."""

SILENT = frozenset(
    {
        "GET /api/v1/me",
        "GET /api/v1/audiences",
        "GET /api/v1/search/facets",
        "GET /escalate",
        "GET /numbers",
        "GET /numbers/chart.svg",
        "GET /numbers/figures.csv",
        "GET /escalation/rules",
        "GET /health/live",
        "GET /health/ready",
        "GET /metrics",
        "GET /setup",
        "GET /sign-in",
        "GET /sign-in/provider",
        "GET /sign-in/provider/back",
        "GET /sign-in/provider/out",
        "GET /admin",
        "GET /admin/audience",
        "GET /admin/audiences",
        "GET /admin/audit",
        "GET /admin/audit/export",
        "GET /admin/import",
        "GET /admin/import/{upload_id}",
        "GET /admin/index",
        "GET /admin/jobs",
        "GET /admin/organisations",
        "GET /admin/people",
        "GET /admin/people/{person_id}",
        "GET /admin/settings",
        "GET /admin/source",
        "GET /admin/sources",
        "GET /admin/team",
        "GET /admin/webhooks",
        "GET /tokens",
        "GET /settings",
        "GET /digest/stop/{signed}",
        "GET /api/v1/admin/audiences",
        "GET /api/v1/admin/licences",
        "GET /api/v1/admin/organisations",
        "GET /api/v1/admin/teams",
        "GET /api/v1/admin/teams/{name}/members",
        "GET /api/v1/admin/webhooks",
        "GET /scim/v2/Groups",
        "GET /scim/v2/Groups/{id_}",
        "GET /scim/v2/ResourceTypes",
        "GET /scim/v2/ResourceTypes/{name}",
        "GET /scim/v2/Schemas",
        "GET /scim/v2/Schemas/{name}",
        "GET /scim/v2/ServiceProviderConfig",
        "GET /scim/v2/Users",
        "GET /scim/v2/Users/{id_}",
    }
)
"""Reading that shows no ticket, article or draft."""

SUBJECTS = ("ticket_id", "draft_id", "article_id", "alarm_id")
"""Parts of a path that name what is read, by id."""


def _recording(request: Request, services: ServicesDep, at: NowDep) -> Iterator[None]:
    """Record a successful read by somebody of another organisation, before the answer leaves.

    What is answered is recorded: the event is committed, or there is no answer.
    """
    yield
    verb = VERBS.get(f"{request.method} {route_of(request.scope)}")
    reader = getattr(request.state, "reader", None)
    if verb is None or not isinstance(reader, Reader) or not reader.outside:
        return
    number = request.path_params.get("number")
    with services.database.write() as session:
        events.record(
            session,
            verb,
            person_id=reader.previewed_by or reader.person_id,
            subject=verb.partition(".")[0],
            subject_id=_subject(request),
            at=at,
            detail=" ".join(_details(reader, number)),
        )


def _details(reader: Reader, number: str | None) -> Iterator[str]:
    if number is not None:
        yield f"number={number}"
    if reader.previewed_by is not None:
        yield f"as={reader.person_id}"


def _subject(request: Request) -> int | None:
    found = (request.path_params.get(name) for name in SUBJECTS)
    return next((int(value) for value in found if value is not None), None)


Recorded = Depends(_recording, scope="function")
"""Of every route: see `VERBS`."""
