"""Webhooks to other systems: signed, kept until they arrive, of what their person may see."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from api.cli import main
from api.wiring import Services
from api.worker import do_job
from articles import deliveries, drafting, offering, receivers, review
from articles.models import Article, ArticleState, Delivery, Happening, Receiver
from articles.receivers import Wanted
from articles.writers import ExtractiveWriter
from kb import jobs, people, tokens
from kb.db import Database
from kb.models import Event, Job, OrganisationKind, Role, Scope, TicketState
from kb.sources.vault import open_vault
from kb.visibility import OPERATOR, reader_of
from tests.api.conftest import CONTRACTOR, client_of
from tests.api.test_feeds import move, publish
from tests.api.test_pages import browser, csrf
from tests.contracts.stand_ins.server import Reply, StandIn, served
from tests.factories import MONDAY, make_audience, make_person, make_ticket
from tests.flows.test_killed_publishing import RESOLUTION

OURS, THEIRS = "robot@own.example", "robot@nordwind.example"


@pytest.fixture
def there() -> Iterator[StandIn]:
    """The other system: takes everything, unless a test says otherwise."""
    with served(lambda _asked: Reply(status=204)) as stand_in:
        yield stand_in


@pytest.fixture(autouse=True)
def _readers(database: Database) -> None:
    with database.write() as session:
        make_person(session, OURS, audiences=(people.INTERNAL, CONTRACTOR))
        make_person(
            session,
            THEIRS,
            organisation=CONTRACTOR,
            kind=OrganisationKind.CONTRACTOR,
            roles=(Role.READER,),
            audiences=(CONTRACTOR,),
        )


def add(
    services: Services,
    there: StandIn,
    *,
    name: str = "chat",
    email: str = OURS,
    happenings: tuple[Happening, ...] = tuple(Happening),
    path: str = "/hooks/swordfish",
    private: bool = True,
    **changes: str,
) -> str:
    """A receiver; its secret."""
    with services.database.write() as session:
        wanted = Wanted(
            name=name,
            url=f"{there.url}{path}",
            email=email,
            happenings=happenings,
            private=private,
            **changes,
        )
        vault = open_vault(services.settings)
        return receivers.add(session, OPERATOR, wanted, vault=vault, at=MONDAY)


def work(services: Services, *, at: datetime) -> None:
    """Do what is due at this time."""
    while do_job(services, at=at):
        pass


LATER = MONDAY + timedelta(days=1)
"""When everything that the tests publish has happened."""


def told(there: StandIn) -> list[dict[str, Any]]:
    return [asked.json for asked in there.asked]


def kinds(there: StandIn) -> list[str]:
    return [one["type"] for one in told(there)]


def waiting(database: Database) -> tuple[int, int]:
    """How many deliveries and jobs there are."""
    with database.read() as session:
        return (
            len(session.scalars(select(Delivery.id)).all()),
            len(session.scalars(select(Job.id).where(Job.kind == receivers.JOB)).all()),
        )


class TestTelling:
    def test_what_happens_to_an_article_is_told_in_its_order(
        self, services: Services, there: StandIn
    ) -> None:
        secret = add(services, there)
        with services.database.write() as session:
            article_id = publish(session, "KB-11", audience=people.INTERNAL, tags=("vpn",)).id
        work(services, at=LATER)
        with services.database.write() as session:
            move(session, article_id, people.INTERNAL)
        work(services, at=LATER + timedelta(days=3))
        with services.database.write() as session:
            session.get_one(Article, article_id).state = ArticleState.ARCHIVED
            offering.take_back(session, [article_id])
        work(services, at=LATER + timedelta(days=3))

        assert told(there) == [
            {
                "type": "article.published",
                "timestamp": "2026-01-05T20:00:00Z",
                "data": {
                    "number": "KB-11",
                    "title": "Title of KB-11",
                    "language": "de",
                    "tags": ["vpn"],
                    "url": "http://127.0.0.1:8000/articles/KB-11",
                },
            },
            {
                "type": "article.changed",
                "timestamp": "2026-01-07T09:00:00Z",
                "data": told(there)[0]["data"],
            },
            {
                "type": "article.retired",
                "timestamp": "2026-01-07T09:00:00Z",
                "data": {"number": "KB-11"},
            },
        ]
        for asked in there.asked:
            assert asked.path == "/hooks/swordfish"
            assert Webhook(secret).verify(asked.raw, asked.headers) == asked.json
        assert len({asked.headers["webhook-id"] for asked in there.asked}) == 3
        assert waiting(services.database) == (0, 0)

    def test_a_draft_is_told_to_who_works_on_articles_until_somebody_decides(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there)
        add(services, there, name="theirs", email=THEIRS, path="/theirs")
        with services.database.write() as session:
            make_person(session, "reads@own.example", roles=(Role.READER,))
        add(services, there, name="reads", email="reads@own.example", path="/reads")
        drafted(services.database, "1")
        draft_id = drafted(services.database, "2")
        with services.database.write() as session:
            reader = reader_of(session, people.person(session, OURS), at=MONDAY)
            review.reject(session, reader, draft_id, reason="no", at=MONDAY)
        work(services, at=LATER)

        (one,) = told(there)
        assert there.asked[0].path == "/hooks/swordfish"
        assert one["type"] == "draft.ready"
        assert one["data"]["url"] == f"http://127.0.0.1:8000/drafts/{one['data']['id']}"
        assert (one["data"]["number"], one["data"]["change"]) == ("KB-1", False)

    def test_topic_and_kind_choose(self, services: Services, there: StandIn) -> None:
        add(services, there, path="/vpn", tag="vpn", language="de")
        add(services, there, name="nl", path="/nl", language="nl")
        add(services, there, name="gone", path="/gone", happenings=(Happening.RETIRED,))
        with services.database.write() as session:
            article = publish(session, "KB-11", audience=people.INTERNAL, tags=("vpn",))
            publish(session, "KB-12", audience=people.INTERNAL, tags=("print",))
            article.state = ArticleState.ARCHIVED
        with services.database.write() as session:
            offering.take_back(session, [article.id])
        work(services, at=LATER)

        paths = {(asked.path, asked.json["type"]) for asked in there.asked}
        assert paths == {("/vpn", "article.retired"), ("/gone", "article.retired")}

    def test_without_receivers_nothing_is_promised(self, services: Services) -> None:
        with services.database.write() as session:
            publish(session, "KB-11", audience=people.INTERNAL)

        assert waiting(services.database) == (0, 0)

    def test_what_is_rolled_back_is_not_told(self, services: Services, there: StandIn) -> None:
        add(services, there)
        with services.database.write() as session:
            publish(session, "KB-11", audience=people.INTERNAL)
            session.rollback()

        assert waiting(services.database) == (0, 0)


def drafted(database: Database, external_id: str) -> int:
    """The id of a draft of a closed ticket of our own."""
    with database.write() as session:
        ticket = make_ticket(
            session,
            external_id=external_id,
            level=2,
            state=TicketState.CLOSED,
            closed_at=MONDAY,
            language="en",
            resolution=RESOLUTION,
        )
        case = drafting.prepare(session, ticket.id)
        assert case is not None
        return drafting.keep(session, case, ExtractiveWriter().write(case), at=MONDAY).id


class TestIsolation:
    def test_a_contractors_receiver_is_told_what_its_pages_show_and_no_byte_more(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there, email=THEIRS)
        with services.database.write() as session:
            publish(session, "KB-11", audience=CONTRACTOR)
        work(services, at=LATER)
        with services.database.write() as session:
            hidden = publish(session, "KB-12", audience=people.INTERNAL, title="Swordfish")
            offering.take_back(session, [hidden.id])
        drafted(services.database, "1")
        work(services, at=LATER)

        (asked,) = there.asked
        assert asked.json["data"]["number"] == "KB-11"
        assert b"ordfish" not in asked.raw
        assert waiting(services.database) == (0, 0)

    def test_hidden_documents_change_no_byte_of_a_message(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there, email=THEIRS)
        there.first.append(Reply(status=503))
        with services.database.write() as session:
            article_id = publish(session, "KB-11", audience=CONTRACTOR, tags=("vpn",)).id
        work(services, at=LATER)
        with services.database.write() as session:
            publish(session, "KB-12", audience=people.INTERNAL, tags=("swordfish",))
            reader = reader_of(session, people.person(session, OURS), at=MONDAY)
            review.edit(
                session, reader, article_id, title="Soon", markdown="New.", base=1, at=LATER
            )
        drafted(services.database, "1")
        work(services, at=LATER + timedelta(minutes=1))

        one, other = (asked.raw for asked in there.asked)
        assert one == other

    def test_a_right_that_ends_before_sending_leaves_nothing_to_send(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there, email=THEIRS)
        with services.database.write() as session:
            publish(session, "KB-11", audience=CONTRACTOR)
            person = people.person(session, THEIRS)
            audience_id = make_audience(session, CONTRACTOR)
            people.revoke(session, audience_id, person_id=person.id, at=MONDAY)
        work(services, at=LATER)

        assert there.asked == []
        assert waiting(services.database) == (0, 0)

    def test_of_an_article_that_is_taken_away_they_learn_the_number_alone(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there, email=THEIRS)
        add(services, there, name="tagged", email=THEIRS, path="/tagged", language="de")
        with services.database.write() as session:
            article_id = publish(session, "KB-11", audience=CONTRACTOR, title="Swordfish").id
        with services.database.write() as session:
            move(session, article_id, people.INTERNAL)
        work(services, at=LATER + timedelta(days=2))

        assert told(there) == [
            {
                "type": "article.retired",
                "timestamp": "2026-01-07T09:00:00Z",
                "data": {"number": "KB-11"},
            }
        ]

    def test_who_reads_it_elsewhere_too_is_not_told_that_it_is_gone(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there)
        with services.database.write() as session:
            article_id = publish(session, "KB-11", audience=CONTRACTOR).id
        with services.database.write() as session:
            move(session, article_id, people.INTERNAL)
        work(services, at=LATER + timedelta(days=2))

        assert kinds(there) == ["article.published", "article.published"]

    def test_an_ended_account_is_told_nothing(self, services: Services, there: StandIn) -> None:
        add(services, there)
        with services.database.write() as session:
            publish(session, "KB-11", audience=people.INTERNAL)
            person = people.person(session, OURS)
            people.set_active(session, person, active=False, by=None, at=MONDAY)
        work(services, at=LATER)

        assert there.asked == []

    def test_what_outsiders_are_sent_is_recorded_first(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there, email=THEIRS)
        add(services, there, name="ours", path="/ours")
        with services.database.write() as session:
            publish(session, "KB-11", audience=CONTRACTOR)
        there.first.append(Reply(status=500))
        work(services, at=LATER)

        with services.database.read() as session:
            sent = session.scalars(select(Event).where(Event.verb == "webhook.send")).all()
        assert [event.detail for event in sent] == ["receiver=1 of=article.published"]


class TestSignature:
    def test_a_forged_or_old_message_is_refused_by_the_library_of_the_specification(
        self, services: Services, there: StandIn
    ) -> None:
        secret = add(services, there)
        assert deliver_one(services)
        (asked,) = there.asked

        Webhook(secret).verify(asked.raw, asked.headers)
        other = add(services, there, name="other")
        forged = asked.raw.replace(b"KB-11", b"KB-12")
        old = asked.headers | {"webhook-timestamp": "1700000000"}
        for body, headers, key in (
            (forged, asked.headers, secret),
            (asked.raw, old, secret),
            (asked.raw, asked.headers | {"webhook-id": "msg_x"}, secret),
            (asked.raw, asked.headers, other),
        ):
            with pytest.raises(WebhookVerificationError):
                Webhook(key).verify(body, headers)

    def test_both_secrets_are_good_for_a_day_after_a_new_one(
        self, services: Services, there: StandIn
    ) -> None:
        old = add(services, there)
        now = datetime.now(UTC)
        with services.database.write() as session:
            vault = open_vault(services.settings)
            new = receivers.rotate(session, OPERATOR, "chat", vault=vault, at=now)
            row = session.scalars(select(Receiver)).one()
            target = receivers.target_of(row, vault)
        assert deliver_one(services)
        (asked,) = there.asked

        assert Webhook(old).verify(asked.raw, asked.headers)
        assert Webhook(new).verify(asked.raw, asked.headers)
        assert target.secrets(now + timedelta(days=1)) == [new]

    def test_secret_and_address_are_stored_in_no_table_in_the_clear(
        self, services: Services, there: StandIn
    ) -> None:
        secret = add(services, there)
        with services.database.read() as session:
            row = session.scalars(select(Receiver)).one()
            stored = repr([getattr(row, column.name) for column in Receiver.__table__.columns])
            assert receivers.target_of(row, open_vault(services.settings)).secret == secret

        assert secret not in stored
        assert "swordfish" not in stored


def deliver_one(services: Services) -> bool:
    with services.database.write() as session:
        publish(session, "KB-11", audience=people.INTERNAL)
    return do_job(services, at=LATER)


class TestFailing:
    def test_a_receiver_that_is_down_gets_it_when_it_is_up_again(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there)
        there.first += [Reply(status=503), Reply(status=500)]
        assert deliver_one(services)
        with services.database.read() as session:
            (job,) = session.scalars(select(Job)).all()
            assert job.failure == "NotDelivered: chat: HTTP 503"

        for seconds in (9, 11, 20, 33):
            work(services, at=LATER + timedelta(seconds=seconds))

        assert [one["type"] for one in told(there)] == ["article.published"] * 3
        assert len({asked.headers["webhook-id"] for asked in there.asked}) == 1
        assert waiting(services.database) == (0, 0)

    def test_it_waits_as_long_as_it_is_asked_to(self, services: Services, there: StandIn) -> None:
        add(services, there)
        there.first.append(Reply(status=429, headers={"Retry-After": "3600"}))
        assert deliver_one(services)

        work(services, at=LATER + timedelta(minutes=59))
        assert len(there.asked) == 1
        work(services, at=LATER + timedelta(minutes=61))
        assert len(there.asked) == 2

    def test_a_message_that_it_cannot_take_holds_up_no_other(
        self, services: Services, there: StandIn
    ) -> None:
        def picky() -> None:
            there.answer = lambda asked: Reply(status=500 if b"KB-11" in asked.raw else 200)

        picky()
        add(services, there)
        with services.database.write() as session:
            publish(session, "KB-11", audience=people.INTERNAL)
            publish(session, "KB-12", audience=people.INTERNAL)
            publish(session, "KB-13", audience=people.INTERNAL)
        work(services, at=LATER)
        assert len(there.asked) == 1  # nothing more is tried while it fails
        work(services, at=LATER + timedelta(seconds=11))

        numbers = [one["data"]["number"] for one in told(there)]
        assert numbers[:3] == ["KB-11", "KB-12", "KB-13"]
        assert waiting(services.database) == (1, 1)

    def test_it_is_given_up_after_three_days_until_a_person_tries_again(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there)
        there.answer = lambda _asked: Reply(status=500)
        assert deliver_one(services)
        at = LATER
        for _ in range(200):
            at += timedelta(hours=1)
            work(services, at=at)
        given_up = len(there.asked)
        with services.database.write() as session:
            (job,) = session.scalars(select(Job)).all()
            assert job.failed
            (standing,) = receivers.listed(session, OPERATOR)
            assert (standing.waiting, standing.failed, standing.failure) == (0, 1, "HTTP 500")
            jobs.retry(session, job.id, at=at)
        there.answer = lambda _asked: Reply(status=200)
        work(services, at=at)

        assert 10 < given_up < 40
        assert len(there.asked) == given_up + 1
        assert waiting(services.database) == (0, 0)

    def test_gone_means_gone(self, services: Services, there: StandIn) -> None:
        add(services, there)
        there.first.append(Reply(status=410))
        assert deliver_one(services)
        work(services, at=LATER + timedelta(days=2))

        assert len(there.asked) == 1
        with services.database.read() as session:
            assert session.scalars(select(Job.failed)).all() == [True]

    def test_a_worker_that_dies_after_sending_sends_it_again_with_the_same_id(
        self, services: Services, there: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        def die(*_: object, **__: object) -> None:
            raise Killed

        add(services, there)
        with monkeypatch.context() as patched:
            patched.setattr(deliveries, "note_delivered", die)
            with pytest.raises(Killed):
                deliver_one(services)
        work(services, at=LATER + timedelta(minutes=9))
        assert len(there.asked) == 1
        work(services, at=LATER + timedelta(minutes=11))

        one, two = there.asked
        assert one.raw == two.raw
        assert one.headers["webhook-id"] == two.headers["webhook-id"]
        assert waiting(services.database) == (0, 0)


class TestWhereItGoes:
    @pytest.mark.parametrize(
        ("url", "private", "error"),
        [
            ("http://kb.example/x", False, "PlainAddress"),
            ("ftp://kb.example/x", True, "ForbiddenAddress"),
            ("https://user:pw@kb.example/x", False, "ForbiddenAddress"),
            ("nonsense", False, "ForbiddenAddress"),
            ("https://[", False, "ForbiddenAddress"),
            ("https://kb.example:99999999/", False, "ForbiddenAddress"),
            ("https://\x7f/", False, "ForbiddenAddress"),
        ],
    )
    def test_a_wrong_address_is_refused(
        self, boss: TestClient, url: str, private: bool, error: str
    ) -> None:
        body = {"name": "x", "url": url, "email": OURS, "happenings": ["draft.ready"]}
        answer = boss.post("/api/v1/admin/webhooks", json=body | {"private": private})

        assert answer.status_code == 422
        assert answer.json()["type"] == f"/problems/{error}"

    def test_our_own_network_is_not_reached_without_leave(
        self, services: Services, there: StandIn
    ) -> None:
        add(services, there)
        with services.database.write() as session:
            row = session.scalars(select(Receiver)).one()
            vault = open_vault(services.settings)
            target = receivers.target_of(row, vault).model_copy(update={"private": False})
            row.account = receivers.locked(vault, target)
        assert deliver_one(services)

        assert there.asked == []
        with services.database.read() as session:
            (standing,) = receivers.listed(session, OPERATOR)
            assert "private address" in (standing.failure or "")

    def test_a_name_that_cannot_be_looked_up_is_a_failure_like_others(
        self, boss: TestClient
    ) -> None:
        url = f"https://{'a' * 300}.example/"
        body = {"name": "x", "url": url, "email": OURS, "happenings": ["draft.ready"]}
        assert boss.post("/api/v1/admin/webhooks", json=body).status_code == 201

        tested = boss.post("/api/v1/admin/webhooks/x/test").json()
        assert tested["failure"] == f"no address for {'a' * 300}.example"

    def test_a_redirect_is_not_followed(self, services: Services, there: StandIn) -> None:
        add(services, there)
        there.first.append(Reply(status=307, headers={"Location": f"{there.url}/elsewhere"}))
        assert deliver_one(services)

        assert [asked.path for asked in there.asked] == ["/hooks/swordfish"]

    def test_nobody_there_is_told_without_the_path(self, services: Services) -> None:
        with served(lambda _asked: Reply()) as gone:
            pass
        add(services, gone)
        assert deliver_one(services)

        with services.database.read() as session:
            (job,) = session.scalars(select(Job)).all()
        assert job.failure == "NotDelivered: chat: no answer (ConnectError)"


@pytest.fixture
def boss(app: FastAPI, database: Database) -> TestClient:
    """An administrator whose token is for administration."""
    with database.write() as session:
        person = make_person(session, "admin@own.example", roles=(Role.ADMINISTRATOR,))
        scopes = {Scope.READ, Scope.ADMIN, Scope.SIGN_IN}
        made = tokens.create(session, person, "t", scopes=scopes, expires_at=None, at=MONDAY)
    return client_of(app, made.secret)


class TestDoors:
    def test_over_the_interface(self, boss: TestClient, services: Services, there: StandIn) -> None:
        body = {
            "name": "chat",
            "url": f"{there.url}/hooks/swordfish",
            "email": OURS,
            "happenings": ["article.published"],
            "private": True,
        }
        secret = boss.post("/api/v1/admin/webhooks", json=body).json()["secret"]
        again = boss.post("/api/v1/admin/webhooks", json=body)
        tested = boss.post("/api/v1/admin/webhooks/chat/test").json()
        there.first.append(Reply(status=503))
        refused = boss.post("/api/v1/admin/webhooks/chat/test").json()
        listed = boss.get("/api/v1/admin/webhooks")

        assert again.status_code == 409
        assert tested == {"taken": True, "failure": None}
        assert refused == {"taken": False, "failure": "HTTP 503"}
        assert Webhook(secret).verify(there.asked[0].raw, there.asked[0].headers)["type"] == (
            "webhook.test"
        )
        assert [one["host"] for one in listed.json()] == ["127.0.0.1"]
        assert secret not in listed.text
        assert "swordfish" not in listed.text
        assert boss.post("/api/v1/admin/webhooks/chat/secret").json()["secret"] != secret
        with services.database.write() as session:
            publish(session, "KB-11", audience=people.INTERNAL)
        assert waiting(services.database) == (1, 1)
        assert boss.delete("/api/v1/admin/webhooks/chat").status_code == 204
        assert waiting(services.database) == (0, 0)
        assert boss.delete("/api/v1/admin/webhooks/chat").status_code == 404
        with services.database.read() as session:
            told_of = select(Event.verb).where(Event.verb.startswith("webhook."))
            assert list(session.scalars(told_of.order_by(Event.id))) == [
                "webhook.add",
                "webhook.test",
                "webhook.test",
                "webhook.rotate",
                "webhook.remove",
            ]

    def test_who_does_not_administer_gets_nowhere(
        self, app: FastAPI, database: Database, services: Services, there: StandIn
    ) -> None:
        add(services, there)
        with database.write() as session:
            person = people.person(session, OURS)
            scopes = {Scope.ADMIN}
            made = tokens.create(session, person, "t", scopes=scopes, expires_at=None, at=MONDAY)
        somebody = client_of(app, made.secret)
        body = {"name": "x", "url": "https://x.example", "email": OURS, "happenings": []}
        body["happenings"] = ["draft.ready"]

        answers = [
            somebody.get("/api/v1/admin/webhooks"),
            somebody.post("/api/v1/admin/webhooks", json=body),
            somebody.post("/api/v1/admin/webhooks/chat/test"),
            somebody.post("/api/v1/admin/webhooks/chat/secret"),
            somebody.delete("/api/v1/admin/webhooks/chat"),
        ]

        assert [one.status_code for one in answers] == [403] * 5
        assert there.asked == []
        with services.database.read() as session:
            assert len(receivers.listed(session, OPERATOR)) == 1

    def test_on_pages(
        self, app: FastAPI, boss: TestClient, services: Services, there: StandIn
    ) -> None:
        page = browser(app, boss)
        secret = csrf(page.get("/articles").text)
        fields = {
            "csrf": secret,
            "name": "chat",
            "url": f"{there.url}/hooks/swordfish",
            "email": OURS,
            "happenings": ["article.published"],
            "private": "true",
        }
        shown = page.post("/admin/webhooks", data=fields).text
        listed = page.get("/admin/webhooks").text
        tested = page.post("/admin/webhooks/test", data={"csrf": secret, "name": "chat"}).text
        renewed = page.post("/admin/webhooks/rotate", data={"csrf": secret, "name": "chat"}).text
        there.answer = lambda _asked: Reply(status=500)
        assert deliver_one(services)

        assert "whsec_" in shown
        assert "whsec_" in renewed
        assert "whsec_" not in listed
        assert "swordfish" not in shown + listed
        assert "chat took a test message" in tested
        assert "HTTP 500" in page.get("/admin/webhooks").text
        assert '<a href="/admin/webhooks">chat</a>' in page.get("/admin/jobs").text
        page.post("/admin/webhooks/remove", data={"csrf": secret, "name": "chat"})
        assert "No system is told anything" in page.get("/admin/webhooks").text

    def test_on_the_command_line(
        self, tmp_path: Path, there: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KB_DATA_DIR", str(tmp_path / "own"))

        def kb(*words: str) -> Result:
            return CliRunner().invoke(main, words)

        assert kb("user", "create", OURS, "--name", "R", "--organisation", "Own").exit_code == 0
        url = f"{there.url}/hooks/swordfish"
        added = kb("webhook", "add", "chat", "--url", url, "--as", OURS, "--private")
        twice = kb("webhook", "add", "chat", "--url", url, "--as", OURS, "--private")
        taken = kb("webhook", "test", "chat")
        listed = kb("webhook", "list").output
        renewed = kb("webhook", "rotate", "chat").output
        there.answer = lambda _asked: Reply(status=418)
        refused = kb("webhook", "test", "chat")
        removed = kb("webhook", "remove", "chat")

        assert added.output.startswith("whsec_")
        assert (twice.exit_code, taken.exit_code, refused.exit_code) == (1, 0, 1)
        assert "HTTP 418" in refused.output
        assert f"chat at 127.0.0.1 as {OURS}: article.changed" in listed
        assert "swordfish" not in listed
        assert renewed.startswith("whsec_")
        assert removed.exit_code == 0
        assert kb("webhook", "list").output == ""
