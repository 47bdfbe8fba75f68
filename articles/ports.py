"""What writing needs and gives: the case, the draft, and the adapters between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kb.errors import InvalidInput
from kb.models import AuthorRole


class Part(StrEnum):
    """Which text of a ticket is meant."""

    TITLE = "title"
    DESCRIPTION = "description"
    ENVIRONMENT = "environment"
    ITEM = "item"
    RESOLUTION = "resolution"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Turn:
    """A text of the conversation: the description, a message, or the resolution, unchanged."""

    part: Part
    text: str
    message: int | None = None
    """The id of the message, where `part` is MESSAGE."""
    role: AuthorRole = AuthorRole.UNKNOWN
    at: datetime | None = None
    internal: bool = False
    accepted: bool = False
    """The requester, or an agent for them, marked this message as what solved it."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a writer may use of a solved ticket; `turns` in the order they were written."""

    ticket_id: int
    title: str
    turns: tuple[Turn, ...]
    language: str = "en"
    environment: str = ""
    item: str = ""
    people: tuple[str, ...] = ()
    """Names of requesters, agents and others that the ticket knows."""
    organisations: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    external: bool = True
    """Somebody outside the own company may read the draft: host names and addresses go."""

    def text(self, part: Part, message: int | None = None) -> str | None:
        """The original text that evidence points into; None where there is no such text."""
        fields = {Part.TITLE: self.title, Part.ENVIRONMENT: self.environment, Part.ITEM: self.item}
        if part in fields:
            return fields[part]
        found = (turn.text for turn in self.turns if (turn.part, turn.message) == (part, message))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement comes from: characters `start` to `end` of an original text."""

    ticket_id: int
    part: Part
    start: int
    end: int
    message: int | None = None


class StatementKind(StrEnum):
    """How a statement is set."""

    SENTENCE = "sentence"
    STEP = "step"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, step or block of a draft, private data already replaced."""

    text: str
    evidence: tuple[Evidence, ...]
    kind: StatementKind = StatementKind.SENTENCE


class SectionName(StrEnum):
    """The sections of an article, in their order."""

    ISSUE = "issue"
    ENVIRONMENT = "environment"
    CAUSE = "cause"
    RESOLUTION = "resolution"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a draft under its heading; never empty."""

    name: SectionName
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A private thing of the draft that became a placeholder, and where it stands originally."""

    placeholder: str
    kind: str
    evidence: Evidence


class Missing(StrEnum):
    """What a closing note may lack; the closing form asks for exactly these."""

    STEP = "step"
    """What was done, in words that somebody else can repeat."""
    CAUSE = "cause"
    EXACT = "exact"
    """The command, setting, path or value, letter by letter."""
    VERSION = "version"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class Draft:
    """An article in the making; every statement says where it comes from."""

    title: str
    language: str
    sections: tuple[Section, ...]
    title_evidence: tuple[Evidence, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    missing: tuple[Missing, ...] = ()
    writer: str = "extractive"
    notes: tuple[str, ...] = field(default=())
    """What a reviewer should know, e.g. that the language model did not answer."""

    def section(self, name: SectionName) -> tuple[Statement, ...]:
        """The statements of a section; none where the draft lacks it."""
        return next((each.statements for each in self.sections if each.name is name), ())


class Refusal(StrEnum):
    """Why a ticket is no basis for an article."""

    NO_ANSWER = "no_answer"
    ONLY_A_QUESTION = "only_a_question"
    POINTS_ELSEWHERE = "points_elsewhere"
    ONLY_THE_OUTCOME = "only_the_outcome"
    NO_STEP = "no_step"


REASONS = {
    Refusal.NO_ANSWER: "nothing in the ticket says how it was solved",
    Refusal.ONLY_A_QUESTION: "the answer is only a question",
    Refusal.POINTS_ELSEWHERE: "the answer only points to another place",
    Refusal.ONLY_THE_OUTCOME: "the ticket says that it works, not what was done",
    Refusal.NO_STEP: "the ticket does not say what was done",
}


class TooThin(InvalidInput):
    """The ticket does not say what solved it, so there is nothing to write an article from."""

    def __init__(self, refusal: Refusal, missing: tuple[Missing, ...]) -> None:
        super().__init__(f"{REASONS[refusal]}; missing: {', '.join(missing)}")
        self.refusal = refusal
        self.reason = REASONS[refusal]
        self.missing = missing


class Writer(Protocol):
    """Turns a case into a draft."""

    def write(self, case: Case) -> Draft:
        """Write a draft that states nothing the case does not hold.

        Every statement has evidence whose span lies inside the original text it names.

        Raises:
            TooThin: the case does not say what solved it.
        """
        ...


class SentenceScorer(Protocol):
    """Says how near texts are in meaning; an embedder, or shared words."""

    def similarity(self, texts: Sequence[str], query: str) -> list[float]:
        """One score in [-1, 1] per text, higher is nearer."""
        ...
