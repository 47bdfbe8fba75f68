from datetime import timedelta

from sqlalchemy.orm import Session

from articles import duplicates, review, store
from articles.models import Article
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_reader

TUESDAY = MONDAY + timedelta(days=1)

TITLE = "VPN drops every hour"


def write(session: Session, article: Article, markdown: str, title: str = TITLE) -> None:
    reader = make_reader(session)
    review.edit(session, reader, article.id, base=1, title=title, markdown=markdown, at=TUESDAY)


class TestNear:
    def test_finds_the_same_case_under_the_same_title(self, session: Session) -> None:
        first, second = (make_draft(session, external_id=name) for name in ("1", "2"))
        reader = make_reader(session)
        view = store.get(session, reader, second.id)

        (found,) = duplicates.near(
            session, reader, title=view.title, markdown=view.markdown, ignore=second.id
        )

        assert (found.article_id, found.similarity) == (first.id, 1.0)

    def test_another_title_needs_search(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        text = store.get(session, reader, article.id).markdown
        title = "VPN drops every hour at home"

        assert duplicates.near(session, reader, title=title, markdown=text) == []
        (found,) = duplicates.near(
            session, reader, title=title, markdown=text, candidates=[article.id]
        )
        assert duplicates.NEAR <= found.similarity < 1

    def test_the_same_title_over_another_text_is_none(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        write(session, article, "The certificate of the gateway had expired, so renew it.")

        text = "The lease was shorter than the reservation, so raise it to eight days."
        assert duplicates.near(session, reader, title=TITLE, markdown=text) == []

    def test_hidden_and_rejected_ones_are_not_told(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        text = store.get(session, reader, article.id).markdown
        stranger = make_reader(session, "other", email="s@own.example")

        assert duplicates.near(session, stranger, title=TITLE, markdown=text) == []
        review.reject(session, reader, article.id, reason="no", at=TUESDAY)
        assert duplicates.near(session, reader, title=TITLE, markdown=text) == []

    def test_short_texts_compare_without_fault(self) -> None:
        assert duplicates.similarity(("", ""), ("", "")) == 0
        assert duplicates.similarity(("a b", ""), ("A  b", "")) == 1
