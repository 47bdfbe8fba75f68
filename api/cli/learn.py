"""Learning from labelled queries how to rank and how far to trust an answer."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from api import wiring
from api.cli import opened
from indexer import calibration, evaluation, learned, observing, quality, tuning
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
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is measured as Markdown, with a plot beside it.",
)
def tune(folders: Sequence[Path], queries: int, into: Path | None, page: Path | None) -> None:
    """Learn how to weight meaning and words, and how far answers can be trusted.

    FOLDERS are BEIR datasets.  Half of the queries are learned from, the other half is measured;
    of weights that are no better there, the old ones are kept.
    """
    settings = opened.settings()
    model, observed = observed_in(settings, folders, queries)
    known = learned.of(model, folders_of(settings, into))
    learn, held_back = halves(observed)
    weights = tuning.better(held_back, tuning.tune(learn, known.weights), known.weights)
    _finish(settings, replace(known, weights=weights), observed, into, page)


@click.command()
@learns
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is measured as Markdown, with a plot beside it.",
)
def calibrate(folders: Sequence[Path], queries: int, into: Path | None, page: Path | None) -> None:
    """Learn how far answers can be trusted, with the weights as they are.

    FOLDERS are BEIR datasets.  Half of the queries are learned from, the other half is measured.
    A third of both is made unanswerable by leaving their relevant documents out, a third is cut
    to a few words.
    """
    settings = opened.settings()
    model, observed = observed_in(settings, folders, queries)
    known = learned.of(model, folders_of(settings, into))
    _finish(settings, known, observed, into, page)


def _finish(
    settings: Settings,
    known: Learned,
    observed: Sequence[Observed],
    into: Path | None,
    page: Path | None,
) -> None:
    """Learn confidence with the weights of `known`, keep both, and tell what was measured."""
    learn, _ = halves(observed)
    with opened.readable_errors(settings):
        fit = calibration.fit([one for one in learn if one.trusted], known.weights)
    made = replace(known, fit=fit)
    path = learned.keep(made, into or settings.data_dir / wiring.LEARNED)
    found = quality.measured(observed, made)
    click.echo(quality.summary(found))
    click.echo(f"learned for {made.model}: {path}")
    if page is not None:
        page.write_text(quality.markdown(found), encoding="utf-8")
        page.with_name(quality.PLOT).write_text(quality.plot(found), encoding="utf-8")


def halves(observed: Sequence[Observed]) -> tuple[list[Observed], list[Observed]]:
    """What may be learned from, and what is held back."""
    return (
        [one for one in observed if not one.held_back],
        [one for one in observed if one.held_back],
    )


def folders_of(settings: Settings, into: Path | None) -> list[Path]:
    """Where to look for what is known already: in the place that is written to, if it is given."""
    return [into] if into else [settings.data_dir / wiring.LEARNED, learned.SHIPPED_FOLDER]


def observed_in(
    settings: Settings, folders: Sequence[Path], queries: int
) -> tuple[str, list[Observed]]:
    """The name of the model, and what the search sees of each labelled query in `folders`."""
    model, observed = "", list[Observed]()
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
            observed.extend(_observed(services.finder, dataset))
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
    label, short = f"{dataset.folder.name}/{dataset.qrels_name}", observing.shortened(dataset)
    with click.progressbar(
        length=len(dataset.queries) + len(short.queries), label=label, file=sys.stderr
    ) as bar:
        yield from observing.observe(finder, dataset, progress=lambda: bar.update(1))
        yield from observing.observe(finder, short, short=True, progress=lambda: bar.update(1))
