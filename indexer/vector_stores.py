"""Vector stores: exact scores with FAISS, one contiguous index per audience."""

import hashlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
import structlog
from numpy.typing import NDArray

from indexer import sign_codes
from indexer.ports import Found, VectorEntry
from indexer.sign_codes import SignCodes

log = structlog.get_logger()

DELTA_MOST = 2_000
"""Rows added since the last merge; up to there a merge would cost more than it saves."""

PICKED_MOST = 5_000
"""Documents that are scored one by one; of more, FAISS passes over those that are not wanted."""

COMPRESS_ABOVE = 300_000
"""Rows of one audience up to which each is scored; of more, those that compressed codes propose."""

PROPOSED_LEAST = 400
"""Rows that codes propose for an exact score."""

PROPOSED_EACH = 10
"""Rows that codes propose for each that is asked for, where that is more."""

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class _Rows:
    """Vectors in one FAISS index, and whose they are; never changed once it is searched.

    `ids` is int64, shape (2, n): passage ids and document ids, in the order of the index.
    `alive` is bool, shape (n,); a removed passage stays in the index and is left out of searches.
    `signs` are the compressed codes of all rows, where there are many.
    """

    index: faiss.IndexScalarQuantizer
    ids: NDArray[np.int64]
    alive: NDArray[np.bool_]
    signs: SignCodes | None = None

    def __len__(self) -> int:
        return int(self.ids.shape[1])

    @cached_property
    def living(self) -> int:
        """How many rows have not been removed."""
        return int(np.count_nonzero(self.alive))

    @cached_property
    def stored(self) -> NDArray[np.uint8]:
        """The vectors as they lie in the index, not copied: shape (n, bytes a vector)."""
        wide = self.index.code_size
        flat: NDArray[np.uint8] = faiss.rev_swig_ptr(self.index.codes.data(), len(self) * wide)
        return flat.reshape(-1, wide)

    @cached_property
    def by_document(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Document ids in their order, and the row of each."""
        order = np.argsort(self.ids[1], kind="stable")
        return self.ids[1][order], order

    def without(self, passage_ids: NDArray[np.int64]) -> "_Rows":
        """The same rows, but for these passages."""
        hit = np.isin(self.ids[0], passage_ids)
        return replace(self, alive=self.alive & ~hit) if hit.any() else self

    def codes(self) -> NDArray[np.uint8]:
        """The vectors of the living rows as stored: uint8, shape (living, bytes a vector)."""
        return self.stored if self.living == len(self) else self.stored[self.alive]

    def search(
        self, query: NDArray[np.float32], limit: int, within: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores and row numbers of the best living rows, of the documents `within` if given.

        Of equal scores at the cut all are given, so that the order of the rows decides nothing.
        """
        if within is not None and len(within) <= PICKED_MOST:
            return self._search_rows(query, limit, self._rows_of(within))
        wanted = self._wanted(within)
        if self.signs is not None:
            proposed = self.signs.nearest(query, _depth(limit), wanted)
            found = None if proposed is None else self._scored(query, limit, *proposed)
            if found is not None:
                return found
        return self._exact(query, limit, wanted)

    def _wanted(self, within: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
        """Which rows are living, and of these documents; None: all are."""
        if within is not None:
            return self.alive & np.isin(self.ids[1], within)
        return None if self.living == len(self) else self.alive

    def _scored(
        self,
        query: NDArray[np.float32],
        limit: int,
        proposed: NDArray[np.int64],
        doubtful: NDArray[np.int64],
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]] | None:
        """The best of the rows that codes proposed; None if one of the best was a near miss.

        Rows of one vector have one code: so either all of them are given, as by `_exact`, or None.
        """
        scores, rows = self._search_rows(query, limit, proposed)
        return None if np.isin(rows, doubtful).any() else (scores, rows)

    def _exact(
        self, query: NDArray[np.float32], limit: int, wanted: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The best of all rows that are wanted."""
        if wanted is None:
            return self._nearest(self.index, query, limit, len(self))
        count = int(np.count_nonzero(wanted))
        # FAISS keeps only a pointer to the bits: they have to outlive the search.
        bits = np.packbits(wanted, bitorder="little")
        chosen = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        scores, rows = self._nearest(self.index, query, limit, count, chosen)
        # No engine is trusted alone: what was not asked for is not passed on.
        asked = wanted[rows]
        return scores[asked], rows[asked]

    def _rows_of(self, documents: NDArray[np.int64]) -> NDArray[np.int64]:
        """The living rows of these documents, found without looking at the others."""
        known, order = self.by_document
        wanted = np.unique(documents)
        first = np.searchsorted(known, wanted, side="left")
        count = np.searchsorted(known, wanted, side="right") - first
        before = np.cumsum(count) - count
        rows = order[np.repeat(first - before, count) + np.arange(int(count.sum()))]
        return rows[self.alive[rows]]

    def _search_rows(
        self, query: NDArray[np.float32], limit: int, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The best of a few rows: copied, so that the same code scores them alike."""
        picked = _empty(self.index.d)
        if len(rows):
            picked.add_sa_codes(np.ascontiguousarray(self.stored[rows]))
        scores, places = self._nearest(picked, query, limit, len(rows))
        return scores, rows[places]

    @staticmethod
    def _nearest(
        index: faiss.IndexScalarQuantizer,
        query: NDArray[np.float32],
        limit: int,
        count: int,
        parameters: faiss.SearchParameters | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The best of `count` rows, and of equal scores at the cut all."""
        if count == 0:
            return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        asked = query[np.newaxis]
        best, places = index.search(asked, min(limit + 1, count), params=parameters)
        scores, rows = best[0], places[0]
        if len(scores) > limit and scores[limit] == scores[limit - 1]:
            below = np.nextafter(scores[limit], np.float32(-2))
            _, scores, rows = index.range_search(asked, float(below), params=parameters)
        there = rows >= 0
        return scores[there], rows[there]


@dataclass(frozen=True, slots=True)
class _View:
    """What a search sees: per audience a large base and a small delta.  Replaced as a whole."""

    change: int
    audiences: Mapping[int, tuple[_Rows, ...]]


class FaissVectors:
    """Cosine search in float16, in memory, with a snapshot on disk; exact up to `compress_above`.

    Where an audience holds more, compressed codes propose which rows are scored.  Scores are exact.

    One thread may `apply` or `save` while others search: they see the view before or after.
    """

    def __init__(
        self,
        dimension: int,
        folder: Path | None = None,
        *,
        key: str = "",
        threads: int = 1,
        compress_above: int = COMPRESS_ABOVE,
    ) -> None:
        """Start from the snapshot in `folder`, or empty where there is none.

        Args:
            dimension: length of each vector.
            folder: where snapshots live; None keeps nothing.
            key: names database and model: a snapshot with another key is not used.
            threads: of one search or merge; on few busy cores a second one makes it slower.
            compress_above: rows of an audience up to which all of them are scored.
        """
        self._dimension = dimension
        self._folder = folder
        self._key = key
        self._threads = threads
        self._compress_above = compress_above if sign_codes.fits(dimension) else sys.maxsize
        self._writing = threading.Lock()
        self._view = _View(0, {})
        self._forgot = False
        self._checking: threading.Thread | None = None
        loaded = None if folder is None else self._load(folder)
        if loaded is not None:
            self._view, sums = loaded
            # Reading all vectors takes seconds where there are many, and answers need not wait:
            # who may see what stands in the ids, which were compared before they were used.
            self._checking = threading.Thread(
                target=self._check, args=(sums,), name="kb-vectors", daemon=True
            )
            self._checking.start()

    @property
    def change(self) -> int:
        """See VectorStore."""
        return self._view.change

    def __len__(self) -> int:
        """How many passages can be found."""
        return sum(rows.living for parts in self._view.audiences.values() for rows in parts)

    def apply(self, *, add: Sequence[VectorEntry], remove: Collection[int], change: int) -> None:
        """See VectorStore.

        A store that has just forgotten a damaged snapshot takes nothing in this once: what
        follows on a change that it no longer stands at comes again, after all before it.
        """
        for entry in add:
            self._must_fit(entry.vector)
        self._take_threads()
        with self._writing:
            if self._forgot:
                self._forgot = False
                return
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
        self._take_threads()
        only = None if within is None else np.fromiter(within, dtype=np.int64)
        view = self._view
        found = []
        for audience in set(audiences):
            for part in view.audiences.get(audience, ()):
                scores, rows = part.search(query, limit, only)
                found.append((scores, part.ids[:, rows]))
        return _best(found, limit)

    def clear(self) -> None:
        """See VectorStore."""
        self._end_of_check()
        with self._writing:
            self._view = _View(0, {})
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def save(self) -> None:
        """See VectorStore."""
        if self._folder is None:
            return
        self._end_of_check()
        self._take_threads()
        with self._writing:
            view = self._view
            merged = {
                audience: (self._merged(parts),) for audience, parts in view.audiences.items()
            }
            self._view = _View(view.change, merged)
            self._write(self._folder, view.change, merged)

    def _take_threads(self) -> None:
        faiss.omp_set_num_threads(self._threads)  # OpenMP keeps it for each calling thread apart

    def _must_fit(self, vector: NDArray[np.float32]) -> None:
        if vector.shape != (self._dimension,):
            raise ValueError(f"vector has shape {vector.shape}, expected ({self._dimension},)")

    def _rows(self, entries: Sequence[VectorEntry]) -> _Rows:
        index = _empty(self._dimension)
        index.add(np.stack([entry.vector for entry in entries]).astype(np.float32))
        ids = np.array([(e.passage_id, e.document_id) for e in entries], dtype=np.int64).T
        return _Rows(index, ids, np.ones(len(entries), dtype=np.bool_))

    def _with(self, parts: tuple[_Rows, ...], new: _Rows) -> tuple[_Rows, ...]:
        """The parts and the new rows: a base alone, or a base and a delta."""
        if not parts:
            return (self._merged([new]),)
        base, *delta = parts
        grown = self._merged([*delta, new])
        # Merging when the delta has reached a tenth of the base copies each row about ten times
        # in the life of an index, however it grows.
        if len(grown) > max(DELTA_MOST, len(base) // 10):
            return (self._merged([base, grown]),)
        return (base, grown)

    def _merged(self, parts: Sequence[_Rows]) -> _Rows:
        """One contiguous index of what lives, with codes where it is large."""
        base = parts[0]
        if len(parts) == 1 and base.living == len(base):
            codes_missing = base.signs is None and len(base) > self._compress_above
            return replace(base, signs=SignCodes.of(base.index)) if codes_missing else base
        index = _empty(self._dimension)
        for rows in parts:
            if rows.living:
                codes = rows.codes()
                index.add_sa_codes(np.ascontiguousarray(codes))
        ids = np.concatenate([rows.ids[:, rows.alive] for rows in parts], axis=1)
        signs = None
        if index.ntotal > self._compress_above:
            known = base.signs
            signs = SignCodes.of(index) if known is None else known.grown(base.alive, index)
        return _Rows(index, ids, np.ones(ids.shape[1], dtype=np.bool_), signs)

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
            if rows.signs is not None:
                rows.signs.write(fresh / f"{audience}.signs")
        for path in sorted(fresh.iterdir()):
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

    def _load(self, folder: Path) -> tuple[_View, Mapping[Path, str]] | None:
        """The snapshot in `folder`, and the sums of its files of vectors, which are not read yet.

        None, with one warning, if it is not to be used.
        """
        if not (folder / MANIFEST).exists():
            return None
        try:
            return self._read(folder)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            log.warning("vector snapshot rebuilt", reason=str(error)[:200])
            return None

    def _read(self, folder: Path) -> tuple[_View, Mapping[Path, str]]:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if (manifest["key"], manifest["dimension"]) != (self._key, self._dimension):
            raise ValueError("it belongs to another database or model")
        files = folder / manifest["folder"]
        sums: dict[str, str] = manifest["sha256"]
        vectors = {files / name: sums[name] for name in sums if name.endswith(".faiss")}
        audiences = {int(path.stem): (self._read_rows(path, sums),) for path in vectors}
        return _View(int(manifest["change"]), audiences), vectors

    def _read_rows(self, path: Path, sums: Mapping[str, str]) -> _Rows:
        """The rows of one audience: vectors mapped, ids and codes compared with their sums."""
        ids_path, signs_path = path.with_suffix(".npy"), path.with_suffix(".signs")
        if _checksum(ids_path) != sums[ids_path.name]:
            raise ValueError(f"{ids_path.name} is damaged")
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        ids = np.load(ids_path)
        if index.ntotal != ids.shape[1] or index.d != self._dimension:
            raise ValueError(f"{path.name} does not fit its ids")
        signs = None
        if signs_path.name in sums and len(ids[0]) > self._compress_above:
            signs = _read_signs(signs_path, sums[signs_path.name])
        return _Rows(index, ids, np.ones(ids.shape[1], dtype=np.bool_), signs)

    def _check(self, sums: Mapping[Path, str]) -> None:
        """Forget everything if a file of vectors is not what was written."""
        for path, expected in sums.items():
            try:
                damaged = _checksum(path) != expected
            except OSError:
                damaged = True
            if damaged:
                log.warning("vector snapshot rebuilt", reason=f"{path.name} is damaged")
                with self._writing:
                    self._view = _View(0, {})
                    self._forgot = True
                return

    def _end_of_check(self) -> None:
        """What was not compared yet is not written anew, and its files are not deleted."""
        if self._checking is not None:
            self._checking.join()


def _empty(dimension: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )


def _depth(limit: int) -> int:
    """How many rows are scored to find `limit` where codes propose them."""
    return max(PROPOSED_LEAST, PROPOSED_EACH * limit)


def _read_signs(path: Path, expected: str) -> SignCodes | None:
    """Codes of a snapshot; None if they are damaged: the next save makes them again."""
    try:
        if _checksum(path) == expected:
            return SignCodes.read(path)
    except (OSError, RuntimeError):
        pass
    log.warning("compressed codes rebuilt", reason=f"{path.name} is damaged")
    return None


def _best(
    found: Sequence[tuple[NDArray[np.float32], NDArray[np.int64]]], limit: int
) -> list[Found]:
    """The best of all parts, each given as scores and (passage ids, document ids)."""
    if not found:
        return []
    scores = np.concatenate([part for part, _ in found])
    passages, documents = np.concatenate([ids for _, ids in found], axis=1)
    order = np.lexsort((passages, documents, -scores))[:limit]
    columns = (documents[order], passages[order], scores[order])
    return [Found(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]


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
