"""Vector stores: exact search with FAISS, one contiguous index per audience."""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
import structlog
from numpy.typing import NDArray

from indexer.ports import Found, VectorEntry

log = structlog.get_logger()

DELTA_MOST = 2_000
"""Rows added since the last merge; up to there a merge would cost more than it saves."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class _Rows:
    """Vectors in one FAISS index, and whose they are; never changed once it is searched.

    `ids` is int64, shape (2, n): passage ids and document ids, in the order of the index.
    `alive` is bool, shape (n,); a removed passage stays in the index and is left out of searches.
    """

    index: faiss.IndexScalarQuantizer
    ids: NDArray[np.int64]
    alive: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.ids.shape[1])

    def without(self, passage_ids: NDArray[np.int64]) -> "_Rows":
        """The same rows, but for these passages."""
        hit = np.isin(self.ids[0], passage_ids)
        return _Rows(self.index, self.ids, self.alive & ~hit) if hit.any() else self

    def codes(self) -> NDArray[np.uint8]:
        """The vectors of the living rows as stored: uint8, shape (living, bytes a vector)."""
        stored: NDArray[np.uint8] = faiss.vector_to_array(self.index.codes).reshape(
            -1, self.index.code_size
        )
        return stored[self.alive]

    def search(
        self, query: NDArray[np.float32], limit: int, within: NDArray[np.int64] | None
    ) -> Iterator[Found]:
        """The best living rows, of the documents `within` if that is given.

        Of equal scores at the cut all are given, so that the order of the rows decides nothing.
        """
        wanted = self.alive if within is None else self.alive & np.isin(self.ids[1], within)
        count = int(wanted.sum())
        if count == 0:
            return
        parameters = None
        # FAISS keeps only a pointer to the bits: they have to outlive the search.
        bits = np.packbits(wanted, bitorder="little")
        if count < len(self):
            selector = faiss.IDSelectorBitmap(bits)
            parameters = faiss.SearchParameters(sel=selector)
        asked = query[np.newaxis]
        best, places = self.index.search(asked, min(limit + 1, count), params=parameters)
        scores, rows = best[0], places[0]
        if len(scores) > limit and scores[limit] == scores[limit - 1]:
            below = np.nextafter(scores[limit], np.float32(-2))
            _, scores, rows = self.index.range_search(asked, float(below), params=parameters)
        for score, row in zip(scores.tolist(), rows.tolist(), strict=True):
            # No engine is trusted alone: what was not asked for is not passed on.
            if row >= 0 and wanted[row]:
                yield Found(int(self.ids[1, row]), int(self.ids[0, row]), score)


@dataclass(frozen=True, slots=True)
class _View:
    """What a search sees: per audience a large base and a small delta.  Replaced as a whole."""

    change: int
    audiences: Mapping[int, tuple[_Rows, ...]]


class FaissVectors:
    """Exact cosine search in float16, in memory, with a snapshot on disk.

    One thread may `apply` or `save` while others search: they see the view before or after.
    """

    def __init__(self, dimension: int, folder: Path | None = None, *, key: str = "") -> None:
        """Start from the snapshot in `folder`, or empty where there is none.

        Args:
            dimension: length of each vector.
            folder: where snapshots live; None keeps nothing.
            key: names database and model: a snapshot with another key is not used.
        """
        self._dimension = dimension
        self._folder = folder
        self._key = key
        self._writing = threading.Lock()
        self._view = _View(0, {})
        if folder is not None:
            self._view = self._load(folder) or self._view

    @property
    def change(self) -> int:
        """See VectorStore."""
        return self._view.change

    def __len__(self) -> int:
        """How many passages can be found."""
        return sum(
            int(rows.alive.sum()) for parts in self._view.audiences.values() for rows in parts
        )

    def apply(self, *, add: Sequence[VectorEntry], remove: Collection[int], change: int) -> None:
        """See VectorStore."""
        for entry in add:
            self._must_fit(entry.vector)
        with self._writing:
            gone = np.fromiter({*remove, *(entry.passage_id for entry in add)}, dtype=np.int64)
            audiences = {
                audience: tuple(rows.without(gone) for rows in parts)
                for audience, parts in self._view.audiences.items()
            }
            # Of two entries for one passage the later counts, as if applied one after the other.
            latest = {entry.passage_id: entry for entry in add}.values()
            for audience in {entry.audience_id for entry in latest}:
                new = self._rows([entry for entry in latest if entry.audience_id == audience])
                audiences[audience] = self._with(audiences.get(audience, ()), new)
            self._view = _View(change, audiences)

    def nearest(
        self,
        query: NDArray[np.float32],
        *,
        audiences: Collection[int],
        limit: int,
        within: Collection[int] | None = None,
    ) -> list[Found]:
        """See VectorStore."""
        self._must_fit(query)
        only = None if within is None else np.fromiter(within, dtype=np.int64)
        view = self._view
        found = [
            hit
            for audience in set(audiences)
            for rows in view.audiences.get(audience, ())
            for hit in rows.search(query, limit, only)
        ]
        return sorted(found, key=Found.order)[:limit]

    def clear(self) -> None:
        """See VectorStore."""
        with self._writing:
            self._view = _View(0, {})
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def save(self) -> None:
        """See VectorStore."""
        if self._folder is None:
            return
        with self._writing:
            view = self._view
            merged = {
                audience: (self._merged(parts),) for audience, parts in view.audiences.items()
            }
            self._view = _View(view.change, merged)
            self._write(self._folder, view.change, merged)

    def _must_fit(self, vector: NDArray[np.float32]) -> None:
        if vector.shape != (self._dimension,):
            raise ValueError(f"vector has shape {vector.shape}, expected ({self._dimension},)")

    def _rows(self, entries: Sequence[VectorEntry]) -> _Rows:
        index = self._empty()
        index.add(np.stack([entry.vector for entry in entries]).astype(np.float32))
        ids = np.array([(e.passage_id, e.document_id) for e in entries], dtype=np.int64).T
        return _Rows(index, ids, np.ones(len(entries), dtype=np.bool_))

    def _empty(self) -> faiss.IndexScalarQuantizer:
        return faiss.IndexScalarQuantizer(
            self._dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )

    def _with(self, parts: tuple[_Rows, ...], new: _Rows) -> tuple[_Rows, ...]:
        """The parts and the new rows: a base alone, or a base and a delta."""
        if not parts:
            return (new,)
        base, *delta = parts
        grown = self._merged([*delta, new])
        # Merging when the delta has reached a tenth of the base copies each row about ten times
        # in the life of an index, however it grows.
        if len(grown) > max(DELTA_MOST, len(base) // 10):
            return (self._merged([base, grown]),)
        return (base, grown)

    def _merged(self, parts: Sequence[_Rows]) -> _Rows:
        if len(parts) == 1 and bool(parts[0].alive.all()):
            return parts[0]
        index = self._empty()
        for rows in parts:
            codes = rows.codes()
            if len(codes):
                index.add_sa_codes(np.ascontiguousarray(codes))
        ids = np.concatenate([rows.ids[:, rows.alive] for rows in parts], axis=1)
        return _Rows(index, ids, np.ones(ids.shape[1], dtype=np.bool_))

    def _write(self, folder: Path, change: int, audiences: Mapping[int, tuple[_Rows]]) -> None:
        """Write files under a new name, sync them, then let the manifest point to them."""
        folder.mkdir(parents=True, exist_ok=True)
        name = f"at-{change}"
        fresh = folder / f"{name}.tmp"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        sums = {}
        for audience, (rows,) in audiences.items():
            faiss.write_index(rows.index, str(fresh / f"{audience}.faiss"))
            np.save(fresh / f"{audience}.npy", rows.ids)
            for path in (fresh / f"{audience}.faiss", fresh / f"{audience}.npy"):
                sums[path.name] = _checksum(path)
                _sync(path)
        _sync(fresh)
        shutil.rmtree(folder / name, ignore_errors=True)
        fresh.rename(folder / name)
        manifest = {
            "key": self._key,
            "dimension": self._dimension,
            "change": change,
            "folder": name,
            "sha256": sums,
        }
        temporary = folder / f"{MANIFEST}.tmp"
        temporary.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _sync(temporary)
        temporary.replace(folder / MANIFEST)
        _sync(folder)
        for old in folder.glob("at-*"):
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)

    def _load(self, folder: Path) -> _View | None:
        """The snapshot in `folder`; None, with one warning, if it is not to be used."""
        if not (folder / MANIFEST).exists():
            return None
        try:
            return self._read(folder)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            log.warning("vector snapshot rebuilt", reason=str(error)[:200])
            return None

    def _read(self, folder: Path) -> _View:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if (manifest["key"], manifest["dimension"]) != (self._key, self._dimension):
            raise ValueError("it belongs to another database or model")
        files = folder / manifest["folder"]
        for name, expected in manifest["sha256"].items():
            if _checksum(files / name) != expected:
                raise ValueError(f"{name} is damaged")
        audiences = {}
        for path in files.glob("*.faiss"):
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
            ids = np.load(path.with_suffix(".npy"))
            if index.ntotal != ids.shape[1] or index.d != self._dimension:
                raise ValueError(f"{path.name} does not fit its ids")
            rows = _Rows(index, ids, np.ones(ids.shape[1], dtype=np.bool_))
            audiences[int(path.stem)] = (rows,)
        return _View(int(manifest["change"]), audiences)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Make the disk hold what was written: a rename may otherwise arrive before the data."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
