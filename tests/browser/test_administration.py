"""Whoever administers can do so by keyboard, and with whatever reads pages to them."""

import pytest
from playwright.sync_api import Page, expect

from api.wiring import Services
from kb import people
from tests.browser.conftest import SignIn
from tests.browser.test_days import violations
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
    "/admin/index": "/admin/index",
    "/admin/jobs": "/admin/jobs",
    "/admin/settings": "/admin/settings",
    "/admin/sources": "/admin/sources",
    "/admin/webhooks": "/admin/webhooks",
    "/admin/why": "/admin/why?person=first@own.example&article=KB-1",
    "/tokens": "/tokens",
}
"""Of each page for administrators, and that of one's own tokens, an address."""

FILES = {"/admin/audit/export"}

STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(e => !e.disabled && e.type !== 'hidden' && e.checkVisibility())"""


def test_every_page_of_administration_is_looked_at() -> None:
    paths = {door.removeprefix("GET ") for door in READS}
    wanted = {path for path in paths if path == "/tokens" or path.split("/")[1] == "admin"}

    assert wanted == PAGES.keys() | FILES


@pytest.fixture
def team(desk: tuple[str, Services]) -> None:
    with desk[1].database.write() as session:
        own = people.organisation(session, "Own")
        people.put_team(session, "Desk", level=1, organisation_id=own.id)


@pytest.mark.usefixtures("team")
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


@pytest.mark.usefixtures("team")
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
