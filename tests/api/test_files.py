"""Images and files of articles through the doors: who may attach them, and who may see them."""

import hashlib
import io
import re

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from articles import attachments
from articles.models import ArticleState
from kb import people
from kb.db import Database
from kb.models import OrganisationKind, Role
from tests.api.conftest import CONTRACTOR
from tests.api.test_pages import browser, csrf
from tests.articles.writing import make_draft
from tests.factories import make_person

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def image(colour: str = "red", kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(made, kind)
    return made.getvalue()


def attach(
    client: TestClient,
    draft: int,
    content: bytes,
    *,
    filename: str = "MTU settings.PNG",
    description: str = "the MTU field",
    base: int = 1,
) -> httpx2.Response:
    return client.post(
        f"/api/v1/drafts/{draft}/files",
        files={"file": (filename, content)},
        data={"description": description, "base": str(base)},
    )


def address(html: str) -> str:
    found = re.search(r'(?:src|href)="(/articles/KB-\d+/files/[0-9a-f]{64})"', html)
    assert found, html
    return found[1]


@pytest.fixture
def draft(database: Database) -> int:
    with database.write() as session:
        return make_draft(session, audience=CONTRACTOR).id


class TestAttach:
    def test_the_text_shows_the_image(self, agent: TestClient, draft: int) -> None:
        answer = attach(agent, draft, image())

        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["version"] == 2
        (shown,) = re.findall(r"!\[the MTU field\]\((.+)\)\n$", told["markdown"])
        assert re.fullmatch(r"files/kb-1/mtu-settings-[0-9a-f]{8}\.png", shown)

    def test_readers_get_it_as_it_was_sent(self, agent: TestClient, draft: int) -> None:
        attach(agent, draft, image())
        agent.post(f"/api/v1/drafts/{draft}/publish", json={"audience": people.INTERNAL})
        html = agent.get("/api/v1/articles/KB-1").json()["html"]

        answer = agent.get(f"/api/v1{address(html)}")

        assert 'alt="the MTU field"' in html
        assert (answer.status_code, answer.content) == (200, image())
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''mtu-")
        assert "sandbox" in answer.headers["content-security-policy"]

    def test_a_pdf_is_a_download(self, agent: TestClient, draft: int) -> None:
        attach(agent, draft, b"%PDF-1.7 plan", filename="../../plan<x>.exe", description="Plan")
        agent.post(f"/api/v1/drafts/{draft}/publish", json={"audience": people.INTERNAL})
        html = agent.get("/api/v1/articles/KB-1").json()["html"]

        answer = agent.get(f"/api/v1{address(html)}")

        assert ">Plan</a>" in html
        assert answer.headers["content-type"] == "application/pdf"
        assert re.match(
            r"attachment; filename\*=UTF-8''plan-x-[0-9a-f]{8}\.pdf$",
            answer.headers["content-disposition"],
        )

    @pytest.mark.parametrize(
        "content",
        [SVG, b"<html><script>alert(1)</script>", b"", b"GIF89a", image()[:40], b"MZ" + b"\0" * 50],
        ids=["svg", "html", "empty", "head alone", "cut off", "program"],
    )
    def test_another_kind_is_refused_whatever_its_name(
        self, agent: TestClient, draft: int, content: bytes
    ) -> None:
        answer = attach(agent, draft, content, filename="harmless.png")

        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/WrongKind"
        assert agent.get(f"/api/v1/drafts/{draft}").json()["version"] == 1

    def test_too_much_is_refused_with_the_limit(
        self, agent: TestClient, draft: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(attachments, "LARGEST", 50)

        answer = attach(agent, draft, image())

        assert answer.status_code == 413
        assert "over 50 bytes" in answer.json()["detail"]

    def test_too_many_pixels_are_refused(
        self, agent: TestClient, draft: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(attachments, "MOST_PIXELS", 63)

        assert attach(agent, draft, image()).status_code == 422

    def test_an_image_needs_a_description(self, agent: TestClient, draft: int) -> None:
        assert attach(agent, draft, image(), description=" ").status_code == 422

    def test_who_was_slower_gets_a_conflict(self, agent: TestClient, draft: int) -> None:
        attach(agent, draft, image())

        assert attach(agent, draft, image("blue")).status_code == 409

    def test_sending_it_again_changes_nothing(self, agent: TestClient, draft: int) -> None:
        first = attach(agent, draft, image()).json()

        assert attach(agent, draft, image()).json() == first

    def test_each_kind_of_image_is_taken(self, agent: TestClient, draft: int) -> None:
        for base, kind in enumerate(("PNG", "JPEG", "GIF", "WEBP"), start=1):
            assert attach(agent, draft, image(kind=kind), base=base).status_code == 200

    def test_in_the_page(self, app: FastAPI, agent: TestClient, draft: int) -> None:
        person = browser(app, agent)
        form = {"csrf": csrf(person.get(f"/drafts/{draft}").text), "base": "1", "description": "A"}

        sent = person.post(f"/drafts/{draft}/files", files={"file": ("a.png", image())}, data=form)

        assert sent.status_code == 303, sent.text
        shown = person.get(f"/drafts/{draft}").text
        assert person.get(address(shown)).content == image()


class TestWhoMayNot:
    """Nordwind may read the article; each file only from the version on that it may read."""

    @pytest.fixture
    def secret(self, agent: TestClient, draft: int) -> str:
        """Where the image is; the first published version, for Nordwind, does not show it."""
        agent.post(f"/api/v1/drafts/{draft}/publish", json={"audience": CONTRACTOR})
        assert attach(agent, draft, image()).status_code == 200
        return f"/articles/KB-1/files/{hashlib.sha256(image()).hexdigest()}"

    def test_no_stranger(self, stranger: TestClient, secret: str) -> None:
        assert stranger.get(f"/api/v1{secret}").status_code == 401

    def test_no_reader_before_it_is_published(
        self, agent: TestClient, contractor: TestClient, database: Database, secret: str
    ) -> None:
        only_reads(database)
        assert agent.get(f"/api/v1{secret}").status_code == 200
        before = contractor.get(f"/api/v1{secret}")
        agent.post("/api/v1/drafts/1/publish", json={"audience": CONTRACTOR})

        assert before.status_code == 404
        assert contractor.get(f"/api/v1{secret}").status_code == 200

    def test_nobody_of_another_audience(
        self, agent: TestClient, contractor: TestClient, secret: str
    ) -> None:
        agent.post("/api/v1/drafts/1/publish", json={"audience": people.INTERNAL})

        absent = contractor.get("/api/v1" + secret[:-64] + "0" * 64)
        refused = contractor.get(f"/api/v1{secret}")

        assert (refused.status_code, refused.json()["type"]) == (404, absent.json()["type"])

    def test_the_same_image_elsewhere_opens_nothing(
        self, agent: TestClient, contractor: TestClient, database: Database, secret: str
    ) -> None:
        """An image that one may read under one article is absent under a hidden one."""
        agent.post("/api/v1/drafts/1/publish", json={"audience": CONTRACTOR})
        with database.write() as session:
            hidden = make_draft(session, external_id="2")
            assert hidden.state is ArticleState.DRAFT
            number, id_ = hidden.number, hidden.id
        assert attach(agent, id_, image()).status_code == 200

        assert contractor.get(f"/api/v1{secret}").status_code == 200
        assert contractor.get(f"/api/v1{secret.replace('KB-1', number)}").status_code == 404

    def test_nobody_attaches_to_what_they_cannot_see(
        self, contractor: TestClient, database: Database
    ) -> None:
        with database.write() as session:
            hidden = make_draft(session).id

        assert attach(contractor, hidden, image()).status_code == 404


def only_reads(database: Database) -> None:
    """The engineer of the contractor no longer works on articles."""
    with database.write() as session:
        make_person(
            session,
            "engineer@nordwind.example",
            organisation=CONTRACTOR,
            kind=OrganisationKind.CONTRACTOR,
            roles=(Role.READER,),
            audiences=(CONTRACTOR,),
        )
