"""Whether the service lives and can do its work, and its figures."""

from typing import Literal

import structlog
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from api.deps import FiguresReaderDep, MetricsDep, PerhapsReaderDep, ServicesDep
from api.fields import example
from api.problems import documented, documented_open
from api.wiring import Services
from indexer.finder import Standing
from indexer.sync import Lag
from kb.errors import Unavailable
from kb.models import Role

router = APIRouter(tags=["operation"])
SEES_FIGURES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})

log = structlog.get_logger()


class NotReady(Unavailable):
    """A part that is needed to answer is missing; it may come."""


class Alive(BaseModel):
    """The process answers."""

    model_config = example({"status": "alive"})

    status: Literal["alive"] = "alive"


class LagOut(BaseModel):
    """What the index has not taken in yet."""

    changes: int = Field(description="changes of the index that this process has not applied")
    documents: int = Field(description="documents that wait to be cut into passages")
    passages: int = Field(description="passages that wait to be embedded")


class Ready(BaseModel):
    """The parts that are needed answer."""

    model_config = example(
        {
            "status": "ready",
            "model": "shipped:secondline-de-nl-en#53aa5117",
            "lag": {"changes": 0, "documents": 0, "passages": 0},
        }
    )

    status: Literal["ready"] = "ready"
    model: str | None = Field(default=None, description="the model in use; for administrators")
    lag: LagOut | None = Field(default=None, description="for administrators")


@router.get("/health/live", responses=documented_open(), summary="Is the process alive?")
def live() -> Alive:
    """Answers as long as the process can answer at all."""
    return Alive()


@router.get(
    "/health/ready",
    responses=documented_open(401, 403, 503),
    response_model_exclude_none=True,
    summary="Can it do its work?",
)
def ready(services: ServicesDep, reader: PerhapsReaderDep) -> Ready:
    """Answers 503 as long as the database, the model or the index does not answer.

    Administrators and auditors, who may send a token, are also told how far the index lags:
    counts tell others about documents that they may not see.
    """
    standing, lag = _state_of(services)
    if reader is None or not reader.roles & SEES_FIGURES:
        return Ready()
    return Ready(
        model=services.finder.meaning.embedder.name,
        lag=LagOut(changes=standing.behind, documents=lag.documents, passages=lag.passages),
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        **documented(403),
        200: {
            "description": "Prometheus' text format",
            "content": {"text/plain": {"example": "kb_jobs_waiting 0.0"}},
        },
    },
    summary="Figures for Prometheus",
)
def figures(metrics: MetricsDep, reader: FiguresReaderDep) -> Response:
    """Figures of the whole installation, so not for everybody: administrators and auditors."""
    reader.must_have(*SEES_FIGURES)
    return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _state_of(services: Services) -> tuple[Standing, Lag]:
    try:
        # The finder exists only with its model loaded; asking it asks the database.
        return services.finder.standing(), services.finder.lag()
    except SQLAlchemyError as error:
        log.warning("not ready", part="database", reason=type(error).__name__)
        raise NotReady("the database does not answer") from error
