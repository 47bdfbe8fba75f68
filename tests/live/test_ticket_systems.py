"""Real ticket systems on loopback: cases, notes, closing, deletion, there and back."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select

from api.wiring import Services
from api.worker import work_all
from articles.models import Article
from articles.writers import ExtractiveWriter
from indexer.search import search
from kb.db import Database
from kb.models import SOLVED, Audience, Document, Job, Message, Person, Ticket, TicketState
from kb.settings import Settings
from kb.sources import changes, handing_on, register, sync
from kb.sources.models import Source, SourceCaseRow
from kb.sources.ports import SourceUnavailable
from kb.sources.sync import Synced
from kb.sources.vault import open_vault
from kb.visibility import Reader, reader_of, visible_documents
from tests import databases
from tests.factories import make_audience, make_person, make_ticket
from tests.fakes import make_finder
from tests.live import desks
from tests.live.desks import FIRST, SECOND, Desk
from tests.live.znuny import ZnunyDesk, znuny_is_missing

SOLUTION = (
    "The reader had lost its key. Hold the reset button for ten seconds, enrol the reader again"
    " with `door-admin enrol --reader 7`, then load the cards with `door-admin push`."
)
# At least twice `sync.BATCH`: it is stopped twice in between.
TICKETS = int(os.environ.get("KB_LIVE_TICKETS", "40"))  # noqa: TID251  a setting of tests alone

pytestmark = [pytest.mark.live, pytest.mark.timeout(3600)]


@pytest.fixture(
    params=[
        pytest.param(
            desks.RequestTrackerDesk,
            id="request-tracker",
            marks=pytest.mark.skipif(
                desks.request_tracker_is_missing(),
                reason="request-tracker5, rt5-db-sqlite and rt5-standalone are not installed,"
                " or could not be configured",
            ),
        ),
        pytest.param(
            desks.RedmineDesk,
            id="redmine",
            marks=pytest.mark.skipif(
                desks.redmine_is_missing(),
                reason="redmine and puma are not installed, or could not be configured",
            ),
        ),
        pytest.param(
            desks.RoundupDesk,
            id="roundup",
            marks=pytest.mark.skipif(
                desks.roundup_is_missing(), reason="roundup is not installed: `make setup`"
            ),
        ),
        pytest.param(
            ZnunyDesk,
            id="znuny",
            marks=[
                pytest.mark.more,
                pytest.mark.skipif(
                    znuny_is_missing(),
                    reason="Znuny is not there: `scripts/live.sh install-more`",
                ),
            ],
        ),
    ]
)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    start: Callable[..., Desk] = request.param
    # Znuny is the only one that does not take SQLite.
    needed = [request.getfixturevalue("postgres_url")] if start is ZnunyDesk else []
    with desks.running(start(tmp_path, *needed)) as made:
        yield made


@dataclass
class Here:
    """Our own service beside the desk."""

    services: Services
    desk: Desk
    source_id: int
    partner_id: int
    staff_id: int

    @property
    def partner(self) -> Reader:
        """Who may read the first scope alone; asked each time: audiences come with cases."""
        return self._reader(self.partner_id)

    @property
    def staff(self) -> Reader:
        """Who may read both scopes, and what is internal."""
        return self._reader(self.staff_id)

    @property
    def database(self) -> Database:
        return self.services.database

    def sync(self, progress: Callable[[Synced], None] = lambda _: None) -> Synced:
        with closing(self.desk.connector()) as connector:
            return sync.run(
                self.database,
                self.source_id,
                connector,
                clock=lambda: datetime.now(UTC),
                progress=progress,
            )

    def work(self) -> None:
        work_all(self.services)
        with self.database.read() as session:
            assert session.scalars(select(Job)).all() == []

    def found(self, reader: Reader, query: str) -> set[str]:
        """The numbers that the desk gave to the first ten that are found."""
        with self.database.read() as session:
            answer = search(session, self.services.finder, reader, query, limit=10)
            ids = [hit.origin_id for hit in answer.hits]
            return set(session.scalars(select(Ticket.external_id).where(Ticket.id.in_(ids))))

    def reader_of_all(self) -> Reader:
        with self.database.read() as session:
            return Reader(None, frozenset(session.scalars(select(Audience.id))))

    def _reader(self, person_id: int) -> Reader:
        with self.database.read() as session:
            return reader_of(session, session.get_one(Person, person_id), at=datetime.now(UTC))

    def count(self, what: type[Ticket | Message | Article]) -> int:
        with self.database.read() as session:
            return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.fixture
def here(desk: Desk, tmp_path: Path, sqlite_template: Path) -> Iterator[Here]:
    key = SecretStr(Fernet.generate_key().decode())
    settings = Settings(data_dir=tmp_path, source_key=key)
    with databases.sqlite_copy(sqlite_template, tmp_path) as database:
        finder = make_finder(database, tmp_path / "index")
        services = Services(settings, database, finder, ExtractiveWriter())
        with database.write() as session:
            staff, partner = make_audience(session, "staff"), make_audience(session, "partner")
            vault, now = open_vault(settings), datetime.now(UTC)
            row = register.add(session, "desk", desk.kind, desk.account, vault=vault, at=now)
            for scope, audience, level in ((FIRST, partner, 1), (SECOND, staff, 2)):
                register.put_scope(
                    session,
                    row.id,
                    scope,
                    audience_id=audience,
                    internal_audience_id=staff,
                    level=level,
                    at=now,
                )
            register.set_notes(session, "desk", tells=True, takes=True, at=now)
            own = make_person(session, "staff@own.example", audiences=("staff", "partner"))
            other = make_person(session, "engineer@partner.example", audiences=("partner",))
            made = Here(services, desk, row.id, partner_id=other.id, staff_id=own.id)
        yield made


def door(n: int) -> str:
    """What the case is about, as an identifier that no other case has."""
    return f"DOOR-{n:04}"


class Killed(BaseException):
    """As if the process had ended."""


def test_there_and_back(desk: Desk, here: Here) -> None:
    scopes = (FIRST, SECOND)
    cases = [desk.open(f"{door(n)} does not open", scopes[n % 2]) for n in range(TICKETS)]

    _stopped_twice(desk, here)
    # What changed in the second that may still go on is read again, and would be counted below.
    time.sleep(changes.SETTLING.total_seconds() + 1)
    here.sync()
    _nothing_is_lost_or_there_twice(here, cases)
    assert here.sync() == Synced(done=True)
    here.work()
    _found_by_those_who_may_see_it(here, cases)
    _closing_leads_to_a_draft_and_a_note(desk, here, first=cases[0], second=cases[1])
    _deleted_there_is_gone_here(desk, here, cases[3], door(3))
    _handed_on_and_answered(desk, here)


def _stopped_twice(desk: Desk, here: Here) -> None:
    """Our own process is killed in the middle, then the ticket system goes away."""

    def kill(done: Synced) -> None:
        if done.fetched:
            raise Killed

    def take_away(done: Synced) -> None:
        if done.fetched:
            desk.stop()

    with pytest.raises(Killed):
        here.sync(kill)
    with pytest.raises(SourceUnavailable):
        here.sync(take_away)
    desk.start()


def _nothing_is_lost_or_there_twice(here: Here, cases: list[str]) -> None:
    assert (here.count(Ticket), here.count(Message)) == (TICKETS, 2 * TICKETS)
    with here.database.read() as session:
        assert set(session.scalars(select(Ticket.external_id))) == set(cases)
        assert (
            session.scalars(
                select(SourceCaseRow.failure).where(SourceCaseRow.failure.is_not(None))
            ).all()
            == []
        )


def _found_by_those_who_may_see_it(here: Here, cases: list[str]) -> None:
    staff, partner = here.staff, here.partner
    first = set(cases[::2])
    for n, case in enumerate(cases):
        assert case in here.found(staff, door(n))
        found = here.found(partner, door(n))
        assert (case in found, found <= first) == (case in first, True)
    # The internal message and what is attached are in nothing that the partner may read.
    texts = _texts(here, partner)
    assert len(texts) == len(first)
    assert not any(desks.INTERNAL in text or desks.FILE in text for text in texts)
    assert all(desks.ANSWER in text for text in texts)
    # Those who work there read it, of each case; what is attached is read by nobody.
    texts = _texts(here, staff)
    assert sum(desks.INTERNAL in text for text in texts) == len(cases)
    assert not any(desks.FILE in text for text in texts)


def _texts(here: Here, reader: Reader) -> list[str]:
    with here.database.read() as session:
        shown = session.scalars(select(Document.discussion).where(visible_documents(reader)))
        return list(shown)


def _closing_leads_to_a_draft_and_a_note(
    desk: Desk, here: Here, *, first: str, second: str
) -> None:
    for case in (first, second):
        desk.solve(case, SOLUTION)
    assert here.sync().fetched == 2
    here.work()
    with here.database.read() as session:
        article = session.scalars(select(Article)).one()  # of the second level alone
    link = f"/drafts/{article.id}"
    assert [link in note for note in desk.our_notes(second)] == [True]
    # Our note does not come back as a message, and is not written again.
    here.sync()
    here.work()
    assert len(desk.our_notes(second)) == 1
    assert (here.count(Article), here.count(Message)) == (1, 2 * TICKETS + 2)


def _deleted_there_is_gone_here(desk: Desk, here: Here, case: str, name: str) -> None:
    assert case in here.found(here.staff, name)
    desk.delete(case)

    assert here.sync().gone == 1
    here.work()

    assert case not in here.found(here.staff, name)
    with here.database.read() as session:
        assert session.get_one(Source, here.source_id).failure is None


def _handed_on_and_answered(desk: Desk, here: Here) -> None:
    """A ticket of our own goes to the second level of the desk, and its answer comes back."""
    with here.database.write() as session:
        ticket = make_ticket(session, audience="partner", title="The gate stays shut")
        ticket_id = ticket.id
        handing_on.promise(
            session,
            ticket,
            "desk",
            scope=SECOND,
            title="The gate stays shut",
            text="Site 7 since Monday.",
            by=None,
            at=datetime.now(UTC),
        )
    here.work()
    here.sync()
    with here.database.read() as session:
        (there,) = handing_on.of_ticket(session, here.reader_of_all(), ticket_id)
    assert there.external_id is not None
    assert (there.state, there.scope) == (TicketState.OPEN, SECOND)

    desk.solve(there.external_id, SOLUTION)
    here.sync()
    here.work()

    with here.database.read() as session:
        (there,) = handing_on.of_ticket(session, here.reader_of_all(), ticket_id)
        (message,) = session.scalars(select(Message).where(Message.ticket_id == ticket_id))
    assert (there.state in SOLVED, there.answer) == (True, SOLUTION)
    assert (message.text, message.internal) == (SOLUTION, True)
