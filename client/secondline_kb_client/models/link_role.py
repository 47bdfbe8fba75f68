from enum import StrEnum

class LinkRole(StrEnum):
    CREATED_FROM = "created_from"
    REFERENCE = "reference"
    RESOLVED_BY = "resolved_by"

    def __str__(self) -> str:
        return str(self.value)
