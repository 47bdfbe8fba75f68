"""What connected systems tell us by themselves."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from api.connectors import connect
from api.deps import NowDep, ServicesDep
from api.fields import example
from api.problems import documented_open
from api.routes import PREFIX
from api.wiring import Services
from indexer import sync as indexing
from kb import alarms
from kb.errors import KbError
from kb.sources import register, sync
from kb.sources.models import Source
from kb.sources.monitoring import AlarmRecord, Ended, Monitor
from kb.sources.ports import ForgedWebhook, Reference
from kb.sources.vault import open_vault

router = APIRouter(prefix=f"{PREFIX}/sources", tags=["sources"])

log = structlog.get_logger()


async def _raw(request: Request) -> bytes:
    return await request.body()


RawDep = Annotated[bytes, Depends(_raw)]
"""The body as it came: signatures are over these bytes."""

NameParameter = Annotated[str, Path(description="The source, as `kb source add` named it.")]


class Taken(BaseModel):
    """All that a system learns of what it has sent."""

    model_config = example({"status": "taken"})

    status: Literal["taken"] = "taken"


@router.post(
    "/{name}/webhook",
    status_code=202,
    responses=documented_open(401, 404, 413, 422),
    summary="Take a webhook",
)
def take(
    services: ServicesDep, at: NowDep, name: NameParameter, request: Request, body: RawDep
) -> Taken:
    """For ticket systems alone: the body is what the system sends, with its own signature.

    A webhook is a hint.  Nothing but the numbers of cases is taken from it, and each is read from
    the system itself soon after; alarms, which cannot be asked for, are taken as they are sent.
    Sent twice, it does nothing twice.  The answer never tells more
    than that the source exists and the signature is right.
    """
    with services.database.read() as session:
        source = register.source(session, name)
    sent = _believed(services, source, request, body)
    if sent.references:
        _promise(services, source, sent.references, at)
    if sent.alarms:
        with services.database.write() as session:
            alarms.record(session, source, sent.alarms, at=at)
            indexing.cut_touched(session)
        log.info("alarms taken", source=source.name, alarms=len(sent.alarms))
    return Taken()


@dataclass(frozen=True, slots=True)
class _Sent:
    """What is believed of a webhook."""

    references: list[Reference] = field(default_factory=list)
    alarms: list[AlarmRecord | Ended] = field(default_factory=list)


def _believed(services: Services, source: Source, request: Request, body: bytes) -> _Sent:
    """The cases or alarms that it is about; none if nobody understands it."""
    headers = dict(request.headers)
    try:
        with closing(connect(source, open_vault(services.settings))) as connector:
            if isinstance(connector, Monitor):
                return _Sent(alarms=connector.alarms(headers, body))
            return _Sent(references=connector.verify(headers, body))
    except ForgedWebhook:
        log.warning("webhook forged", source=source.name)
        raise
    except KbError as error:
        log.warning("webhook not understood", source=source.name, reason=type(error).__name__)
        return _Sent()


def _promise(services: Services, source: Source, references: list[Reference], at: datetime) -> None:
    with services.database.write() as session:
        new = sync.hint(session, source.id, references, at=at)
    log.info("webhook taken", source=source.name, cases=len(references), new=new)
