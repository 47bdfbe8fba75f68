"""What the benchmarks share: timing, tables, and what is said of the machine."""

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import numpy as np

Rows = list[dict[str, object]]
T = TypeVar("T")


@dataclass(slots=True)
class Times:
    """Seconds that the same work took, again and again: on the wall, and of this thread."""

    wall: list[float] = field(default_factory=list)
    thread: list[float] = field(default_factory=list)

    def of(self, work: Callable[[], T]) -> T:
        """Do `work` and remember what it took."""
        wall, thread = time.perf_counter(), time.thread_time()
        result = work()
        self.thread.append(time.thread_time() - thread)
        self.wall.append(time.perf_counter() - wall)
        return result

    def ms(self, share: float, *, thread: bool = False) -> float:
        """The quantile `share` in milliseconds."""
        return float(np.quantile(self.thread if thread else self.wall, share)) * 1000


def report(name: str, rows: Rows, path: Path | None, **more: object) -> None:
    """Print `rows` as a table, and write them with versions and machine to `path`."""
    print(f"\n{name}: {machine()}\n\n{table(rows)}", flush=True)
    if path is not None:
        whole = {"benchmark": name, "machine": machine(), "versions": versions(), **more}
        path.write_text(json.dumps({**whole, "rows": rows}, indent=1) + "\n", encoding="utf-8")


def table(rows: Rows) -> str:
    """The rows as a Markdown table."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_shown(row.get(name, "")) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def machine() -> str:
    """Cores, processor and load: on a shared machine ratios mean more than seconds."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} cores {platform.machine()}, load {load}, {_processor()}"


def versions(names: Sequence[str] = ("faiss-cpu", "tantivy", "onnxruntime", "numpy")) -> str:
    """The installed versions of what was measured."""
    known = {one.metadata["Name"]: one.version for one in metadata.distributions()}
    found = [f"{name} {known[name]}" for name in names if name in known]
    return ", ".join([f"Python {platform.python_version()}", *found])


def resident() -> int:
    """Bytes of memory that this process holds right now, mapped files included."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    raise ValueError("no VmRSS in /proc/self/status")


def size_of(folder: Path) -> int:
    """Bytes on disk below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"  # noqa: PLR2004
    return f"{value:,}" if isinstance(value, int) else str(value)
