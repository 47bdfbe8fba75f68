"""Markdown becomes HTML that does nothing."""

import pytest

from articles.rendering import html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "![x](javascript:alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")',
    "<https://a.example/?<script>>",
    "```<script>\nalert(1)\n```",
    "| a |\n|---|\n| <svg onload=alert(1)> |",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example><button>x</button></form>",
    "[x]: javascript:alert(1)\n\n[x]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<math><mtext></mtext><mglyph><svg><mtext><style><img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_executes(attack: str) -> None:
    made = html(attack)

    for tag in ("<script", "<svg", "<style", "<form", "<iframe", "<math"):
        assert tag not in made.casefold()
    for start in ('href="javascript', 'href="data', 'href="vbscript', 'src="javascript'):
        assert start not in made.casefold()
    assert "<img src=x onerror" not in made


def test_what_articles_are_made_of_stays() -> None:
    made = html(
        "# A\n\n1. *b* **c** ~~d~~ `e`\n\n```ps1\nGet-Item <x>\n```\n\n"
        "| f | g |\n|---|---|\n| h | i |\n\n> j\n\n"
        "[k](https://k.example) ![l](images/l.png)\n\n3. m\n"
    )

    for part in (
        "<h1>A</h1>",
        "<em>b</em>",
        "<strong>c</strong>",
        "<s>d</s>",
        "<code>e</code>",
        '<code class="language-ps1">Get-Item &lt;x&gt;',
        "<td>h</td>",
        "<blockquote>",
        '<a href="https://k.example" rel="noopener noreferrer">k</a>',
        '<img src="images/l.png" alt="l">',
        '<ol start="3">',
    ):
        assert part in made
