"""Compressed codes with exact refinement beside exact search: what they find, and what they take.

    python -m benchmarks.compressed --texts FILE… [--sizes 60000 300000 1000000] [--json FILE]

FILE holds one text a line.  The shipped model embeds each different one once (some hundreds a
second; kept in --folder); the first --queries of them are the questions and are not searched.  Of
a size, as many vectors as there are texts are real; the others are made from those, as
`benchmarks.worlds` does, and the table says how many.  Two stores of the product hold the same
vectors in one audience: one that scores each of them, one with codes.  They are asked in turn: of
everything; of every second document; with a twentieth removed since the codes were made.  Times
are processor time of the thread.  "Ready" is until a snapshot can be asked; "compared" until all
of it was found to be what was written, in the background.
"""

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows, Times
from indexer.ports import Embedder, Found, VectorEntry
from indexer.vector_stores import FaissVectors
from kb.settings import Settings

SIZES = (60_000, 300_000, 1_000_000)
AUDIENCE = 1
PORTION = 10_000
"""Texts embedded, and vectors taken in, at a time."""

LIMITS = (10, 100)
"""What a list shows, and what a leg of the search is asked for."""


def run(
    folder: Path, texts: Sequence[str], sizes: Sequence[int], questions: int, embedder: Embedder
) -> tuple[Rows, Rows]:
    """What was found and how fast, a row for each size, way and limit; and a row for each start."""
    real = embedded(embedder, texts, folder)
    asked, real = real[:questions], real[questions:]
    found: Rows = []
    starts: Rows = []
    for size in sizes:
        known = {"vectors": size, "real": min(size, len(real))}
        place = folder / f"codes-{size}"
        shutil.rmtree(place, ignore_errors=True)
        exact = FaissVectors(embedder.dimension, place / "exact", compress_above=sys.maxsize)
        codes = FaissVectors(embedder.dimension, place / "codes", compress_above=size // 2)
        _fill([exact, codes], real, size)
        for store in (exact, codes):
            store.save()
        starts += [known | _started(name, place / name, asked, size) for name in ("exact", "codes")]
        found += _ways(known, exact, codes, asked)
        shutil.rmtree(place)
        print(measuring.table(found[-3 * len(LIMITS) :]), file=sys.stderr, flush=True)
    return found, starts


def embedded(embedder: Embedder, texts: Sequence[str], folder: Path) -> NDArray[np.float32]:
    """The vectors of `texts`, portion by portion; those made before are read from `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for start in range(0, len(texts), PORTION):
        portion = texts[start : start + PORTION]
        whole = "\n".join([embedder.name, *portion])
        path = folder / f"{hashlib.sha256(whole.encode()).hexdigest()[:16]}.npy"
        if not path.exists():
            np.save(path, embedder.embed_documents(portion).astype(np.float16))
        vectors[start : start + len(portion)] = np.load(path)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def read(paths: Sequence[Path]) -> list[str]:
    """The different lines of the files, in the same random order each time."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    texts = sorted({" ".join(line.split()) for line in lines} - {""})
    random.Random(0).shuffle(texts)  # noqa: S311
    return texts


def _fill(stores: Sequence[FaissVectors], real: NDArray[np.float32], size: int) -> None:
    for change, start in enumerate(range(0, size, PORTION), start=1):
        numbers = np.arange(start, min(start + PORTION, size))
        vectors = worlds.moved(real[:size], numbers)
        entries = [
            VectorEntry(int(number), int(number), AUDIENCE, vector)
            for number, vector in zip(numbers, vectors, strict=True)
        ]
        for store in stores:
            store.apply(add=entries, remove=[], change=change)


def _ways(
    known: dict[str, int], exact: FaissVectors, codes: FaissVectors, asked: NDArray[np.float32]
) -> Rows:
    size = known["vectors"]
    rows = [
        known | {"asked of": way, "limit": limit} | _compared(exact, codes, asked, limit, within)
        for way, within in (("everything", None), ("every second document", range(0, size, 2)))
        for limit in LIMITS
    ]
    for store in (exact, codes):
        store.apply(add=[], remove=range(0, size, 20), change=store.change + 1)
    return rows + [
        known
        | {"asked of": "a twentieth removed", "limit": limit}
        | _compared(exact, codes, asked, limit, None)
        for limit in LIMITS
    ]


def _compared(
    exact: FaissVectors,
    codes: FaissVectors,
    asked: NDArray[np.float32],
    limit: int,
    within: Collection[int] | None,
) -> dict[str, object]:
    slow, fast = Times(), Times()
    shares = []
    for vector in asked:
        right, got = (
            times.of(
                partial(store.nearest, vector, audiences=[AUDIENCE], limit=limit, within=within)
            )
            for times, store in ((slow, exact), (fast, codes))
        )
        shares.append(_share(right, got))
    return {
        "recall %": 100 * float(np.mean(shares)),
        "worst %": 100 * min(shares),
        "exact ms": slow.ms(0.5, thread=True),
        "codes ms": fast.ms(0.5, thread=True),
        "codes p95 ms": fast.ms(0.95, thread=True),
        "ratio": slow.ms(0.5, thread=True) / fast.ms(0.5, thread=True),
    }


def _share(right: Sequence[Found], got: Sequence[Found]) -> float:
    return len(set(right) & set(got)) / len(right)


def _started(name: str, folder: Path, asked: NDArray[np.float32], size: int) -> dict[str, object]:
    """Until the snapshot in `folder` answers, and what it takes on disk; it is gone afterwards."""
    on_disk = measuring.size_of(folder) / size
    whole, start = time.process_time(), Times()
    store = start.of(partial(FaissVectors, asked.shape[1], folder))
    answer = start.of(partial(store.nearest, asked[0], audiences=[AUDIENCE], limit=LIMITS[-1]))
    if len(store) != size or len(answer) != LIMITS[-1]:
        raise ValueError(f"the snapshot holds {len(store)} passages, not {size}")
    begun = time.perf_counter()
    store.clear()  # waits until all was compared
    return {
        "store": name,
        "ready s": start.wall[0],
        "ready processor s": start.thread[0],
        "first answer s": start.wall[1],
        "compared s": sum(start.wall) + time.perf_counter() - begun,
        "all processor s": time.process_time() - whole,
        "bytes a passage": on_disk,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    faiss.omp_set_num_threads(1)
    embedder = wiring.open_embedder(Settings())
    texts = read(given.texts)
    found, starts = run(given.folder, texts, given.sizes, given.queries, embedder)
    measuring.report("compressed codes", found, given.json, starts=starts)
    print(f"\n{measuring.table(starts)}")


if __name__ == "__main__":
    main()
