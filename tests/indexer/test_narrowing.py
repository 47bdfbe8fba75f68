"""A filter loses no hit that belongs among the first, however it is applied."""

from collections.abc import Collection
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import narrowing
from indexer.finder import Finder
from indexer.narrowing import Narrowing
from indexer.ports import Found
from indexer.ranking import rank
from indexer.search import Filters, search
from kb.db import Database
from kb.models import Document
from kb.visibility import Reader
from tests.factories import make_reader, make_ticket
from tests.fakes import index_all, make_finder

WORDS = ("vpn", "tunnel", "printer", "drops", "srv-0815")
QUEUES = ("network", "desk", "erp")
COUNT = 40

queues = st.sets(st.sampled_from([*QUEUES, "nowhere"]), min_size=1).map(frozenset)
languages = st.sampled_from([frozenset[str](), frozenset({"de"}), frozenset({"nl", "en"})])
questions = st.lists(st.sampled_from(WORDS), min_size=1, unique=True).map(" ".join)


@pytest.fixture
def finder(database: Database, tmp_path: Path) -> Finder:
    made = make_finder(database, tmp_path / "index")
    with database.write() as session:
        for number in range(COUNT):
            make_ticket(
                session,
                external_id=str(number),
                audience="payroll" if number % 7 == 0 else "internal",
                title=" ".join(WORDS[place] for place in range(5) if number >> place & 1) or "vpn",
                description="",
                # Three in four are of one queue, and one of the third.
                queue=QUEUES[2] if number == 1 else QUEUES[number % 4 == 0],
                language=("de", "nl", "en")[number % 3],
            )
    index_all(made)
    return made


@pytest.fixture
def reader(finder: Finder) -> Reader:
    with finder.database.write() as session:
        return make_reader(session, "internal", email="a@own.example")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    query=questions,
    queues=queues,
    languages=languages,
    limit=st.integers(1, 6),
    deepest=st.integers(1, 12),
)
def test_the_first_of_a_leg_are_those_of_the_whole_list_that_match(
    finder: Finder,
    reader: Reader,
    query: str,
    queues: frozenset[str],
    languages: frozenset[str],
    limit: int,
    deepest: int,
) -> None:
    filters = Filters(queues=queues, languages=languages)
    audiences = reader.audience_ids

    def leg(limit: int, within: Collection[int] | None) -> list[Found]:
        return finder.lexical.matching(query, audiences=audiences, limit=limit, within=within)

    with pytest.MonkeyPatch.context() as patch, finder.database.read() as session:
        patch.setattr(narrowing, "DEEPEST", deepest)
        only = Narrowing(session, filters.clauses())
        found = only.best(leg, limit), only.best(leg, 2 * limit)
        documents = session.query(Document).all()

    matching = {
        one.id
        for one in documents
        if one.queue in queues and (not languages or one.language in languages)
    }
    whole = [one for one in leg(1000, None) if one.document_id in matching]
    assert found == (whole[:limit], whole[: 2 * limit])


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(query=questions, queues=queues, depth=st.integers(1, 12))
def test_passing_over_and_reading_the_ids_rank_alike(
    finder: Finder, reader: Reader, query: str, queues: frozenset[str], depth: int
) -> None:
    finder.depth = depth
    clauses = Filters(queues=queues).clauses()
    audiences = reader.audience_ids

    with pytest.MonkeyPatch.context() as patch, finder.database.read() as session:
        passed = rank(finder, query, audiences=audiences, only=Narrowing(session, clauses))
        patch.setattr(Narrowing, "_sifted", lambda *_: None)
        read = rank(finder, query, audiences=audiences, only=Narrowing(session, clauses))

    assert passed == read


def test_a_filter_shows_nothing_of_others(finder: Finder, reader: Reader) -> None:
    with finder.database.read() as session:
        filters = Filters(queues=frozenset(QUEUES))
        hits = search(session, finder, reader, "vpn tunnel", limit=50, filters=filters).hits
        seen = {session.get_one(Document, hit.document_id).audience_id for hit in hits}

    assert hits
    assert seen <= reader.audience_ids
