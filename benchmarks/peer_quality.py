"""What our hybrid search finds beside txtai's: same passages, same vectors, labelled questions.

    python -m venv peers && peers/bin/pip install txtai==9.14.0
    python -m benchmarks.peer_quality DIR[:QRELS]… --python peers/bin/python [--json FILE]

DIR is a folder in BEIR form, as `kb evaluate` takes it; QRELS names its judgements, `test` if not
given.  The corpus is indexed as the product does.  txtai gets the same passages with their titles,
and the same vectors of passages and questions; it searches them by its default dense index and
BM25, of one weight each.  A document is where its best passage is.  Of the questions, those are
asked that our weights may not be learned from (`indexer.observing`).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import faiss
import numpy as np
from sqlalchemy import select

from api import schema, wiring
from benchmarks import measuring
from benchmarks.measuring import Rows
from benchmarks.peers import THREADS
from indexer import evaluation, sync
from indexer.evaluation import Dataset
from indexer.finder import Finder
from indexer.models import PassageRow, VectorRow
from indexer.observing import held_back
from kb.db import Database
from kb.settings import Settings

SCRIPT = Path(__file__).with_name("txtai_hybrid.py")


def run(folder: Path, datasets: Sequence[Dataset], *, python: str = "") -> Rows:
    """A row for each dataset: nDCG@10 of our legs, of both together, and of txtai's hybrid."""
    rows: Rows = []
    for corpus, some in groupby(datasets, key=lambda dataset: dataset.folder):
        place = folder / corpus.name
        finder = None
        for dataset in some:
            finder = finder or _indexed(place, dataset)
            ours, _ = evaluation.measure(finder, dataset)
            row: dict[str, object] = {
                "set": f"{corpus.name}/{dataset.qrels_name}",
                "questions": len(dataset.queries),
                **{leg: 100 * ours[leg]["ndcg@10"] for leg in evaluation.LEGS},
            }
            if python:
                row["txtai hybrid"] = 100 * _txtai(finder, dataset, place / "data.npz", python)
            rows.append(row)
            print(measuring.table(rows[-1:]), file=sys.stderr, flush=True)
        if finder is not None:
            finder.close()
            finder.database.close()
    return rows


def _unseen(dataset: Dataset) -> Dataset:
    """The half of the questions that our weights were not learned from."""
    queries = {name: text for name, text in dataset.queries.items() if held_back(name)}
    return replace(dataset, queries=queries, qrels={name: dataset.qrels[name] for name in queries})


def _indexed(place: Path, dataset: Dataset) -> Finder:
    place.mkdir(parents=True)
    database = Database(f"sqlite:///{place / 'kb.sqlite3'}")
    schema.upgrade(database)
    finder = wiring.open_finder(Settings(data_dir=place), database)
    evaluation.fill(database, dataset)
    evaluation.cut(finder)
    evaluation.embed(finder)
    return finder


def _txtai(finder: Finder, dataset: Dataset, path: Path, python: str) -> float:
    """nDCG@10 of txtai over the passages of `finder`."""
    with finder.database.read() as session:
        columns = (PassageRow.document_id, PassageRow.title, PassageRow.heading, PassageRow.text)
        rows = session.execute(
            select(*columns, VectorRow.vector)
            .join(VectorRow, VectorRow.passage_id == PassageRow.id)
            .where(VectorRow.model_id == finder.model_id, ~PassageRow.removed)
            .order_by(PassageRow.id)
        ).all()
    questions = list(dataset.queries.values())
    vectors = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float16)
    np.savez(
        path,
        texts=np.array([sync.embedded_text(row.title, row.heading, row.text) for row in rows]),
        vectors=vectors.reshape(len(rows), -1).astype(np.float32),
        questions=np.array(questions),
        asked=np.array([finder.embedder.embed_query(text) for text in questions]),
    )
    names, _ = evaluation.known(finder)
    found = {
        query_id: [names[rows[number].document_id] for number in numbers]
        for query_id, numbers in zip(dataset.queries, _asked(python, path), strict=True)
    }
    return evaluation.measured(dataset, found)["ndcg@10"]


def _asked(python: str, path: Path) -> list[list[int]]:
    environment = {**os.environ, **THREADS, "TOKENIZERS_PARALLELISM": "false"}  # noqa: TID251
    done = subprocess.run(  # noqa: S603  our own program
        [python, str(SCRIPT), str(path)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            told: list[list[int]] = json.loads(line.removeprefix("RESULT "))
            return told
    raise RuntimeError((done.stderr.strip().splitlines() or ["no answer"])[-1][:500])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("datasets", nargs="+", help="DIR or DIR:QRELS")
    parser.add_argument("--python", default="", help="interpreter with txtai installed")
    parser.add_argument("--queries", type=int, help="of each set the first so many, before halving")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    chosen = []
    for one in given.datasets:
        where, _, qrels = one.partition(":")
        dataset = evaluation.read(Path(where), qrels or "test", queries=given.queries)
        chosen.append(_unseen(dataset))
    with tempfile.TemporaryDirectory() as folder:
        rows = run(Path(folder), chosen, python=given.python)
    measuring.report("quality beside txtai", rows, given.json)


if __name__ == "__main__":
    main()
