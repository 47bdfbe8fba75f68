"""The numbers: how much is solved, escalated and written, as a table, a chart and CSV."""

import csv
import io
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from api import charts, wording
from api.catalogues import catalogue
from api.deps import NowDep, ServicesDep, SessionDep
from api.pages import languages
from api.pages.session import Visitor, VisitorDep
from api.pages.templating import page
from api.wiring import Services
from articles import figures
from articles.figures import VALUES, By, Figures

router = APIRouter(prefix="/numbers", include_in_schema=False)

PERIODS = (30, 90, 365)
"""Days that the page offers."""

OFFERED = 12
"""Months that the page offers."""

CHARTED = ("tickets_in", "solved_first", "escalations", "avoidable", "unanswered")
BARS, LONGEST = 8, 13
"""Teams, languages or companies, and months, that the chart shows at most."""


class Asked(BaseModel):
    """What stands in the address of the page."""

    days: Annotated[int, Field(ge=1, le=3_660)] = 30
    month: Annotated[str, Field(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")] = ""
    """As 2026-11; it counts instead of the days."""
    by: By = By.TEAM

    def period(self, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when until when: the last days before `at`, or the whole month in `zone`."""
        if not self.month:
            return at - timedelta(days=self.days), at
        first = datetime.strptime(self.month, "%Y-%m").replace(tzinfo=zone)
        return first, (first + timedelta(days=32)).replace(day=1)

    @property
    def address(self) -> str:
        """What stands in the address of the chart and the CSV of the same."""
        return urlencode(self.model_dump(mode="json", exclude_defaults=True))


AskedDep = Annotated[Asked, Query()]


@router.get("")
def shown(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    at: NowDep,
    asked: AskedDep,
) -> Response:
    """All figures of a time, by team, language, company or month, with what each means."""
    zone = ZoneInfo(services.settings.time_zone)
    since, until = asked.period(at, zone)
    return page(
        request,
        "numbers.html",
        visitor,
        asked=asked,
        periods=PERIODS,
        months=_latest_months(at.astimezone(zone)),
        ways=[By.TEAM, By.LANGUAGE, By.COMPANY, By.MONTH],
        rows=_rows(session, services, visitor, at, asked),
        whole=figures.whole(session, visitor.reader, since=since, until=until),
        values=VALUES,
    )


@router.get("/chart.svg")
def chart(
    request: Request,
    session: SessionDep,
    services: ServicesDep,
    visitor: VisitorDep,
    at: NowDep,
    asked: AskedDep,
) -> Response:
    """The first teams, languages or companies, or the last months, as bars."""
    rows = list(_rows(session, services, visitor, at, asked).items())
    first = rows[-LONGEST:] if asked.by is By.MONTH else rows[:BARS]
    _ = catalogue(languages.wanted(request, visitor.language)).gettext
    picture = charts.bars(
        [name or _("not said") for name, _of in first],
        {wording.figure(code, _): [VALUES[code](one) for _name, one in first] for code in CHARTED},
        nothing=_("Nothing happened in this time."),
    )
    return Response(picture, media_type="image/svg+xml")


@router.get("/figures.csv")
def exported(
    session: SessionDep, services: ServicesDep, visitor: VisitorDep, at: NowDep, asked: AskedDep
) -> Response:
    """The table as CSV, with stable English names."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([asked.by.value, *VALUES])
    for name, one in _rows(session, services, visitor, at, asked).items():
        lines.writerow([_as_text(name), *(value(one) for value in VALUES.values())])
    headers = {"Content-Disposition": f'attachment; filename="figures-{asked.by.value}.csv"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _rows(
    session: Session, services: Services, visitor: Visitor, at: datetime, asked: Asked
) -> dict[str, Figures]:
    zone = ZoneInfo(services.settings.time_zone)
    since, until = asked.period(at, zone)
    return figures.figures(
        session, visitor.reader, by=asked.by, since=since, until=until, zone=zone
    )


def _latest_months(at: datetime) -> list[str]:
    """The month of `at` and those before it, the latest first."""
    months = [at.year * 12 + at.month - 1 - back for back in range(OFFERED)]
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]


def _as_text(name: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
