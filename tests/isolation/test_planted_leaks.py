"""The non-interference test notices a leak: each of these faults, put in on purpose, fails it."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

import api.routes.health
import articles.duplicates
import articles.links
import articles.store
import articles.translations
import indexer.search
import kb.faces
import kb.people
import kb.tickets
from articles.models import ArticleState
from indexer.lexical_stores import TantivyWords
from indexer.ports import Found
from indexer.vector_stores import FaissVectors
from kb.models import Audience, Person, Role, Ticket, TicketState
from kb.visibility import Reader, reader_of
from tests.factories import MONDAY
from tests.isolation.doors import answers
from tests.isolation.test_non_interference import must_be_the_same, on_sqlite
from tests.isolation.worlds import HIDDEN, PUBLIC, SHARED, Case, Note, Plan, Row, World

Plant = Callable[[pytest.MonkeyPatch], None]


def case(title: str, description: str, *notes: Note) -> Case:
    return Case(
        title=title,
        description=description,
        level=2,
        state=TicketState.CLOSED,
        queue="Network",
        notes=notes,
    )


def shown(audience: str, one: Case, article: ArticleState | None = None) -> Row:
    return Row(audience=audience, case=one, other=one, article=article)


def hidden(audience: str, one: Case, other: Case, article: ArticleState | None = None) -> Row:
    return Row(audience=audience, case=one, other=other, article=article)


NOTE = Note(text="vpn swordfish", other="printer swordfish swordfish", internal=True)
PLAN = Plan(
    rows=(
        hidden(HIDDEN[0], case("the vpn", "vpn tunnel"), case("gw-02 the", "drucker")),
        shown(SHARED, case("vpn tunnel", "tunnel drops", NOTE)),
        shown(SHARED, case("printer", "drucker printer 0x80070035"), ArticleState.PUBLISHED),
        hidden(
            HIDDEN[1],
            case("printer drops", "the drucker printer 0x80070035"),
            case("printer", "drucker printer 0x80070035"),
            ArticleState.PUBLISHED,
        ),
        shown(PUBLIC, case("vpn tunnel drops", "gw-02 drops")),
        shown(PUBLIC, case("tunnel", "schijf vpn"), ArticleState.DRAFT),
        shown(SHARED, case("the drucker", "schijf")),
    ),
    extra=(case("vpn tunnel drops", "vpn tunnel drops"), case("gw-02", "gw-02 schijf")),
    indexed_after=(frozenset({2}), frozenset()),
    depth=2,
    moved=frozenset({4}),
)
"""Small, but with something of every kind that may leak."""

EVERY = true()


def every_ticket(patch: pytest.MonkeyPatch) -> None:
    """Tickets are read without asking whose they are."""
    patch.setattr(kb.tickets, "visible_tickets", lambda _reader: EVERY)


def every_article(patch: pytest.MonkeyPatch) -> None:
    """Articles are read without asking whose they are."""
    patch.setattr(articles.store, "visible_articles", lambda _reader: EVERY)
    patch.setattr(articles.store, "visible_versions", lambda _reader: EVERY)


def every_version(patch: pytest.MonkeyPatch) -> None:
    """An article shows its past to readers whom it was opened to later."""
    patch.setattr(articles.store, "visible_versions", lambda _reader: EVERY)


def every_quote(patch: pytest.MonkeyPatch) -> None:
    """A draft quotes the ticket that it stands on, whoever may read that."""
    patch.setattr(articles.store, "visible_tickets", lambda _reader: EVERY)


def every_link(patch: pytest.MonkeyPatch) -> None:
    """A ticket names all articles that are linked to it."""
    patch.setattr(articles.links, "visible_articles", lambda _reader: EVERY)
    patch.setattr(articles.links, "visible_versions", lambda _reader: EVERY)


def every_translation(patch: pytest.MonkeyPatch) -> None:
    """An article names its translations for other companies."""
    patch.setattr(articles.translations, "visible_articles", lambda _reader: EVERY)
    patch.setattr(articles.translations, "visible_versions", lambda _reader: EVERY)


def every_duplicate(patch: pytest.MonkeyPatch) -> None:
    """An author is warned of an article that is not for them."""
    patch.setattr(articles.duplicates, "visible_articles", lambda _reader: EVERY)
    patch.setattr(articles.duplicates, "visible_versions", lambda _reader: EVERY)


def internal_messages(patch: pytest.MonkeyPatch) -> None:
    """Internal messages, and the names of their authors, are shown with their ticket."""
    patch.setattr(kb.faces, "sees_internal", lambda _reader, _ticket: True)


def internal_words(patch: pytest.MonkeyPatch) -> None:
    """Snippets quote internal messages: they are indexed with what all may read."""
    patch.setattr(kb.faces, "outside", kb.faces.own)


def no_second_check(patch: pytest.MonkeyPatch) -> None:
    """Hits are loaded without asking again, with an index that lags behind."""
    patch.setattr(indexer.search, "shown_documents", lambda _reader: EVERY)
    # The statement is kept for each reader: it is made anew here, and forgotten with the fault.
    made_anew = indexer.search._shown_passages.__wrapped__
    patch.setattr(indexer.search, "_shown_passages", made_anew)


def words_of_all(patch: pytest.MonkeyPatch) -> None:
    """How rare a word is is counted over what everybody may read."""
    within_audiences = TantivyWords.matching

    def matching(
        self: TantivyWords, query: str, *, audiences: Collection[int], limit: int, **kw: Any
    ) -> list[Found]:
        allowed = within_audiences(self, query, audiences=audiences, limit=1_000, **kw)
        mine = {found.passage_id for found in allowed}
        everywhere = set(self._view.searchers)
        found = within_audiences(self, query, audiences=everywhere, limit=1_000, **kw)
        return [one for one in found if one.passage_id in mine][:limit]

    patch.setattr(TantivyWords, "matching", matching)


def filtered_afterwards(patch: pytest.MonkeyPatch) -> None:
    """Both legs propose passages of everybody, of which what is not the reader's is dropped."""
    for store, name in ((FaissVectors, "nearest"), (TantivyWords, "matching")):
        patch.setattr(store, name, _of_everybody(getattr(store, name)))


def _of_everybody(right: Any) -> Any:
    def proposed(self: Any, query: Any, **kw: Any) -> Any:
        view = self._view
        everywhere = {*getattr(view, "audiences", ()), *getattr(view, "searchers", ())}
        return right(self, query, **{**kw, "audiences": everywhere})

    return proposed


def shared_cache(patch: pytest.MonkeyPatch) -> None:
    """Answers are kept by the question alone; a colleague of our own company asked first."""
    kept: dict[tuple[Any, str], Any] = {}
    asked = indexer.search.search

    def search(session: Session, finder: Any, _reader: Reader, query: str, **kw: Any) -> Any:
        if (finder, query) not in kept:
            colleague = session.scalars(
                select(Person).where(Person.email == "kim@own.example")
            ).one()
            kept[finder, query] = asked(
                session, finder, reader_of(session, colleague, at=MONDAY), query, **kw
            )
        return kept[finder, query]

    patch.setattr(indexer.search, "search", search)


def page_before_filter(patch: pytest.MonkeyPatch) -> None:
    """A list counts what it leaves out: the cursor says that more follows."""
    right = kb.tickets.listed

    def listed(session: Session, reader: Reader, *, limit: int, **kw: Any) -> list[Ticket]:
        mine = {ticket.id for ticket in right(session, reader, limit=1_000, **kw)}
        newest = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(limit))
        return [ticket for ticket in newest if ticket.id in mine]

    patch.setattr(kb.tickets, "listed", listed)


def telling_error(patch: pytest.MonkeyPatch) -> None:
    """The error says what it is that the reader may not see."""
    right = kb.tickets.get

    def get(session: Session, reader: Reader, ticket_id: int) -> Ticket:
        try:
            return right(session, reader, ticket_id)
        except kb.tickets.TicketNotFound as error:
            ticket = session.get(Ticket, ticket_id)
            raise kb.tickets.TicketNotFound(ticket.title if ticket else ticket_id) from error

    patch.setattr(kb.tickets, "get", get)


def every_audience(patch: pytest.MonkeyPatch) -> None:
    """The choice of audiences names other companies."""

    def own_audiences(session: Session, _reader: Reader) -> list[Audience]:
        return list(session.scalars(select(Audience).order_by(Audience.name)))

    patch.setattr(kb.people, "own_audiences", own_audiences)


def figures_for_all(patch: pytest.MonkeyPatch) -> None:
    """Everybody may read how many documents there are."""
    patch.setattr(api.routes.health, "SEES_FIGURES", frozenset(Role))


PLANTED: list[tuple[Plant, str]] = [
    (every_ticket, "GET /api/v1/tickets/{ticket_id}"),
    (every_ticket, "GET /tickets/{ticket_id}"),
    (every_ticket, "GET /api/v1/tickets/{ticket_id}/similar"),
    (every_article, "GET /api/v1/articles"),
    (every_article, "GET /articles/{number}"),
    (every_version, "GET /api/v1/drafts/{draft_id}/changes"),
    (every_quote, "GET /api/v1/drafts/{draft_id}"),
    (every_link, "GET /api/v1/tickets/{ticket_id}/articles"),
    (every_translation, "GET /api/v1/drafts/{draft_id}/translations"),
    (every_duplicate, "GET /api/v1/drafts/{draft_id}/duplicates"),
    (internal_messages, "GET /api/v1/tickets/{ticket_id}"),
    (no_second_check, "POST /api/v1/search"),
    (no_second_check, "GET /"),
    (words_of_all, "POST /api/v1/search"),
    (filtered_afterwards, "POST /api/v1/search"),
    (shared_cache, "POST /api/v1/search"),
    (page_before_filter, "GET /api/v1/tickets"),
    (telling_error, "GET /api/v1/tickets/{ticket_id}"),
    (every_audience, "GET /api/v1/audiences"),
    (figures_for_all, "GET /metrics"),
]


@pytest.fixture(scope="module")
def worlds(sqlite_template: Path) -> Iterator[tuple[World, World]]:
    """Both databases, built without a leak."""
    with (
        on_sqlite(sqlite_template, PLAN, second=False) as first,
        on_sqlite(sqlite_template, PLAN, second=True) as second,
    ):
        yield first, second


def differ(worlds: tuple[World, World], doors: Collection[str]) -> bool:
    one, other = (list(answers(world, doors)) for world in worlds)
    return one != other


def test_without_a_leak_the_answers_are_the_same(worlds: tuple[World, World]) -> None:
    one, other = (list(answers(world)) for world in worlds)
    must_be_the_same(one, other)


@pytest.mark.parametrize(
    ("plant", "door"), PLANTED, ids=[f"{plant.__name__}-{door}" for plant, door in PLANTED]
)
def test_a_planted_leak_is_caught(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch, plant: Plant, door: str
) -> None:
    plant(monkeypatch)

    assert differ(worlds, [door])


def test_a_leak_planted_in_the_index_is_caught(
    sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    internal_words(monkeypatch)
    with (
        on_sqlite(sqlite_template, PLAN, second=False) as first,
        on_sqlite(sqlite_template, PLAN, second=True) as second,
    ):
        assert differ((first, second), ["POST /api/v1/search"])


def test_every_planted_leak_is_described() -> None:
    written = Path("SECURITY.md").read_text(encoding="utf-8")
    assert [
        plant.__name__
        for plant in [*dict(PLANTED), internal_words]
        if f"`{plant.__name__}`" not in written
    ] == []
