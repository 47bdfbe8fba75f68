"""Ask the registry for known weaknesses of what is installed; `make audit` runs it.

A weakness that `audit-ignored.txt` does not name ends it with status 1.  A registry that cannot be
reached, or knows nothing of weaknesses, is said in one line and is no failure.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

IGNORED = Path(__file__).with_name("audit-ignored.txt")
COMMAND = [
    "-m",
    "pip_audit",
    "--local",
    "--skip-editable",
    "--format=json",
    "--progress-spinner=off",
]
SECONDS = 180
"""Until it is given up; asking for 184 packages took 15."""


def ignored(text: str) -> set[str]:
    """The names of weaknesses that are known and accepted: the first word of each line."""
    lines = (line.strip() for line in text.splitlines())
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def judged(report: dict[str, Any], accepted: set[str]) -> tuple[list[str], str]:
    """What was found and is not accepted, and how much could be asked for, in one line."""
    packages = report["dependencies"]
    audited = [package for package in packages if "vulns" in package]
    found = [
        f"{package['name']} {package['version']}: {weakness['id']},"
        f" mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in audited
        for weakness in package["vulns"]
        if not accepted & {weakness["id"], *weakness["aliases"]}
    ]
    told = f"audit: the registry tells of {len(audited)} of {len(packages)} packages"
    return found, f"{told}, {len(found)} weaknesses"


def main() -> int:
    """Print what was found; the exit status."""
    try:
        asked = subprocess.run(  # noqa: S603  our own interpreter
            [sys.executable, *COMMAND],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        report = json.loads(asked.stdout)
    except (ValueError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"audit: not done, the registry gave no answer ({type(error).__name__})\n")
        return 0
    found, told = judged(report, ignored(IGNORED.read_text(encoding="utf-8")))
    sys.stdout.write("\n".join([*found, told]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
