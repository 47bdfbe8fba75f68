"""How fast documents become findable, beside the model alone on the same texts in the same run.

    python -m benchmarks.indexing [--documents 2000] [--json FILE]

Indexing is all that the worker and a serving process do: cut, detect the language, store passages,
embed, store vectors, take both into the indexes, write the snapshot.  `embed_documents` alone, on
the texts of the same passages in the same portions, is what no program could go below.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import faiss
from sqlalchemy import select

from api import schema, wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows
from indexer import sync
from indexer.models import PassageRow
from indexer.ports import Embedder
from kb import documents, people
from kb.db import Database
from kb.documents import Text
from kb.models import DocumentKind
from kb.settings import Settings

PORTION = 512
"""Passages embedded in one transaction, as the worker does."""


def run(folder: Path, count: int) -> Rows:
    """One row: seconds of each part, and the ratio."""
    embedder = wiring.open_embedder(Settings())
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{folder / 'kb.sqlite3'}")
    schema.upgrade(database)
    _offer(database, count)
    finder = wiring.open_finder(Settings(data_dir=folder), database)

    spent = {"cut": 0.0, "encode": 0.0, "raw encode": 0.0, "take in": 0.0}
    start = time.process_time()
    while sync.cut_promised(database):
        pass
    spent["cut"] = time.process_time() - start
    with database.read() as session:
        rows = session.scalars(select(PassageRow).order_by(PassageRow.id.desc())).all()
        texts = [sync.embedded_text(row.title, row.heading, row.text) for row in rows]
    # In turns, so that both meet the same machine.
    for first in range(0, len(texts), PORTION):
        start = time.process_time()
        sync.embed_missing(database, finder.embedder, limit=PORTION)
        spent["encode"] += time.process_time() - start
        spent["raw encode"] += _raw(embedder, texts[first : first + PORTION])
    start = time.process_time()
    finder.catch_up()
    finder.save()
    spent["take in"] = time.process_time() - start
    finder.close()
    database.close()
    whole = spent["cut"] + spent["encode"] + spent["take in"]
    return [
        {
            "documents": count,
            "passages": len(texts),
            **{f"{name} s": seconds for name, seconds in spent.items()},
            "passages/s": len(texts) / whole,
            "raw passages/s": len(texts) / spent["raw encode"],
            "share of raw": spent["raw encode"] / whole,
        }
    ]


def _raw(embedder: Embedder, texts: list[str]) -> float:
    start = time.process_time()
    embedder.embed_documents(texts)
    return time.process_time() - start


def _offer(database: Database, count: int) -> None:
    with database.write() as session:
        audience = people.put_audience(session, "benchmark").id
        texts = [
            Text(
                kind=DocumentKind.TICKET,
                origin_id=one.number + 1,
                title=one.title,
                body=one.text,
                audience_id=audience,
                number=str(one.number),
                source="benchmark",
                happened_at=datetime(2026, 1, 5, tzinfo=UTC),
                resolution=one.title,
                solved=True,
            )
            for one in worlds.passages(count, worlds.origins(count))
        ]
        documents.put_all(session, texts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        measuring.report("indexing", run(Path(folder), given.documents), given.json)


if __name__ == "__main__":
    main()
