"""The rules of escalation: which ticket goes to whom, what must go with it, what comes first.

They are one YAML file, whose versions are kept; `kb/escalation.yaml` holds those of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from yaml.nodes import MappingNode, Node, SequenceNode

from kb import events, people
from kb.errors import InvalidInput, NotFound
from kb.models import EscalationRulesRow, Impact, Role
from kb.visibility import Reader

MAY_WRITE = (Role.COACH, Role.ADMINISTRATOR)

LONGEST = 100_000
"""Characters of a file of rules."""

PRODUCT = Path(__file__).parent / "escalation.yaml"
"""The rules of an installation that has none of its own."""


class BadRules(InvalidInput):
    """The rules cannot be used; says in which line and field, and why."""


class RulesNotFound(NotFound):
    """The rules have no version of this number."""


class Fact(StrEnum):
    """What a packet may hold without saying how to ask for it."""

    AFFECTED = "affected"
    SINCE = "since"
    DEVICE = "device"
    ENVIRONMENT = "environment"
    ERROR = "error"
    STEPS = "steps"
    CONTACT = "contact"


Language = Literal["de", "en", "nl"]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Texts = Annotated[dict[Language, Said], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Part):
    """Something that the packet must hold; one of `Fact` brings its own words."""

    id: Slug
    ask: Texts | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_word_is_its_name(cls, given: Any) -> Any:  # Any: what YAML holds
        return {"id": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _knows_its_words(self) -> "Question":
        if self.ask is None and self.id not in set(Fact):
            raise ValueError(f"say how to `ask` for it, or name one of {', '.join(Fact)}")
        return self


class Step(_Part):
    """Something that must have been tried before."""

    id: Slug
    say: Texts


class Receiver(_Part):
    """Where to: exactly one team, company, or level of our own."""

    team: Said | None = None
    company: Said | None = None
    level: int | None = Field(default=None, ge=2, le=3)

    @model_validator(mode="after")
    def _exactly_one(self) -> "Receiver":
        if sum(one is not None for one in (self.team, self.company, self.level)) != 1:
            raise ValueError("name exactly one of team, company and level")
        return self


class When(_Part):
    """Which tickets; what is left out restricts nothing."""

    categories: frozenset[Said] = frozenset()
    impacts: frozenset[Impact] = frozenset()

    @property
    def restricts(self) -> bool:
        """Whether there are tickets that it leaves out."""
        return bool(self.categories or self.impacts)


class Rule(_Part):
    """Where such a ticket goes, what must go with it, and what must have been tried."""

    name: Annotated[Said, Field(max_length=200)]
    when: When = When()
    to: Receiver
    language: Language | None = None
    """Of the handover; left out: that of the ticket."""
    packet: tuple[Question, ...] = ()
    tried: tuple[Step, ...] = ()

    @field_validator("packet", "tried")
    @classmethod
    def _each_once(cls, given: tuple[Question | Step, ...]) -> tuple[Question | Step, ...]:
        names = [one.id for one in given]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{twice[0]} is there twice")
        return given

    def fits(self, category: str | None, impact: Impact) -> bool:
        """Whether a ticket like this goes here."""
        known = {one.casefold() for one in self.when.categories}
        return (not known or (category or "").casefold() in known) and (
            not self.when.impacts or impact in self.when.impacts
        )


class Rules(_Part):
    """All rules; the first that fits counts."""

    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @field_validator("rules")
    @classmethod
    def _each_can_be_reached(cls, given: tuple[Rule, ...]) -> tuple[Rule, ...]:
        names = [rule.name for rule in given]
        for rule in given:
            if names.count(rule.name) > 1:
                raise ValueError(f"two rules are called {rule.name!r}")
        for rule in given[:-1]:
            if not rule.when.restricts:
                raise ValueError(f"no rule after {rule.name!r} counts: it fits every ticket")
        if given and given[-1].when.restricts:
            raise ValueError("the last rule must fit every ticket: leave out its `when`")
        return given

    def of(self, category: str | None, impact: Impact) -> Rule:
        """The rule for a ticket of this category and impact."""
        return next(rule for rule in self.rules if rule.fits(category, impact))

    @property
    def categories(self) -> list[str]:
        """Every category that a rule names, in the order of the alphabet."""
        return sorted({one for rule in self.rules for one in rule.when.categories})


@dataclass(frozen=True, slots=True)
class Version:
    """Rules with the number of their version; 0: those of the product."""

    number: int
    text: str
    rules: Rules


def parse(text: str) -> Rules:
    """The rules that `text` holds.

    Raises:
        BadRules: it is not YAML, or something in it is not as it should be.
    """
    if len(text) > LONGEST:
        raise BadRules(f"the rules are over {LONGEST:,} characters")
    try:
        _without_aliases(text)
        node = yaml.compose(text, yaml.SafeLoader)
        return Rules.model_validate(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _bad([(line, "", error.problem or "is no YAML")]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise _bad(_places(node, error)) from error
        raise _bad([(1, "", "is no YAML")]) from error


def current(session: Session) -> Version:
    """The rules in force."""
    row = session.scalar(
        select(EscalationRulesRow).order_by(EscalationRulesRow.number.desc()).limit(1)
    )
    if row is None:
        return _product()
    return Version(row.number, row.text, parse(row.text))


def put(session: Session, text: str, *, reader: Reader | None, at: datetime) -> int:
    """Let these rules be in force; those before are kept.  The same ones again change nothing.

    Args:
        session: where they are kept.
        text: the YAML.
        reader: who writes them; None: a command of the machine.
        at: when.

    Returns:
        The number of their version.

    Raises:
        RoleMissing: `reader` may not write rules.
        BadRules: they cannot be used, or name a team or company that is not there.
    """
    if reader is not None:
        reader.must_have(*MAY_WRITE)
    text = text.replace("\r\n", "\n")
    _check_receivers(session, text, parse(text))
    newest = session.scalar(select(func.max(EscalationRulesRow.number))) or 0
    if newest and session.get_one(EscalationRulesRow, newest).text == text:
        return newest
    person_id = reader.person_id if reader else None
    session.add(EscalationRulesRow(number=newest + 1, text=text, person_id=person_id, at=at))
    events.record(
        session,
        "escalation.write_rules",
        person_id=person_id,
        subject="escalation_rules",
        subject_id=newest + 1,
        at=at,
    )
    return newest + 1


def versions(session: Session, reader: Reader) -> Sequence[EscalationRulesRow]:
    """All versions, newest first.

    Raises:
        RoleMissing: `reader` may not write rules.
    """
    reader.must_have(*MAY_WRITE)
    return session.scalars(
        select(EscalationRulesRow).order_by(EscalationRulesRow.number.desc())
    ).all()


def version(session: Session, reader: Reader, number: int) -> EscalationRulesRow:
    """One version.

    Raises:
        RoleMissing: `reader` may not write rules.
        RulesNotFound: there is none of this number.
    """
    reader.must_have(*MAY_WRITE)
    found = session.get(EscalationRulesRow, number)
    if found is None:
        raise RulesNotFound(f"no version {number} of the rules")
    return found


@cache
def _product() -> Version:
    text = PRODUCT.read_text(encoding="utf-8")
    return Version(0, text, parse(text))


def _check_receivers(session: Session, text: str, rules: Rules) -> None:
    places = []
    node = yaml.compose(text, yaml.SafeLoader)
    for position, rule in enumerate(rules.rules):
        try:
            if rule.to.team is not None:
                people.team(session, rule.to.team)
            if rule.to.company is not None:
                people.organisation(session, rule.to.company)
        except NotFound as error:
            path = ("rules", position, "to", "team" if rule.to.team else "company")
            places.append((_line(node, path), _dotted(path), str(error)))
    if places:
        raise _bad(places)


def _bad(places: Sequence[tuple[int, str, str]]) -> BadRules:
    lines = [f"line {line}{f', {field}' if field else ''}: {why}" for line, field, why in places]
    named = [
        (field.replace(".", "/") or "text", line)
        for (_, field, _), line in zip(places, lines, strict=True)
    ]
    return BadRules("; ".join(lines), named)


def _places(node: Node | None, error: ValidationError) -> list[tuple[int, str, str]]:
    return [
        (_line(node, one["loc"]), _dotted(one["loc"]), one["msg"].removeprefix("Value error, "))
        for one in error.errors()
    ]


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path))


def _line(node: Node | None, path: Sequence[str | int]) -> int:
    """The line, from 1, of the innermost node on `path` that is there."""
    for step in path:
        below = _below(node, step)
        if below is None:
            break
        node = below
    return node.start_mark.line + 1 if node is not None else 1


def _below(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: Node = node.value[step]
        return found
    return None


def _without_aliases(text: str) -> None:
    """A few aliases can stand for more text than there is memory."""
    for event in yaml.parse(text, yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise _bad([(line, "", "aliases are not allowed: write it out")])
