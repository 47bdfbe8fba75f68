"""What routes and pages ask for: the services, a session, the reader."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from sqlalchemy.orm import Session

from api.fields import NUL_FREE
from api.metrics import Metrics
from api.previewing import is_preview, must_only_read
from api.wiring import Services
from indexer import sync
from kb import previews, tokens
from kb.errors import NotSignedIn
from kb.models import Person, Scope
from kb.visibility import Reader, reader_of


class SignInMissing(NotSignedIn):
    """The request carries no bearer token."""


class AccessEnded(NotSignedIn):
    """The person behind the sign-in has no access, or none any more."""


def _services(request: Request) -> Services:
    return cast("Services", request.app.state.services)


def _metrics(request: Request) -> Metrics:
    return cast("Metrics", request.app.state.metrics)


def _now() -> datetime:
    return datetime.now(UTC)


ServicesDep = Annotated[Services, Depends(_services)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
NowDep = Annotated[datetime, Depends(_now)]
"""The time of the request; doors read the clock, nobody else does."""


def _reading(services: ServicesDep) -> Iterator[Session]:
    """One transaction that only reads."""
    with services.database.read() as session:
        yield session


def _writing(request: Request, services: ServicesDep) -> Iterator[Session]:
    """One transaction per request: committed if the route returns, rolled back if it raises.

    What the request has changed is found by the next search; a preview changes nothing.
    """
    with services.database.write() as session:
        yield session
        if is_preview(request):
            session.rollback()
        else:
            sync.cut_touched(session)


# scope="function" ends the transaction before the answer leaves.  The default scope would
# commit afterwards: a failing commit would come too late for a client who was told "saved".
SessionDep = Annotated[Session, Depends(_reading, scope="function")]
WriteSessionDep = Annotated[Session, Depends(_writing, scope="function")]

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="A token that `kb token create` has made."
)
CredentialsDep = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _reader(
    request: Request,
    services: ServicesDep,
    credentials: CredentialsDep,
    at: NowDep,
    needed: SecurityScopes,
) -> Reader:
    """Who asks, and what they may see at this moment: nothing of it is remembered."""
    if credentials is None:
        raise SignInMissing("send the header Authorization: Bearer TOKEN")
    secret = credentials.credentials
    if secret.startswith(previews.PREFIX):
        return _previewing(request, services, secret, at, needed)
    with services.database.read() as session:
        token = tokens.identified(session, secret, at=at)
        reader = admitted(session, token.person, at=at)
        token.must_have(*needed.scopes)
        stale = tokens.needs_stamp(session, token.token_id, at=at)
    if stale:
        with services.database.write() as session:
            tokens.stamp(session, token.token_id, at=at)
    request.state.reader = reader  # for api.reads
    return reader


def _previewing(
    request: Request, services: Services, secret: str, at: datetime, needed: SecurityScopes
) -> Reader:
    """The person as whom an administrator looks, as if with a personal token of theirs."""
    with services.database.read() as session:
        reader = previews.seen(session, secret, at=at).reader
    must_only_read(request)
    tokens.must_cover(tokens.PERSONAL, needed.scopes)
    request.state.reader = reader  # for api.reads
    return reader


def admitted(session: Session, person: Person, *, at: datetime) -> Reader:
    """The reader that `person` is at this time.

    Raises:
        AccessEnded: the person is inactive or their time is over.
    """
    reader = reader_of(session, person, at=at)
    if reader.person_id is None:
        raise AccessEnded("this access has ended; an administrator can renew it")
    return reader


# Each is somebody with a token that was made for this; a route asks for the least that it needs,
# and api.scopes stops a program with a route that asks for nothing.
ReaderDep = Annotated[Reader, Security(_reader, scopes=[Scope.READ.value])]
WritingReaderDep = Annotated[Reader, Security(_reader, scopes=[Scope.WRITE.value])]
DraftingReaderDep = Annotated[Reader, Security(_reader, scopes=[Scope.DRAFTS.value])]
FiguresReaderDep = Annotated[Reader, Security(_reader, scopes=[Scope.FIGURES.value])]
AdminReaderDep = Annotated[Reader, Security(_reader, scopes=[Scope.ADMIN.value])]
ScimReaderDep = Annotated[Reader, Security(_reader, scopes=[Scope.SCIM.value])]


def _feed_reader(
    request: Request,
    services: ServicesDep,
    secret: Annotated[str, Path(max_length=200), NUL_FREE],
    at: NowDep,
    needed: SecurityScopes,
) -> Reader:
    """Who asks with a token in the address, which is good for nothing but feeds."""
    sent = HTTPAuthorizationCredentials(scheme="Bearer", credentials=secret)
    return _reader(request, services, sent, at, needed)


FeedReaderDep = Annotated[Reader, Security(_feed_reader, scopes=[Scope.FEED.value])]


def _reader_if_any(
    request: Request,
    services: ServicesDep,
    credentials: CredentialsDep,
    at: NowDep,
    needed: SecurityScopes,
) -> Reader | None:
    return None if credentials is None else _reader(request, services, credentials, at, needed)


PerhapsReaderDep = Annotated[Reader | None, Security(_reader_if_any, scopes=[Scope.FIGURES.value])]
"""For doors that tell strangers less, but not nothing."""
