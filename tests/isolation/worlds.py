"""Databases that differ only in what one reader may not see."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio.to_thread
import httpx2
from cryptography.fernet import Fernet
from fastapi import FastAPI
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.app import create_app
from api.metrics import Metrics
from api.pages import session as sessions
from api.wiring import Services
from articles import attachments, offering, receivers
from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    ArticleVersion,
    Decision,
    DraftOutcome,
    EvidenceRow,
    Happening,
    LinkOutcome,
    LinkRole,
    Reading,
    ReadingList,
    ReadingListEntry,
    StatementRow,
)
from articles.receivers import Wanted
from articles.writers import ExtractiveWriter
from indexer.finder import Finder
from kb import people, tickets, tokens
from kb.db import Database
from kb.models import (
    AuthorRole,
    DocumentKind,
    Escalation,
    Feedback,
    Impact,
    OrganisationKind,
    Role,
    Scope,
    SignIn,
    Ticket,
    TicketState,
    Token,
    Verdict,
)
from kb.settings import Settings
from kb.sources.vault import Vault
from kb.tickets import MessageRecord, TicketRecord
from kb.visibility import OPERATOR
from tests.factories import MONDAY, make_audience, make_person
from tests.fakes import WordEmbedder, index_all, make_finder, some_fit

SHARED = "Nordwind Netze"
PUBLIC = "everybody"
OTHER = "Suedlicht Service"
VISIBLE, HIDDEN = (SHARED, PUBLIC), (people.INTERNAL, OTHER)
"""Audiences that the reader belongs to, and others."""

WORDS = ("vpn", "tunnel", "drops", "printer", "0x80070035", "gw-02", "drucker", "schijf", "the")
QUERIES = ("vpn tunnel drops", "printer 0x80070035", "gw-02", "the drucker schijf", "swordfish")

SECRET = "of the reader's browser, in both databases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A message; `other` is what it says in the other database, if it is internal."""

    text: str
    other: str
    internal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket without its number and its audience."""

    title: str
    description: str
    level: int
    state: TicketState
    queue: str | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A place in the order of creation.

    A visible row holds `case` in both databases.  A hidden one holds `case` in the first and
    `other` in the second, so that what comes later gets the same ids.
    """

    audience: str
    case: Case
    other: Case
    article: ArticleState | None = None
    """None: a ticket; else an article in this state, which quotes the first ticket of all."""

    @property
    def visible(self) -> bool:
        """Whether the reader may see it."""
        return self.audience in VISIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Two databases: rows in common, and what only the second one holds, made after them."""

    rows: tuple[Row, ...]
    extra: tuple[Case, ...]
    indexed_after: tuple[frozenset[int], frozenset[int]]
    """After which rows the index of each catches up."""
    depth: int = 100
    """Passages that each leg of a search may propose; few make it choose among equal scores."""
    moved: frozenset[int] = frozenset()
    """Visible tickets that become hidden at last, and differ from then on; no index knows it."""


def texts(most: int = 5) -> st.SearchStrategy[str]:
    """Short texts of few words: many documents share them, and some say the same."""
    words = st.sampled_from((*WORDS, "swordfish"))
    return st.lists(words, min_size=1, max_size=most).map(" ".join)


@st.composite
def cases(draw: st.DrawFn, *, like: Case | None = None) -> Case:
    """A ticket; one made `like` another has as many messages of the same kinds."""
    if like is None:
        kinds = draw(st.lists(st.booleans(), max_size=2))
    else:
        kinds = [note.internal for note in like.notes]
    return Case(
        title=draw(texts(3)),
        description=draw(texts()),
        level=draw(st.integers(1, 3)),
        state=draw(st.sampled_from(TicketState)),
        queue=draw(st.sampled_from((None, "Network", "Print"))),
        notes=tuple(
            Note(text=draw(texts()), other=draw(texts()), internal=internal) for internal in kinds
        ),
    )


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A place in the order of creation."""
    case = draw(cases())
    audience = draw(st.sampled_from((*VISIBLE, *HIDDEN)))
    other = case if audience in VISIBLE else draw(cases(like=case))
    states = (None, None, ArticleState.DRAFT, ArticleState.PUBLISHED)
    return Row(audience=audience, case=case, other=other, article=draw(st.sampled_from(states)))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Two databases with at least one visible document."""
    chosen = draw(
        st.lists(rows(), min_size=2, max_size=8).filter(lambda r: any(x.visible for x in r))
    )
    boundaries = st.frozensets(st.integers(0, len(chosen) - 1), max_size=2)
    return Plan(
        rows=tuple(chosen),
        extra=tuple(draw(st.lists(cases(), max_size=3))),
        indexed_after=(draw(boundaries), draw(boundaries)),
        depth=draw(st.sampled_from((1, 2, 3, 6, 100))),
        moved=draw(st.frozensets(st.integers(0, len(chosen) - 1), max_size=2)),
    )


class Client:
    """Asks an application in one thread of its own.

    For each request a dozen functions are handed to other threads, which takes longer than they do.
    The thread of the test may have a loop already, that of a browser.
    """

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        self._thread = ThreadPoolExecutor(1)
        self._client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://testserver"
        )

    def request(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        with patch.object(anyio.to_thread, "run_sync", _here):
            asked = self._client.request(method, path, **sent)
            return self._thread.submit(self._runner.run, asked).result()

    def close(self) -> None:
        self._thread.submit(self._runner.run, self._client.aclose()).result()
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()


async def _here(act: Callable[..., Any], *given: Any, **_how: object) -> Any:
    return act(*given)


_unused: list[FastAPI] = []
"""Applications of worlds that are gone: making one takes as long as thirty requests."""


@contextmanager
def application(services: Services) -> Iterator[FastAPI]:
    """An application that knows nothing of the worlds that it served before."""
    app = _unused.pop() if _unused else create_app(services)
    app.state.services, app.state.metrics = services, Metrics(services)
    for middleware in app.user_middleware:
        if "metrics" in middleware.kwargs:
            middleware.kwargs["metrics"] = app.state.metrics
    app.middleware_stack = None  # made anew at the next request
    yield app
    _unused.append(app)


FILES = (b"%PDF-1 hidden", b"%PDF-2 hidden", b"%PDF-3 shown")
"""Of the hidden first version of each article in the first and second database; of the second."""


@dataclass(frozen=True, slots=True)
class World:
    """One of the two databases, with the headers that the reader sends."""

    services: Services
    client: Client
    as_program: dict[str, str]
    as_browser: dict[str, str]
    tickets: tuple[int, ...]
    articles: tuple[int, ...]


@contextmanager
def world(database: Database, folder: Path, plan: Plan, *, second: bool) -> Iterator[World]:
    """Build one of the two databases of `plan`; the reader is an engineer of a contractor."""
    services = Services(
        Settings(data_dir=folder, secret=SecretStr("x" * 40)),
        database,
        _finder(database, folder, depth=plan.depth),
        ExtractiveWriter(),
    )
    with database.write() as session:
        token = _reader(session)
    made = _fill(services, plan, second=second)
    cookie = sessions.signer("x" * 40).dumps(SECRET)
    with (
        closing(services.finder),
        application(services) as app,
        closing(Client(app)) as client,
    ):
        yield World(
            services,
            client,
            {"Authorization": f"Bearer {token.secret}"},
            {"Accept": "text/html", "Cookie": f"{sessions.COOKIE}={cookie}"},
            tuple(id_ for id_, row in zip(made, plan.rows, strict=True) if row.article is None),
            tuple(id_ for id_, row in zip(made, plan.rows, strict=True) if row.article),
        )


def _finder(database: Database, folder: Path, *, depth: int) -> Finder:
    embedder = WordEmbedder(dimension=64)
    finder = make_finder(database, folder / "index", embedder, learned=some_fit)
    finder.depth = depth
    return finder


def _reader(session: Session) -> tokens.Issued:
    make_audience(session)
    for name in (SHARED, PUBLIC, OTHER):
        make_audience(session, name)
    make_person(session, "kim@own.example", audiences=HIDDEN)
    person = make_person(
        session,
        "engineer@nordwind.example",
        organisation=SHARED,
        kind=OrganisationKind.CONTRACTOR,
        roles=(Role.SECOND_LEVEL, Role.PUBLISHER),
        audiences=VISIBLE,
    )
    _add_teams(session)
    session.add(
        SignIn(
            digest=hashlib.sha256(SECRET.encode()).digest(),
            person_id=person.id,
            began_at=MONDAY,
            expires_at=datetime.max.replace(tzinfo=UTC),
        )
    )
    scopes = tokens.PERSONAL | {Scope.FEED}
    issued = tokens.create(session, person, "test", scopes=scopes, expires_at=None, at=MONDAY)
    wanted = Wanted(
        name="theirs",
        url="https://hooks.nordwind.example",
        email=person.email,
        happenings=list(Happening),
    )
    vault = Vault(Fernet.generate_key())
    receivers.add(session, OPERATOR, wanted, vault=vault, at=MONDAY)
    # Its last use is a time of day, which the page of one's own tokens shows.
    session.get_one(Token, issued.token_id).used_at = datetime(2100, 1, 1, tzinfo=UTC)
    return issued


def _add_teams(session: Session) -> None:
    """The reader's team with a reading list, and then another team with one."""
    for name, email in (("Netze", "engineer@nordwind.example"), ("Kims", "kim@own.example")):
        person = people.person(session, email)
        team = people.put_team(session, name, level=1, organisation_id=person.organisation_id)
        people.join(session, person.id, team.id)
        session.add(ReadingList(team_id=team.id, name="first"))
        session.flush()  # the lists get their ids in this order


def _fill(services: Services, plan: Plan, *, second: bool) -> list[int]:
    made = []
    for number, row in enumerate(plan.rows):
        case = row.other if second else row.case
        with services.database.write() as session:
            if row.article:
                made.append(_write_article(session, row, case, f"KB-{number}", second=second))
            else:
                record = _record(session, row.audience, str(number), case)
                ticket = tickets.record(session, _notes(record, row, second=second))
                session.add(_outcome(ticket, case))
                session.add_all(_escalations(session, ticket, second=second))
                made.append(ticket.id)
        if number in plan.indexed_after[second]:
            index_all(services.finder)
    if second:
        with services.database.write() as session:
            _write_extra(session, plan.extra)
    index_all(services.finder)
    with services.database.write() as session:
        for number in sorted(plan.moved):
            _move(session, plan.rows[number], str(number), second=second)
        _add_reading(session, plan, made, second=second)
    return made


def _add_reading(session: Session, plan: Plan, made: Sequence[int], *, second: bool) -> None:
    """Put all articles on the list of the reader's team, and let the reader use some of them.

    In the second database the hidden ones stand elsewhere, and were read; what the reader used
    for a hidden ticket is another article, and the list of the other team has another name.
    """
    engineer = people.person(session, "engineer@nordwind.example")
    session.get_one(ReadingList, 2).name = "swordfish" if second else "first"
    cases = list(zip(made, plan.rows, strict=True))
    articles = [(id_, row.visible) for id_, row in cases if row.article]
    for place, (id_, visible) in enumerate(articles):
        moved = second and not visible
        entry = {"article_id": id_, "position": place - 100 if moved else place}
        session.add(ReadingListEntry(list_id=1, **entry))
        if moved:
            session.add(Reading(person_id=engineer.id, article_id=id_, at=MONDAY))
    secret = next((id_ for id_, row in cases if not row.article and not row.visible), None)
    shown = [id_ for id_, visible in articles if visible]
    for id_ in [] if secret is None else (shown[::2] if second else shown[1::2]):
        used = {"person_id": engineer.id, "kind": DocumentKind.ARTICLE, "origin_id": id_}
        about = {"ticket_id": secret, "verdict": Verdict.OPENED, "missing": "", "at": MONDAY}
        session.add(Feedback(**used, **about))
    for id_ in shown:
        used = {"person_id": engineer.id, "kind": DocumentKind.ARTICLE, "origin_id": id_}
        session.add(Feedback(**used, verdict=Verdict.HELPFUL, missing="", at=MONDAY))


def _write_extra(session: Session, cases: Sequence[Case]) -> None:
    """What only the second database holds: tickets, and a company with its people."""
    for number, case in enumerate(cases):
        audience = HIDDEN[number % 2]
        tickets.record(session, _record(session, audience, f"extra-{number}", case))
    if cases:
        person = make_person(
            session,
            "swordfish@ostwerk.example",
            organisation="Ostwerk",
            kind=OrganisationKind.CUSTOMER,
            audiences=("Ostwerk", SHARED),
        )
        team = people.put_team(session, "Ost", level=1, organisation_id=person.organisation_id)
        people.join(session, person.id, team.id)


def _move(session: Session, row: Row, number: str, *, second: bool) -> None:
    if row.article or not row.visible:
        return
    case = replace(row.case, title="swordfish", description="gw-02") if second else row.case
    tickets.record(session, _record(session, HIDDEN[0], number, case))


def _record(session: Session, audience: str, number: str, case: Case) -> TicketRecord:
    solved = case.state in {TicketState.RESOLVED, TicketState.CLOSED}
    return TicketRecord(
        source="test",
        external_id=number,
        title=case.title,
        description=case.description,
        audience_id=make_audience(session, audience),
        internal_audience_id=make_audience(session),
        opened_at=MONDAY,
        updated_at=MONDAY + timedelta(hours=1),
        closed_at=MONDAY + timedelta(hours=1) if solved else None,
        state=case.state,
        level=case.level,
        queue=case.queue,
        resolution=case.description if solved else None,
        messages=tuple(
            MessageRecord(
                text=note.text, at=MONDAY, role=AuthorRole.AGENT, author="A", internal=note.internal
            )
            for note in case.notes
        ),
    )


def _outcome(ticket: Ticket, case: Case) -> DraftOutcome:
    """A refused draft; its reason begins as the case does."""
    return DraftOutcome(
        ticket_id=ticket.id, decision=Decision.TOO_THIN, reason=case.title[:10], at=MONDAY
    )


def _escalations(session: Session, ticket: Ticket, *, second: bool) -> Iterator[Escalation]:
    """One for whoever reads the ticket, and one that was written for other readers."""
    sender = people.person(session, "kim@own.example").id
    for audience, hidden in ((ticket.audience_id, False), (make_audience(session, OTHER), True)):
        yield Escalation(
            ticket_id=ticket.id,
            person_id=sender,
            at=MONDAY,
            rules_number=0,
            rule="swordfish" if hidden and second else "Everything",
            level_before=1,
            level_after=2,
            impact=Impact.SITE,
            language="en",
            answers={},
            tried=[],
            suggested=[],
            text="the swordfish" if hidden and second else "the tunnel",
            audience_id=audience,
        )


def _write_article(session: Session, row: Row, case: Case, number: str, *, second: bool) -> int:
    """An article that quotes the first ticket and is linked to it, whoever may read that.

    Its first version is hidden, and says something else in the second database.
    """
    state = row.article or ArticleState.DRAFT
    before = ArticleVersion(
        number=1,
        title="swordfish" if second else "the vpn",
        markdown=f"## Issue\n\n{'printer' if second else 'gw-02'}\n\n[hidden](hidden.pdf)\n",
        audience_id=make_audience(session, HIDDEN[0]),
        at=MONDAY,
    )
    version = ArticleVersion(
        number=2,
        title=case.title,
        markdown=f"## Issue\n\n{case.description}\n\n[a file](shown.pdf)\n",
        audience_id=make_audience(session, row.audience),
        at=MONDAY,
        statements=_statements(session, case),
        replacements=[],
    )
    article = Article(
        number=number,
        source="test",
        external_id=number,
        state=state,
        audience_id=version.audience_id,
        version=2,
        published_version=2 if state is ArticleState.PUBLISHED else None,
        translation_of=session.scalar(select(Article.number).order_by(Article.id).limit(1)),
        created_at=MONDAY,
        updated_at=MONDAY,
        versions=[before, version],
    )
    session.add(article)
    session.flush()  # the document and the link need the id
    for name, content in (("hidden.pdf", FILES[second]), ("shown.pdf", FILES[2])):
        attachments.keep(session, article.id, name, content, since=1)
    session.add_all(_links(session, article))
    if state is ArticleState.PUBLISHED:
        offering.offer(session, [(article, version)])
    else:
        receivers.promise_draft(session, article, at=MONDAY)
    return article.id


def _links(session: Session, article: Article) -> Iterator[ArticleLink]:
    for ticket_id in session.scalars(select(Ticket.id).order_by(Ticket.id).limit(2)):
        yield ArticleLink(
            ticket_id=ticket_id,
            article_id=article.id,
            role=LinkRole.REFERENCE,
            outcome=LinkOutcome.UNKNOWN,
            at=MONDAY,
        )


def _statements(session: Session, case: Case) -> list[StatementRow]:
    quoted = session.scalar(select(Ticket.id).order_by(Ticket.id).limit(1))
    if quoted is None:
        return []
    evidence = EvidenceRow(ticket_id=quoted, part="title", start=0, end=3)
    return [
        StatementRow(
            position=0, section="issue", kind="sentence", text=case.description, evidence=[evidence]
        )
    ]


def _notes(record: TicketRecord, row: Row, *, second: bool) -> TicketRecord:
    """In the second database, the internal messages of a visible ticket say something else."""
    if not (second and row.visible):
        return record
    return replace(
        record,
        messages=tuple(
            replace(message, text=note.other, author="B") if note.internal else message
            for message, note in zip(record.messages, row.case.notes, strict=True)
        ),
    )
