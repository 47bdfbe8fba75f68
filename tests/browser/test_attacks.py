"""In a real browser no text that people and systems send acts, on any page that shows it.

`tests/api/test_attacks.py` reads pages as a parser of ours does; here the browser itself decides.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlsplit

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, Dialog, Page, Request, expect
from sqlalchemy import Enum, String, Table, select, update
from sqlalchemy.orm import Session

from api.wiring import Services
from articles import receivers, rendering
from articles.models import (
    ArticleNews,
    ArticleState,
    Decision,
    DraftOutcome,
    Happening,
    NewsKind,
    Numbering,
    ReadingList,
    ReadingListEntry,
    Remark,
    RemarkKind,
)
from articles.receivers import Wanted
from articles.writers import ExtractiveWriter
from kb import people, tokens
from kb.db import Base, Database
from kb.models import (
    DocumentKind,
    Escalation,
    Feedback,
    Impact,
    Job,
    OrganisationKind,
    Person,
    Role,
    Scope,
    Verdict,
)
from kb.settings import Settings
from kb.sources import uploads
from kb.sources.models import Source, SourceScope
from kb.sources.vault import Vault
from kb.visibility import OPERATOR, reader_of
from tests.api.test_attacks import GROUP, fill, payloads
from tests.articles.writing import make_draft
from tests.browser.conftest import serving, use_token
from tests.databases import sqlite_copy
from tests.factories import MONDAY, make_audience, make_person, message
from tests.fakes import index_all, make_finder
from tests.isolation.doors import READS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

TOGETHER = 40
"""Attacks in one text."""

MANY = 1_000
"""Numbers of articles from here on are those of drafts with many attacks."""

VAULT = Vault(Fernet.generate_key())

KEPT = {
    "tickets.link": "http or https alone, checked by each door: kb.sources.rows.Link",
    "documents.link": "that of its ticket",
    "alarms.link": "http or https alone: kb.alarms",
    "alarms.runbook": "http or https alone: kb.alarms",
    "handed_on.link": "made by the connector from the address that an administrator gave",
    "handed_on.key": "made by the program",
    "articles.number": "made by the program",
    "attachments.media_type": "one of a list",
    "draft_outcomes.wanted": "one of a list",
    "evidence.part": "one of a list",
    "replacements.part": "one of a list",
    "statements.kind": "one of a list",
    "sources.kind": "one of a list",
    "sources.mark": "read by the program alone",
    "jobs.kind": "one of a list",
    "people.language": "one of a list",
    "tokens.scopes": "of a list",
    "receivers.language": "one of a list",
    "tickets.language": "one of a list",
    "articles.language": "one of a list",
    "escalations.language": "one of a list",
    "articles.translation_of": "a number that the program made",
    "index_clock.identity": "made by the program",
    "models.name": "a setting",
    "event_chain": "made by the program",
}
"""Columns that hold no text of others, and why; all others are attacked, new ones too."""

ACTS = """
window.acted = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...given) => { window.acted.push(name + " " + given); };
document.write = (...given) => { window.acted.push("write " + given); };
document.addEventListener("securitypolicyviolation", (event) =>
  window.acted.push(`policy ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
"""Put into each page before anything of it runs."""

LOOKS = """() => {
  const wrong = [...window.acted];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      for (const {name, value} of one.attributes) {
        const at = `${one.localName} ${name}=${value}`.slice(0, 200);
        if (name.startsWith("on") || name === "srcdoc" || name === "style") wrong.push(at);
        if (["href", "src", "action", "formaction", "xlink:href"].includes(name)) {
          const scheme = new URL(value, location).protocol;
          if (!["http:", "https:", "mailto:"].includes(scheme)) wrong.push(at);
        }
      }
      const ours = /^\\/static\\/\\w+\\.js$/.test(one.getAttribute("src"));
      if (one.localName === "script" && !ours) wrong.push(one.outerHTML.slice(0, 200));
      if (["iframe", "object", "embed", "base", "svg", "math", "style"].includes(one.localName))
        wrong.push(one.outerHTML.slice(0, 200));
      if (one.localName === "template") look(one.content);
    }
  };
  look(document);
  return wrong;
}"""
"""What ran, what the policy stopped, and what could act: as the browser understood the page."""


CONTENTS = """text => {
  const feed = new DOMParser().parseFromString(text, "application/xml");
  if (feed.querySelector("parsererror")) throw new Error(feed.documentElement.textContent);
  const main = document.querySelector("main");
  const entries = [...feed.querySelectorAll("entry")];
  main.innerHTML = entries.map((one) => one.querySelector("content").textContent).join("");
  return entries.length;
}"""
"""Puts what a feed holds on a page; answers how many entries it has."""


@dataclass(frozen=True)
class Attacked:
    """Where it is served, how many texts of many attacks there are, and who looks at them."""

    address: str
    token: str
    feed: str
    many: int
    single: int


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Attacked]:
    """A desk full of attacks: each alone in a ticket and an article, and many in each column."""
    folder = tmp_path_factory.mktemp("attacked")
    attacks = payloads()
    assert len(attacks) >= 200
    many = ["\n".join(attacks[at : at + TOGETHER]) for at in range(0, len(attacks), TOGETHER)]
    with sqlite_copy(sqlite_template, folder) as database:
        finder = make_finder(database, folder / "index")
        services = Services(Settings(data_dir=folder), database, finder, ExtractiveWriter())
        token, feed = _fill(database, many)
        fill(services, attacks)
        index_all(finder)
        with serving(services) as address:
            yield Attacked(address, token, feed, len(many), len(attacks))


def _fill(database: Database, many: Sequence[str]) -> tuple[str, str]:
    """Rows of every kind, and then attacks in all their columns; two secrets of a reader."""
    with database.write() as session:
        audience = make_audience(session)
        boss = make_person(session, "boss@own.example", roles=tuple(Role))
        token = tokens.create(session, boss, "test", expires_at=None, at=MONDAY)
        feed = tokens.create(session, boss, "feed", scopes=[Scope.FEED], expires_at=None, at=MONDAY)
        session.merge(Numbering(id=1, last=MANY))
        for number, text in enumerate(many):
            _rows(session, number, boss, audience, text)
        session.flush()  # what is updated next must be there
        for table in Base.metadata.sorted_tables:
            _attack(session, table, many)
    return token.secret, feed.secret


def _rows(session: Session, number: int, boss: Person, audience: int, text: str) -> None:
    """One row of each kind."""
    company = people.put_organisation(session, f"Company {number}", OrganisationKind.CONTRACTOR)
    team = people.put_team(session, f"Team {number}", level=1, organisation_id=company.id)
    person = make_person(session, f"{number}@own.example")
    people.join(session, person.id, team.id)
    readers = make_audience(session, f"Readers {number}")
    people.grant(session, readers, team_id=team.id, at=MONDAY)
    people.grant(session, readers, person_id=boss.id, at=MONDAY)
    tokens.create(session, boss, f"Token {number}", expires_at=None, at=MONDAY)
    texts: dict[str, Any] = {
        "environment": "e",
        "queue": "q",
        "category": "c",
        "item": "i",
        "organisation": "o",
    }
    draft = make_draft(
        session,
        external_id=f"{number}",
        messages=(message("Try this", author="Kim"), message("Inside", internal=True)),
        **texts,
    )
    published = make_draft(session, external_id=f"published {number}", **texts)
    published.state, published.published_version = ArticleState.PUBLISHED, 1
    published.tags = [text]
    news = ArticleNews(article_id=published.id, audience_id=audience, kind=NewsKind.PUBLISHED)
    news.at = MONDAY
    session.add(news)
    people.join(session, boss.id, team.id)
    listed = ReadingList(team_id=team.id, name="x")
    session.add(listed)
    session.flush()  # its entry needs the id
    session.add(ReadingListEntry(list_id=listed.id, article_id=published.id, position=1))
    evidence = draft.versions[0].statements[0].evidence[0]
    session.add(
        Remark(
            article_id=draft.id,
            version=1,
            kind=RemarkKind.COMMENT,
            text="x",
            person_id=person.id,
            at=MONDAY,
            open=True,
        )
    )
    session.merge(
        DraftOutcome(
            ticket_id=evidence.ticket_id,
            decision=Decision.DRAFTED,
            reason="x",
            notes=[text],
            article_id=draft.id,
            at=MONDAY,
        )
    )
    session.add(
        Escalation(
            ticket_id=evidence.ticket_id,
            person_id=boss.id,
            at=MONDAY,
            rules_number=0,
            rule="x",
            organisation_id=company.id,
            level_before=1,
            level_after=2,
            impact=Impact.SITE,
            language="en",
            answers={"x": text},
            tried=[{"id": text, "outcome": "failed", "note": text}],
            suggested=[],
            text="x",
            audience_id=audience,
        )
    )
    session.add(
        Feedback(
            person_id=person.id,
            kind=DocumentKind.ARTICLE,
            origin_id=draft.id,
            verdict=Verdict.NOT_HELPFUL,
            missing="x",
            at=MONDAY,
        )
    )
    source = Source(name=f"Source {number}", kind="redmine", account=b"", added_at=MONDAY)
    source.failure, source.failed_at = "x", MONDAY
    session.add(source)
    session.flush()  # the scope needs its id
    session.add(SourceScope(source_id=source.id, scope="x", level=1))
    session.add(Job(kind="draft", subject_id=1_000 + number, due_at=MONDAY, failed=True))
    wanted = Wanted(
        name=f"Hook {number}",
        url="https://hooks.own.example",
        email=boss.email,
        happenings=list(Happening),
    )
    receivers.add(session, OPERATOR, wanted, vault=VAULT, at=MONDAY)
    reader = reader_of(session, boss, at=MONDAY)
    uploads.put(session, reader, f"{text}.csv", _table_of(text), source="x", at=MONDAY)


def _table_of(text: str) -> bytes:
    """A file of tickets with `text` in its header and in each cell."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("Ticketnummer", "Kurzbeschreibung", "Eröffnet am", text))
    rows.writerow((f"1 {text}", text, "03.02.2026", text))
    rows.writerow((f"2 {text}", text, text, text))
    return written.getvalue().encode()


def _attack(session: Session, table: Table, many: Sequence[str]) -> None:
    """Put a text into each column of each row; a number keeps apart what must differ."""
    columns = [column for column in table.columns if _holds_text(table, column.name)]
    (key, *others) = table.primary_key.columns
    if not columns or others or table.name in KEPT:
        return
    for number, id_ in enumerate(session.scalars(select(key).order_by(key)).all()):
        texts = {
            column.name: f"{id_} {many[(number + at) % len(many)]}"
            for at, column in enumerate(columns)
        }
        session.execute(update(table).where(key == id_).values(texts))


def _holds_text(table: Table, name: str) -> bool:
    kind = table.columns[name].type
    free = isinstance(kind, String) and not isinstance(kind, Enum)
    return free and f"{table.name}.{name}" not in KEPT


def each(path: str, *, of: int = 1, first: int = 1) -> Callable[[Attacked], Iterable[str]]:
    """The addresses of the rows that hold many attacks; `of` kinds of rows were made in turn."""
    return lambda desk: (path.format(first + of * number) for number in range(desk.many))


def once(*paths: str) -> Callable[[Attacked], Iterable[str]]:
    """These addresses alone."""
    return lambda _desk: iter(paths)


def asked(*paths: str) -> Callable[[Attacked], Iterable[str]]:
    """Addresses that end with an attack, which some pages say again."""
    texts = payloads()[::60]
    return lambda _desk: (path + quote(text, safe="") for path in paths for text in texts)


def found(desk: Attacked) -> Iterator[str]:
    """A search for each few attacks that stand alone."""
    return (f"/desk/hits?q=group{number:04}+needle" for number in range(desk.single // GROUP))


PAGES: dict[str, Callable[[Attacked], Iterable[str]]] = {
    "/": lambda desk: (
        *each("/?ticket={}", of=2)(desk),
        *asked("/?q=", "/?q=group0001+needle+")(desk),
    ),
    "/admin": once("/admin"),
    "/admin/audience": once("/admin/audience?name=internal"),
    "/admin/audiences": once("/admin/audiences"),
    "/admin/audit": asked("/admin/audit?verb="),
    "/admin/import": once("/admin/import"),
    "/admin/import/{upload_id}": each("/admin/import/{}"),
    "/admin/index": once("/admin/index"),
    "/admin/jobs": once("/admin/jobs"),
    "/admin/organisations": once("/admin/organisations"),
    "/admin/people": once("/admin/people"),
    "/admin/people/{person_id}": each("/admin/people/{}"),
    "/admin/settings": once("/admin/settings"),
    "/admin/source": asked("/admin/source?name="),
    "/admin/sources": once("/admin/sources"),
    "/admin/team": asked("/admin/team?name="),
    "/admin/webhooks": once("/admin/webhooks"),
    "/admin/why": asked("/admin/why?article=KB-1&person=", "/admin/why?person=x&article="),
    "/articles": lambda desk: ("/articles", *asked("/articles?tag=", "/articles?x=")(desk)),
    "/articles/{number}": each(f"/articles/KB-{MANY // 1000}{{:03}}", of=2, first=2),
    "/desk/articles/{article_id}": each("/desk/articles/{}", of=2, first=2),
    "/desk/hits": found,
    "/desk/tickets/{ticket_id}": each("/desk/tickets/{}", of=2),
    "/digest/stop/{signed}": asked("/digest/stop/"),
    "/drafts": once("/drafts"),
    "/drafts/{draft_id}": each("/drafts/{}", of=2),
    "/escalate": asked("/escalate?q="),
    "/escalation/rules": once("/escalation/rules"),
    "/inbox": once("/inbox"),
    "/news": once("/news"),
    "/reading": once("/reading"),
    "/reading/{list_id}": each("/reading/{}"),
    "/reading/new/{team_id}": each("/reading/new/{}"),
    "/numbers": once(*(f"/numbers?days=3660&by={by}" for by in ("team", "language", "company"))),
    "/sign-in": asked("/sign-in?next=/"),
    "/tickets": lambda desk: ("/tickets?view=all", *asked("/tickets?queue=")(desk)),
    "/tickets/{ticket_id}": each("/tickets/{}", of=2),
    "/tickets/{ticket_id}/escalate": each("/tickets/{}/escalate?impact=site", of=2),
    "/settings": once("/settings"),
    "/tokens": once("/tokens"),
    "nowhere": asked("/", "/articles/", "/tickets/"),
}
"""Of each page, and of what is no page, the addresses that are opened."""

FILES = {
    "/admin/audit/export": "JSON Lines to save",
    "/articles/{number}/files/{digest}": "with a policy of its own: tests/api/test_files.py",
    "/numbers/chart.svg": "an image: tests/api/test_numbers.py",
    "/numbers/figures.csv": "to save: tests/api/test_numbers.py",
    "/setup": "gone once somebody administers: tests/browser/test_first_run.py",
    "/sign-in/provider": "leads to the provider",
    "/sign-in/provider/back": "leads on",
    "/sign-in/provider/out": "leads on",
}
"""What a browser asks for and shows no page, and why it is not opened here."""


def test_every_page_is_opened() -> None:
    others = ("/api/", "/scim/", "/feeds/", "/health/", "/metrics")
    doors = {door.removeprefix("GET ") for door in READS if door.startswith("GET ")}
    wanted = {path for path in doors if not path.startswith(others)}

    assert wanted == (PAGES.keys() - {"nowhere"}) | FILES.keys()


@contextmanager
def watched(desk: Attacked, chromium: Browser, *, policy: bool) -> Iterator[tuple[Page, list[str]]]:
    """A browser in which the reader has signed in, and what happens there that must not."""
    context = chromium.new_context(
        base_url=desk.address, locale="en", bypass_csp=not policy, reduced_motion="reduce"
    )
    context.add_init_script(ACTS)
    page = context.new_page()
    page.set_default_timeout(60_000)
    wrong: list[str] = []

    def ask(request: Request) -> None:
        path = urlsplit(request.url).path
        own = request.url.startswith(f"{desk.address}/")
        known = request.is_navigation_request() or path.startswith(("/static/", "/desk/"))
        # An article may show images of ours; that no foreign one is fetched is the policy's part.
        if not (own and (known or request.resource_type == "image")):
            wrong.append(f"asks for {request.url[:200]}")

    def answer(dialog: Dialog) -> None:
        wrong.append(f"says {dialog.message}")
        dialog.dismiss()

    page.on("request", ask)
    page.on("dialog", answer)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("popup", lambda popup: wrong.append(f"opens {popup.url}"))
    use_token(page, desk.token, "en")
    yield page, wrong
    context.close()


def opened(page: Page, address: str, path: str) -> list[str]:
    """What acts on the page at `path`; a fragment of one is put on a page as our script does it."""
    if path.startswith("/desk/"):
        text = page.request.get(path, headers={"Accept": "text/html"}).text()
        page.goto("/tokens")
        page.evaluate("text => { document.querySelector('main').innerHTML = text; }", text)
    else:
        page.goto(path)
        if page.url != f"{address}{path}" and not path.startswith("/sign-in"):
            return [f"is at {page.url[:200]}"]
    said: list[str] = page.evaluate(LOOKS)
    return said


def test_no_text_acts_even_without_the_policy(attacked: Attacked, chromium: Browser) -> None:
    """The content security policy is the second wall; this is about the first."""
    with watched(attacked, chromium, policy=False) as (page, wrong):
        happened = {
            path: [*opened(page, attacked.address, path), *_taken(wrong)]
            for addresses in PAGES.values()
            for path in addresses(attacked)
        }

    assert {path: acts for path, acts in happened.items() if acts} == {}


def test_no_page_violates_the_policy(attacked: Attacked, chromium: Browser) -> None:
    with watched(attacked, chromium, policy=True) as (page, wrong):
        happened = {
            path: [*opened(page, attacked.address, path), *_taken(wrong)]
            for addresses in PAGES.values()
            for path in islice(addresses(attacked), 1)
        }

    assert {path: acts for path, acts in happened.items() if acts} == {}


def test_what_a_feed_hands_on_does_nothing(attacked: Attacked, chromium: Browser) -> None:
    """Readers of feeds put titles and contents on pages of their own."""
    with watched(attacked, chromium, policy=False) as (page, wrong):
        given = page.request.get(f"/feeds/{attacked.feed}/articles")
        page.goto("/tokens")
        handed_on, acts = page.evaluate(f"text => [({CONTENTS})(text), ({LOOKS})()]", given.text())

        assert handed_on == attacked.many
        assert [*acts, *wrong] == []


def test_hits_that_appear_while_typing_do_nothing(attacked: Attacked, chromium: Browser) -> None:
    with watched(attacked, chromium, policy=False) as (page, wrong):
        page.goto("/")
        for group in (1, 7, 13):
            page.fill("#q", f"group{group:04} needle <img src=x onerror=alert(1)>")
            page.wait_for_url(f"**/?q=group{group:04}*")  # the hits are shown
            expect(page.locator("#beside h2").first).to_be_visible()
            assert [*page.evaluate(LOOKS), *wrong] == []


@pytest.mark.parametrize(
    "attack",
    [
        "<img src=x onerror='alert(1)'>",
        "<script>alert(1)</script>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg onload=alert(1)>",
        "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    ],
)
def test_the_test_can_fail(attacked: Attacked, chromium: Browser, attack: str) -> None:
    with (
        patch.object(rendering, "ticket_html", lambda _text: attack),
        watched(attacked, chromium, policy=False) as (page, wrong),
    ):
        assert [*opened(page, attacked.address, "/tickets/1"), *wrong] != []


def _taken(wrong: list[str]) -> list[str]:
    """What is in the list, which is empty afterwards."""
    found, wrong[:] = list(wrong), []
    return found
