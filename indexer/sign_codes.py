"""Compressed codes: one bit for each number of a vector say which rows are worth an exact score."""

import itertools
import math
from pathlib import Path
from typing import Self

import faiss
import numpy as np
from numpy.typing import NDArray

BITS = 4
"""Numbers of a vector in one code of FAISS's fast scan: their signs are one of sixteen."""

BLOCK = 32
"""Rows that the fast scan keeps together."""

SPARE = 1.5
"""Rows asked for, of those that should suffice if wanted ones lay as near as others do."""

FEWEST = 0.05
"""Share of the rows that has to be wanted: below, passing over the others is faster."""

PORTION = 8_192
"""Rows compressed at a time, so that few are in memory as float32."""


class SignCodes:
    """The signs of rotated vectors, in the order of their index; never changed once searched.

    Nothing is trained: a vector's code depends on that vector alone, never on what else was
    taken in.  The rotation spreads what vectors differ in evenly over all numbers.
    """

    def __init__(self, index: faiss.IndexPreTransform) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: faiss.IndexScalarQuantizer) -> Self:
        """The codes of all `vectors`, whose dimension `fits`."""
        index = _empty(vectors.d)
        _add(index, vectors)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Map codes that were written before.

        Raises:
            RuntimeError: it is no index, or it was cut off.
        """
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def write(self, path: Path) -> None:
        """Write the codes, and all that is needed to make more of them."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def grown(self, alive: NDArray[np.bool_], vectors: faiss.IndexScalarQuantizer) -> Self:
        """The codes of `vectors`: first those rows of these that are `alive`, then new ones."""
        # A copy by its bytes is ours to change; codes in a mapped file are not.
        index = faiss.deserialize_index(faiss.serialize_index(self._index))
        if not alive.all():
            kept = np.flatnonzero(alive)
            gone = ~alive
            # Removing leaves bits behind in a block that is not full, and adding mixes with them
            # (faiss-cpu 1.15.1): so whole blocks stay, and what follows is compressed again.
            gone[kept[len(kept) - len(kept) % BLOCK :]] = True
            bits = np.packbits(gone, bitorder="little")
            index.remove_ids(faiss.IDSelectorBitmap(bits))
        _add(index, vectors)
        return type(self)(index)

    def nearest(
        self,
        query: NDArray[np.float32],
        depth: int,
        wanted: NDArray[np.bool_] | None,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """The `depth` rows that seem nearest of those `wanted`, or all of these if they are fewer.

        Returns:
            The rows, and those of them that seem no nearer than rows left out; None where codes
            are no help, as few rows are wanted, or those wanted lie far from `query`.
        """
        count = len(self) if wanted is None else int(np.count_nonzero(wanted))
        if count < FEWEST * len(self):
            return None
        # The fast scan takes no selector.  So more are asked for, and left out afterwards.
        asked = depth if count == len(self) else math.ceil(SPARE * depth * len(self) / count)
        (near,), (rows,) = self._index.search(query[np.newaxis], min(asked, len(self)))
        chosen = rows >= 0 if wanted is None else (rows >= 0) & wanted[rows]
        near, rows = near[chosen][:depth], rows[chosen][:depth]
        if len(rows) == count:
            return rows, rows[:0]
        if len(rows) < depth:
            return None
        return rows, rows[near == near[-1]]


def fits(dimension: int) -> bool:
    """Whether vectors of this length can be compressed."""
    return dimension % BITS == 0


def _empty(dimension: int) -> faiss.IndexPreTransform:
    rotation = faiss.RandomRotationMatrix(dimension, dimension)
    rotation.init(1)
    codes = faiss.IndexPQFastScan(dimension, dimension // BITS, BITS, faiss.METRIC_INNER_PRODUCT)
    signs = np.array(list(itertools.product((-1, 1), repeat=BITS)), dtype=np.float32)
    # The mean size of a number of a random unit vector: scores are then near those of the vectors.
    signs *= math.sqrt(2 / (math.pi * dimension))
    faiss.copy_array_to_vector(np.tile(signs, (dimension // BITS, 1)).ravel(), codes.pq.centroids)
    codes.is_trained = True
    index = faiss.IndexPreTransform(rotation, codes)
    index.is_trained = True
    return index


def _add(index: faiss.IndexPreTransform, vectors: faiss.IndexScalarQuantizer) -> None:
    """Add the codes of the vectors that `index` does not hold yet."""
    for start in range(index.ntotal, vectors.ntotal, PORTION):
        count = min(PORTION, vectors.ntotal - start)
        index.add(vectors.reconstruct_n(start, count))
