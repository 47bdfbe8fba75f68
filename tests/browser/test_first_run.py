"""From an empty database to an answer: a newcomer needs nothing but the pages and the terminal."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.catalogues import catalogue
from api.wiring import Services
from api.worker import work_all
from articles.writers import ExtractiveWriter
from kb import setup_codes
from kb.settings import Settings
from tests.browser.conftest import fresh_database, serving
from tests.browser.test_days import violations
from tests.fakes import make_finder

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

TICKETS = (
    "Nr;Betreff;Beschreibung;Angelegt am;Status;Lösung\r\n"
    "A-1;Beamer bleibt dunkel;Im Saal 3 kommt kein Bild.;03.02.2026 08:15;Erledigt;"
    "Den Eingang auf HDMI 2 gestellt.\r\n"
)


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Services]]:
    """A service that nobody has used, and what it is made of."""
    with fresh_database(request, tmp_path) as database:
        finder = make_finder(database, tmp_path / "index")
        services = Services(Settings(data_dir=tmp_path), database, finder, ExtractiveWriter())
        with serving(services) as address:
            yield address, services


@pytest.mark.parametrize(
    ("empty", "language", "scheme", "width", "script"),
    [
        ("sqlite", "de", "light", 1280, True),
        ("postgres", "nl", "dark", 1280, True),
        ("sqlite", "en", "light", 360, False),
    ],
    indirect=["empty"],
)
def test_a_newcomer_gets_from_nothing_to_an_answer(
    empty: tuple[str, Services],
    chromium: Browser,
    tmp_path: Path,
    language: str,
    scheme: str,
    width: int,
    script: bool,
) -> None:
    address, services = empty
    say = catalogue(language).gettext
    with services.database.write() as session:
        code = setup_codes.put(session, at=datetime.now(UTC))
    with closing(
        chromium.new_context(
            base_url=address,
            locale=language,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=script,
        )
    ) as context:
        page = context.new_page()
        page.goto("/")
        _looked_at(page, script=script)
        _begin(page, "AAAAA-AAAAA-AAAAA-AAAAA")
        expect(page.get_by_role("alert")).to_be_visible()
        _looked_at(page, script=script)
        expect(page.locator("#organisation")).to_have_value("Eigene Firma")
        _begin(page, code)
        expect(page.get_by_role("heading", level=1)).to_have_text(say("Import"))

        path = tmp_path / "tickets.csv"
        path.write_bytes(TICKETS.encode())
        page.set_input_files("#file", path)
        page.get_by_role("button", name=say("Send the file")).click()
        page.locator("button[name=then][value=import]").click()
        expect(page.locator("main")).to_contain_text(say("Look now"))
        work_all(services)
        page.get_by_role("link", name=say("Search in it now")).click()
        page.fill("#q", "Beamer dunkel")
        page.get_by_role("button", name=say("Search"), exact=True).click()
        expect(page.locator("#found")).to_contain_text("A-1")

        gone = page.goto("/setup")
        assert gone is not None
        assert gone.status == 404


def _looked_at(page: Page, *, script: bool) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if script:
        assert violations(page) == []


def _begin(page: Page, code: str) -> None:
    """Fill in the form by keyboard, beginning where the page has put the focus."""
    for said in (code, "Eva", "Eigene Firma", "eva@own.example", "correct horse battery"):
        page.locator(":focus").fill(said)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
