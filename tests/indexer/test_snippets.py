"""A snippet shows where a text matches, with the words marked as the reader would."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import snippets


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in snippets.highlight(text, query)]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        ("Die Verbindungen brechen ab.", "verbindung bricht", ["Verbindungen"]),
        ("Der Drücker klemmt", "druecker", ["Drücker"]),
        ("De verbindingen vallen weg", "verbinding", ["verbindingen"]),
        ("Connections were dropped", "connection drop", ["Connections", "dropped"]),
        ("Die Druckerwarteschlange hängt", "Warteschlange", ["Druckerwarteschlange"]),
        ("Die Warteschlange hängt", "Druckerwarteschlange", ["Warteschlange"]),
        ("Fehler 0x80070005 (80070005)", "0X80070005", ["0x80070005", "80070005"]),
        ("installiere KB5034441 neu", "KB 5034441", ["KB5034441"]),
        ("der Drucker ist offline", "der Drucker ist", ["Drucker"]),
        ("Sein oder nicht sein", "nicht", ["nicht"]),
        ("nichts davon", "0x1234", []),
        ("", "Drucker", []),
        ("Drucker", "", []),
    ],
)
def test_what_matches_is_marked(text: str, query: str, words: list[str]) -> None:
    assert marked(text, query) == words


def test_no_word_is_cut_at_the_end() -> None:
    piece = snippets.best("Toner leer, " + "Patrone " * 40, "Toner", width=100)

    assert piece.text.endswith("Patrone")
    assert len(piece.text) <= 100
    assert snippets.best("x" * 300, "Toner", width=100).text == "x" * 100


def test_the_piece_with_the_most_different_words_is_chosen() -> None:
    filler = "Es geht weiter mit anderem. " * 20
    text = f"Toner Toner Toner. {filler}Der Spooler hängt, Toner ist da. {filler}"

    piece = snippets.best(text, "Spooler Toner hängt", width=120)

    assert [piece.text[start:end] for start, end in piece.marks] == ["Spooler", "hängt", "Toner"]
    assert piece.text.startswith("Der Spooler")
    assert len(piece.text) <= 120


def test_without_a_match_the_beginning_is_shown() -> None:
    assert snippets.best("Anfang und Ende", "xyz", width=6) == snippets.Snippet("Anfang", ())


def test_shared_identifiers_are_told_as_the_question_writes_them() -> None:
    text = "Host srv-dc01 meldet 0x80070005 seit Ereignis-ID 4740"

    shared = snippets.shared_identifiers(text, "0X80070005 auf SRV-DC01, srv-dc01, event 4740, KB1")

    assert shared == ["0X80070005", "SRV-DC01", "event 4740"]


@settings(deadline=None, max_examples=150)
@given(
    words=st.lists(st.sampled_from(["Toner", "der", "0x80070005", "a.b", "\n", "ü"]), max_size=60),
    query=st.sampled_from(["Toner", "0x80070005 Toner", "der", "", "ü a.b"]),
    width=st.integers(1, 200),
)
def test_marks_lie_in_the_piece_in_order_and_the_piece_in_the_text(
    words: list[str], query: str, width: int
) -> None:
    text = " ".join(words)

    piece = snippets.best(text, query, width=width)

    assert piece.text in text
    assert len(piece.text) <= width
    end = 0
    for start, stop in piece.marks:
        assert end <= start < stop <= len(piece.text)
        end = stop
