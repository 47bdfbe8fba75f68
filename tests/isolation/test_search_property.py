"""Whatever happens to rights and texts: hits are a part of what the reader may see right now."""

import itertools
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from indexer.finder import Finder
from indexer.search import search
from kb import documents, people
from kb.db import Database
from kb.models import Audience, Document, DocumentKind, Grant, Person, Ticket
from kb.visibility import reader_of
from tests import databases
from tests.conftest import cases_of
from tests.factories import MONDAY, make_audience, make_person, make_ticket, message
from tests.fakes import WordEmbedder, index_all, make_finder

AUDIENCES = (people.INTERNAL, "north", "south", "public")
READERS = ("a@own.example", "b@north.example", "c@south.example")
TEXTS = ("vpn tunnel drops", "tunnel printer", "printer drops swordfish", "vpn swordfish")

audiences = st.sampled_from(AUDIENCES)
readers = st.sampled_from(READERS)
numbers = st.integers(0, 5)
texts = st.sampled_from(TEXTS)


class Rights(RuleBasedStateMachine):
    """Two processes on one database; each catches up only when it searches, or not yet."""

    template: ClassVar[Path]
    compress_above: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kb-rights-"))
        self._copy = databases.sqlite_copy(self.template, self.folder)
        self.database = self._copy.__enter__()
        self.processes = [self._process(0), self._process(1)]

    def teardown(self) -> None:
        for finder in self.processes:
            finder.close()
        self._copy.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _process(self, number: int) -> Finder:
        return make_finder(
            self.database,
            self.folder / str(number),
            WordEmbedder(dimension=64),
            compress_above=self.compress_above,
        )

    @initialize()
    def people_and_tickets(self) -> None:
        with self.database.write() as session:
            for name in AUDIENCES:
                make_audience(session, name)
            for email, audience in zip(READERS, AUDIENCES, strict=False):
                make_person(session, email, audiences=(audience, "public"))
            for number, audience in enumerate(AUDIENCES):
                make_ticket(session, external_id=str(number), audience=audience, title=TEXTS[0])
        index_all(self.processes[0])

    @rule(number=numbers, audience=audiences, text=texts, note=texts)
    def record(self, number: int, audience: str, text: str, note: str) -> None:
        with self.database.write() as session:
            make_ticket(
                session,
                external_id=str(number),
                audience=audience,
                title=text,
                messages=(message(note, internal=True), message(text)),
            )

    @rule(email=readers, audience=audiences)
    def grant(self, email: str, audience: str) -> None:
        with self.database.write() as session:
            people.grant(
                session,
                make_audience(session, audience),
                person_id=people.person(session, email).id,
                at=MONDAY,
            )

    @rule(email=readers, audience=audiences)
    def revoke(self, email: str, audience: str) -> None:
        with self.database.write() as session:
            people.revoke(
                session,
                make_audience(session, audience),
                person_id=people.person(session, email).id,
                at=MONDAY,
            )

    @rule(email=readers, audience=audiences)
    def end_grant(self, email: str, audience: str) -> None:
        with self.database.write() as session:
            chosen = session.scalars(
                select(Grant).where(
                    Grant.person_id == people.person(session, email).id,
                    Grant.audience_id == make_audience(session, audience),
                )
            )
            for grant in chosen:
                grant.until = MONDAY

    @rule(email=readers, running=st.booleans())
    def contract(self, email: str, running: bool) -> None:
        with self.database.write() as session:
            person = people.person(session, email)
            person.until = MONDAY + timedelta(days=1) if running else MONDAY

    @rule(number=numbers, kind=st.sampled_from([DocumentKind.TICKET, DocumentKind.INTERNAL]))
    def withdraw(self, number: int, kind: DocumentKind) -> None:
        with self.database.write() as session:
            ids = session.scalars(select(Ticket.id).where(Ticket.external_id == str(number))).all()
            documents.withdraw(session, kind, ids)

    @rule(process=st.integers(0, 1))
    def index(self, process: int) -> None:
        index_all(self.processes[process])

    @rule(process=st.integers(0, 1))
    def restart(self, process: int) -> None:
        self.processes[process].save()
        self.processes[process].close()
        self.processes[process] = self._process(process)

    @invariant()
    def hits_are_visible(self) -> None:
        for finder, email in itertools.product(self.processes, READERS):
            with self.database.read() as session:
                person = people.person(session, email)
                reader = reader_of(session, person, at=MONDAY)
                allowed = _allowed(self.database, person)
                for query in ("vpn tunnel drops printer", "swordfish"):
                    hits = search(session, finder, reader, query, limit=50).hits
                    assert {hit.document_id for hit in hits} <= allowed


def _allowed(database: Database, person: Person) -> set[int]:
    """The documents that the person may read: row by row, without a clause of ours."""
    with database.read() as session:
        if person.until is not None and person.until <= MONDAY:
            return set()
        groups = {
            grant.audience_id
            for grant in session.scalars(select(Grant))
            if grant.person_id == person.id and (grant.until is None or grant.until > MONDAY)
        }
        # What is for those who belong to two audiences, whoever belongs to both may read.
        groups |= {
            audience.id
            for audience in session.scalars(select(Audience))
            if {audience.first_id, audience.second_id} <= groups
        }
        return {
            document.id
            for document in session.scalars(select(Document))
            if document.audience_id in groups and not document.withdrawn
        }


@pytest.mark.parametrize("compress_above", [sys.maxsize, 0], ids=["exact", "compressed"])
def test_hits_are_visible_whatever_happens(sqlite_template: Path, compress_above: int) -> None:
    Rights.template = sqlite_template
    Rights.compress_above = compress_above
    run_state_machine_as_test(
        Rights,
        settings=settings(max_examples=cases_of(5), stateful_step_count=10, deadline=None),
    )
