"""A collection of attacks in all that people and systems send, on every page that shows it."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from brs_kb import get_all_payloads
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.wiring import Services
from articles import offering
from articles.models import Article, ArticleState, ArticleVersion
from articles.rendering import ATTRIBUTES, CLASSES, TAGS
from kb import tickets
from tests.api.test_pages import browser
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_audience, message, ticket_record
from tests.fakes import index_all

PAYLOADS = 240
"""Of several thousand; spread over the collection."""

GROUP = 10
"""Texts that one search finds: as many as a page shows."""

SAFE = frozenset({"", "http", "https", "mailto"})


class Page(HTMLParser):
    """What a browser would act on: tags with their attributes' names, and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[tuple[str, str]] = set()
        self.schemes: set[str] = set()
        self.scripts: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        for name, value in attrs:
            if name in {"href", "src", "action", "formaction"}:
                self.schemes.add(urlsplit((value or "").strip()).scheme)
            if (tag, name) == ("script", "src"):
                self.scripts.add((value or "").partition("?")[0])


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def payloads() -> list[str]:
    """Some of a maintained collection, short enough for a title and without control characters."""
    every = sorted({str(each["payload"]) for each in get_all_payloads().values()})
    usable = [
        text
        for text in every
        if len(text) <= 300 and text.strip() and all(c.isprintable() or c == "\n" for c in text)
    ]
    return usable[:: len(usable) // PAYLOADS][:PAYLOADS]


def fill(services: Services, texts: list[str]) -> None:
    """A ticket and an article for each text, which stands wherever there is room for it."""
    with services.database.write() as session:
        audience = make_audience(session)
        for number, text in enumerate(texts):
            group = f"group{number // GROUP:04}"
            tickets.record(
                session,
                ticket_record(
                    session,
                    external_id=f"{number} {text}",
                    title=f"{group} {text}",
                    description=f"{group} needle {text}",
                    environment=text,
                    resolution=text,
                    queue=text[:100],
                    category=text[:100],
                    item=text[:100],
                    messages=(message(text, author=text[:100]),),
                ),
            )
            version = ArticleVersion(
                number=1,
                title=f"{group} {text}",
                markdown=f"{text}\n\n## {text}\n\n- needle {text}\n\n```{text}\n{text}\n```\n",
                audience_id=audience,
                at=MONDAY,
                statements=[],
                replacements=[],
            )
            article = Article(
                number=f"KB-{number + 1}",
                source=f"file {text}"[:100],
                external_id=f"{number} {text}",
                path=f"{text}.md",
                product=text[:100],
                tags=[text, f'x"{text}'],
                state=ArticleState.PUBLISHED,
                audience_id=audience,
                language="en",
                published_version=1,
                created_at=MONDAY,
                updated_at=MONDAY,
                versions=[version],
            )
            session.add(article)
            session.flush()  # the document needs the id
            offering.offer(session, [(article, version)])
    index_all(services.finder)


def pages(client: TestClient, numbers: range) -> Iterator[str]:
    """Every page that shows the texts with these numbers; of three kinds, each eighth."""
    for group in range(numbers.start // GROUP, numbers.stop // GROUP):
        yield shown(client, f"/?q=group{group:04}+needle")
    for id_ in numbers[::8]:
        for path in (f"/articles/KB-{id_ + 1}", f"/tickets/{id_ + 1}", f"/drafts/{id_ + 1}"):
            yield shown(client, path)


def shown(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def together(pages: Iterator[str]) -> Page:
    every = Page()
    for html in pages:
        found = read(html)
        every.tags |= found.tags
        every.schemes |= found.schemes
        every.scripts |= found.scripts
    return every


OF_ARTICLES = frozenset(
    {(tag, "") for tag in TAGS}
    | {(tag, name) for tag, names in ATTRIBUTES.items() for name in names}
    | {(tag, "class") for tag in CLASSES}
    | {("a", "rel"), ("input", "type")}
)
"""What the text of an article may hold."""

OF_ADVICE = frozenset({("div", "role")})
"""Of the advice that two articles are alike: some attacks are, the harmless texts are not."""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nothing_acts_on_any_page(app: FastAPI, agent: TestClient, services: Services) -> None:
    """The pages hold the tags and attributes that they hold with harmless texts, and no more."""
    attacks = payloads()
    assert len(attacks) >= 200
    fill(services, [f"harmless {number}" for number in range(GROUP)] + attacks)
    client = browser(app, agent)
    harmless = together(pages(client, range(GROUP)))

    acting = together(pages(client, range(GROUP, GROUP + len(attacks))))
    listed = read(shown(client, "/articles"))

    assert (acting.schemes | listed.schemes) <= SAFE
    assert (acting.scripts | listed.scripts) == harmless.scripts
    assert acting.tags - harmless.tags - OF_ARTICLES - OF_ADVICE == set()
    assert listed.tags - harmless.tags - {("ol", "class"), ("li", ""), ("h2", "lang")} == set()


def test_the_test_can_fail() -> None:
    page = read('<p onclick="x"><script src="//evil.example/x.js"></script><a href="javascript:1">')

    assert ("p", "onclick") in page.tags
    assert page.scripts == {"//evil.example/x.js"}
    assert page.schemes - SAFE == {"javascript"}


def test_json_answers_are_never_taken_for_pages(agent: TestClient, services: Services) -> None:
    texts = payloads()[:GROUP]
    fill(services, texts)

    answer = agent.post("/api/v1/search", json={"query": "group0000 needle"})

    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    titles = {hit["title"] for hit in json.loads(answer.text)["hits"]}
    assert titles <= {f"group0000 {text}" for text in texts}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_names_and_descriptions_of_files_do_nothing(agent: TestClient, services: Services) -> None:
    """Of the name a few plain words are left; the description is text, whatever it holds."""
    attacks = payloads()[::4]
    with services.database.write() as session:
        draft = make_draft(session).id
    for base, text in enumerate(attacks, start=1):
        answer = agent.post(
            f"/api/v1/drafts/{draft}/files",
            files={"file": (text.replace("\n", " "), f"%PDF-{base}".encode())},
            data={"description": text, "base": str(base)},
        )
        assert answer.status_code == 200, answer.text

    agent.post(f"/api/v1/drafts/{draft}/publish", json={"audience": "internal"})
    told = agent.get("/api/v1/articles/KB-1").json()

    names = re.findall(r"\]\((files/kb-1/.*)\)$", told["markdown"], re.MULTILINE)
    assert len(names) == len(attacks)
    assert all(re.fullmatch(r"files/kb-1/[a-z0-9-]{1,70}\.pdf", name) for name in names)
    found = read(told["html"])
    assert found.tags <= OF_ARTICLES
    assert found.schemes <= {""}
    assert told["html"].count('href="/articles/KB-1/files/') == len(attacks)
