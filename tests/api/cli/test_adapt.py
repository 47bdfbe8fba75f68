"""`kb adapt`: learned from linked cases, judged by later ones, and taken back."""

import itertools
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import wiring
from articles import links, offering
from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    ArticleVersion,
    LinkOutcome,
    LinkRole,
)
from indexer import adapted, adapting
from indexer.adapt import QueryAdapter
from kb import feedback
from kb.db import Database
from kb.models import DocumentKind, Verdict
from tests.api.cli.conftest import Kb
from tests.factories import MONDAY, make_audience, make_reader, make_ticket
from tests.fakes import WordEmbedder, index_all, make_finder

CASES = 90
THINGS = [
    ("Blechdose", "router"), ("Kiste", "server"), ("Flimmerkiste", "monitor"),
    ("Schreibbrett", "keyboard"), ("Rattenfalle", "mouse"), ("Zettelpresse", "printer"),
    ("Briefkasten", "mailbox"), ("Türsteher", "firewall"), ("Tresor", "password"),
    ("Strippe", "cable"), ("Funkloch", "wireless"), ("Kopfwerk", "processor"),
]  # fmt: skip
"""What people call a thing on the telephone, and what articles call it: no word in common."""


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """Counts words: of two that mean the same it knows nothing."""
    made = WordEmbedder(dimension=512)
    monkeypatch.setattr(wiring, "open_embedder", lambda *_args, **_kwargs: made)
    return made


@pytest.fixture
def linked(database: Database, tmp_path: Path, embedder: WordEmbedder) -> int:
    """Tickets in the words of people, linked to articles in ours; how many."""
    chosen = list(itertools.combinations(THINGS, 3))[::2][:CASES]
    with database.write() as session:
        for at, things in enumerate(chosen):
            link(session, at, [name for name, _ in things], [name for _, name in things])
    index_all(make_finder(database, tmp_path / "other", embedder))
    return len(chosen)


def link(session: Session, at: int, said: list[str], written: list[str]) -> None:
    when = MONDAY + timedelta(hours=at)
    ticket = make_ticket(
        session, title=" ".join(said), description=" ".join(said), external_id=str(at)
    )
    audience = make_audience(session)
    version = ArticleVersion(
        number=1, title=" ".join(written), markdown=" ".join(written), audience_id=audience, at=when
    )
    article = Article(
        number=f"KB-{at}",
        source="test",
        external_id=str(at),
        state=ArticleState.PUBLISHED,
        audience_id=audience,
        version=1,
        published_version=1,
        created_at=when,
        updated_at=when,
        versions=[version],
    )
    session.add(article)
    session.flush()  # the link needs the id
    offering.offer(session, [(article, version)])
    session.add(
        ArticleLink(
            ticket_id=ticket.id,
            article_id=article.id,
            role=LinkRole.RESOLVED_BY,
            outcome=LinkOutcome.SOLVED,
            at=when,
        )
    )


def standings(database: Database) -> Sequence[adapted.Standing]:
    with database.read() as session:
        return adapted.standings(session)


def test_what_is_called_otherwise_is_learned_and_can_be_taken_back(
    kb: Kb, database: Database, linked: int
) -> None:
    tried, learned = kb("adapt", "--try"), kb("adapt")
    (one,) = standings(database)
    said = kb("adapt", "status").stdout
    undone = kb("adapt", "undo")

    assert f"it would be used ({linked} cases, judged by the latest 18)" in tried.stdout
    assert "used from now on" in learned.stdout
    assert one.verdict.after["all"] > one.verdict.before["all"] + 0.1
    assert (one.sources, one.gone) == (2 * linked, 0)
    assert f"from {linked} cases, for words\nfor those who may read: internal\n" in said
    assert "the adapter is gone" in undone.stdout
    assert not standings(database)
    assert "no adapter" in kb("adapt", "status").stdout
    assert "there was no adapter" in kb("adapt", "undo").stdout


def test_trying_keeps_nothing(kb: Kb, database: Database, linked: int) -> None:
    assert linked
    assert kb("adapt", "--try").exit_code == 0

    assert not standings(database)


def test_one_that_does_not_win_is_not_used(
    kb: Kb, database: Database, linked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QueryAdapter, "bend", lambda _, questions: questions)

    result = kb("adapt")

    assert linked
    assert "not used: it does not win, or loses in a language" in result.stdout
    assert not standings(database)


def test_cases_of_another_audience_are_not_learned_from(
    kb: Kb, database: Database, linked: int
) -> None:
    with database.write() as session:
        make_audience(session, "Nordwind")

    result = kb("adapt", "--audience", "Nordwind")

    assert linked
    assert result.exit_code == 1
    assert "0 cases with the article that solved them; at least 50 are needed" in result.stderr


def test_what_an_article_was_made_from_and_what_did_not_help_is_no_case(
    database: Database, linked: int
) -> None:
    with database.write() as session:
        first, second = session.scalars(select(ArticleLink).limit(2))
        second.outcome = LinkOutcome.DID_NOT_HELP
        session.add(
            ArticleLink(
                ticket_id=first.ticket_id,
                article_id=first.article_id,
                role=LinkRole.CREATED_FROM,
                outcome=LinkOutcome.UNKNOWN,
                at=MONDAY,
            )
        )
    with database.read() as session:
        assert len(links.solved(session)) == linked - 2


def test_that_this_solved_it_is_a_case(database: Database) -> None:
    with database.write() as session:
        link(session, 0, ["Kiste"], ["server"])
        reader = make_reader(session)
        feedback.give(
            session, reader, (DocumentKind.ARTICLE, 1), Verdict.SOLVED, ticket_id=1, at=MONDAY
        )
        feedback.give(session, reader, (DocumentKind.ARTICLE, 1), Verdict.SOLVED, at=MONDAY)

        assert feedback.solving_articles(session) == [(1, 1, MONDAY)]
        pairs = [*links.solved(session), *feedback.solving_articles(session)]
        (case,) = adapting.solved_cases(session, pairs, audiences={make_audience(session)})
    assert (case.text, case.at) == ("Kiste\nKiste", MONDAY)
