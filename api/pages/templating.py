"""Rendering templates: escaped by default, in the language of the visitor."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from api import refusals, wording
from api.catalogues import NAMES, catalogue
from api.pages import languages
from api.pages.session import Visitor, banner
from api.wiring import Services
from articles import rendering, returns
from articles.visibility import edits
from indexer.search import Hit
from kb import escalation_rules, escalations
from kb.models import Role

FORMATS = {"en": "en_GB"}
"""Whose dates and numbers are written where the language alone does not say it."""

STATIC = Path(__file__).parent / "static"


def page(
    request: Request,
    template: str,
    visitor: Visitor | None,
    *,
    status: int = HTTPStatus.OK,
    **context: Any,  # Any: whatever the template shows
) -> HTMLResponse:
    """The page that `template` makes of `context`."""
    language = languages.wanted(request, visitor.language if visitor else None)
    zone: str = request.app.state.services.settings.time_zone
    text = (
        _environment(language, zone)
        .get_template(template)
        .render(
            visitor=visitor,
            preview=banner(request),
            unread=partial(_unread, request, visitor, status),
            language=language,
            path=request.url.path,
            here=_here(request) if status < HTTPStatus.BAD_REQUEST else "/",
            **context,
        )
    )
    headers = {"Content-Language": language, "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(text, status, headers=headers)


def _unread(request: Request, visitor: Visitor | None, status: int) -> int:
    """What is new in the inbox, for the head of a page; parts of pages have none and do not ask.

    The page of an error asks nothing: the database may be what failed.
    """
    if visitor is None or status >= HTTPStatus.BAD_REQUEST:
        return 0
    services: Services = request.app.state.services
    with services.database.read() as session:
        return returns.unread(session, visitor.reader)


def _here(request: Request) -> str:
    """The address to come back to after another language was chosen."""
    query = request.url.query if request.method == "GET" else ""
    return f"{request.url.path}?{query}" if query else request.url.path


@cache
def _environment(language: str, zone: str) -> Environment:
    translations = catalogue(language)
    made = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    made.policies["ext.i18n.trimmed"] = True
    made.globals["languages"] = NAMES
    made.globals["static"] = static
    made.globals["administers"] = administers
    made.globals["navigation"] = lambda visitor: navigation(visitor, translations.gettext)
    made.filters["marked"] = marked
    made.filters["detail"] = refusals.detail
    made.filters["said"] = lambda text: Markup(rendering.ticket_html(text))  # noqa: S704  # sanitised
    made.filters |= _of_language(language, ZoneInfo(zone), translations.gettext)
    return made


def _of_language(
    language: str, zone: ZoneInfo, translate: wording.Translate
) -> dict[str, Callable[..., object]]:
    """The filters whose result depends on the language."""
    locale = Locale.parse(FORMATS.get(language, language))

    def moment(at: datetime) -> Markup:
        """A time as people write it, and as machines read it."""
        text = format_datetime(at, "short", tzinfo=zone, locale=locale)
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), text)

    def day(at: datetime) -> Markup:
        """A date, with the exact time for who points at it."""
        local = at.astimezone(zone)
        text = format_date(local.date(), "medium", locale=locale)
        exact = format_datetime(at, "short", tzinfo=zone, locale=locale)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.isoformat(), exact, text
        )

    return {
        "moment": moment,
        "day": day,
        "number": lambda value: format_decimal(value, locale=locale),
        "language_name": lambda code: locale.languages.get(code, code),
        "reason": lambda why: wording.reason(why, translate),
        "certainty": lambda how: wording.certainty(how, translate),
        "refusal": lambda error: refusals.said(error, translate),
        "misfits": lambda error: refusals.misfits(error, translate),
        "row_refusal": lambda row: refusals.of_row(row, translate),
        "section": lambda code: wording.section(code, translate),
        "origin": lambda part: wording.origin(part, translate),
        "state": lambda state: wording.state(state, translate),
        "happening": lambda kind: wording.happening(kind, translate),
        "column": lambda code: wording.column(code, translate),
        "remark": lambda kind: wording.remark(kind, translate),
        "author": lambda role: wording.author(role, translate),
        "role": lambda role: wording.role(role, translate),
        "licence": lambda code, names: wording.licence(code, names, translate),
        "scope": lambda code: wording.scope(code, translate),
        "company_kind": lambda kind: wording.company_kind(kind, translate),
        "document_kind": lambda kind: wording.document_kind(kind, translate),
        "let_in_by": lambda origin: wording.let_in_by(origin, translate),
        "part": lambda code: wording.part(code, translate),
        "because": lambda found: wording.because(found, translate),
        "term": lambda found: wording.term(found, translate),
        "impact": lambda code: wording.impact(code, translate),
        "outcome": lambda code: wording.outcome(code, translate),
        "verdict": lambda code: wording.verdict(code, translate),
        "way": lambda code: wording.way(code, translate),
        "figure": lambda code: wording.figure(code, translate),
        "meaning": lambda code: wording.meaning(code, translate),
    }


def navigation(visitor: Visitor, _: wording.Translate) -> list[tuple[str, str]]:
    """Where the head of a page leads somebody."""
    places = [("/", _("Desk")), ("/articles", _("Library")), ("/tickets", _("Tickets"))]
    if escalations.may_escalate(visitor.reader):
        places.append(("/inbox", _("Inbox")))
    if edits(visitor.reader):
        places.append(("/drafts", _("Drafts")))
    places.append(("/numbers", _("Numbers")))
    if administers(visitor):
        places.append(("/admin", _("Administration")))
    if visitor.reader.roles & {*escalation_rules.MAY_WRITE}:
        places.append(("/escalation/rules", _("Escalation")))
    return places


def administers(visitor: Visitor) -> bool:
    """Whether somebody gets the pages of administration."""
    return Role.ADMINISTRATOR in visitor.reader.roles


@cache
def static(name: str) -> str:
    """The address of an asset; it changes with the content, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:12]}"


def marked(hit: Hit) -> Markup:
    """The snippet of `hit` with its matches marked; everything else is escaped."""
    text, at = Markup(), 0
    for mark in hit.marks:
        text += escape(hit.snippet[at : mark.start])
        text += Markup("<mark>{}</mark>").format(hit.snippet[mark.start : mark.end])
        at = mark.end
    return text + escape(hit.snippet[at:])
