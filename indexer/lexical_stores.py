"""Lexical stores: BM25 with tantivy, one index per audience."""

import json
import os
import shutil
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
import tantivy

from indexer import analysis, compounds, weighing
from indexer.ports import Found, PassageEntry
from indexer.weighing import Weighed

log = structlog.get_logger()

FIELDS = {"title": 2.5, "text": 1.0}
"""The fields that are searched, and what a word in each counts; title holds headings too."""

EVERY = "every"
"""A field in which each passage holds a 1: the number of passages as tantivy counts them."""

BOUND = 6.2
"""What a word scores at most, by its rarity, where it is the whole title and fills the text.

tantivy's BM25 saturates at 2.2 in each field; a title and a text that both do are not seen.
"""

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
        self._key = f"{key}|{analysis.VERSION}"
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
        prefix_last: bool = False,
    ) -> list[Found]:
        """See LexicalStore."""
        view = self._view
        searchers = [view.searchers[a] for a in sorted(set(audiences)) if a in view.searchers]
        if not searchers or (within is not None and not within):
            return []
        statistics = _Statistics(searchers)
        sought = weighing.weigh(query, statistics, prefix_last=prefix_last)
        if not sought:
            return []
        most = BOUND * sum(one.most for one in sought)
        found = [
            Found(document_id, passage_id, min(score / most, 1.0))
            for searcher in searchers
            for score, passage_id, document_id in self._search(searcher, sought, limit, within)
        ]
        return sorted(found, key=Found.order)[:limit]

    def clear(self) -> None:
        """See LexicalStore."""
        with self._writing:
            self._indexes.clear()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._view = _View(0, {})

    def _search(
        self,
        searcher: tantivy.Searcher,
        sought: Sequence[Weighed],
        limit: int,
        within: Collection[int] | None,
    ) -> list[tuple[float, int, int]]:
        clauses = [
            (tantivy.Occur.Should, clause)
            for one in sought
            for clause in self._clauses(one, searcher)
        ]
        if not clauses:
            return []
        query = tantivy.Query.boolean_query(clauses)
        if within is not None:
            only = tantivy.Query.term_set_query(self._schema, "document_id", list(within))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0)),
                ]
            )
        hits = _best(searcher, query, limit)
        addresses = [address for _, address in hits]
        passages = _numbers(searcher, "passage_id", addresses)
        documents = _numbers(searcher, "document_id", addresses)
        return [
            (float(score), passage, document)
            for (score, _), passage, document in zip(hits, passages, documents, strict=True)
        ]

    def _clauses(self, one: Weighed, searcher: tantivy.Searcher) -> list[tantivy.Query]:
        held = searcher.doc_freq(EVERY, 1)
        clauses = []
        for term, weight in one.weights.items():
            for name, factor in FIELDS.items():
                if count := searcher.doc_freq(name, term):
                    query = tantivy.Query.term_query(self._schema, name, term, index_option="freq")
                    # tantivy multiplies by the rarity in this index alone: put that right.
                    right = factor * weight / weighing.rarity(held, count)
                    clauses.append(tantivy.Query.boost_query(query, right))
        if one.nearly:
            for name, factor in FIELDS.items():
                query = tantivy.Query.fuzzy_term_query(
                    self._schema, name, one.nearly, distance=_distance(one.nearly)
                )
                clauses.append(tantivy.Query.boost_query(query, factor * one.most))
        return clauses

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
        document.add_unsigned(EVERY, 1)
        title = f"{entry.title}\n{entry.heading}"
        document.add_text("title", " ".join(analysis.terms(title, entry.language)))
        document.add_text("text", " ".join(analysis.terms(entry.text, entry.language)))
        whole = f"{title}\n{entry.text}"
        document.add_text("long", " ".join(compounds.entries(whole, entry.language)))
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
            log.warning(
                "word index rebuilt", reason="made for another database, or by another release"
            )
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


@dataclass(frozen=True, slots=True)
class _Statistics:
    """Frequencies over all indexes that a reader may see, together; the dictionary of compounds."""

    searchers: Sequence[tantivy.Searcher]
    _known: dict[str, int] = field(default_factory=dict)

    @property
    def passages(self) -> int:
        # Deleted passages count until tantivy merges them away, here as in the counts of terms.
        return sum(searcher.doc_freq(EVERY, 1) for searcher in self.searchers)

    def passages_with(self, term: str) -> int:
        """At least how many passages hold a term, in title or text."""
        if term not in self._known:
            self._known[term] = sum(
                max(searcher.doc_freq(name, term) for name in FIELDS) for searcher in self.searchers
            )
        return self._known[term]

    def long_words(self, prefix: str) -> list[str]:
        return self._beginning("long", prefix, 4 * compounds.MOST)

    def beginning(self, prefix: str, limit: int) -> list[str]:
        """The most frequent words that begin with `prefix`."""
        return self._beginning("text", prefix, limit)

    def _beginning(self, name: str, prefix: str, limit: int) -> list[str]:
        counts: dict[str, int] = {}
        for searcher in self.searchers:
            for term, count in searcher.terms_with_prefix(name, prefix, limit=limit):
                counts[term] = counts.get(term, 0) + count
        return sorted(counts, key=lambda term: (-counts[term], term))[:limit]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", indexed=True, fast=True)
    builder.add_unsigned_field("document_id", indexed=True, fast=True)
    builder.add_unsigned_field(EVERY, indexed=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("long", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _best(
    searcher: tantivy.Searcher, query: tantivy.Query, limit: int
) -> list[tuple[float, tantivy.DocAddress]]:
    """The best passages, and of equal scores at the cut all.

    tantivy would take those that were written first, which depends on when the index caught up.
    """
    asked = limit + 1
    while True:
        hits: list[tuple[float, tantivy.DocAddress]] = searcher.search(
            query, limit=asked, count=False
        ).hits
        if len(hits) < asked or hits[-1][0] < hits[limit - 1][0]:
            return hits
        asked *= 4


def _numbers(
    searcher: tantivy.Searcher, name: str, addresses: list[tantivy.DocAddress]
) -> list[int]:
    values = searcher.fast_field_values(name, addresses)
    return [value for value in values if isinstance(value, int)]


def _distance(word: str) -> int:
    """Letters that may differ: one, and two in a word of eight or more."""
    return 1 if len(word) < 8 else 2  # noqa: PLR2004
