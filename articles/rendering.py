"""Markdown as HTML that is safe to show, whoever wrote it."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import nh3
from markdown_it import MarkdownIt
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight as highlighted
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

TEXT_TAGS = frozenset({"a", "br", "code", "del", "em", "img", "input", "s", "span", "strong"})
BLOCK_TAGS = frozenset({"blockquote", "div", "hr", "li", "ol", "p", "pre", "ul"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
TABLE_TAGS = frozenset({"table", "tbody", "td", "th", "thead", "tr"})
TAGS = TEXT_TAGS | BLOCK_TAGS | HEADINGS | TABLE_TAGS
ATTRIBUTES = {
    "a": {"href", "title"},
    "code": {"class"},
    "img": {"src", "alt", "title"},
    "input": {"checked", "disabled"},
    "ol": {"start"},
    **{heading: {"id"} for heading in HEADINGS},
}
NOTICES = frozenset(
    {"note", "info", "tip", "hint", "important", "warning", "caution", "attention", "danger"}
)
CLASSES = {
    "div": {"admonition", *NOTICES},
    "p": {"admonition-title"},
    "ul": {"contains-task-list"},
    "li": {"task-list-item"},
    "input": {"task-list-item-checkbox"},
    "span": {name for name in STANDARD_TYPES.values() if name},
}
SCHEMES = frozenset({"http", "https", "mailto"})

LONGEST_CODE = 50_000
"""Characters of a code block that is coloured; a longer one stays plain."""

_ADDRESS = {"image": "src", "link_open": "href"}
"""By kind of token: the attribute that says where it leads."""

_LANGUAGE = re.compile(r"language-[\w+#.-]{1,30}")
_ANCHOR = re.compile(r"s-[\w-]*")


def html(markdown: str, files: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text as HTML; raw HTML in it stays text.

    CommonMark with tables, ~~deleted~~, task lists, admonitions (`!!! note "Title"`), headings
    that can be linked to (`#s-words-of-it`) and coloured code (Pygments' class names).  Only
    tags, classes and addresses of short lists survive, so that it can be put on a page as it is.
    Images and links whose address is a key of `files` lead to its value.
    """
    parser = _parser()
    blocks = parser.parse(markdown)
    for token in (token for block in blocks for token in block.children or []):
        name = _ADDRESS.get(token.type, "")
        if token.attrGet(name) in files:
            token.attrSet(name, files[str(token.attrGet(name))])
    return _clean(str(parser.renderer.render(blocks, parser.options, {})))


def ticket_html(text: str) -> str:
    """What somebody wrote in a ticket as HTML; safe to show, like `html`.

    Line breaks stay in the text, for a sheet that keeps them.  Code, lists, quotations and links
    are shown as such; what only a Markdown author means is not: `# whoami` is a command here,
    and no image is fetched.
    """
    return _clean(_ticket_parser().render(text))


def _clean(made: str) -> str:
    return nh3.clean(
        made,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value if it is of the form that this module writes; other ones may come from readers."""
    if (tag, name) == ("code", "class"):
        return value if _LANGUAGE.fullmatch(value) else None
    if name == "id":
        return value if _ANCHOR.fullmatch(value) else None
    return value


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _coloured})
    parser.enable(["table", "strikethrough"])
    parser.use(anchors_plugin, max_level=6, slug_func=anchor)
    parser.use(tasklists_plugin)
    return parser.use(admon_plugin)


@cache
def _ticket_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _coloured})
    return parser.disable(["heading", "lheading", "hr", "code", "image", "emphasis", "escape"])


def anchor(heading: str) -> str:
    """What a link to a heading ends with; the prefix keeps it from being taken for a script's."""
    words = re.findall(r"\w+", heading.lower())
    return "s-" + "-".join(words)


def _coloured(code: str, language: str, _attributes: str) -> str:
    """The code with a span for each token; empty where the language is not known."""
    if not language or len(code) > LONGEST_CODE:
        return ""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    return str(highlighted(code, lexer, HtmlFormatter(nowrap=True)))
