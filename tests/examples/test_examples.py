import csv
import re
from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

EXAMPLES = Path(__file__).parents[2] / "examples"

Language = Literal["de", "nl", "en"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Strict):
    author: str
    role: Literal["requester", "agent", "system", "contractor"]
    at: AwareDatetime
    text: str
    internal: bool


class Ticket(Strict):
    id: str
    title: str
    description: str
    messages: list[Message]
    level: Literal[1, 2, 3]
    queue: str
    organisation: str
    audience: str
    category: str
    item: str | None = None
    environment: str | None = None
    state: Literal["open", "pending", "resolved", "closed"]
    resolution: str | None = None
    close_code: str | None = None
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None = None
    updated_at: AwareDatetime
    language: Language | None = None
    escalated_from: str | None = None
    version: str


class FrontMatter(Strict):
    id: str
    title: str
    language: Language
    audience: str
    tags: list[str]
    translation_of: str | None = None
    product: str
    state: Literal["published"]


class Article(BaseModel):
    path: Path
    head: FrontMatter
    body: str


class Organisation(Strict):
    name: str
    kind: Literal["own", "contractor"]


class Team(Strict):
    name: str
    level: Literal[1, 2, 3]
    organisation: str


class Person(Strict):
    name: str
    email: str
    organisation: str
    team: str
    roles: list[str]
    language: Language


class AudienceReader(Strict):
    organisation: str | None = None
    team: str | None = None


class Audience(Strict):
    name: str
    readers: list[AudienceReader]


class Account(Strict):
    email: str
    shows: str


class Desk(Strict):
    organisations: list[Organisation]
    teams: list[Team]
    people: list[Person]
    audiences: list[Audience]
    accounts: list[Account]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    asker: str
    language: Language
    query: str
    expect: str | None = None
    expect_not: str | None = None
    expect_published: bool = False


class Closing(BaseModel):
    asker: str
    ticket: str
    resolution: str


class Escalating(BaseModel):
    asker: str
    ticket: str
    impact: str
    answers: dict[str, str]


class Publishing(BaseModel):
    asker: str
    audience: str


class Raised(BaseModel):
    model_config = ConfigDict(extra="forbid")

    asker: str
    hidden_from: str
    audience: str
    name: str
    host: str
    summary: str
    started_at: AwareDatetime
    expect: str


class Story(BaseModel):
    model_config = ConfigDict(extra="forbid")

    escalated: list[Escalating]
    waiting: list[Closing]
    searches: list[Asked]
    close: Closing
    publish: Publishing
    afterwards: list[Asked]
    alarm: Raised


class Mapping(Strict):
    csv: dict[str, str]
    columns: dict[str, str]
    values: dict[str, dict[str, str | int]]
    defaults: dict[str, str | int]


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    lines = (EXAMPLES / "tickets.jsonl").read_text(encoding="utf-8").splitlines()
    return [Ticket.model_validate_json(line) for line in lines]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [parsed(path) for path in sorted((EXAMPLES / "articles").rglob("*.md"))]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.model_validate(loaded("organisations.yaml"))


@pytest.fixture(scope="module")
def story() -> Story:
    text = (EXAMPLES / "demo.yaml").read_text(encoding="utf-8")
    # `as` is a Python keyword, so the model calls it asker.
    renamed = re.sub(r"^(\s+(?:- )?)as:", r"\1asker:", text, flags=re.MULTILINE)
    return Story.model_validate(yaml.safe_load(renamed))


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return Mapping.model_validate(loaded("mapping.yaml"))


@pytest.fixture(scope="module")
def rows(mapping: Mapping) -> list[dict[str, str]]:
    with (EXAMPLES / "tickets.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=mapping.csv["delimiter"]))


def loaded(name: str) -> object:
    return TypeAdapter(object).validate_python(
        yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))
    )


def parsed(path: Path) -> Article:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", maxsplit=2)
    return Article(path=path, head=FrontMatter.model_validate(yaml.safe_load(head)), body=body)


def without_code(markdown: str) -> str:
    fenced = re.sub(r"^ *```.*?^ *```$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "", fenced)


class TestTickets:
    def test_there_are_enough(self, tickets: list[Ticket]) -> None:
        assert len(tickets) >= 150

    def test_each_language_has_enough(self, tickets: list[Ticket]) -> None:
        found = Counter(ticket.language for ticket in tickets)

        assert min(found["de"], found["nl"], found["en"]) >= 35

    def test_some_leave_their_language_to_be_detected(self, tickets: list[Ticket]) -> None:
        assert sum(ticket.language is None for ticket in tickets) >= 3

    def test_no_two_share_a_number_or_a_description(self, tickets: list[Ticket]) -> None:
        assert len({ticket.id for ticket in tickets}) == len(tickets)
        assert len({ticket.description for ticket in tickets}) == len(tickets)

    def test_their_queues_organisations_and_audiences_exist(
        self, tickets: list[Ticket], desk: Desk
    ) -> None:
        teams = {team.name: team for team in desk.teams}
        organisations = {organisation.name for organisation in desk.organisations}
        audiences = {audience.name for audience in desk.audiences}

        for ticket in tickets:
            assert ticket.queue in teams, ticket.id
            assert ticket.escalated_from is None or ticket.escalated_from in teams, ticket.id
            assert ticket.organisation in organisations, ticket.id
            assert ticket.audience in audiences, ticket.id

    def test_their_times_are_in_order(self, tickets: list[Ticket]) -> None:
        for ticket in tickets:
            times = [message.at for message in ticket.messages]
            assert times == sorted(times), ticket.id
            assert all(ticket.opened_at <= at <= ticket.updated_at for at in times), ticket.id
            assert ticket.closed_at is None or ticket.closed_at <= ticket.updated_at, ticket.id

    def test_what_is_closed_says_when_and_what_is_open_does_not(
        self, tickets: list[Ticket]
    ) -> None:
        for ticket in tickets:
            finished = ticket.state in {"resolved", "closed"}
            assert (ticket.closed_at is not None) is finished, ticket.id

    def test_all_levels_states_audiences_and_roles_occur(
        self, tickets: list[Ticket], desk: Desk
    ) -> None:
        messages = [message for ticket in tickets for message in ticket.messages]

        assert {ticket.level for ticket in tickets} == {1, 2, 3}
        assert {ticket.state for ticket in tickets} == {"open", "pending", "resolved", "closed"}
        assert {ticket.audience for ticket in tickets} == {item.name for item in desk.audiences}
        assert {message.role for message in messages} == {
            "requester",
            "agent",
            "system",
            "contractor",
        }
        assert {message.internal for message in messages} == {True, False}

    def test_contractors_write_only_where_they_may_read(
        self, tickets: list[Ticket], desk: Desk
    ) -> None:
        employers = {person.name: person.organisation for person in desk.people}
        readers = {
            audience.name: {reader.organisation for reader in audience.readers}
            for audience in desk.audiences
        }

        for ticket in tickets:
            for message in ticket.messages:
                if message.role == "contractor":
                    assert employers[message.author] in readers[ticket.audience], ticket.id


class TestCsv:
    def test_the_mapping_names_every_column_that_a_ticket_has_once(
        self, rows: list[dict[str, str]], mapping: Mapping
    ) -> None:
        assert sorted(rows[0]) == sorted([*mapping.columns.values(), "Übergeben von"])
        assert set(mapping.columns) <= set(Ticket.model_fields)

    def test_the_rows_are_tickets_once_mapped(
        self, rows: list[dict[str, str]], mapping: Mapping, desk: Desk
    ) -> None:
        teams = {team.name for team in desk.teams}

        assert len(rows) >= 12
        for row in rows:
            ticket = Ticket.model_validate({"messages": [], **mapped(row, mapping)}, strict=False)
            assert ticket.queue in teams, ticket.id

    def test_no_number_is_one_of_the_other_file(
        self, rows: list[dict[str, str]], tickets: list[Ticket]
    ) -> None:
        assert not {row["Nummer"] for row in rows} & {ticket.id for ticket in tickets}


def mapped(row: dict[str, str], mapping: Mapping) -> dict[str, str | int]:
    ticket = dict(mapping.defaults)
    for ours, theirs in mapping.columns.items():
        if row[theirs]:
            ticket[ours] = mapping.values.get(ours, {}).get(row[theirs], row[theirs])
    return ticket


class TestArticles:
    def test_there_are_enough(self, articles: list[Article]) -> None:
        assert len(articles) >= 40

    def test_no_two_share_a_number(self, articles: list[Article]) -> None:
        assert len({article.head.id for article in articles}) == len(articles)

    def test_they_lie_in_the_folder_of_their_language(self, articles: list[Article]) -> None:
        assert all(article.path.parent.name == article.head.language for article in articles)

    def test_their_audiences_exist(self, articles: list[Article], desk: Desk) -> None:
        assert {article.head.audience for article in articles} <= {
            audience.name for audience in desk.audiences
        }

    def test_their_links_and_images_resolve(self, articles: list[Article]) -> None:
        broken = [
            (article.head.id, target)
            for article in articles
            for target in re.findall(r"\]\(([^)#]+)", without_code(article.body))
            if not (article.path.parent / target).is_file()
        ]

        assert broken == []

    def test_each_image_is_used(self, articles: list[Article]) -> None:
        bodies = "".join(article.body for article in articles)

        images = list((EXAMPLES / "articles" / "images").iterdir())

        assert len(images) >= 2
        assert all(path.name in bodies for path in images)

    def test_a_translation_has_an_original_of_another_language_and_the_same_audience(
        self, articles: list[Article]
    ) -> None:
        by_id = {article.head.id: article.head for article in articles}
        translations = [head for head in by_id.values() if head.translation_of]

        assert len(translations) >= 15
        for head in translations:
            original = by_id[head.translation_of or ""]
            assert original.translation_of is None, head.id
            assert original.language != head.language, head.id
            assert original.audience == head.audience, head.id

    def test_each_has_its_sections_in_its_language(self, articles: list[Article]) -> None:
        wanted = {
            "de": ["Problem", "Umgebung", "Ursache", "Lösung", "Prüfung"],
            "nl": ["Probleem", "Omgeving", "Oorzaak", "Oplossing", "Controle"],
            "en": ["Issue", "Environment", "Cause", "Resolution", "Verification"],
        }

        for article in articles:
            headings = re.findall(r"^## (.+)$", without_code(article.body), flags=re.MULTILINE)
            assert headings == wanted[article.head.language], article.head.id


class TestDesk:
    def test_everything_named_exists(self, desk: Desk) -> None:
        organisations = {organisation.name for organisation in desk.organisations}
        teams = {team.name for team in desk.teams}
        readers = [reader for audience in desk.audiences for reader in audience.readers]

        assert {team.organisation for team in desk.teams} <= organisations
        assert {person.team for person in desk.people} <= teams
        assert all((reader.organisation is None) != (reader.team is None) for reader in readers)
        assert {reader.organisation for reader in readers} - {None} <= organisations
        assert {reader.team for reader in readers} - {None} <= teams

    def test_people_work_in_a_team_of_their_own_company(self, desk: Desk) -> None:
        employers = {team.name: team.organisation for team in desk.teams}

        assert all(person.organisation == employers[person.team] for person in desk.people)

    def test_the_accounts_are_people_of_all_three_companies(self, desk: Desk) -> None:
        people = {person.email: person.organisation for person in desk.people}

        assert {people[account.email] for account in desk.accounts} == {
            organisation.name for organisation in desk.organisations
        }

    def test_contractors_never_read_internal_or_each_others_audiences(self, desk: Desk) -> None:
        own = {item.name for item in desk.organisations if item.kind == "own"}
        outside = {
            audience.name: {item.organisation for item in audience.readers} - own - {None}
            for audience in desk.audiences
        }

        assert outside["internal"] == outside["team-second-level"] == set()
        assert len(outside["contractor-kabelkobold"]) == 1
        assert len(outside["contractor-papiermond"]) == 1
        assert outside["contractor-kabelkobold"] != outside["contractor-papiermond"]


class TestStory:
    def test_it_names_existing_people_tickets_and_articles(
        self, story: Story, desk: Desk, tickets: list[Ticket], articles: list[Article]
    ) -> None:
        numbers = {ticket.id for ticket in tickets} | {article.head.id for article in articles}
        asked = story.searches + story.afterwards

        who = {search.asker for search in asked} | {story.alarm.asker, story.alarm.hidden_from}
        assert who <= {account.email for account in desk.accounts}
        assert {search.expect for search in asked} - {None} | {story.alarm.expect} <= numbers
        assert {search.expect_not for search in asked} - {None} <= numbers
        named = {story.publish.audience, story.alarm.audience}
        assert named <= {audience.name for audience in desk.audiences}

    def test_it_asks_in_all_three_languages(self, story: Story) -> None:
        assert {search.language for search in story.searches} == {"de", "nl", "en"}

    def test_a_contractor_asks_what_an_agent_was_answered(self, story: Story) -> None:
        hidden = {(search.query, search.expect_not) for search in story.searches}
        found = {(search.query, search.expect) for search in story.searches}

        assert (hidden & found) - {(query, None) for query, _ in hidden}

    def test_it_closes_second_level_tickets_that_are_not_solved(
        self, story: Story, tickets: list[Ticket]
    ) -> None:
        closed = {closing.ticket for closing in (story.close, *story.waiting)}
        chosen = [ticket for ticket in tickets if ticket.id in closed]

        assert len(chosen) == len(closed) == 1 + len(story.waiting)
        assert {(ticket.state in {"open", "pending"}, ticket.level) for ticket in chosen} == {
            (True, 2)
        }
        assert any(search.expect_published for search in story.afterwards)


def test_every_mail_address_is_of_a_reserved_domain() -> None:
    texts = [path.read_text(encoding="utf-8") for path in files_of_text()]
    domains = {
        domain.lower()
        for text in texts
        for domain in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)
    }

    assert domains
    assert not [domain for domain in domains if not is_reserved(domain)]


def files_of_text() -> list[Path]:
    return [path for path in EXAMPLES.rglob("*") if path.suffix in {".jsonl", ".csv", ".md"}]


def is_reserved(domain: str) -> bool:
    """Whether RFC 2606 keeps the name from ever belonging to somebody."""
    return domain.endswith(".example") or bool(re.search(r"(^|\.)example\.(com|org|net)$", domain))
