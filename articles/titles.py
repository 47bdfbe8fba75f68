"""The title of an article: the symptom, and where it shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from articles import discourse
from articles.environment import Mention
from articles.passages import Said, Scribe
from articles.ports import Case, Evidence, Part

LONGEST = 110
"""Characters of the symptom; a longer title is cut off in lists."""
TELLING_WORDS = 2
"""A title with fewer words of its own names no symptom."""

BEFORE_TITLE = re.compile(
    r"^(?:\s*(?:re|aw|fw|fwd|wg|tr|antw|betr|ticket|incident|request|anfrage|melding|störung|storing)\s*[:#]"
    r"|\s*\[[^\]]{0,40}\]|\s*(?:INC|REQ|RITM|#)\s?\d+\s?[:-]?|\s*(?:solved|gelöst|opgelost|urgent|dringend|spoed)\s*[:!-]+)+\s*",
    re.IGNORECASE,
)
AFTER_TITLE = re.compile(
    r"(?:\s*[-–:.]?\s*\bsolved\b.*|\s*[\[(](?:solved|gelöst|opgelost|erledigt|urgent|dringend|spoed)[\])]|[\s.!,;:-]|\?(?=\?)|…)+$",
    re.IGNORECASE,
)
EMPTY_TITLE = re.compile(
    r"^(?:(?:please|bitte|help|hilfe|hulp|problem\w*|probleem|issue|question|frage|vraag|error|fehler|fout|thunderbird|outlook|mail|e-?mail|with|mit|met|urgent|in|the|a|and|my|not|working|support|it)\W*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Title:
    """Where the words of a title stand."""

    symptom: tuple[Evidence, ...]
    where: tuple[Evidence, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All of it."""
        return self.symptom + self.where

    def rendered(self, pen: Scribe) -> str:
        """The title as people read it."""
        symptom = pen.text(self.symptom)
        symptom = symptom[:1].upper() + symptom[1:]
        where = re.sub(r"\s*\(.*", "", pen.text(self.where))
        return f"{symptom} ({where})" if where else symptom


def title(case: Case, issue: Sequence[Said], found: Sequence[Mention]) -> Title:
    """The ticket's own title, or the best sentence of the issue where that says nothing."""
    symptom = _own(case)
    best = _telling(issue)
    if best and (symptom is None or _says_nothing(case.title[symptom.start : symptom.end])):
        symptom = _sentence(case, best)
    symptom = symptom or Evidence(case.ticket_id, Part.TITLE, 0, len(case.title))
    source = case.text(symptom.part, symptom.message) or ""
    return Title((symptom,), _where(source[symptom.start : symptom.end], found))


def _says_nothing(text: str) -> bool:
    few = len(discourse.content_words(text)) < TELLING_WORDS
    return few or bool(EMPTY_TITLE.match(text))


def _own(case: Case) -> Evidence | None:
    before = BEFORE_TITLE.match(case.title)
    start = before.end() if before else 0
    after = AFTER_TITLE.search(case.title, start)
    end = after.start() if after else len(case.title)
    return _cut(case, Evidence(case.ticket_id, Part.TITLE, start, end)) if end > start else None


def _telling(issue: Sequence[Said]) -> Said | None:
    prose = [
        each for each in issue if each.act.content >= TELLING_WORDS and "\n" not in each.piece.text
    ]
    complaining = [each for each in prose if each.act.complains]
    return next(iter(complaining or prose), None)


def _sentence(case: Case, each: Said) -> Evidence:
    start = each.piece.start + discourse.opening(each.piece.text)
    text = each.turn.text[start : each.piece.end]
    end = start + len(text.rstrip(" .!,;:"))
    return _cut(case, Evidence(case.ticket_id, each.turn.part, start, end, each.turn.message))


def _cut(case: Case, evidence: Evidence) -> Evidence:
    """Ends at a clause, else at a word, where it is too long for a title."""
    text = (case.text(evidence.part, evidence.message) or "")[evidence.start : evidence.end]
    if len(text) <= LONGEST:
        return evidence
    clause = [m.start() for m in re.finditer(r"[,;:.!?] | [-–(]|—", text[:LONGEST])]
    end = clause[-1] if clause and clause[-1] > LONGEST // 3 else text.rfind(" ", 0, LONGEST)
    end = end if end > 0 else LONGEST
    return Evidence(
        evidence.ticket_id, evidence.part, evidence.start, evidence.start + end, evidence.message
    )


def _where(symptom: str, found: Sequence[Mention]) -> tuple[Evidence, ...]:
    """The first product that the symptom does not name yet."""
    for mention in found:
        if mention.text.lower() not in symptom.lower() and len(mention.text) <= LONGEST // 2:
            return (mention.evidence,)
    return ()
