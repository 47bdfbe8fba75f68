"""What `kb adapt` would bring on labelled queries, taken as cases in the order of their names.

    python benchmarks/adapting.py FOLDER QRELS

FOLDER is a BEIR dataset whose corpus `kb evaluate` has indexed in the data folder.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from api.cli import learn, opened
from indexer import adapting, evaluation
from indexer.adapting import Solved


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1, required=True)
def main(folder: Path, names: tuple[str, ...]) -> None:
    """Learn from the first four fifths of the queries of FOLDER, and judge by the rest."""
    cases = list[Solved]()
    datasets = [evaluation.read(folder, name) for name in names]
    with opened.services(learn.scratch(opened.settings(), datasets[0])) as services:
        numbers, audiences = evaluation.known(services.finder)
        ids = {name: id_ for id_, name in numbers.items()}
        for dataset in datasets:
            # No dates: the queries of each file count as asked one an hour, by their names.
            for hour, query in enumerate(sorted(dataset.queries)):
                at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
                cases += [
                    Solved(dataset.queries[query], ids.get(query, 0), ids[answer], at)
                    for answer, score in dataset.qrels[query].items()
                    if score > 0 and answer in ids
                ]
        began, processor = time.monotonic(), time.process_time()
        with click.progressbar(length=adapting.steps(len(cases)), file=sys.stderr) as bar:
            attempt = adapting.learn(
                services.finder,
                cases,
                audiences=audiences,
                among=frozenset(numbers),
                progress=lambda: bar.update(1),
            )
    took = f"{time.monotonic() - began:.0f} s, {time.process_time() - processor:.0f} s of processor"
    click.echo(f"{attempt.cases} cases, {attempt.held_out} held out, {took}")
    for name, before in attempt.verdict.before.items():
        click.echo(f"{name:4}  nDCG@10 {before:.4f} → {attempt.verdict.after[name]:.4f}")
    click.echo("promoted" if attempt.verdict.promoted else "not promoted")


if __name__ == "__main__":
    main()
