"""What a shared ticket hides from readers outside its own team: found once, kept as places.

The own team of a ticket are those who may read its internal messages.  What is found depends on
nothing that the others may not see: not on internal messages, nor on who wrote them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, selectinload

from kb import documents, redaction
from kb.models import (
    AuthorRole,
    DocumentKind,
    Grant,
    Organisation,
    OrganisationKind,
    Ticket,
)
from kb.redaction import Kind, Known, Placeholders, Private

TEXTS = ("title", "description", "environment", "resolution", "close_code", "item", "link")
"""The fields of a ticket that are searched for what is private, beside its messages."""

MACHINES = frozenset({Kind.HOST, Kind.IP})

Place = tuple[str, int | None]
"""A text of a ticket: its field; or "message" and the position of the message."""

Pair = tuple[int, int]
"""The audiences of a ticket and of its internal messages."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Characters `start` to `end` of the text at `place`, for which others read a placeholder."""

    place: Place
    start: int
    end: int
    placeholder: str


def clean(session: Session, tickets: Sequence[Ticket]) -> None:
    """Find what each of `tickets` hides from others, if there are any, and keep it."""
    companies: dict[Pair, str | None] = {}
    for ticket in tickets:
        pair = (ticket.audience_id, ticket.internal_audience_id)
        if pair[0] == pair[1]:
            ticket.hidden, ticket.rules = None, None
            continue
        if pair not in companies:
            companies[pair] = only_company(session, *pair)
        found = _find(ticket, company=companies[pair])
        ticket.hidden = [[*each.place, each.start, each.end, each.placeholder] for each in found]
        ticket.rules = redaction.RULES


def hidden(ticket: Ticket) -> list[Hidden]:
    """What `ticket` hides from others: as it was kept, or by the rules of today."""
    if ticket.rules == redaction.RULES:
        return [Hidden((row[0], row[1]), *row[2:]) for row in ticket.hidden or ()]
    return list(_find(ticket, company=None))


def behind(session: Session, *, limit: int) -> list[Ticket]:
    """Up to `limit` tickets that were cleaned by other rules, or for other readers."""
    chosen = select(Ticket).where(Ticket.rules < redaction.RULES, Ticket.withdrawn_at.is_(None))
    loaded = chosen.options(selectinload(Ticket.messages)).order_by(Ticket.id.desc())
    return list(session.scalars(loaded.limit(limit)))


def only_company(session: Session, audience_id: int, internal_audience_id: int) -> str | None:
    """The company to which alone the audience was granted, apart from who reads the internal one.

    None: there are several, or a team or a person, who may change the company.
    """
    others = _granted(session, audience_id) - _granted(session, internal_audience_id, lasting=True)
    if len(others) != 1:
        return None
    ((organisation_id, _, _),) = others
    return session.scalar(
        select(Organisation.name).where(
            Organisation.id == organisation_id, Organisation.kind != OrganisationKind.OWN
        )
    )


def companies(session: Session, audience_id: int) -> dict[Pair, str | None]:
    """For each pair of audiences that shared tickets have with this one: see `only_company`."""
    pairs = session.execute(
        select(Ticket.audience_id, Ticket.internal_audience_id)
        .where(
            or_(Ticket.audience_id == audience_id, Ticket.internal_audience_id == audience_id),
            Ticket.rules.is_not(None),
        )
        .distinct()
    ).all()
    return {(pair[0], pair[1]): only_company(session, *pair) for pair in pairs}


def readers_changed(session: Session, before: dict[Pair, str | None]) -> None:
    """Promise to clean the tickets anew that were, or now are, for one company alone.

    What others find of them may name machines of that company: until then nobody finds it.
    `before` is what `companies` said before the grants changed.
    """
    for pair, company in before.items():
        if only_company(session, *pair) == company:
            continue
        these = (Ticket.audience_id == pair[0], Ticket.internal_audience_id == pair[1])
        if company is not None:
            ids = session.scalars(select(Ticket.id).where(*these)).all()
            documents.withdraw(session, DocumentKind.TICKET, ids)
        session.execute(update(Ticket).where(*these).values(rules=0))


def _granted(
    session: Session, audience_id: int, *, lasting: bool = False
) -> set[tuple[int | None, int | None, int | None]]:
    """Organisation, team or person of each grant; if `lasting`, of those that do not end."""
    query = select(Grant.organisation_id, Grant.team_id, Grant.person_id)
    query = query.where(Grant.audience_id == audience_id)
    if lasting:
        query = query.where(Grant.until.is_(None))
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


def _find(ticket: Ticket, *, company: str | None) -> Iterator[Hidden]:
    """What is private in what all readers see; in a ticket of `company` its own machines stay."""
    texts = _texts(ticket)
    theirs = company is not None and (ticket.organisation or "").lower() == company.lower()
    known = _known(ticket, texts, theirs=theirs)
    found = {place: redaction.find(text, known) for place, text in texts.items()}
    named = _machines_named(ticket, texts, found) if theirs else set()
    placeholders = Placeholders()
    for place, spans in found.items():
        for each in spans:
            value = texts[place][each.start : each.end]
            if each.kind not in MACHINES or value.lower() not in named:
                yield Hidden(place, each.start, each.end, placeholders.of(each.kind, value))
    if ticket.organisation and not theirs:
        place = ("organisation", None)
        placeholder = placeholders.of(Kind.ORGANISATION, ticket.organisation)
        yield Hidden(place, 0, len(ticket.organisation), placeholder)


def _texts(ticket: Ticket) -> dict[Place, str]:
    fields: dict[Place, str] = {(field, None): getattr(ticket, field) or "" for field in TEXTS}
    messages: dict[Place, str] = {
        ("message", message.position): message.text
        for message in ticket.messages
        if not message.internal
    }
    return {place: text for place, text in (fields | messages).items() if text}


def _known(ticket: Ticket, texts: dict[Place, str], *, theirs: bool) -> Known:
    said = "\n".join(texts.values())
    authors = [each.author for each in ticket.messages if each.author and not each.internal]
    people = (*authors, *redaction.names_in_addresses(said), *redaction.names_said(said))
    return Known(
        people=tuple(dict.fromkeys(people)),
        organisations=(ticket.organisation,) if ticket.organisation and not theirs else (),
        hosts=(ticket.item,) if ticket.item and redaction.is_host(ticket.item) else (),
        language=ticket.language or "en",
    )


def _machines_named(
    ticket: Ticket, texts: dict[Place, str], found: dict[Place, tuple[Private, ...]]
) -> set[str]:
    """The machines that the requester names: in the problem, or in a message of theirs."""
    spoken: set[Place] = {("title", None), ("description", None), ("environment", None)}
    spoken |= {
        ("message", message.position)
        for message in ticket.messages
        if message.role is AuthorRole.REQUESTER
    }
    return {
        texts[place][each.start : each.end].lower()
        for place in found
        if place in spoken
        for each in found[place]
        if each.kind in MACHINES
    }
