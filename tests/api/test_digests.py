"""The daily mail, against a real mail server on this machine."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Receiving
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import select, update

from api import digests, unsubscribing, worker
from api.digests import MailRefused
from api.wiring import Services
from kb import people
from kb.models import Escalation, Event, Ticket
from kb.settings import Settings
from tests.api.test_inbox import close, escalated
from tests.api.test_pages import browser, csrf
from tests.browser.test_sign_in import free_port

EIGHT = (datetime.now(UTC) + timedelta(days=1)).replace(hour=8, minute=0)
"""Tomorrow morning: what a test has just done is of yesterday."""


LONG = f"https://knowledge.{'x' * 60}.own.example"
"""An address longer than a line of a mail."""


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


def mailing(services: Services, port: int, address: str = "http://127.0.0.1:8000") -> Services:
    settings = Settings(
        data_dir=services.settings.data_dir,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls="none",
        smtp_from="kb@own.example",
        time_zone="UTC",
        address=address,
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


class TestStopping:
    """The way out of the mail, which needs no sign-in."""

    @pytest.fixture
    def mail(self, agent: TestClient, services: Services, postbox: tuple[Postbox, int]) -> Message:
        box, port = postbox
        close(agent, escalated(agent, services))
        work(mailing(services, port, address=LONG), EIGHT)
        (sent,) = box.mails
        return sent

    def test_one_click_of_a_mail_program_stops_it(
        self,
        mail: Message,
        stranger: TestClient,
        services: Services,
        postbox: tuple[Postbox, int],
    ) -> None:
        box, port = postbox
        header = str(mail["List-Unsubscribe"]).strip()
        assert header.startswith(f"<{LONG}/digest/stop/")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        path = header.strip("<>").removeprefix(LONG)
        click = {"List-Unsubscribe": "One-Click"}

        answers = [stranger.post(path, data=click).status_code for _ in range(2)]

        assert answers == [200, 200]
        work(mailing(services, port), EIGHT + timedelta(days=1))
        assert len(box.mails) == 1
        with services.database.read() as session:
            chosen = select(Event.person_id).where(Event.verb == "person.choose")
            assert session.scalars(chosen).all() == [1]

    def test_a_mail_that_was_promised_before_is_not_sent(
        self, agent: TestClient, services: Services, postbox: tuple[Postbox, int]
    ) -> None:
        box, port = postbox
        close(agent, escalated(agent, services))
        digests.promise_all(mailing(services, port), at=EIGHT)
        agent.post(urlsplit(unsubscribing.address(services.settings, 1)).path).raise_for_status()
        while worker.do_job(mailing(services, port), at=EIGHT):
            pass

        assert box.mails == []

    def test_opening_the_address_stops_nothing(
        self, mail: Message, stranger: TestClient, services: Services
    ) -> None:
        text = mail.get_payload(decode=True)
        assert isinstance(text, bytes)
        (path,) = re.findall(rf"{LONG}(/digest/stop/\S+)", text.decode())

        page = stranger.get(path, headers={"Accept": "text/html"})

        assert "Stop the daily mail" in page.text
        assert stranger.head(path).status_code in {200, 405}
        with services.database.read() as session:
            assert people.by_id(session, 1).digest

    def test_nobody_makes_an_address_for_somebody_else(
        self, stranger: TestClient, services: Services, agent: TestClient
    ) -> None:
        assert agent
        signed = unsubscribing.address(services.settings, 2).rpartition("/")[2]
        others = [
            signed[:-1],
            f"1{signed[1:]}",
            f"1.{signed.partition('.')[2]}",
            "1",
            "1.x",
            "x" * 300,
        ]

        answers = {stranger.post(f"/digest/stop/{one}").status_code for one in others}

        assert answers == {404, 422}  # the last one is too long
        with services.database.read() as session:
            assert people.by_id(session, 1).digest

    def test_one_click_is_not_offered_over_http(
        self, agent: TestClient, services: Services, postbox: tuple[Postbox, int]
    ) -> None:
        box, port = postbox
        close(agent, escalated(agent, services))

        work(mailing(services, port), EIGHT)

        (sent,) = box.mails
        assert sent["List-Unsubscribe"] is not None
        assert sent["List-Unsubscribe-Post"] is None


class TestOwnSettings:
    def test_language_and_mail_are_kept_and_the_browser_follows(
        self, app: FastAPI, agent: TestClient, services: Services
    ) -> None:
        mine = browser(app, agent)
        mine.post("/language", data={"language": "de"})
        said = {"csrf": csrf(mine.get("/settings").text), "language": "nl"}

        answer = mine.post("/settings", data=said)

        assert answer.status_code == 303
        shown = mine.get(answer.headers["location"]).text
        assert '<html lang="nl">' in shown
        assert "checked> Nederlands" in shown
        with services.database.read() as session:
            person = people.person(session, "agent@own.example")
            assert (person.language, person.digest) == ("nl", False)
        assert mine.post("/settings", data={**said, "language": "xx"}).status_code == 422
        mine.post("/settings", data={**said, "digest": "true"})
        with services.database.read() as session:
            assert people.person(session, "agent@own.example").digest

    def test_a_form_of_another_sign_in_changes_nothing(
        self, app: FastAPI, agent: TestClient, stranger: TestClient, services: Services
    ) -> None:
        mine = browser(app, agent)
        said = {"language": "nl"}

        assert mine.post("/settings", data={**said, "csrf": "x"}).status_code == 403
        assert stranger.get("/settings").status_code == 401
        assert stranger.post("/settings", data={**said, "csrf": "x"}).status_code == 401
        with services.database.read() as session:
            assert people.person(session, "agent@own.example").language == "en"

    def test_who_escalates_nothing_is_offered_no_mail(
        self, app: FastAPI, contractor: TestClient
    ) -> None:
        page = browser(app, contractor).get("/settings").text

        assert "inbox" not in page
        assert "/articles</code>" in page
