"""How good drafts are, measured on solved threads by code that no writer uses."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from articles.ports import Case, Draft, Evidence, Part, SectionName, TooThin, Turn
from kb.errors import InvalidInput
from kb.models import AuthorRole

ROLES = {
    "requester": AuthorRole.REQUESTER,
    "helper": AuthorRole.AGENT,
    "agent": AuthorRole.AGENT,
    "contractor": AuthorRole.CONTRACTOR,
    "system": AuthorRole.SYSTEM,
}
HELD = 0.8
"""The share of the main step's words that two neighbouring statements must hold together."""
SUPPORTED = 0.95
"""The share of a statement's words that its spans must hold, in the same order."""


class WrongThread(InvalidInput):
    """A line is no thread in the form that is expected."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: str
    text: str
    created: str | None = None
    accepted_solution: bool = False
    internal: bool = False


class _Thread(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str
    messages: list[_Message]
    language: str | None = None
    lang: str | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the threads; shares are in [0, 1], and 1 where there was nothing to judge."""

    threads: int
    drafted: int
    refused: dict[str, int]
    failed: int
    main_step_coverage: float
    evidence_coverage: float
    private_data_left: int
    """Statements that still hold an address, a number or a name."""
    statements: int
    seconds_per_100: float


@dataclass(slots=True)
class _Tally:
    drafted: int = 0
    failed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    main_steps: int = 0
    supported: int = 0
    statements: int = 0
    private: int = 0


def threads(lines: Iterable[str]) -> Iterator[Case]:
    """Solved threads from JSON Lines: title, messages with role, text and accepted_solution.

    Raises:
        WrongThread: a line is not such a thread; the message says which line.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _case(number, _Thread.model_validate_json(line))
            except ValidationError as error:
                raise WrongThread(f"line {number} is no thread: {error}") from error


def _case(number: int, thread: _Thread) -> Case:
    turns = tuple(_turn(index, message) for index, message in enumerate(thread.messages))
    language = thread.language or thread.lang or "en"
    return Case(number, thread.title, turns, language=language, people=thread.people)


def _turn(index: int, message: _Message) -> Turn:
    return Turn(
        part=Part.MESSAGE if index else Part.DESCRIPTION,
        text=message.text,
        message=index or None,
        role=ROLES.get(message.role, AuthorRole.UNKNOWN),
        at=_time(message.created),
        internal=message.internal,
        accepted=message.accepted_solution,
    )


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(re.sub(r" \+0000$", "+00:00", value))
    except ValueError:
        return None


def evaluate(
    cases: Iterable[Case], draft_of: Callable[[Case], Draft], *, clock: Callable[[], float]
) -> Report:
    """Draft each case and judge the drafts.

    Args:
        cases: solved threads.
        draft_of: how to draft one; Writer.write of the writer to be measured.
        clock: gives seconds, e.g. time.perf_counter.
    """
    tally, count, seconds = _Tally(), 0, 0.0
    for case in cases:
        count += 1
        began = clock()
        draft = _drafted(case, draft_of, tally)
        seconds += clock() - began
        if draft is not None:
            _judge(case, draft, tally)
    return Report(
        threads=count,
        drafted=tally.drafted,
        refused=dict(sorted(tally.refused.items())),
        failed=tally.failed,
        main_step_coverage=_share(tally.main_steps, tally.drafted),
        evidence_coverage=_share(tally.supported, tally.statements),
        private_data_left=tally.private,
        statements=tally.statements,
        seconds_per_100=round(100 * seconds / count, 2) if count else 0.0,
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def _drafted(case: Case, draft_of: Callable[[Case], Draft], tally: _Tally) -> Draft | None:
    try:
        draft = draft_of(case)
    except TooThin as refusal:
        tally.refused[refusal.refusal] += 1
        return None
    except Exception:  # noqa: BLE001 - a writer that fails is what is measured
        tally.failed += 1
        return None
    tally.drafted += 1
    return draft


def _judge(case: Case, draft: Draft, tally: _Tally) -> None:
    tally.main_steps += holds_main_step(case, draft)
    for section in draft.sections:
        for statement in section.statements:
            tally.statements += 1
            tally.supported += is_supported(case, statement.text, statement.evidence)
            tally.private += bool(private_left(case, statement.text))


ACTS = re.compile(
    r"\b(?:click|select|open|go|set|change|delete|remove|add|install|uninstall|update|restart|disable|enable"
    r"|uncheck|check|use|try|run|create|move|copy|turn|switch|reset|right-click|choose"
    r"|klick\w*|wähl\w*|öffn\w*|lösch\w*|entfern\w*|änder\w*|stell\w*|install\w*|start\w*|aktivier\w*|deaktivier\w*"
    r"|klik\w*|kies|selecteer|verwijder\w*|wijzig\w*|zet|schakel|gebruik|voeg)\b",
    re.IGNORECASE,
)
NAMES_EXACTLY = re.compile(r"\w>\s?\w|->|\w/\w|\d|[\"'“‘][^\"'”’]{2,40}[\"'”’]|\w\.\w|[a-z][A-Z]")
PLACEHOLDER = re.compile(r"\[[A-Z]+-\d+\]")
WORD = re.compile(r"[^\W_]+")
SHORTEST_STEP = 4
"""Words; a shorter sentence is the main step only where there is no other."""
LONGEST_STEP = 25
"""Words; longer sentences get no more weight."""
SHORTEST_WORD = 3


def main_step(text: str) -> str:
    """The sentence of an accepted answer that says most about what to do.

    It is the one with most marks of an instruction: a word for an action, and things named
    exactly (a menu path, a file, a number, something quoted); of equals the longer one.
    Quoted lines and questions count only where nothing else is left.
    """
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    parts = [part.strip() for line in lines for part in re.split(r"(?<=[.!?])\s+", line)]
    parts = [part for part in parts if WORD.search(part)]
    told = [part for part in parts if not part.endswith("?")] or parts
    long = [part for part in told if len(WORD.findall(part)) >= SHORTEST_STEP] or told
    return max(long, key=_weight, default="")


def _weight(part: str) -> float:
    acts = min(len(ACTS.findall(part)), 3)
    named = min(len(NAMES_EXACTLY.findall(part)), 3)
    return 2 * acts + named + min(len(WORD.findall(part)), LONGEST_STEP) / LONGEST_STEP


def holds_main_step(case: Case, draft: Draft) -> bool:
    """Whether two neighbouring statements of the solution hold the words of the main step."""
    accepted = [turn.text for turn in case.turns if turn.accepted]
    wanted = set(_words(main_step("\n".join(accepted))))
    private = {word for each in draft.replaced for word in _words(_span(case, each.evidence) or "")}
    wanted -= private
    if not wanted:
        return False
    names = (SectionName.CAUSE, SectionName.RESOLUTION, SectionName.VERIFICATION)
    texts = [statement.text for name in names for statement in draft.section(name)]
    pairs = [" ".join(texts[at : at + 2]) for at in range(len(texts))]
    return any(len(wanted & set(_words(pair))) / len(wanted) >= HELD for pair in pairs)


def is_supported(case: Case, text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the spans exist and say what `text` says, placeholders aside."""
    spans = [_span(case, each) for each in evidence]
    if not spans or None in spans:
        return False
    source = " ".join(span for span in spans if span)
    said, wanted = _words(source), _words(PLACEHOLDER.sub(" ", text))
    if not wanted:
        return bool(PLACEHOLDER.search(text)) or "".join(text.split()) in "".join(source.split())
    found, at = 0, 0
    for word in wanted:
        if word in said[at:]:
            at = said.index(word, at) + 1
            found += 1
    return found / len(wanted) >= SUPPORTED


def _span(case: Case, evidence: Evidence) -> str | None:
    """The characters that evidence names; None where there are none."""
    texts: dict[tuple[Part, int | None], str] = {
        (turn.part, turn.message): turn.text for turn in case.turns
    }
    texts[Part.TITLE, None] = case.title
    texts[Part.ENVIRONMENT, None] = case.environment
    texts[Part.ITEM, None] = case.item
    text = texts.get((evidence.part, evidence.message))
    if text is None or not 0 <= evidence.start < evidence.end <= len(text):
        return None
    return text[evidence.start : evidence.end]


def _words(text: str) -> list[str]:
    words = (word.lower() for word in WORD.findall(text))
    return [word for word in words if len(word) >= SHORTEST_WORD or word.isdigit()]


LeftKind = Literal["email", "phone", "iban", "key", "name"]
LEFT: dict[LeftKind, re.Pattern[str]] = {
    "email": re.compile(r"[\w.+-]@[\w-]+\.[A-Za-z]{2,}"),
    "phone": re.compile(r"(?<!\w)\+\d[\d ()/.-]{7,}\d"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}"),
    "key": re.compile(r"-----BEGIN|\beyJ[\w-]{10,}\.|\bgh[pos]_\w{20,}"),
}


def private_left(case: Case, text: str) -> list[LeftKind]:
    """What private things plain patterns and the ticket's own names still see in `text`."""
    left = [kind for kind, pattern in LEFT.items() if pattern.search(text)]
    if any(re.search(rf"\b{re.escape(person)}\b", text) for person in case.people):
        left.append("name")
    return left
