"""Measuring the drafts on solved threads."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import click

from api.cli import opened
from api.wiring import open_embedder, open_writer
from articles import evaluation
from articles.evaluation import Report


@click.command("evaluate-drafts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--embed", is_flag=True, help="Rank sentences with the configured embedding model.")
def evaluate_drafts(file: Path, as_json: bool, embed: bool) -> None:
    """Draft every solved thread of FILE and judge the drafts; nothing is stored.

    FILE holds one JSON object a line: title, language and messages, each with role, text and
    accepted_solution.
    """
    settings = opened.settings()
    with opened.readable_errors(settings), file.open(encoding="utf-8") as lines:
        writer = open_writer(settings, open_embedder(settings) if embed else None)
        report = evaluation.evaluate(
            evaluation.threads(lines), writer.write, clock=time.perf_counter
        )
    click.echo(json.dumps(asdict(report), indent=1) if as_json else _table(report))


def _table(report: Report) -> str:
    refused = ", ".join(f"{count} {reason}" for reason, count in report.refused.items())
    rows = {
        "threads": report.threads,
        "drafted": report.drafted,
        "refused": f"{sum(report.refused.values())}" + (f" ({refused})" if refused else ""),
        "failed": report.failed,
        "main_step_coverage": f"{report.main_step_coverage:.4f}",
        "evidence_coverage": f"{report.evidence_coverage:.4f} of {report.statements} statements",
        "private_data_left": report.private_data_left,
        "seconds_per_100": report.seconds_per_100,
    }
    return "\n".join(f"{name:20}{value}" for name, value in rows.items())
