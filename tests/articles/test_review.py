from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import lifecycle, links, review, store
from articles.differences import Change
from articles.models import Article, ArticleState, LinkRole
from kb.models import Document, DocumentKind, Event, Role
from kb.visibility import LicenceMissing, Reader, reader_of
from tests.articles.writing import make_draft, make_internal_draft
from tests.factories import (
    MONDAY,
    make_audience,
    make_person,
    make_reader,
    make_ticket,
)

TUESDAY = MONDAY + timedelta(days=1)


def found(session: Session, reader: Reader) -> list[Document]:
    """The articles that search may show to `reader`."""
    query = select(Document).where(
        Document.kind == DocumentKind.ARTICLE,
        ~Document.withdrawn,
        Document.audience_id.in_(reader.audience_ids),
    )
    return list(session.scalars(query))


def contractor(session: Session) -> Reader:
    person = make_person(session, "c@contractor.example", roles=(), audiences=("contractor",))
    return reader_of(session, person, at=MONDAY)


def with_roles(session: Session, *roles: Role) -> Reader:
    person = make_person(session, "some@own.example", roles=roles)
    return reader_of(session, person, at=MONDAY)


class TestPublish:
    def test_makes_it_findable(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        assert found(session, reader) == []

        review.publish(session, reader, article.id, at=TUESDAY)

        (document,) = found(session, reader)
        assert (document.number, document.title) == ("KB-1", "VPN drops every hour")
        assert "MTU" in document.body
        assert document.revision > document.indexed_revision

    def test_to_a_wider_audience_is_the_publishers_recorded_act(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session, "internal", "contractor")
        outside = contractor(session)

        review.publish(
            session,
            reader,
            article.id,
            audience_id=make_audience(session, "contractor"),
            at=TUESDAY,
        )

        assert [d.number for d in found(session, outside)] == ["KB-1"]
        widened = session.scalars(select(Event).where(Event.verb == "article.widen")).one()
        assert (widened.person_id, widened.subject_id) == (reader.person_id, article.id)

    def test_needs_the_role(self, session: Session) -> None:
        article, engineer = make_draft(session), with_roles(session, Role.SECOND_LEVEL)

        with pytest.raises(LicenceMissing, match="contributor"):
            review.publish(session, engineer, article.id, at=TUESDAY)
        with pytest.raises(LicenceMissing, match="contributor"):
            review.reject(session, engineer, article.id, reason="no", at=TUESDAY)
        with pytest.raises(LicenceMissing, match="contributor"):
            review.archive(session, engineer, article.id, at=TUESDAY)

    def test_of_an_invisible_article_is_not_found(self, session: Session) -> None:
        article, stranger = make_draft(session), make_reader(session, "other")

        with pytest.raises(store.ArticleNotFound):
            review.publish(session, stranger, article.id, at=TUESDAY)

    def test_of_another_version_than_was_reviewed_is_a_conflict(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        review.edit(session, reader, article.id, base=1, title="New", markdown="x", at=TUESDAY)

        with pytest.raises(review.EditConflict):
            review.publish(session, reader, article.id, version=1, at=TUESDAY)

    def test_to_nobody_known_is_refused(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)

        with pytest.raises(review.UnknownAudience):
            review.publish(session, reader, article.id, audience_id=999, at=TUESDAY)


class TestEdit:
    def test_keeps_the_evidence_of_what_stayed(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        text = store.get(session, reader, article.id).markdown
        changed = text.replace("Restart the client.", "Restart the client twice. Wait.")

        review.edit(
            session, reader, article.id, base=1, title="VPN drops", markdown=changed, at=TUESDAY
        )

        view = store.get(session, reader, article.id)
        assert view.version == 2
        assert [(s.section, s.text, s.supported) for s in view.statements] == [
            ("title", "VPN drops", False),
            ("issue", "Since Monday the tunnel is gone after an hour.", True),
            ("resolution", "Set the MTU of the tunnel to 1400.", True),
            ("resolution", "Restart the client twice.", False),
            ("resolution", "Wait.", False),
        ]

    def test_a_sentence_inside_another_is_not_the_same(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)

        review.edit(
            session,
            reader,
            article.id,
            base=1,
            title="VPN drops every hour",
            markdown="## Resolution\n\nDo not Restart the client.",
            at=TUESDAY,
        )

        statements = store.get(session, reader, article.id).statements
        assert [(s.text, s.supported) for s in statements[1:]] == [
            ("Do not Restart the client.", False)
        ]

    def test_the_second_of_two_gets_both_texts(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        review.edit(session, reader, article.id, base=1, title="A", markdown="mine", at=TUESDAY)

        with pytest.raises(review.EditConflict, match="version 2 is newer") as caught:
            review.edit(
                session, reader, article.id, base=1, title="A", markdown="yours", at=TUESDAY
            )

        assert (caught.value.current.markdown, caught.value.yours.markdown) == ("mine", "yours")
        assert store.get(session, reader, article.id).markdown == "mine"

    def test_without_a_difference_makes_no_version(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        view = store.get(session, reader, article.id)

        number = review.edit(
            session,
            reader,
            article.id,
            base=1,
            title=view.title,
            markdown=view.markdown.replace("\n", "\r\n"),
            at=TUESDAY,
        )

        assert number == 1
        assert len(store.versions(session, reader, article.id)) == 1

    def test_of_a_published_article_waits_for_publishing(self, session: Session) -> None:
        article, reader = (
            make_draft(session, audience="contractor"),
            make_reader(session, "internal", "contractor"),
        )
        outside = contractor(session)
        review.publish(session, reader, article.id, at=TUESDAY)

        review.edit(session, reader, article.id, base=1, title="B", markdown="new", at=TUESDAY)

        assert store.get(session, outside, article.id).version == 1
        assert store.get(session, reader, article.id).version == 2
        assert [a.number for a in store.waiting(session, reader, limit=5)] == ["KB-1"]
        assert "new" not in found(session, outside)[0].body
        review.publish(session, reader, article.id, version=2, at=TUESDAY)
        assert found(session, outside)[0].body == "new"
        assert store.waiting(session, reader, limit=5) == []

    @pytest.mark.parametrize(("title", "markdown"), [(" ", "x"), ("x", " \n")])
    def test_empty_is_refused(self, session: Session, title: str, markdown: str) -> None:
        article, reader = make_draft(session), make_reader(session)

        with pytest.raises(review.EmptyArticle):
            review.edit(
                session, reader, article.id, base=1, title=title, markdown=markdown, at=TUESDAY
            )

    def test_needs_the_role(self, session: Session) -> None:
        article, agent = make_draft(session), with_roles(session, Role.FIRST_LEVEL)

        with pytest.raises(LicenceMissing):
            review.edit(session, agent, article.id, base=1, title="x", markdown="x", at=TUESDAY)

    def test_of_a_rejected_draft_makes_it_a_draft_again(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        review.reject(session, reader, article.id, reason="too long", at=TUESDAY)

        review.edit(session, reader, article.id, base=1, title="x", markdown="x", at=TUESDAY)

        assert article.state is ArticleState.DRAFT


class TestHistory:
    def test_a_widened_article_does_not_open_its_past(self, session: Session) -> None:
        reader = make_reader(session, "internal", "contractor")
        article = make_internal_draft(session)
        person = make_person(
            session, "e@contractor.example", roles=(Role.SECOND_LEVEL,), audiences=("contractor",)
        )
        engineer = reader_of(session, person, at=MONDAY)
        review.edit(session, reader, article.id, base=1, title="A", markdown="open", at=TUESDAY)

        review.publish(
            session,
            reader,
            article.id,
            audience_id=make_audience(session, "contractor"),
            at=TUESDAY,
        )

        assert [v.number for v in store.versions(session, engineer, article.id)] == [2]
        assert [v.number for v in store.versions(session, reader, article.id)] == [2, 1]
        with pytest.raises(store.ArticleNotFound):
            store.version(session, engineer, article.id, 1)
        assert "secret" in store.version(session, reader, article.id, 1).markdown

    def test_readers_see_the_published_version_alone(self, session: Session) -> None:
        article, reader = (
            make_draft(session, audience="contractor"),
            make_reader(session, "internal", "contractor"),
        )
        outside = contractor(session)
        review.edit(session, reader, article.id, base=1, title="A", markdown="b", at=TUESDAY)
        review.publish(session, reader, article.id, at=TUESDAY)

        assert [v.number for v in store.versions(session, outside, article.id)] == [2]
        assert store.get(session, outside, article.id).statements == ()


class TestRestore:
    def test_brings_back_text_and_evidence(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        before = store.get(session, reader, article.id)
        review.edit(session, reader, article.id, base=1, title="B", markdown="b", at=TUESDAY)

        number = review.restore(session, reader, article.id, number=1, base=2, at=TUESDAY)

        after = store.get(session, reader, article.id)
        assert (number, after.version) == (3, 3)
        assert (after.title, after.markdown) == (before.title, before.markdown)
        assert after.statements == before.statements

    def test_of_a_narrow_version_waits_for_the_publisher(self, session: Session) -> None:
        article = make_draft(session)
        reader = make_reader(session, "internal", "contractor")
        outside = contractor(session)
        review.edit(session, reader, article.id, base=1, title="B", markdown="b", at=TUESDAY)
        review.publish(
            session,
            reader,
            article.id,
            audience_id=make_audience(session, "contractor"),
            at=TUESDAY,
        )

        review.restore(session, reader, article.id, number=1, base=2, at=TUESDAY)

        assert store.get(session, outside, article.id).markdown == "b"
        narrow, wide, _ = reversed(store.versions(session, reader, article.id))
        assert (narrow.audience_id, wide.audience_id) == (
            make_audience(session),
            make_audience(session, "contractor"),
        )
        assert store.versions(session, reader, article.id)[0].audience_id == narrow.audience_id

    def test_needs_the_newest_version_and_an_old_one(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        review.edit(session, reader, article.id, base=1, title="B", markdown="b", at=TUESDAY)

        with pytest.raises(review.EditConflict):
            review.restore(session, reader, article.id, number=1, base=1, at=TUESDAY)
        with pytest.raises(store.ArticleNotFound):
            review.restore(session, reader, article.id, number=9, base=2, at=TUESDAY)


class TestCompare:
    def test_shows_the_words_that_changed(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)
        text = store.get(session, reader, article.id).markdown
        review.edit(
            session,
            reader,
            article.id,
            base=1,
            title="New",
            markdown=text.replace("1400", "1300"),
            at=TUESDAY,
        )

        comparison = store.compare(session, reader, article.id, 1, 2)

        assert comparison.titles == ("VPN drops every hour", "New")
        changed = [
            (line.change.value, [span.text for span in line.spans if span.changed])
            for line in comparison.lines
            if line.change in {Change.ADDED, Change.REMOVED}
        ]
        assert changed == [("removed", ["1400"]), ("added", ["1300"])]

    def test_needs_both_versions(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)

        with pytest.raises(store.ArticleNotFound):
            store.compare(session, reader, article.id, 1, 2)


class TestReject:
    def test_keeps_it_out_of_search_with_the_reason(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)

        review.reject(session, reader, article.id, reason=" too long ", at=TUESDAY)

        assert (article.state, article.verdict) == (ArticleState.REJECTED, "too long")
        assert found(session, reader) == []
        with pytest.raises(lifecycle.WrongState, match="rejected cannot become published"):
            review.publish(session, reader, article.id, at=TUESDAY)

    def test_needs_a_reason(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)

        with pytest.raises(review.NoReason):
            review.reject(session, reader, article.id, reason=" ", at=TUESDAY)


class TestArchive:
    def test_takes_it_out_of_search_and_back(self, session: Session) -> None:
        article, reader = (
            make_draft(session, audience="contractor"),
            make_reader(session, "internal", "contractor"),
        )
        review.publish(session, reader, article.id, at=TUESDAY)

        review.archive(session, reader, article.id, at=TUESDAY)

        assert found(session, reader) == []
        with pytest.raises(store.ArticleNotFound):
            store.get(session, contractor(session), article.id)
        assert session.get(Article, article.id) is not None
        review.publish(session, reader, article.id, at=TUESDAY)
        assert len(found(session, reader)) == 1

    def test_of_a_draft_is_a_conflict(self, session: Session) -> None:
        article, reader = make_draft(session), make_reader(session)

        with pytest.raises(lifecycle.WrongState):
            review.archive(session, reader, article.id, at=TUESDAY)


class TestMerge:
    def pair(self, session: Session, reader: Reader) -> tuple[Article, Article]:
        """Two published articles."""
        made = [make_draft(session, external_id=name) for name in ("1", "2")]
        for article in made:
            review.publish(session, reader, article.id, at=MONDAY)
        return made[0], made[1]

    def test_leads_to_the_other_article(self, session: Session) -> None:
        reader = make_reader(session)
        first, second = self.pair(session, reader)

        review.merge(session, reader, first.id, into_id=second.id, at=TUESDAY)

        assert store.by_number(session, reader, "KB-1").number == "KB-2"
        assert [d.number for d in found(session, reader)] == ["KB-2"]
        assert store.get(session, reader, first.id).state is ArticleState.ARCHIVED

    def test_leads_on_over_several_mergers(self, session: Session) -> None:
        reader = make_reader(session)
        first, second = self.pair(session, reader)
        third = make_draft(session, external_id="3")
        review.publish(session, reader, third.id, at=MONDAY)

        review.merge(session, reader, first.id, into_id=second.id, at=TUESDAY)
        review.merge(session, reader, second.id, into_id=third.id, at=TUESDAY)

        assert store.by_number(session, reader, "1").number == "KB-3"

    def test_tells_nothing_to_those_who_saw_neither(self, session: Session) -> None:
        reader = make_reader(session, "internal", "contractor")
        outside = contractor(session)
        first, second = self.pair(session, reader)
        review.publish(
            session, reader, second.id, audience_id=make_audience(session, "contractor"), at=MONDAY
        )

        review.merge(session, reader, first.id, into_id=second.id, at=TUESDAY)

        assert store.by_number(session, outside, "KB-2").number == "KB-2"
        with pytest.raises(store.ArticleNotFound):
            store.by_number(session, outside, "KB-1")

    def test_moves_links_once(self, session: Session) -> None:
        reader = make_reader(session)
        first, second = self.pair(session, reader)
        both, one = (make_ticket(session, external_id=name) for name in ("7", "8"))
        for ticket, article in ((both, first), (both, second), (one, first)):
            links.link(
                session, reader, ticket.id, article.id, role=LinkRole.RESOLVED_BY, at=TUESDAY
            )

        review.merge(session, reader, first.id, into_id=second.id, at=TUESDAY)

        assert links.reuse(session, reader, [first.id, second.id]) == {first.id: 0, second.id: 2}

    def test_a_draft_is_given_up_with_a_reason(self, session: Session) -> None:
        reader = make_reader(session)
        _, second = self.pair(session, reader)
        draft = make_draft(session, external_id="3")

        review.merge(session, reader, draft.id, into_id=second.id, at=TUESDAY)

        assert (draft.state, draft.verdict) == (ArticleState.REJECTED, "merged into KB-2")

    def test_publishing_it_again_undoes_it(self, session: Session) -> None:
        reader = make_reader(session)
        first, second = self.pair(session, reader)
        review.merge(session, reader, first.id, into_id=second.id, at=TUESDAY)

        review.publish(session, reader, first.id, at=TUESDAY)

        assert store.by_number(session, reader, "KB-1").number == "KB-1"

    def test_into_itself_or_a_draft_is_refused(self, session: Session) -> None:
        reader = make_reader(session)
        first, _ = self.pair(session, reader)
        draft = make_draft(session, external_id="3")

        for target in (first, draft):
            with pytest.raises(review.BadMerger):
                review.merge(session, reader, first.id, into_id=target.id, at=TUESDAY)
