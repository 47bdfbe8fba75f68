"""What the articles already say about a solved ticket, and what is therefore to be written."""

from dataclasses import replace

from sqlalchemy.orm import Session

from articles import audiences, decision, drafting, store
from articles.deciding import Choice
from articles.decision import Advice, Candidate, Verdict
from articles.decision import Reason as Why
from articles.ports import Case, Draft, SectionName, Writer
from articles.proposing import Proposal
from indexer.finder import Finder
from indexer.search import Filters, search
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
    advice = decision.decide(draft, _candidates(session, finder, eyes, draft))
    if choice is None:
        return advice
    return Advice(choice.verdict, advice.reason, considered=advice.considered)


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
    issue = [statement.text for statement in draft.section(SectionName.ISSUE)]
    found = search(
        session,
        finder,
        eyes,
        "\n".join([draft.title, *issue]),
        limit=CANDIDATES,
        filters=Filters(kinds=frozenset({DocumentKind.ARTICLE})),
    )
    return [
        Candidate(
            article_id=hit.origin_id,
            number=hit.number,
            title=hit.title,
            markdown=store.get(session, eyes, hit.origin_id).markdown,
            language=hit.language or draft.language,
            near=min(hit.score, 1.0),
        )
        for hit in found.hits
    ]


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
