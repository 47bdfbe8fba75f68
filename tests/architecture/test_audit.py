"""The audit of dependencies fails for a weakness, and says how little it was told."""

import runpy
from pathlib import Path
from typing import Any

AUDIT = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "audit.py"))

WEAK = {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"]}
REPORT: dict[str, Any] = {
    "dependencies": [
        {"name": "weak", "version": "1.0", "vulns": [WEAK]},
        {"name": "sound", "version": "1.0", "vulns": []},
        {"name": "unknown", "skip_reason": "not found"},
    ]
}


def test_a_weakness_is_found_and_what_was_not_audited_is_no_success() -> None:
    found, told = AUDIT["judged"](REPORT, set())

    assert found == ["weak 1.0: PYSEC-1, mended in 2.0"]
    assert "2 of 3 packages" in told


def test_what_is_accepted_with_a_reason_is_not_found() -> None:
    accepted = AUDIT["ignored"]("# why\n\nCVE-2026-1 we never call it, until 2027\n")

    assert AUDIT["judged"](REPORT, accepted)[0] == []
