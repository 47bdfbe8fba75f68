"""Lexical stores: BM25 with tantivy, one index per audience."""

import json
import math
import os
import shutil
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
import tantivy

from indexer import analysis
from indexer.ports import Found, PassageEntry

log = structlog.get_logger()

MOST_TERMS = 48
"""Of a long query the rarest terms are looked up: a pasted ticket has thousands."""

TITLE_WEIGHT = 1.5

K1 = 1.2
"""Saturation of term frequency in tantivy's BM25, which is not adjustable there."""

HEAP = 32_000_000
"""Bytes that a writer buffers; it exists only while changes are applied."""

STATE = "state.json"


@dataclass(frozen=True, slots=True)
class _View:
    """What a search sees: a searcher per audience.  Replaced as a whole."""

    change: int
    searchers: Mapping[int, tantivy.Searcher]


class TantivyWords:
    """BM25 over passages, on disk.

    An index per audience, and term statistics over just those that the reader may see: nothing
    of the rest can be inferred from the order or the scores.
    """

    def __init__(self, folder: Path, *, key: str = "") -> None:
        """Open the indexes in `folder`; those of another key, or damaged ones, begin again."""
        self._folder = folder
        self._key = key
        self._writing = threading.Lock()
        self._schema = _schema()
        self._indexes: dict[int, tantivy.Index] = {}
        self._view = self._opened()

    @property
    def change(self) -> int:
        """See LexicalStore."""
        return self._view.change

    def apply(self, *, add: Iterable[PassageEntry], remove: Collection[int], change: int) -> None:
        """See LexicalStore."""
        with self._writing:
            entries = {entry.passage_id: entry for entry in add}
            gone = {*remove, *entries}
            by_audience: dict[int, list[PassageEntry]] = {}
            for entry in entries.values():
                by_audience.setdefault(entry.audience_id, []).append(entry)
            for audience in {*self._indexes, *by_audience}:
                self._update(audience, by_audience.get(audience, []), gone)
            self._write_state(change)
            self._view = self._seen(change)

    def matching(
        self,
        query: str,
        *,
        audiences: Collection[int],
        limit: int,
        within: Collection[int] | None = None,
    ) -> list[Found]:
        """See LexicalStore."""
        view = self._view
        searchers = [view.searchers[a] for a in sorted(set(audiences)) if a in view.searchers]
        if not searchers or (within is not None and not within):
            return []
        weights = _weights(Counter(analysis.terms(query)), searchers)
        if not weights:
            return []
        most = sum(weights.values()) * (K1 + 1) * (1 + TITLE_WEIGHT)
        found = [
            Found(document_id, passage_id, score / most)
            for searcher in searchers
            for score, passage_id, document_id in self._search(searcher, weights, limit, within)
        ]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage_id))[:limit]

    def clear(self) -> None:
        """See LexicalStore."""
        with self._writing:
            self._indexes.clear()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._view = _View(0, {})

    def _search(
        self,
        searcher: tantivy.Searcher,
        weights: Mapping[str, float],
        limit: int,
        within: Collection[int] | None,
    ) -> list[tuple[float, int, int]]:
        clauses = []
        for term, weight in weights.items():
            for field, factor in (("text", 1.0), ("title", TITLE_WEIGHT)):
                own = _idf(searcher.num_docs, searcher.doc_freq(field, term))
                query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
                boosted = tantivy.Query.boost_query(query, factor * weight / own)
                clauses.append((tantivy.Occur.Should, boosted))
        query = tantivy.Query.boolean_query(clauses)
        if within is not None:
            only = tantivy.Query.term_set_query(self._schema, "document_id", list(within))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0)),
                ]
            )
        hits = searcher.search(query, limit=limit, count=False).hits
        rows = ((float(score), searcher.doc(address).to_dict()) for score, address in hits)
        return [(score, row["passage_id"][0], row["document_id"][0]) for score, row in rows]

    def _update(self, audience: int, entries: Sequence[PassageEntry], gone: set[int]) -> None:
        index = self._indexes.get(audience)
        stale: Collection[int] = gone
        if index is not None:
            searcher = index.searcher()
            stale = [id_ for id_ in gone if searcher.doc_freq("passage_id", id_)]
        if not entries and not stale:
            return
        if index is None:
            index = self._indexes[audience] = self._made(audience)
        writer = index.writer(heap_size=HEAP, num_threads=1)
        if stale:
            # Deleting by term would look for a signed number and find nothing.
            writer.delete_documents_by_query(
                tantivy.Query.term_set_query(self._schema, "passage_id", list(stale))
            )
        for entry in entries:
            writer.add_document(self._document(entry))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()

    def _document(self, entry: PassageEntry) -> tantivy.Document:
        document = tantivy.Document()
        document.add_unsigned("passage_id", entry.passage_id)
        document.add_unsigned("document_id", entry.document_id)
        document.add_text("title", " ".join(analysis.terms(f"{entry.title}\n{entry.heading}")))
        document.add_text("text", " ".join(analysis.terms(entry.text)))
        return document

    def _made(self, audience: int) -> tantivy.Index:
        path = self._folder / str(audience)
        path.mkdir(parents=True, exist_ok=True)
        return tantivy.Index(self._schema, path=str(path))

    def _opened(self) -> _View:
        try:
            state = json.loads((self._folder / STATE).read_text(encoding="utf-8"))
            if state["key"] == self._key:
                self._indexes = {id_: self._made(id_) for id_ in state["audiences"]}
                return self._seen(int(state["change"]))
            log.warning("word index rebuilt", reason="it belongs to another database")
        except FileNotFoundError:
            pass  # the first start
        except (OSError, ValueError, KeyError) as error:
            log.warning("word index rebuilt", reason=str(error)[:200])
        self._indexes.clear()
        shutil.rmtree(self._folder, ignore_errors=True)
        return _View(0, {})

    def _seen(self, change: int) -> _View:
        return _View(change, {id_: index.searcher() for id_, index in self._indexes.items()})

    def _write_state(self, change: int) -> None:
        """Say how far the indexes are, after they are: a crash between the two repeats a step."""
        self._folder.mkdir(parents=True, exist_ok=True)
        state = {"key": self._key, "change": change, "audiences": sorted(self._indexes)}
        temporary = self._folder / f"{STATE}.tmp"
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._folder / STATE)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", stored=True, indexed=True)
    builder.add_unsigned_field("document_id", stored=True, indexed=True)
    for field in ("title", "text"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _weights(terms: Counter[str], searchers: Sequence[tantivy.Searcher]) -> dict[str, float]:
    """The inverse document frequency of the rarest terms, over all these searchers together."""
    passages = sum(searcher.num_docs for searcher in searchers)
    weights = {}
    for term in terms:
        count = sum(
            max(searcher.doc_freq("text", term), searcher.doc_freq("title", term))
            for searcher in searchers
        )
        if count:
            weights[term] = _idf(passages, count)
    rarest = sorted(weights, key=lambda term: (-weights[term], term))[:MOST_TERMS]
    return {term: weights[term] for term in rarest}


def _idf(passages: int, count: int) -> float:
    """Inverse document frequency as tantivy computes it; always above 0."""
    count = min(count, passages)
    return math.log(1 + (passages - count + 0.5) / (count + 0.5))
