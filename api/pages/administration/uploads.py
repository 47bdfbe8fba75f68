"""Bringing in the first tickets: a file that is sent, looked at and imported; or the examples."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi import Form as FromForm
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api import examples
from api.deps import NowDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, NUL_FREE, Id
from api.pages.administration.forms import Form
from api.pages.administration.guard import AdministratorDep, AdministratorSenderDep
from api.pages.session import Visitor
from api.pages.templating import page
from kb import people
from kb.models import TicketState
from kb.sources import uploads
from kb.sources.models import Upload
from kb.sources.raw import BadFile, Reject
from kb.sources.rows import COLUMNS, NEEDED
from kb.tickets import TicketRecord

router = APIRouter(prefix="/admin/import", include_in_schema=False)

LISTED = 20

SOURCE = "servicedesk"
"""The name of the system that files come from, unless somebody names another."""

UTC = "UTC"

LOOK_AGAIN = "2"
"""Seconds until the page of an import shows how far it is by now."""

SourceName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S"), NUL_FREE]


class Choosing(Form):
    """What the columns of a file mean, and who reads its tickets; a file has at most 200 columns.

    `ours` and `theirs` belong together in their order; an empty one is in no column.
    """

    source: SourceName
    audience: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    otherwise: TicketState
    time_zone: Literal["here", "utc"] = "here"
    """Of times that name none: that of the pages, or UTC."""
    ours: list[Annotated[str, Field(max_length=50)]] = Field(max_length=200)
    theirs: list[Annotated[str, Field(max_length=1_000), NUL_FREE]] = Field(max_length=200)
    then: Annotated[str, Field(pattern="^(look|import)$")] = "look"

    def chosen(self) -> dict[str, str]:
        """Foreign columns by ours."""
        pairs = zip(self.ours, self.theirs, strict=False)
        return {ours: theirs for ours, theirs in pairs if ours in COLUMNS and theirs}


@router.get("")
def start(
    request: Request, session: SessionDep, services: ServicesDep, visitor: AdministratorDep
) -> Response:
    """The form for a file, and the files that one has sent."""
    sent = uploads.listed(session, visitor.reader, limit=LISTED)
    return page(
        request,
        "admin_import.html",
        visitor,
        sent=sent,
        source=sent[0].source if sent else SOURCE,
        limit=services.settings.request_limit // 1_000_000,
        examples=examples.FOLDER.is_dir() and examples.are_missing(session),
    )


@router.post("")
def send(
    session: WriteSessionDep,
    services: ServicesDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    file: Annotated[UploadFile, File()],
    source: Annotated[SourceName, FromForm()],
) -> Response:
    """Keep a file, and show what it holds."""
    content = file.file.read()
    name = (file.filename or "").replace("\x00", "")
    upload = uploads.put(
        session,
        sender.reader,
        name,
        content,
        source=source.strip(),
        time_zone=services.settings.time_zone,
        at=at,
    )
    return RedirectResponse(f"/admin/import/{upload.id}", 303)


@router.post("/examples")
def load_examples(services: ServicesDep, _sender: AdministratorSenderDep, at: NowDep) -> Response:
    """Load the invented service desk."""
    examples.load(services.database, at=at)
    return RedirectResponse("/admin/index", 303)


@router.get("/{upload_id}")
def shown(
    request: Request, session: SessionDep, visitor: AdministratorDep, upload_id: Id
) -> Response:
    """What the columns mean and what becomes of the first rows; later, how far the import is."""
    upload = uploads.get(session, visitor.reader, upload_id)
    if upload.begun_at is not None:
        answer = page(
            request,
            "admin_importing.html",
            visitor,
            upload=upload,
            refused=uploads.refused(upload),
        )
        if upload.done_at is None:
            answer.headers["Refresh"] = LOOK_AGAIN
        return answer
    return _choosing(request, session, visitor, upload)


@router.post("/{upload_id}")
def choose(
    session: WriteSessionDep,
    services: ServicesDep,
    sender: AdministratorSenderDep,
    at: NowDep,
    upload_id: Id,
    form: Annotated[Choosing, FromForm()],
) -> Response:
    """Keep what was chosen; look at the first rows again, or import them all."""
    upload = uploads.get(session, sender.reader, upload_id)
    if upload.begun_at is None:
        _keep(session, upload, form, here=services.settings.time_zone)
        if form.then == "import":
            _begin(session, upload, sender, at)
    return RedirectResponse(f"/admin/import/{upload_id}", 303)


def _keep(session: Session, upload: Upload, form: Choosing, *, here: str) -> None:
    if form.audience not in people.audiences_by_name(session).values():
        raise people.AudienceNotFound("no such audience; choose another")
    uploads.choose(
        upload,
        source=form.source.strip(),
        audience_id=form.audience,
        chosen=form.chosen(),
        otherwise=form.otherwise,
        time_zone=here if form.time_zone == "here" else UTC,
    )


def _begin(session: Session, upload: Upload, sender: Visitor, at: datetime) -> None:
    try:
        uploads.begin(session, upload, by=sender.reader, at=at)
    except BadFile:
        return  # the page that follows says why, beside what can be chosen


def _choosing(request: Request, session: Session, visitor: Visitor, upload: Upload) -> Response:
    rows: list[TicketRecord | Reject] = []
    wrong: BadFile | None = None
    try:
        rows = uploads.preview(session, upload)
    except BadFile as error:
        wrong = error
    chosen: dict[str, str] = upload.mapping["columns"]
    return page(
        request,
        "admin_upload.html",
        visitor,
        upload=upload,
        there=uploads.columns(upload),
        ours=COLUMNS,
        needed=NEEDED,
        chosen=chosen,
        missing=[name for name in NEEDED if name not in chosen],
        otherwise=upload.mapping["defaults"]["state"],
        in_utc=upload.mapping.get("time_zone", UTC) == UTC,
        states=list(TicketState),
        audiences=people.audiences_by_name(session),
        tickets=[row for row in rows if not isinstance(row, Reject)],
        refused=[row for row in rows if isinstance(row, Reject)],
        wrong=wrong,
    )
