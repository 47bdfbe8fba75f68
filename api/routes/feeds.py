"""What is new as Atom feeds, for programs that read feeds: in the library, in one's own inbox."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Response
from markupsafe import Markup

from api import atom
from api.atom import Entry, Feed
from api.catalogues import catalogue
from api.deps import FeedReaderDep, ReaderDep, ServicesDep, SessionDep
from api.fields import NUL_FREE
from articles import news, rendering, returns
from articles.models import NewsKind
from articles.news import News
from articles.returns import Returned
from kb import escalations, people
from kb.visibility import Reader

router = APIRouter(prefix="/feeds", include_in_schema=False)

ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Topic:
    """What a feed is about; empty parts restrict nothing."""

    audience: str
    tag: str
    language: str


Choice = Annotated[str, Query(max_length=200), NUL_FREE]
Known = Annotated[str | None, Header(alias="If-None-Match", max_length=1_000)]


@router.get("/articles")
def by_token(
    session: SessionDep,
    services: ServicesDep,
    reader: ReaderDep,
    tag: Choice = "",
    language: Choice = "",
    audience: Choice = "",
    known: Known = None,
) -> Response:
    """The feed of whoever sends a bearer token."""
    topic = Topic(audience, tag, language)
    return _answer(session, services, reader, topic, known=known)


@router.get("/{secret}/articles")
def by_address(
    session: SessionDep,
    services: ServicesDep,
    reader: FeedReaderDep,
    tag: Choice = "",
    language: Choice = "",
    audience: Choice = "",
    known: Known = None,
) -> Response:
    """The feed of the owner of a feed token, for programs that send no header."""
    topic = Topic(audience, tag, language)
    return _answer(session, services, reader, topic, known=known)


@router.get("/inbox")
def inbox_by_token(
    session: SessionDep, services: ServicesDep, reader: ReaderDep, known: Known = None
) -> Response:
    """What became of what somebody escalated, for whoever sends a bearer token."""
    return _inbox(session, services, reader, known=known)


@router.get("/{secret}/inbox")
def inbox_by_address(
    session: SessionDep, services: ServicesDep, reader: FeedReaderDep, known: Known = None
) -> Response:
    """The same for the owner of a feed token."""
    return _inbox(session, services, reader, known=known)


def _answer(
    session: SessionDep,
    services: ServicesDep,
    reader: Reader,
    topic: Topic,
    *,
    known: str | None,
) -> Response:
    if topic.audience:
        reader = _narrowed(session, reader, topic.audience)
    found = news.listed(session, reader, tag=topic.tag, language=topic.language, limit=ENTRIES)
    address = services.settings.address
    listed = urlencode({"tag": topic.tag, "language": topic.language})
    chosen = f"{listed}&{urlencode({'audience': topic.audience})}" if topic.audience else listed
    feed = Feed(
        address=f"{address}/feeds/articles?{chosen}",
        title=" · ".join(("Articles", *filter(None, astuple(topic)))),
        page=f"{address}/articles?{listed}",
        entries=[_article(one, address) for one in found],
    )
    return atom.answer(feed, known=known)


def _narrowed(session: SessionDep, reader: Reader, audience: str) -> Reader:
    """`reader` in this audience alone; of what is not theirs, or not there, they read nothing."""
    own = people.own_audiences(session, reader)
    ids = frozenset(one.id for one in own if one.name == audience)
    return replace(reader, audience_ids=ids)


def _article(one: News, address: str) -> Entry:
    retired = one.kind is NewsKind.RETIRED
    return Entry(
        link=f"{address}/articles/{one.number}",
        title=one.title or f"{one.number} was retired",
        at=one.at,
        html="This article is no longer valid." if retired else rendering.html(one.markdown),
        language=one.language,
        categories=[(one.kind.value, f"{address}/feeds"), *((tag, "") for tag in one.tags)],
    )


def _inbox(
    session: SessionDep, services: ServicesDep, reader: Reader, *, known: str | None
) -> Response:
    escalations.must_escalate(reader)
    person, _ = people.asking(session, reader)
    address = services.settings.address
    feed = Feed(
        address=f"{address}/feeds/inbox",
        title=catalogue(person.language).gettext("What became of what you escalated"),
        page=f"{address}/inbox",
        entries=[_returned(one, address) for one in returns.inbox(session, reader, limit=ENTRIES)],
    )
    return atom.answer(feed, known=known)


def _returned(one: Returned, address: str) -> Entry:
    ticket = one.ticket
    return Entry(
        link=f"{address}/tickets/{ticket.id}",
        title=f"{ticket.external_id} {ticket.title}",
        at=one.at,
        html="".join((rendering.ticket_html(ticket.resolution or ""), *_solutions(one, address))),
        language=ticket.language,
    )


def _solutions(one: Returned, address: str) -> Iterator[str]:
    for it in one.solutions:
        link, title = f"{address}{it.path}", f"{it.number} {it.title}"
        yield Markup('<p><a href="{}">{}</a></p>').format(link, title)
