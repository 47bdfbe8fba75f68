"""One adapter for each peer, run by `benchmarks.peers` in a process and an environment of its own.

    python benchmarks/peer_adapters.py NAME DATA.npz

It prints one line of JSON.  Nothing of the product is imported, but by its own adapter.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
K = 10


class Peer(Protocol):
    """What is asked of each: `owners` restricts to passages of these owners, None to nothing."""

    def build(self, vectors: Vector, owners: NDArray[np.int64], texts: Sequence[str]) -> None: ...
    def query(self, vector: Vector, owners: list[int] | None) -> list[int]: ...
    def add(self, number: int, vector: Vector, owner: int) -> None: ...
    def remove(self, number: int) -> None: ...


class Ours:
    """The vector store of the product: an audience for each owner."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._change = 0

    def build(self, vectors: Vector, owners: NDArray[np.int64], texts: Sequence[str]) -> None:
        from indexer.ports import VectorEntry
        from indexer.vector_stores import FaissVectors

        self._entry = VectorEntry
        self._store = FaissVectors(vectors.shape[1], self._folder)
        self._all = sorted(set(owners.tolist()))
        for start in range(0, len(texts), 5000):
            some = range(start, min(start + 5000, len(texts)))
            self._apply([VectorEntry(n + 1, n + 1, int(owners[n]), vectors[n]) for n in some])

    def query(self, vector: Vector, owners: list[int] | None) -> list[int]:
        found = self._store.nearest(vector, audiences=owners or self._all, limit=K)
        return [one.passage_id - 1 for one in found]

    def add(self, number: int, vector: Vector, owner: int) -> None:
        self._apply([self._entry(number + 1, number + 1, owner, vector)])

    def remove(self, number: int) -> None:
        self._apply([], [number + 1])

    def _apply(self, add: list[Any], remove: Sequence[int] = ()) -> None:
        self._change += 1
        self._store.apply(add=add, remove=remove, change=self._change)


class Chroma:
    """A persistent collection with its default index, HNSW."""

    def __init__(self, folder: Path) -> None:
        import chromadb

        settings = chromadb.Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(folder), settings=settings)

    def build(self, vectors: Vector, owners: NDArray[np.int64], texts: Sequence[str]) -> None:
        self._all = self._client.create_collection(
            "all", embedding_function=None, configuration={"hnsw": {"space": "ip"}}
        )
        for start in range(0, len(texts), 2000):
            some = range(start, min(start + 2000, len(texts)))
            self._all.add(
                ids=[str(n) for n in some],
                embeddings=vectors[some.start : some.stop],
                documents=[texts[n] for n in some],
                metadatas=[{"owner": int(owners[n])} for n in some],
            )

    def query(self, vector: Vector, owners: list[int] | None) -> list[int]:
        where = {"owner": {"$in": owners}} if owners else None
        found = self._all.query(query_embeddings=[vector], n_results=K, where=where, include=[])
        return [int(one) for one in found["ids"][0]]

    def add(self, number: int, vector: Vector, owner: int) -> None:
        self._all.add(ids=[str(number)], embeddings=[vector], metadatas=[{"owner": owner}])

    def remove(self, number: int) -> None:
        self._all.delete(ids=[str(number)])


class LanceDb:
    """A table without an index on vectors, which is what a user gets first: exact."""

    def __init__(self, folder: Path) -> None:
        import lancedb

        self._database = lancedb.connect(str(folder))

    def build(self, vectors: Vector, owners: NDArray[np.int64], texts: Sequence[str]) -> None:
        rows = [
            {"number": n, "owner": int(owners[n]), "text": texts[n], "vector": vectors[n]}
            for n in range(len(texts))
        ]
        self._table = self._database.create_table("all", rows)

    def query(self, vector: Vector, owners: list[int] | None) -> list[int]:
        asked = self._table.search(vector).distance_type("dot").select(["number"]).limit(K)
        if owners:
            asked = asked.where(f"owner IN ({', '.join(map(str, owners))})", prefilter=True)
        return [int(one["number"]) for one in asked.to_list()]

    def add(self, number: int, vector: Vector, owner: int) -> None:
        self._table.add([{"number": number, "owner": owner, "text": "", "vector": vector}])

    def remove(self, number: int) -> None:
        self._table.delete(f"number = {number}")


class MilvusLite:
    """A collection with a FLAT index, exact, and a number to filter by."""

    def __init__(self, folder: Path) -> None:
        from pymilvus import MilvusClient

        self._client = MilvusClient(str(folder / "milvus.db"))

    def build(self, vectors: Vector, owners: NDArray[np.int64], texts: Sequence[str]) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False)
        schema.add_field("number", DataType.INT64, is_primary=True)
        schema.add_field("owner", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=vectors.shape[1])
        index = self._client.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="IP")
        self._client.create_collection("all", schema=schema, index_params=index)
        for start in range(0, len(texts), 2000):
            some = range(start, min(start + 2000, len(texts)))
            self._client.insert("all", [self._row(n, vectors[n], int(owners[n])) for n in some])

    def query(self, vector: Vector, owners: list[int] | None) -> list[int]:
        restricted = f"owner in {owners}" if owners else ""
        found = self._client.search("all", data=[vector.tolist()], limit=K, filter=restricted)
        return [int(one["number"]) for one in found[0]]

    def add(self, number: int, vector: Vector, owner: int) -> None:
        self._client.insert("all", [self._row(number, vector, owner)])

    def remove(self, number: int) -> None:
        self._client.delete("all", ids=[number])

    def _row(self, number: int, vector: Vector, owner: int) -> dict[str, object]:
        return {"number": number, "owner": owner, "vector": vector.tolist()}


class Txtai:
    """Embeddings with content in SQLite; a filter is a condition of its SQL."""

    candidates = 0
    """Neighbours that the condition is applied to; 0: as many as it takes by default."""

    def __init__(self, folder: Path) -> None:
        from txtai.embeddings import Embeddings

        del folder
        self._known: dict[str, Vector] = {}
        self._all = Embeddings(
            {
                "method": "external",
                "transform": lambda texts: np.array([self._known[text] for text in texts]),
                "content": True,
                "backend": "faiss",
            }
        )

    def build(self, vectors: Vector, owners: NDArray[np.int64], texts: Sequence[str]) -> None:
        rows = []
        for n, owner in enumerate(owners.tolist()):
            self._known[f"text {n}"] = vectors[n]
            rows.append((n, {"text": f"text {n}", "owner": owner, "body": texts[n]}, None))
        self._all.index(rows)

    def query(self, vector: Vector, owners: list[int] | None) -> list[int]:
        self._known["asked"] = vector
        also = f" AND owner IN ({', '.join(map(str, owners))})" if owners else ""
        near = f"'asked', {self.candidates}" if self.candidates else "'asked'"
        found = self._all.search(f"SELECT id FROM txtai WHERE similar({near}){also} LIMIT {K}")  # noqa: S608  numbers of ours
        return [int(one["id"]) for one in found]

    def add(self, number: int, vector: Vector, owner: int) -> None:
        self._known[f"text {number}"] = vector
        self._all.upsert([(number, {"text": f"text {number}", "owner": owner}, None)])

    def remove(self, number: int) -> None:
        self._all.delete([number])


class TxtaiDeep(Txtai):
    """The same, with the condition applied to 5,000 neighbours."""

    candidates = 5_000


PEERS: dict[str, Callable[[Path], Peer]] = {
    "ours": Ours,
    "txtai": Txtai,
    "txtai, 5,000 candidates": TxtaiDeep,
    "chroma": Chroma,
    "lancedb": LanceDb,
    "milvus-lite": MilvusLite,
}


def measured(peer: Peer, data: Any) -> dict[str, float]:
    """Recall, latency, leaks, and how soon a change shows."""
    vectors, asked, owners = data["vectors"], data["asked"], data["owners"]
    start = time.process_time()
    peer.build(vectors, owners, data["texts"].tolist())
    told = {"build s": time.process_time() - start}
    for share, allowed in json.loads(str(data["readers"])).items():
        restricted = allowed if len(allowed) < len(set(owners.tolist())) else None
        told |= _asked(peer, vectors, asked, owners, share=share, allowed=restricted)
    far = -asked[0]  # nothing else is near it
    new = len(vectors)
    start = time.perf_counter()
    peer.add(new, far, 1)
    told["found ms"] = _until(lambda: new in peer.query(far, [1]), start)
    start = time.perf_counter()
    peer.remove(new)
    told["gone ms"] = _until(lambda: new not in peer.query(far, [1]), start)
    told["memory MB"] = _peak() / 1e6
    return told


def _asked(
    peer: Peer,
    vectors: Vector,
    asked: Vector,
    owners: NDArray[np.int64],
    *,
    share: str,
    allowed: list[int] | None,
) -> dict[str, float]:
    seen = np.flatnonzero(np.isin(owners, allowed)) if allowed else np.arange(len(owners))
    wall, processor, right, leaks = [], [], 0, 0
    most = min(K, len(seen))
    for vector in asked:
        before, busy = time.perf_counter(), time.process_time()
        found = peer.query(vector, allowed)
        wall.append(time.perf_counter() - before)
        processor.append(time.process_time() - busy)
        best = seen[np.argsort(-(vectors[seen] @ vector), kind="stable")[:most]]
        right += len(set(found) & set(best.tolist()))
        leaks += len(set(found) - set(seen.tolist()))
    return {
        f"{share}: recall": right / (most * len(asked)),
        f"{share}: p50 ms": float(np.median(wall)) * 1000,
        f"{share}: processor ms": float(np.median(processor)) * 1000,
        f"{share}: leaks": leaks,
    }


def _until(claim: Callable[[], bool], start: float) -> float:
    """Milliseconds from `start` until `claim` holds; infinite where it does not in ten seconds."""
    while not claim():
        if time.perf_counter() - start > 10:  # noqa: PLR2004
            return float("inf")
        time.sleep(0.001)
    return (time.perf_counter() - start) * 1000


def _peak() -> int:
    """Bytes of memory that this process held at most."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise ValueError("no VmHWM in /proc/self/status")


def main() -> None:
    name, path = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="kb-peer-"))
    try:
        with np.load(path) as data:
            print("RESULT", json.dumps(measured(PEERS[name](folder), data)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
