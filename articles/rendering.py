"""Markdown as HTML that is safe to show, whoever wrote it."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

TEXT_TAGS = frozenset({"a", "br", "code", "del", "em", "img", "s", "strong"})
BLOCK_TAGS = frozenset({"blockquote", "hr", "li", "ol", "p", "pre", "ul"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
TABLE_TAGS = frozenset({"table", "tbody", "td", "th", "thead", "tr"})
TAGS = TEXT_TAGS | BLOCK_TAGS | HEADINGS | TABLE_TAGS
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
}
SCHEMES = frozenset({"http", "https", "mailto"})


def html(markdown: str) -> str:
    """The text as HTML: CommonMark with tables; raw HTML in it stays text.

    Only tags and addresses of a short list survive, so that it can be put on a page as it is.
    """
    made: str = _parser().render(markdown)
    return nh3.clean(
        made,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
