"""Learning from labelled queries how to rank and how far to trust an answer."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from api import wiring
from api.cli import opened
from indexer import calibration, evaluation, learned, observing
from indexer.evaluation import Dataset
from indexer.finder import Finder
from indexer.learned import Learned
from indexer.observing import Observed
from kb.settings import Settings

Command = Callable[..., None]


def learns(command: Command) -> Command:
    """The argument and options that commands which learn have in common."""
    folders = click.argument(
        "folders",
        nargs=-1,
        required=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
    )
    queries = click.option(
        "--queries",
        type=click.IntRange(1),
        default=400,
        show_default=True,
        help="Queries per collection at most, drawn by their names.",
    )
    into = click.option(
        "--into",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder for what is learned; the data folder if it is not given.",
    )
    return folders(queries(into(command)))


@click.command()
@learns
def calibrate(folders: Sequence[Path], queries: int, into: Path | None) -> None:
    """Learn how far answers can be trusted, from the BEIR datasets in FOLDERS.

    Half of the queries are learned from, the other half is measured.  A third of both is made
    unanswerable by leaving their relevant documents out, a third is cut to a few words.
    """
    settings = opened.settings()
    model, observed = observed_in(settings, folders, queries, short=True)
    known = learned.of(model, folders_of(settings, into))
    learn = [one for one in observed if not one.held_back]
    with opened.readable_errors(settings):
        fit = calibration.fit(learn, known.weights)
    path = learned.keep(replace(known, fit=fit), into or settings.data_dir / wiring.LEARNED)
    held_back = [one for one in observed if one.held_back]
    click.echo(_told(calibration.report(calibration.judged(held_back, known.weights, fit))))
    click.echo(f"learned for {model}: {path}")


def folders_of(settings: Settings, into: Path | None) -> list[Path]:
    """Where to look for what is known already: in the place that is written to, if it is given."""
    return [into] if into else [settings.data_dir / wiring.LEARNED, learned.SHIPPED_FOLDER]


def observed_in(
    settings: Settings, folders: Sequence[Path], queries: int, *, short: bool
) -> tuple[str, list[Observed]]:
    """The name of the model, and what the search sees of each labelled query in `folders`."""
    model, observed = Learned("").model, list[Observed]()
    with opened.readable_errors(settings):
        datasets = [
            observing.sampled(evaluation.read(folder, name), queries)
            for folder in folders
            for name in observing.collections_in(folder)
        ]
    for dataset in datasets:
        with opened.services(scratch(settings, dataset)) as services:
            model = services.finder.embedder.name
            fill(services.finder, dataset)
            asked = observing.shortened(dataset) if short else dataset
            observed.extend(_observed(services.finder, asked))
    return model, observed


def scratch(settings: Settings, dataset: Dataset) -> Settings:
    """Settings with a data folder of its own for each corpus: it is embedded once per model."""
    folder = settings.data_dir / "evaluate" / dataset.fingerprint
    return settings.model_copy(update={"data_dir": folder, "database_url": None})


def fill(finder: Finder, dataset: Dataset) -> tuple[int, float]:
    """Index the corpus unless it is there; its number of documents and the seconds it took."""
    documents = evaluation.fill(finder.database, dataset)
    seconds = evaluation.cut(finder)
    with click.progressbar(
        length=finder.lag().passages, label="Embedding", file=sys.stderr, show_pos=True
    ) as bar:
        seconds += evaluation.embed(finder, progress=bar.update)
    return documents, seconds


def _observed(finder: Finder, dataset: Dataset) -> Iterator[Observed]:
    label = f"{dataset.folder.name}/{dataset.qrels_name}"
    with click.progressbar(
        length=len(dataset.queries), label=label, file=sys.stderr, show_pos=True
    ) as bar:
        yield from observing.observe(finder, dataset, progress=lambda: bar.update(1))


def _told(report: calibration.Report) -> str:
    def share(value: float | None) -> str:
        return "none" if value is None else f"{value:.3f}"

    return "\n".join(
        [
            f"{report.queries} queries held back, {report.unanswerable} of them unanswerable",
            f"precision of likely hits                {share(report.precision)}  (target 0.8)",
            f"answers with a likely hit               {report.likely}",
            f"unanswerable ones answered nothing good {share(report.caught)}  (target 0.5)",
            f"good answers called nothing good        {share(report.false_nothing)}",
            f"expected calibration error              {share(report.error)}",
        ]
    )
