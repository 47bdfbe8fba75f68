"""What a receiver of webhooks is told: composed at the moment of sending, for its person's eyes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from articles import news, receivers, store
from articles.models import ArticleState, Delivery, Happening, NewsKind, Receiver
from articles.store import ArticleNotFound
from kb import events, jobs, people
from kb.visibility import Reader, reader_of

FIRST_PAUSE = timedelta(seconds=10)
"""Wait after the first failure; doubled after each further one."""

LONGEST_PAUSE = timedelta(hours=6)
"""Wait between two attempts, unless the receiver asks for more."""

GIVEN_UP_AFTER = timedelta(days=3)
"""A message that could not be delivered for so long waits for a person."""

KEPT = {"key_share": True}
"""How a receiver is locked: those who promise it something do not wait for that."""

BEHIND_OTHERS = timedelta(seconds=1)
"""So that a message that the receiver cannot take holds up no other."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is told, as members of JSON: nothing but what the person may see on the pages."""

    happening: Happening
    at: datetime
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message to be sent; the same `message_id` at each attempt."""

    receiver: Receiver
    message_id: str
    message: Message


def prepare(session: Session, delivery_id: int, *, address: str, at: datetime) -> Prepared | None:
    """What the receiver is to be told at this moment; None: nothing, or nothing any more.

    Args:
        session: a transaction that may only read.
        delivery_id: what was promised.
        address: where people open the pages, for links.
        at: now: rights that have ended count for nothing.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return None
    receiver = session.get_one(Receiver, delivery.receiver_id)
    reader = _reader(session, receiver, at)
    facts = (
        _draft(session, reader, delivery, address)
        if delivery.news_id is None
        else _news(session, reader, delivery.news_id, address)
    )
    if facts is None:
        return None
    message = Message(delivery.happening, delivery.at, facts)
    return Prepared(receiver, delivery.message_id, message)


def note_attempt(session: Session, delivery_id: int, *, at: datetime) -> None:
    """Count an attempt before it is made; what outsiders are sent is recorded like their reading.

    A receiver that answers is told nothing of which there is no record.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return
    delivery.attempts += 1
    receiver = session.get_one(Receiver, delivery.receiver_id)
    if not _reader(session, receiver, at).outside:
        return
    events.record(
        session,
        "webhook.send",
        person_id=receiver.person_id,
        subject="article",
        subject_id=delivery.article_id,
        at=at,
        detail=f"receiver={receiver.id} of={delivery.happening.value}",
    )


def note_delivered(session: Session, delivery_id: int, *, at: datetime) -> None:
    """The receiver has it, and is well."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return
    receiver = session.get_one(Receiver, delivery.receiver_id, with_for_update=KEPT)
    receiver.delivered_at, receiver.failures = at, 0
    receiver.failure = receiver.not_before = None
    drop(session, delivery_id)


def drop(session: Session, delivery_id: int) -> None:
    """Forget a delivery: there is nothing to tell, or it was told."""
    session.execute(delete(Delivery).where(Delivery.id == delivery_id))


def note_failed(
    session: Session,
    delivery_id: int,
    reason: str,
    *,
    wait: timedelta = timedelta(0),
    gone: bool = False,
    at: datetime,
) -> datetime | None:
    """Note that the receiver did not take a message, and let all that wait for it wait longer.

    Args:
        session: a transaction that may write.
        delivery_id: the message.
        reason: for administrators; holds no path and no query of the address.
        wait: how long the receiver asked for at least.
        gone: it wants no more messages.
        at: the time of the attempt.

    Returns:
        When to try this message again; None: it is given up.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return None
    receiver = session.get_one(Receiver, delivery.receiver_id, with_for_update=KEPT)
    receiver.failures += 1
    receiver.failure = reason
    receiver.not_before = at + max(wait, _pause(receiver.failures))
    waiting = receivers.deliveries_of(receiver.id)
    jobs.put_off_all(session, receivers.JOB, waiting, until=receiver.not_before)
    if gone or at - delivery.at >= GIVEN_UP_AFTER:
        return None
    return max(receiver.not_before, at + _pause(delivery.attempts)) + BEHIND_OTHERS


def _pause(failures: int) -> timedelta:
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(failures - 1, 20)))


def _reader(session: Session, receiver: Receiver, at: datetime) -> Reader:
    return reader_of(session, people.by_id(session, receiver.person_id), at=at)


def _news(
    session: Session, reader: Reader, news_id: int, address: str
) -> Mapping[str, object] | None:
    told = news.told(session, reader, news_id)
    if told is None:
        return None
    if told.kind is NewsKind.RETIRED:
        return {"number": told.number}
    return {
        "number": told.number,
        "title": told.title,
        "language": told.language,
        "tags": list(told.tags),
        "url": f"{address}/articles/{told.number}",
    }


def _draft(
    session: Session, reader: Reader, delivery: Delivery, address: str
) -> Mapping[str, object] | None:
    """A draft as those see it who work on articles; None also once nothing waits any more.

    Others see the published version of an article and no draft, so nothing waits for them.
    """
    try:
        found = store.get(session, reader, delivery.article_id)
    except ArticleNotFound:
        return None
    change = found.state is ArticleState.PUBLISHED and found.version != found.published_version
    if not change and found.state is not ArticleState.DRAFT:
        return None
    return {
        "id": found.id,
        "number": found.number,
        "title": found.title,
        "language": found.language,
        "version": found.version,
        "change": change,
        "url": f"{address}/drafts/{found.id}",
    }
