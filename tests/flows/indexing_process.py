"""A process that indexes what is promised, for tests that kill it."""

import sys
from pathlib import Path

from kb.db import Database
from tests.fakes import index_all, make_finder


def run(url: str, folder: str) -> None:
    """Index until nothing is left, saving as a worker would; say when it begins."""
    finder = make_finder(Database(url), Path(folder))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    index_all(finder)
    finder.save()
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(*sys.argv[1:])
