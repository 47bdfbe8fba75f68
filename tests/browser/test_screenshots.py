"""Pictures of the pages for the documentation; `make screenshots` keeps them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import examples
from api.cli import opened
from api.worker import work_all
from articles import reading, store
from articles.models import Article, ArticleState
from kb import feedback, people
from kb.models import DocumentKind, Ticket, Verdict
from kb.settings import Settings
from kb.visibility import reader_of
from tests.browser.conftest import serving, use_token

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(
        "KB_TEST_SCREENSHOTS" not in os.environ,  # noqa: TID251  a setting of tests alone
        reason="make screenshots",
    ),
]

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"

AGENT = "svenja.morgentau@nebelfurt.example"
ENGINEER = "hannes.kieselbach@nebelfurt.example"
ADMINISTRATOR = "cosima.federkiel@nebelfurt.example"
DAILY = {
    "desk": (AGENT, "/?q=VPN+tunnel+drops+with+error+809+in+a+hotel"),
    "nothing-found": (AGENT, "/?q=swordfish+trombone"),
    "tickets": (ENGINEER, "/tickets"),
    "ticket": (ENGINEER, "/tickets/{INC-1147}"),
    "escalate": (AGENT, "/tickets/{INC-1160}/escalate?impact=site"),
    "library": (AGENT, "/articles"),
    "article": (AGENT, "/articles/KB-1009"),
    "draft": (ENGINEER, "/drafts/{draft}"),
    "news": (AGENT, "/news"),
    "reading": (ADMINISTRATOR, "/reading"),
    "reading-list": (ADMINISTRATOR, "/reading/1"),
}
"""By name, who looks at which page, {ids} by number; these also dark and on a phone."""
OTHERS = {
    "inbox": (AGENT, "/inbox"),
    "drafts": (ENGINEER, "/drafts"),
    "rules": (ADMINISTRATOR, "/escalation/rules"),
    "numbers": (ADMINISTRATOR, "/numbers"),
    "settings": (AGENT, "/settings"),
    "tokens": (AGENT, "/tokens"),
    "admin": (ADMINISTRATOR, "/admin"),
    "admin-import": (ADMINISTRATOR, "/admin/import"),
    "admin-webhooks": (ADMINISTRATOR, "/admin/webhooks"),
    "admin-people": (ADMINISTRATOR, "/admin/people"),
    "admin-audiences": (ADMINISTRATOR, "/admin/audiences"),
    "admin-index": (ADMINISTRATOR, "/admin/index"),
    "admin-jobs": (ADMINISTRATOR, "/admin/jobs"),
    "admin-why": (ADMINISTRATOR, "/admin/why"),
    "admin-audit": (ADMINISTRATOR, "/admin/audit"),
}


@dataclass(frozen=True, slots=True)
class Demo:
    """The examples as `make serve` shows them."""

    address: str
    tokens: dict[str, str]
    ids: dict[str, int]
    """Of tickets by their numbers, and of a draft that waits."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """With the shipped model."""
    now = datetime.now(UTC)
    with opened.services(Settings(data_dir=tmp_path_factory.mktemp("demo"))) as services:
        examples.begin(services, at=now)
        with services.database.write() as session:
            accounts = examples.demo_tokens(session, at=now)
            train(session, at=now)
        work_all(services)
        with services.database.read() as session:
            ids = {one.external_id: one.id for one in session.scalars(select(Ticket))}
            waiting = select(func.min(Article.id)).where(Article.state == ArticleState.DRAFT)
            ids["draft"] = session.scalars(waiting).one() or 0
        with serving(services) as address:
            yield Demo(address, {one.email: one.secret for one in accounts}, ids)


def train(session: Session, *, at: datetime) -> None:
    """A coach makes a reading list, and has begun to read it."""
    coach = reader_of(session, people.person(session, ADMINISTRATOR), at=at)
    (team,) = reading.of_reader(session, coach, at=at)
    made = reading.make(session, coach, team.id, "VPN", at=at)
    for number in ("KB-1009", "KB-1001", "KB-1004"):
        reading.add(session, coach, made, number, at=at)
    reading.mark(session, coach, "KB-1009", read=True, at=at)
    helpful = store.by_number(session, coach, "KB-1004")
    subject = (DocumentKind.ARTICLE, helpful.id)
    feedback.give(session, coach, subject, Verdict.HELPFUL, at=at)


@pytest.mark.parametrize(
    ("suffix", "language", "width", "dark"),
    [("", "en", 1280, False), ("-dark", "de", 1280, True), ("-phone", "nl", 390, False)],
)
def test_take_pictures(
    demo: Demo, chromium: Browser, suffix: str, language: str, width: int, *, dark: bool
) -> None:
    FOLDER.mkdir(exist_ok=True)
    pages: dict[str, Page] = {}
    for name, (who, where) in (DAILY if suffix else DAILY | OTHERS).items():
        if who not in pages:
            context = chromium.new_context(
                base_url=demo.address,
                locale=language,
                viewport={"width": width, "height": 800},
                color_scheme="dark" if dark else "light",
            )
            pages[who] = context.new_page()
            use_token(pages[who], demo.tokens[who], language)
        answer = pages[who].goto(where.format_map(demo.ids))
        pages[who].wait_for_load_state("networkidle")
        assert answer is not None
        assert answer.ok, name
        pages[who].screenshot(path=FOLDER / f"{name}{suffix}.png")
    for page in pages.values():
        page.context.close()
