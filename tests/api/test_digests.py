"""The daily mail, against a real mail server on this machine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Receiving
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import update

from api import digests, worker
from api.digests import MailRefused
from api.wiring import Services
from kb import people
from kb.models import Escalation, Ticket
from kb.settings import Settings
from tests.api.test_inbox import close, escalated
from tests.browser.test_sign_in import free_port

EIGHT = (datetime.now(UTC) + timedelta(days=1)).replace(hour=8, minute=0)
"""Tomorrow morning: what a test has just done is of yesterday."""


class Postbox(Receiving):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def mailing(services: Services, port: int) -> Services:
    settings = Settings(
        data_dir=services.settings.data_dir,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls="none",
        smtp_from="kb@own.example",
        time_zone="UTC",
    )
    return replace(services, settings=settings)


def work(services: Services, at: datetime) -> None:
    digests.promise_all(services, at=at)
    while worker.do_job(services, at=at):
        pass


def test_each_gets_one_mail_a_day_of_what_is_new(
    agent: TestClient, services: Services, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    close(agent, escalated(agent, services))
    services = mailing(services, port)
    with services.database.write() as session:
        people.person(session, "agent@own.example").language = "nl"

    for hour in (6, 8, 9, 20):
        work(services, EIGHT.replace(hour=hour))

    (mail,) = box.mails
    assert mail["To"] == "agent@own.example"
    assert str(make_header(decode_header(mail["Subject"]))) == "1 geëscaleerd ticket is opgelost"
    assert mail["Message-ID"] == f"<digest.{EIGHT:%Y-%m-%d}.1@127.0.0.1>"
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert "http://127.0.0.1:8000/tickets/1" in text.decode()
    work(services, EIGHT + timedelta(days=1))
    assert len(box.mails) == 2  # it is still unread


def test_nothing_is_sent_without_news_or_without_a_server(
    agent: TestClient, services: Services, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    id_ = escalated(agent, services)
    work(mailing(services, port), EIGHT)
    close(agent, id_)
    work(services, EIGHT + timedelta(days=1))
    with services.database.write() as session:
        session.execute(update(Escalation).values(read_at=EIGHT))
    work(mailing(services, port), EIGHT + timedelta(days=2))

    assert box.mails == []


def test_who_may_not_see_the_ticket_any_more_gets_no_mail_of_it(
    agent: TestClient, services: Services, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    close(agent, escalated(agent, services))
    with services.database.write() as session:
        board = people.put_audience(session, "Board").id
        session.execute(update(Ticket).values(audience_id=board))

    work(mailing(services, port), EIGHT)

    assert box.mails == []


def test_a_server_that_is_away_is_asked_again(
    agent: TestClient, services: Services, postbox: tuple[Postbox, int]
) -> None:
    box, port = postbox
    close(agent, escalated(agent, services))
    away = mailing(services, free_port())

    with pytest.raises(MailRefused):
        digests.send(away, 1, EIGHT)
    work(away, EIGHT)
    work(mailing(services, port), EIGHT + timedelta(minutes=1))

    assert len(box.mails) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_host": "mail.example"},
        {"smtp_host": "mail.example", "smtp_from": "a@b.example", "smtp_tls": "none"},
        {"smtp_host": "mail.example", "smtp_from": "nobody"},
    ],
)
def test_a_mail_server_needs_a_sender_and_encryption(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)  # type: ignore[arg-type]  # wrong on purpose
