"""Searching and indexing from the command line."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from api.cli import opened
from api.wording import certainty
from indexer import sync
from indexer.finder import Finder
from indexer.search import Answer, Filters, Hit
from indexer.search import search as find
from kb import people
from kb.models import DocumentKind
from kb.visibility import reader_of

CUT_STEP = 200
"""Documents between two updates of the progress bar."""


KINDS = {
    "ticket": frozenset({DocumentKind.TICKET, DocumentKind.INTERNAL}),
    "article": frozenset({DocumentKind.ARTICLE}),
}

NAMES = ("source", "queue", "category", "item", "language")

DAY = click.DateTime(["%Y-%m-%d"])


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """The options that restrict what is found; each name may be given several times."""
    for name in reversed(NAMES):
        command = click.option(f"--{name}", multiple=True, help=f"Only of this {name}.")(command)
    for option in (
        click.option("--kind", type=click.Choice(sorted(KINDS)), help="Tickets or articles only."),
        click.option("--since", type=DAY, help="Not older than this day, in UTC."),
        click.option("--until", type=DAY, help="Older than this day, in UTC."),
        click.option("--solved/--open", default=None, help="Solved or open cases only."),
    ):
        command = option(command)
    return command


def chosen(  # noqa: PLR0913  one per option
    *,
    kind: str | None,
    since: datetime | None,
    until: datetime | None,
    solved: bool | None,
    source: tuple[str, ...],
    queue: tuple[str, ...],
    category: tuple[str, ...],
    item: tuple[str, ...],
    language: tuple[str, ...],
) -> Filters:
    """The options as the index knows them."""
    return Filters(
        kinds=KINDS[kind] if kind else frozenset[DocumentKind](),
        sources=frozenset(source),
        queues=frozenset(queue),
        categories=frozenset(category),
        items=frozenset(item),
        languages=frozenset(language),
        since=since.replace(tzinfo=UTC) if since else None,
        until=until.replace(tzinfo=UTC) if until else None,
        solved=solved,
    )


@click.command()
@click.argument("query")
@click.option("--as", "email", required=True, help="E-mail address of the person who asks.")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@filtered
def search(
    query: str, email: str, limit: int, as_json: bool, **filters: Any
) -> None:  # Any: see chosen()
    """Find tickets and articles that answer QUERY, as a person would."""
    with opened.services() as services, services.database.read() as session:
        person = people.person(session, email)
        reader = reader_of(session, person, at=datetime.now(UTC))
        answer = find(
            session,
            services.finder,
            reader,
            query,
            limit=limit,
            filters=chosen(**filters),
            collapse=True,
        )
    if as_json:
        plain = {
            "band": answer.confidence.band,
            "probability": answer.confidence.probability,
            "hits": [_plain(hit) for hit in answer.hits],
        }
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    click.echo(trusted(answer))
    for place, hit in enumerate(answer.hits, start=1):
        click.echo(f"{place:2}. {heading(hit)}\n    {marked(hit)}\n    {reasons(hit)}")


@click.command()
@click.option("--words-only", is_flag=True, help="Cut and index words; leave embedding for later.")
def index(words_only: bool) -> None:
    """Bring the index up to date with everything that was imported.

    Can be interrupted and started again at any time; it goes on where it stopped.
    """
    with opened.services() as services:
        finder = services.finder
        _cut(finder)
        finder.catch_up()
        if not words_only:
            _embed(finder)
            finder.use_configured_model()
            finder.catch_up()
        finder.save()
        left = finder.lag()
    click.echo(f"index is up to date, {left.passages} passages wait for embedding")


def _cut(finder: Finder) -> None:
    left = finder.lag().documents
    with click.progressbar(length=left, label="Cutting  ", file=sys.stderr, show_pos=True) as bar:
        while done := sync.cut_promised(finder.database):
            bar.update(done)


def _embed(finder: Finder) -> None:
    left = finder.lag().passages
    with click.progressbar(length=left, label="Embedding", file=sys.stderr, show_pos=True) as bar:
        while done := sync.embed_missing(finder.database, finder.embedder):
            bar.update(done)


def trusted(answer: Answer) -> str:
    """How far to trust an answer, in a line."""
    if not answer.hits:
        return "nothing found"
    text = certainty(answer.confidence)
    chance = answer.confidence.probability
    return (
        text if chance is None else f"{text} ({chance:.0%} that one of the first three solves it)"
    )


def heading(hit: Hit) -> str:
    """The title of a hit, its number and its language, for a terminal."""
    place = f" › {hit.heading}" if hit.heading else ""
    alike = f" and {hit.alike} like it" if hit.alike else ""
    return f"{click.style(hit.title, bold=True)}{place}  [{hit.number}, {hit.language}]{alike}"


def marked(hit: Hit) -> str:
    """The snippet of a hit with the matching words underlined."""
    text, at = "", 0
    for mark in hit.marks:
        text += hit.snippet[at : mark.start]
        text += click.style(hit.snippet[mark.start : mark.end], underline=True)
        at = mark.end
    return " ".join((text + hit.snippet[at:]).split())


def reasons(hit: Hit) -> str:
    """The score of a hit and why it was found."""
    told = ", ".join(
        f"{why.code.replace('_', ' ')}{f' {why.detail}' if why.detail else ''}" for why in hit.why
    )
    return click.style(f"{hit.confidence.band}  {hit.score:.2f}  {told}", dim=True)


def _plain(hit: Hit) -> dict[str, Any]:  # Any: JSON
    return {
        "kind": hit.kind.value,
        "number": hit.number,
        "title": hit.title,
        "language": hit.language,
        "source": hit.source,
        "link": hit.link,
        "snippet": hit.snippet,
        "resolution": hit.resolution,
        "score": round(hit.score, 4),
        "band": hit.confidence.band,
        "probability": hit.confidence.probability,
        "alike": hit.alike,
        "why": [{"code": why.code, "detail": why.detail} for why in hit.why],
    }
