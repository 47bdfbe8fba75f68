"""Each user's day in a real browser, from sign-in to result."""

import re
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from api import unsubscribing
from api.catalogues import catalogue
from api.wiring import Services
from api.worker import work_all
from tests.api.test_drafts import CASES
from tests.browser.conftest import ON_BOTH, ON_BOTH_TOO, SignIn
from tests.factories import make_ticket
from tests.isolation.doors import READS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SOLVED = {"de": "Das war die Lösung", "nl": "Dit loste het op", "en": "This solved it"}


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    page.evaluate(AXE)  # past the policy of the page, which would stop a script tag
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [
        f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]
    ]


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus, as somebody does who has no mouse."""
    expect(wanted).to_be_visible()
    wanted.evaluate("stop => { window.wanted = stop; }")
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === window.wanted"):
            return
    raise AssertionError(f"no Tab leads to {wanted}")


@ON_BOTH
def test_the_first_level_solves_a_case_by_keyboard_alone(sign_in: SignIn, language: str) -> None:
    page = sign_in("first@own.example", language=language)

    page.keyboard.type("vpn tunnel drops every hour")  # the box has the focus
    expect(page.locator(".hits > li").first).to_be_visible()
    page.keyboard.press("Escape")
    number = page.locator(".hits > li", has_text="INC-1").first
    while "chosen" not in (number.get_attribute("class") or ""):
        page.keyboard.press("j")
    expect(page.locator("#beside")).to_contain_text("Installed firmware 7.2.1")
    expect(page.get_by_role("button", name=re.compile(SOLVED[language]))).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("s")
    expect(page.locator("#said")).to_have_class("shown")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/tickets/1$"))
    expect(page.locator("html")).to_have_attribute("lang", language)


@ON_BOTH_TOO
def test_what_is_new_is_escalated_by_keyboard_alone(sign_in: SignIn, language: str) -> None:
    page = sign_in("first@own.example", language=language)

    page.keyboard.type("swordfish in the cooling tower")
    expect(page).to_have_url(re.compile("q=swordfish"))  # what was found is shown
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page).to_have_url(re.compile("/escalate"))
    expect(page.locator("#title")).to_have_value("swordfish in the cooling tower")
    page.locator("#title").press("Enter")
    expect(page).to_have_url(re.compile(r"/tickets/\d+/escalate$"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("impact=team"))
    for _ in range(3):
        page.locator("textarea:invalid").first.press("x")
    page.locator("#outcome-restart").select_option("no_help")
    page.locator("#note-restart").press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.locator("#escalations pre")).to_contain_text("swordfish")
    assert violations(page) == []


@ON_BOTH
def test_the_second_level_makes_an_article_of_a_ticket_by_keyboard_on_a_phone(
    sign_in: SignIn, desk: tuple[str, Services], language: str
) -> None:
    say = catalogue(language).gettext
    title, description, resolution, words = CASES[language]
    with desk[1].database.write() as session:
        known = make_ticket(
            session,
            external_id=f"DAY-{language}",
            title=title,
            description=description,
            language=language,
            level=2,
        ).id
    page = sign_in("second@own.example", language=language, width=360)

    page.goto(f"/tickets/{known}")
    tab_to(page, page.locator("#closing"))
    page.keyboard.type(resolution)
    tab_to(page, page.get_by_role("button", name=say("Close the ticket")))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("done=draft"))
    assert violations(page) == []
    work_all(desk[1])

    tab_to(page, page.get_by_role("link", name=say("Drafts")))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/drafts$"))
    tab_to(page, page.locator("main h2 a").first)
    page.keyboard.press("Enter")
    expect(page.locator("blockquote").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
    tab_to(page, page.locator("#markdown"))
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nzwaardvis-swordfish")
    tab_to(page, page.get_by_role("button", name=say("Save a new version")))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("2")
    tab_to(page, page.locator("form[action$=publish] button"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text(
        say("Published: the next search finds it.")
    )

    page.keyboard.press("Control+Home")
    tab_to(page, page.locator("header nav a").first)
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(f"{words} zwaardvis-swordfish")
    expect(page.locator(".hits > li[data-kind=articles]", has_text=title).first).to_be_visible()


def test_what_is_typed_before_the_script_is_there_is_sought(sign_in: SignIn) -> None:
    page = sign_in("first@own.example")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/desk.js", hold)

    page.goto("/", wait_until="commit")
    page.locator("#q").fill("tunnel")
    assert page.locator(".hits > li").count() == 0
    (script,) = held
    script.continue_()

    expect(page.locator(".hits > li").first).to_be_visible()


@ON_BOTH_TOO
def test_the_contractor_reads_on_a_phone(sign_in: SignIn, language: str) -> None:
    say = catalogue(language).gettext
    page = sign_in("engineer@nordwind.example", language=language, width=360)

    page.goto("/articles")
    tab_to(page, page.get_by_role("link", name=re.compile("Firmware 7.1")))
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name=say("Copy"), exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
    tab_to(page, page.locator("#missing"))
    page.keyboard.type("Model?")
    tab_to(page, page.get_by_role("button", name=say("No"), exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto("/?q=tunnel")
    expect(page.locator(".hits > li")).to_have_count(1)


def test_reading_and_searching_need_no_script(sign_in: SignIn) -> None:
    page = sign_in("first@own.example", script=False)

    page.fill("#q", "vpn tunnel drops")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="VPN tunnel drops every hour").click()

    expect(page.get_by_text("Installed firmware 7.2.1")).to_be_visible()


PAGES = {
    "/": ["/", "/?q=swordfish"],
    "/articles": ["/articles"],
    "/articles/{number}": ["/articles/KB-1"],
    "/news": ["/news"],
    "/reading": ["/reading"],
    "/reading/{list_id}": ["/reading/1"],
    "/reading/new/{team_id}": ["/reading/new/1"],
    "/drafts": ["/drafts"],
    "/drafts/{draft_id}": ["/drafts/1"],
    "/tickets": ["/tickets"],
    "/tickets/{ticket_id}": ["/tickets/2"],
    "/tickets/{ticket_id}/escalate": ["/tickets/2/escalate", "/tickets/2/escalate?impact=site"],
    "/escalate": ["/escalate?q=swordfish"],
    "/escalation/rules": ["/escalation/rules"],
    "/inbox": ["/inbox"],
    "/numbers": ["/numbers?days=365"],
    "/settings": ["/settings"],
    "/sign-in": ["/sign-in"],
}
"""Of each page that is no administration, addresses."""

NO_PAGES = {
    "/articles/{number}/files/{digest}",
    "/desk/articles/{article_id}",
    "/desk/hits",
    "/desk/tickets/{ticket_id}",
    "/feeds/articles",
    "/feeds/inbox",
    "/feeds/{secret}/articles",
    "/feeds/{secret}/inbox",
    "/metrics",
    "/numbers/chart.svg",
    "/numbers/figures.csv",
    "/setup",  # looked at in tests/browser/test_first_run.py
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/sign-in/provider/out",
}
"""Files, feeds, parts of the desk (seen on it), and ways to the provider."""

SIGNED = {"/digest/stop/{signed}"}
"""Pages whose address is made for a person; they have a test of their own."""


def test_every_page_is_looked_at() -> None:
    elsewhere = ("/admin", "/api/", "/health/", "/scim/", "/tokens")  # test_administration
    paths = {door.removeprefix("GET ") for door in READS if door.startswith("GET ")}

    assert {
        path for path in paths if not path.startswith(elsewhere)
    } == PAGES.keys() | NO_PAGES | SIGNED


@pytest.mark.parametrize("path", ["/nowhere", *chain.from_iterable(PAGES.values())])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_stands_in_the_way_of_anybody(desk_page: Page, path: str, scheme: str) -> None:
    desk_page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    desk_page.goto(path)

    assert violations(desk_page) == []


def test_the_daily_mail_is_stopped_with_its_address_alone(
    desk_page: Page, desk: tuple[str, Services]
) -> None:
    desk_page.context.clear_cookies()
    desk_page.goto(urlsplit(unsubscribing.address(desk[1].settings, 1)).path)
    assert violations(desk_page) == []

    desk_page.get_by_role("button", name="Stop the daily mail").click()

    expect(desk_page.get_by_role("status")).to_be_visible()
    assert violations(desk_page) == []


def test_a_phone_leads_to_ones_own_settings(desk_page: Page) -> None:
    desk_page.set_viewport_size({"width": 390, "height": 800})
    desk_page.goto("/")

    desk_page.locator(".who a").click()

    expect(desk_page).to_have_url(re.compile("/settings$"))
    assert violations(desk_page) == []
