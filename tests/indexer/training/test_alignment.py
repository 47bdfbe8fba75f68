import numpy as np
import pytest

from indexer.training import alignment

DRUCKER, KAPUTT, NEU, PRINTER, BROKEN, NEW = range(6)


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


FOREIGN = [ids(DRUCKER, KAPUTT), ids(DRUCKER, NEU), ids(NEU, KAPUTT)]
ENGLISH = [ids(PRINTER, BROKEN), ids(PRINTER, NEW), ids(NEW, BROKEN)]


def test_words_that_always_meet_are_translations() -> None:
    source, target, likely = alignment.translations(FOREIGN, ENGLISH, pieces=6)

    best = {f: int(target[source == f][np.argmax(likely[source == f])]) for f in range(3)}
    assert best == {DRUCKER: PRINTER, KAPUTT: BROKEN, NEU: NEW}


def test_a_new_piece_starts_near_its_translation() -> None:
    table = np.eye(6, dtype=np.float32)
    known = np.array([False] * 3 + [True] * 3)

    filled, settled = alignment.starting_points(
        table, known, *alignment.translations(FOREIGN, ENGLISH, pieces=6)
    )

    assert settled.all()
    assert int(np.argmax(filled[DRUCKER])) == PRINTER
    assert float(np.linalg.norm(filled[DRUCKER])) == pytest.approx(1.0, abs=1e-5)


def test_a_piece_never_seen_keeps_its_row() -> None:
    table = np.eye(7, dtype=np.float32)
    known = np.array([False] * 3 + [True] * 3 + [False])

    filled, settled = alignment.starting_points(
        table, known, *alignment.translations(FOREIGN, ENGLISH, pieces=7)
    )

    assert not settled[6]
    np.testing.assert_array_equal(filled[6], table[6])
