"""Foreign markup as Markdown: code stays as it is, signatures and quoted mail go."""

import re
from collections.abc import Callable
from typing import Any

import nh3
from markdownify import markdownify

LONGEST = 1_000_000
"""Characters of one text that are looked at; the rest is an attachment that lost its way."""

_SIGNATURE_HTML = re.compile(
    r"<(?:span|div)[^>]*(?:js-signatureMarker|gmail_signature|moz-signature)", re.IGNORECASE
)
_QUOTED_HTML = re.compile(
    r"<(?:blockquote[^>]*type=[\"']?cite|div[^>]*(?:gmail_quote|moz-cite-prefix|divRplyFwdMsg))",
    re.IGNORECASE,
)
_QUOTED_HEAD = re.compile(
    r"^\s*(?:"
    r"-{2,}\s*(?:Original Message|Urspr\w+ngliche Nachricht|Oorspronkelijk bericht|"
    r"Forwarded message|Weitergeleitete Nachricht|Doorgestuurd bericht)\s*-{2,}"
    r"|_{10,}"
    r"|(?:On|Am|Op)\b.{4,200}\b(?:wrote|schrieb|schreef)\b[^:\n]{0,120}:"
    r")\s*$",
    re.IGNORECASE,
)
_SENDER = re.compile(r"^\s*\**(?:From|Von|Van):\**\s.*", re.IGNORECASE)
_SENT = re.compile(r"^\s*\**(?:Sent|Gesendet|Verzonden|Date|Datum):\**\s.*", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(```+|~~~+)")


def from_html(html: str) -> str:
    """Markdown of an HTML text, without what came after a signature or a quoted mail."""
    html = html[:LONGEST]
    for marker in (_SIGNATURE_HTML, _QUOTED_HTML):
        found = marker.search(html)
        if found and _has_text(html[: found.start()]):
            html = html[: found.start()]
    clean = nh3.clean(html, attributes={"a": {"href"}, "code": {"class"}, "pre": {"class"}})
    # Identifiers such as HKEY_USERS and *.local must be found as they were written.
    markdown = markdownify(
        clean,
        heading_style="atx",
        bullets="-",
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
        code_language_callback=_language,
    )
    return own_words(markdown)


def _has_text(html: str) -> bool:
    return bool(nh3.clean(html, tags=set()).strip())


def _language(element: Any) -> str | None:  # Any: a node of the parser
    inner = element.find("code")
    for node in filter(None, (element, inner)):
        for name in node.get("class") or []:
            if name.startswith("language-"):
                return str(name.removeprefix("language-"))
    return None


def own_words(text: str) -> str:
    """The text without a signature and the mail it answers; code is never taken for either."""
    kept: list[str] = []
    lines = text[:LONGEST].replace("\r\n", "\n").split("\n")
    fence: str | None = None
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and (fence is None or mark[1].startswith(fence)):
            fence = None if fence else mark[1]
        elif fence is None and any(map(str.strip, kept)) and _ends_here(lines, number):
            break
        kept.append(line if fence else line.rstrip())
    while kept and fence is None and (not kept[-1].strip() or kept[-1].startswith(">")):
        if kept[-1].startswith(">") and all(not line or line.startswith(">") for line in kept):
            break  # nothing but a quotation: then it is the message
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _ends_here(lines: list[str], number: int) -> bool:
    line = lines[number]
    if line in {"-- ", "--"} or _QUOTED_HEAD.match(line):
        return True
    following = lines[number + 1 : number + 5]
    return bool(_SENDER.match(line)) and any(_SENT.match(other) for other in following)


# --- Atlassian Document Format ---------------------------------------------------------------


def from_adf(node: Any) -> str:  # Any: foreign JSON
    """Markdown of an Atlassian document; what is unknown keeps its text.  None is an empty text."""
    if isinstance(node, str):
        return own_words(node)
    if not isinstance(node, dict):
        return ""
    return own_words(_block(node, depth=0))


DEEPEST = 30
"""Levels of nesting that are followed."""


def _children(node: dict[str, Any]) -> list[dict[str, Any]]:
    content = node.get("content")
    return [child for child in content if isinstance(child, dict)] if content else []


def _attribute(node: dict[str, Any], name: str) -> str:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, dict) else None
    return "" if value is None else str(value)


def _block(node: dict[str, Any], depth: int) -> str:
    if depth > DEEPEST:
        return ""
    kind = node.get("type")
    if kind in _INLINE or kind == "text":
        return _inline(node)
    special = _BLOCKS.get(str(kind))
    if special is not None:
        return special(node, depth)
    children = _children(node)
    if children and all(child.get("type") in _INLINE | {"text"} for child in children):
        return "".join(map(_inline, children))
    return "\n\n".join(filter(None, (_block(child, depth + 1) for child in children)))


def _heading(node: dict[str, Any], _depth: int) -> str:
    level = _attribute(node, "level")
    return "#" * (int(level) if level in "123456" and level else 2) + " " + _line(node)


def _code(node: dict[str, Any], _depth: int) -> str:
    body = "".join(str(child.get("text", "")) for child in _children(node))
    return f"```{_attribute(node, 'language')}\n{body}\n```"


def _list(node: dict[str, Any], depth: int) -> str:
    ordered = node.get("type") == "orderedList"
    lines = []
    for number, item in enumerate(_children(node), start=1):
        text = "\n".join(filter(None, (_block(child, depth + 1) for child in _children(item))))
        lead = f"{number}. " if ordered else "- "
        lines.append(lead + text.replace("\n", "\n" + " " * len(lead)))
    return "\n".join(lines)


def _table(node: dict[str, Any], depth: int) -> str:
    rows = [
        "| "
        + " | ".join(
            " ".join(_block(cell, depth + 1).replace("|", "\\|").split()) for cell in _children(row)
        )
        + " |"
        for row in _children(node)
    ]
    if rows:
        columns = len(_children(_children(node)[0]))
        rows.insert(1, "|" + " --- |" * columns)
    return "\n".join(rows)


def _quotation(node: dict[str, Any], depth: int) -> str:
    inner = "\n\n".join(_block(child, depth + 1) for child in _children(node))
    return "\n".join(f"> {line}" for line in inner.split("\n"))


def _line(node: dict[str, Any]) -> str:
    return "".join(map(_inline, _children(node)))


def _inline(node: dict[str, Any]) -> str:
    kind = node.get("type")
    if kind == "hardBreak":
        return "\n"
    if kind in {"mention", "emoji", "status"}:
        return _attribute(node, "text")
    if kind == "inlineCard":
        return _attribute(node, "url")
    text = str(node.get("text", ""))
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        text = _marked(text, mark) if isinstance(mark, dict) else text
    return text


def _marked(text: str, mark: dict[str, Any]) -> str:
    sides = {"strong": "**", "em": "*", "code": "`", "strike": "~~"}
    side = sides.get(str(mark.get("type")), "")
    if mark.get("type") == "link":
        address = _attribute(mark, "href")
        return f"[{text}]({address})" if address.startswith(("http", "mailto:")) else text
    return f"{side}{text}{side}"


_INLINE = frozenset({"hardBreak", "mention", "emoji", "status", "inlineCard"})
_BLOCKS: dict[str, Callable[[dict[str, Any], int], str]] = {
    "heading": _heading,
    "codeBlock": _code,
    "bulletList": _list,
    "orderedList": _list,
    "table": _table,
    "blockquote": _quotation,
    "rule": lambda _node, _depth: "---",
}


# --- Textile (Redmine) and Jira wiki ---------------------------------------------------------

_PRE = re.compile(
    r"<pre>\s*(?:<code(?:\s+class=\"(?P<language>[\w+-]*)\")?>)?(?P<body>.*?)(?:</code>\s*)?</pre>",
    re.DOTALL | re.IGNORECASE,
)
_WIKI_CODE = re.compile(
    r"\{(?P<kind>code|noformat)(?::(?P<options>[^}]*))?\}(?P<body>.*?)\{(?P=kind)\}", re.DOTALL
)
_FENCED = re.compile(r"(```.*?```)", re.DOTALL)
Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_TEXTILE: list[Rule] = [
    (re.compile(r"^(\*+)\s+", re.MULTILINE), lambda m: "  " * (len(m[1]) - 1) + "- "),
    (re.compile(r"^(#+)\s+(?=\S)", re.MULTILINE), lambda m: "   " * (len(m[1]) - 1) + "1. "),
    (re.compile(r"^h([1-6])\.\s+", re.MULTILINE), lambda m: "#" * int(m[1]) + " "),
    (re.compile(r"^bq\.\s+", re.MULTILINE), lambda _m: "> "),
    (re.compile(r"(?<![\w@])@([^@\n]+)@(?![\w@])"), lambda m: f"`{m[1]}`"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])"), lambda m: f"**{m[1]}**"),
    (re.compile(r"\"([^\"\n]+)\":(https?://[^\s)\]]+)"), lambda m: f"[{m[1]}]({m[2]})"),
]
_WIKI: list[Rule] = [
    (re.compile(r"^(\*+)\s+", re.MULTILINE), lambda m: "  " * (len(m[1]) - 1) + "- "),
    (re.compile(r"^(#+)\s+(?=\S)", re.MULTILINE), lambda m: "   " * (len(m[1]) - 1) + "1. "),
    (re.compile(r"^h([1-6])\.\s+", re.MULTILINE), lambda m: "#" * int(m[1]) + " "),
    (re.compile(r"^bq\.\s+", re.MULTILINE), lambda _m: "> "),
    (re.compile(r"\{\{(.+?)\}\}"), lambda m: f"`{m[1]}`"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])"), lambda m: f"**{m[1]}**"),
    (re.compile(r"\[([^|\]\n]+)\|(https?://[^\]\s]+)\]"), lambda m: f"[{m[1]}]({m[2]})"),
    (re.compile(r"\{(?:color|quote|panel)(?::[^}]*)?\}"), lambda _m: ""),
]


def from_textile(text: str) -> str:
    """Markdown of Textile, as Redmine uses it; of what is Markdown already nothing is lost."""

    def fenced(match: re.Match[str]) -> str:
        return f"\n```{match['language'] or ''}\n{match['body'].strip(chr(10))}\n```\n"

    return own_words(_outside_code(_PRE.sub(fenced, text[:LONGEST]), _TEXTILE))


def from_wiki(text: str) -> str:
    """Markdown of Jira's wiki markup."""

    def fenced(match: re.Match[str]) -> str:
        options = (match["options"] or "").split("|")[0]
        language = options.removeprefix("language=") if "title=" not in options else ""
        return f"\n```{language}\n{match['body'].strip(chr(10))}\n```\n"

    return own_words(_outside_code(_WIKI_CODE.sub(fenced, text[:LONGEST]), _WIKI))


def _outside_code(text: str, rules: list[Rule]) -> str:
    parts = _FENCED.split(text.replace("\r\n", "\n"))
    for index in range(0, len(parts), 2):
        for pattern, replaced in rules:
            parts[index] = pattern.sub(replaced, parts[index])
    return "".join(parts)
