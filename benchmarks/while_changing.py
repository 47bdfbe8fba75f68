"""How long searches take while another process changes documents, beside a time of quiet.

    python -m benchmarks.while_changing [--size 100000] [--seconds 20] [--json FILE]

The other process stores a case, changes it, and withdraws it, at the given pace, and embeds what is
new, as a worker does.  The process that searches takes each change in before it answers: words and
vectors.  On a machine with two cores they share memory and processor caches.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count, cycle
from pathlib import Path

import faiss

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows, Times
from indexer import sync
from indexer.ports import Embedder
from indexer.search import Answer, search
from kb import documents
from kb.documents import Text
from kb.models import DocumentKind
from kb.settings import Settings

PACES = (0, 1, 10)
"""Changes a second."""

ORIGIN = 2_100_000_000
"""From this id on, cases are those of this benchmark."""


def run(
    folder: Path,
    size: int,
    seconds: float,
    *,
    embed: int = worlds.EMBEDDED,
    paces: Sequence[float] = PACES,
) -> Rows:
    """A row for each pace."""
    embedder = wiring.open_embedder(Settings())
    world = worlds.make(folder, size, embedder, embed=embed)
    finder = wiring.open_finder(Settings(data_dir=world.folder), world.database)
    finder.catch_up()
    reader = world.reader("everything")

    def ask(question: str) -> Answer:
        with world.database.read() as session:
            return search(session, finder, reader, question)

    rows: Rows = []
    asked = worlds.questions(80, worlds.origins(min(embed, size)))
    for question in asked[:5]:
        ask(question)
    for pace in paces:
        with _writer(folder, size, embed, pace):
            times, before = Times(), finder.standing()
            end = time.monotonic() + seconds
            for question in cycle(asked):
                times.of(partial(ask, question))
                if time.monotonic() > end:
                    break
            after = finder.standing()
        rows.append(
            {
                "changes a second, wanted": pace,
                "changes taken in": after.words - before.words,
                "left behind": after.behind,
                "searches": len(times.wall),
                "p50 ms": times.ms(0.5),
                "p95 ms": times.ms(0.95),
                "longest ms": times.ms(1),
                "processor p50 ms": times.ms(0.5, thread=True),
            }
        )
    finder.close()
    world.database.close()
    return rows


@contextmanager
def _writer(folder: Path, size: int, embed: int, pace: float) -> Iterator[None]:
    """Another process that changes documents until it is ended."""
    if not pace:
        yield
        return
    given = ["--folder", folder, "--size", size, "--embed", embed, "--write", pace]
    command = [sys.executable, "-m", "benchmarks.while_changing", *map(str, given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  ourselves
        if process.stdout is not None:
            process.stdout.readline()  # it has begun
        try:
            yield
        finally:
            process.terminate()


def write(folder: Path, size: int, embedder: Embedder, *, embed: int, pace: float) -> None:
    """Store a case, change it, withdraw it, and so on; until the process is ended."""
    world = worlds.make(folder, size, embedder, embed=embed)
    known = worlds.origins(min(embed, size))
    print("begun", flush=True)
    for number in count():
        start = time.monotonic()
        _change(world, embedder, known[number % len(known)], number)
        time.sleep(max(1 / pace - (time.monotonic() - start), 0))


def _change(world: worlds.World, embedder: Embedder, passage: worlds.Passage, number: int) -> None:
    case, step = ORIGIN + number // 3, number % 3
    with world.database.write() as session:
        if step == 2:  # noqa: PLR2004  stored, changed, withdrawn
            documents.withdraw(session, DocumentKind.TICKET, [case])
        else:
            text = Text(
                kind=DocumentKind.TICKET,
                origin_id=case,
                title=passage.title,
                body=f"{passage.text} {'It came back.' * step}",
                audience_id=world.audiences["everything"],
                number=f"INC-{case}",
                source="benchmark",
                happened_at=worlds.BEGIN,
            )
            documents.put(session, text)
        sync.cut_touched(session)
    sync.embed_missing(world.database, embedder)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--embed", type=int, default=worlds.EMBEDDED)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--write", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    if given.write:
        embedder = wiring.open_embedder(Settings())
        write(given.folder, given.size, embedder, embed=given.embed, pace=given.write)
    rows = run(given.folder, given.size, given.seconds, embed=given.embed)
    measuring.report("searches while documents change", rows, given.json)


if __name__ == "__main__":
    main()
