"""Problems that were solved again and again without an article."""

from fastapi import APIRouter
from pydantic import Field

from api import audiences, clusters
from api.deps import DraftingReaderDep, NowDep, ReaderDep, ServicesDep, SessionDep
from api.fields import Id, Limit, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.drafts import DraftOut, draft_of
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
        }
    )

    id: int = Field(description="that of its first ticket")
    size: int = Field(description="how many tickets; the list begins with the largest")
    audience: str = Field(description="who may read all of them, and the draft")
    tickets: list[ClusterTicketOut] = Field(
        description="the most typical one, then the nearest to it; at most 20"
    )


SHOWN = 20
"""Tickets of a cluster that are named."""


@router.get("", responses=documented(403), summary="List what was solved again and again")
def listed(
    session: SessionDep, reader: ReaderDep, at: NowDep, limit: Limit = 20
) -> list[ClusterOut]:
    """Groups of the newest solved tickets that tell of the same problem and have no article."""
    reader.must_hold(Licence.CANDIDATE)
    found = clusters.listed(session, reader, at=at)[:limit]
    named = audiences.names(session, reader)
    chosen = [id_ for cluster in found for id_ in cluster.ticket_ids[:SHOWN]]
    known = tickets.named(session, reader, chosen)
    return [
        ClusterOut(
            id=cluster.id,
            size=len(cluster.ticket_ids),
            audience=named[cluster.audience_id],
            tickets=[_ticket(known[id_]) for id_ in cluster.ticket_ids[:SHOWN]],
        )
        for cluster in found
    ]


@router.post(
    "/{cluster_id}/draft",
    status_code=201,
    responses=documented(403, 404, 409),
    summary="Draft an article from a cluster",
)
def draft(services: ServicesDep, reader: DraftingReaderDep, at: NowDep, cluster_id: Id) -> DraftOut:
    """Write one draft from all tickets of a cluster; they are in no cluster from then on."""
    article = clusters.draft(services.database, reader, cluster_id, at=at)
    with services.database.read() as session:
        return draft_of(session, reader, article.id)


def _ticket(ticket: Face) -> ClusterTicketOut:
    return ClusterTicketOut(id=ticket.id, number=ticket.external_id, title=ticket.title)
