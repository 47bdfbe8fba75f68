"""Snapshots of vectors on disk: whole or not there, and never trusted when they do not fit."""

import json
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("name", ["1.faiss", "1.npy"])
def test_a_damaged_file_means_begin_again(tmp_path: Path, name: str) -> None:
    saved(tmp_path)
    path = next(tmp_path.glob(f"at-*/{name}"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x55")

    assert FaissVectors(DIMENSION, tmp_path, key=KEY).change == 0


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
