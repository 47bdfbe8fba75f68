"""The chain of events: looking through it, checking it, taking it along."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.deps import ServicesDep, SessionDep
from api.fields import LARGEST_ID, NUL_FREE
from api.pages.administration.guard import AuditorDep
from api.pages.templating import page
from kb import audit
from kb.audit import Chain, ChainBroken

router = APIRouter(prefix="/admin/audit", include_in_schema=False)

ROWS = 100


@router.get("")
def listed(
    request: Request,
    session: SessionDep,
    visitor: AuditorDep,
    verb: Annotated[str, Query(max_length=100), NUL_FREE] = "",
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    verify: bool = False,
) -> Response:
    """Events, the newest first, of all verbs or of those that begin so."""
    found = audit.listed(session, verb=verb.strip(), before=before, limit=ROWS + 1)
    chain: Chain | None = None
    broken = ""
    if verify:
        try:
            chain = audit.verify(session)
        except ChainBroken as error:
            broken = str(error)
    return page(
        request,
        "admin_audit.html",
        visitor,
        events=found[:ROWS],
        following=found[ROWS - 1].event.id if len(found) > ROWS else None,
        verb=verb,
        chain=chain,
        broken=broken,
    )


@router.get("/export")
def export(services: ServicesDep, _visitor: AuditorDep) -> Response:
    """The whole chain as JSON Lines."""

    def lines() -> Iterator[str]:
        with services.database.read() as session:
            for line in audit.export(session):
                yield f"{line}\n"

    named = {"Content-Disposition": 'attachment; filename="events.jsonl"'}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=named)
