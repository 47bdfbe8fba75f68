"""How long a search takes from question to hits, beside its raw parts in the same run.

    python -m benchmarks.search_latency [--sizes 10000 100000 1000000] [--json FILE]

The raw parts are `embed_query`, one flat float16 FAISS index over all vectors (with a bitmap for
readers who may not see all), and one plain tantivy index that holds the words as they stand (with
a filter on the audience).  They rank; the product also merges, stems, splits compounds, weighs
identifiers, asks the database again for each hit, and quotes.  Each question is asked of all of
them in turn, so that whatever else the machine does hits them alike.  A world of 1,000,000 passages
takes about 5 GB of disk and is kept in --folder; the first run makes it, in half an hour or more.
"""

import argparse
import re
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import faiss
import numpy as np
import tantivy
from numpy.typing import NDArray
from sqlalchemy import select

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows, Times
from benchmarks.worlds import World
from indexer.finder import Finder
from indexer.models import PassageRow, VectorRow
from indexer.search import EVERYTHING, Filters, search
from kb.settings import Settings

SIZES = (10_000, 100_000, 1_000_000)
WORDS = 64
"""Words of a long question that the plain index looks up, as many as the product does."""

FILTERS = {
    "solved, half": Filters(solved=True),
    "queue, a fifth": Filters(queues=frozenset({"Printing"})),
}


class Plain:
    """Raw FAISS and raw tantivy over a world, each as one index."""

    def __init__(self, world: World, dimension: int, depth: int) -> None:
        self._depth = depth
        self._owners = np.empty(world.size, dtype=np.int64)
        self._vectors = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._fill_vectors(world)
        self._words = self._opened(world)
        self._searcher = self._words.searcher()

    def nearest(self, vector: NDArray[np.float32], audiences: frozenset[int]) -> int:
        """How many passages were found."""
        allowed = np.isin(self._owners, list(audiences))
        bits = np.packbits(allowed, bitorder="little")
        parameters = None
        if not allowed.all():
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        _, rows = self._vectors.search(vector[np.newaxis], self._depth, params=parameters)
        return int((rows >= 0).sum())

    def matching(self, question: str, audiences: frozenset[int]) -> int:
        """How many passages were found."""
        words = list(dict.fromkeys(re.findall(r"\w+", question.lower())))[:WORDS]
        schema = self._words.schema
        any_word = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(schema, name, word))
                for word in words
                for name in ("title", "text")
            ]
        )
        allowed = tantivy.Query.term_set_query(schema, "audience", list(audiences))
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, any_word),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)),
            ]
        )
        chosen = any_word if len(audiences) == len(worlds.SHARES) else query
        hits = self._searcher.search(chosen, limit=self._depth, count=False).hits
        found = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return len(found)

    def _fill_vectors(self, world: World) -> None:
        with world.database.read() as session:
            rows = session.execute(
                select(VectorRow.vector, PassageRow.audience_id)
                .join(PassageRow, PassageRow.id == VectorRow.passage_id)
                .order_by(VectorRow.passage_id)
                .execution_options(yield_per=10_000)
            )
            for number, portion in enumerate(rows.partitions()):
                start = number * 10_000
                self._owners[start : start + len(portion)] = [row.audience_id for row in portion]
                codes = np.frombuffer(b"".join(row.vector for row in portion), dtype=np.uint8)
                self._vectors.add_sa_codes(codes.reshape(len(portion), -1))

    def _opened(self, world: World) -> tantivy.Index:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("passage", indexed=True, fast=True)
        builder.add_unsigned_field("audience", indexed=True)
        builder.add_text_field("title", tokenizer_name="default", index_option="freq")
        builder.add_text_field("text", tokenizer_name="default", index_option="freq")
        schema, folder = builder.build(), world.folder / "plain"
        if (folder / "meta.json").exists():
            return tantivy.Index(schema, path=str(folder))
        fresh = world.folder / "plain.tmp"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        writer = tantivy.Index(schema, path=str(fresh)).writer(heap_size=128_000_000, num_threads=1)
        with world.database.read() as session:
            columns = (PassageRow.id, PassageRow.audience_id, PassageRow.title, PassageRow.text)
            for row in session.execute(select(*columns).execution_options(yield_per=10_000)):
                document = tantivy.Document()
                document.add_unsigned("passage", row.id)
                document.add_unsigned("audience", row.audience_id)
                document.add_text("title", row.title)
                document.add_text("text", row.text)
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        fresh.rename(folder)
        return tantivy.Index(schema, path=str(folder))


def measured(world: World, finder: Finder, plain: Plain, asked: list[str]) -> Rows:
    """A row for each reader, and one for each filter of the reader of everything."""
    cases: list[tuple[str, str, Filters]] = [(name, "none", EVERYTHING) for name in worlds.SHARES]
    cases += [("everything", name, filters) for name, filters in FILTERS.items()]
    return [
        {"passages": world.size, "reader": name, "filter": described}
        | _compared(world, finder, plain, some, reader=name, filters=filters)
        for name, described, filters in cases
        # Filters take long in large worlds: a third of the questions tells enough.
        for some in [asked if filters is EVERYTHING else asked[: max(len(asked) // 3, 1)]]
    ]


def _compared(
    world: World, finder: Finder, plain: Plain, asked: list[str], *, reader: str, filters: Filters
) -> dict[str, object]:
    seen = world.reader(reader)
    whole, encode, near, match = Times(), Times(), Times(), Times()
    found = 0

    def searched(question: str) -> Callable[[], int]:
        def ask() -> int:
            with world.database.read() as session:
                return len(search(session, finder, seen, question, filters=filters).hits)

        return ask

    for number, question in enumerate([*asked[:5], *asked]):
        if number == 5:  # noqa: PLR2004  the first five only warm up
            whole, encode, near, match, found = Times(), Times(), Times(), Times(), 0
        vector = encode.of(partial(finder.embedder.embed_query, question[:2000]))
        near.of(partial(plain.nearest, vector, seen.audience_ids))
        match.of(partial(plain.matching, question, seen.audience_ids))
        found += whole.of(searched(question))
    raw = Times(
        [sum(one) for one in zip(encode.wall, near.wall, match.wall, strict=True)],
        [sum(one) for one in zip(encode.thread, near.thread, match.thread, strict=True)],
    )
    return {
        "p50 ms": whole.ms(0.5),
        "p95 ms": whole.ms(0.95),
        "processor p50 ms": whole.ms(0.5, thread=True),
        "processor p95 ms": whole.ms(0.95, thread=True),
        "raw p50 ms": raw.ms(0.5),
        "raw processor p50 ms": raw.ms(0.5, thread=True),
        "encode": encode.ms(0.5, thread=True),
        "FAISS": near.ms(0.5, thread=True),
        "tantivy": match.ms(0.5, thread=True),
        "ratio": whole.ms(0.5) / raw.ms(0.5),
        "processor ratio": whole.ms(0.5, thread=True) / raw.ms(0.5, thread=True),
        "hits": found / len(asked),
    }


def run(folder: Path, sizes: list[int], questions: int, *, embed: int = worlds.EMBEDDED) -> Rows:
    """All rows of all sizes."""
    rows: Rows = []
    for size in sizes:
        embedder = wiring.open_embedder(Settings())
        world = worlds.make(folder, size, embedder, embed=embed)
        finder = wiring.open_finder(Settings(data_dir=world.folder), world.database)
        finder.catch_up()
        finder.save()
        plain = Plain(world, embedder.dimension, finder.depth)
        asked = worlds.questions(questions, worlds.origins(min(embed, size)))
        rows += measured(world, finder, plain, asked)
        finder.close()
        world.database.close()
        print(measuring.table(rows[-len(worlds.SHARES) - len(FILTERS) :]), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    measuring.report("search latency", run(given.folder, given.sizes, given.queries), given.json)


if __name__ == "__main__":
    main()
