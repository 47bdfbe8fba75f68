"""Whoever administers can do so by keyboard, and with whatever reads pages to them."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Page, expect
from pydantic import SecretStr
from sqlalchemy.orm import Session

from api.catalogues import catalogue
from api.wiring import Services
from api.worker import work_all
from kb import people
from kb.sources import register, uploads
from kb.sources.accounts import Account
from kb.sources.models import SourceCaseRow
from kb.sources.vault import Vault
from kb.visibility import reader_of
from tests.browser.conftest import ON_BOTH_TOO, SignIn
from tests.browser.test_days import violations
from tests.factories import MONDAY
from tests.isolation.doors import READS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

PAGES = {
    "/admin": "/admin",
    "/admin/people": "/admin/people",
    "/admin/people/{person_id}": "/admin/people/1",
    "/admin/organisations": "/admin/organisations",
    "/admin/team": "/admin/team?name=Desk",
    "/admin/audiences": "/admin/audiences",
    "/admin/audience": "/admin/audience?name=internal",
    "/admin/audit": "/admin/audit?verify=true",
    "/admin/import": "/admin/import",
    "/admin/import/{upload_id}": "/admin/import/1",
    "/admin/index": "/admin/index",
    "/admin/jobs": "/admin/jobs",
    "/admin/settings": "/admin/settings",
    "/admin/sources": "/admin/sources",
    "/admin/source": "/admin/source?name=rt",
    "/admin/webhooks": "/admin/webhooks",
    "/admin/why": "/admin/why?person=first@own.example&article=KB-1",
    "/tokens": "/tokens",
}
"""Of each page for administrators, and that of one's own tokens, an address."""

FILE = (
    "Ticketnummer;Kurzbeschreibung;Eröffnet am;Lösung\n"
    "TK-1;Der Beamer bleibt dunkel;03.02.2026;Eingang HDMI 2 gewählt.\n"
    "TK-9;Ohne Datum;gestern;\n"
).encode()

FILES = {"/admin/audit/export"}

STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(e => !e.disabled && e.type !== 'hidden' && e.checkVisibility())"""


def test_every_page_of_administration_is_looked_at() -> None:
    paths = {door.removeprefix("GET ") for door in READS}
    wanted = {path for path in paths if path == "/tokens" or path.split("/")[1] == "admin"}

    assert wanted == PAGES.keys() | FILES


def failing_source(session: Session) -> None:
    """A ticket system in the middle of its first reading, with what can go wrong with it."""
    account = Account(url="https://rt.example", secret=SecretStr("the token"))
    vault = Vault(Fernet.generate_key())
    row = register.add(session, "rt", "request-tracker", account, vault=vault, at=MONDAY)
    row.mark = json.dumps({"at": MONDAY.isoformat(), "seen": [], "cursor": None})
    row.failure, row.failed_at = "SourceUnavailable: rt.example answered HTTP 503", MONDAY
    register.add_scopes(session, row.id, ["Network", "Printers"])
    audience_id = people.put_audience(session, people.INTERNAL).id
    register.put_scope(session, row.id, "Network", audience_id=audience_id, at=MONDAY)
    for n in range(1, 8):
        case = SourceCaseRow(source_id=row.id, external_id=str(n), scope="Network")
        case.due_at = MONDAY if n > 4 else None
        session.add(case)
    case.failure, case.attempts = "unexpected answer: Created: Field required", 2


@pytest.fixture
def filled(desk: tuple[str, Services]) -> None:
    """There is a team, a ticket system, and the first file of the administrator."""
    with desk[1].database.write() as session:
        own = people.organisation(session, "Own")
        people.put_team(session, "Desk", level=1, organisation_id=own.id)
        if not register.all_sources(session):
            failing_source(session)
        boss = reader_of(session, people.person(session, "boss@own.example"), at=MONDAY)
        if not uploads.listed(session, boss, limit=1):
            uploads.put(session, boss, "tickets.csv", FILE, source="desk", at=MONDAY)


@ON_BOTH_TOO
@pytest.mark.usefixtures("filled")
def test_a_file_is_imported_without_a_script_and_found(
    sign_in: SignIn, desk: tuple[str, Services], tmp_path: Path, language: str
) -> None:
    say = catalogue(language).gettext
    page = sign_in("boss@own.example", language=language, script=False)
    number = f"TK-{language}"
    path = tmp_path / "Störungen.csv"
    path.write_bytes(FILE.replace(b"TK-1", number.encode()))
    page.goto("/admin/import")
    page.set_input_files("#file", path)
    page.get_by_role("button", name=say("Send the file")).press("Enter")
    expect(page.locator("table")).to_contain_text("Der Beamer bleibt dunkel")
    page.locator("button[name=then][value=import]").press("Enter")
    expect(page.locator("main")).to_contain_text(
        say("It is being imported; this page looks again every two seconds.")
    )
    work_all(desk[1])

    page.get_by_role("link", name=say("Search in it now")).press("Enter")
    page.fill("#q", "Beamer dunkel")
    page.get_by_role("button", name=say("Search"), exact=True).press("Enter")
    expect(page.locator("#found")).to_contain_text(number)


@ON_BOTH_TOO
@pytest.mark.usefixtures("filled")
def test_a_scope_is_mapped_by_keyboard(sign_in: SignIn, language: str) -> None:
    say = catalogue(language).gettext
    page = sign_in("boss@own.example", language=language)
    page.goto("/admin/source?name=rt")
    name = say("Change %(name)s") % {"name": "Printers"}
    row = page.locator("tr").filter(has_text="Printers")
    row.locator(f"summary[aria-label='{name}']").press("Enter")
    assert violations(page) == []

    row.get_by_label(say("Audience (empty: administrators alone)")).fill(people.INTERNAL)
    row.get_by_role("button", name=say("Save")).press("Enter")

    expect(row.get_by_role("link", name=people.INTERNAL)).to_be_visible()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 1280), ("de", "dark", 1280), ("nl", "light", 360)],
)
def test_no_page_of_administration_stands_in_the_way_of_anybody(
    sign_in: SignIn, language: str, scheme: str, width: int
) -> None:
    page = sign_in("boss@own.example", language=language, width=width)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in PAGES.values():
        answer = page.goto(path)

        assert answer is not None
        assert answer.status == 200, path
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert violations(page) == [], path


@pytest.mark.usefixtures("filled")
def test_every_control_of_administration_is_reached_by_keyboard(sign_in: SignIn) -> None:
    page = sign_in("boss@own.example")
    for path in PAGES.values():
        page.goto(path)
        assert _reached(page) == set(range(page.evaluate(f"({STOPS})().length"))), path


def test_a_company_is_added_by_keyboard_alone(sign_in: SignIn) -> None:
    page = sign_in("boss@own.example")
    page.goto("/admin/organisations")

    page.locator("main input[name=name]").first.focus()
    page.keyboard.type("Ostwerk")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Ostwerk")


def _reached(page: Page) -> set[int]:
    """The places, among all stops, that the Tab key comes to; a date has a stop for each part."""
    page.evaluate(f"window.stops = ({STOPS})()")
    total = page.evaluate("window.stops.length")
    found: set[int] = set()
    for _ in range(total * 2 + 20):
        page.keyboard.press("Tab")
        place = page.evaluate("window.stops.indexOf(document.activeElement)")
        found |= {place} if place >= 0 else set()
        if len(found) == total:
            break
    return found
