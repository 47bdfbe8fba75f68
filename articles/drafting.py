"""From a closed ticket to a draft: read the case, let a writer work, keep what it wrote.

The writer takes seconds, or minutes where it is a language model: a door calls `prepare` in one
transaction, the writer outside of any, and `keep` or `refuse` in a second one.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from articles import audiences, markdown, numbers, passages, receivers, statements
from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    ArticleVersion,
    Decision,
    DraftOutcome,
    LinkOutcome,
    LinkRole,
    ReplacementRow,
)
from articles.ports import Case, Draft, Evidence, Part, TooThin, Turn
from kb import events, redaction
from kb.errors import Conflict
from kb.models import (
    Audience,
    AuthorRole,
    Grant,
    Message,
    Organisation,
    OrganisationKind,
    Person,
    Team,
    Ticket,
    TicketState,
)
from kb.redaction import Placeholders, is_host

SOURCE = "ticket"
"""The source of articles that were drafted here."""

CLUSTER = "cluster"
"""The source of articles that were drafted from several tickets."""

TOGETHER = "written from several tickets with the same problem"
"""The reason that the outcome of each of them tells."""

FALLBACK = "en"
"""The language of a draft whose ticket has none that we have headings for."""


def _no_language(text: str) -> str:  # noqa: ARG001  (the default of a detector)
    return FALLBACK


class TicketChanged(Conflict):
    """The ticket was changed or reopened while the draft was written; writing again helps."""


def prepare(
    session: Session, ticket_id: int, *, detect: Callable[[str], str] = _no_language
) -> Case | None:
    """What a writer may use of a closed ticket.

    Args:
        session: a transaction that may only read.
        ticket_id: the ticket.
        detect: tells the language of a text, for tickets whose source does not.

    Returns:
        None where there is nothing to write: the ticket is gone or not closed, or it has its
        article already.
    """
    there = article_of(session, ticket_id)
    if there is not None and there.state is not ArticleState.REJECTED:
        return None
    ticket = session.scalar(
        select(Ticket)
        .where(
            Ticket.id == ticket_id,
            Ticket.state.in_([TicketState.RESOLVED, TicketState.CLOSED]),
        )
        .options(selectinload(Ticket.messages))
    )
    if ticket is None:
        return None
    external = read_outside(session, ticket.audience_id)
    turns = _turns(session, ticket)
    return _case(ticket, turns, language_of(ticket, detect), external=external)


def language_of(ticket: Ticket, detect: Callable[[str], str]) -> str:
    """The language of a draft from `ticket`: one that we have headings for."""
    language = ticket.language or detect(f"{ticket.title}\n{ticket.description}")
    return language if language in markdown.HEADINGS else FALLBACK


def case_of(
    ticket: Ticket, messages: Iterable[Message], resolution: str, *, detect: Callable[[str], str]
) -> Case:
    """The ticket as if it were closed with `resolution`, and had no other messages."""
    turns = _turns_of(ticket, messages, resolution)
    return _case(ticket, turns, language_of(ticket, detect), external=True)


def keep(
    session: Session,
    case: Case,
    draft: Draft,
    *,
    reason: str = "",
    candidates: Iterable[list[float]] = (),
    at: datetime,
) -> Article:
    """Store `draft` as version 1 of a new article, or leave the one that is there.

    `reason` and `candidates` say why it is a new one; see DraftOutcome.

    The audience is that of the ticket, or of those of its readers who may read its internal
    messages as soon as one of them is evidence, until a person widens it.

    Raises:
        TicketChanged: the texts that the evidence points into are no longer those of `case`.
    """
    ticket = unchanged(session, case)
    there = article_of(session, case.ticket_id)
    if there is not None:
        return there
    article = new_article(
        session,
        draft,
        source=SOURCE,
        audience_id=audience_of(session, ticket, _evidence(draft)),
        case=case,
        at=at,
    )
    session.flush()  # link and event need the id
    session.add(
        ArticleLink(
            ticket_id=ticket.id,
            article_id=article.id,
            role=LinkRole.CREATED_FROM,
            outcome=LinkOutcome.UNKNOWN,
            at=at,
        )
    )
    outcome = _note(
        session, case.ticket_id, Decision.DRAFTED, reason, draft.missing, draft.notes, at=at
    )
    outcome.article_id, outcome.candidates = article.id, list(candidates)
    events.record(
        session,
        "article.draft",
        person_id=None,
        subject="article",
        subject_id=article.id,
        at=at,
        detail=f"ticket={ticket.id} writer={draft.writer}",
    )
    receivers.promise_draft(session, article, at=at)
    return article


def unchanged(session: Session, case: Case) -> Ticket:
    """The ticket of `case`, kept from others until the transaction ends.

    Raises:
        TicketChanged: its texts are no longer those of `case`.
    """
    ticket = session.scalar(
        select(Ticket)
        .where(Ticket.id == case.ticket_id)
        .options(selectinload(Ticket.messages))
        .with_for_update()
    )
    if ticket is None or _turns(session, ticket) != case.turns:
        raise TicketChanged(f"ticket {case.ticket_id} was changed while its draft was written")
    return ticket


def refuse(session: Session, ticket_id: int, error: TooThin, *, at: datetime) -> None:
    """Note that the ticket was no basis for a draft, and what it lacks."""
    if article_of(session, ticket_id) is None:
        _note(session, ticket_id, Decision.TOO_THIN, error.reason, error.missing, (), at=at)
        events.record(
            session,
            "ticket.refuse_draft",
            person_id=None,
            subject="ticket",
            subject_id=ticket_id,
            at=at,
        )


def note_drafted(
    session: Session,
    ticket_id: int,
    article_id: int,
    draft: Draft,
    *,
    person_id: int | None,
    at: datetime,
) -> None:
    """Note that a draft was written from the ticket and others like it."""
    outcome = _note(
        session, ticket_id, Decision.DRAFTED, TOGETHER, draft.missing, draft.notes, at=at
    )
    outcome.article_id, outcome.person_id, outcome.candidates = article_id, person_id, []


def read_outside(session: Session, audience_id: int) -> bool:
    """Whether anybody outside our own company was granted the audience, or both of its parts."""
    parts = session.execute(
        select(Audience.first_id, Audience.second_id).where(Audience.id == audience_id)
    ).one_or_none()
    if parts is not None and parts.first_id is not None and parts.second_id is not None:
        return all(read_outside(session, part) for part in parts)
    organisation = or_(
        Organisation.id == Grant.organisation_id,
        exists().where(Team.id == Grant.team_id, Team.organisation_id == Organisation.id),
        exists().where(Person.id == Grant.person_id, Person.organisation_id == Organisation.id),
    )
    found = session.scalar(
        select(Grant.id)
        .join(Organisation, organisation)
        .where(Grant.audience_id == audience_id, Organisation.kind != OrganisationKind.OWN)
        .limit(1)
    )
    return found is not None


def article_of(session: Session, ticket_id: int) -> Article | None:
    """The article that was drafted from the ticket, alone or with others; a rejected one last."""
    together = exists().where(
        ArticleLink.article_id == Article.id,
        ArticleLink.ticket_id == ticket_id,
        ArticleLink.role == LinkRole.CREATED_FROM,
        Article.source == CLUSTER,
    )
    return session.scalar(
        select(Article)
        .where(or_(Article.ticket_id == ticket_id, together))
        .order_by(Article.state == ArticleState.REJECTED, Article.id)
        .limit(1)
    )


def _case(ticket: Ticket, turns: tuple[Turn, ...], language: str, *, external: bool) -> Case:
    authors = dict.fromkeys(message.author for message in ticket.messages if message.author)
    return Case(
        ticket_id=ticket.id,
        title=ticket.title,
        turns=turns,
        language=language,
        environment=ticket.environment,
        item=ticket.item or "",
        people=tuple(authors),
        organisations=(ticket.organisation,) if ticket.organisation else (),
        hosts=(ticket.item,) if ticket.item and is_host(ticket.item) else (),
        external=external,
    )


def _product(case: Case) -> str | None:
    """The item of the ticket, unless it names a machine or somebody: all readers are shown it."""
    known = passages.known(replace(case, external=True))
    public = redaction.redact(case.item, known, Placeholders()).text == case.item
    return case.item if case.item and public else None


def _turns(session: Session, ticket: Ticket) -> tuple[Turn, ...]:
    """The texts of `ticket` that a draft may use, in the order they were written.

    Internal messages are among them if there is an audience that may read them and the ticket.
    """
    messages: Iterable[Message] = ticket.messages
    if _own_team(session, ticket) is None:
        messages = [message for message in messages if not message.internal]
    return _turns_of(ticket, messages, ticket.resolution or "")


def _turns_of(ticket: Ticket, messages: Iterable[Message], resolution: str) -> tuple[Turn, ...]:
    turns = [
        Turn(Part.DESCRIPTION, ticket.description, role=AuthorRole.REQUESTER, at=ticket.opened_at)
    ]
    turns += [_turn(message) for message in messages]
    if resolution:
        at = ticket.closed_at or ticket.updated_at
        turns.append(Turn(Part.RESOLUTION, resolution, role=AuthorRole.AGENT, at=at))
    return tuple(turns)


def _turn(message: Message) -> Turn:
    return Turn(
        Part.MESSAGE,
        message.text,
        message=message.id,
        role=message.role,
        at=message.at,
        internal=message.internal,
        accepted=message.accepted,
    )


def new_article(
    session: Session,
    draft: Draft,
    *,
    source: str,
    audience_id: int,
    case: Case | None = None,
    at: datetime,
) -> Article:
    """An article whose first version is `draft`; `case` if it was written from one ticket alone."""
    version = ArticleVersion(
        number=1,
        title=draft.title,
        markdown=_body(draft),
        audience_id=audience_id,
        at=at,
        statements=statements.of_draft(draft),
        replacements=[
            ReplacementRow(
                placeholder=item.placeholder, kind=item.kind, **statements.span(item.evidence)
            )
            for item in draft.replaced
        ],
    )
    (number,) = numbers.take(session)
    article = Article(
        number=number,
        source=source,
        ticket_id=None if case is None else case.ticket_id,
        state=ArticleState.DRAFT,
        audience_id=audience_id,
        language=draft.language,
        product=None if case is None else _product(case),
        tags=[],
        created_at=at,
        updated_at=at,
        versions=[version],
    )
    session.add(article)
    return article


def _body(draft: Draft) -> str:
    """The text under the title, which is a field of its own."""
    return markdown.to_markdown(draft).partition("\n\n")[2]


def audience_of(session: Session, ticket: Ticket, evidence: Iterable[Evidence]) -> int:
    """Who may read all that stands on `evidence` of the ticket."""
    internal = {message.id for message in ticket.messages if message.internal}
    used = {item.message for item in evidence if item.part is Part.MESSAGE}
    if not used & internal:
        return ticket.audience_id
    inner = _own_team(session, ticket)
    if inner is None:
        raise TicketChanged(f"nobody may read all of ticket {ticket.id} any more")
    return inner


def _own_team(session: Session, ticket: Ticket) -> int | None:
    """The audience whose readers may all read the ticket and its internal messages.

    Who may read internal messages need not be a reader of the ticket: of a ticket that is for one
    team, all of our own company may, unless a table says otherwise.
    """
    return audiences.narrower(session, ticket.audience_id, ticket.internal_audience_id)


def _evidence(draft: Draft) -> list[Evidence]:
    return [
        *draft.title_evidence,
        *(replaced.evidence for replaced in draft.replaced),
        *(
            item
            for section in draft.sections
            for statement in section.statements
            for item in statement.evidence
        ),
    ]


def _note(
    session: Session,
    ticket_id: int,
    decision: Decision,
    reason: str,
    missing: tuple[str, ...],
    notes: tuple[str, ...],
    *,
    at: datetime,
) -> DraftOutcome:
    outcome = session.get(DraftOutcome, ticket_id)
    if outcome is None:
        outcome = DraftOutcome(ticket_id=ticket_id)
        session.add(outcome)
    outcome.decision, outcome.reason, outcome.at = decision, reason, at
    outcome.missing, outcome.notes = [str(item) for item in missing], list(notes)
    return outcome
