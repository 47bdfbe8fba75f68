"""Systems that are told by webhook what happens to articles: adding them, and promising to tell."""

import base64
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ScalarSelect, delete, func, select
from sqlalchemy.orm import Session

from articles.models import Article, ArticleNews, Delivery, Happening, NewsKind, Receiver
from kb import administration, events, jobs, people
from kb.errors import Conflict, InvalidInput, NotFound
from kb.models import Job, Person
from kb.sources import http
from kb.sources.vault import Vault
from kb.visibility import Reader

JOB = "webhook"
"""The kind of the job; its subject is the delivery."""

LONGEST_HOST = 253
"""Characters of a name that can be looked up."""

SECRET_PREFIX = "whsec_"  # noqa: S105  what every secret of the specification begins with

BOTH_SECRETS = timedelta(days=1)
"""How long messages are signed with the former secret too, once there is a new one."""

OF_NEWS = {
    NewsKind.PUBLISHED: Happening.PUBLISHED,
    NewsKind.CHANGED: Happening.CHANGED,
    NewsKind.RETIRED: Happening.RETIRED,
}


class ReceiverNotFound(NotFound):
    """No receiver of webhooks has this name."""


class ReceiverExists(Conflict):
    """There is a receiver of this name."""


class PlainAddress(InvalidInput):
    """What crosses other networks is sent over https alone."""


class NothingToTell(InvalidInput):
    """A receiver must be told of something."""


class Target(BaseModel):
    """Where a receiver is and what messages to it are signed with; stored encrypted as a whole."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    url: str
    private: bool
    secret: str
    former: str | None = None
    former_until: datetime | None = None

    def secrets(self, at: datetime) -> list[str]:
        """What to sign with at this time, the newest first."""
        if self.former is None or self.former_until is None or self.former_until <= at:
            return [self.secret]
        return [self.secret, self.former]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new receiver is: where, for whose eyes, and of what it is told.

    `private` allows an address in our own network, and http.  An empty `tag` or `language`
    restricts nothing.
    """

    name: str
    url: str
    email: str
    happenings: Collection[Happening]
    private: bool = False
    tag: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a receiver stands; of its address only the host is shown."""

    name: str
    host: str
    email: str
    happenings: tuple[Happening, ...]
    tag: str
    language: str
    waiting: int
    failed: int
    """Messages that were given up, until a person tries them again."""
    delivered_at: datetime | None
    failure: str | None
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A piece of news and its article; `moved` if others read the article from now on."""

    news: ArticleNews
    article: Article
    moved: bool = False


def add(session: Session, reader: Reader, wanted: Wanted, *, vault: Vault, at: datetime) -> str:
    """Add a receiver, which is told of what happens from now on.

    Returns:
        The secret that messages are signed with; it is never shown again.

    Raises:
        ReceiverExists: the name is taken.
        NothingToTell: no happening is wanted.
        ForbiddenAddress, PlainAddress: the address cannot be used.
        PersonNotFound: there is nobody with this address.
    """
    administration.must_administer(reader)
    if not wanted.happenings:
        raise NothingToTell("say what it is to be told of")
    host = _host(wanted)
    person = people.person(session, wanted.email)
    if session.scalar(select(Receiver.id).where(Receiver.name == wanted.name)) is not None:
        raise ReceiverExists(f"there is a receiver {wanted.name!r}")
    target = Target(url=wanted.url, private=wanted.private, secret=_secret())
    made = Receiver(
        name=wanted.name,
        host=host,
        account=locked(vault, target),
        person_id=person.id,
        happenings=sorted(set(wanted.happenings)),
        tag=wanted.tag,
        language=wanted.language,
        added_at=at,
    )
    session.add(made)
    session.flush()  # the event needs the id
    told = ",".join(made.happenings)
    _record(session, reader, "webhook.add", made, at, detail=f"person={person.id} of={told}")
    return target.secret


def rotate(session: Session, reader: Reader, name: str, *, vault: Vault, at: datetime) -> str:
    """Give a receiver a new secret; for a day, messages are signed with both.

    Returns:
        The new secret, which is never shown again.

    Raises:
        ReceiverNotFound: there is none of this name.
        WrongKey: the former one cannot be decrypted.
    """
    found = _named(session, reader, name)
    before = target_of(found, vault)
    after = before.model_copy(
        update={
            "secret": _secret(),
            "former": before.secret,
            "former_until": at + BOTH_SECRETS,
        }
    )
    found.account = locked(vault, after)
    _record(session, reader, "webhook.rotate", found, at)
    return after.secret


def remove(session: Session, reader: Reader, name: str, *, at: datetime) -> None:
    """Forget a receiver, and what it was still to be told.

    Raises:
        ReceiverNotFound: there is none of this name.
    """
    found = _named(session, reader, name)
    session.execute(delete(Job).where(Job.kind == JOB, Job.subject_id.in_(deliveries_of(found.id))))
    session.execute(delete(Delivery).where(Delivery.receiver_id == found.id))
    _record(session, reader, "webhook.remove", found, at)
    session.delete(found)


def to_test(session: Session, reader: Reader, name: str, *, at: datetime) -> Receiver:
    """The receiver that an administrator wants to try; that they did is recorded.

    Raises:
        ReceiverNotFound: there is none of this name.
    """
    found = _named(session, reader, name)
    _record(session, reader, "webhook.test", found, at)
    return found


def listed(session: Session, reader: Reader) -> list[Standing]:
    """All receivers by name."""
    administration.must_administer(reader)
    rows = session.execute(
        select(Receiver, Person.email)
        .join(Person, Person.id == Receiver.person_id)
        .order_by(Receiver.name)
    ).all()
    counts = _counts(session)
    return [
        Standing(
            name=row.name,
            host=row.host,
            email=email,
            happenings=tuple(map(Happening, row.happenings)),
            tag=row.tag,
            language=row.language,
            waiting=counts.get((row.id, False), 0),
            failed=counts.get((row.id, True), 0),
            delivered_at=row.delivered_at,
            failure=row.failure,
            not_before=row.not_before,
        )
        for row, email in rows
    ]


def names_of(session: Session, delivery_ids: Collection[int]) -> dict[int, str]:
    """For each of these deliveries the name of its receiver."""
    rows = session.execute(
        select(Delivery.id, Receiver.name)
        .join(Receiver, Receiver.id == Delivery.receiver_id)
        .where(Delivery.id.in_(delivery_ids))
    )
    return {row.id: row.name for row in rows}


def promise_news(session: Session, noted: Sequence[Noted]) -> None:
    """Promise to tell this news to each receiver that wants it, in the caller's transaction.

    Whether its person may see it is asked when it is sent.  What topic an article has is told by
    what it says now; of one that moved to others, its former readers must not learn that.
    """
    receivers = _all(session) if noted else []
    if not receivers:
        return
    session.flush()  # deliveries name the news by its id
    for one in noted:
        for receiver in receivers:
            happening = OF_NEWS[one.news.kind]
            hidden = one.moved and bool(receiver.tag or receiver.language)
            if not hidden and _wants(receiver, happening, one.article):
                _promise(session, receiver, happening, one.article, one.news, at=one.news.at)


def promise_draft(session: Session, article: Article, *, at: datetime) -> None:
    """Promise to tell that a draft, or a change to the article, waits for its review."""
    for receiver in _all(session):
        if _wants(receiver, Happening.DRAFT_READY, article):
            _promise(session, receiver, Happening.DRAFT_READY, article, None, at=at)


def target_of(receiver: Receiver, vault: Vault) -> Target:
    """Where it is, and its secrets.

    Raises:
        WrongKey: it cannot be decrypted.
    """
    return Target.model_validate_json(vault.unlock(receiver.account))


def locked(vault: Vault, target: Target) -> bytes:
    """The target, encrypted."""
    return vault.lock(target.model_dump_json().encode())


def deliveries_of(receiver_id: int) -> ScalarSelect[int]:
    """The ids of what a receiver is still to be told, as a part of a query."""
    return select(Delivery.id).where(Delivery.receiver_id == receiver_id).scalar_subquery()


def _all(session: Session) -> Sequence[Receiver]:
    # Kept from being removed: a promise to a receiver that is gone would fail on PostgreSQL.
    chosen = select(Receiver).order_by(Receiver.id).with_for_update(read=True, key_share=True)
    return session.scalars(chosen).all()


def _wants(receiver: Receiver, happening: Happening, article: Article) -> bool:
    return (
        happening in receiver.happenings
        and (not receiver.tag or receiver.tag in article.tags)
        and receiver.language in {"", article.language}
    )


def _promise(
    session: Session,
    receiver: Receiver,
    happening: Happening,
    article: Article,
    news: ArticleNews | None,
    *,
    at: datetime,
) -> None:
    made = Delivery(
        receiver_id=receiver.id,
        message_id=f"msg_{secrets.token_urlsafe(18)}",
        happening=happening,
        article_id=article.id,
        news_id=None if news is None else news.id,
        at=at,
    )
    session.add(made)
    session.flush()  # the job needs the id
    jobs.promise(session, JOB, made.id, at=max(at, receiver.not_before or at))


def _named(session: Session, reader: Reader, name: str) -> Receiver:
    administration.must_administer(reader)
    # A NUL cannot be asked for on PostgreSQL; no name has one.
    wanted = select(Receiver).where(Receiver.name == name).with_for_update()
    found = session.scalar(wanted) if "\x00" not in name else None
    if found is None:
        raise ReceiverNotFound(f"no receiver {name!r}; `kb webhook list` shows them")
    return found


def _host(wanted: Wanted) -> str:
    http.opened(wanted.url, private=wanted.private).close()  # refuses what is no address
    parts = urlsplit(wanted.url)
    if parts.scheme != "https" and not wanted.private:
        raise PlainAddress("the address must begin with https://, unless it is in our own network")
    return (parts.hostname or "")[:LONGEST_HOST]


def _secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _counts(session: Session) -> dict[tuple[int, bool], int]:
    rows = session.execute(
        select(Delivery.receiver_id, Job.failed, func.count())
        .join(Job, (Job.subject_id == Delivery.id) & (Job.kind == JOB))
        .group_by(Delivery.receiver_id, Job.failed)
    )
    return {(receiver_id, bool(failed)): count for receiver_id, failed, count in rows}


def _record(
    session: Session,
    reader: Reader,
    verb: str,
    receiver: Receiver,
    at: datetime,
    *,
    detail: str = "",
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="receiver",
        subject_id=receiver.id,
        at=at,
        detail=detail,
    )
