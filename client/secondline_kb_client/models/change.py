from enum import StrEnum

class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"
    SKIPPED = "skipped"

    def __str__(self) -> str:
        return str(self.value)
