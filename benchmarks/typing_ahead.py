"""How long a suggestion takes while somebody types, stroke by stroke.

    python -m benchmarks.typing_ahead [--size 100000] [--json FILE]

Each question is typed from its third character on; each stroke is a request of its own, timed from
the text to the titles.  The world is the one that `benchmarks.search_latency` makes.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

import faiss

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows, Times
from benchmarks.worlds import World
from indexer.finder import Finder
from indexer.typing_ahead import Suggestion, suggestions
from kb.settings import Settings
from kb.visibility import Reader

LONGEST = 24
"""Characters typed of each question."""


def run(folder: Path, size: int, questions: int, *, embed: int = worlds.EMBEDDED) -> Rows:
    """A row for each reader."""
    embedder = wiring.open_embedder(Settings())
    world = worlds.make(folder, size, embedder, embed=embed)
    finder = wiring.open_finder(Settings(data_dir=world.folder), world.database)
    finder.catch_up()
    asked = worlds.questions(questions, worlds.origins(min(embed, size)))
    rows: Rows = []
    for name in worlds.SHARES:
        times, reader = Times(), world.reader(name)
        found = 0
        for question in asked:
            for upto in range(3, min(len(question), LONGEST)):
                found += len(times.of(partial(_suggested, world, finder, reader, question[:upto])))
        strokes = len(times.wall)
        rows.append(
            {
                "passages": size,
                "reader": name,
                "strokes": strokes,
                "p50 ms": times.ms(0.5),
                "p95 ms": times.ms(0.95),
                "processor p50 ms": times.ms(0.5, thread=True),
                "processor p95 ms": times.ms(0.95, thread=True),
                "suggestions": found / strokes,
            }
        )
    finder.close()
    world.database.close()
    return rows


def _suggested(world: World, finder: Finder, reader: Reader, typed: str) -> list[Suggestion]:
    with world.database.read() as session:
        return suggestions(session, finder, reader, typed)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    measuring.report("typing", run(given.folder, given.size, given.queries), given.json)


if __name__ == "__main__":
    main()
