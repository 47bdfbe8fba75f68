"""What becomes of a closed ticket: the program's advice, and what a person decides instead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import drafting, links, store
from articles.decision import Advice, Verdict
from articles.decision import Reason as Why
from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    Decision,
    DraftOutcome,
    LinkOutcome,
    LinkRole,
)
from kb import events, jobs, tickets
from kb.errors import Conflict, InvalidInput
from kb.models import SOLVED, Licence
from kb.visibility import Reader

REASONS = {
    Why.ALL_SAID: "an article says all of this already",
    Why.SAYS_MORE: "an article is about the same and lacks some of it",
    Why.STEPS_MISSING: "an article is about the same and lacks a step",
    Why.COPIED: "an article holds this solution word for word",
    Why.LINKED_ALREADY: "an article that it is linked to solved it",
    Why.OTHER_SOLUTION: "articles on the same issue have another solution",
    Why.NO_ARTICLE: "no article is about this",
    Why.TOO_THIN: "the ticket does not say what was done",
}
"""Told to people; an article is never named here, since not everybody may see it."""


class ArticleNeeded(InvalidInput):
    """To link or to change means: a published article, and which one."""


class NotClosed(Conflict):
    """What a ticket is worth is decided once it is solved."""


class DraftThere(Conflict):
    """The ticket has its draft already: publish, reject or merge that one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants to become of a ticket; the article where one is needed."""

    verdict: Verdict
    article_id: int | None


def choice(session: Session, ticket_id: int) -> Choice | None:
    """What a person has decided and the worker has to do; None: it shall advise."""
    outcome = session.get(DraftOutcome, ticket_id)
    if outcome is None or outcome.wanted is None or outcome.decision is not Decision.PENDING:
        return None
    return Choice(Verdict(outcome.wanted), outcome.article_id)


def solved_by(session: Session, ticket_id: int) -> int | None:
    """The published article that the ticket is linked to as what solved it."""
    return session.scalar(
        select(Article.id)
        .join(ArticleLink, ArticleLink.article_id == Article.id)
        .where(
            ArticleLink.ticket_id == ticket_id,
            ArticleLink.role == LinkRole.RESOLVED_BY,
            ArticleLink.outcome != LinkOutcome.DID_NOT_HELP,
            Article.state == ArticleState.PUBLISHED,
        )
        .order_by(Article.id)
        .limit(1)
    )


def proposed(session: Session, ticket_id: int, article_id: int) -> bool:
    """Whether the ticket has led to a change of the article already."""
    outcome = session.get(DraftOutcome, ticket_id)
    return outcome is not None and (outcome.decision, outcome.article_id) == (
        Decision.PROPOSED,
        article_id,
    )


def note(
    session: Session,
    ticket_id: int,
    decision: Decision,
    advice: Advice,
    *,
    article_id: int | None = None,
    at: datetime,
) -> None:
    """Keep what was advised, with the articles that were compared."""
    outcome = _outcome(session, ticket_id, at=at)
    outcome.decision, outcome.reason, outcome.at = decision, REASONS[advice.reason], at
    outcome.missing = []
    outcome.article_id = article_id
    if advice.candidate is not None and article_id is None:
        outcome.article_id = advice.candidate.article_id
    outcome.candidates = compared(advice)
    events.record(
        session,
        "ticket.advise",
        person_id=None,
        subject="ticket",
        subject_id=ticket_id,
        at=at,
        detail=f"decision={decision.value}",
    )


def compared(advice: Advice) -> list[list[float]]:
    """The candidates of `advice` as an outcome keeps them."""
    return [
        [each.candidate.article_id, round(each.same_issue, 3), round(each.same_steps, 3)]
        for each in advice.considered
    ]


def decide(
    session: Session,
    reader: Reader,
    ticket_id: int,
    verdict: Verdict,
    *,
    article_id: int | None = None,
    reason: str = "",
    at: datetime,
) -> None:
    """Do what a person decides about a closed ticket, whatever the program advised.

    A link is made at once, and nothing to write is noted; a change or a new article is written
    by the worker and waits for its review.

    Raises:
        RoleMissing: `reader` does not work on articles.
        TicketNotFound: the ticket is absent or invisible.
        NotClosed: the ticket is not solved yet.
        ArticleNeeded: to link or to change needs a published article.
        ArticleNotFound: the article is absent or invisible.
        DraftThere: an article was drafted from the ticket, and is not rejected.
    """
    reader.must_hold(Licence.CANDIDATE)
    ticket = tickets.get(session, reader, ticket_id)
    if ticket.state not in SOLVED:
        raise NotClosed(f"ticket {ticket_id} is {ticket.state.value}; close it first")
    _no_draft(session, ticket_id, verdict)
    needs_article = verdict in {Verdict.LINK, Verdict.CHANGE}
    if needs_article:
        _published(session, reader, article_id)
    outcome = _outcome(session, ticket_id, at=at)
    outcome.wanted, outcome.person_id, outcome.at = verdict.value, reader.person_id, at
    outcome.article_id = article_id if needs_article else None
    outcome.missing = []
    if verdict is Verdict.LINK and article_id is not None:
        outcome.decision, outcome.reason = Decision.LINKED, REASONS[Why.LINKED_ALREADY]
        links.link(
            session,
            reader,
            ticket_id,
            article_id,
            role=LinkRole.RESOLVED_BY,
            outcome=LinkOutcome.SOLVED,
            at=at,
        )
    elif verdict is Verdict.NOTHING:
        outcome.decision, outcome.reason = Decision.NOTHING, reason.strip()
    else:
        outcome.decision, outcome.reason = Decision.PENDING, reason.strip()
        jobs.promise(session, "draft", ticket_id, at=at)
    events.record(
        session,
        "ticket.decide",
        person_id=reader.person_id,
        subject="ticket",
        subject_id=ticket_id,
        at=at,
        detail=f"verdict={verdict.value}" + (f" article={article_id}" if needs_article else ""),
    )


def _no_draft(session: Session, ticket_id: int, verdict: Verdict) -> None:
    there = drafting.article_of(session, ticket_id)
    if there is None:
        return
    if there.state is not ArticleState.REJECTED or verdict is Verdict.NEW:
        raise DraftThere(
            f"an article was drafted from ticket {ticket_id}; publish, reject or merge it"
        )


def _published(session: Session, reader: Reader, article_id: int | None) -> None:
    if article_id is None:
        raise ArticleNeeded("name the article")
    found = store.get(session, reader, article_id)
    if found.published_version is None or found.state is not ArticleState.PUBLISHED:
        raise ArticleNeeded(f"{found.number} is not published")


def _outcome(session: Session, ticket_id: int, *, at: datetime) -> DraftOutcome:
    outcome = session.get(DraftOutcome, ticket_id)
    if outcome is None:
        outcome = DraftOutcome(
            ticket_id=ticket_id,
            decision=Decision.PENDING,
            reason="",
            missing=[],
            notes=[],
            candidates=[],
            at=at,
        )
        session.add(outcome)
    return outcome
