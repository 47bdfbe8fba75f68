"""How documents are cut: by side, by heading, never inside code, whatever the text is."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.chunking import TARGET, Part, Piece, cut_article, cut_ticket

CODE = "\n\n".join(f"netsh interface show line{number}" for number in range(120))

SYNTAX = ["```", "~~~", "> ", "- ", "1. ", "\n", "\n\n", "# ", "###### ", "\t", "    ", "|", "|-|"]
SYNTAX += ["[a](b)", "![", "](", "<div>", "<!--", "---", "\x00", "﻿", "\r\n", "&#0;", "*", "`"]

markdown = st.lists(st.text() | st.sampled_from(SYNTAX), max_size=60).map("".join)


def test_the_sides_of_a_ticket_are_apart() -> None:
    assert cut_ticket("Tunnel drops.", "Which client?", "Updated the client.") == [
        Piece(Part.PROBLEM, "", "Tunnel drops."),
        Piece(Part.DISCUSSION, "", "Which client?"),
        Piece(Part.RESOLUTION, "", "Updated the client."),
    ]


@pytest.mark.parametrize("cut", [lambda: cut_ticket("", " ", "\n"), lambda: cut_article("")])
def test_without_text_the_title_is_still_to_be_found(cut: Callable[[], list[Piece]]) -> None:
    assert [piece.text for piece in cut()] == [""]


def test_an_article_is_cut_by_heading_with_the_path() -> None:
    text = "Intro.\n\n# VPN\n\nFirst.\n\n## Error 809\n\nPort 500.\n\n# Mail\n\nOther."
    assert [(piece.heading, piece.text) for piece in cut_article(text)] == [
        ("", "Intro."),
        ("VPN", "First."),
        ("VPN › Error 809", "Port 500."),
        ("Mail", "Other."),
    ]


def test_code_is_never_cut() -> None:
    pieces = cut_article(f"# Reset\n\nRun this:\n\n```\n{CODE}\n```\n\nThen restart.")
    assert len(CODE) > 3 * TARGET
    assert [CODE in piece.text for piece in pieces].count(True) == 1
    assert all(piece.text.count("netsh") in {0, 120} for piece in pieces)


def test_long_prose_is_cut_at_sentences() -> None:
    sentence = "The queue must be emptied before the spooler starts again."
    pieces = cut_ticket(" ".join([sentence] * 100), "", "")
    assert len(pieces) > 1
    assert all(len(piece.text) <= TARGET for piece in pieces)
    assert all(piece.text.endswith("again.") for piece in pieces)


def test_the_syntax_of_an_article_is_not_indexed() -> None:
    (piece,) = cut_article("See [the portal](https://portal.example/x) and **reboot**.")
    assert piece.text == "See the portal and reboot."


@settings(max_examples=200, deadline=None)
@given(markdown)
def test_every_text_can_be_cut(text: str) -> None:
    assert cut_article(text)
    assert cut_ticket(text, text, text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abc .\n", min_size=1, max_size=3000), min_size=1, max_size=4))
def test_no_word_of_a_ticket_is_lost(sides: list[str]) -> None:
    body = "\n\n".join(sides)
    kept = "".join(piece.text for piece in cut_ticket(body, "", ""))
    assert "".join(kept.split()) == "".join(body.split())
