"""How good a model is at finding, on folders in BEIR form: nDCG@10 of its vectors alone.

A quick look to steer by; `kb evaluate` gives the figures that count, through passages.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.ports import Embedder

CHARACTERS = 1500
"""What is read of each text, as in the measurements that the recipe is compared with."""

DEPTH = 10


@dataclass(frozen=True)
class Reading:
    """One set of queries and what a model reached on it."""

    folder: str
    qrels: str
    queries: int
    ndcg: float


def measure(embedder: Embedder, folder: Path, *, sample: int = 400) -> list[Reading]:
    """Rank a folder's documents for at most `sample` queries of each qrels file."""
    documents = _texts(folder / "corpus.jsonl")
    queries = _texts(folder / "queries.jsonl")
    tables = {path.stem: _qrels(path, sample) for path in sorted((folder / "qrels").glob("*.tsv"))}
    names = list(documents)
    index = {name: at for at, name in enumerate(names)}
    vectors = embedder.embed_documents(list(documents.values()))
    wanted = sorted({query for table in tables.values() for query in table})
    asked = dict(zip(wanted, embedder.embed_documents([queries[q] for q in wanted]), strict=True))
    return [
        Reading(folder.name, stem, len(table), _mean_ndcg(table, asked, vectors, index))
        for stem, table in tables.items()
    ]


def _mean_ndcg(
    table: Mapping[str, Mapping[str, int]],
    asked: Mapping[str, NDArray[np.float32]],
    vectors: NDArray[np.float32],
    index: Mapping[str, int],
) -> float:
    gains = []
    for query, relevant in table.items():
        scores = vectors @ asked[query]
        if query in index:
            scores[index[query]] = -2
        top = np.argsort(-scores)[:DEPTH]
        found = {index[name]: gain for name, gain in relevant.items() if name in index}
        ideal = sorted(found.values(), reverse=True)[:DEPTH]
        gains.append(_dcg([found.get(int(at), 0) for at in top]) / max(_dcg(ideal), 1e-9))
    return float(np.mean(gains)) * 100


def _dcg(gains: list[int]) -> float:
    return float(sum(gain / np.log2(rank + 2) for rank, gain in enumerate(gains)))


def _texts(path: Path) -> dict[str, str]:
    texts = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            texts[row["_id"]] = f"{row.get('title', '')}\n{row['text']}".strip()[:CHARACTERS]
    return texts


def _qrels(path: Path, sample: int) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        if int(gain) > 0:
            table.setdefault(query, {})[document] = int(gain)
    kept = sorted(table)
    step = max(1, len(kept) // sample)
    return {query: table[query] for query in kept[::step]}
