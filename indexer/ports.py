"""What search needs from outside: three protocols, each with adapters that pass tests/contracts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a store ranks, and its score; scores of two stores do not compare."""

    document_id: int
    passage_id: int
    score: float

    def order(self) -> tuple[float, int, int]:
        """Sorts best first; equal scores by what does not depend on when they were indexed."""
        return (-self.score, self.document_id, self.passage_id)


@dataclass(frozen=True, slots=True)
class PassageEntry:
    """What a lexical store indexes of a passage."""

    passage_id: int
    document_id: int
    audience_id: int
    title: str
    heading: str
    text: str
    language: str
    """de, nl, en, or und where it is not known."""
    part: str


@dataclass(frozen=True, slots=True)
class VectorEntry:
    """What a vector store indexes of a passage: float32, shape (dimension,), of length 1."""

    passage_id: int
    document_id: int
    audience_id: int
    vector: NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors; asked from several threads at once."""

    @property
    def name(self) -> str:
        """Names the model and its weights: vectors of equal names compare."""
        ...

    @property
    def dimension(self) -> int:
        """The length of each vector."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed what is searched: float32, shape (len(texts), dimension), rows of length 1."""
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a question: float32, shape (dimension,), of length 1."""
        ...


class VectorStore(Protocol):
    """Finds the passages nearest in meaning; a cache that can be rebuilt from the database."""

    @property
    def change(self) -> int:
        """The number of the last change applied; 0 when empty."""
        ...

    def apply(self, *, add: Sequence[VectorEntry], remove: Collection[int], change: int) -> None:
        """Take in vectors, forget passages, and stand at `change`: one visible step.

        Searches under way keep what they began with.  Applying the same again is harmless:
        a passage that is there already is replaced.  One caller at a time.

        Raises:
            ValueError: a vector has another dimension than the store.
        """
        ...

    def nearest(
        self,
        query: NDArray[np.float32],
        *,
        audiences: Collection[int],
        limit: int,
        within: Collection[int] | None = None,
    ) -> list[Found]:
        """Rank the passages of `audiences` by their cosine similarity to `query`.

        Never returns a passage of another audience, however near it is.

        Args:
            query: float32, shape (dimension,), of length 1.
            audiences: ids of the audiences the reader belongs to; none means no results.
            limit: how many to return at most, at least 1.
            within: ids of the only documents to consider; None means all.

        Returns:
            Best first, equal scores by the lower document id, then the lower passage id; score
            in [-1, 1].  What was taken in together, and in which order, changes nothing.

        Raises:
            ValueError: `query` has another dimension than the store.
        """
        ...

    def save(self) -> None:
        """Write a snapshot to disk, whole or not at all; one caller at a time."""
        ...

    def clear(self) -> None:
        """Forget everything; `change` is 0 again."""
        ...


class LexicalStore(Protocol):
    """Finds the passages that share words with the question; a cache like VectorStore."""

    @property
    def change(self) -> int:
        """The number of the last change applied, also after a restart; 0 when empty."""
        ...

    def apply(self, *, add: Iterable[PassageEntry], remove: Collection[int], change: int) -> None:
        """As VectorStore.apply; durable when it returns."""
        ...

    def matching(
        self,
        query: str,
        *,
        audiences: Collection[int],
        limit: int,
        within: Collection[int] | None = None,
        prefix_last: bool = False,
    ) -> list[Found]:
        """Rank as VectorStore.nearest does, by shared words; no shared word, no result.

        A word is shared in any of its inflections, as a part of a compound, and, where nobody
        writes it so, in similar spelling.  Scores depend on the passages of `audiences` alone,
        so that nothing of what a reader may not see can be inferred from them.

        Args:
            query: a word or a whole ticket.
            audiences: as for VectorStore.
            limit: as for VectorStore.
            within: as for VectorStore.
            prefix_last: whether the last word is still being typed.

        Returns:
            Best first, equal scores by the lower document id, then the lower passage id, whatever
            was taken in together; score in [0, 1] and comparable between questions: the share of
            what their words could count.
        """
        ...

    def clear(self) -> None:
        """Forget everything; `change` is 0 again."""
        ...
