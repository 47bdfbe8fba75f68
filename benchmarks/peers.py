"""Our vector search beside that of peers: same vectors, same texts, each in its own process.

    python -m venv peers && peers/bin/pip install -r benchmarks/requirements-peers.txt
    python -m benchmarks.peers --python peers/bin/python [--size 20000] [--json FILE]

One thread each.  Recall@10 is against brute force over what the reader may see.  Processor time
counts all threads of a process.  "Found" and "gone" are from the call that adds or removes to a
search that shows it.  A peer that is not installed is named as such and left out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from api import wiring
from benchmarks import measuring, worlds
from benchmarks.measuring import Rows
from indexer.ports import Embedder
from kb.settings import Settings

ADAPTERS = Path(__file__).with_name("peer_adapters.py")
PEERS = ("txtai", "txtai, 5,000 candidates", "chroma", "lancedb", "milvus-lite")
THREADS = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "RAYON", "TOKIO")}


def run(
    folder: Path, size: int, questions: int, *, python: str = "", embed: int = worlds.EMBEDDED
) -> Rows:
    """A row for each that could be asked."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"peers-{size}.npz"
    _write(path, wiring.open_embedder(Settings()), size, questions, embed)
    rows: Rows = [{"who": "ours", **_asked("ours", sys.executable, path)}]
    for name in PEERS if python else ():
        told = _asked(name, python, path)
        rows.append({"who": name, **told})
        print(measuring.table(rows[-1:]), file=sys.stderr, flush=True)
    return rows


def _write(path: Path, embedder: Embedder, size: int, questions: int, embed: int) -> None:
    known = worlds.origins(min(embed, size))
    origin = worlds.embedded(embedder, known, path.parent)
    owners = np.array(worlds.owners(size, {name: n for n, name in enumerate(worlds.SHARES, 1)}))
    readers = {name: list(range(1, n + 1)) for n, name in enumerate(worlds.SHARES, 1)}
    asked = [embedder.embed_query(text) for text in worlds.questions(questions, known)]
    np.savez(
        path,
        vectors=worlds.moved(origin, np.arange(size)),
        owners=owners,
        texts=np.array([one.text for one in worlds.passages(size, known)]),
        asked=np.array(asked),
        readers=json.dumps(readers),
    )


def _asked(name: str, python: str, path: Path) -> dict[str, object]:
    environment = {**os.environ, **THREADS, "TOKENIZERS_PARALLELISM": "false"}  # noqa: TID251
    if name == "ours":
        environment["PYTHONPATH"] = str(ADAPTERS.parent.parent)
    else:
        environment.pop("PYTHONPATH", None)
    done = subprocess.run(  # noqa: S603  our own program
        [python, str(ADAPTERS), name, str(path)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            told: dict[str, object] = json.loads(line.removeprefix("RESULT "))
            return told
    return {"failure": (done.stderr.strip().splitlines() or ["no answer"])[-1][:200]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", default="", help="interpreter with the peers installed")
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kb-worlds")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = run(given.folder, given.size, given.queries, python=given.python)
    measuring.report("peers", rows, given.json)


if __name__ == "__main__":
    main()
