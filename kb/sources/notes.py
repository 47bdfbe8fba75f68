"""Our own notes in other systems: how we know them again."""

import re

_MARK = re.compile(r"\[kb:([\w.:-]+)\](?:</p>|</div>|\s)*$")


def marked(text: str, key: str) -> str:
    """The text of the note, ending in the mark of `key`."""
    return f"{text.rstrip()}\n\n[kb:{key}]"


def key_of(text: str) -> str | None:
    """The key of a note of ours; None for what people wrote."""
    found = _MARK.search(text)
    return found[1] if found else None


def same(there: str, ours: str) -> bool:
    """Whether both say the same; systems change spaces and line ends."""
    return there.split() == ours.split()
