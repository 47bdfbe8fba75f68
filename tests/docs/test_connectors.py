"""Each trap of a ticket system that is documented has the test that is named there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "connectors.md"
FOLDERS = (ROOT / "tests" / "contracts", ROOT / "tests" / "kb" / "sources")
ROW = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_the_tests_that_hold_the_traps_are_there() -> None:
    named = ROW.findall(PAGE.read_text(encoding="utf-8"))
    there = {
        (file.name, test)
        for folder in FOLDERS
        for file in folder.glob("test_*.py")
        for test in re.findall(r"def (test_\w+)\(", file.read_text(encoding="utf-8"))
    }

    assert len(named) > 30
    assert [name for name in named if name not in there] == []
