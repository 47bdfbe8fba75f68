"""Pictures of the pages for the documentation; `make screenshots` keeps them."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import SignIn

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(
        "KB_TEST_SCREENSHOTS" not in os.environ,  # noqa: TID251  a setting of tests alone
        reason="make screenshots",
    ),
]

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
PAGES = {
    "desk": "/?q=vpn+tunnel+drops",
    "nothing-found": "/?q=swordfish&language=nl",
    "library": "/articles",
    "article": "/articles/KB-1",
    "ticket": "/tickets/1",
    "drafts": "/drafts",
    "escalate": "/tickets/2/escalate?impact=site",
    "rules": "/escalation/rules",
}


@pytest.mark.parametrize(
    ("suffix", "language", "width", "dark"),
    [("", "en", 1280, False), ("-dark", "de", 1280, True), ("-phone", "nl", 390, False)],
)
def test_take_pictures(
    sign_in: SignIn, suffix: str, language: str, width: int, *, dark: bool
) -> None:
    FOLDER.mkdir(exist_ok=True)
    page = sign_in("second@own.example", language=language, width=width)
    page.emulate_media(color_scheme="dark" if dark else "light")
    for name, path in PAGES.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}{suffix}.png")
