"""Clusters of solved tickets: what is near is the indexer's to say, the rest is for articles."""

from datetime import datetime

from sqlalchemy.orm import Session

from api import wiring
from articles import clusters
from articles.clusters import Cluster
from articles.models import Article
from indexer import language, recurring
from kb.db import Database
from kb.models import Licence
from kb.visibility import Reader


def listed(session: Session, reader: Reader, *, at: datetime) -> list[Cluster]:
    """The clusters among the newest solved tickets that `reader` may see, most tickets first."""
    tickets = clusters.without_article(session, reader)
    near = recurring.near(session, reader, tickets)
    return clusters.listed(session, reader, near, at=at)


def draft(database: Database, reader: Reader, cluster_id: int, *, at: datetime) -> Article:
    """One draft from all tickets of a cluster, by the extractive writer: no model is asked.

    Raises:
        RoleMissing: `reader` does not work on articles.
        ClusterNotFound: there is none of this name for `reader`.
        ClusterChanged: a ticket was changed, or got an article, while it was written.
        TooThin: none of the tickets says what solved it.
    """
    reader.must_hold(Licence.CANDIDATE)
    with database.read() as session:
        cluster = clusters.named(listed(session, reader, at=at), cluster_id)
        sources = clusters.sources(session, reader, cluster, detect=language.detect, at=at)
    written = clusters.written(sources, wiring.offline_writer().write)
    with database.write() as session:
        return clusters.keep(
            session, reader, cluster, sources, written, detect=language.detect, at=at
        )
