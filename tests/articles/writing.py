"""A writer for tests, and shortcuts from a ticket to its draft."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from articles import drafting
from articles.models import Article
from articles.ports import (
    Case,
    Draft,
    Evidence,
    Missing,
    Part,
    Refusal,
    Section,
    SectionName,
    Statement,
    StatementKind,
    TooThin,
    Turn,
    Writer,
)
from kb.models import TicketState
from tests.factories import MONDAY, make_ticket, message

STEPS = "Set the MTU of the tunnel to 1400.\nRestart the client."


class QuotingWriter:
    """Takes the description as the issue and each line of the resolution as a step.

    `parts` says which texts it quotes beside those; the resolution "Fixed." is too thin for it.
    """

    def __init__(self, *parts: Part) -> None:
        self.parts = parts

    def write(self, case: Case) -> Draft:
        """See Writer."""
        resolution = case.text(Part.RESOLUTION) or ""
        if resolution in {"", "Fixed."}:
            raise TooThin(Refusal.NO_STEP, (Missing.STEP,))
        issue = [self._whole(case, turn) for turn in case.turns if turn.part in self._quoted]
        sections = [
            Section(SectionName.ISSUE, tuple(issue)),
            Section(SectionName.RESOLUTION, tuple(self._steps(case, resolution))),
        ]
        title = (Evidence(case.ticket_id, Part.TITLE, 0, len(case.title)),)
        return Draft(case.title, case.language, tuple(sections), title_evidence=title)

    @property
    def _quoted(self) -> set[Part]:
        return {Part.DESCRIPTION, *self.parts}

    def _whole(self, case: Case, turn: Turn) -> Statement:
        evidence = Evidence(case.ticket_id, turn.part, 0, len(turn.text), turn.message)
        return Statement(turn.text, (evidence,))

    def _steps(self, case: Case, resolution: str) -> Sequence[Statement]:
        steps = []
        start = 0
        for line in resolution.splitlines(keepends=True):
            text = line.rstrip()
            evidence = Evidence(case.ticket_id, Part.RESOLUTION, start, start + len(text))
            steps.append(Statement(text, (evidence,), StatementKind.STEP))
            start += len(line)
        return steps


def draft(session: Session, writer: Writer, ticket_id: int, *, at: datetime) -> Article | None:
    """What the worker does, in one transaction."""
    case = drafting.prepare(session, ticket_id)
    if case is None:
        return None
    try:
        written = writer.write(case)
    except TooThin as error:
        drafting.refuse(session, ticket_id, error, at=at)
        return None
    return drafting.keep(session, case, written, at=at)


def make_draft(
    session: Session,
    writer: QuotingWriter | None = None,
    **changes: Any,  # fields of TicketRecord
) -> Article:
    """The draft of a second-level ticket that was closed with `STEPS`."""
    closed: dict[str, Any] = {
        "level": 2,
        "state": TicketState.CLOSED,
        "closed_at": MONDAY,
        "resolution": STEPS,
        **changes,
    }
    ticket = make_ticket(session, **closed)
    article = draft(session, writer or QuotingWriter(), ticket.id, at=MONDAY)
    assert article is not None
    return article


def make_internal_draft(
    session: Session, audience: str = "contractor", text: str = "secret"
) -> Article:
    """A draft that quotes an internal message of a ticket for `audience`."""
    messages = (message(text, internal=True),)
    return make_draft(session, QuotingWriter(Part.MESSAGE), audience=audience, messages=messages)
