"""The YAML block at the head of a Markdown file: read with the line of each fault, kept as written.

Every value is text (`1.10` stays `1.10`, `no` stays `no`): front matter is written by people who
do not think in YAML types.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml

MOST_CHARACTERS = 65_536
"""Longest front matter that is read; the largest of 3,570 real ones has under 2,000."""

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_BLANK = re.compile(r"[ \t]*\n")
_ABSENT = frozenset({"", "~", "null"})


class BadFrontMatter(Exception):
    """The block cannot be read; `line` counts from 1 within the file, `field` is the key."""

    def __init__(self, reason: str, *, line: int | None = None, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.line, self.field = reason, line, field


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value: parsed where it is text or a list of texts, and as it was written."""

    key: str
    line: int
    written: str
    text: str | None
    items: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The entries of a head in their order; `head` is all that stands before the body."""

    head: str = ""
    entries: tuple[Entry, ...] = field(default=())

    def entry(self, key: str) -> Entry | None:
        """The entry called `key`, or None."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def text(self, *keys: str) -> str | None:
        """The value of the first of `keys` that has one, as text without surrounding space.

        Raises:
            BadFrontMatter: it is a list or a mapping.
        """
        for key in keys:
            entry = self.entry(key)
            if entry is None:
                continue
            if entry.text is None:
                raise BadFrontMatter("must be a single text", line=entry.line, field=key)
            if entry.text.strip() not in _ABSENT:
                return entry.text.strip()
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """The value of `key` as a list: a YAML list, or one text with commas.

        Raises:
            BadFrontMatter: it is a mapping, or a list of something else than texts.
        """
        entry = self.entry(key)
        if entry is None:
            return ()
        if entry.items is not None:
            found: Sequence[str] = entry.items
        elif entry.text is not None:
            found = () if entry.text.strip() in _ABSENT else entry.text.split(",")
        else:
            raise BadFrontMatter("must be a list of texts", line=entry.line, field=key)
        return tuple(dict.fromkeys(item.strip() for item in found if item.strip()))


def split(text: str) -> tuple[FrontMatter, str]:
    """Cut a file into its front matter and its body; `head + body` is `text` again.

    Raises:
        BadFrontMatter: the block is not closed, too long, no YAML or no mapping, or a key stands
            in it twice.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter(), text
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise BadFrontMatter("the front matter is not closed by a line ---", line=1)
    block = text[opening.end() : closing.start()]
    if len(block) > MOST_CHARACTERS:
        raise BadFrontMatter(f"the front matter is longer than {MOST_CHARACTERS} characters")
    end = closing.end()
    while blank := _BLANK.match(text, end):
        end = blank.end()
    return FrontMatter(text[:end], _entries(block)), text[end:]


def rewritten(head: str, changes: dict[str, str | Sequence[str] | None]) -> str:
    """`head` with the values of some keys replaced, added or (None) taken out.

    What is not named stays as it was written, comments and order included.
    """
    opening = _OPENING.match(head)
    if opening is None:
        return _new_head(changes)
    closing = _CLOSING.search(head, opening.end())
    end = len(head) if closing is None else closing.start()
    return head[: opening.end()] + _changed(head[opening.end() : end], changes) + head[end:]


def _new_head(changes: dict[str, str | Sequence[str] | None]) -> str:
    lines = "".join(_line(key, value) for key, value in changes.items() if value is not None)
    return f"---\n{lines}---\n\n" if lines else ""


def _changed(block: str, changes: dict[str, str | Sequence[str] | None]) -> str:
    added = {key: value for key, value in changes.items() if value is not None}
    pieces, last = [], 0
    for key_node, value_node in _pairs(block) if changes else []:
        if key_node.value not in changes:
            continue
        value = added.pop(key_node.value, None)
        pieces += [block[last : key_node.start_mark.index]]
        pieces += [] if value is None else [_line(key_node.value, value)]
        newline = block.find("\n", max(_end(value_node) - 1, key_node.start_mark.index))
        last = len(block) if newline < 0 else newline + 1
    return "".join([*pieces, block[last:], *(_line(key, value) for key, value in added.items())])


def _end(node: yaml.Node) -> int:
    # The mark of a block list lies behind the comments that follow it; those are not its own.
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    index: int = node.end_mark.index
    return index


def _line(key: str, value: str | Sequence[str]) -> str:
    listed = not isinstance(value, str)
    dumped: str = yaml.safe_dump(
        list(value) if listed else {key: value},
        allow_unicode=True,
        default_flow_style=listed,
        width=1_000_000,
    )
    return f"{key}: {dumped}" if listed else dumped


def _entries(block: str) -> tuple[Entry, ...]:
    entries: dict[str, Entry] = {}
    for key_node, value_node in _pairs(block):
        line = key_node.start_mark.line + 2  # counted from 1, and the fence is the first
        if not isinstance(key_node, yaml.ScalarNode):
            raise BadFrontMatter("a key must be a single text", line=line)
        key = key_node.value
        if key in entries:
            raise BadFrontMatter("stands in the front matter twice", line=line, field=key)
        written = block[value_node.start_mark.index : value_node.end_mark.index].strip()
        entries[key] = Entry(key, line, written, _text(value_node), _items(value_node))
    return tuple(entries.values())


def _pairs(block: str) -> list[tuple[yaml.Node, yaml.Node]]:
    try:
        root = yaml.compose(block, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise BadFrontMatter(_reason(error), line=_line_of(error)) from error
    except RecursionError as error:
        raise BadFrontMatter("the front matter is nested too deeply") from error
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise BadFrontMatter("the front matter is no list of keys with values", line=2)
    if root.flow_style:
        raise BadFrontMatter("braces around the front matter: write each key on its line", line=2)
    return list(root.value)


def _text(node: yaml.Node) -> str | None:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _items(node: yaml.Node) -> tuple[str, ...] | None:
    if not isinstance(node, yaml.SequenceNode):
        return None
    if not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return None
    return tuple(str(item.value) for item in node.value)


def _reason(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None)
    return f"no valid YAML: {problem}" if problem else "no valid YAML"


def _line_of(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 2 if mark is not None else None
