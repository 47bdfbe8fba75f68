"""Clusters of solved tickets: what is near is the indexer's to say, the rest is for articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api import advising, wiring
from api.wiring import Services
from articles import audiences, clusters, decision
from articles.clusters import Cluster, Sources
from articles.decision import Advice, Verdict
from articles.models import Article
from articles.ports import Draft, TooThin
from indexer import language, recurring
from indexer.finder import Finder
from kb.errors import Conflict
from kb.models import Licence
from kb.visibility import Reader


class ArticleThere(Conflict):
    """An article says what a cluster says, or most of it: use that one, or insist."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What the tickets of a cluster say; `draft` is None where that is too little."""

    sources: Sources
    draft: Draft | None
    advice: Advice


def listed(session: Session, reader: Reader, *, at: datetime) -> list[Cluster]:
    """The clusters among the newest solved tickets that `reader` may see, most tickets first."""
    tickets = clusters.without_article(session, reader)
    near = recurring.near(session, reader, tickets)
    return clusters.listed(session, reader, near, at=at)


def advice(
    session: Session, finder: Finder, reader: Reader, found: Sequence[Cluster], *, at: datetime
) -> dict[int, Advice]:
    """For each cluster what the articles already say of it, by its id.

    Only articles are named that `reader` and all who may read the tickets may see.
    """
    return {each.id: _read(session, finder, reader, each, at=at).advice for each in found}


def draft(
    services: Services, reader: Reader, cluster_id: int, *, anyway: bool = False, at: datetime
) -> Article:
    """One draft from all tickets of a cluster, by the extractive writer: no model is asked.

    With `anyway` it is written also where an article is there to be linked or changed.

    Raises:
        RoleMissing: `reader` does not work on articles.
        ClusterNotFound: there is none of this name for `reader`.
        ClusterChanged: a ticket was changed, or got an article, while it was written.
        TooThin: none of the tickets says what solved it.
        ArticleThere: an article is there to be linked or changed, and `anyway` is not given.
    """
    cluster, read = _named(services, reader, cluster_id, at=at)
    there = read.advice.candidate
    if there is not None and not anyway:
        says = "says all of this" if read.advice.verdict is Verdict.LINK else "says most of this"
        raise ArticleThere(
            f"{there.number} {says} already; link the tickets to it, propose a change to it,"
            " or say that a draft shall be written anyway"
        )
    written = read.draft or clusters.written(read.sources, wiring.offline_writer().write)
    with services.database.write() as session:
        return clusters.keep(
            session, reader, cluster, read.sources, written, detect=language.detect, at=at
        )


def use(
    services: Services,
    reader: Reader,
    cluster_id: int,
    article_id: int,
    *,
    change: bool,
    at: datetime,
) -> None:
    """Link the tickets of a cluster to an article; `change`: the fullest one proposes a change.

    Raises:
        RoleMissing: `reader` does not work on articles.
        ClusterNotFound: there is none of this name for `reader`.
        ClusterChanged: a ticket was opened again, or has an article now.
        ArticleNeeded: the article is not published.
        ArticleNotFound: the article is absent or invisible.
        TooThin: there is nothing to change the article by.
    """
    cluster, read = _named(services, reader, cluster_id, at=at)
    fullest = None
    if change:
        written = read.draft or clusters.written(read.sources, wiring.offline_writer().write)
        fullest = clusters.told_by(written)
    with services.database.write() as session:
        clusters.use(session, reader, cluster, article_id, changed_by=fullest, at=at)


def _named(
    services: Services, reader: Reader, cluster_id: int, *, at: datetime
) -> tuple[Cluster, _Read]:
    reader.must_hold(Licence.CANDIDATE)
    with services.database.read() as session:
        cluster = clusters.named(listed(session, reader, at=at), cluster_id)
        return cluster, _read(session, services.finder, reader, cluster, at=at)


def _read(
    session: Session, finder: Finder, reader: Reader, cluster: Cluster, *, at: datetime
) -> _Read:
    sources = clusters.sources(session, reader, cluster, detect=language.detect, at=at)
    try:
        written = clusters.written(sources, wiring.offline_writer().write)
    except TooThin:
        return _Read(sources, None, decision.decide(None, []))
    shared = audiences.covering(session, cluster.audience_id) & reader.audience_ids
    eyes = Reader(person_id=None, audience_ids=shared)
    return _Read(sources, written, advising.compared(session, finder, eyes, written))
