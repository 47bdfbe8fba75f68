"""Review: editing, publishing, rejecting and archiving an article, each by somebody who may."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from articles import audiences, drafting, lifecycle, offering, statements, store
from articles import markdown as marked
from articles.models import (
    Article,
    ArticleLink,
    ArticleState,
    ArticleVersion,
    EvidenceRow,
    Governance,
    LinkOutcome,
    LinkRole,
    Remark,
    RemarkKind,
    ReplacementRow,
    StatementRow,
)
from articles.store import ArticleNotFound
from articles.visibility import visible_articles, visible_versions
from kb import events
from kb.errors import Conflict, InvalidInput
from kb.models import Audience, Licence
from kb.visibility import Reader

LONGEST = 2_000_000
"""Longest article, in characters; as for imported files."""

LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of an article in one version."""

    version: int
    title: str
    markdown: str


class EditConflict(Conflict):
    """Somebody has written a newer version; both texts are here, nothing is lost."""

    def __init__(self, number: str, *, base: int, current: Wording, yours: Wording) -> None:
        super().__init__(
            f"{number} has been changed: version {current.version} is newer than version {base},"
            " which you started from"
        )
        self.current, self.yours = current, yours


class EmptyArticle(InvalidInput):
    """An article needs a title and a text."""


class ArticleTooLong(InvalidInput):
    """The title or the text is over the limit."""


class BadMerger(InvalidInput):
    """An article can be merged only into another one that is published."""


class UnknownAudience(InvalidInput):
    """There is no such audience."""


class AudienceUndecided(InvalidInput):
    """The change stands on a ticket that others may read than the article: say who may read it."""


class UnknownPlaceholder(InvalidInput):
    """The text has no such placeholder, or you may not see what stands behind it."""


class NothingWaits(Conflict):
    """Nothing of the article waits for a review."""


class NoReason(InvalidInput):
    """Whoever wrote it must learn why."""


def may_decide(session: Session, reader: Reader, *audience_ids: int) -> bool:
    """Whether `reader` may publish, return or reject what these audiences read, or shall read."""
    if not reader.holds(Licence.CONTRIBUTOR):
        return False
    if reader.holds(Licence.PUBLISHER):
        return True
    return not any(drafting.read_outside(session, one) for one in audience_ids)


def must_decide(session: Session, reader: Reader, *audience_ids: int) -> None:
    """Stop here unless `may_decide`.

    Raises:
        LicenceMissing: `reader` may not.
    """
    if not may_decide(session, reader, *audience_ids):
        reader.must_hold(Licence.PUBLISHER)


def edit(
    session: Session,
    reader: Reader,
    article_id: int,
    *,
    base: int,
    title: str,
    markdown: str,
    at: datetime,
) -> int:
    """Write a new version on top of version `base`; readers see it once it is published.

    Sentences that stay word for word keep their evidence.

    Returns:
        The number of the newest version; `base` if nothing differs from it.

    Raises:
        LicenceMissing: `reader` may not edit.
        ArticleNotFound: it is absent or invisible.
        EditConflict: `base` is not the newest version.
        EmptyArticle: title or text is blank.
        ArticleTooLong: title or text is over the limit.
    """
    reader.must_hold(Licence.CANDIDATE)
    title, markdown = title.strip(), markdown.replace("\r\n", "\n")
    _check(title, markdown)
    article, newest = _held(session, reader, article_id)
    _must_be_newest(article, newest, base, Wording(base, title, markdown))
    if (title, markdown) == (newest.title, newest.markdown):
        return newest.number
    if article.state is ArticleState.REJECTED:
        article.state = lifecycle.move(article.state, ArticleState.DRAFT)
    return _add_version(session, reader, article, newest, title=title, markdown=markdown, at=at)


def undo(
    session: Session,
    reader: Reader,
    article_id: int,
    *,
    base: int,
    placeholders: Collection[str],
    at: datetime,
) -> int:
    """Write a new version that shows again what stands behind `placeholders`.

    Returns:
        The number of the newest version.

    Raises:
        LicenceMissing: `reader` may not edit.
        ArticleNotFound: it is absent or invisible.
        EditConflict: `base` is not the newest version.
        UnknownPlaceholder: one of them is not in the text, or `reader` may not see behind it.
    """
    reader.must_hold(Licence.CANDIDATE)
    article, newest = _held(session, reader, article_id)
    _must_be_newest(article, newest, base, Wording(base, newest.title, newest.markdown))
    known = {
        each.placeholder: each.original
        for each in store.replacements(session, reader, article_id)
        if each.original is not None
    }
    unknown = sorted(set(placeholders) - set(known))
    if unknown:
        raise UnknownPlaceholder(f"nothing to show for {', '.join(unknown)}")
    shown = {name: known[name] for name in placeholders}
    number = _add_version(
        session,
        reader,
        article,
        newest,
        title=_shown(newest.title, shown),
        markdown=_shown(newest.markdown, shown),
        at=at,
        revealed=shown,
    )
    detail = f"version={number} placeholders={','.join(sorted(shown))}"
    _record(session, reader, article, "article.unredact", at, detail=detail)
    return number


def _shown(text: str, originals: Mapping[str, str]) -> str:
    """`text` with originals instead of placeholders, which are escaped outside of code."""
    for placeholder, original in originals.items():
        escaped = placeholder.replace("[", "\\[").replace("]", "\\]")
        text = text.replace(escaped, marked.escape(original)).replace(placeholder, original)
    return text


def restore(
    session: Session, reader: Reader, article_id: int, *, number: int, base: int, at: datetime
) -> int:
    """Write a new version with the text, the evidence and the audience of version `number`.

    Returns:
        The number of the newest version; `base` if it has that text already.

    Raises:
        LicenceMissing: `reader` may not edit.
        ArticleNotFound: the article or the version is absent or invisible.
        EditConflict: `base` is not the newest version.
    """
    reader.must_hold(Licence.CANDIDATE)
    article, newest = _held(session, reader, article_id)
    old = session.scalar(
        select(ArticleVersion)
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(
            ArticleVersion.article_id == article_id,
            ArticleVersion.number == number,
            visible_versions(reader),
        )
    )
    if old is None:
        raise ArticleNotFound(article_id)
    _must_be_newest(article, newest, base, Wording(base, old.title, old.markdown))
    if (old.title, old.markdown) == (newest.title, newest.markdown):
        return newest.number
    return _add_version(
        session, reader, article, old, title=old.title, markdown=old.markdown, at=at
    )


def publish(
    session: Session,
    reader: Reader,
    article_id: int,
    *,
    version: int | None = None,
    audience_id: int | None = None,
    at: datetime,
) -> None:
    """Let the readers of `audience_id` find the newest version, from the next search on.

    Args:
        session: a transaction that may write.
        reader: who publishes.
        article_id: a draft, a published article with a newer version, or an archived one.
        version: the version that was reviewed; None: whichever is the newest.
        audience_id: None leaves the audience as it is.
        at: the time of publishing.

    Raises:
        LicenceMissing: `reader` may not publish this.
        ArticleNotFound: it is absent or invisible.
        EditConflict: there is a newer version than the reviewed one.
        UnknownAudience: there is no audience `audience_id`.
        AudienceUndecided: `audience_id` is None, and the program wrote this version for others
            than the article's readers.
        WrongState: the article cannot be published from where it stands.
    """
    reader.must_hold(Licence.CONTRIBUTOR)
    article, newest = _held(session, reader, article_id)
    if version is not None and version != newest.number:
        wording = Wording(newest.number, newest.title, newest.markdown)
        raise EditConflict(article.number, base=version, current=wording, yours=wording)
    article.state = lifecycle.move(article.state, ArticleState.PUBLISHED)
    wanted = _wanted(session, article, newest, audience_id)
    must_decide(session, reader, article.audience_id, wanted)
    if article.audience_id == wanted:
        # The article stays with its readers, but this text may come from a narrower ticket.
        audiences.note_widening(session, article, newest, wanted, by=reader.person_id, at=at)
    audiences.move(session, article, wanted, by=reader.person_id, at=at)
    newest.audience_id = wanted
    _link_sources(session, article, newest, by=reader.person_id, at=at)
    article.published_version, article.updated_at = newest.number, at
    article.merged_into_id = None
    if article.owner_id is None and not reader.outside:
        article.owner_id = reader.person_id
    _settle(session, article, RemarkKind.EDITS_SUGGESTED, RemarkKind.FLAG)
    offering.offer(session, [(article, newest)])
    _record(session, reader, article, "article.publish", at, detail=f"version={newest.number}")


def _wanted(
    session: Session, article: Article, newest: ArticleVersion, audience_id: int | None
) -> int:
    if audience_id is None:
        by_program = newest.author_id is None and article.published_version is not None
        if by_program and newest.audience_id != article.audience_id:
            raise AudienceUndecided(
                f"version {newest.number} of {article.number} stands on a ticket for other readers;"
                " name the audience"
            )
        return newest.audience_id
    if session.get(Audience, audience_id) is None:
        raise UnknownAudience(f"no audience {audience_id}")
    return audience_id


def _link_sources(
    session: Session, article: Article, version: ArticleVersion, *, by: int | None, at: datetime
) -> None:
    """Note each ticket that the text stands on, so that none counts as use of the article."""
    sources = session.scalars(
        select(EvidenceRow.ticket_id)
        .join(StatementRow, StatementRow.id == EvidenceRow.statement_id)
        .where(StatementRow.version_id == version.id)
        .distinct()
    )
    known = session.scalars(
        select(ArticleLink.ticket_id).where(
            ArticleLink.article_id == article.id, ArticleLink.role == LinkRole.CREATED_FROM
        )
    )
    for ticket_id in sorted(set(sources) - set(known)):
        session.add(
            ArticleLink(
                ticket_id=ticket_id,
                article_id=article.id,
                role=LinkRole.CREATED_FROM,
                outcome=LinkOutcome.UNKNOWN,
                person_id=by,
                at=at,
            )
        )


def reject(session: Session, reader: Reader, article_id: int, *, reason: str, at: datetime) -> None:
    """Turn a draft down, or a change that waits; it stays readable for those who work on articles.

    Of a published article, the text that readers see becomes the newest version again.

    Raises:
        LicenceMissing: `reader` may not publish this.
        ArticleNotFound: it is absent or invisible.
        NoReason: `reason` is blank.
        WrongState: it is no draft, and no change of it waits.
    """
    reader.must_hold(Licence.CONTRIBUTOR)
    if not reason.strip():
        raise NoReason("say why: whoever wrote it must learn what to do better")
    article, newest = _held(session, reader, article_id)
    must_decide(session, reader, article.audience_id)
    if article.state is ArticleState.PUBLISHED and newest.number != article.published_version:
        _withdraw_change(session, reader, article, at=at)
    else:
        article.state = lifecycle.move(article.state, ArticleState.REJECTED)
    article.updated_at, article.verdict = at, reason.strip()
    _record(session, reader, article, "article.reject", at, detail=f"version={newest.number}")


def _withdraw_change(session: Session, reader: Reader, article: Article, *, at: datetime) -> None:
    published = session.scalar(
        select(ArticleVersion).where(
            ArticleVersion.article_id == article.id,
            ArticleVersion.number == article.published_version,
        )
    )
    if published is None:
        raise ArticleNotFound(article.id)
    article.published_version = _add_version(
        session,
        reader,
        article,
        published,
        title=published.title,
        markdown=published.markdown,
        at=at,
    )


def archive(session: Session, reader: Reader, article_id: int, *, at: datetime) -> None:
    """Take a published article out of search; nothing of it is deleted.

    Raises:
        LicenceMissing: `reader` may not publish this.
        ArticleNotFound: it is absent or invisible.
        WrongState: it is not published.
    """
    reader.must_hold(Licence.CONTRIBUTOR)
    article, _ = _held(session, reader, article_id)
    must_decide(session, reader, article.audience_id)
    article.state = lifecycle.move(article.state, ArticleState.ARCHIVED)
    article.updated_at = at
    offering.take_back(session, [article.id])
    _record(session, reader, article, "article.archive", at)


def merge(session: Session, reader: Reader, article_id: int, *, into_id: int, at: datetime) -> None:
    """Give up a duplicate: its number leads to the other article, which takes over its links.

    Publishing it again undoes that, but for the links.

    Raises:
        LicenceMissing: `reader` may not publish this.
        ArticleNotFound: one of the two is absent or invisible.
        BadMerger: they are the same, or the other one is not published.
    """
    reader.must_hold(Licence.CONTRIBUTOR)
    # Locked in one order, so that two people who merge crosswise do not wait for each other.
    held = {id_: _held(session, reader, id_)[0] for id_ in sorted({article_id, into_id})}
    article, target = held[article_id], held[into_id]
    must_decide(session, reader, article.audience_id, target.audience_id)
    if article is target or target.state is not ArticleState.PUBLISHED:
        raise BadMerger(f"{article.number} cannot be merged into {target.number}")
    if article.state is ArticleState.DRAFT:
        article.state, article.verdict = ArticleState.REJECTED, f"merged into {target.number}"
    elif article.state is ArticleState.PUBLISHED:
        article.state = lifecycle.move(article.state, ArticleState.ARCHIVED)
    article.merged_into_id, article.updated_at = target.id, at
    offering.take_back(session, [article.id])
    _move_links(session, article, target)
    _record(session, reader, article, "article.merge", at, detail=f"into={target.id}")


def _move_links(session: Session, article: Article, target: Article) -> None:
    there = {
        (link.ticket_id, link.role)
        for link in session.scalars(select(ArticleLink).where(ArticleLink.article_id == target.id))
    }
    for link in session.scalars(
        select(ArticleLink).where(
            ArticleLink.article_id == article.id, ArticleLink.role != LinkRole.CREATED_FROM
        )
    ):
        if (link.ticket_id, link.role) in there:
            session.delete(link)
        else:
            link.article_id = target.id


def must_wait(session: Session, reader: Reader, article_id: int) -> ArticleVersion:
    """The version that waits for a review, its article kept from others.

    Raises:
        LicenceMissing: `reader` may not decide about it.
        ArticleNotFound: it is absent or invisible.
        NothingWaits: the newest version is published, or the article rejected or archived.
    """
    article, newest = _held(session, reader, article_id)
    must_decide(session, reader, article.audience_id)
    change = article.state is ArticleState.PUBLISHED and newest.number != article.published_version
    if not change and article.state is not ArticleState.DRAFT:
        raise NothingWaits(f"nothing of {article.number} waits for a review")
    return newest


def _settle(session: Session, article: Article, *kinds: RemarkKind) -> None:
    """What was asked of the author is answered by what happens now."""
    session.execute(
        update(Remark)
        .where(Remark.article_id == article.id, Remark.open, Remark.kind.in_(kinds))
        .values(open=False)
    )


def _must_be_newest(article: Article, newest: ArticleVersion, base: int, yours: Wording) -> None:
    if base != newest.number:
        current = Wording(newest.number, newest.title, newest.markdown)
        raise EditConflict(article.number, base=base, current=current, yours=yours)


def _check(title: str, markdown: str) -> None:
    if not title or not markdown.strip():
        raise EmptyArticle("an article needs a title and a text")
    if len(title) > LONGEST_TITLE:
        raise ArticleTooLong(f"the title is longer than {LONGEST_TITLE} characters")
    if len(markdown) > LONGEST:
        raise ArticleTooLong(f"the text is longer than {LONGEST} characters")


TO_CHANGE = {
    Governance.EXPERIENCE: Licence.CANDIDATE,
    Governance.COMPLIANCE: Licence.PUBLISHER,
}
"""The licence that changing an article takes, by its governance."""


def held(session: Session, reader: Reader, article_id: int) -> Article:
    """The article, kept from others until the transaction ends.

    Raises:
        ArticleNotFound: it is absent or invisible.
    """
    article = session.scalar(
        select(Article)
        .where(Article.id == article_id, visible_articles(reader))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if article is None:
        raise ArticleNotFound(article_id)
    return article


def _held(session: Session, reader: Reader, article_id: int) -> tuple[Article, ArticleVersion]:
    """The article, kept from others until the transaction ends, with its newest version."""
    article = held(session, reader, article_id)
    reader.must_hold(TO_CHANGE[article.governance])
    newest = session.scalar(
        select(ArticleVersion)
        .join(Article, Article.id == ArticleVersion.article_id)
        .where(
            ArticleVersion.article_id == article_id,
            ArticleVersion.number == article.version,
            visible_versions(reader),
        )
    )
    if newest is None:
        raise ArticleNotFound(article_id)
    return article, newest


def _add_version(
    session: Session,
    reader: Reader,
    article: Article,
    before: ArticleVersion,
    *,
    title: str,
    markdown: str,
    at: datetime,
    revealed: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """A version that follows `before`; `revealed` are placeholders that it shows the originals of.

    Statements keep their evidence, and placeholders what they stand for.
    """
    article.version, article.updated_at = article.version + 1, at
    after = ArticleVersion(
        article_id=article.id,
        number=article.version,
        title=title,
        markdown=markdown,
        audience_id=before.audience_id,
        author_id=reader.person_id,
        at=at,
        statements=statements.carried(session, before, title, markdown, revealed=revealed),
        replacements=still_replaced(session, before, title, markdown),
    )
    session.add(after)
    _settle(session, article, RemarkKind.EDITS_SUGGESTED)
    _record(session, reader, article, "article.edit", at, detail=f"version={article.version}")
    return article.version


def still_replaced(
    session: Session, before: ArticleVersion, title: str, markdown: str
) -> list[ReplacementRow]:
    """What the placeholders of `before` stand for that this text still has."""
    text = f"{title}\n{markdown}".replace("\\", "")
    rows = session.scalars(
        select(ReplacementRow)
        .where(ReplacementRow.version_id == before.id)
        .order_by(ReplacementRow.id)
    )
    return [
        ReplacementRow(
            placeholder=row.placeholder,
            kind=row.kind,
            ticket_id=row.ticket_id,
            part=row.part,
            message_id=row.message_id,
            start=row.start,
            end=row.end,
        )
        for row in rows
        if row.placeholder in text
    ]


def _record(
    session: Session, reader: Reader, article: Article, verb: str, at: datetime, detail: str = ""
) -> None:
    events.record(
        session,
        verb,
        person_id=reader.person_id,
        subject="article",
        subject_id=article.id,
        at=at,
        detail=detail,
    )
