"""Codes of the inside in the words of people."""

from collections.abc import Callable

from indexer.search import Why

Translate = Callable[[str], str]


def same(text: str) -> str:
    """The English of the source, for doors without a language."""
    return text


def reason(why: Why, _: Translate = same) -> str:
    """Why something was found, as the end of "found because it …"."""
    parts = {
        "problem": _("the problem"),
        "discussion": _("the discussion"),
        "resolution": _("the resolution"),
        "article": _("the article"),
    }
    sentences = {
        "same_identifier": _("names {detail} too"),
        "same_item": _("concerns {detail} too"),
        "same_meaning": _("means the same in {part}"),
        "same_words": _("shares words with {part}"),
        "other_language": _("is written in another language ({detail})"),
        "solved": _("is solved"),
    }
    pattern = sentences.get(why.code, why.code.replace("_", " "))
    return pattern.format(detail=why.detail, part=parts.get(why.detail, why.detail))
