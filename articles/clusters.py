"""Problems that were solved again and again without an article: what they say, as one draft."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from articles import audiences, deciding, drafting, placeholders, receivers
from articles.deciding import DraftThere, NotClosed
from articles.decision import Verdict
from articles.models import (
    Article,
    ArticleLink,
    Decision,
    DraftOutcome,
    LinkOutcome,
    LinkRole,
)
from articles.ports import (
    Case,
    Draft,
    Evidence,
    Part,
    Replacement,
    Section,
    SectionName,
    Statement,
    StatementKind,
    TooThin,
)
from articles.support import supports
from articles.visibility import visible_articles
from kb import events
from kb.errors import Conflict, NotFound
from kb.models import SOLVED, Licence, Ticket
from kb.visibility import Reader, sees_internal, visible_tickets

LOOKED_AT = 2_000
"""Newest solved tickets that are compared: what recurs is seen in them, and all take minutes."""

READ = 20
"""Tickets of a cluster whose texts are read for its draft; the titles of all are evidence."""

OTHER_WORDINGS = 6
"""Sentences that other tickets add to the issue: how people call the same thing."""

MOST_ENVIRONMENTS = 10

Near = Mapping[int, Iterable[int]]
"""For each ticket those that tell of the same problem, nearest first."""


class ClusterNotFound(NotFound):
    """No such cluster, or not for this reader."""


class ClusterChanged(Conflict):
    """A ticket of it was changed, or got an article, while the draft was written."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Solved tickets that tell of the same problem; the first one is nearest to all others.

    `id` is that ticket's.  `audience_id` is who may read all of them, and so the draft.
    """

    ticket_ids: tuple[int, ...]
    audience_id: int

    @property
    def id(self) -> int:
        """What it is called."""
        return self.ticket_ids[0]


def without_article(session: Session, reader: Reader) -> list[int]:
    """The newest solved tickets that `reader` may see and that have led to no article.

    An article counts that the ticket is linked to in any role, whatever became of it, or that a
    change of it was made for.  Where a person found nothing worth writing, that holds.
    """
    linked = exists().where(
        ArticleLink.ticket_id == Ticket.id,
        ArticleLink.article_id == Article.id,
        visible_articles(reader),
    )
    decided = exists().where(
        DraftOutcome.ticket_id == Ticket.id,
        or_(
            DraftOutcome.decision == Decision.NOTHING,
            exists().where(Article.id == DraftOutcome.article_id, visible_articles(reader)),
        ),
    )
    return list(
        session.scalars(
            select(Ticket.id)
            .where(Ticket.state.in_(SOLVED), visible_tickets(reader), ~linked, ~decided)
            .order_by(Ticket.closed_at.desc().nulls_last(), Ticket.id.desc())
            .limit(LOOKED_AT)
        )
    )


def listed(session: Session, reader: Reader, near: Near, *, at: datetime) -> list[Cluster]:
    """The clusters among the tickets of `near`, most tickets first.

    Around the ticket with most neighbours the others gather, as long as there is an audience of
    `reader` whose members may read them all; what is left gathers around the next one.
    """
    neighbours = {id_: list(others) for id_, others in near.items()}
    audience_of = {
        row.id: row.audience_id
        for row in session.execute(
            select(Ticket.id, Ticket.audience_id).where(Ticket.id.in_(neighbours))
        )
    }
    covered = audiences.covered(session, reader, at=at)
    found, taken = list[Cluster](), set[int]()
    for seed in sorted(neighbours, key=lambda id_: (-len(neighbours[id_]), id_)):
        if seed in taken:
            continue
        others = (id_ for id_ in neighbours[seed] if id_ not in taken)
        cluster = _gathered(seed, others, audience_of, covered)
        if cluster is not None:
            taken.update(cluster.ticket_ids)
            found.append(cluster)
    return sorted(found, key=lambda cluster: -len(cluster.ticket_ids))


def _gathered(
    seed: int,
    others: Iterable[int],
    audience_of: Mapping[int, int],
    covered: Mapping[int, frozenset[int]],
) -> Cluster | None:
    members, of = [seed], {audience_of[seed]}
    for other in others:
        if audiences.common(covered, of | {audience_of[other]}) is not None:
            members.append(other)
            of.add(audience_of[other])
    audience_id = audiences.common(covered, of)
    return Cluster(tuple(members), audience_id) if len(members) > 1 and audience_id else None


def named(clusters: Sequence[Cluster], cluster_id: int) -> Cluster:
    """The cluster called `cluster_id`.

    Raises:
        ClusterNotFound: it is none of them.
    """
    for cluster in clusters:
        if cluster.id == cluster_id:
            return cluster
    raise ClusterNotFound(
        f"no cluster {cluster_id}: its tickets have an article by now, or others are nearer"
    )


@dataclass(frozen=True, slots=True)
class Sources:
    """What a draft from several tickets may use, and who may read it then."""

    cases: tuple[Case, ...]
    audience_id: int


def sources(
    session: Session,
    reader: Reader,
    cluster: Cluster,
    *,
    detect: Callable[[str], str],
    at: datetime,
    locked: bool = False,
) -> Sources:
    """The texts of the tickets of `cluster`, as far as `reader` may see them.

    Internal messages are left out of all unless an audience of `reader` may read those of each.

    Raises:
        ClusterChanged: a ticket is not solved any more, or not for `reader`.
    """
    query = (
        select(Ticket)
        .where(Ticket.id.in_(cluster.ticket_ids), Ticket.state.in_(SOLVED), visible_tickets(reader))
        .order_by(Ticket.id)
        .options(selectinload(Ticket.messages))
    )
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    tickets = {ticket.id: ticket for ticket in session.scalars(query)}
    if set(cluster.ticket_ids) - tickets.keys():
        raise ClusterChanged("a ticket of the cluster was opened again; list the clusters again")
    covered = audiences.covered(session, reader, at=at)
    of = {ticket.audience_id for ticket in tickets.values()}
    internal = {ticket.internal_audience_id for ticket in tickets.values()}
    inner = audiences.common(covered, of | internal)
    whole = inner is not None and all(sees_internal(reader, one) for one in tickets.values())
    audience_id = inner if whole and _has_internal(tickets.values()) else cluster.audience_id
    external = drafting.read_outside(session, audience_id or cluster.audience_id)
    cases = tuple(
        replace(
            drafting.case_of(
                ticket,
                [message for message in ticket.messages if whole or not message.internal],
                ticket.resolution or "",
                detect=detect,
            ),
            external=external,
        )
        for ticket in (tickets[id_] for id_ in cluster.ticket_ids)
    )
    return Sources(cases, audience_id or cluster.audience_id)


def _has_internal(tickets: Iterable[Ticket]) -> bool:
    return any(message.internal for ticket in tickets for message in ticket.messages)


def written(of: Sources, draft_of: Callable[[Case], Draft]) -> Draft:
    """One draft from several cases: the fullest one, and what the others add to it.

    The steps are those of one case, in its order; where another case says a sentence as well,
    it becomes further evidence.  The title stands on the titles of all cases.

    Raises:
        TooThin: none of the cases says what solved it.
    """
    drafts, refusals = list[tuple[Case, Draft]](), list[TooThin]()
    for case in of.cases[:READ]:
        try:
            drafts.append((case, draft_of(case)))
        except TooThin as refusal:
            refusals.append(refusal)
    if not drafts:
        raise refusals[0]
    base, draft = min(drafts, key=lambda each: _poverty(each[1]))
    for case, other in drafts:
        if case is not base:
            draft = _joined(draft, other, same_language=case.language == base.language)
    titles = tuple(
        Evidence(case.ticket_id, Part.TITLE, 0, len(case.title))
        for case in of.cases
        if case is not base
    )
    return replace(draft, title_evidence=draft.title_evidence + titles)


def told_by(draft: Draft) -> int:
    """The ticket whose steps the draft holds."""
    return draft.section(SectionName.RESOLUTION)[0].evidence[0].ticket_id


def _poverty(draft: Draft) -> tuple[int, int]:
    """Lowest for the draft that lacks least and has most steps."""
    return len(draft.missing), -len(draft.section(SectionName.RESOLUTION))


def _joined(draft: Draft, other: Draft, *, same_language: bool) -> Draft:
    """`draft` with the evidence of what `other` says as well, and with what it says beyond."""
    renamed = placeholders.apart(
        [each.placeholder for each in other.replaced],
        [each.placeholder for each in draft.replaced],
    )
    told = {
        section.name: [
            replace(each, text=placeholders.put(each.text, renamed)) for each in section.statements
        ]
        for section in other.sections
    }
    sections = []
    for name in SectionName:
        own = draft.section(name)
        also = told.get(name, [])
        statements = [_with_evidence(each, also) for each in own]
        statements += _beyond(name, own, also) if same_language else []
        if statements:
            sections.append(Section(name, tuple(statements)))
    return replace(
        draft,
        sections=tuple(sections),
        replaced=(*draft.replaced, *_still_there(sections, other.replaced, renamed)),
    )


def _with_evidence(statement: Statement, others: Iterable[Statement]) -> Statement:
    found = [item for other in others if _same(statement, other) for item in other.evidence]
    return replace(statement, evidence=(*statement.evidence, *found))


def _beyond(
    name: SectionName, own: Sequence[Statement], others: Sequence[Statement]
) -> list[Statement]:
    """What is said beyond: another wording of the issue, more environments, a cause or a check."""
    new = [other for other in others if not any(_same(each, other) for each in own)]
    if name is SectionName.ISSUE:
        wordings = [each for each in new if each.kind is not StatementKind.CODE]
        return wordings[:1] if len(own) < OTHER_WORDINGS else []
    if name is SectionName.ENVIRONMENT:
        return new[: max(MOST_ENVIRONMENTS - len(own), 0)]
    return [] if own or name is SectionName.RESOLUTION else new


def _same(one: Statement, other: Statement) -> bool:
    return supports([one.text], other.text) and supports([other.text], one.text)


def _still_there(
    sections: Iterable[Section], replaced: Iterable[Replacement], renamed: dict[str, str]
) -> list[Replacement]:
    there = set(placeholders.used(each.text for section in sections for each in section.statements))
    moved = [replace(each, placeholder=renamed[each.placeholder]) for each in replaced]
    return [each for each in moved if each.placeholder in there]


def use(
    session: Session,
    reader: Reader,
    cluster: Cluster,
    article_id: int,
    *,
    changed_by: int | None = None,
    at: datetime,
) -> None:
    """Link all tickets of `cluster` to a published article as what solved them.

    Where the article lacks something, the worker proposes a change of it from the ticket
    `changed_by` instead of linking that one.

    Raises:
        RoleMissing: `reader` does not work on articles.
        ArticleNeeded: the article is not published.
        ArticleNotFound: the article is absent or invisible.
        ClusterChanged: a ticket was opened again, or has an article now.
    """
    reader.must_hold(Licence.CANDIDATE)
    if _linked(session, reader, cluster.ticket_ids):
        raise ClusterChanged("a ticket of the cluster has an article by now; list them again")
    for ticket_id in sorted(cluster.ticket_ids):
        verdict = Verdict.CHANGE if ticket_id == changed_by else Verdict.LINK
        try:
            deciding.decide(session, reader, ticket_id, verdict, article_id=article_id, at=at)
        except (NotClosed, DraftThere) as error:
            raise ClusterChanged(f"{error}; list the clusters again") from error


def keep(
    session: Session,
    reader: Reader,
    cluster: Cluster,
    of: Sources,
    draft: Draft,
    *,
    detect: Callable[[str], str],
    at: datetime,
) -> Article:
    """Store `draft` as a new article, which all tickets of `cluster` are linked to from now on.

    They are no use of it, and are in no cluster any more, whatever becomes of the draft.

    Raises:
        RoleMissing: `reader` does not work on articles.
        ClusterChanged: a ticket was changed meanwhile, or has an article now.
    """
    reader.must_hold(Licence.CANDIDATE)
    again = sources(session, reader, cluster, detect=detect, at=at, locked=True)
    if again != of or _linked(session, reader, cluster.ticket_ids):
        raise ClusterChanged("the cluster was changed while its draft was written; list them again")
    article = drafting.new_article(
        session, draft, source=drafting.CLUSTER, audience_id=of.audience_id, at=at
    )
    session.flush()  # links, outcomes and event need the id
    for ticket_id in cluster.ticket_ids:
        session.add(
            ArticleLink(
                ticket_id=ticket_id,
                article_id=article.id,
                role=LinkRole.CREATED_FROM,
                outcome=LinkOutcome.UNKNOWN,
                person_id=reader.person_id,
                at=at,
            )
        )
        drafting.note_drafted(
            session, ticket_id, article.id, draft, person_id=reader.person_id, at=at
        )
    events.record(
        session,
        "article.draft",
        person_id=reader.person_id,
        subject="article",
        subject_id=article.id,
        at=at,
        detail=f"tickets={','.join(map(str, cluster.ticket_ids))} writer={draft.writer}",
    )
    receivers.promise_draft(session, article, at=at)
    return article


def _linked(session: Session, reader: Reader, ticket_ids: Collection[int]) -> bool:
    found = session.scalar(
        select(ArticleLink.id)
        .join(Article, Article.id == ArticleLink.article_id)
        .where(ArticleLink.ticket_id.in_(ticket_ids), visible_articles(reader))
        .limit(1)
    )
    return found is not None
