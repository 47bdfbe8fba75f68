"""A folder of its own for each process: index files are never shared."""

import fcntl
import shutil
from pathlib import Path
from typing import IO

from kb.errors import Unavailable

MOST = 64
"""Processes with an index on one data folder."""


class NoSlotFree(Unavailable):
    """Every index folder is in use by another process."""


class Slot:
    """The first free folder `slot-N` below a folder, held until it is closed or the process ends.

    A process that starts after another one has ended goes on with the files that it left.
    """

    def __init__(self, root: Path) -> None:
        """Take a slot below `root`.

        Raises:
            NoSlotFree: `MOST` processes have one.
        """
        root.mkdir(parents=True, exist_ok=True)
        for number in range(MOST):
            lock = _locked(root / f"slot-{number}.lock")
            if lock is not None:
                self._lock = lock
                self.folder = root / f"slot-{number}"
                self.folder.mkdir(exist_ok=True)
                return
        raise NoSlotFree(f"{MOST} processes use {root}; stop one, or use another KB_DATA_DIR")

    def close(self) -> None:
        """Leave the folder to the next process."""
        self._lock.close()


def clear(root: Path) -> list[Path]:
    """Delete the index folders that no process holds.

    Returns:
        Those that are held, and so still there.
    """
    held = []
    for folder in sorted(path for path in root.glob("slot-*") if path.is_dir()):
        lock = _locked(root / f"{folder.name}.lock")
        if lock is None:
            held.append(folder)
        else:
            shutil.rmtree(folder)
            lock.close()
    return held


def _locked(path: Path) -> IO[str] | None:
    file = path.open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
