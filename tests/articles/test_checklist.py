from pathlib import Path

import pytest

from articles import checklist, files
from articles.checklist import Item, Subject

GOOD = """## Problem

Der Tunnel bricht nach einer Stunde ab.

## Umgebung

- VPN-Client 7.1

## Lösung

1. Die MTU auf 1400 setzen, siehe [Anleitung](../mtu.md).

   ```
   netsh interface ipv4 set subinterface VPN mtu=1400
   ```

2. Den Client neu starten.
"""


def failed(markdown: str = GOOD, title: str = "VPN 7.1 bricht jede Stunde ab") -> list[Item]:
    subject = Subject(title, markdown, language="de")
    return [result.item for result in checklist.check(subject) if not result.passed]


def test_a_good_article_passes_all() -> None:
    assert failed() == []


@pytest.mark.parametrize("title", ["VPN kaputt", "INC00471: VPN bricht ab", "x y z " * 30])
def test_titles_that_do_not_tell(title: str) -> None:
    assert failed(title=title) == [Item.TITLE]


@pytest.mark.parametrize(
    ("old", "new", "item"),
    [
        ("## Problem", "## Vorgeschichte", Item.ISSUE),
        ("## Umgebung", "## Dank", Item.ENVIRONMENT),
        ("../mtu.md", "TODO", Item.LINKS),
        ("Den Client neu starten.", "Fragen an kim.berg@firma.example.", Item.PRIVATE),
    ],
)
def test_what_is_missing_is_named(old: str, new: str, item: Item) -> None:
    assert failed(GOOD.replace(old, new)) == [item]


def test_several_things_to_do_want_numbers() -> None:
    text = GOOD.replace("1. Die", "Die").replace("2. Den", "Den")

    assert failed(text) == [Item.STEPS]


@pytest.mark.parametrize("image", ["![](mtu.png)", "![ ](mtu.png)", "![...](mtu.png)"])
def test_an_image_without_words_is_named(image: str) -> None:
    (result,) = checklist.check(Subject("T", f"{GOOD}\n{image}\n"), {Item.IMAGES})

    assert result.places == ("mtu.png",)
    assert failed(f"{GOOD}\n![The MTU *field*](mtu.png)\n") == []


def test_one_thing_to_do_needs_none() -> None:
    assert failed(GOOD.partition("1. ")[0] + "Die MTU auf 1400 setzen.\n") == []


def test_private_things_are_not_repeated() -> None:
    subject = Subject("VPN bricht jede Stunde ab", "Frage kim.berg@firma.example", language="de")

    (result,) = checklist.check(subject, {Item.PRIVATE})

    assert result.places == ("EMAIL, line 1",)


def test_sentences_without_evidence_and_dead_links_are_told() -> None:
    subject = Subject("T", GOOD, unsupported=("Wait.",), dead_links=("../mtu.md",))

    results = checklist.check(subject, {Item.EVIDENCE, Item.LINKS})

    assert [(result.item, result.places) for result in results] == [
        (Item.LINKS, ("../mtu.md",)),
        (Item.EVIDENCE, ("Wait.",)),
    ]


def test_the_articles_of_the_examples_have_their_sections_and_links() -> None:
    folder = Path(__file__).parents[2] / "examples" / "articles"
    read = [item for item in files.read(folder) if isinstance(item, files.ArticleFile)]
    wanted = {Item.ISSUE, Item.RESOLUTION, Item.LINKS}
    faults = {
        item.path: result.item
        for item in read
        for result in checklist.check(Subject(item.title, item.markdown), wanted)
        if not result.passed
    }

    assert len(read) >= 40
    assert faults == {}
