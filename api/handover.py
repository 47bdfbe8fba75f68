"""The handover of a ticket: structured text in Markdown, in the language of its receiver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from api import wording
from api.wording import Translate, same
from kb.models import Impact, Verdict

MESSAGES = 20
"""The newest messages that go with a ticket."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A step that had to be tried: what it is, what came of it, and a note."""

    step: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found, which all readers of the handover may see."""

    number: str
    title: str
    verdict: Verdict | None
    """What was said of it with the ticket in hand; None: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What the text says; what is private has been taken out before."""

    number: str
    title: str
    link: str
    to: str
    sender: str
    """The company that hands it over."""
    category: str
    impact: Impact
    problem: str
    facts: Sequence[tuple[str, str]]
    """What was asked, in the language of the receiver, and the answer."""
    tried: Sequence[Tried]
    found: Sequence[Found]
    messages: Sequence[tuple[str, str]]
    """Who wrote it, and the text; never an internal one."""
    at: datetime


def markdown(given: Handover, _: Translate = same) -> str:
    """The handover as it is sent, with headings in the language of `_`."""
    return "\n".join(_lines(given, _)).strip() + "\n"


def _lines(given: Handover, _: Translate) -> Iterator[str]:
    yield f"# {given.number}: {given.title}"
    yield ""
    head = [
        (_("Handed over to"), given.to),
        (_("From"), given.sender),
        (_("At"), f"{given.at:%Y-%m-%d %H:%M} UTC"),
        (_("Impact"), wording.impact(given.impact, _)),
        (_("Category"), given.category),
        (_("Ticket"), given.link),
    ]
    yield from (f"- {name}: {value}" for name, value in head if value)
    yield from _section(_("Problem"), [given.problem])
    yield from _section(_("Facts"), [f"- {ask}: {_inline(said)}" for ask, said in given.facts])
    yield from _section(_("Tried"), [_tried(one, _) for one in given.tried])
    yield from _section(_("Found here"), [_found(one, _) for one in given.found])
    yield from _section(
        _("Messages"), [f"- {author}: {_inline(text)}" for author, text in given.messages]
    )


def _section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    kept = [line for line in lines if line.strip()]
    if kept:
        yield from ("", f"## {heading}", "", *kept)


def _tried(one: Tried, _: Translate) -> str:
    note = f" ({_inline(one.note)})" if one.note else ""
    return f"- {one.step}: {wording.outcome(one.outcome, _)}{note}"


def _found(one: Found, _: Translate) -> str:
    said = f": {wording.verdict(one.verdict, _)}" if one.verdict else ""
    return f"- {one.number} {one.title}{said}"


def _inline(text: str) -> str:
    """Further lines of a list item stand below its first one."""
    return text.strip().replace("\n", "\n  ")
