"""Who looks as somebody else gets, byte by byte, what that person gets; and changes nothing."""

import re
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.pages import session as sessions
from kb import people, previews, sign_ins
from kb.db import Base, Database
from kb.models import Event, Role
from kb.visibility import reader_of
from tests.factories import make_person
from tests.isolation.doors import answers
from tests.isolation.test_non_interference import on_postgres, on_sqlite
from tests.isolation.test_planted_leaks import PLAN
from tests.isolation.worlds import World

BANNER = re.compile(r'<aside class="preview".*?</aside>', re.DOTALL)
OF_THE_SIGN_IN = re.compile(r'name="csrf" value="[0-9a-f]{64}"|\(\'content-length\', \'\d+\'\)')
"""What each sign-in has of its own: the secret of its forms, and so the length of a page."""

FOR_EVERYBODY = ("/sign-in", "/setup", "/digest/stop/")
"""Pages that do not ask who looks at them."""

ONLY_READS = "you are looking as somebody else"


def looking(world: World) -> World:
    """The same world, seen by an administrator who looks as its reader."""
    at = datetime.now(UTC)
    with world.services.database.write() as session:
        boss = make_person(session, "boss@own.example", roles=(Role.ADMINISTRATOR,), audiences=())
        person = people.person(session, "engineer@nordwind.example")
        begun = previews.begin(session, reader_of(session, boss, at=at), person.id, at=at)
        cookie = sessions.signer("x" * 40).dumps(sign_ins.begin(session, boss.id, at=at))
    return replace(
        world,
        as_program={"Authorization": f"Bearer {begun.secret}"},
        as_browser={
            "Accept": "text/html",
            "Cookie": f"{sessions.COOKIE}={cookie}; {sessions.PREVIEW_COOKIE}={begun.secret}",
        },
    )


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> AbstractContextManager[World]:
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        return on_sqlite(template, PLAN, second=False)
    database: Database = request.getfixturevalue("postgres")
    return on_postgres(database, PLAN, second=False)


def test_a_preview_gives_exactly_what_the_person_gets(
    place: AbstractContextManager[World],
) -> None:
    with place as world:
        as_seen = looking(world)  # first: without an administrator other pages answer
        own = dict(answers(world))
        seen = dict(answers(as_seen))

    pages = [asked for asked in seen if BANNER.search(seen[asked])]
    assert len(pages) > 20, "the banner is on each page"
    for asked, told in own.items():
        if not asked.startswith("/feeds/kb_"):  # holds the person's own secret, which nobody lends
            assert _bare(seen[asked]) == _bare(told), asked


def test_pages_say_that_it_is_a_preview_and_errors_do_too(
    place: AbstractContextManager[World],
) -> None:
    with place as world:
        told = dict(answers(looking(world)))

    for asked, answer in told.items():
        if "<!doctype html>" in answer and not asked.startswith(FOR_EVERYBODY):
            assert BANNER.search(answer), asked


def test_a_preview_changes_nothing(place: AbstractContextManager[World]) -> None:
    with place as world:
        seen = looking(world)
        ticket = world.tickets[0]
        before = _counted(world)
        program = [
            ("POST", f"/api/v1/tickets/{ticket}/close", {"resolution": "Rebooted."}),
            ("POST", "/api/v1/drafts/1/publish", {"version": 1}),
            ("POST", "/api/v1/admin/audiences", {"name": "New"}),
            ("POST", "/api/v1/admin/previews", {"person": "kim@own.example"}),
        ]
        for method, path, body in program:
            answer = world.client.request(method, path, json=body, headers=seen.as_program)
            assert answer.status_code == 403, path
            assert ONLY_READS in answer.json()["detail"]
        page = world.client.request("GET", "/articles", headers=seen.as_browser).text
        secret = re.findall(r'name="csrf" value="([^"]+)"', page)[-1]
        for path in (f"/tickets/{ticket}/close", "/drafts/1/publish", "/articles/KB-2/opinion"):
            data = {"csrf": secret, "resolution": "Rebooted.", "version": 1, "verdict": "helpful"}
            answer = world.client.request("POST", path, data=data, headers=seen.as_browser)
            assert answer.status_code == 403, path
            assert ONLY_READS in answer.text.casefold()

        assert _counted(world) == before


def _bare(told: str) -> str:
    return OF_THE_SIGN_IN.sub("", BANNER.sub("", told))


def _counted(world: World) -> dict[str, int]:
    """How many rows each table has, but for the events: what is read there is recorded."""
    with world.services.database.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in {Event.__tablename__, "event_chain"}
        }
