"""How it runs: the index, jobs, settings."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import SecretStr

from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.templating import page
from articles import receivers
from kb import documents, jobs
from kb.settings import Settings
from kb.sources import noting

router = APIRouter(prefix="/admin", include_in_schema=False)

ROWS = 200

OF_TICKETS = frozenset({"draft", noting.SUGGEST, noting.TELL})
"""Kinds of jobs whose subject is a ticket."""


@router.get("/index")
def index(
    request: Request, session: SessionDep, services: ServicesDep, visitor: AdministratorDep
) -> Response:
    """The model, and how far the index is behind the database."""
    return page(
        request,
        "admin_index.html",
        visitor,
        model=services.finder.meaning.embedder.name,
        standing=services.finder.standing(),
        lag=services.finder.lag(),
        counts=documents.counts(session),
    )


@router.get("/jobs")
def promised(request: Request, session: SessionDep, visitor: AdministratorDep) -> Response:
    """Promised work: what failed for good first, with the reason."""
    found = jobs.listed(session, limit=ROWS)
    deliveries = [job.subject_id for job in found if job.kind == receivers.JOB]
    return page(
        request,
        "admin_jobs.html",
        visitor,
        jobs=found,
        of_tickets=OF_TICKETS,
        receivers=receivers.names_of(session, deliveries),
        counts=jobs.counts(session),
    )


@router.post("/jobs/retry")
def retry(
    session: WriteSessionDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    job: Annotated[int | None, FromForm(ge=1, le=LARGEST_ID)] = None,
) -> Response:
    """Try a failed job again, or all of them."""
    if job is None:
        jobs.retry_failed(session, by=sender.reader.person_id, at=at)
    else:
        jobs.retry(session, job, by=sender.reader.person_id, at=at)
    return RedirectResponse("/admin/jobs", 303)


@router.get("/settings")
def settings(request: Request, services: ServicesDep, visitor: AdministratorDep) -> Response:
    """The values in force; of a secret only whether there is one."""
    return page(request, "admin_settings.html", visitor, settings=shown(services.settings))


def shown(chosen: Settings) -> list[tuple[str, str, bool, str]]:
    """Each setting: variable, value, whether it is a secret that is set, description."""
    return [
        (
            f"KB_{name.upper()}",
            "" if value is None or isinstance(value, SecretStr) else str(value),
            isinstance(value, SecretStr),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
        for value in [getattr(chosen, name)]
    ]
