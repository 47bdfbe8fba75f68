"""The tables of what we know: people, audiences, tickets, documents, jobs, events."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base


def _enum(kind: type[StrEnum]) -> Enum:
    """Store the value of `kind` as text with a check, the same way on both databases."""
    return Enum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class OrganisationKind(StrEnum):
    """What an organisation is to us."""

    OWN = "own"
    CONTRACTOR = "contractor"
    CUSTOMER = "customer"


class Organisation(Base):
    """A company: our own, a contractor or a customer."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(_enum(OrganisationKind))


class Team(Base):
    """A group of people who work on tickets at one support level (1, 2 or 3)."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    level: Mapped[int] = mapped_column(CheckConstraint("level BETWEEN 1 AND 3", name="level"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    external_id: Mapped[str | None] = mapped_column(String(200))
    """How the directory of its organisation names it."""


class Person(Base):
    """Somebody who may ask; `until` ends all access by itself."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    digest: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether they want the daily mail of what is new in their inbox."""
    active: Mapped[bool] = mapped_column(default=True)
    until: Mapped[datetime | None]
    service: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A system, not a human: it has tokens only, never a password or a session."""
    external_id: Mapped[str | None] = mapped_column(String(200))
    """How the directory of their organisation names them."""
    withdrawn_at: Mapped[datetime | None]
    """When that directory deleted them; the row stays for what they wrote."""


class Role(StrEnum):
    """What a person may do; what they may see is a matter of audiences alone."""

    READER = "reader"
    FIRST_LEVEL = "first_level_agent"
    SECOND_LEVEL = "second_level_engineer"
    PUBLISHER = "publisher"
    COACH = "coach"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Licence(StrEnum):
    """How far somebody's word on articles goes; each includes the ones before it."""

    CANDIDATE = "candidate"
    """Writes; somebody else publishes."""
    CONTRIBUTOR = "contributor"
    """Publishes, returns and rejects what our own company alone reads."""
    PUBLISHER = "publisher"
    """The same for every audience."""
    COACH = "coach"
    """Also gives licences, up to publisher, to colleagues."""

    def covers(self, needed: "Licence") -> bool:
        """Whether this is `needed` or more."""
        ladder = list(Licence)
        return ladder.index(self) >= ladder.index(needed)


class PersonRole(Base):
    """A role that a person has."""

    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[Role] = mapped_column(_enum(Role), primary_key=True)


class MembershipOrigin(StrEnum):
    """Who let a person into a team: an administrator, the sign-in provider, or SCIM."""

    HAND = "hand"
    PROVIDER = "provider"
    DIRECTORY = "directory"


class Membership(Base):
    """A person works in a team, from and until given times; None is open-ended."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    origin: Mapped[MembershipOrigin] = mapped_column(
        _enum(MembershipOrigin),
        default=MembershipOrigin.HAND,
        server_default=MembershipOrigin.HAND.value,
    )


class LicenceGiven(Base):
    """The licence of a person or of a team; exactly one of the two."""

    __tablename__ = "licences"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (team_id IS NULL)", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), unique=True
    )
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), unique=True
    )
    licence: Mapped[Licence] = mapped_column(_enum(Licence))


class Identity(Base):
    """A person as a sign-in provider knows them; issuer and subject never change hands."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("person_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class GroupTeam(Base):
    """A group of the sign-in provider that means membership in a team."""

    __tablename__ = "group_teams"

    group: Mapped[str] = mapped_column(String(300), primary_key=True)
    team_id: Mapped[int] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True
    )


class Audience(Base):
    """A group of readers; each document has exactly one.  Without grants nobody is in it.

    One with a `first_id` and a `second_id` has no grants: who belongs to both belongs to it.
    """

    __tablename__ = "audiences"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    first_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id", ondelete="CASCADE"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id", ondelete="CASCADE"))


class Grant(Base):
    """Who belongs to an audience: an organisation, a team or a person; exactly one of the three."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(
            "(organisation_id IS NOT NULL AND team_id IS NULL AND person_id IS NULL)"
            " OR (organisation_id IS NULL AND team_id IS NOT NULL AND person_id IS NULL)"
            " OR (organisation_id IS NULL AND team_id IS NULL AND person_id IS NOT NULL)",
            name="one_subject",
        ),
        UniqueConstraint("audience_id", "organisation_id", "team_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(
        ForeignKey("audiences.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    team_id: Mapped[int | None] = mapped_column(
        ForeignKey("teams.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    until: Mapped[datetime | None]


class Scope(StrEnum):
    """What a token may be used for; what its owner may see and do limits it further."""

    READ = "read"
    WRITE = "write"
    DRAFTS = "drafts"
    FIGURES = "figures"
    ADMIN = "admin"
    SCIM = "scim"
    SIGN_IN = "sign_in"
    FEED = "feed"


class Token(Base):
    """A bearer token for the API; only its SHA-256 is stored."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scopes: Mapped[str] = mapped_column(String(200), server_default=Scope.READ.value)
    """Values of Scope, in order, with spaces between them."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"


SOLVED = frozenset({TicketState.RESOLVED, TicketState.CLOSED})


class Ticket(Base):
    """A request for help, as its source system last told it.

    `source` and `external_id` together name it: importing it again updates this row.  Who may
    see `audience_id` reads the ticket; its internal messages need `internal_audience_id`.
    """

    __tablename__ = "tickets"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(100))
    external_id: Mapped[str] = mapped_column(String(200))
    source_version: Mapped[str | None] = mapped_column(String(100))
    link: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str]
    environment: Mapped[str] = mapped_column(default="")
    level: Mapped[int] = mapped_column(CheckConstraint("level BETWEEN 1 AND 3", name="level"))
    queue: Mapped[str | None] = mapped_column(String(200))
    organisation: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(200))
    item: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    state: Mapped[TicketState] = mapped_column(_enum(TicketState), index=True)
    resolution: Mapped[str | None]
    close_code: Mapped[str | None] = mapped_column(String(100))
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    internal_audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    withdrawn_at: Mapped[datetime | None]
    """When it was found deleted or forbidden in its source; nobody sees it from then on."""

    hidden: Mapped[list[list[Any]] | None] = mapped_column(JSON)  # Any: see kb.cleaning.Hidden
    """Places for which other readers than its own team read placeholders; None: there are none."""
    rules: Mapped[int | None] = mapped_column(index=True)
    """By which version of the rules they were found; behind the present one: find them again."""

    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the record it was made from: importing an equal one again stops there."""

    messages: Mapped[list["Message"]] = relationship(
        lazy="raise", order_by="Message.position", cascade="all, delete-orphan"
    )


class AuthorRole(StrEnum):
    """Who wrote a message."""

    REQUESTER = "requester"
    AGENT = "agent"
    CONTRACTOR = "contractor"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Message(Base):
    """A message of a ticket; internal ones are for our own company alone."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("ticket_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    position: Mapped[int]
    author: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[AuthorRole] = mapped_column(_enum(AuthorRole))
    at: Mapped[datetime]
    internal: Mapped[bool]
    accepted: Mapped[bool] = mapped_column(default=False, server_default=false())
    text: Mapped[str]


class DocumentKind(StrEnum):
    """What a document was made from."""

    TICKET = "ticket"
    INTERNAL = "ticket_internal"
    ARTICLE = "article"


class Document(Base):
    """A text that search may find: the only thing the indexer knows of the rest.

    `kind` and `origin_id` name where it comes from.  `revision` grows with each change; as long
    as it is ahead of `indexed_revision`, indexing is promised.
    """

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("kind", "origin_id"),
        Index(
            "ix_documents_promised",
            "id",
            sqlite_where=text("revision > indexed_revision"),
            postgresql_where=text("revision > indexed_revision"),
        ),
        # Holds all that search filters by: among a million documents, ids are read from it alone.
        Index(
            "ix_documents_filters",
            "audience_id",
            "withdrawn",
            "queue",
            "category",
            "source",
            "language",
            "kind",
            "solved",
            "happened_at",
        ),
        # Apart: one more text would be more than an index of PostgreSQL takes of a row.
        Index("ix_documents_item", "item", "audience_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(_enum(DocumentKind))
    origin_id: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    discussion: Mapped[str]
    resolution: Mapped[str]
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"))
    number: Mapped[str] = mapped_column(String(200))
    link: Mapped[str | None]
    source: Mapped[str] = mapped_column(String(100))
    queue: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(200))
    item: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(3))
    solved: Mapped[bool]
    happened_at: Mapped[datetime]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=0)
    indexed_revision: Mapped[int] = mapped_column(default=0)


class Job(Base):
    """Work promised in the transaction that made it necessary, once per kind and subject.

    `promises` counts how often: a promise made while the work is under way makes it run again.
    """

    __tablename__ = "jobs"
    __table_args__ = (UniqueConstraint("kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(50))
    subject_id: Mapped[int]
    promises: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    failure: Mapped[str | None]
    failed: Mapped[bool] = mapped_column(default=False)


class Event(Base):
    """Who did what to what, and when; rows are only ever added.

    `position` and `digest` make a chain of them: see `kb.audit`.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    verb: Mapped[str] = mapped_column(String(100), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(String(50))
    subject_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(default="")
    position: Mapped[int | None] = mapped_column(unique=True)
    """In the chain, from 1; None until the end of the transaction that recorded it."""
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class EventChain(Base):
    """One row: how long the chain of events is, and its last digest; where its kept part begins."""

    __tablename__ = "event_chain"

    id: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    pruned: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many events at its beginning were deleted because of their age."""
    pruned_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The digest of the last of them, which the first that is kept follows."""


class Idempotency(Base):
    """The answer to a creating request, kept for its repetition with the same key."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Password(Base):
    """The password of a local account, as an argon2 hash; without a row there is none."""

    __tablename__ = "passwords"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    hash: Mapped[str]
    changed_at: Mapped[datetime]


class SignIn(Base):
    """A browser in which somebody has signed in; one that began with a token ends with it."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the secret in the cookie."""
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_id: Mapped[int | None] = mapped_column(
        ForeignKey("tokens.id", ondelete="CASCADE"), index=True
    )
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Preview(Base):
    """An administrator looks as somebody else does, for a while; a row is deleted when it ends."""

    __tablename__ = "previews"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the secret that is shown."""
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class SignInFailure(Base):
    """A refused password, kept as long as it slows down the next attempt."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    """SHA-256 of the account or the network address tried: known and unknown ones alike."""
    at: Mapped[datetime] = mapped_column(index=True)


class SetupCode(Base):
    """A code that creates the first administrator, as its hash."""

    __tablename__ = "setup_codes"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256."""
    expires_at: Mapped[datetime]


class Verdict(StrEnum):
    """What somebody says of something found or read."""

    SOLVED = "solved"
    NOT_THIS = "not_this"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    OPENED = "opened"


class Feedback(Base):
    """What a person said of a document, once for each ticket that they had in hand, or for none."""

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_subject", "kind", "origin_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(_enum(DocumentKind))
    origin_id: Mapped[int]
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), index=True
    )
    """The ticket that was in hand."""
    verdict: Mapped[Verdict] = mapped_column(_enum(Verdict))
    missing: Mapped[str] = mapped_column(default="")
    """What the person did not find in it, in their words."""
    at: Mapped[datetime] = mapped_column(index=True)


class Unanswered(Base):
    """A search that ended with nothing good; see `kb.unanswered`.  What was asked is not kept."""

    __tablename__ = "unanswered"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    language: Mapped[str | None] = mapped_column(String(3))
    """Of what was asked; None: not clear."""
    audiences: Mapped[str]
    """Ids of the audiences that were searched, in order, with spaces between them."""
    at: Mapped[datetime] = mapped_column(index=True)


class Alarm(Base):
    """An alarm of a monitoring system; the same one that fires again later is another row.

    Resolved with a `note` about what was done it becomes a case, the ticket `case_id`.
    """

    __tablename__ = "alarms"
    __table_args__ = (UniqueConstraint("source_id", "fingerprint", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    fingerprint: Mapped[str] = mapped_column(String(100))
    """What the monitoring system knows it by; the same each time it fires."""
    name: Mapped[str] = mapped_column(String(200))
    host: Mapped[str] = mapped_column(String(200))
    service: Mapped[str] = mapped_column(String(200))
    severity: Mapped[str] = mapped_column(String(100))
    summary: Mapped[str]
    link: Mapped[str | None]
    runbook: Mapped[str | None]
    scope: Mapped[str] = mapped_column(String(400))
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    """The ticket that the alarm itself names."""
    note: Mapped[str | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))


class Impact(StrEnum):
    """How many people a fault stops."""

    PERSON = "person"
    TEAM = "team"
    SITE = "site"
    COMPANY = "company"


class EscalationRulesRow(Base):
    """A version of the rules of escalation, as their author wrote them; rows are only added."""

    __tablename__ = "escalation_rules"

    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    """YAML; see kb.escalation_rules."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None: imported by a command."""
    at: Mapped[datetime]


class Escalation(Base):
    """A ticket that was handed over to another team or company, with all that went with it.

    `audience_id` is whom its texts were written for: who reads the ticket by another audience
    does not read them.
    """

    __tablename__ = "escalations"
    __table_args__ = (Index(None, "person_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(index=True)
    rules_number: Mapped[int]
    """The version of the rules that it followed; 0: those of the product."""
    rule: Mapped[str] = mapped_column(String(200))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    """Whose team or which company it went to; None: a level of our own."""
    level_before: Mapped[int]
    level_after: Mapped[int]
    category: Mapped[str | None] = mapped_column(String(200))
    impact: Mapped[Impact] = mapped_column(_enum(Impact))
    language: Mapped[str] = mapped_column(String(2))
    """Of the handover."""
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    tried: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """Of each step: its id, what came of it, and a note."""
    suggested: Mapped[list[dict[str, str | int]]] = mapped_column(JSON)
    """What a search found at that time, best first: kind, origin_id and band of each document."""
    text: Mapped[str]
    """The handover in Markdown."""
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    shared_from_id: Mapped[int | None] = mapped_column(ForeignKey("audiences.id"))
    """The audience of the ticket before somebody decided that the company may read it."""
    read_at: Mapped[datetime | None]
    """When who escalated it last saw what became of it."""


class Digest(Base):
    """The last day for which a person got the mail of what is new."""

    __tablename__ = "digests"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[str] = mapped_column(String(10))
    """As ISO 8601 writes it, in the time zone of the installation."""
