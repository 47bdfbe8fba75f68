"""A reading list is made, ordered and read by keyboard, without a script and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_days import violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def press(page: Page, name: str) -> None:
    """Use a button as somebody does who has no mouse."""
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "scheme", "width", "words"),
    [
        ("en", "light", 1280, ("Make it", "Put it on the list", "Take it away")),
        (
            "de",
            "dark",
            1280,
            ("Erstellen", "Auf die Liste setzen", "Entfernen"),
        ),
        ("nl", "light", 360, ("Maken", "Op de lijst zetten", "Verwijderen")),
    ],
)
def test_a_list_is_made_and_read_by_keyboard(
    sign_in: SignIn, language: str, scheme: str, width: int, words: tuple[str, str, str]
) -> None:
    make, put, drop = words
    page = sign_in("second@own.example", language=language, width=width, script=False)
    page.goto("/reading")
    page.fill("input[name=name]", f"Training {language}")
    press(page, make)
    page.fill("input[name=number]", "kb 1")
    press(page, put)
    expect(page.locator(".rows")).to_contain_text("KB-1")
    for done in (1, 0):
        page.locator("button[name=read]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("progress")).to_have_attribute("value", str(done))
    page.locator("summary").last.focus()
    page.keyboard.press("Enter")
    press(page, drop)
    expect(page.locator("main")).not_to_contain_text(f"Training {language}")

    looked = sign_in("second@own.example", language=language, width=width)
    looked.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("/reading", "/reading/1"):
        looked.goto(path)
        assert violations(looked) == [], path
        wide = looked.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path
