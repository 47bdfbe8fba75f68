"""What is new in the library as an Atom feed, for programs that read feeds."""

import hashlib
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Header, Query, Response

from api.deps import FeedReaderDep, ReaderDep, ServicesDep, SessionDep
from api.fields import NUL_FREE
from articles import news, rendering
from articles.models import NewsKind
from articles.news import News
from kb import people
from kb.visibility import Reader

router = APIRouter(prefix="/feeds", include_in_schema=False)

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"

ENTRIES = 50

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When an empty feed was changed: a time that gives nothing away."""

NOT_IN_XML = dict.fromkeys([*({*range(32)} - {9, 10, 13}), 0xFFFE, 0xFFFF])
"""Characters that XML cannot hold."""


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
    body = _feed(found, services.settings.address, topic)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if known is not None and etag in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)


def _narrowed(session: SessionDep, reader: Reader, audience: str) -> Reader:
    """`reader` in this audience alone; of what is not theirs, or not there, they read nothing."""
    own = people.own_audiences(session, reader)
    ids = frozenset(one.id for one in own if one.name == audience)
    return replace(reader, audience_ids=ids)


def _feed(found: list[News], address: str, topic: Topic) -> bytes:
    """The feed as UTF-8; it names nothing but what is in `found`."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    listed = urlencode({"tag": topic.tag, "language": topic.language})
    chosen = f"{listed}&{urlencode({'audience': topic.audience})}" if topic.audience else listed
    _add(feed, "id", f"{address}/feeds/articles?{chosen}")
    _add(feed, "title", " · ".join(("Articles", *filter(None, astuple(topic)))))
    _add(feed, "updated", max((one.at for one in found), default=NEVER).isoformat())
    _add(_add(feed, "author"), "name", "Knowledge base")
    _add(feed, "link", rel="self", href=f"{address}/feeds/articles?{chosen}")
    _add(feed, "link", rel="alternate", href=f"{address}/articles?{listed}")
    for one in found:
        _entry(feed, one, address)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _entry(feed: ET.Element, one: News, address: str) -> None:
    entry = _add(feed, "entry")
    if one.language:
        entry.set(f"{{{XML}}}lang", one.language)
    link = f"{address}/articles/{one.number}"
    _add(entry, "id", link)
    _add(entry, "title", one.title or f"{one.number} was retired")
    _add(entry, "updated", one.at.isoformat())
    _add(entry, "link", href=link)
    _add(entry, "category", term=one.kind.value, scheme=f"{address}/feeds")
    for tag in one.tags:
        _add(entry, "category", term=tag)
    if one.kind is NewsKind.RETIRED:
        _add(entry, "content", "This article is no longer valid.", type="text")
    else:
        _add(entry, "content", rendering.html(one.markdown), type="html")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    clean = {key: value.translate(NOT_IN_XML) for key, value in attributes.items()}
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}", clean)
    made.text = text.translate(NOT_IN_XML) or None
    return made
