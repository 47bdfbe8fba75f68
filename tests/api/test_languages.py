"""The pages speak German, Dutch and English, wholly."""

import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.catalogues import LOCALES, NAMES, SOURCE
from api.pages import languages
from api.pages.languages import preferred
from api.pages.templating import _environment
from kb.settings import Settings

API = Path(languages.__file__).parents[1]
METHODS = [("**.py", "python"), ("pages/templates/**.html", "jinja2")]
OPTIONS = {"pages/templates/**.html": {"silent": "false", "trimmed": "true"}}
MARKUP = re.compile(r"<kbd>[^<]*</kbd>|{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>|&\w+;", re.DOTALL)
ASKED = [code for code in NAMES if code != SOURCE]


def wanted() -> set[str | tuple[str, ...]]:
    """Every text that templates and code want to be translated."""
    found = extract_from_dir(API, METHODS, OPTIONS, keywords={"_": None, "ngettext": (1, 2)})
    return {
        tuple(text for text in message if text) if isinstance(message, tuple) else message
        for _, _, message, _, _ in found
    }


def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "kb.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


@pytest.mark.parametrize("language", ASKED)
def test_every_text_is_translated_and_none_is_left_over(language: str) -> None:
    known = {
        tuple(message.id) if isinstance(message.id, list | tuple) else message.id
        for message in messages(language)
    }

    assert known == wanted(), "run: make translations, and translate what is new"


@pytest.mark.parametrize("language", ASKED)
def test_no_translation_is_missing_or_fuzzy(language: str) -> None:
    def unfinished(message: Message) -> bool:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        return message.fuzzy or not all(texts)

    assert [message.id for message in messages(language) if unfinished(message)] == []


def places(text: str) -> set[str]:
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return named | set(re.findall(r"%\(\w+\)\w", text))


@pytest.mark.parametrize("language", ASKED)
def test_translations_fill_in_the_same_places(language: str) -> None:
    for message in messages(language):
        if isinstance(message.id, str):
            assert places(str(message.string)) == places(message.id), message.id


@pytest.mark.parametrize(
    "path", sorted((API / "pages/templates").glob("*.html")), ids=lambda p: p.name
)
def test_templates_hold_no_words_outside_the_catalogues(path: Path) -> None:
    rest = MARKUP.sub(" ", path.read_text(encoding="utf-8"))

    assert re.findall(r"[^\W\d_]+", rest) == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("nl", "nl"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR, nl;q=0.4, de;q=0.7", "de"),
        ("de;q=0, nl;q=rubbish", "en"),
        ("fr", "en"),
    ],
)
def test_browsers_say_what_they_like(header: str, language: str) -> None:
    assert preferred(header) == language


@pytest.mark.usefixtures("agent")
def test_a_stranger_is_asked_in_their_language_and_may_choose(app: FastAPI) -> None:
    client = TestClient(
        app, follow_redirects=False, headers={"Accept": "text/html", "Accept-Language": "nl-BE"}
    )
    assert "<h1>Aanmelden</h1>" in client.get("/sign-in").text

    answer = client.post("/language", data={"language": "de", "next": "/sign-in?next=%2Fdrafts"})

    assert answer.headers["location"] == "/sign-in?next=%2Fdrafts"
    page = client.get("/sign-in")
    assert '<html lang="de">' in page.text
    assert "<h1>Anmelden</h1>" in page.text
    assert page.headers["content-language"] == "de"


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("language", ["xx", "../../etc", ""])
def test_a_language_that_nobody_speaks_changes_nothing(app: FastAPI, language: str) -> None:
    client = TestClient(app, follow_redirects=False, headers={"Accept": "text/html"})

    answer = client.post("/language", data={"language": language, "next": "//evil.example"})

    assert answer.status_code in {303, 422}
    assert "set-cookie" not in answer.headers
    assert answer.headers.get("location", "/") == "/"
    client.cookies.set(languages.COOKIE, language)
    assert '<html lang="en">' in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("language", "moment", "day", "number"),
    [
        ("de", "05.01.26, 10:30", "05.01.2026", "1.234,5"),
        ("nl", "05-01-2026, 10:30", "5 jan 2026", "1.234,5"),
        ("en", "05/01/2026, 10:30", "5 Jan 2026", "1,234.5"),
    ],
)
def test_dates_and_numbers_are_written_as_people_do(
    language: str, moment: str, day: str, number: str
) -> None:
    filters = _environment(language, "Europe/Berlin").filters
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)

    assert moment in filters["moment"](at)
    assert day in filters["day"](at)
    assert filters["number"](1234.5) == number


def test_a_time_zone_must_exist() -> None:
    assert Settings(time_zone="Europe/Amsterdam").time_zone == "Europe/Amsterdam"
    with pytest.raises(ValidationError, match="is no time zone"):
        Settings(time_zone="Europe/Atlantis")
