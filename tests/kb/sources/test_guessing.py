"""What exports of German, Dutch and English systems mean is guessed, and states are read."""

import pytest

from kb.models import TicketState
from kb.sources import guessing
from kb.sources.raw import BadFile

GERMAN = (
    "Ticketnummer;Kurzbeschreibung;Beschreibung;Eröffnet am;Geschlossen am;Status;Lösung;"
    "Bearbeitergruppe;Support-Ebene\r\n"
    "4711;VPN bricht ab;Der Tunnel fällt mit Fehler 809;03.02.2026 08:15;;Geschlossen;"
    "Port 4500 geöffnet;Netzwerk;2nd Level\r\n"
).encode("cp1252")
DUTCH = (
    b"Nummer,Onderwerp,Omschrijving,Aangemaakt op,Status,Oplossing,Groep\n"
    b"1,Printer doet niets,Wachtrij vol,2026-02-03,Opgelost,Spooler herstart,Desk\n"
)
ENGLISH = b"Key\tSummary\tCreated\tStatus\nA-1\tNo mail\t2026-02-03\tIn Progress\n"


@pytest.mark.parametrize(
    ("content", "delimiter", "encoding", "expected"),
    [
        (
            GERMAN,
            ";",
            "cp1252",
            {
                "id": "Ticketnummer",
                "title": "Kurzbeschreibung",
                "description": "Beschreibung",
                "opened_at": "Eröffnet am",
                "closed_at": "Geschlossen am",
                "state": "Status",
                "resolution": "Lösung",
                "queue": "Bearbeitergruppe",
                "level": "Support-Ebene",
            },
        ),
        (
            DUTCH,
            ",",
            "utf-8-sig",
            {
                "id": "Nummer",
                "title": "Onderwerp",
                "description": "Omschrijving",
                "opened_at": "Aangemaakt op",
                "state": "Status",
                "resolution": "Oplossing",
                "queue": "Groep",
            },
        ),
        (
            ENGLISH,
            "\t",
            "utf-8-sig",
            {"id": "Key", "title": "Summary", "opened_at": "Created", "state": "Status"},
        ),
    ],
)
def test_headers_of_three_languages_are_known(
    content: bytes, delimiter: str, encoding: str, expected: dict[str, str]
) -> None:
    form = guessing.csv_format(content)

    assert (form.delimiter, form.encoding) == (delimiter, encoding)
    assert guessing.columns(guessing.rows_of(content, form)) == expected


def test_where_headers_say_nothing_values_do() -> None:
    content = (
        b"A,B,C\n17,Printer on floor two is silent,01.02.2026\n18,Mail is late today,02.02.2026\n"
    )

    found = guessing.columns(guessing.rows_of(content, guessing.csv_format(content)))

    assert found == {"id": "A", "title": "B", "opened_at": "C"}


def test_members_of_nested_objects_have_names_with_dots() -> None:
    rows = guessing.rows_of(b'{"key": "A-1", "fields": {"summary": "No mail"}}\n', None)

    assert guessing.names(rows) == ["key", "fields.summary"]


def test_words_for_states_and_levels_become_ours() -> None:
    form = guessing.csv_format(GERMAN)
    chosen = guessing.columns(guessing.rows_of(GERMAN, form))

    found = guessing.mapping(GERMAN, form, chosen, TicketState.OPEN)

    assert found.values == {"state": {"Geschlossen": "closed"}, "level": {"2nd Level": 2}}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Gelöst", "resolved"),
        ("in Bearbeitung", "open"),
        ("In afwachting", "pending"),
        ("On Hold", "pending"),
        ("afgesloten", "closed"),
        ("grün", None),
    ],
)
def test_a_word_for_a_state(word: str, state: str | None) -> None:
    assert guessing.state(word) == state


@pytest.mark.parametrize(
    ("content", "hint"),
    [(b"PK\x03\x04", "Save its sheet as CSV"), (b" \n", "empty"), (b"\x89PNG\x00", "no text file")],
)
def test_what_is_no_list_of_tickets_is_refused_with_what_to_do(content: bytes, hint: str) -> None:
    with pytest.raises(BadFile, match=hint):
        guessing.is_csv("x", content)
