"""The examples: an invented service desk, loaded through the same doors as real data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api import escalating, importing
from api.importing import Refusal
from api.wiring import Services
from kb import directory, documents, escalation_rules, people, tickets, tokens
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import Impact, Ticket
from kb.sources import files, mapping
from kb.sources.files import Audiences, Reject
from kb.tickets import TicketRecord
from kb.visibility import reader_of

FOLDER = Path(__file__).parents[1] / "examples"
"""Beside the code in a checkout; a wheel does not hold it."""

TOKEN_LIFE = timedelta(days=1)


class BadExamples(InvalidInput):
    """The folder of examples is missing or wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Search(_Part):
    """Somebody searches; what must be among the first three hits, and what in none."""

    person: str = Field(alias="as")
    query: str
    language: str
    expect: str | None = None
    expect_not: str | None = None
    expect_published: bool = False


class Closing(_Part):
    """A second-level engineer closes a ticket."""

    person: str = Field(alias="as")
    ticket: str
    resolution: str


class Escalating(_Part):
    """A first-level agent hands a ticket over."""

    person: str = Field(alias="as")
    ticket: str
    impact: Impact
    answers: dict[str, str]


class Publishing(_Part):
    """A publisher lets an audience read the article."""

    person: str = Field(alias="as")
    audience: str


class Raised(_Part):
    """An alarm of a monitoring system: who is answered with what, and who is told nothing."""

    person: str = Field(alias="as")
    hidden_from: str
    audience: str
    name: str
    host: str
    summary: str
    started_at: datetime
    expect: str


class Story(_Part):
    """What `kb demo` tells."""

    escalated: list[Escalating]
    """Not told: handed over when `kb serve` loads the examples, so that an inbox has an answer."""
    waiting: list[Closing]
    """Not told: closed when `kb serve` loads the examples, so that drafts wait for a review."""
    searches: list[Search]
    close: Closing
    publish: Publishing
    afterwards: list[Search]
    alarm: Raised


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody whom the demo can be tried as."""

    email: str
    shows: str
    secret: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was loaded."""

    people: int
    tickets: int
    articles: int


def story(folder: Path = FOLDER) -> Story:
    """The story of the demo.

    Raises:
        BadExamples: there is none in `folder`.
    """
    path = folder / "demo.yaml"
    if not path.exists():
        raise BadExamples(f"no examples in {folder}; they are in a checkout of the project")
    return Story.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def is_empty(session: Session) -> bool:
    """Whether nobody has used this database yet."""
    return not people.audiences_by_name(session)


def are_missing(session: Session) -> bool:
    """Whether there is nothing at all, so that nobody's own mixes with what is invented."""
    return not any(documents.counts(session).values())


def load(database: Database, folder: Path = FOLDER, *, at: datetime) -> Loaded:
    """Load people, tickets and articles; doing it again changes nothing.

    Raises:
        BadExamples: a file is missing or a row of it is refused.
    """
    story(folder)
    entries = directory.read(folder / "organisations.yaml")
    with database.write() as session:
        directory.load(session, entries, at=at)
        rules = (folder / "escalation.yaml").read_text(encoding="utf-8")
        escalation_rules.put(session, rules, reader=None, at=at)
        by_name = people.audiences_by_name(session)
    internal = by_name[people.INTERNAL]
    audiences = Audiences(by_name, internal, internal)
    foreign = mapping.read(folder / "mapping.yaml")
    own = files.read(folder / "tickets.jsonl", "servicedesk", audiences)
    count = _tickets(database, own, at=at)
    others = files.read(folder / "tickets.csv", "old-desk", audiences, mapping=foreign)
    count += _tickets(database, others, at=at)
    return Loaded(len(entries.people), count, _articles(database, folder / "articles", at=at))


def begin(services: Services, *, at: datetime) -> Loaded:
    """Load the examples into an empty database, and do what was done before the first look."""
    loaded = load(services.database, at=at)
    told = story()
    with services.database.write() as session:
        for one in told.escalated:
            reader = reader_of(session, people.person(session, one.person), at=at)
            ticket = tickets.by_number(session, reader, one.ticket)
            request = escalating.Request(impact=one.impact, answers=one.answers)
            escalating.send(session, services, reader, ticket.id, request, at=at)
        for closing in told.waiting:
            close(session, closing, at=at)
    return loaded


def close(session: Session, closing: Closing, *, at: datetime) -> tuple[Ticket, bool]:
    """Close a ticket as the story says; the ticket, and whether a draft was promised."""
    reader = reader_of(session, people.person(session, closing.person), at=at)
    ticket = tickets.by_number(session, reader, closing.ticket)
    return ticket, tickets.close(session, reader, ticket, closing.resolution, at=at)


def demo_tokens(session: Session, folder: Path = FOLDER, *, at: datetime) -> list[DemoAccount]:
    """A token for each demo account that exists; it ends after a day."""
    made = []
    for account in directory.read(folder / "organisations.yaml").accounts:
        try:
            person = people.person(session, account.email)
        except people.PersonNotFound:
            continue  # the database is not that of the demo
        issued = tokens.create(session, person, "demo", expires_at=at + TOKEN_LIFE, at=at)
        made.append(DemoAccount(account.email, account.shows, issued.secret))
    return made


def _tickets(database: Database, rows: Iterator[TicketRecord | Reject], *, at: datetime) -> int:
    def refuse(row: Reject) -> None:
        raise BadExamples(f"line {row.line}: {row.field} {row.reason}")

    return importing.import_tickets(database, rows, refuse=refuse, at=at).total


def _articles(database: Database, folder: Path, *, at: datetime) -> int:
    def refuse(refusal: Refusal) -> None:
        raise BadExamples(f"{refusal.file}: {refusal.field} {refusal.reason}")

    done = importing.import_articles(
        database,
        folder,
        source="examples",
        audience=people.INTERNAL,
        prune=False,
        refuse=refuse,
        at=at,
    )
    return done.recorded.total
