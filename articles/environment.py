"""Products and versions that a ticket names: the environment of an article."""
# ruff: noqa: E501 - a cue is easier to check in one line

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.discourse import LABELS, VERSION, Label
from articles.ports import Case, Evidence, Part
from kb.models import AuthorRole


@dataclass(frozen=True, slots=True)
class Mention:
    """A product with its version, where it is named first."""

    text: str
    evidence: Evidence


NEAR = 80
"""Characters before a version in which its product may stand."""
SHORTEST = 5
"""Characters; "v2" alone names nothing."""

BEFORE = re.compile(r"(?:(?:[A-Z][\w.+-]*|iOS|macOS|iPhone|openSUSE)[ \t]){1,3}$")
AFTER = re.compile(
    r"^(?:[ ,]{0,2}\(?(?:\d{2}[- ]?bit|x64|x86|pro|professional|enterprise|home|education|lts|esr|sp\d|\d{2}h\d|build \d[\d.]*|beta|preview)\b\)?)+",
    re.IGNORECASE,
)
NOT_A_PRODUCT = re.compile(
    r"^(?:(?:I|Ho|My|Import From|From|The|On|In|Is|It|With|Using|Since|After|From|And|Or|For|To|At|We|Have|Running|Latest|Current|Version|Port|Step|Error|Code|Hi|Hello|Ich|Mein|Meine|Der|Die|Das|Seit|Nach|Mit|Auf|Unter|Bei|Im|Wir|Fehler|Ik|Mijn|De|Het|Een|Op|Met|Na|Sinds|Bij|Wij|Fout|Am|Also|Now|Windows Update) )+"
)
IN_ADDRESS = re.compile(r"\S*(?:https?://|www\.|@|\\|/[\w.-]+/)\S*$")


LISTED = re.compile(r"(?<![^\s,;])[^\W_][^,;\n]{2,78}?(?=\.?\s*(?:[,;]\s|\n|\Z))")
"""A product in a list; a comma or a dot within a version ends none."""


def mentions(case: Case) -> list[Mention]:
    """Each product once, the ticket's own fields first, then in the order they are named."""
    found: dict[str, Mention] = {}
    for mention in [*_fields(case), *_spoken(case), *_labelled(case)]:
        key = re.sub(r"\W+|version|versie", "", mention.text.lower())
        if key and not any(key in other or other in key for other in found):
            found[key] = mention
    return list(found.values())


def _fields(case: Case) -> Iterator[Mention]:
    for part, text in ((Part.ITEM, case.item), (Part.ENVIRONMENT, case.environment)):
        for match in re.finditer(r"[^\n;]+", text):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            end = match.start() + len(match[0].rstrip())
            if end > start:
                yield Mention(text[start:end], Evidence(case.ticket_id, part, start, end))


def _spoken(case: Case) -> Iterator[Mention]:
    told = [turn for turn in case.turns if turn.role is not AuthorRole.SYSTEM]
    asked = [turn for turn in told if turn.role in (AuthorRole.REQUESTER, AuthorRole.UNKNOWN)]
    yield from _versions(case, Part.TITLE, None, case.title)
    for turn in asked or told[:1]:
        yield from _versions(case, turn.part, turn.message, turn.text)


def _labelled(case: Case) -> Iterator[Mention]:
    """What a closing note lists behind "Version:", each product apart."""
    for turn in case.turns:
        at = 0
        for line in turn.text.splitlines(keepends=True):
            label = LABELS[Label.VERSION].match(line)
            for match in LISTED.finditer(line, label.end()) if label else ():
                start, end = at + match.start(), at + match.end()
                evidence = Evidence(case.ticket_id, turn.part, start, end, turn.message)
                yield Mention(match[0], evidence)
            at += len(line)


def _versions(case: Case, part: Part, message: int | None, text: str) -> Iterator[Mention]:
    for match in VERSION.finditer(text):
        start, end = match.span()
        line = text.rfind("\n", 0, start) + 1
        near = max(line, start - NEAR)
        if IN_ADDRESS.search(text[near:start]):
            continue
        before = BEFORE.search(text, near, start)
        if before:
            start = before.start()
            skip = NOT_A_PRODUCT.match(text[start:end])
            start += skip.end() if skip else 0
        after = AFTER.match(text[end : end + 40])
        end += after.end() if after else 0
        if re.match(r"[A-Za-z]", text[start:end]) and end - start >= SHORTEST:
            yield Mention(
                " ".join(text[start:end].split()),
                Evidence(case.ticket_id, part, start, end, message),
            )
