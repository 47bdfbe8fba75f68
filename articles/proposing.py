"""A change to a published article that a solved ticket suggests, waiting for its review."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import decision, drafting, placeholders, receivers, review, statements
from articles.decision import Addition, Candidate
from articles.models import Article, ArticleState, ArticleVersion, ReplacementRow
from articles.ports import Case, Draft, Replacement
from kb import events
from kb.errors import Conflict


class ArticleChanged(Conflict):
    """The article was changed while the additions to it were chosen; choosing again helps."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a ticket adds to an article; the placeholders of `draft` among its words."""

    case: Case
    draft: Draft
    candidate: Candidate
    additions: tuple[Addition, ...]


def busy(session: Session, article_id: int) -> bool:
    """Whether a change to the article waits for its review already, or it is not published."""
    article = session.get(Article, article_id)
    return (
        article is None
        or article.state is not ArticleState.PUBLISHED
        or article.version != article.published_version
    )


def propose(session: Session, proposal: Proposal, *, at: datetime) -> int:
    """Write the additions into a new version of the article; readers see it once it is published.

    Every line of the article stays, and keeps its evidence; each addition points into the ticket.
    Until a person decides otherwise, only those may read the version who may read the article,
    the ticket, and the internal messages if one of them is evidence.

    Returns:
        The number of the version.

    Raises:
        ArticleChanged: its newest version is not the text that the additions were chosen for.
        TicketChanged: the texts that the evidence points into are no longer those of the case.
    """
    ticket = drafting.unchanged(session, proposal.case)
    article = session.scalar(
        select(Article).where(Article.id == proposal.candidate.article_id).with_for_update()
    )
    newest = None if article is None else _newest(session, article)
    if article is None or newest is None or newest.markdown != proposal.candidate.markdown:
        raise ArticleChanged(f"{proposal.candidate.number} was changed while this was written")
    additions, replaced = _numbered_apart(proposal)
    markdown = decision.changed(proposal.candidate, additions)
    article.version, article.updated_at = article.version + 1, at
    session.add(
        ArticleVersion(
            article_id=article.id,
            number=article.version,
            title=newest.title,
            markdown=markdown,
            audience_id=drafting.audience_of(
                session, ticket, [item for each in additions for item in each.statement.evidence]
            ),
            at=at,
            statements=statements.extended(
                session, newest, markdown, [(each.section, each.statement) for each in additions]
            ),
            replacements=[
                *review.still_replaced(session, newest, newest.title, markdown),
                *(
                    ReplacementRow(
                        placeholder=item.placeholder,
                        kind=item.kind,
                        **statements.span(item.evidence),
                    )
                    for item in replaced
                ),
            ],
        )
    )
    events.record(
        session,
        "article.propose",
        person_id=None,
        subject="article",
        subject_id=article.id,
        at=at,
        detail=f"ticket={ticket.id} version={article.version} writer={proposal.draft.writer}",
    )
    receivers.promise_draft(session, article, at=at)
    return article.version


def _newest(session: Session, article: Article) -> ArticleVersion | None:
    return session.scalar(
        select(ArticleVersion).where(
            ArticleVersion.article_id == article.id, ArticleVersion.number == article.version
        )
    )


def _numbered_apart(proposal: Proposal) -> tuple[list[Addition], list[Replacement]]:
    """The additions with placeholders that the article does not use for something else."""
    renamed = placeholders.apart(
        [each.statement.text for each in proposal.additions],
        placeholders.used([proposal.candidate.markdown]),
    )
    additions = [
        replace(
            each,
            statement=replace(each.statement, text=placeholders.put(each.statement.text, renamed)),
        )
        for each in proposal.additions
    ]
    replaced = [
        replace(each, placeholder=renamed[each.placeholder])
        for each in proposal.draft.replaced
        if each.placeholder in renamed
    ]
    return additions, replaced
