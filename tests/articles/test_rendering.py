"""Markdown becomes HTML that does nothing."""

from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from brs_kb import get_all_payloads

from articles.rendering import ATTRIBUTES, SCHEMES, TAGS, html, ticket_html

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


@pytest.mark.parametrize("render", [html, ticket_html])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_executes(attack: str, render: Callable[[str], str]) -> None:
    made = render(attack)

    for tag in ("<script", "<svg", "<style", "<form", "<iframe", "<math"):
        assert tag not in made.casefold()
    for start in ('href="javascript', 'href="data', 'href="vbscript', 'src="javascript'):
        assert start not in made.casefold()
    assert "<img src=x onerror" not in made


def test_what_articles_are_made_of_stays() -> None:
    made = html(
        "# A\n\n1. *b* **c** ~~d~~ `e`\n\n```xyz\nGet-Item <x>\n```\n\n"
        "| f | g |\n|---|---|\n| h | i |\n\n> j\n\n"
        "[k](https://k.example) ![l](images/l.png)\n\n3. m\n"
    )

    for part in (
        '<h1 id="s-a">A</h1>',
        "<em>b</em>",
        "<strong>c</strong>",
        "<s>d</s>",
        "<code>e</code>",
        '<code class="language-xyz">Get-Item &lt;x&gt;',
        "<td>h</td>",
        "<blockquote>",
        '<a href="https://k.example" rel="noopener noreferrer">k</a>',
        '<img src="images/l.png" alt="l">',
        '<ol start="3">',
    ):
        assert part in made


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        allowed = ATTRIBUTES.get(tag, set()) | {"class", "rel", "type"}
        self.wrong += [f"{tag} {name}" for name, _ in attrs if name not in allowed]
        for name, value in attrs:
            scheme = urlsplit((value or "").strip()).scheme if name in {"href", "src"} else ""
            if scheme and scheme not in SCHEMES:
                self.wrong.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")


def what_acts(made: str) -> list[str]:
    """Tags, attributes and addresses that no article may bring onto a page."""
    reader = Reader()
    reader.feed(made)
    reader.close()
    return reader.wrong


def payloads() -> list[str]:
    """A maintained collection of attacks, several thousand of them."""
    return sorted({str(each["payload"]) for each in get_all_payloads().values()})


PLACES = [
    "# {}",
    "- [ ] {}",
    "`{}`",
    "```{}\n{}\n```",
    "[x]({})",
    "[x](<{}>)",
    "![{}]({})",
    "[{}][x]\n\n[x]: {}",
    "| a |\n|---|\n| {} |",
    '!!! note "{}"\n    {}',
    "!!! {}\n    text",
    "<{}>",
]


class TestAttacks:
    def test_the_collection_is_large(self) -> None:
        assert len(payloads()) >= 200

    def test_none_of_the_collection_executes(self) -> None:
        acting = [payload for payload in payloads() if what_acts(html(payload))]

        assert acting == []

    @pytest.mark.parametrize("place", PLACES)
    def test_nor_inside_of_other_markdown(self, place: str) -> None:
        """Each place gets another seventh of the collection, to save time."""
        some = payloads()[PLACES.index(place) % 7 :: 7]
        acting = [payload for payload in some if what_acts(html(place.replace("{}", payload)))]

        assert acting == []

    def test_the_test_can_fail(self) -> None:
        assert what_acts("<img src=x onerror=alert(1)>") == ["img onerror"]
        assert what_acts("<script>x</script>") == ["script"]
        assert what_acts('<a href="javascript:alert(1)">x</a>') != []


class TestExtensions:
    def test_task_lists_have_boxes_that_cannot_be_ticked(self) -> None:
        made = html("- [x] done\n- [ ] open")

        assert made.count('type="checkbox"') == made.count(' disabled="') == 2
        assert made.count(' checked="') == 1

    def test_admonitions(self) -> None:
        made = html('!!! warning "Mind"\n    the *gap*')

        assert '<div class="admonition warning">' in made
        assert '<p class="admonition-title">Mind</p>' in made
        assert "<em>gap</em>" in made

    def test_headings_of_equal_words_get_different_anchors(self) -> None:
        made = html("## Was tun?\n\n## Was tun?")

        assert 'id="s-was-tun"' in made
        assert 'id="s-was-tun-1"' in made

    def test_code_is_coloured_and_still_says_the_same(self) -> None:
        made = html("```python\nif a < 1: pass\n```")

        assert '<span class="k">if</span>' in made
        assert "&lt;" in made

    def test_unknown_classes_go(self) -> None:
        assert 'class="admonition"' in html('!!! overlay "x"\n    y')

    def test_code_of_an_unknown_language_stays_plain(self) -> None:
        assert "<span" not in html("```nonsense\na = 1\n```")
