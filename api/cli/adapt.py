"""`kb adapt`: the search learns from what solved a customer's own cases."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from api.cli import opened
from articles import links
from indexer import adapted, adapting
from indexer.adapt import Verdict
from indexer.adapted import Standing
from indexer.adapting import Attempt
from indexer.finder import Finder
from kb import events, feedback, people
from kb.db import Database


@click.group("adapt", invoke_without_command=True)
@click.option(
    "--audience",
    "audiences",
    multiple=True,
    help="Learn from tickets and articles of this audience; again for more.  [default: internal]",
)
@click.option("--try", "only_try", is_flag=True, help="Only say what it would bring.")
@click.pass_context
def group(context: click.Context, audiences: tuple[str, ...], only_try: bool) -> None:
    """Bend questions towards what solved your own cases, for those who may read all of them.

    Learns from tickets that were linked to the article that solved them, and from "this solved
    it".  The latest fifth of the cases only judges: the adapter is used from the next request on
    if the search finds their articles better with it, and no worse in any language.  It counts
    for readers of all the audiences that it was learned from; nobody else's answers change.
    """
    if context.invoked_subcommand is None:
        _learn(audiences or (people.INTERNAL,), only_try=only_try)


@group.command()
def status() -> None:
    """Say which adapter is in use, what it was learned from, and what it brought."""
    with opened.database() as database, database.read() as session:
        names = {id_: name for name, id_ in people.audiences_by_name(session).items()}
        known = adapted.standings(session)
    for one in known:
        click.echo("\n".join(_told(one, names)))
    if not known:
        click.echo("no adapter: questions are taken as they are")


@group.command()
def undo() -> None:
    """Take the adapter back: from the next request on, questions are taken as they are."""
    with opened.database() as database:
        number = _forget(database)
    click.echo("the adapter is gone" if number else "there was no adapter")


def _learn(names: Sequence[str], *, only_try: bool) -> None:
    with opened.services() as services:
        finder = services.finder
        with services.database.read() as session:
            ids = frozenset(people.audience(session, name).id for name in names)
            pairs = [*links.solved(session), *feedback.solving_articles(session)]
            cases = adapting.solved_cases(session, pairs, audiences=ids)
            among = adapting.articles(session, ids)
        finder.catch_up()
        with click.progressbar(
            length=adapting.steps(len(cases)), label="Adapting", file=sys.stderr
        ) as bar:
            attempt = adapting.learn(
                finder, cases, audiences=ids, among=among, progress=lambda: bar.update(1)
            )
        click.echo("\n".join(_compared(attempt.verdict)))
        click.echo(_outcome(finder, attempt, ids, only_try=only_try))


def _outcome(finder: Finder, attempt: Attempt, ids: frozenset[int], *, only_try: bool) -> str:
    """Promote the adapter if it may be, and say what was done."""
    learned = f"{attempt.cases} cases, judged by the latest {attempt.held_out}"
    if not attempt.verdict.promoted:
        return f"not used: it does not win, or loses in a language ({learned})"
    if only_try:
        return f"it would be used ({learned})"
    at = datetime.now(UTC)
    with finder.database.write() as session:
        id_ = adapted.keep(
            session,
            attempt.adapter,
            attempt.verdict,
            sources=attempt.sources,
            audiences=ids,
            cases=attempt.cases,
            at=at,
        )
        events.record(
            session, "search.adapt", person_id=None, subject="adapter", subject_id=id_, at=at
        )
    return f"used from now on ({learned}); kb adapt undo takes it back"


def _forget(database: Database) -> int:
    with database.write() as session:
        number = adapted.forget(session)
        if number:
            events.record(
                session,
                "search.adapt_undo",
                person_id=None,
                subject="adapter",
                subject_id=None,
                at=datetime.now(UTC),
            )
    return number


def _compared(verdict: Verdict) -> list[str]:
    return [
        f"{name:4}  nDCG@10 {before:.4f} → {verdict.after[name]:.4f}"
        for name, before in verdict.before.items()
    ]


def _told(one: Standing, names: dict[int, str]) -> list[str]:
    readers = ", ".join(sorted(names.get(id_, str(id_)) for id_ in one.audience_ids))
    lines = [
        f"learned on {one.learned_at:%Y-%m-%d} from {one.cases} cases, for {one.model}",
        f"for those who may read: {readers}",
        *_compared(one.verdict),
    ]
    if one.gone:
        lines.append(
            f"asleep: {one.gone} of the {one.sources} documents that it was learned from may be"
            " read by nobody any more; run kb adapt again"
        )
    return lines
