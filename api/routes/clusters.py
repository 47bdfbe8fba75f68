"""Problems that were solved again and again without an article."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api import audiences, clusters
from api.deps import DraftingReaderDep, NowDep, ReaderDep, ServicesDep, SessionDep
from api.fields import LARGEST_ID, Body, Id, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.drafts import ComparedOut, DraftOut, NamedOut, draft_of
from articles import deciding
from articles.decision import Advice, Candidate, Verdict
from kb import tickets
from kb.faces import Face
from kb.models import Licence

router = APIRouter(prefix=f"{PREFIX}/clusters", tags=["drafts"])


class ClusterTicketOut(Row):
    """A ticket of a cluster."""

    id: int
    number: str
    title: str


class ClusterOut(Row):
    """Solved tickets that tell of the same problem and have no article."""

    model_config = example(
        {
            "id": 4711,
            "size": 2,
            "audience": "internal",
            "tickets": [
                {"id": 4711, "number": "INC-4711", "title": "VPN tunnel drops every hour"},
                {"id": 4655, "number": "INC-4655", "title": "VPN gone after an hour"},
            ],
            "verdict": "link",
            "reason": "an article says all of this already",
            "article": {"id": 12, "number": "KB-12", "title": "VPN tunnel drops every hour"},
            "candidates": [
                {
                    "article": {"id": 12, "number": "KB-12", "title": "VPN tunnel drops"},
                    "same_issue": 0.8,
                    "same_steps": 1.0,
                }
            ],
        }
    )

    id: int = Field(description="that of its first ticket")
    size: int = Field(description="how many tickets; the list begins with the largest")
    audience: str = Field(description="who may read all of them, and the draft")
    tickets: list[ClusterTicketOut] = Field(
        description="the most typical one, then the nearest to it; at most 20"
    )
    verdict: Verdict = Field(description="what the articles that are there suggest")
    reason: str
    article: NamedOut | None = Field(description="the one to link or to change")
    candidates: list[ComparedOut]


class Using(Body):
    """The article that says what the tickets of a cluster say."""

    model_config = example({"article_id": 12, "change": False})

    article_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    change: bool = Field(
        default=False, description="let the fullest ticket propose a change, and link the others"
    )


SHOWN = 20
"""Tickets of a cluster that are named."""


@router.get("", responses=documented(403), summary="List what was solved again and again")
def listed(
    session: SessionDep, services: ServicesDep, reader: ReaderDep, at: NowDep, limit: Limit = 20
) -> list[ClusterOut]:
    """Groups of the newest solved tickets that tell of the same problem and have no article.

    Each with the advice that a single ticket gets: link an article, change it, or write one.
    """
    reader.must_hold(Licence.CANDIDATE)
    found = clusters.listed(session, reader, at=at)[:limit]
    named = audiences.names(session, reader)
    chosen = [id_ for cluster in found for id_ in cluster.ticket_ids[:SHOWN]]
    known = tickets.named(session, reader, chosen)
    advice = clusters.advice(session, services.finder, reader, found, at=at)
    return [
        ClusterOut(
            id=cluster.id,
            size=len(cluster.ticket_ids),
            audience=named[cluster.audience_id],
            tickets=[_ticket(known[id_]) for id_ in cluster.ticket_ids[:SHOWN]],
            **_told(advice[cluster.id]),
        )
        for cluster in found
    ]


@router.post(
    "/{cluster_id}/draft",
    status_code=201,
    responses=documented(403, 404, 409),
    summary="Draft an article from a cluster",
)
def draft(
    services: ServicesDep,
    reader: DraftingReaderDep,
    at: NowDep,
    cluster_id: Id,
    *,
    anyway: Annotated[
        bool, Query(description="write it also where an article is there to be linked or changed")
    ] = False,
) -> DraftOut:
    """Write one draft from all tickets of a cluster; they are in no cluster from then on.

    Where an article is there to be linked or changed, this is a conflict, unless `anyway` is set.
    """
    article = clusters.draft(services, reader, cluster_id, anyway=anyway, at=at)
    with services.database.read() as session:
        return draft_of(session, reader, article.id)


@router.put(
    "/{cluster_id}/article",
    status_code=204,
    responses=documented(403, 404, 409),
    summary="Use an article for a cluster",
)
def use(
    services: ServicesDep, reader: DraftingReaderDep, at: NowDep, cluster_id: Id, using: Using
) -> None:
    """Link all tickets of a cluster to a published article, or let one of them change it."""
    clusters.use(services, reader, cluster_id, using.article_id, change=using.change, at=at)


def _told(advice: Advice) -> dict[str, Any]:
    return {
        "verdict": advice.verdict,
        "reason": deciding.REASONS[advice.reason],
        "article": None if advice.candidate is None else _named(advice.candidate),
        "candidates": [
            ComparedOut(
                article=_named(each.candidate),
                same_issue=round(each.same_issue, 3),
                same_steps=round(each.same_steps, 3),
            )
            for each in advice.considered
        ],
    }


def _named(candidate: Candidate) -> NamedOut:
    return NamedOut(id=candidate.article_id, number=candidate.number, title=candidate.title)


def _ticket(ticket: Face) -> ClusterTicketOut:
    return ClusterTicketOut(id=ticket.id, number=ticket.external_id, title=ticket.title)
