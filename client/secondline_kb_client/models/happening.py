from enum import StrEnum

class Happening(StrEnum):
    ARTICLE_CHANGED = "article.changed"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_RETIRED = "article.retired"
    DRAFT_READY = "draft.ready"

    def __str__(self) -> str:
        return str(self.value)
