"""Labelled queries as the search sees them: what weights and confidence are learned from."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from indexer import evaluation, snippets
from indexer.confidence import LOOKED_AT, Asked, Sign
from indexer.evaluation import Dataset
from indexer.finder import Finder
from indexer.fusion import Weights
from indexer.models import PassageRow
from indexer.ranking import Proposals, Ranked, ordered, propose

SHORTEST, LONGEST = 3, 8
"""Words of a query in its short form: agents type a few words as often as they paste a case."""

EVERY_THIRD = 3


@dataclass(frozen=True, slots=True)
class Observed:
    """A labelled query, what both legs propose for it, and which documents are right."""

    collection: str
    """Folder and qrels, such as gnome_help_xling/test_de."""
    query_id: str
    words: int
    short: bool
    """Whether only its first few words were asked."""
    proposals: Proposals
    relevant: frozenset[int]
    """Documents that answer it; none of them is meant to be found if it is unanswerable."""
    named: frozenset[int]
    """Passages among the first that hold an identifier of the query."""

    @property
    def held_back(self) -> bool:
        """Whether nothing may be learned from it: half of all, by their names."""
        return held_back(self.query_id)

    @property
    def unanswerable(self) -> bool:
        """Whether its relevant documents are left out: a third of all, by their names."""
        return _draw(self.query_id, "unanswerable") % EVERY_THIRD == 0

    @property
    def trusted(self) -> bool:
        """Whether confidence is learned and measured with it: one form of each query."""
        return self.short == (_draw(self.query_id, "short") % EVERY_THIRD == 0)

    @property
    def first_fold(self) -> bool:
        """In which half of what may be learned from it is, where that is halved again."""
        return _draw(self.query_id, "fold") % 2 == 0

    @property
    def origin(self) -> str:
        """Collections of one origin have names that begin alike up to the first underscore."""
        return self.collection.partition("/")[0].partition("_")[0]

    @property
    def asked(self) -> Asked:
        """What confidence looks at in the query."""
        return Asked(self.proposals.language, self.words)

    def ranked(self, weights: Weights, *, without: Collection[int] = ()) -> list[Ranked]:
        """The documents in their order under `weights`, without some of them."""
        found = ordered(self.proposals, weights)
        return [one for one in found if one.document_id not in without]

    def sign(self, one: Ranked) -> Sign:
        """What confidence looks at in a hit."""
        return Sign(one.dense, one.words, one.language, one.passage_id in self.named)


def collections_in(folder: Path) -> list[str]:
    """The names of the qrels that are measured: one per language, or the only one there is."""
    names = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    by_language = [name for name in names if name.startswith("test_")]
    if by_language:
        return by_language
    usual = [name for name in names if name in {"test", "dev"}]
    return usual[-1:] or names[:1]


def sampled(dataset: Dataset, most: int | None) -> Dataset:
    """At most `most` queries, drawn by their names: the same ones each time."""
    chosen = sorted(dataset.queries, key=lambda query: _draw(query, "sample"))[:most]
    return replace(
        dataset,
        queries={query: dataset.queries[query] for query in chosen},
        qrels={query: dataset.qrels[query] for query in chosen},
    )


def shortened(dataset: Dataset) -> Dataset:
    """Every third query, as its first few words."""
    queries = {
        query: _short(query, text)
        for query, text in dataset.queries.items()
        if _draw(query, "short") % EVERY_THIRD == 0
    }
    return replace(dataset, queries=queries)


def observe(
    finder: Finder,
    dataset: Dataset,
    *,
    short: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Observed]:
    """Search each query; one that is itself a document is left out of its own answer.

    Args:
        finder: whose index holds the corpus.
        dataset: queries and judgements.
        short: whether the queries are shortened ones.
        progress: is called after each query.
    """
    names, audiences = evaluation.known(finder)
    ids = {name: id_ for id_, name in names.items()}
    for query_id, text in dataset.queries.items():
        proposals = propose(finder, text.strip(), audiences=audiences)
        itself = ids.get(query_id)
        proposals = replace(
            proposals,
            candidates=[one for one in proposals.candidates if one.document_id != itself],
            dense=[one for one in proposals.dense if one.document_id != itself],
            lexical=[one for one in proposals.lexical if one.document_id != itself],
        )
        yield Observed(
            collection=f"{dataset.folder.name}/{dataset.qrels_name}",
            query_id=query_id,
            words=len(text.split()),
            short=short,
            proposals=proposals,
            relevant=_relevant(dataset.qrels[query_id], ids),
            named=_named(finder, text, proposals),
        )
        progress()


def _relevant(judged: Mapping[str, int], ids: Mapping[str, int]) -> frozenset[int]:
    return frozenset(ids[name] for name, score in judged.items() if score > 0 and name in ids)


def _named(finder: Finder, query: str, proposals: Proposals) -> frozenset[int]:
    """Looked for among twice as many as confidence looks at: some of them may be left out."""
    first = [one.passage_id for one in ordered(proposals, finder.weights)[: 2 * LOOKED_AT]]
    with finder.database.read() as session:
        rows = session.scalars(select(PassageRow).where(PassageRow.id.in_(first))).all()
    return frozenset(
        row.id
        for row in rows
        if snippets.shared_identifiers("\n".join([row.title, row.heading, row.text]), query)
    )


def _short(query_id: str, text: str) -> str:
    count = SHORTEST + _draw(query_id, "length") % (LONGEST - SHORTEST + 1)
    return " ".join(text.split()[:count])


def held_back(query_id: str) -> bool:
    """Whether nothing may be learned from this query: half of all, by their names."""
    return _draw(query_id, "half") % 2 == 0


def _draw(query_id: str, purpose: str) -> int:
    """A number that a name always draws for a purpose; independent between purposes."""
    digest = hashlib.sha256(f"{purpose}:{query_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
