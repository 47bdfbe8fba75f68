"""The life of an article: its versions, what replaces it, and what its author should look at."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api import audiences, doubles
from api.deps import DraftingReaderDep, NowDep, ReaderDep, ServicesDep, SessionDep, WriteSessionDep
from api.fields import LARGEST_ID, Body, Id, Row, example
from api.problems import documented
from api.routes import PREFIX
from api.routes.drafts import DuplicateOut
from articles import coaching, review, store, translations
from articles.checklist import Item
from articles.differences import Change
from articles.models import ArticleState
from kb.models import Licence

router = APIRouter(prefix=f"{PREFIX}/drafts/{{draft_id}}", tags=["drafts"])

Version = Annotated[int, Field(ge=1, le=1_000_000)]
VersionQuery = Annotated[int, Query(ge=1, le=1_000_000, description="The number of a version.")]


class VersionOut(Row):
    """A version in the history of an article."""

    model_config = example(
        {
            "number": 2,
            "title": "VPN tunnel drops every hour with firmware 7.1",
            "author_id": 3,
            "at": "2026-01-07T08:00:00Z",
            "audience": "internal",
            "published": True,
        }
    )

    number: int
    title: str
    author_id: int | None = Field(description="null: written by the program")
    at: datetime
    audience: str
    published: bool = Field(description="whether this is the one that readers see")


class SpanOut(Row):
    """A part of a line."""

    text: str
    changed: bool


class LineOut(Row):
    """A line of one version or both; `skipped` stands for unchanged lines left out."""

    change: Change
    spans: list[SpanOut]


class ComparisonOut(Row):
    """What changed between two versions."""

    model_config = example(
        {
            "before": 1,
            "after": 2,
            "titles": ["VPN drops", "VPN tunnel drops every hour with firmware 7.1"],
            "lines": [
                {
                    "change": "removed",
                    "spans": [
                        {"text": "1. Install firmware ", "changed": False},
                        {"text": "7.2", "changed": True},
                    ],
                }
            ],
        }
    )

    before: int
    after: int
    titles: tuple[str, str]
    lines: list[LineOut]


class Restoring(Body):
    """Which version shall come back, and which one was the newest when that was decided."""

    model_config = example({"version": 1, "base": 3})

    version: Version
    base: Version


class Merging(Body):
    """The article that says it already."""

    model_config = example({"into": 7})

    into: Annotated[int, Field(ge=1, le=LARGEST_ID)] = Field(description="its id")


class Now(Row):
    """Where an article stands."""

    model_config = example(
        {"id": 12, "number": "KB-12", "state": "published", "version": 3, "published_version": 2}
    )

    id: int
    number: str
    state: ArticleState
    version: int
    published_version: int | None


class ResultOut(Row):
    """Whether the article has what the checklist asks for."""

    model_config = example({"item": "private", "passed": False, "places": ["EMAIL, line 4"]})

    item: Item
    passed: bool
    places: list[str] = Field(description="where it is missing; private values are not repeated")


class TranslationOut(Row):
    """The article in one language."""

    model_config = example(
        {
            "article_id": 12,
            "number": "KB-12",
            "language": "en",
            "title": "VPN tunnel drops every hour with firmware 7.1",
            "original": True,
            "outdated": False,
        }
    )

    article_id: int
    number: str
    language: str | None
    title: str
    original: bool
    outdated: bool = Field(description="whether the original was written anew after it")


class Original(Body):
    """What the article translates."""

    model_config = example({"original": 7})

    original: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = Field(
        description="the id of an article in another language; null takes it out of its group"
    )


@router.get("/versions", responses=documented(403, 404), summary="List the versions")
def versions(session: SessionDep, reader: ReaderDep, draft_id: Id) -> list[VersionOut]:
    """The history of an article as far as you may see it, newest first."""
    reader.must_hold(Licence.CANDIDATE)
    named = audiences.names(session, reader)
    return [
        VersionOut(
            number=one.number,
            title=one.title,
            author_id=one.author_id,
            at=one.at,
            audience=named[one.audience_id],
            published=one.published,
        )
        for one in store.versions(session, reader, draft_id)
    ]


@router.get("/changes", responses=documented(403, 404), summary="Compare two versions")
def compare(
    session: SessionDep, reader: ReaderDep, draft_id: Id, before: VersionQuery, after: VersionQuery
) -> ComparisonOut:
    """What changed between two versions, line by line and word by word."""
    reader.must_hold(Licence.CANDIDATE)
    return ComparisonOut.model_validate(store.compare(session, reader, draft_id, before, after))


@router.post("/restore", responses=documented(403, 404, 409), summary="Restore a version")
def restore(
    session: WriteSessionDep,
    reader: DraftingReaderDep,
    at: NowDep,
    draft_id: Id,
    restoring: Restoring,
) -> Now:
    """Write a new version that is like an old one; it is found once it is published."""
    number, base = restoring.version, restoring.base
    review.restore(session, reader, draft_id, number=number, base=base, at=at)
    return Now.model_validate(store.get(session, reader, draft_id))


@router.post("/archive", responses=documented(403, 404, 409), summary="Archive an article")
def archive(session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id) -> Now:
    """Take a published article out of search; nothing of it is deleted."""
    review.archive(session, reader, draft_id, at=at)
    return Now.model_validate(store.get(session, reader, draft_id))


@router.post("/merge", responses=documented(403, 404, 409), summary="Merge a duplicate")
def merge(
    session: WriteSessionDep, reader: DraftingReaderDep, at: NowDep, draft_id: Id, merging: Merging
) -> Now:
    """Give up an article: its number leads to the other one, which takes over its links."""
    review.merge(session, reader, draft_id, into_id=merging.into, at=at)
    return Now.model_validate(store.get(session, reader, draft_id))


@router.get("/checklist", responses=documented(403, 404), summary="Check an article")
def checklist(session: SessionDep, reader: ReaderDep, draft_id: Id) -> list[ResultOut]:
    """What the newest version has and lacks; it is advice, and stops nobody from publishing."""
    reader.must_hold(Licence.CANDIDATE)
    return [
        ResultOut(item=one.item, passed=one.passed, places=list(one.places))
        for one in coaching.results(session, reader, draft_id)
    ]


@router.get("/duplicates", responses=documented(403, 404), summary="Find near-duplicates")
def near(
    session: SessionDep, services: ServicesDep, reader: ReaderDep, draft_id: Id
) -> list[DuplicateOut]:
    """Articles that say nearly the same, most similar first."""
    reader.must_hold(Licence.CANDIDATE)
    found = doubles.near(session, services, reader, draft_id)
    return [DuplicateOut.model_validate(one) for one in found]


@router.get("/translations", responses=documented(403, 404), summary="List the translations")
def group(session: SessionDep, reader: ReaderDep, draft_id: Id) -> list[TranslationOut]:
    """The article in all its languages, the original first."""
    reader.must_hold(Licence.CANDIDATE)
    found = translations.group(session, reader, draft_id)
    return [TranslationOut.model_validate(one) for one in found]


@router.put("/original", responses=documented(403, 404), summary="Name the original")
def set_original(
    session: WriteSessionDep,
    reader: DraftingReaderDep,
    at: NowDep,
    draft_id: Id,
    original: Original,
) -> list[TranslationOut]:
    """Note which article this one translates; the answer is the group."""
    translations.set_original(session, reader, draft_id, original.original, at=at)
    found = translations.group(session, reader, draft_id)
    return [TranslationOut.model_validate(one) for one in found]
