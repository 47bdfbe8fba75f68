"""Signing in through a real provider on loopback, in a real browser."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser
from pydantic import SecretStr

from api.app import create_app
from api.wiring import Services
from articles.writers import ExtractiveWriter
from kb import people, sign_ins
from kb.db import Database
from kb.settings import Settings
from tests.databases import sqlite_copy
from tests.factories import MONDAY, make_person
from tests.fakes import make_finder

pytestmark = pytest.mark.browser

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if Path(path).exists()), None
)
EMAIL = "agent@own.example"


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    with sqlite_copy(sqlite_template, tmp_path) as made:
        yield made


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider's own libraries
def test_through_the_provider_and_outside_with_the_next_click_after_the_end(
    database: Database, tmp_path: Path, chromium: Browser
) -> None:
    import oidc_provider_mock

    with database.write() as session:
        make_person(session, EMAIL)
    claims = {"email": EMAIL, "email_verified": True, "name": "Kim"}
    user = oidc_provider_mock.User(sub="kim-1", claims=claims)
    with oidc_provider_mock.run_server_in_thread(user_claims=[user], require_nonce=True) as idp:
        port = free_port()
        settings = Settings(
            data_dir=tmp_path,
            public_url=f"http://127.0.0.1:{port}",
            oidc_issuer=f"http://localhost:{idp.server_port}",
            oidc_client_id="kb",
            oidc_client_secret=SecretStr("any"),
        )
        finder = make_finder(database, tmp_path / "index")
        app = create_app(Services(settings, database, finder, ExtractiveWriter()))
        with served(app, port), chromium.new_context() as context:
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{port}/drafts")
            page.get_by_role("link", name="Sign in with your company account").click()
            assert page.url.startswith(settings.oidc_issuer or "-")
            page.get_by_role("button", name="kim-1").click()
            page.wait_for_url(f"http://127.0.0.1:{port}/drafts")
            assert page.get_by_text("agent", exact=True).is_visible()

            with database.write() as session:
                person = people.person(session, EMAIL)
                assert sign_ins.end_all(session, person.id, at=MONDAY) == 1

            page.get_by_role("link", name="Secondline").first.click()
            assert "/sign-in?next=" in page.url


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
    return number
