"""Comments, suggested edits and flags: who sees them, and when they are seen to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import links, remarks, review, reviews, store
from articles.models import LinkRole, RemarkKind
from kb.models import Event, OrganisationKind, Role
from kb.visibility import LicenceMissing, Reader, reader_of
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_person, make_reader, make_ticket

DAY = timedelta(days=1)
TUESDAY = MONDAY + DAY


def outsider(session: Session, *roles: Role) -> Reader:
    """Somebody of a contractor who reads the internal audience all the same."""
    person = make_person(
        session,
        "c@nordwind.example",
        organisation="Nordwind",
        kind=OrganisationKind.CONTRACTOR,
        roles=roles,
    )
    return reader_of(session, person, at=MONDAY)


def test_a_comment_is_for_those_who_work_on_articles(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)

    remarks.comment(session, editor, article.id, "Which firmware?", at=TUESDAY)

    (one,) = remarks.of_article(session, editor, article.id)
    assert (one.kind, one.text, one.person, one.version, one.open) == (
        RemarkKind.COMMENT,
        "Which firmware?",
        "reader",
        1,
        False,
    )
    event = session.scalars(select(Event).where(Event.verb == "article.comment")).one()
    assert (event.person_id, event.subject_id) == (editor.person_id, article.id)
    assert "firmware" not in event.detail


def test_nobody_outside_learns_of_a_colleagues_remark(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)
    outside = outsider(session, Role.SECOND_LEVEL)
    remarks.comment(session, editor, article.id, "Our customer is wrong.", at=TUESDAY)
    remarks.suggest_edits(session, editor, article.id, "Shorter.", at=TUESDAY)

    assert remarks.of_article(session, outside, article.id) == []
    assert remarks.waiting(session, outside, list(RemarkKind)) == []
    remarks.comment(session, outside, article.id, "Mine.", at=TUESDAY)
    assert [one.text for one in remarks.of_article(session, outside, article.id)] == ["Mine."]
    others = remarks.of_article(session, editor, article.id)
    with pytest.raises(remarks.RemarkNotFound):
        remarks.settle(session, outside, others[1].id, at=TUESDAY)
    assert len(others) == 3


def test_who_may_not_see_the_version_learns_nothing_of_remarks_on_it(session: Session) -> None:
    article = make_draft(session)
    editor = make_reader(session, "internal", "wide")
    remarks.comment(session, editor, article.id, "About the old text.", at=TUESDAY)
    review.edit(session, editor, article.id, base=1, title="New", markdown="Text.", at=TUESDAY)
    wide = make_reader(session, "wide", email="w@own.example")
    (audience,) = wide.audience_ids
    review.publish(session, editor, article.id, audience_id=audience, at=TUESDAY)

    assert remarks.of_article(session, wide, article.id) == []
    assert len(remarks.of_article(session, editor, article.id)) == 1
    stranger = make_reader(session, "other", email="o@own.example")

    with pytest.raises(store.ArticleNotFound):
        remarks.of_article(session, stranger, article.id)
    with pytest.raises(store.ArticleNotFound):
        remarks.comment(session, stranger, article.id, "x", at=TUESDAY)
    with pytest.raises(store.ArticleNotFound):
        remarks.flag(session, stranger, article.number, "x", at=TUESDAY)


def test_suggested_edits_wait_for_the_next_version(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)

    remarks.suggest_edits(session, editor, article.id, "Name the version.", at=TUESDAY)

    suggested = [RemarkKind.EDITS_SUGGESTED]
    assert [one.article_id for one in remarks.waiting(session, editor, suggested)] == [article.id]
    review.edit(session, editor, article.id, base=1, title="VPN 7.1", markdown="x", at=TUESDAY)
    assert remarks.waiting(session, editor, suggested) == []
    (one,) = remarks.of_article(session, editor, article.id)
    assert not one.open


def test_edits_are_suggested_only_where_something_waits(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)
    review.publish(session, editor, article.id, at=TUESDAY)

    with pytest.raises(review.NothingWaits):
        remarks.suggest_edits(session, editor, article.id, "Too late.", at=TUESDAY)


def test_edits_are_suggested_by_those_who_publish(session: Session) -> None:
    article = make_draft(session)
    person = make_person(session, "e@own.example", roles=(Role.SECOND_LEVEL,))
    engineer = reader_of(session, person, at=MONDAY)

    with pytest.raises(LicenceMissing, match="contributor"):
        remarks.suggest_edits(session, engineer, article.id, "x", at=TUESDAY)


def test_any_reader_flags_and_an_editor_sees_to_it(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)
    reader = outsider(session, Role.READER)
    with pytest.raises(store.ArticleNotFound):  # nobody but editors knows of a draft
        remarks.flag(session, reader, article.number, "Wrong.", at=TUESDAY)
    review.publish(session, editor, article.id, at=TUESDAY)

    remarks.flag(session, reader, article.number, "The menu is gone in 8.0.", at=TUESDAY)

    flags = [RemarkKind.FLAG]
    (one,) = remarks.waiting(session, editor, flags)
    assert (one.text, one.number, one.open) == ("The menu is gone in 8.0.", article.number, True)
    assert remarks.waiting(session, reader, flags) == []
    with pytest.raises(LicenceMissing):
        remarks.settle(session, reader, one.id, at=TUESDAY)
    assert remarks.settle(session, editor, one.id, at=TUESDAY) == article.id
    remarks.settle(session, editor, one.id, at=TUESDAY)
    assert remarks.waiting(session, editor, flags) == []
    verbs = session.scalars(select(Event.verb).where(Event.subject_id == article.id)).all()
    assert verbs.count("article.settle") == verbs.count("article.flag") == 1


def test_publishing_a_mended_text_settles_its_flags(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)
    review.publish(session, editor, article.id, at=TUESDAY)
    remarks.flag(session, editor, article.number, "Wrong.", at=TUESDAY)
    review.edit(session, editor, article.id, base=1, title="Right", markdown="x", at=TUESDAY)
    assert remarks.waiting(session, editor, [RemarkKind.FLAG]) != []

    review.publish(session, editor, article.id, at=TUESDAY)

    assert remarks.waiting(session, editor, [RemarkKind.FLAG]) == []


def test_flags_on_what_one_wrote_come_first(session: Session) -> None:
    editor = make_reader(session)
    first = make_draft(session)
    second = make_draft(session, external_id="2", title="Printer prints nothing")
    review.edit(session, editor, second.id, base=1, title="Printer", markdown="x", at=TUESDAY)
    for article in (first, second):
        review.publish(session, editor, article.id, at=TUESDAY)
        remarks.flag(session, editor, article.number, "Wrong.", at=TUESDAY)

    found = remarks.waiting(session, editor, [RemarkKind.FLAG])

    assert [one.article_id for one in found] == [second.id, first.id]
    nobodys = remarks.waiting(session, replace(editor, person_id=None), [RemarkKind.FLAG])
    assert [one.article_id for one in nobodys] == [first.id, second.id]


def test_a_blank_one_is_refused(session: Session) -> None:
    article, editor = make_draft(session), make_reader(session)

    with pytest.raises(review.NoReason):
        remarks.comment(session, editor, article.id, "  ", at=TUESDAY)


class TestReviewsDue:
    def test_an_article_is_due_by_age_and_sooner_if_it_is_used(self, session: Session) -> None:
        article, editor = make_draft(session), make_reader(session)
        review.publish(session, editor, article.id, at=TUESDAY)
        half, whole = MONDAY + reviews.AGE_IN_USE + DAY, MONDAY + reviews.AGE + DAY
        assert reviews.due(session, editor, at=half, limit=5) == []
        (due,) = reviews.due(session, editor, at=whole, limit=5)
        assert (due.number, due.used, due.looked_at) == (article.number, False, MONDAY)

        ticket = make_ticket(session, external_id="2")
        links.link(session, editor, ticket.id, article.id, role=LinkRole.RESOLVED_BY, at=half - DAY)

        assert [one.used for one in reviews.due(session, editor, at=half, limit=5)] == [True]

    def test_confirming_puts_it_off_and_is_recorded(self, session: Session) -> None:
        article, editor = make_draft(session), make_reader(session)
        review.publish(session, editor, article.id, at=TUESDAY)
        whole = MONDAY + reviews.AGE + DAY

        remarks.confirm(session, editor, article.id, at=whole)

        assert reviews.due(session, editor, at=whole + DAY, limit=5) == []
        assert len(reviews.due(session, editor, at=whole + reviews.AGE + DAY, limit=5)) == 1
        assert session.scalars(select(Event).where(Event.verb == "article.confirm")).one()

    def test_others_are_told_nothing(self, session: Session) -> None:
        article, editor = make_draft(session), make_reader(session)
        stranger = make_reader(session, "other", email="o@own.example")
        with pytest.raises(store.ArticleNotFound):  # a draft is nothing that readers see
            remarks.confirm(session, editor, article.id, at=TUESDAY)
        review.publish(session, editor, article.id, at=TUESDAY)
        late = MONDAY + 2 * reviews.AGE

        assert reviews.due(session, stranger, at=late, limit=5) == []
        assert reviews.due(session, outsider(session, Role.SECOND_LEVEL), at=late, limit=5) == []
        with pytest.raises(store.ArticleNotFound):
            remarks.confirm(session, stranger, article.id, at=late)
        with pytest.raises(LicenceMissing):
            remarks.confirm(session, replace(editor, roles=frozenset()), article.id, at=late)
