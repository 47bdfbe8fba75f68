from enum import StrEnum

class Kind(StrEnum):
    ARTICLE = "article"
    TICKET = "ticket"

    def __str__(self) -> str:
        return str(self.value)
