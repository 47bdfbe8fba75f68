"""Sending webhooks: signed as Standard Webhooks says, to where the receiver is and nowhere else."""

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

import httpx2
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook

from api.wiring import Services
from articles import deliveries, receivers
from articles.receivers import Target
from kb.db import Database
from kb.jobs import TryLater
from kb.settings import Settings
from kb.sources import http
from kb.sources.http import ForbiddenAddress
from kb.sources.ports import SourceUnavailable
from kb.sources.vault import open_vault
from kb.visibility import Reader

TIMEOUT = 10.0
"""Seconds until a receiver must have answered; other work waits meanwhile."""

LONGEST_WAIT = timedelta(days=1)
"""What a receiver may ask for at most by Retry-After."""


class NotDelivered(TryLater):
    """The receiver did not take a message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt; `failure` says why it was none, without path or query."""

    failure: str | None = None
    wait: timedelta = timedelta(0)
    gone: bool = False


def deliver(services: Services, delivery_id: int, at: datetime) -> Callable[[Session], None]:
    """Tell a receiver what its person may see of something that has happened.

    A worker that is killed between sending and keeping that sends it again, with the same id.

    Raises:
        NotDelivered: the receiver did not take it.
    """
    with services.database.read() as session:
        prepared = deliveries.prepare(
            session, delivery_id, address=services.settings.address, at=at
        )
    if prepared is None:
        return partial(deliveries.drop, delivery_id=delivery_id)
    target = receivers.target_of(prepared.receiver, open_vault(services.settings))
    with services.database.write() as session:
        deliveries.note_attempt(session, delivery_id, at=at)
    message = prepared.message
    body = written(message.happening.value, message.at, message.facts)
    outcome = send(target, prepared.message_id, body, at=datetime.now(UTC))
    if outcome.failure is None:
        return partial(deliveries.note_delivered, delivery_id=delivery_id, at=at)
    with services.database.write() as session:
        until = deliveries.note_failed(
            session, delivery_id, outcome.failure, wait=outcome.wait, gone=outcome.gone, at=at
        )
    raise NotDelivered(f"{prepared.receiver.name}: {outcome.failure}", until=until)


def test(
    settings: Settings, database: Database, reader: Reader, name: str, *, at: datetime
) -> Outcome:
    """Send a receiver a message of the type `webhook.test`, once, and wait for its answer.

    Raises:
        RoleMissing: `reader` does not administer.
        ReceiverNotFound: there is none of this name.
    """
    with database.write() as session:
        receiver = receivers.to_test(session, reader, name, at=at)
        target = receivers.target_of(receiver, open_vault(settings))
    body = written("webhook.test", at, {"receiver": name})
    return send(target, f"msg_test_{at:%Y%m%d%H%M%S%f}", body, at=at)


def written(kind: str, at: datetime, facts: object) -> str:
    """The body of a message: the same facts are the same characters."""
    told = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": facts}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def send(target: Target, message_id: str, body: str, *, at: datetime) -> Outcome:
    """Send a message once, and nowhere but to the host of the target; redirects are refused."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "secondline-kb",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(message_id, at, body) for secret in target.secrets(at)
        ),
    }
    try:
        with (
            closing(http.opened(target.url, private=target.private, timeout=TIMEOUT)) as client,
            client.stream("POST", target.url, content=body.encode(), headers=headers) as answer,
        ):
            return _outcome(answer)
    except (ForbiddenAddress, SourceUnavailable) as error:
        return Outcome(str(error))
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Outcome(f"no answer ({type(error).__name__})")  # its text may quote the address


def _outcome(answer: httpx2.Response) -> Outcome:
    if answer.is_success:
        return Outcome()
    seconds = http.seconds_of(answer.headers.get("Retry-After")) or 0.0
    return Outcome(
        f"HTTP {answer.status_code}",
        wait=timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds())),
        gone=answer.status_code == HTTPStatus.GONE,
    )
