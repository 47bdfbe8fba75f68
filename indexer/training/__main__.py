"""`python -m indexer.training run --data DIR --out DIR` makes the model from its beginning."""

import argparse
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import torch

from indexer.training import documentation, pipeline
from indexer.training.distillation import Plan
from indexer.training.pipeline import Workplace


def main() -> None:
    """Read the command line and do what it asks."""
    parser = argparse.ArgumentParser(prog="python -m indexer.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="all stages; those whose output exists are skipped")
    run.add_argument("--data", type=Path, required=True, help="en-LANGUAGE*.jsonl.gz and sections")
    run.add_argument("--out", type=Path, required=True)
    run.add_argument("--eval", type=Path, help="folders in BEIR form, to measure the result on")
    run.add_argument("--minutes", type=float, default=120, help="of distillation")
    run.add_argument(
        "--adapt-minutes", type=float, default=40, help="of adaptation to the task; 0 leaves it out"
    )
    run.add_argument("--threads", type=int, default=2)
    prepare = commands.add_parser("prepare", help="training rows out of Markdown documentation")
    prepare.add_argument("--english", type=Path, help="the English tree, where there is one")
    prepare.add_argument("--translated", type=Path, required=True)
    prepare.add_argument("--language", required=True, choices=["de", "nl", "en"])
    prepare.add_argument("--source", required=True)
    prepare.add_argument("--licence", required=True)
    prepare.add_argument("--data", type=Path, required=True, help="the folder to write to")
    arguments = parser.parse_args()
    (_run if arguments.command == "run" else _prepare)(arguments)


def _run(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    arguments.out.mkdir(parents=True, exist_ok=True)
    place = Workplace(arguments.data, arguments.out)
    first = Plan(minutes=arguments.minutes, longest=48, end=0.3)
    later = Plan(minutes=arguments.adapt_minutes, longest=160, begin=0.3, end=0.02)
    adapted = bool(arguments.adapt_minutes)
    stages: list[tuple[str, Callable[[], None]]] = [
        ("pairs.jsonl", lambda: pipeline.collect(place)),
        ("tokenizer.json", lambda: pipeline.tokenizer(place)),
        ("teacher/complete", lambda: pipeline.vectors(place)),
        ("start.pt", lambda: pipeline.start(place)),
        ("distilled.pt.done", lambda: pipeline.distil(place, first)),
        ("adapted.pt.done", lambda: pipeline.adapt(place, later)),
        ("model/model.json", lambda: pipeline.write(place, adapted=adapted)),
    ]
    if arguments.eval:
        stages.append(("evaluation.json", lambda: pipeline.evaluate(place, arguments.eval)))
    if not adapted:
        stages = [(output, stage) for output, stage in stages if output != "adapted.pt.done"]
    for output, stage in stages:
        if not (place.out / output).exists():
            stage()


def _prepare(arguments: argparse.Namespace) -> None:
    facts = {"source": arguments.source, "licence": arguments.licence}
    name = f"{arguments.language}-{arguments.source.replace('/', '+').replace(' ', '-')}.jsonl.gz"
    if arguments.english:
        pairs = documentation.aligned(arguments.english, arguments.translated)
    else:
        pairs = documentation.headings(arguments.translated)
    for prefix, kind, rows in (
        ("en-", "sentence", pairs if arguments.language != "en" else iter(())),
        ("sections-", "section", documentation.sections(arguments.translated)),
    ):
        with gzip.open(arguments.data / (prefix + name), "wt", encoding="utf-8") as file:
            for english, text in rows:
                row = {"en": english, "text": text, "kind": kind, **facts}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
