"""The tables of articles: versions, and which ticket text each sentence came from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Enum, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kb.db import Base


class ArticleState(StrEnum):
    """Where an article stands; only published ones are found."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REJECTED = "rejected"
    ARCHIVED = "archived"


class Governance(StrEnum):
    """By which rules an article may be changed, in the words of KCS."""

    EXPERIENCE = "experience"
    """Whoever works on articles may change it."""
    COMPLIANCE = "compliance"
    """It tells a rule of the company: publishers alone change it."""


class Article(Base):
    """A piece of knowledge in Markdown: imported from a file, or drafted from a ticket.

    `audience_id` says who may read it; before publishing, that is whoever may read its sources.
    """

    __tablename__ = "articles"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(50), unique=True)
    """What people call it on the phone, e.g. KB-1234."""
    source: Mapped[str] = mapped_column(String(100))
    external_id: Mapped[str | None] = mapped_column(String(500))
    path: Mapped[str | None]
    """Where the file lies in the imported folder, with forward slashes."""
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)
    """The ticket that it was drafted from: at most one draft each."""
    state: Mapped[ArticleState] = mapped_column(
        Enum(
            ArticleState,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
        index=True,
    )
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(3))
    product: Mapped[str | None] = mapped_column(String(200))
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    translation_of: Mapped[str | None] = mapped_column(String(500), index=True)
    """Number or id of the article that this one translates, as its file says it."""
    front_matter: Mapped[str] = mapped_column(default="")
    """The head of its file as it was written, fences and unknown keys included, for export."""
    file_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """SHA-256 of what its file last said: reading the same again stops there."""
    governance: Mapped[Governance] = mapped_column(
        Enum(
            Governance,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
        default=Governance.EXPERIENCE,
    )
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    """Who looks after it: first who published it, later whoever it was handed over to."""
    version: Mapped[int] = mapped_column(default=1)
    """The number of the newest version."""
    published_version: Mapped[int | None]
    """The version that readers see; a newer one waits for its review."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"), index=True)
    """The article that says it now: whoever asks for this one is led there."""
    verdict: Mapped[str | None]
    """Why it was rejected."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    versions: Mapped[list["ArticleVersion"]] = relationship(
        lazy="raise", order_by="ArticleVersion.number", cascade="all, delete-orphan"
    )


class Numbering(Base):
    """One row that holds the last number given out; it is locked while the next one is taken."""

    __tablename__ = "article_numbering"

    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class ArticleVersion(Base):
    """The text of an article at one time; rows are only ever added."""

    __tablename__ = "article_versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    markdown: Mapped[str]
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    """Who may read this version: widening the article later does not open its past."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None: written by the program, from a ticket or a file."""
    at: Mapped[datetime]

    statements: Mapped[list["StatementRow"]] = relationship(
        lazy="raise", order_by="StatementRow.position", cascade="all, delete-orphan"
    )
    replacements: Mapped[list["ReplacementRow"]] = relationship(
        lazy="raise", order_by="ReplacementRow.id", cascade="all, delete-orphan"
    )


class Attachment(Base):
    """A file that the text of an article shows or offers; rows are only ever added."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("article_id", "name", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(500))
    """The address that the text has for it, relative to the article's file."""
    since: Mapped[int]
    """The first version that means this file by that name."""
    media_type: Mapped[str] = mapped_column(String(100))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the content."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


class NewsKind(StrEnum):
    """What an audience learns of an article."""

    PUBLISHED = "published"
    CHANGED = "changed"
    RETIRED = "retired"


class ArticleNews(Base):
    """That what an audience reads of an article has changed; rows are only ever added."""

    __tablename__ = "article_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    audience_id: Mapped[int] = mapped_column(ForeignKey("audiences.id"), index=True)
    kind: Mapped[NewsKind] = mapped_column(
        Enum(
            NewsKind,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    at: Mapped[datetime]


class LibraryVisit(Base):
    """How far somebody has looked at what is new in the library."""

    __tablename__ = "library_visits"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    news_id: Mapped[int]
    """The last piece of news that they have seen; what came later is new to them."""


class Happening(StrEnum):
    """What other systems are told of, by webhook."""

    PUBLISHED = "article.published"
    CHANGED = "article.changed"
    RETIRED = "article.retired"
    DRAFT_READY = "draft.ready"
    """A draft, or a change to an article, waits for its review."""


class Receiver(Base):
    """A system that is told by webhook what happens to articles, as far as a person may see it.

    `account` holds its address and secrets, encrypted; `host` is what may be shown of it.
    After a failure, nothing is sent before `not_before`; `failures` counts those in a row.
    """

    __tablename__ = "receivers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    host: Mapped[str] = mapped_column(String(253))
    account: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    """With whose eyes it sees; asked again whenever something is sent."""
    happenings: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Values of `Happening`."""
    tag: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(3), default="")
    added_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    not_before: Mapped[datetime | None]


class Delivery(Base):
    """Something that a receiver is to be told; the row goes with the job that promises it."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    receiver_id: Mapped[int] = mapped_column(
        ForeignKey("receivers.id", ondelete="CASCADE"), index=True
    )
    message_id: Mapped[str] = mapped_column(String(50), unique=True)
    """The same at each attempt, so that the receiver can drop what it has."""
    happening: Mapped[Happening] = mapped_column(
        Enum(
            Happening,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    news_id: Mapped[int | None] = mapped_column(
        ForeignKey("article_news.id", ondelete="CASCADE"), index=True
    )
    """What readers learn of it; None: it is about a draft."""
    at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)


class StatementRow(Base):
    """A sentence, step or code block of a version, in its order."""

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id", ondelete="CASCADE"))
    position: Mapped[int]
    section: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]

    evidence: Mapped[list["EvidenceRow"]] = relationship(
        lazy="raise", order_by="EvidenceRow.id", cascade="all, delete-orphan"
    )


class EvidenceRow(Base):
    """Where a statement comes from: characters `start` to `end` of a text of a ticket."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statements.id", ondelete="CASCADE"), index=True
    )
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    """title, description, environment, resolution or message."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    """None also when the source system has taken the message back."""
    start: Mapped[int]
    end: Mapped[int]


class ReplacementRow(Base):
    """Something private that became a placeholder; its span is where it stands in the ticket."""

    __tablename__ = "replacements"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("article_versions.id", ondelete="CASCADE"), index=True
    )
    placeholder: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(50))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    start: Mapped[int]
    end: Mapped[int]


class Decision(StrEnum):
    """What became of the promise to draft an article from a ticket."""

    DRAFTED = "drafted"
    """A new article waits for its review."""
    PROPOSED = "proposed"
    """A change to an article waits for its review."""
    TOO_THIN = "too_thin"
    LINK = "link"
    """An article says all of it: a person should link it, or say what to do instead."""
    CHANGE = "change"
    """An article lacks something, and another change to it waits: a person should decide."""
    LINKED = "linked"
    """An article is linked that solved it; nothing is left to write."""
    NOTHING = "nothing"
    """A person found nothing in it that is worth writing."""
    PENDING = "pending"
    """A person has decided, and the worker is about to write."""


class DraftOutcome(Base):
    """What the last attempt to draft from a ticket led to, and what it lacked."""

    __tablename__ = "draft_outcomes"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    decision: Mapped[Decision] = mapped_column(
        Enum(
            Decision,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        ),
        index=True,
    )
    reason: Mapped[str]
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What the closing form asks for: values of `articles.ports.Missing`."""
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What a reviewer should know."""
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id", ondelete="SET NULL"), index=True
    )
    """The article that the decision is about: the draft, or the one to link or to change."""
    candidates: Mapped[list[list[float]]] = mapped_column(JSON, default=list)
    """The articles that were compared, best first: id, share of the issue, share of the steps."""
    wanted: Mapped[str | None] = mapped_column(String(20))
    """What a person decided, a value of `articles.decision.Verdict`; None: nobody has."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who decided; None: the program."""
    at: Mapped[datetime]


class RemarkKind(StrEnum):
    """What somebody says about an article."""

    COMMENT = "comment"
    EDITS_SUGGESTED = "edits_suggested"
    """Of a reviewer, to the author: not before this is done."""
    FLAG = "flag"
    """Of a reader: something in the published text is wrong or out of date."""
    CONFIRMED = "confirmed"
    """Of an editor: the published text was looked at again, and is right."""


class Remark(Base):
    """Something said about a version of an article; rows are only ever added or settled."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int]
    kind: Mapped[RemarkKind] = mapped_column(
        Enum(
            RemarkKind,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    text: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    open: Mapped[bool] = mapped_column(index=True)
    """Somebody has to see to it."""


class LinkRole(StrEnum):
    """What an article is to a ticket."""

    RESOLVED_BY = "resolved_by"
    REFERENCE = "reference"
    CREATED_FROM = "created_from"


class LinkOutcome(StrEnum):
    """Whether the article did for the ticket what was hoped."""

    UNKNOWN = "unknown"
    SOLVED = "solved"
    DID_NOT_HELP = "did_not_help"


class ArticleLink(Base):
    """An article that was used for a ticket or made from it; link rate and reuse come from here."""

    __tablename__ = "article_links"
    __table_args__ = (UniqueConstraint("ticket_id", "article_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[LinkRole] = mapped_column(
        Enum(
            LinkRole,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    outcome: Mapped[LinkOutcome] = mapped_column(
        Enum(
            LinkOutcome,
            native_enum=False,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """None: the program, when it drafted the article."""
    at: Mapped[datetime] = mapped_column(index=True)


class ReadingList(Base):
    """Articles that the people of a team should have read, in the order of a coach."""

    __tablename__ = "reading_lists"
    __table_args__ = (UniqueConstraint("team_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))


class ReadingListEntry(Base):
    """An article on a reading list; a lower position comes first."""

    __tablename__ = "reading_list_entries"

    list_id: Mapped[int] = mapped_column(
        ForeignKey("reading_lists.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class Reading(Base):
    """That somebody has read an article, as they say themselves."""

    __tablename__ = "readings"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]
