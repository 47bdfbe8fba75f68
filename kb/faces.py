"""The two faces of a ticket: as it is for its own team, and cleaned for its other readers.

Who may read the internal messages reads all of it as it was written.  Everybody else reads roles
instead of authors, and placeholders instead of people, secrets and machines.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb import cleaning
from kb.cleaning import Hidden, Place
from kb.models import AuthorRole, Message, Ticket, TicketState
from kb.visibility import Reader, sees_internal

LEFT_OUT = frozenset({"item", "link", "organisation"})
"""Fields of which nothing is shown if anything in them is private: half a link leads nowhere."""


@dataclass(frozen=True, slots=True)
class MessageFace:
    """A message as its reader sees it; for the fields see Message."""

    id: int
    role: AuthorRole
    author: str | None
    at: datetime
    internal: bool
    accepted: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A ticket as its reader sees it; for the fields see Ticket."""

    id: int
    source: str
    external_id: str
    title: str
    description: str
    environment: str
    state: TicketState
    level: int
    queue: str | None
    category: str | None
    item: str | None
    language: str | None
    link: str | None
    organisation: str | None
    resolution: str | None
    close_code: str | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    messages: tuple[MessageFace, ...]


def of(reader: Reader, ticket: Ticket) -> Face:
    """What `reader`, who may see `ticket`, reads of it; its messages must be loaded."""
    return own(ticket) if sees_internal(reader, ticket) else outside(ticket)


def own(ticket: Ticket) -> Face:
    """The ticket as it is."""
    return _face(
        ticket,
        lambda field: getattr(ticket, field),
        tuple(_message(each, each.author, each.text) for each in ticket.messages),
    )


def outside(ticket: Ticket) -> Face:
    """The ticket as those read it who may not read its internal messages."""
    hidden = _by_place(ticket)

    def shown(field: str) -> str | None:
        text: str | None = getattr(ticket, field)
        spans = hidden.get((field, None), [])
        if text is None or not spans:
            return text
        return None if field in LEFT_OUT else _replaced(text, spans)

    messages = tuple(
        _message(each, None, _replaced(each.text, hidden.get(("message", each.position), [])))
        for each in ticket.messages
        if not each.internal
    )
    return _face(ticket, shown, messages)


def quote(
    reader: Reader, ticket: Ticket, start: int, end: int, *, field: str, message: int | None
) -> str | None:
    """Characters `start` to `end` of a text of `ticket`, as `reader` may read them.

    Args:
        reader: who asks; they may see the ticket.
        ticket: with its messages.
        start: the first character.
        end: the one behind the last.
        field: the name of the text: a field of the ticket, or message.
        message: the id of the message, if it is one.

    Returns:
        None if the text is gone, or is not for them.
    """
    said = next((each for each in ticket.messages if each.id == message), None)
    whole = sees_internal(reader, ticket)
    if field == "message" and (said is None or (said.internal and not whole)):
        return None
    text: str | None = getattr(ticket, field) if said is None else said.text
    if text is None or whole:
        return None if text is None else text[start:end]
    place = (field, None if said is None else said.position)
    inside = (
        Hidden(place, max(each.start - start, 0), min(each.end, end) - start, each.placeholder)
        for each in _by_place(ticket).get(place, [])
        if each.start < end and start < each.end
    )
    return _replaced(text[start:end], inside)


def _by_place(ticket: Ticket) -> dict[Place, list[Hidden]]:
    found: dict[Place, list[Hidden]] = {}
    for each in cleaning.hidden(ticket):
        found.setdefault(each.place, []).append(each)
    return found


def _replaced(text: str, spans: Iterable[Hidden]) -> str:
    pieces: list[str] = []
    last = 0
    for each in spans:
        pieces += [text[last : each.start], each.placeholder]
        last = each.end
    return "".join([*pieces, text[last:]])


def _message(message: Message, author: str | None, text: str) -> MessageFace:
    return MessageFace(
        id=message.id,
        role=message.role,
        author=author,
        at=message.at,
        internal=message.internal,
        accepted=message.accepted,
        text=text,
    )


def _face(
    ticket: Ticket,
    shown: Callable[[str], Any],  # Any: a text; only some of the fields may be None
    messages: tuple[MessageFace, ...],
) -> Face:
    return Face(
        id=ticket.id,
        source=ticket.source,
        external_id=ticket.external_id,
        title=shown("title"),
        description=shown("description"),
        environment=shown("environment"),
        state=ticket.state,
        level=ticket.level,
        queue=ticket.queue,
        category=ticket.category,
        item=shown("item"),
        language=ticket.language,
        link=shown("link"),
        organisation=shown("organisation"),
        resolution=shown("resolution"),
        close_code=shown("close_code"),
        opened_at=ticket.opened_at,
        updated_at=ticket.updated_at,
        closed_at=ticket.closed_at,
        messages=messages,
    )
