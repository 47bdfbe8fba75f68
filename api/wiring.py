"""Choosing the adapters: the only module that imports them."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from articles.model_writer import ModelWriter
from articles.ports import Writer
from articles.writers import ExtractiveWriter
from indexer import learned
from indexer.embedders import ModelUnavailable, SentenceTransformersEmbedder
from indexer.embedders_onnx import SHIPPED, OnnxEmbedder
from indexer.finder import Adapters, Finder
from indexer.lexical_stores import TantivyWords
from indexer.ports import Embedder
from indexer.slots import Slot
from indexer.vector_stores import FaissVectors
from kb.db import Database
from kb.settings import Settings

log = structlog.get_logger()

LEARNED = "learned"
"""In the data folder: what `kb tune` and `kb calibrate` have learned for a model of one's own."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors hand to the rest."""

    settings: Settings
    database: Database
    finder: Finder
    writer: Writer


def build(settings: Settings, database: Database) -> Services:
    """The services for production; a test may build its own."""
    finder = open_finder(settings, database)
    return Services(settings, database, finder, open_writer(settings, finder.embedder))


def open_writer(settings: Settings, embedder: Embedder | None = None) -> Writer:
    """The writer of drafts: extractive and offline, or with the configured language model."""
    scorer = Meaning(embedder) if embedder else None
    extractive = ExtractiveWriter(scorer)
    if settings.writer != "model" or not (settings.writer_url and settings.writer_model):
        return extractive
    key = settings.writer_key.get_secret_value() if settings.writer_key else ""
    return ModelWriter(
        base_url=settings.writer_url,
        model=settings.writer_model,
        key=key,
        fallback=extractive.write,
        scorer=scorer,
        timeout=settings.writer_timeout,
    )


def offline_writer() -> Writer:
    """The extractive writer, whatever is configured: where somebody waits, no model is asked."""
    return ExtractiveWriter()


class Meaning:
    """Lets the writers compare sentences with the embedder of the search."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def similarity(self, texts: Sequence[str], query: str) -> list[float]:
        """See SentenceScorer."""
        if not texts:
            return []
        near = self._embedder.embed_documents(texts) @ self._embedder.embed_query(query)
        return [float(score) for score in near]


def open_finder(settings: Settings, database: Database) -> Finder:
    """The finder with the configured model; loads the model and the snapshots.

    Raises:
        ModelUnavailable: the configured model cannot be loaded.
        NoSlotFree: too many processes use the data folder.
    """
    slot = Slot(settings.data_dir / "index")

    def vectors(identity: str, model: str, dimension: int) -> FaissVectors:
        key = f"{identity}|{model}"
        return FaissVectors(dimension, slot.folder / "vectors", key=key, threads=settings.threads)

    def lexical(identity: str) -> TantivyWords:
        return TantivyWords(slot.folder / "words", key=identity)

    adapters = Adapters(
        vectors,
        lexical,
        lambda name: _older_model(settings, name),
        lambda name: learned.of(name, [settings.data_dir / LEARNED, learned.SHIPPED_FOLDER]),
    )
    return Finder(
        database, open_embedder(settings), adapters, depth=settings.search_depth, slot=slot
    )


def open_embedder(settings: Settings, model: str | None = None) -> Embedder:
    """The configured embedding model, or another one by its name.

    Raises:
        ModelUnavailable: it cannot be loaded.
    """
    chosen = model or settings.model
    if chosen == SHIPPED:
        return OnnxEmbedder(threads=settings.threads)
    return SentenceTransformersEmbedder(
        chosen,
        batch=settings.embedding_batch,
        threads=settings.threads,
        download=settings.model_download,
    )


def _older_model(settings: Settings, name: str) -> Embedder | None:
    """The model that made the vectors in use; its name is the setting it came from and a hash."""
    try:
        return open_embedder(settings, name.rpartition("#")[0])
    except ModelUnavailable as error:
        log.warning("older model is gone", model=name, reason=str(error))
        return None
