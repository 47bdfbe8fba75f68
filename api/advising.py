"""What the articles already say about a solved ticket, and what is therefore to be written."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from articles import audiences, decision, drafting, store
from articles.deciding import Choice
from articles.decision import Advice, Candidate, Verdict
from articles.decision import Reason as Why
from articles.ports import Case, Draft, SectionName, Writer
from articles.proposing import Proposal
from indexer.finder import Finder
from indexer.search import Filters, Hit, search
from kb.models import DocumentKind, Ticket
from kb.visibility import Reader

CANDIDATES = 5
"""Articles that are compared with a draft."""


def advise(
    session: Session, finder: Finder, case: Case, draft: Draft, choice: Choice | None = None
) -> Advice:
    """What to do with the draft, seen with the eyes of everybody who may read the ticket.

    An article that not every reader of the ticket may see is never named, unless it is the
    `choice` of a person, who sees both.
    """
    ticket = session.get(Ticket, case.ticket_id)
    if ticket is None:
        return decision.decide(draft, [])
    if choice is not None and choice.article_id is not None:
        candidate = _chosen(session, choice.article_id)
        additions = decision.lacking(draft, candidate)
        reason = Why.SAYS_MORE if additions else Why.ALL_SAID
        return Advice(choice.verdict, reason, candidate, additions)
    eyes = Reader(person_id=None, audience_ids=audiences.covering(session, ticket.audience_id))
    advice = compared(session, finder, eyes, draft)
    if choice is None:
        return advice
    return Advice(choice.verdict, advice.reason, considered=advice.considered)


def compared(session: Session, finder: Finder, eyes: Reader, draft: Draft) -> Advice:
    """What to do with the draft, by the articles that `eyes` may see."""
    return decision.decide(draft, _candidates(session, finder, eyes, draft))


def proposal(
    session: Session, writer: Writer, case: Case, draft: Draft, advice: Advice
) -> Proposal | None:
    """What the ticket adds to the article of `advice`; None: nothing.

    Host names and addresses go where readers outside our own company have the article.
    """
    candidate = advice.candidate
    if advice.verdict is not Verdict.CHANGE or candidate is None or not advice.additions:
        return None
    audience_id = store.audience_of(session, candidate.number)
    if case.external or not drafting.read_outside(session, audience_id):
        return Proposal(case, draft, candidate, advice.additions)
    outside = replace(case, external=True)
    written = writer.write(outside)
    return Proposal(outside, written, candidate, decision.lacking(written, candidate))


def _candidates(session: Session, finder: Finder, eyes: Reader, draft: Draft) -> list[Candidate]:
    """Articles on the same issue; and those with the same steps, which a ticket may have copied."""
    issue = _said(draft, SectionName.ISSUE)
    steps = _said(draft, SectionName.RESOLUTION)
    by_issue = _found(session, finder, eyes, f"{draft.title}\n{issue}")
    by_steps = _found(session, finder, eyes, steps)
    known = {hit.origin_id for hit in by_issue}
    return [
        *(_candidate(session, eyes, hit, draft, near=min(hit.score, 1.0)) for hit in by_issue),
        *(
            _candidate(session, eyes, hit, draft, near=0.0)
            for hit in by_steps
            if hit.origin_id not in known
        ),
    ]


def _said(draft: Draft, name: SectionName) -> str:
    return "\n".join(statement.text for statement in draft.section(name))


def _found(session: Session, finder: Finder, eyes: Reader, text: str) -> Sequence[Hit]:
    return search(
        session,
        finder,
        eyes,
        text,
        limit=CANDIDATES,
        filters=Filters(kinds=frozenset({DocumentKind.ARTICLE})),
    ).hits


def _candidate(session: Session, eyes: Reader, hit: Hit, draft: Draft, *, near: float) -> Candidate:
    return Candidate(
        article_id=hit.origin_id,
        number=hit.number,
        title=hit.title,
        markdown=store.get(session, eyes, hit.origin_id).markdown,
        language=hit.language or draft.language,
        near=near,
    )


def _chosen(session: Session, article_id: int) -> Candidate:
    """The article that a person has chosen; the door has asked whether they may see it."""
    shown = store.published(session, article_id)
    return Candidate(
        article_id=article_id,
        number=shown.number,
        title=shown.title,
        markdown=shown.markdown,
        language=shown.language or "en",
        near=1.0,
    )
