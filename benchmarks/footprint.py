"""What passages take in memory and on disk, how soon a snapshot is ready, and changes under way.

    python -m benchmarks.footprint [--sizes 10000 100000 1000000] [--json FILE]

The worlds are those of `benchmarks.search_latency`.  "Ready" is the time to open the word index and
the snapshot of the vectors, until both can be asked; the model takes its own time before.  "Found"
and "gone" are the times from the commit of a change to a search that shows it, in a process that
follows: a new case by its words, and a withdrawn one.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import faiss

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows
from benchmarks.worlds import World
from indexer import clock, sync
from indexer.finder import Finder
from indexer.lexical_stores import TantivyWords
from indexer.search import search
from indexer.vector_stores import FaissVectors
from kb import documents
from kb.documents import Text
from kb.models import DocumentKind
from kb.settings import Settings

ORIGIN = 2_000_000_000
"""An id that no case of a world has."""

NAMED = "zwiebelfisch"


def run(folder: Path, sizes: list[int], *, embed: int = worlds.EMBEDDED) -> Rows:
    """A row for each size."""
    rows: Rows = []
    for size in sizes:
        embedder = wiring.open_embedder(Settings())
        world = worlds.make(folder, size, embedder, embed=embed)
        finder = wiring.open_finder(Settings(data_dir=world.folder), world.database)
        finder.catch_up()
        finder.save()
        before = measuring.resident()
        seconds, held = _opened(world, embedder.name, embedder.dimension)
        index = world.folder / "index"
        rows.append(
            {
                "passages": size,
                "ready s": seconds,
                "memory MB": held / 1e6,
                "process MB": before / 1e6,
                "vectors B": measuring.size_of(index / "slot-0" / "vectors") / size,
                "words B": measuring.size_of(index / "slot-0" / "words") / size,
                "database B": (world.folder / "kb.sqlite3").stat().st_size / size,
                **_changes(world, finder),
            }
        )
        finder.close()
        world.database.close()
    return rows


def _opened(world: World, model: str, dimension: int) -> tuple[float, int]:
    """Seconds until a second pair of stores can be asked, and what they add to this process."""
    with world.database.read() as session:
        identity = clock.identity(session)
    slot = world.folder / "index" / "slot-0"
    before, start = measuring.resident(), time.perf_counter()
    vectors = FaissVectors(dimension, slot / "vectors", key=f"{identity}|{model}")
    words = TantivyWords(slot / "words", key=identity)
    seconds = time.perf_counter() - start
    if len(vectors) != world.size or not words.change:
        raise ValueError(f"the snapshot holds {len(vectors)} passages, not {world.size}")
    return seconds, measuring.resident() - before


def _changes(world: World, finder: Finder) -> dict[str, float]:
    reader = world.reader("everything")

    def found() -> bool:
        with world.database.read() as session:
            hits = search(session, finder, reader, NAMED).hits
            return any(hit.origin_id == ORIGIN for hit in hits)

    text = Text(
        kind=DocumentKind.TICKET,
        origin_id=ORIGIN,
        title=f"{NAMED} on the screen",
        body="A word that stands nowhere else.",
        audience_id=world.audiences["everything"],
        number="new",
        source="benchmark",
        happened_at=worlds.BEGIN,
    )
    with world.database.write() as session:
        documents.put(session, text)
        sync.cut_touched(session)
    shown = _until(found)
    with world.database.write() as session:
        documents.withdraw(session, DocumentKind.TICKET, [ORIGIN])
        sync.cut_touched(session)
    return {"found s": shown, "gone s": _until(lambda: not found())}


def _until(claim: Callable[[], bool]) -> float:
    start = time.perf_counter()
    while not claim():
        time.sleep(0.001)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=(10_000, 100_000, 1_000_000))
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    measuring.report("footprint", run(given.folder, given.sizes), given.json)


if __name__ == "__main__":
    main()
