from enum import StrEnum

class ArticleState(StrEnum):
    ARCHIVED = "archived"
    DRAFT = "draft"
    PUBLISHED = "published"
    REJECTED = "rejected"

    def __str__(self) -> str:
        return str(self.value)
