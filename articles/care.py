"""Who looks after an article, and by which rules it may be changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import review, store
from articles.models import Article, Governance
from articles.visibility import edits, visible_articles
from kb import events, people
from kb.errors import InvalidInput
from kb.models import Licence, Person
from kb.visibility import LicenceMissing, Reader, reader_of


class CannotLookAfter(InvalidInput):
    """There is no colleague of this address who may edit the article."""


@dataclass(frozen=True, slots=True)
class Care:
    """`owner`: the e-mail address of whoever looks after it; None: nobody, or not for you."""

    owner: str | None
    name: str | None
    governance: Governance


def of_article(session: Session, reader: Reader, article_id: int) -> Care:
    """Who looks after the article; from outside our company one learns the rules alone.

    Raises:
        LicenceMissing: `reader` does not work on articles.
        ArticleNotFound: it is absent or invisible.
    """
    reader.must_hold(Licence.CANDIDATE)
    store.get(session, reader, article_id)
    governance, email, name = session.execute(
        select(Article.governance, Person.email, Person.name)
        .outerjoin(Person, (Person.id == Article.owner_id) & Person.active)
        .where(Article.id == article_id, visible_articles(reader))
    ).one()
    return Care(None, None, governance) if reader.outside else Care(email, name, governance)


def hand_over(
    session: Session, reader: Reader, article_id: int, email: str | None, *, at: datetime
) -> None:
    """Let a colleague look after the article, or nobody: its owner may, and who may publish it.

    Raises:
        LicenceMissing: `reader` is neither, or of another organisation.
        ArticleNotFound: it is absent or invisible.
        CannotLookAfter: nobody of this address may edit the article.
    """
    reader.must_hold(Licence.CANDIDATE)
    article = review.held(session, reader, article_id)
    if reader.outside:
        raise LicenceMissing("only colleagues of our own company hand articles over")
    if article.owner_id is None or article.owner_id != reader.person_id:
        review.must_decide(session, reader, article.audience_id)
    owner = None if email is None else _who_may_edit(session, article, email, at=at)
    if article.owner_id != owner:
        article.owner_id = owner
        _record(session, reader, article, "article.hand_over", f"owner={owner or 'nobody'}", at)


def govern(
    session: Session, reader: Reader, article_id: int, governance: Governance, *, at: datetime
) -> None:
    """Say by which rules the article may be changed; a coach does.

    Raises:
        LicenceMissing: `reader` is no coach.
        ArticleNotFound: it is absent or invisible.
    """
    reader.must_hold(Licence.COACH)
    article = review.held(session, reader, article_id)
    if article.governance is not governance:
        article.governance = governance
        _record(session, reader, article, "article.govern", governance.value, at)


def _who_may_edit(session: Session, article: Article, email: str, *, at: datetime) -> int:
    refused = CannotLookAfter(f"nobody with the address {email!r} may edit {article.number}")
    try:
        person = people.person(session, email)
    except people.PersonNotFound as error:
        raise refused from error
    theirs = reader_of(session, person, at=at)
    if theirs.outside or not edits(theirs) or article.audience_id not in theirs.audience_ids:
        raise refused
    return person.id


def _record(
    session: Session, reader: Reader, article: Article, verb: str, detail: str, at: datetime
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="article",
        subject_id=article.id,
        at=at,
        detail=detail,
    )
