"""Placeholders of several texts in one: the same name must not stand for two things."""

import re
from collections.abc import Iterable

from kb.redaction.redact import PLACEHOLDER


def used(texts: Iterable[str]) -> list[str]:
    """The placeholders in `texts`, each once, in their order."""
    return list(dict.fromkeys(match for text in texts for match in PLACEHOLDER.findall(text)))


def apart(texts: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """What each placeholder of `texts` is to be called where `taken` ones are in use already."""
    busy = set(taken)
    renamed: dict[str, str] = {}
    for placeholder in used(texts):
        free, number = placeholder, 1
        while free in busy:
            number += 1
            free = re.sub(r"\d+", str(number), placeholder)
        renamed[placeholder] = free
        busy.add(free)
    return renamed


def put(text: str, renamed: dict[str, str]) -> str:
    """`text` with its placeholders called by their new names."""
    return PLACEHOLDER.sub(lambda match: renamed.get(match[0], match[0]), text)
