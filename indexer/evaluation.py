"""Measuring the search on labelled queries, through the path that the product itself takes."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ir_measures
from ir_measures import RR, R, nDCG
from sqlalchemy import func, select

from indexer.finder import Finder
from indexer.ports import Found
from indexer.ranking import Ranked, rank
from indexer.sync import cut_promised, embed_missing
from kb import documents, people
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import Document, DocumentKind

MEASURES = {
    "ndcg@10": nDCG @ 10,
    "recall@10": R @ 10,
    "recall@100": R @ 100,
    "mrr@10": RR @ 10,
}

LEGS = ("lexical", "dense", "hybrid")

DEPTH = 100
"""Documents ranked per query: as deep as the deepest measure."""

BATCH = 500

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Datasets have no dates of their own."""


class BadDataset(InvalidInput):
    """The folder is not a BEIR dataset, or a line of it is not what it should be."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A BEIR folder: `corpus.jsonl`, `queries.jsonl` and the judgements of one qrels file."""

    folder: Path
    qrels_name: str
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that change with the corpus."""
        with (self.folder / "corpus.jsonl").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]

    def corpus(self) -> Iterator[tuple[str, str, str]]:
        """(id, title, text) of each document."""
        for line, row in _lines(self.folder / "corpus.jsonl"):
            yield _text(line, row, "_id"), str(row.get("title") or ""), _text(line, row, "text")


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured: per leg the mean of each measure over the queries, in [0, 1]."""

    dataset: str
    qrels: str
    documents: int
    queries: int
    model: str
    metrics: Mapping[str, Mapping[str, float]]
    seconds: Mapping[str, float]


def read(folder: Path, qrels: str, *, queries: int | None = None) -> Dataset:
    """Read queries and judgements, of the first `queries` queries if that is given.

    Raises:
        BadDataset: a file is missing, or a line is not what it should be.
    """
    judged: dict[str, dict[str, int]] = {}
    path = folder / "qrels" / f"{qrels}.tsv"
    if not path.exists():
        known = sorted(file.stem for file in (folder / "qrels").glob("*.tsv"))
        raise BadDataset(f"{folder} has no qrels {qrels!r}; it has: {', '.join(known) or 'none'}")
    with path.open(encoding="utf-8") as file:
        for number, row in enumerate(file, start=1):
            cells = row.rstrip("\n").split("\t")
            if number == 1 and cells[0] == "query-id":
                continue
            if len(cells) != 3 or not cells[2].isdigit():  # noqa: PLR2004  query, document, score
                raise BadDataset(f"{path}, line {number}: expected query, document and score")
            judged.setdefault(cells[0], {})[cells[1]] = int(cells[2])
    texts = {
        _text(line, row, "_id"): _text(line, row, "text")
        for line, row in _lines(folder / "queries.jsonl")
    }
    wanted = [query for query in judged if query in texts][:queries]
    return Dataset(
        folder,
        qrels,
        {query: texts[query] for query in wanted},
        {query: judged[query] for query in wanted},
    )


def fill(database: Database, dataset: Dataset, *, audience: str = people.INTERNAL) -> int:
    """Store the corpus as documents of one audience, unless it is there; how many there are."""
    with database.write() as session:
        audience_id = people.put_audience(session, audience).id
        stored = session.scalar(select(func.count(Document.id))) or 0
    batch: list[documents.Text] = []
    count = 0
    for count, (external_id, title, text) in enumerate(dataset.corpus(), start=1):
        if count <= stored:
            continue
        batch.append(
            documents.Text(
                kind=DocumentKind.TICKET,
                origin_id=count,
                title=title,
                body=text,
                audience_id=audience_id,
                number=external_id,
                source="evaluation",
                happened_at=_EPOCH,
            )
        )
        if len(batch) == BATCH:
            _put(database, batch)
            batch = []
    if batch:
        _put(database, batch)
    return count


def cut(finder: Finder) -> float:
    """Cut everything into passages; the seconds that it took."""
    began = time.monotonic()
    while cut_promised(finder.database):
        pass
    return time.monotonic() - began


def embed(finder: Finder, *, progress: Callable[[int], None] = lambda _: None) -> float:
    """Embed and take in every passage.

    Args:
        finder: whose database and stores are filled.
        progress: is told how many more passages have a vector.

    Returns:
        The seconds that it took; next to none where the index was there already.
    """
    began = time.monotonic()
    while done := embed_missing(finder.database, finder.embedder):
        progress(done)
    finder.use_configured_model()
    finder.catch_up()
    finder.save()
    return time.monotonic() - began


def measure(
    finder: Finder, dataset: Dataset, *, progress: Callable[[], None] = lambda: None
) -> tuple[dict[str, dict[str, float]], float]:
    """Rank every query by each leg alone and by both.

    A query that is itself a document of the corpus is left out of its own ranking.

    Args:
        finder: whose index holds the corpus.
        dataset: queries and judgements.
        progress: is called after each query.

    Returns:
        Per leg the mean of each measure, and the seconds that ranking took.
    """
    names, audiences = known(finder)
    runs: dict[str, dict[str, dict[str, float]]] = {leg: {} for leg in LEGS}
    began = time.monotonic()
    for query_id, text in dataset.queries.items():
        ranking = rank(finder, text, audiences=audiences)
        runs["lexical"][query_id] = _run(ranking.lexical, names, query_id)
        runs["dense"][query_id] = _run(ranking.dense, names, query_id)
        runs["hybrid"][query_id] = _run(ranking.hybrid, names, query_id)
        progress()
    seconds = time.monotonic() - began
    return {leg: _measured(dataset, run) for leg, run in runs.items()}, seconds


def known(finder: Finder) -> tuple[dict[int, str], frozenset[int]]:
    """The name of each document in its dataset, by its id, and all audiences."""
    with finder.database.read() as session:
        rows = session.execute(select(Document.id, Document.number))
        names = {row.id: row.number for row in rows}
        return names, frozenset(people.audiences_by_name(session).values())


def measured(dataset: Dataset, ranked: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """The mean of each measure over rankings from elsewhere.

    Args:
        dataset: queries and judgements.
        ranked: by query the ids of documents, best first; of an id named twice the first counts.
    """
    return _measured(dataset, {query: _scored(ids, query) for query, ids in ranked.items()})


def _run(
    ranked: Sequence[Ranked | Found], names: Mapping[int, str], query_id: str
) -> dict[str, float]:
    """Document names with falling scores: no ties are left for the evaluator to break."""
    return _scored([names[item.document_id] for item in ranked], query_id)


def _scored(order: Sequence[str], query_id: str) -> dict[str, float]:
    others = [name for name in dict.fromkeys(order) if name != query_id]
    return {name: float(DEPTH - place) for place, name in enumerate(others[:DEPTH])}


def _measured(dataset: Dataset, run: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    values = ir_measures.calc_aggregate(list(MEASURES.values()), dataset.qrels, run)
    return {name: round(float(values[measure]), 4) for name, measure in MEASURES.items()}


def _put(database: Database, batch: Sequence[documents.Text]) -> None:
    with database.write() as session:
        documents.put_all(session, batch)


def _lines(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    if not path.exists():
        raise BadDataset(f"{path.parent} has no {path.name}")
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            place = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise BadDataset(f"{place}: not JSON ({error})") from error
            if not isinstance(row, dict):
                raise BadDataset(f"{place}: not a JSON object")
            yield place, row


def _text(place: str, row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise BadDataset(f"{place}: {name!r} is not a text")
    return value
