"""Other systems that are told by webhook what happens to articles, for administrators."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field, StringConstraints

from api import delivering
from api.deps import AdminReaderDep, NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import NUL_FREE, Body, Name, Row, example
from api.problems import documented
from api.routes import PREFIX
from articles import receivers
from articles.models import Happening
from articles.receivers import Wanted
from kb.sources.vault import open_vault

router = APIRouter(prefix=f"{PREFIX}/admin/webhooks", tags=["administration"])

Named = Annotated[str, Path(min_length=1, max_length=200, description="Its name."), NUL_FREE]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2_000), NUL_FREE]
Email = Annotated[str, Field(min_length=3, max_length=320), NUL_FREE]
Tag = Annotated[str, Field(max_length=200), NUL_FREE]
Language = Annotated[str, Field(pattern="^(de|nl|en)?$")]

RECEIVER = {
    "name": "chat",
    "host": "chat.own.example",
    "email": "chat@own.example",
    "happenings": ["article.published", "draft.ready"],
    "tag": "",
    "language": "",
    "waiting": 0,
    "failed": 0,
    "delivered_at": "2026-01-05T09:00:00Z",
    "failure": None,
    "not_before": None,
}
NEW = {
    "name": "chat",
    "url": "https://chat.own.example/hooks/1",
    "email": "chat@own.example",
    "happenings": ["article.published", "draft.ready"],
}


class ReceiverIn(Body):
    """A system that is to be told."""

    model_config = Body.model_config | example(NEW)

    name: Name
    url: Url = Field(description="where the messages go; https, unless it is private")
    email: Email = Field(description="address of the person with whose eyes it sees")
    happenings: list[Happening] = Field(min_length=1, max_length=20)
    private: bool = Field(default=False, description="the address is in our own network")
    tag: Tag = Field(default="", description="only articles with this tag")
    language: Language = Field(default="", description="only articles in this language")


class ReceiverOut(Row):
    """A system that is told, and how that goes; of its address only the host is shown."""

    model_config = Row.model_config | example(RECEIVER)

    name: str
    host: str
    email: str
    happenings: list[Happening]
    tag: str
    language: str
    waiting: int
    failed: int = Field(description="given up; the page of jobs tries them again")
    delivered_at: datetime | None
    failure: str | None
    not_before: datetime | None = Field(description="nothing is sent before")


class SecretOut(BaseModel):
    """What messages are signed with; it is never shown again."""

    model_config = example({"secret": "whsec_…"})

    secret: str


class TestedOut(BaseModel):
    """Whether the receiver took a test message, or why not."""

    model_config = example({"taken": False, "failure": "HTTP 503"})

    taken: bool
    failure: str | None


@router.get("", responses=documented(), summary="List the receivers of webhooks")
def listed(session: SessionDep, reader: AdminReaderDep) -> list[ReceiverOut]:
    """All systems that are told what happens to articles, by name."""
    return [ReceiverOut.model_validate(one) for one in receivers.listed(session, reader)]


@router.post("", status_code=201, responses=documented(404, 409), summary="Add a receiver")
def add(
    session: WriteSessionDep,
    services: ServicesDep,
    reader: AdminReaderDep,
    at: NowDep,
    new: ReceiverIn,
) -> SecretOut:
    """Tell a system what happens to articles from now on, as far as a person may see it."""
    wanted = Wanted(**new.model_dump())
    vault = open_vault(services.settings)
    return SecretOut(secret=receivers.add(session, reader, wanted, vault=vault, at=at))


@router.post("/{name}/secret", responses=documented(404), summary="Make a new secret")
def rotate(
    session: WriteSessionDep,
    services: ServicesDep,
    reader: AdminReaderDep,
    at: NowDep,
    name: Named,
) -> SecretOut:
    """Give a receiver a new secret; for a day, messages are signed with both."""
    vault = open_vault(services.settings)
    return SecretOut(secret=receivers.rotate(session, reader, name, vault=vault, at=at))


@router.post("/{name}/test", responses=documented(404), summary="Send a test message")
def test(services: ServicesDep, reader: AdminReaderDep, at: NowDep, name: Named) -> TestedOut:
    """Send a message of the type `webhook.test` once, and wait ten seconds for an answer."""
    outcome = delivering.test(services.settings, services.database, reader, name, at=at)
    return TestedOut(taken=outcome.failure is None, failure=outcome.failure)


@router.delete("/{name}", status_code=204, responses=documented(404), summary="Remove a receiver")
def remove(session: WriteSessionDep, reader: AdminReaderDep, at: NowDep, name: Named) -> Response:
    """Tell it nothing more, and forget what it was still to be told."""
    receivers.remove(session, reader, name, at=at)
    return Response(status_code=204)


class Sent(BaseModel):
    """What a receiver gets; see docs/howto/webhooks.md."""

    model_config = example(
        {
            "type": "article.published",
            "timestamp": "2026-01-05T09:00:00Z",
            "data": {
                "number": "KB-12",
                "title": "VPN drops every hour",
                "language": "en",
                "tags": ["vpn"],
                "url": "https://kb.example/articles/KB-12",
            },
        }
    )

    type: Happening | Literal["webhook.test"]
    timestamp: datetime = Field(description="when it happened")
    data: dict[str, object] = Field(description="of a retired article the number alone")


outgoing = APIRouter()
"""What is sent, for the OpenAPI document: nobody asks these."""


@outgoing.post("happening", summary="Something happened to an article")
def happening(sent: Sent) -> None:
    """Sent to receivers, signed as Standard Webhooks says; any status below 300 takes it."""
