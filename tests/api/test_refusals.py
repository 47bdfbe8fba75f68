"""People are refused in their language, and told what to do."""

from pathlib import Path
from typing import get_args

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic_core.core_schema import ErrorType

from api import refusals
from api.catalogues import catalogue
from api.pages import errors
from api.pages.languages import COOKIE
from api.wording import same
from kb.db import Database
from kb.errors import KbError
from kb.sources.files import Reject
from tests.api.test_pages import browser as signed_in
from tests.api.test_pages import csrf
from tests.api.test_problems import descendants
from tests.factories import make_ticket
from tests.kb.test_files import BAD_ROWS, ROW, jsonl, read

FAMILIES = KbError.__subclasses__()

ELSEWHERE = {
    "BadDataset": "evaluation, by command",
    "BadDirectory": "a file of organisations and people, by command",
    "ClaimLost": "between workers",
    "CustomerMissing": "the worker, which notes it beside the escalation",
    "EntryNotFound": "SCIM",
    "ForgedWebhook": "webhooks",
    "KeyReused": "the JSON interface",
    "LicenceNotPermitted": "training",
    "MailRefused": "the worker",
    "MemberUnknown": "SCIM",
    "NameTaken": "SCIM",
    "NoFolder": "import by command",
    "NoInternalNotes": "the worker, which notes it beside the source",
    "NoNotes": "the worker, which notes it beside the source",
    "NoPlaceForRejects": "import by command",
    "NoSlotFree": "the start of a process",
    "NotDelivered": "the worker, which notes it beside the receiver",
    "NotReady": "probes",
    "NoteWentPublic": "the worker, which notes it beside the source",
    "SessionFileBroken": "import by command",
    "SeveralPeople": "privacy, by command",
    "SourceNeeded": "the JSON interface",
    "TooFewCases": "adaptation, by command",
    "TooFewQueries": "calibration, by command",
    "TooShort": "privacy, by command",
    "TryLater": "the worker",
    "UnknownJob": "the worker",
    "UnknownSchema": "the start of a process",
    "WrongThread": "evaluation, by command",
    "_Refused": "Znuny's own code within a BadAnswer",
}
"""Errors that no page meets, and who does; should one come up, its family's sentence is shown."""


def ours() -> set[str]:
    kinds = [kind for kind in descendants(KbError) if not kind.__module__.startswith("tests.")]
    return {kind.__name__ for kind in kinds}


def test_every_error_has_a_sentence_or_a_reason_why_no_page_needs_one() -> None:
    said = set(refusals._kinds(same))

    assert said | set(ELSEWHERE) == ours()
    assert said & set(ELSEWHERE) == set()
    assert said >= refusals.DETAILED
    assert said >= {family.__name__ for family in FAMILIES}


def test_a_kind_without_a_sentence_has_that_of_its_family() -> None:
    class Unheard(KbError.__subclasses__()[0]):  # type: ignore[misc]  # any family
        """Nobody has written a sentence for it."""

    assert refusals.said(Unheard("x"), same) == refusals.said(FAMILIES[0]("x"), same)


def test_fields_are_judged_in_words_that_pydantic_has() -> None:
    assert set(refusals._misfits(same)) <= set(get_args(ErrorType))


@pytest.mark.parametrize("language", ["de", "nl"])
def test_no_sentence_stays_english(language: str) -> None:
    translate = catalogue(language).gettext

    for table in (refusals._kinds, refusals._misfits, refusals._statuses):
        assert set(table(translate).values()) & set(table(same).values()) == set()


BAD_CSV = b'id,title,opened_at\n1,"a" b,2026-01-05\n2,x\n3,St\xf6rung,2026-01-05\n4,x,1\n4,y,1\n'


@pytest.mark.parametrize("language", ["de", "nl"])
def test_no_reason_for_refusing_a_row_stays_english(language: str, tmp_path: Path) -> None:
    translate = catalogue(language).gettext
    csv = tmp_path / "rows.csv"
    csv.write_bytes(BAD_CSV)
    rows = [ROW | change | {"id": str(n)} for n, (change, _, _) in enumerate(BAD_ROWS)]
    refused = [
        row
        for path in (jsonl(tmp_path, "{", "[1]", *rows), csv)
        for row in read(path)
        if isinstance(row, Reject)
    ]

    assert len(refused) == len(BAD_ROWS) + 6
    for row in refused:
        assert refusals.of_row(row, translate) != refusals.of_row(row, same)
        assert "{" not in refusals.of_row(row, translate).replace("{…}", "")


def browser(app: FastAPI, client: TestClient, language: str) -> TestClient:
    fresh = signed_in(app, client)
    fresh.cookies.set(COOKIE, language)
    return fresh


@pytest.fixture
def boss(app: FastAPI, administrator: TestClient) -> TestClient:
    return browser(app, administrator, "de")


@pytest.fixture
def outside(app: FastAPI, contractor: TestClient) -> TestClient:
    return browser(app, contractor, "nl")


def test_a_form_that_does_not_fit_names_each_field_in_german(boss: TestClient) -> None:
    secret = csrf(boss.get("/admin/people").text)

    answer = boss.post("/admin/people", data={"csrf": secret, "email": "", "name": "x" * 999})

    assert answer.status_code == 422
    assert "Was gesendet wurde, passt nicht." in answer.text
    assert "ist zu lang: höchstens" in answer.text
    assert "should have" not in answer.text
    assert "does not fit" not in answer.text


def test_a_file_that_is_no_text_is_refused_in_german(boss: TestClient) -> None:
    sent = {"csrf": csrf(boss.get("/admin/import").text), "source": "helpdesk"}

    answer = boss.post("/admin/import", data=sent, files={"file": ("x.xlsx", b"PK\x03\x04")})

    assert answer.status_code == 422
    assert "Das ist keine Textdatei" in answer.text
    assert "workbook" not in answer.text


def test_who_lacks_a_role_reads_which_one(outside: TestClient) -> None:
    answer = outside.get("/escalation/rules")

    assert answer.status_code == 403
    assert "U mist de rol die dit mag. Vraag een beheerder erom." in answer.text
    assert '<p class="quiet" lang="en">this needs the role' in answer.text


def test_absent_and_invisible_read_alike(outside: TestClient, database: Database) -> None:
    with database.write() as session:
        hidden = make_ticket(session).id

    answers = [outside.get(f"/tickets/{ticket_id}") for ticket_id in (hidden, hidden + 1000)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Dit ticket bestaat niet, of het is niet voor u bestemd." in answers[0].text
    assert len({answer.text.replace(answer.url.path, "") for answer in answers}) == 1


def test_who_asks_too_often_reads_so_in_dutch(app: FastAPI, outside: TestClient) -> None:
    (limit,) = [one for one in app.user_middleware if "per_webhook" in one.kwargs]
    limit.kwargs["per_address"] = 1
    app.middleware_stack = None  # made anew at the next request

    assert outside.get("/").status_code == 200
    answer = outside.get("/")

    assert answer.status_code == 429
    assert "Dit waren te veel verzoeken" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert outside.get("/api/v1/me").headers["content-type"] == "application/problem+json"


def test_what_nobody_foresaw_is_a_page_that_names_the_line_of_the_log(
    app: FastAPI, boss: TestClient
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password is swordfish")

    answer = boss.get("/broken")

    assert answer.status_code == 500
    assert "womit niemand gerechnet hat" in answer.text
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    assert "swordfish" not in answer.text
    assert answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_where_pages_are_broken_too_there_is_still_an_answer(
    app: FastAPI, boss: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(errors, "page", broken)
    app.get("/broken")(broken)

    answer = boss.get("/broken")

    assert answer.status_code == 500
    assert answer.json()["type"] == "about:blank"
