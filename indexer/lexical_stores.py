"""Lexical stores: BM25 with tantivy, one index per audience."""

import itertools
import json
import os
import shutil
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
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

PICKED_MOST = 1_000
"""Documents that are looked up one by one where only some are wanted."""

MORE = 4
"""How many times as many passages are asked for as are wanted."""

SIGHTS_MOST, SOUGHT_MOST, HELD_MOST, BEGUN_MOST = 64, 16, 50_000, 5_000
"""How many sets of audiences are remembered until the next change, and of each how many
questions, counts of terms and beginnings: some megabytes."""

STATE = "state.json"


@dataclass(frozen=True, slots=True)
class _View:
    """What a search sees: a searcher per audience.  Replaced as a whole."""

    change: int
    searchers: Mapping[int, tantivy.Searcher]
    sights: dict[tuple[int, ...], "_Sight"] = field(default_factory=dict)
    """What was looked up for readers of the same audiences, and for nobody else."""

    def seen_by(self, audiences: Collection[int]) -> "_Sight":
        """What the readers of `audiences` see."""
        there = tuple(sorted(audience for audience in set(audiences) if audience in self.searchers))
        if there not in self.sights:
            if len(self.sights) >= SIGHTS_MOST:
                self.sights.clear()
            self.sights[there] = _Sight([self.searchers[audience] for audience in there])
        return self.sights.get(there) or _Sight([self.searchers[one] for one in there])


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
        sight = self._view.seen_by(audiences)
        if not sight.searchers or (within is not None and not within):
            return []
        sought = self._sought(sight, query, prefix_last)
        if not sought.most:
            return []
        most = BOUND * sought.most
        only = self._only(within) if within is not None and len(within) <= PICKED_MOST else None
        found = []
        for searcher, asked in zip(sight.searchers, sought.queries, strict=True):
            if asked is None:
                continue
            if only is not None:
                hits = _hits(searcher, _both(asked, only), limit)
            elif within is not None:
                hits = _hits_of(searcher, asked, limit, within)
            else:
                hits = _hits(searcher, asked, limit)
            found += hits
        found.sort()
        return [
            Found(document_id, passage_id, min(-minus / most, 1.0))
            for minus, document_id, passage_id in found[:limit]
        ]

    def clear(self) -> None:
        """See LexicalStore."""
        with self._writing:
            self._indexes.clear()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._view = _View(0, {})

    def _sought(self, sight: "_Sight", query: str, prefix_last: bool) -> "_Sought":
        """The question for each index; a search asks it twice, so that the last ones are kept."""
        known = sight.sought.get((query, prefix_last))
        if known is not None:
            return known
        words = weighing.weigh(query, sight, prefix_last=prefix_last)
        made = _Sought(
            sum(one.most for one in words),
            [self._question(words, sight, place) for place in range(len(sight.searchers))],
        )
        if len(sight.sought) >= SOUGHT_MOST:
            sight.sought.clear()
        sight.sought[query, prefix_last] = made
        return made

    def _question(
        self, sought: Sequence[Weighed], sight: "_Sight", place: int
    ) -> tantivy.Query | None:
        clauses = [
            (tantivy.Occur.Should, clause)
            for one in sought
            for clause in self._clauses(one, sight, place)
        ]
        return tantivy.Query.boolean_query(clauses) if clauses else None

    def _clauses(self, one: Weighed, sight: "_Sight", place: int) -> list[tantivy.Query]:
        held = sight.held(EVERY, 1)[place]
        clauses = []
        for term, weight in one.weights.items():
            for name, factor in FIELDS.items():
                if count := sight.held(name, term)[place]:
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

    def _only(self, within: Collection[int]) -> tantivy.Query:
        """The passages of a few documents; a set of terms takes twice as long to look up."""
        each = [
            (
                tantivy.Occur.Should,
                tantivy.Query.term_query(self._schema, "document_id", id_, index_option="basic"),
            )
            for id_ in within
        ]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query(each), 0.0)

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
class _Sought:
    """A question: what a passage could score at most, and how each index is asked, if at all."""

    most: float
    queries: Sequence[tantivy.Query | None]


@dataclass(frozen=True)
class _Sight:
    """Frequencies over all indexes that a reader may see, together; the dictionary of compounds.

    It remembers what was looked up, for as long as the indexes do not change.
    """

    searchers: Sequence[tantivy.Searcher]
    sought: dict[tuple[str, bool], _Sought] = field(default_factory=dict)
    _held: dict[tuple[str, str | int], tuple[int, ...]] = field(default_factory=dict)
    _begun: dict[tuple[tuple[str, ...], str, int], list[str]] = field(default_factory=dict)

    @cached_property
    def passages(self) -> int:
        """How many passages there are."""
        # Deleted passages count until tantivy merges them away, here as in the counts of terms.
        return sum(self.held(EVERY, 1))

    def held(self, name: str, term: str | int) -> tuple[int, ...]:
        """How many passages of each index hold a term in a field."""
        counts = self._held.get((name, term))
        if counts is None:
            counts = tuple(searcher.doc_freq(name, term) for searcher in self.searchers)
            if len(self._held) >= HELD_MOST:
                self._held.clear()
            self._held[name, term] = counts
        return counts

    def passages_with(self, term: str) -> int:
        """At least how many passages hold a term, in title or text."""
        return sum(map(max, *(self.held(name, term) for name in FIELDS)))

    def long_words(self, prefix: str) -> list[str]:
        """The most frequent entries of the field of long words that begin with `prefix`."""
        return self._beginning(("long",), prefix, 4 * compounds.MOST)

    def beginning(self, prefix: str, limit: int) -> list[str]:
        """The most frequent words that begin with `prefix`."""
        return self._beginning(tuple(FIELDS), prefix, limit)

    def _beginning(self, names: tuple[str, ...], prefix: str, limit: int) -> list[str]:
        known = self._begun.get((names, prefix, limit))
        if known is not None:
            return known
        counts: dict[str, int] = {}
        for searcher, name in itertools.product(self.searchers, names):
            for term, count in searcher.terms_with_prefix(name, prefix, limit=limit):
                counts[term] = counts.get(term, 0) + count
        begun = sorted(counts, key=lambda term: (-counts[term], term))[:limit]
        if len(self._begun) >= BEGUN_MOST:
            self._begun.clear()
        self._begun[names, prefix, limit] = begun
        return begun


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", indexed=True, fast=True)
    builder.add_unsigned_field("document_id", indexed=True, fast=True)
    builder.add_unsigned_field(EVERY, indexed=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("long", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _both(asked: tantivy.Query, only: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, only), (tantivy.Occur.Must, asked)])


_Hit = tuple[float, int, int]
"""A score below 0, a document id, a passage id: sorted, the best come first."""


def _hits(searcher: tantivy.Searcher, asked: tantivy.Query, limit: int) -> list[_Hit]:
    """The best passages, and of equal scores at the cut all.

    tantivy would take those that were written first, which depends on when the index caught up.
    """
    many = MORE * limit  # takes hardly longer than `limit`, and equal scores often fit in
    while True:
        hits = searcher.search(asked, limit=many, count=False).hits
        if len(hits) <= limit:
            return _told(searcher, hits)
        least = hits[limit - 1][0]
        if len(hits) < many or hits[-1][0] < least:
            return _told(searcher, [hit for hit in hits if hit[0] >= least])
        many *= MORE


def _hits_of(
    searcher: tantivy.Searcher, asked: tantivy.Query, limit: int, within: Collection[int]
) -> list[_Hit]:
    """The best passages of many documents: a list that grows until it holds enough of them.

    Looking up each of thousands of documents would take longer than passing over the others.
    """
    wanted = within if isinstance(within, Set) else set(within)
    many = max(limit * 2, limit * searcher.num_docs // len(wanted))
    while True:
        hits = _hits(searcher, asked, many)
        kept = [hit for hit in hits if hit[1] in wanted]
        if len(kept) >= limit or len(hits) < many:
            return kept
        many *= 4


def _told(
    searcher: tantivy.Searcher, hits: Sequence[tuple[float, tantivy.DocAddress]]
) -> list[_Hit]:
    addresses = [address for _, address in hits]
    documents = searcher.fast_field_values("document_id", addresses)
    passages = searcher.fast_field_values("passage_id", addresses)
    return [
        (-score, int(document), int(passage))
        for (score, _), document, passage in zip(hits, documents, passages, strict=True)
        if document is not None and passage is not None  # each passage holds both
    ]


def _distance(word: str) -> int:
    """Letters that may differ: one, and two in a word of eight or more."""
    return 1 if len(word) < 8 else 2  # noqa: PLR2004
