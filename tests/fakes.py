"""Stand-ins for adapters that are slow or far away, and a finder made of real stores."""

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer import analysis, sync
from indexer.confidence import SIGNALS, Fit, Logistic, Thresholds
from indexer.finder import Adapters, Finder
from indexer.fusion import Weights
from indexer.learned import Learned
from indexer.lexical_stores import TantivyWords
from indexer.ports import Embedder
from indexer.vector_stores import COMPRESS_ABOVE, FaissVectors
from kb.db import Database


class WordEmbedder:
    """Counts words in buckets: texts that share words get near vectors."""

    def __init__(self, name: str = "words", dimension: int = 4096) -> None:
        self.name, self.dimension = name, dimension

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [self.embed_query(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word in set(analysis.terms(text)) or {""}:
            vector[zlib.crc32(word.encode()) % self.dimension] += 1
        return vector / np.float32(np.linalg.norm(vector))


def make_finder(
    database: Database,
    folder: Path,
    embedder: Embedder | None = None,
    *,
    known: Sequence[Embedder] = (),
    learned: Callable[[str], Learned] = Learned,
    compress_above: int = COMPRESS_ABOVE,
) -> Finder:
    """A finder with the real stores; `known` are the models that can be loaded by name."""
    adapters = Adapters(
        vectors=lambda identity, name, dimension: FaissVectors(
            dimension,
            folder / "vectors" / name,
            key=f"{identity}|{name}",
            compress_above=compress_above,
        ),
        lexical=lambda identity: TantivyWords(folder / "words", key=identity),
        embedder_called=lambda name: next((model for model in known if model.name == name), None),
        learned=learned,
    )
    return Finder(database, embedder or WordEmbedder(), adapters)


def index_all(finder: Finder) -> None:
    """Do what the worker would, until nothing is left."""
    while sync.cut_promised(finder.database):
        pass
    while sync.embed_missing(finder.database, finder.embedder):
        pass
    finder.use_configured_model()
    finder.keep_up()


def some_fit(model: str) -> Learned:
    """As if something had been learned for `model`: a fit in which every signal counts."""
    count = len(SIGNALS)
    one = Logistic(
        -2.0, tuple(0.1 * place for place in range(count)), (-9.0,) * count, (9.0,) * count
    )
    return Learned(model, Weights(), Fit(one, one, Thresholds(0.6, 0.2, 0.3), (0.2, 0.01)))


def likely_fit(model: str) -> Learned:
    """As if it had been learned that every hit is likely to solve the case."""
    return _constant_fit(model, 9.0)


def unlikely_fit(model: str) -> Learned:
    """As if it had been learned that no hit solves any case."""
    return _constant_fit(model, -9.0)


def _constant_fit(model: str, intercept: float) -> Learned:
    count = len(SIGNALS)
    sure = Logistic(intercept, (0.0,) * count, (-9.0,) * count, (9.0,) * count)
    return Learned(model, Weights(), Fit(sure, sure, Thresholds(0.6, 0.2, 0.3), (0.2, 0.01)))
