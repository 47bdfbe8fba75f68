"""Rendering templates: escaped by default, in the language of the visitor."""

import gettext
from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from api.pages.session import Visitor
from api.wording import origin, reason, section
from indexer.search import Hit

LOCALES = Path(__file__).parent / "locale"
FALLBACK = "en"


def page(
    request: Request,
    template: str,
    visitor: Visitor | None,
    *,
    status: int = HTTPStatus.OK,
    **context: Any,  # Any: whatever the template shows
) -> HTMLResponse:
    """The page that `template` makes of `context`."""
    language = visitor.language if visitor else FALLBACK
    text = (
        _environment(language)
        .get_template(template)
        .render(visitor=visitor, language=language, path=request.url.path, **context)
    )
    return HTMLResponse(text, status)


@cache
def _environment(language: str) -> Environment:
    translations = gettext.translation("kb", LOCALES, [language], fallback=True)
    made = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    made.filters["marked"] = marked
    made.filters["moment"] = moment
    made.filters["reason"] = lambda why: reason(why, translations.gettext)
    made.filters["section"] = lambda code: section(code, translations.gettext)
    made.filters["origin"] = lambda part: origin(part, translations.gettext)
    return made


def marked(hit: Hit) -> Markup:
    """The snippet of `hit` with its matches marked; everything else is escaped."""
    text, at = Markup(), 0
    for mark in hit.marks:
        text += escape(hit.snippet[at : mark.start])
        text += Markup("<mark>{}</mark>").format(hit.snippet[mark.start : mark.end])
        at = mark.end
    return text + escape(hit.snippet[at:])


def moment(at: datetime) -> Markup:
    """A time as people write it, and as machines read it."""
    return Markup('<time datetime="{}">{:%Y-%m-%d %H:%M}</time>').format(at.isoformat(), at)
