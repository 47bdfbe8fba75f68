"""Atom feeds: what they hold, as XML, and the answer to who knows it already."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from xml.etree import ElementTree as ET

from fastapi import Response

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When an empty feed was changed: a time that gives nothing away."""

NOT_IN_XML = dict.fromkeys([*({*range(32)} - {9, 10, 13}), 0xFFFE, 0xFFFF])
"""Characters that XML cannot hold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news; its link is also its id."""

    link: str
    title: str
    at: datetime
    html: str
    """What it says, sanitised; text without markup is escaped."""
    language: str | None = None
    categories: Sequence[tuple[str, str]] = ()
    """Terms, each with the scheme that it is of, or with none."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed reader is told."""

    address: str
    """Of the feed without a secret; also its id."""
    title: str
    page: str
    """The address where people read the same."""
    entries: Sequence[Entry]


def answer(feed: Feed, *, known: str | None) -> Response:
    """The feed; nothing but its tag, if the reader has it: `known` is its If-None-Match."""
    body = _written(feed)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if known is not None and etag in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type="application/atom+xml", headers=headers)


def _written(feed: Feed) -> bytes:
    """As UTF-8; it names nothing but what is in `feed`."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "updated", max((one.at for one in feed.entries), default=NEVER).isoformat())
    _add(_add(root, "author"), "name", "Knowledge base")
    _add(root, "link", rel="self", href=feed.address)
    _add(root, "link", rel="alternate", href=feed.page)
    for one in feed.entries:
        _entry(root, one)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entry(root: ET.Element, one: Entry) -> None:
    entry = _add(root, "entry")
    if one.language:
        entry.set(f"{{{XML}}}lang", one.language)
    _add(entry, "id", one.link)
    _add(entry, "title", one.title)
    _add(entry, "updated", one.at.isoformat())
    _add(entry, "link", href=one.link)
    for term, scheme in one.categories:
        _add(entry, "category", term=term, **({"scheme": scheme} if scheme else {}))
    _add(entry, "content", one.html, type="html")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    clean = {key: value.translate(NOT_IN_XML) for key, value in attributes.items()}
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}", clean)
    made.text = text.translate(NOT_IN_XML) or None
    return made
