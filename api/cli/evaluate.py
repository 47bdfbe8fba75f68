"""Measuring the search on labelled queries."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from api.cli import learn, opened
from indexer import evaluation
from indexer.evaluation import Dataset, Report
from indexer.finder import Finder


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--qrels", required=True, help="Name of a file in qrels/, without .tsv.")
@click.option("--queries", type=click.IntRange(1), help="Use only the first so many queries.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def evaluate(folder: Path, qrels: str, queries: int | None, as_json: bool) -> None:
    """Measure the search on a BEIR dataset in FOLDER.

    The corpus is indexed once with the configured model and kept in the data folder; every query
    then takes the path that the product's own search takes.
    """
    settings = opened.settings()
    with opened.readable_errors(settings):
        dataset = evaluation.read(folder, qrels, queries=queries)
    with opened.services(learn.scratch(settings, dataset)) as services:
        report = _measured(services.finder, dataset)
    click.echo(json.dumps(asdict(report), indent=1) if as_json else _table(report))


def _measured(finder: Finder, dataset: Dataset) -> Report:
    documents, index_seconds = learn.fill(finder, dataset)
    with click.progressbar(
        length=len(dataset.queries), label="Searching", file=sys.stderr, show_pos=True
    ) as bar:
        metrics, search_seconds = evaluation.measure(
            finder, dataset, progress=lambda: bar.update(1)
        )
    return Report(
        dataset=dataset.folder.name,
        qrels=dataset.qrels_name,
        documents=documents,
        queries=len(dataset.queries),
        model=finder.embedder.name,
        metrics=metrics,
        seconds={
            "index": round(index_seconds, 1),
            "search": round(search_seconds, 1),
        },
    )


def _table(report: Report) -> str:
    lines = [
        f"{report.dataset}, {report.qrels}: {report.documents} documents, "
        f"{report.queries} queries, {report.model}",
        f"{'':10}" + "".join(f"{name:>12}" for name in evaluation.MEASURES),
    ]
    for leg in evaluation.LEGS:
        values = "".join(f"{report.metrics[leg][name]:12.4f}" for name in evaluation.MEASURES)
        lines.append(f"{leg:10}{values}")
    lines.append(f"seconds: index {report.seconds['index']}, search {report.seconds['search']}")
    return "\n".join(lines)
