"""One server with a small desk for all browser tests, and people who sign in to it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from api.app import create_app
from api.wiring import Services
from articles import numbers, offering, reading
from articles.models import Article, ArticleState, ArticleVersion
from articles.writers import ExtractiveWriter
from kb import people, tokens
from kb.db import Database
from kb.models import OrganisationKind, Role, TicketState
from kb.settings import Settings
from kb.visibility import reader_of
from tests.browser.test_sign_in import CHROMIUM, free_port
from tests.databases import migrated_postgres, sqlite_copy
from tests.factories import MONDAY, make_audience, make_person, make_ticket
from tests.fakes import index_all, make_finder

SHARED = "Nordwind Netze"
TEXT = """## Ursache

Die Firmware 7.1 verliert den Schlüssel.

## Lösung

1. Firmware 7.2.1 einspielen.
2. Den Dienst neu starten:

   ```sh
   systemctl restart strongswan
   ```
"""


def is_failure(line: ConsoleMessage) -> bool:
    """Whether the console tells of a mistake; that a page is not there may be what is tested."""
    return line.type == "error" and "status of 404" not in line.text


SignIn = Callable[..., Page]

expect.set_options(timeout=20_000)  # a busy machine is slow, and waits for nothing else

ON_BOTH = pytest.mark.parametrize(
    ("desk", "language"),
    [("sqlite", "de"), ("postgres", "nl"), ("sqlite", "en")],
    indirect=["desk"],
)
"""A day in each language, and on each database."""

ON_BOTH_TOO = pytest.mark.parametrize(
    ("desk", "language"),
    [("postgres", "de"), ("sqlite", "nl"), ("postgres", "en")],
    indirect=["desk"],
)
"""The same the other way round, so that each language is walked on each database."""


@pytest.fixture(scope="session")
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Services]]:
    """Where it is served, and what it is made of; on SQLite, unless a test says "postgres"."""
    folder = tmp_path_factory.mktemp("desk")
    with fresh_database(request, folder) as database:
        finder = make_finder(database, folder / "index")
        services = Services(Settings(data_dir=folder), database, finder, ExtractiveWriter())
        _fill(database)
        index_all(finder)
        with serving(services) as address:
            yield address, services


def fresh_database(
    request: pytest.FixtureRequest, folder: Path
) -> AbstractContextManager[Database]:
    """An empty database, on SQLite unless a test says "postgres"."""
    if getattr(request, "param", "sqlite") == "postgres":
        return migrated_postgres(request.getfixturevalue("postgres_url"), "kb_desk")
    return sqlite_copy(request.getfixturevalue("sqlite_template"), folder)


@contextmanager
def serving(services: Services) -> Iterator[str]:
    """A server of its own in this process, and its address."""
    port = free_port()
    config = uvicorn.Config(create_app(services), port=port, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the system; a machine without one skips what needs it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


def use_token(page: Page, secret: str, language: str) -> None:
    """Choose a language, and sign in with a token."""
    page.goto("/sign-in")
    page.locator(f"footer button[value={language}]").click()
    page.locator("details summary").last.click()
    page.fill("#token", secret)
    page.locator("details button").last.click()
    page.wait_for_url(lambda url: url.endswith("/"))


@pytest.fixture
def sign_in(desk: tuple[str, Services], chromium: Browser) -> Iterator[SignIn]:
    """Opens a browser of its own, in which somebody has signed in; scripts must not fail in it."""
    address, services = desk
    contexts, failures = [], []

    def enter(email: str, *, language: str = "en", width: int = 1280, script: bool = True) -> Page:
        with services.database.write() as session:
            person = people.person(session, email)
            secret = tokens.create(session, person, "test", expires_at=None, at=MONDAY).secret
        context = chromium.new_context(
            base_url=address,
            locale=language,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda line: failures.append(line.text) if is_failure(line) else None)
        use_token(page, secret, language)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert failures == []


def _fill(database: Database) -> None:
    with database.write() as session:
        own = (people.INTERNAL, SHARED)
        make_person(session, "boss@own.example", roles=(Role.ADMINISTRATOR,), audiences=own)
        make_person(session, "first@own.example", roles=(Role.FIRST_LEVEL,), audiences=own)
        many = (Role.FIRST_LEVEL, Role.SECOND_LEVEL, Role.PUBLISHER, Role.COACH)
        coach = make_person(session, "second@own.example", roles=many, audiences=own)
        team = people.put_team(session, "Desk", level=1, organisation_id=coach.organisation_id)
        people.join(session, coach.id, team.id)
        reading.make(session, reader_of(session, coach, at=MONDAY), team.id, "VPN", at=MONDAY)
        make_person(
            session,
            "engineer@nordwind.example",
            organisation=SHARED,
            kind=OrganisationKind.CONTRACTOR,
            roles=(Role.READER,),
            audiences=(SHARED,),
        )
        make_ticket(
            session,
            external_id="INC-1",
            title="VPN tunnel drops every hour",
            language="en",
            state=TicketState.CLOSED,
            closed_at=MONDAY,
            resolution="Installed firmware 7.2.1 on vpn-gw-02.",
        )
        make_ticket(session, external_id="INC-2", title="Tunnel to the branch drops", level=2)
        readers = make_audience(session, SHARED)
        version = ArticleVersion(
            number=1,
            title="VPN tunnel: Firmware 7.1 verliert den Schlüssel",
            markdown=TEXT,
            audience_id=readers,
            at=MONDAY,
            statements=[],
            replacements=[],
        )
        article = Article(
            number=numbers.take(session)[0],
            source="test",
            external_id="1",
            state=ArticleState.PUBLISHED,
            audience_id=readers,
            language="de",
            tags=["vpn"],
            published_version=1,
            created_at=MONDAY,
            updated_at=MONDAY,
            versions=[version],
        )
        session.add(article)
        session.flush()  # the document needs the id
        offering.offer(session, [(article, version)])


@pytest.fixture
def desk_page(sign_in: SignIn) -> Page:
    """A page of somebody who may do most things."""
    return sign_in("second@own.example")
