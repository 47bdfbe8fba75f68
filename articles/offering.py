"""What search may find of articles: the published version of each, for its audience."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from articles import news
from articles.models import Article, ArticleVersion
from kb import documents
from kb.models import DocumentKind


def offer(session: Session, shown: Collection[tuple[Article, ArticleVersion]]) -> None:
    """Let search find each article with the text of this version."""
    documents.put_all(session, [_text(article, version) for article, version in shown])
    news.note_shown(session, [article for article, _ in shown])


def take_back(session: Session, article_ids: Collection[int]) -> None:
    """Take articles out of search; what was never offered is fine."""
    documents.withdraw(session, DocumentKind.ARTICLE, article_ids)
    news.note_retired(session, article_ids)


def _text(article: Article, version: ArticleVersion) -> documents.Text:
    return documents.Text(
        kind=DocumentKind.ARTICLE,
        origin_id=article.id,
        title=version.title,
        body=version.markdown,
        audience_id=article.audience_id,
        number=article.number,
        source=article.source,
        happened_at=version.at,
        solved=True,
        item=article.product,
        language=article.language,
    )
