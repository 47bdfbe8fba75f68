"""The index of one process: stores that follow the database, and the model in use."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer import adapted, clock, sync
from indexer.adapted import Kept
from indexer.confidence import Fit
from indexer.fusion import Weights
from indexer.learned import Learned
from indexer.models import ModelRow, PassageRow, VectorRow
from indexer.ports import Embedder, LexicalStore, PassageEntry, VectorEntry, VectorStore
from indexer.slots import Slot
from kb.db import Database

log = structlog.get_logger()

STEP = 10
"""Changes taken in at once, each of up to 500 documents: a bulk import is found in portions."""

FEW = 20
"""A search waits for so many changes to be taken in; more are left to the thread that is at it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far this process has followed: the last change of the database and of each store."""

    database: int
    words: int
    vectors: int

    @property
    def behind(self) -> int:
        """Changes that the store further behind has not taken in."""
        return max(self.database - min(self.words, self.vectors), 0)


@dataclass(frozen=True, slots=True)
class Adapters:
    """How a finder makes its parts; chosen in the wiring."""

    vectors: Callable[[str, str, int], VectorStore]
    """Makes the vector store for (database identity, model name, dimension)."""
    lexical: Callable[[str], LexicalStore]
    """Makes the lexical store for a database identity."""
    embedder_called: Callable[[str], Embedder | None]
    """Loads a model by the name that its vectors carry; None if it is gone."""
    learned: Callable[[str], Learned] = Learned
    """What was learned for a model, by its name."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A model, the store of its vectors and what was learned for it; replaced as a whole."""

    embedder: Embedder
    vectors: VectorStore
    model_id: int
    learned: Learned


class Finder:
    """The stores that search works with, kept up with the database.

    Searches read the stores at any time; one thread at a time takes in changes.
    """

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        adapters: Adapters,
        *,
        depth: int = 100,
        slot: Slot | None = None,
    ) -> None:
        """Open the stores.

        Args:
            database: what is followed.
            embedder: the configured model.  As long as it has not embedded everything, the
                model that was in use before answers, if it can still be loaded.
            adapters: makers of the stores.
            depth: passages that each leg may propose.
            slot: the folder of the stores, left to others when the finder is closed.
        """
        self._slot = slot
        self.database = database
        self.embedder = embedder
        self.depth = depth
        self.languages: dict[int, str] = {}
        """Of the passages asked about last: a passage never changes, nor does its language."""
        self._adapters = adapters
        self._following = threading.Lock()
        self.adapter: Kept | None = None
        """What was promoted for the model that answers, as of the last request."""
        self._adapters_ignored: frozenset[int] = frozenset()
        with database.write() as session:
            self.model_id = sync.put_model(session, embedder).id
            if clock.now(session) == 0:
                clock.advance(session)  # gives the database its identity
            self._identity = clock.identity(session)
        self.lexical = adapters.lexical(self._identity)
        self.meaning = self._meaning_in_use()
        self._begin_again_if_ahead()

    @property
    def weights(self) -> Weights:
        """How the legs are weighted with the model that answers."""
        return self.meaning.learned.weights

    @property
    def fit(self) -> Fit | None:
        """How far answers of that model can be trusted; None: nothing was learned for it."""
        return self.meaning.learned.fit

    def standing(self) -> Standing:
        """How far this process is behind the database."""
        with self.database.read() as session:
            return Standing(clock.now(session), self.lexical.change, self.meaning.vectors.change)

    def lag(self) -> sync.Lag:
        """What is promised to the index and not done yet, for the configured model."""
        with self.database.read() as session:
            return sync.lag(session, self.model_id)

    def keep_up(self) -> None:
        """Before a search: take in what has changed, if it is little or nobody else is at it."""
        with self.database.read() as session:
            latest, active = clock.now(session), sync.active_model(session)
            self._follow_adapter(session)
        if active == self.model_id != self.meaning.model_id:
            self._switch(latest)
        behind = latest - min(self.lexical.change, self.meaning.vectors.change)
        if behind > 0 and self._following.acquire(blocking=behind <= FEW):
            try:
                self._follow(self.meaning.vectors, self.meaning.model_id, latest)
            finally:
                self._following.release()

    def catch_up(self) -> None:
        """Take in everything that has changed, however much it is."""
        while True:
            with self.database.read() as session:
                latest = clock.now(session)
            with self._following:
                self._follow(self.meaning.vectors, self.meaning.model_id, latest)
            if not self.standing().behind:
                return

    def use_configured_model(self) -> bool:
        """Let the configured model answer once it has embedded every passage.

        Returns:
            Whether it answers now.
        """
        if self.meaning.model_id == self.model_id:
            return True
        if self.lag().passages:
            return False
        with self.database.write() as session:
            sync.activate(session, self.model_id)
        self.keep_up()
        return True

    def save(self) -> None:
        """Write the snapshot that the next start begins with."""
        with self._following:
            self.meaning.vectors.save()

    def close(self) -> None:
        """Leave the folder of the stores to the next process."""
        if self._slot is not None:
            self._slot.close()

    def _meaning_in_use(self) -> Meaning:
        with self.database.read() as session:
            active = session.scalar(select(ModelRow).where(ModelRow.active))
        if active is not None and active.id != self.model_id:
            previous = self._adapters.embedder_called(active.name)
            if previous is not None and previous.name == active.name:
                log.info("new model fills while the old one answers", old=active.name)
                return self._meaning_of(previous, active.id)
            log.warning("old model is gone: words answer until the new one has filled")
        return self._meaning_of(self.embedder, self.model_id)

    def _meaning_of(self, embedder: Embedder, model_id: int) -> Meaning:
        store = self._adapters.vectors(self._identity, embedder.name, embedder.dimension)
        return Meaning(embedder, store, model_id, self._adapters.learned(embedder.name))

    def _follow_adapter(self, session: Session) -> None:
        """Take in that one was promoted or taken back, here or by another process."""
        stored = adapted.ids_by_model(session)
        mine = stored.get(self.meaning.embedder.name)
        if mine != (self.adapter.id if self.adapter else None):
            self.adapter = None if mine is None else adapted.load(session, mine)
        ignored = frozenset() if mine is not None else frozenset(stored.values())
        if ignored - self._adapters_ignored:
            self._adapters_ignored = ignored
            log.warning(
                "adapter ignored: it belongs to another model; run kb adapt again",
                adapters=sorted(stored),
                model=self.meaning.embedder.name,
            )

    def _switch(self, latest: int) -> None:
        with self._following:
            if self.meaning.model_id == self.model_id:
                return
            fresh = self._meaning_of(self.embedder, self.model_id)
            self._follow(fresh.vectors, fresh.model_id, latest)
            self.meaning = fresh
        log.info("new model answers", model=self.embedder.name)

    def _begin_again_if_ahead(self) -> None:
        """A database restored from a backup is older than what was derived from it."""
        standing = self.standing()
        if standing.words > standing.database:
            log.warning("word index rebuilt", reason="it is ahead of the database")
            self.lexical.clear()
        if standing.vectors > standing.database:
            log.warning("vector snapshot rebuilt", reason="it is ahead of the database")
            self.meaning.vectors.clear()

    def _follow(self, vectors: VectorStore, model_id: int, latest: int) -> None:
        """Bring both stores to `latest`, words first; each step is visible as a whole."""
        while self.lexical.change < latest:
            upto = min(self.lexical.change + STEP, latest)
            with self.database.read() as session:
                added, gone = _changed_passages(session, self.lexical.change, upto)
            self.lexical.apply(add=added, remove=gone, change=upto)
        while vectors.change < latest:
            upto = min(vectors.change + STEP, latest)
            with self.database.read() as session:
                removed = _removed_passages(session, vectors.change, upto)
                entries = list(_new_vectors(session, model_id, vectors.change, upto))
            vectors.apply(add=entries, remove=removed, change=upto)


def _changed_passages(
    session: Session, after: int, upto: int
) -> tuple[list[PassageEntry], list[int]]:
    rows = session.scalars(
        select(PassageRow)
        .where(PassageRow.change > after, PassageRow.change <= upto)
        .order_by(PassageRow.id)
    ).all()
    added = [
        PassageEntry(
            passage_id=row.id,
            document_id=row.document_id,
            audience_id=row.audience_id,
            title=row.title,
            heading=row.heading,
            text=row.text,
            language=row.language,
            part=row.part,
        )
        for row in rows
        if not row.removed
    ]
    return added, [row.id for row in rows if row.removed]


def _removed_passages(session: Session, after: int, upto: int) -> Sequence[int]:
    return session.scalars(
        select(PassageRow.id).where(
            PassageRow.change > after, PassageRow.change <= upto, PassageRow.removed
        )
    ).all()


def _new_vectors(session: Session, model_id: int, after: int, upto: int) -> Iterator[VectorEntry]:
    rows = session.execute(
        select(
            VectorRow.passage_id,
            VectorRow.vector,
            PassageRow.document_id,
            PassageRow.audience_id,
        )
        .join(PassageRow, PassageRow.id == VectorRow.passage_id)
        .where(
            VectorRow.model_id == model_id,
            VectorRow.change > after,
            VectorRow.change <= upto,
            ~PassageRow.removed,
        )
        .order_by(VectorRow.passage_id)
    )
    for row in rows:
        vector = np.frombuffer(row.vector, dtype=np.float16).astype(np.float32)
        yield VectorEntry(row.passage_id, row.document_id, row.audience_id, vector)
