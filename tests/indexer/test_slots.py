from contextlib import closing
from pathlib import Path

from indexer.slots import Slot


def test_two_holders_get_two_folders(tmp_path: Path) -> None:
    with closing(Slot(tmp_path)) as first, closing(Slot(tmp_path)) as second:
        assert first.folder != second.folder


def test_a_folder_that_was_left_is_taken_again(tmp_path: Path) -> None:
    first = Slot(tmp_path)
    (first.folder / "words").touch()
    first.close()

    with closing(Slot(tmp_path)) as second:
        assert (second.folder / "words").exists()
