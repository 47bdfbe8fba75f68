"""Handing tickets over: asked for is what is missing, and nobody reads more than was decided."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import audit, escalation_rules, people, tickets
from kb.db import Database
from kb.models import Event, OrganisationKind, TicketState
from kb.settings import Settings
from kb.visibility import reader_of
from tests.api.conftest import CONTRACTOR
from tests.api.test_pages import browser, csrf
from tests.factories import MONDAY, make_audience, make_person, make_ticket, message, ticket_record
from tests.fakes import index_all, likely_fit, make_finder

RULES = f"""\
rules:
  - name: Network
    when: {{categories: [VPN]}}
    to: {{team: NOC}}
    language: de
    packet: [since, device, error]
    tried:
      - {{id: restart, say: {{en: It was restarted, de: Neu gestartet}}}}
  - name: Company
    when: {{categories: [Lines]}}
    to: {{company: {CONTRACTOR}}}
  - name: Own
    to: {{team: Second level}}
"""
DONE = {"restart": {"outcome": "no_help"}}


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Services:
    """As elsewhere, but every hit that shares a word is likely."""
    finder = make_finder(database, tmp_path / "index", learned=likely_fit)
    return Services(Settings(data_dir=tmp_path), database, finder, ExtractiveWriter())


@pytest.fixture
def app(services: Services) -> FastAPI:
    with services.database.write() as session:
        company = people.put_organisation(session, CONTRACTOR, OrganisationKind.CONTRACTOR)
        people.put_team(session, "NOC", level=2, organisation_id=company.id)
        own = people.put_organisation(session, "Own", OrganisationKind.OWN)
        people.put_team(session, "Second level", level=2, organisation_id=own.id)
        internal = make_audience(session)
        people.grant(session, internal, organisation_id=own.id, at=MONDAY)
        people.grant(
            session, make_audience(session, CONTRACTOR), organisation_id=company.id, at=MONDAY
        )
        escalation_rules.put(session, RULES, reader=None, at=MONDAY)
    return create_app(services)


def ticket_of(services: Services, **changes: Any) -> int:
    with services.database.write() as session:
        made = make_ticket(session, **{"category": "VPN", "item": "gw-02", **changes}).id
    index_all(services.finder)
    return made


def escalate(client: TestClient, ticket_id: int, **body: Any) -> Any:
    return client.post(f"/api/v1/tickets/{ticket_id}/escalations", json={"impact": "site", **body})


class TestApi:
    def test_only_what_is_missing_is_asked_for(self, agent: TestClient, services: Services) -> None:
        id_ = ticket_of(services, description="The tunnel is gone, error 0x80070035 is shown.")

        needs = agent.get(f"/api/v1/tickets/{id_}/escalation?impact=site").json()

        assert needs["to"] == "NOC"
        assert needs["external"]
        assert not needs["readable"]
        assert needs["known"] == {"device": "gw-02", "error": "0x80070035"}
        assert needs["missing"] == [{"id": "since", "ask": "Since when?"}]
        assert [step["id"] for step in needs["tried"]] == ["restart"]

    def test_the_packet_is_kept_and_the_ticket_is_the_receivers(
        self, agent: TestClient, services: Services, database: Database
    ) -> None:
        id_ = ticket_of(services)

        answer = escalate(
            agent, id_, answers={"since": "Monday", "error": "none is shown"}, tried=DONE
        )

        assert answer.status_code == 201, answer.text
        sent = answer.json()
        assert sent["to"] == f"NOC ({CONTRACTOR})"
        assert (sent["level_before"], sent["level_after"]) == (1, 2)
        assert "## Problem" in sent["text"]
        assert "- Seit wann?: Monday" in sent["text"]
        assert "- Neu gestartet: gemacht, hat nicht geholfen" in sent["text"]
        assert agent.get(f"/api/v1/tickets/{id_}/escalations").json() == [sent]
        ticket = agent.get(f"/api/v1/tickets/{id_}").json()
        assert (ticket["level"], ticket["queue"]) == (2, "NOC")
        with database.read() as session:
            audit.verify(session)
            verbs = session.scalars(select(Event.verb).where(Event.subject_kind == "ticket")).all()
        assert verbs == ["ticket.escalate"]

    def test_what_is_missing_is_named_by_field(self, agent: TestClient, services: Services) -> None:
        id_ = ticket_of(services)
        impossible = {"restart": {"outcome": "impossible"}}

        first = escalate(agent, id_)
        second = escalate(
            agent, id_, answers={"since": "x", "error": "y", "colour": "red"}, tried=impossible
        )

        assert first.status_code == second.status_code == 422
        assert first.json()["type"] == "/problems/PacketIncomplete"
        assert [place["at"] for place in first.json()["errors"]] == [
            "body/answers/since",
            "body/answers/error",
            "body/tried/restart",
        ]
        assert [place["at"] for place in second.json()["errors"]] == [
            "body/tried/restart/note",
            "body/answers/colour",
        ]
        assert agent.get(f"/api/v1/tickets/{id_}/escalations").json() == []
        assert escalate(agent, id_, impact="planet").status_code == 422

    def test_a_likely_solution_is_to_be_considered_once(
        self, agent: TestClient, services: Services
    ) -> None:
        solved = ticket_of(
            services, external_id="2", state=TicketState.CLOSED, resolution="Firmware 7.2.1."
        )
        id_ = ticket_of(services, category="Other")

        first = escalate(agent, id_)
        then = escalate(agent, id_, considered=[{"kind": "ticket", "id": solved}])

        assert first.status_code == 409
        assert first.json()["type"] == "/problems/SolvedBefore"
        assert "likely to help: 2;" in first.json()["detail"]
        assert then.status_code == 201
        assert "- 2 VPN drops every hour" in then.json()["text"]

    def test_the_same_key_escalates_once(self, agent: TestClient, services: Services) -> None:
        id_ = ticket_of(services, category="Other")
        agent.headers["Idempotency-Key"] = "one"

        answers = [escalate(agent, id_).json() for _ in range(2)]

        assert answers[0] == answers[1]
        assert len(agent.get(f"/api/v1/tickets/{id_}/escalations").json()) == 1

    def test_a_solved_ticket_stays_where_it_is(self, agent: TestClient, services: Services) -> None:
        id_ = ticket_of(services, state=TicketState.CLOSED, resolution="Rebooted.")

        assert escalate(agent, id_, answers={"since": "x"}).status_code == 409


class TestWhoMayNot:
    def test_another_company_escalates_nothing_and_sees_nothing_hidden(
        self, contractor: TestClient, services: Services
    ) -> None:
        hidden = ticket_of(services)
        shared = ticket_of(services, external_id="2", audience=CONTRACTOR)

        for id_ in (hidden, 4711):
            assert contractor.get(f"/api/v1/tickets/{id_}/escalations").status_code == 404
            assert (
                contractor.get(f"/api/v1/tickets/{id_}/escalation?impact=site").status_code == 404
            )
        assert contractor.get(f"/api/v1/tickets/{shared}/escalation?impact=site").status_code == 403
        assert escalate(contractor, shared).status_code == 403
        assert escalate(contractor, hidden).status_code == 403

    def test_an_internal_escalation_stays_unknown_when_the_ticket_is_shared_later(
        self, agent: TestClient, contractor: TestClient, services: Services
    ) -> None:
        id_ = ticket_of(services, category="Other", external_id="9")
        assert escalate(agent, id_, answers={}).status_code == 201
        shared = escalate(agent, id_, category="Lines", share=True)

        assert shared.json()["shared_with"] == CONTRACTOR
        seen = contractor.get(f"/api/v1/tickets/{id_}/escalations").json()
        assert [one["id"] for one in seen] == [shared.json()["id"]]
        assert len(agent.get(f"/api/v1/tickets/{id_}/escalations").json()) == 2

    def test_without_the_decision_the_company_reads_nothing(
        self, agent: TestClient, contractor: TestClient, services: Services
    ) -> None:
        id_ = ticket_of(services, category="Lines")

        assert escalate(agent, id_).status_code == 201

        assert contractor.get(f"/api/v1/tickets/{id_}").status_code == 404
        found = contractor.post("/api/v1/search", json={"query": "vpn tunnel"}).json()
        assert found["hits"] == []

    def test_with_it_the_company_reads_the_ticket_and_nobody_else_does(
        self,
        agent: TestClient,
        contractor: TestClient,
        services: Services,
        database: Database,
    ) -> None:
        notes = [message("The password is swordfish", internal=True), message("We look into it")]
        id_ = ticket_of(services, category="Lines", messages=tuple(notes))
        other = ticket_of(services, external_id="2")
        with database.write() as session:
            make_person(
                session,
                "else@sued.example",
                organisation="Sued",
                audiences=("Sued",),
                kind=OrganisationKind.CONTRACTOR,
            )

        assert escalate(agent, id_, share=True).status_code == 201

        shown = contractor.get(f"/api/v1/tickets/{id_}").json()
        assert [one["text"] for one in shown["messages"]] == ["We look into it"]
        assert "swordfish" not in contractor.get(f"/api/v1/tickets/{id_}/escalations").text
        assert contractor.get(f"/api/v1/tickets/{other}").status_code == 404
        assert len(agent.get(f"/api/v1/tickets/{id_}").json()["messages"]) == 2
        with database.read() as session:
            person = people.person(session, "else@sued.example")
            with pytest.raises(tickets.TicketNotFound):
                tickets.get(session, reader_of(session, person, at=MONDAY), id_)
            verbs = set(session.scalars(select(Event.verb)))
        assert "ticket.share" in verbs

    def test_the_decision_outlives_an_import_until_the_source_says_otherwise(
        self, agent: TestClient, contractor: TestClient, services: Services
    ) -> None:
        id_ = ticket_of(services, category="Lines")
        assert escalate(agent, id_, share=True).status_code == 201

        with services.database.write() as session:
            again = ticket_record(session, title="Still gone", category="Lines", item="gw-02")
            tickets.record(session, again)
        assert contractor.get(f"/api/v1/tickets/{id_}").status_code == 200
        with services.database.write() as session:
            tickets.record(session, ticket_record(session, audience="Board", title="Secret now"))
        assert contractor.get(f"/api/v1/tickets/{id_}").status_code == 404

    def test_what_leaves_the_company_names_nobody_and_no_hidden_case(
        self, agent: TestClient, services: Services
    ) -> None:
        ticket_of(services, external_id="HIDDEN-7", title="VPN drops every hour too")
        ticket_of(services, external_id="OPEN-8", title="VPN drops daily", audience=CONTRACTOR)
        id_ = ticket_of(
            services,
            category="Lines",
            description="Mail erika.mustermann@own.example, password: Swordfish99!",
            messages=(message("The customer called", internal=True),),
        )

        sent = escalate(agent, id_).json()

        for private in ("erika", "Swordfish99", "The customer called", "HIDDEN-7"):
            assert private not in sent["text"]

    def test_our_own_team_gets_the_words_as_they_are(
        self, agent: TestClient, services: Services
    ) -> None:
        id_ = ticket_of(services, category="Other", description="Call erika@own.example back")

        assert "erika@own.example" in escalate(agent, id_).json()["text"]

    def test_nothing_to_decide_is_told(self, agent: TestClient, services: Services) -> None:
        id_ = ticket_of(services, category="Other")

        answer = escalate(agent, id_, share=True)

        assert answer.json()["type"] == "/problems/NothingToShare"


class TestPages:
    def test_from_the_ticket_to_the_handover(
        self, app: FastAPI, agent: TestClient, services: Services
    ) -> None:
        ticket_of(services, external_id="2", state=TicketState.CLOSED, resolution="Firmware 7.2.1.")
        id_ = ticket_of(services)
        desk = browser(app, agent)
        assert f'href="/tickets/{id_}/escalate"' in desk.get(f"/tickets/{id_}").text
        assert 'name="impact" value="site"' in desk.get(f"/tickets/{id_}/escalate").text
        form = desk.get(f"/tickets/{id_}/escalate?impact=site").text
        assert "You may not need to" in form
        assert "Since when?" in form

        sent = {
            "csrf": csrf(form),
            "impact": "site",
            "category": "VPN",
            "after": "0",
            "considered": ["ticket:1"],
            "question": ["since", "error", "device"],
            "answer": ["", "none", "gw-02"],
            "step": ["restart"],
            "outcome": ["no_help"],
            "note": [""],
            "share": "0",
        }
        refused = desk.post(f"/tickets/{id_}/escalate", data=sent)
        assert refused.status_code == 422
        assert 'aria-describedby="lacks-since"' in refused.text
        assert ">none</textarea>" in refused.text
        overlooked = desk.post(
            f"/tickets/{id_}/escalate",
            data={**sent, "answer": ["Monday", "none", "gw-02"], "considered": []},
        )
        assert overlooked.status_code == 422
        assert "look at it, then send again" in overlooked.text
        done = desk.post(
            f"/tickets/{id_}/escalate", data={**sent, "answer": ["Monday", "none", "gw-02"]}
        )
        assert done.headers["location"] == f"/tickets/{id_}?done=escalated#escalations"
        shown = desk.get(done.headers["location"]).text
        assert "- Seit wann?: Monday" in shown
        twice = desk.post(
            f"/tickets/{id_}/escalate", data={**sent, "answer": ["Monday", "none", "gw-02"]}
        )
        assert twice.status_code == 409

    def test_a_pasted_case_becomes_a_ticket_with_what_was_ruled_out(
        self, app: FastAPI, agent: TestClient, services: Services
    ) -> None:
        ruled_out = ticket_of(
            services, external_id="2", state=TicketState.CLOSED, resolution="Firmware 7.2.1."
        )
        desk = browser(app, agent)
        page = desk.get("/?q=VPN+drops+every+hour")
        assert 'formaction="/escalate"' in page.text
        said = {"csrf": csrf(page.text), "kind": "ticket", "id": ruled_out, "verdict": "not_this"}
        desk.post("/desk/verdict", data=said)
        form = desk.get("/escalate?q=VPN+drops+every+hour%0Asince+today").text
        assert 'value="VPN drops every hour"' in form

        made = desk.post(
            "/escalate",
            data={
                "csrf": csrf(form),
                "title": "VPN drops every hour",
                "text": "since today",
                "audience": people.INTERNAL,
            },
        )

        assert made.status_code == 303
        index_all(services.finder)
        asked = desk.get(made.headers["location"] + "?impact=site").text
        assert "You may not need to" not in asked
        assert "not this" in asked

    def test_a_contractor_is_sent_away(
        self, app: FastAPI, contractor: TestClient, services: Services
    ) -> None:
        shared = ticket_of(services, audience=CONTRACTOR)
        outside = browser(app, contractor)

        for path in (f"/tickets/{shared}/escalate", "/escalate", "/escalation/rules"):
            assert outside.get(path).status_code == 403
        assert "/escalate" not in outside.get(f"/tickets/{shared}").text
        token = csrf(outside.get("/").text)
        for path in (f"/tickets/{shared}/escalate", "/escalate", "/escalation/rules"):
            data = {"csrf": token, "impact": "site", "title": "x", "audience": "x", "text": "x"}
            assert outside.post(path, data=data).status_code == 403

    def test_coaches_write_the_rules_and_agents_do_not(
        self, app: FastAPI, administrator: TestClient, agent: TestClient
    ) -> None:
        admin = browser(app, administrator)
        page = admin.get("/escalation/rules").text
        assert "categories: [VPN]" in page

        wrong = admin.post(
            "/escalation/rules", data={"csrf": csrf(page), "text": "rules:\n  - name: x\n"}
        )
        assert wrong.status_code == 422
        assert "line 2, rules.0.to: Field required" in wrong.text
        right = "rules:\n  - {name: All, to: {level: 3}}\n"
        admin.post("/escalation/rules", data={"csrf": csrf(page), "text": right})
        assert "name: All" in admin.get("/escalation/rules").text
        assert "categories: [VPN]" in admin.get("/escalation/rules?version=1").text
        assert admin.get("/escalation/rules?version=9").status_code == 404
        assert browser(app, agent).get("/escalation/rules").status_code == 403
