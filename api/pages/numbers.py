"""The numbers: how much is solved, escalated and written, as a table, a chart and CSV."""

import csv
import io
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from api import charts, wording
from api.catalogues import catalogue
from api.deps import NowDep, SessionDep
from api.pages import languages
from api.pages.session import VisitorDep
from api.pages.templating import page
from articles import figures
from articles.figures import VALUES, By

router = APIRouter(prefix="/numbers", include_in_schema=False)

PERIODS = (30, 90, 365)
"""Days that the page offers."""

CHARTED = ("tickets_in", "solved_first", "escalations", "avoidable")
BARS = 8
"""Teams, languages or companies that the chart shows at most."""


class Asked(BaseModel):
    """What stands in the address of the page."""

    days: Annotated[int, Field(ge=1, le=3_660)] = 30
    by: By = By.TEAM


AskedDep = Annotated[Asked, Query()]


@router.get("")
def shown(
    request: Request, session: SessionDep, visitor: VisitorDep, at: NowDep, asked: AskedDep
) -> Response:
    """All figures of a time, by team, language or company, with what each of them means."""
    since = at - timedelta(days=asked.days)
    rows = figures.figures(session, visitor.reader, by=asked.by, since=since, until=at)
    whole = figures.figures(session, visitor.reader, by=By.ALL, since=since, until=at)
    return page(
        request,
        "numbers.html",
        visitor,
        asked=asked,
        periods=PERIODS,
        ways=[By.TEAM, By.LANGUAGE, By.COMPANY],
        rows=rows,
        whole=whole.get("", figures.Figures()),
        values=VALUES,
    )


@router.get("/chart.svg")
def chart(
    request: Request, session: SessionDep, visitor: VisitorDep, at: NowDep, asked: AskedDep
) -> Response:
    """The first teams, languages or companies as bars; the page says the same in its table."""
    since = at - timedelta(days=asked.days)
    rows = figures.figures(session, visitor.reader, by=asked.by, since=since, until=at)
    _ = catalogue(languages.wanted(request, visitor.language)).gettext
    first = list(rows.items())[:BARS]
    picture = charts.bars(
        [name or _("not said") for name, _of in first],
        {wording.figure(code, _): [VALUES[code](one) for _name, one in first] for code in CHARTED},
        nothing=_("Nothing happened in this time."),
    )
    return Response(picture, media_type="image/svg+xml")


@router.get("/figures.csv")
def exported(session: SessionDep, visitor: VisitorDep, at: NowDep, asked: AskedDep) -> Response:
    """The table as CSV, with stable English names."""
    since = at - timedelta(days=asked.days)
    rows = figures.figures(session, visitor.reader, by=asked.by, since=since, until=at)
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([asked.by.value, *VALUES])
    for name, one in rows.items():
        lines.writerow([_as_text(name), *(value(one) for value in VALUES.values())])
    headers = {"Content-Disposition": f'attachment; filename="figures-{asked.by.value}.csv"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _as_text(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
