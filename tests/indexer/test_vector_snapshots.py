"""Snapshots of vectors on disk: whole or not there, and never trusted when they do not fit."""

import json
import threading
from pathlib import Path

import pytest

from indexer import vector_stores
from indexer.vector_stores import MANIFEST, FaissVectors
from tests.contracts.test_vector_stores import DIMENSION, entry, ids

KEY = "database|model"


def saved(folder: Path) -> FaissVectors:
    store = FaissVectors(DIMENSION, folder, key=KEY)
    store.apply(add=[entry(1), entry(2, audience_id=2), entry(3)], remove=[], change=4)
    store.apply(add=[], remove=[3], change=5)
    store.save()
    return store


def test_a_restart_goes_on_where_it_stood(tmp_path: Path) -> None:
    saved(tmp_path)

    again = FaissVectors(DIMENSION, tmp_path, key=KEY)

    assert again.change == 5
    assert ids(again, 1, (1, 2)) == ids(saved(tmp_path), 1, (1, 2))
    assert len(again) == 2


def test_a_loaded_snapshot_takes_further_changes(tmp_path: Path) -> None:
    saved(tmp_path)
    again = FaissVectors(DIMENSION, tmp_path, key=KEY)

    again.apply(add=[entry(8)], remove=[1], change=6)
    again.save()

    assert ids(FaissVectors(DIMENSION, tmp_path, key=KEY), 8) == [8]


def damage(folder: Path, name: str) -> None:
    path = next(folder.glob(f"at-*/{name}"))
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 0x55]))


def test_damaged_ids_mean_begin_again(tmp_path: Path) -> None:
    saved(tmp_path)
    damage(tmp_path, "1.npy")

    assert FaissVectors(DIMENSION, tmp_path, key=KEY).change == 0


def test_a_file_of_vectors_that_was_cut_off_means_begin_again(tmp_path: Path) -> None:
    saved(tmp_path)
    path = next(tmp_path.glob("at-*/1.faiss"))
    path.write_bytes(path.read_bytes()[:-1])

    assert FaissVectors(DIMENSION, tmp_path, key=KEY).change == 0


class TestDamagedVectors:
    """They are compared after the store is ready, and never written into another snapshot."""

    def test_are_forgotten_before_the_next_snapshot(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        saved(tmp_path)
        damage(tmp_path, "1.faiss")
        written, checksum = threading.Event(), vector_stores._checksum

        def slow(path: Path) -> str:
            if threading.current_thread() is not threading.main_thread():
                written.wait(0.5)
            return checksum(path)

        monkeypatch.setattr(vector_stores, "_checksum", slow)
        store = FaissVectors(DIMENSION, tmp_path, key=KEY)
        assert store.change == 5  # ready before all was compared
        store.save()
        written.set()

        assert store.change == 0
        assert ids(FaissVectors(DIMENSION, tmp_path, key=KEY), 1, (1, 2)) == []

    def test_a_change_that_followed_on_them_is_not_taken_in_alone(self, tmp_path: Path) -> None:
        saved(tmp_path)
        damage(tmp_path, "1.faiss")
        store = FaissVectors(DIMENSION, tmp_path, key=KEY)
        store.save()  # the comparison has ended

        store.apply(add=[entry(8)], remove=[], change=6)
        assert (store.change, len(store)) == (0, 0)
        store.apply(add=[entry(1), entry(8)], remove=[], change=6)
        assert (store.change, ids(store, 8)) == (6, [8, 1])


class TestCodes:
    """Compressed codes are a part of the snapshot that can be made again."""

    def test_are_mapped_at_the_next_start(self, tmp_path: Path) -> None:
        answers = [ids(many(tmp_path), 7), ids(compressed(tmp_path), 7)]

        assert answers[0] == answers[1]
        assert next(tmp_path.glob("at-*/1.signs")).stat().st_size > 0

    @pytest.mark.parametrize("harm", ["damaged", "absent", "cut off"])
    def test_are_made_again_where_they_are_missing(self, tmp_path: Path, harm: str) -> None:
        before = ids(many(tmp_path), 7)
        path = next(tmp_path.glob("at-*/1.signs"))
        whole = path.read_bytes()
        if harm == "damaged":
            damage(tmp_path, "1.signs")
        elif harm == "absent":
            path.unlink()
        else:
            path.write_bytes(whole[:-1])

        store = compressed(tmp_path)

        assert (store.change, ids(store, 7)) == (1, before)
        store.save()
        assert next(tmp_path.glob("at-*/1.signs")).read_bytes() == whole

    def test_an_audience_that_became_small_has_none(self, tmp_path: Path) -> None:
        store = many(tmp_path)
        store.apply(add=[], remove=range(MANY // 2), change=2)
        store.save()

        assert not list(tmp_path.glob("at-*/*.signs"))
        assert ids(compressed(tmp_path), MANY - 1)[0] == MANY - 1


MANY = 600


def compressed(folder: Path) -> FaissVectors:
    return FaissVectors(DIMENSION, folder, key=KEY, compress_above=MANY // 2)


def many(folder: Path) -> FaissVectors:
    store = compressed(folder)
    store.apply(add=[entry(number) for number in range(MANY)], remove=[], change=1)
    store.save()
    return store


def test_a_cut_off_manifest_means_begin_again(tmp_path: Path) -> None:
    saved(tmp_path)
    manifest = tmp_path / MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8")[:40], encoding="utf-8")

    assert FaissVectors(DIMENSION, tmp_path, key=KEY).change == 0


def test_the_snapshot_of_another_database_or_model_is_not_used(tmp_path: Path) -> None:
    saved(tmp_path)

    assert FaissVectors(DIMENSION, tmp_path, key="another").change == 0


def test_a_write_that_died_leaves_the_snapshot_before(tmp_path: Path) -> None:
    saved(tmp_path)
    half = tmp_path / "at-9.tmp"
    half.mkdir()
    (half / "1.faiss").write_bytes(b"half")

    again = FaissVectors(DIMENSION, tmp_path, key=KEY)

    assert again.change == 5
    again.save()
    assert json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["change"] == 5
