"""What the articles already say about a solved ticket, told to whoever reviews its draft."""

from dataclasses import replace

from sqlalchemy.orm import Session

from articles import decision, store
from articles.decision import Advice, Candidate, Verdict
from articles.ports import Case, Draft, SectionName
from indexer.finder import Finder
from indexer.search import Filters, search
from kb.models import DocumentKind, Ticket
from kb.visibility import Reader

CANDIDATES = 5
"""Articles that are compared with a draft."""

NOTES = {
    Verdict.LINK: "{number} says all of this already: link it instead of publishing this draft",
    Verdict.CHANGE: "{number} is about the same; add to it what it lacks: {additions}",
}


def advise(session: Session, finder: Finder, case: Case, draft: Draft) -> Advice:
    """What to do with the draft, seen with the eyes of the ticket's own audience.

    An article that not every reader of the ticket may see is never named.
    """
    ticket = session.get(Ticket, case.ticket_id)
    if ticket is None:
        return decision.decide(draft, [])
    reader = Reader(person_id=None, audience_ids=frozenset({ticket.audience_id}))
    issue = [statement.text for statement in draft.section(SectionName.ISSUE)]
    found = search(
        session,
        finder,
        reader,
        "\n".join([draft.title, *issue]),
        limit=CANDIDATES,
        filters=Filters(kinds=frozenset({DocumentKind.ARTICLE})),
    )
    candidates = [
        Candidate(
            article_id=hit.origin_id,
            number=hit.number,
            title=hit.title,
            markdown=store.get(session, reader, hit.origin_id).markdown,
            language=hit.language,
            near=min(hit.score, 1.0),
        )
        for hit in found.hits
    ]
    return decision.decide(draft, candidates)


def noted(draft: Draft, advice: Advice) -> Draft:
    """The draft with the advice for its reviewer; as it is where it is new."""
    note = NOTES.get(advice.verdict)
    if note is None or advice.candidate is None:
        return draft
    additions = ", ".join(dict.fromkeys(each.section.value for each in advice.additions))
    text = note.format(number=advice.candidate.number, additions=additions)
    return replace(draft, notes=(*draft.notes, text))
