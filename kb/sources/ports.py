"""What every ticket system must be able to do for us, and the values it does it with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from kb.errors import NotSignedIn, Unavailable
from kb.models import TicketState
from kb.tickets import MessageRecord


class SourceUnavailable(Unavailable):
    """The ticket system does not answer, or not in a way that can be used."""


class SourceDenied(SourceUnavailable):
    """The ticket system does not accept the account; nothing is concluded about its cases."""


class BadAnswer(SourceUnavailable):
    """The answer is not what its documentation promises, so nothing was taken from it."""


class QueryIgnored(BadAnswer):
    """The system ignored a part of the question and answered another one."""


class RateLimited(SourceUnavailable):
    """The system asks for a longer pause than a request may wait.

    `seconds` is how long it asked for.
    """

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class ForgedWebhook(NotSignedIn):
    """The webhook carries no valid signature; nothing in it was believed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the changes of a source have been read.

    `at` is the time of change up to which all is known, in the source's own clock; `seen` holds
    what was already handed out at or shortly before it, so that looking twice costs nothing;
    `cursor` is the source's own way to go on, where it has one.
    """

    at: datetime | None = None
    seen: frozenset[str] = frozenset()
    cursor: str | None = None


BEGINNING = Mark()
"""Nothing is known yet: back-fill."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A case that may have changed; what it says is only believed after fetching it."""

    external_id: str
    delivery: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases that changed, oldest change first.

    `next` is to be stored in the transaction that stores the cases or their promise.  `done`
    tells that there is nothing newer at the moment.
    """

    cases: tuple[Reference, ...]
    next: Mark
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCase:
    """A case as its system tells it, with all texts as Markdown.

    `scope` names what decides in the source who may see it (project, queue, entity, …); an
    administrator maps scopes to audiences.  A case with restrictions of its own has a scope of
    its own, such as `it-support/private`.
    """

    external_id: str
    title: str
    description: str
    scope: str
    opened_at: datetime
    updated_at: datetime
    version: str | None = None
    state: TicketState = TicketState.OPEN
    closed_at: datetime | None = None
    resolution: str | None = None
    close_code: str | None = None
    queue: str | None = None
    category: str | None = None
    item: str | None = None
    organisation: str | None = None
    environment: str = ""
    link: str | None = None
    messages: tuple[MessageRecord, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Gone:
    """The case was deleted there, or our account may not see it any more (404 or 403)."""

    external_id: str
    reason: str


class Noted(StrEnum):
    """What became of a note."""

    WRITTEN = "written"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FIXED = "fixed"
    """It is there with another text, and the system lets nobody change a note."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What our account may see there: for the administrator who set it up."""

    account: str
    scopes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class TicketSource(Protocol):
    """A ticket system.

    All methods raise `SourceUnavailable` or one of its kinds when the system cannot be used.
    """

    def changed(self, since: Mark, *, limit: int, at: datetime) -> Page:
        """The next cases that changed since the mark, oldest change first.

        Every case whose change was visible there before the call is handed out by this call or a
        later one that goes on from its mark, and each change at least once.

        Args:
            since: where the last page ended, or `BEGINNING`.
            limit: how many cases are wanted; a page may have a few more or fewer.
            at: the time now.
        """
        ...

    def missing(self, known: frozenset[str]) -> frozenset[str]:
        """Which of the known cases are no longer listed: to be fetched, not to be believed.

        Cheap when nothing is missing: systems that count answer with one request.
        """
        ...

    def fetch(self, external_id: str) -> SourceCase | Gone:
        """One case, whole, as it is now."""
        ...

    def verify(self, headers: Mapping[str, str], raw_body: bytes) -> list[Reference]:
        """The cases that a webhook is about.

        A webhook is a hint: nothing but the numbers of cases is taken from it.

        Args:
            headers: names in any case.
            raw_body: the bytes as they came; the signature is over these.

        Raises:
            ForgedWebhook: the signature is missing or wrong, or no secret is set.
        """
        ...

    def note(self, external_id: str, text: str, key: str) -> Noted:
        """Leave an internal note once; a note with the same key is changed, not repeated."""
        ...

    def visible(self) -> Visible:
        """What our account may see; also the test of address and account."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case to be opened in another system.

    `key` is made of letters, digits and hyphens, and of no other case; `text` is Markdown.
    """

    key: str
    title: str
    text: str
    scope: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The case as the other system numbers it, and where people open it."""

    external_id: str
    link: str


@runtime_checkable
class CaseTaker(Protocol):
    """A `TicketSource` in which our account may open cases.

    What is opened is followed as any other case of that source.
    """

    def open_case(self, case: NewCase) -> Opened:
        """Open the case, or find the one that was opened with its key before.

        Raises:
            SourceUnavailable: nothing was opened, or nobody knows; asking again opens no second.
        """
        ...
