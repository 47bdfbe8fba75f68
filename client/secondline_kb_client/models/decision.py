from enum import StrEnum

class Decision(StrEnum):
    CHANGE = "change"
    DRAFTED = "drafted"
    LINK = "link"
    LINKED = "linked"
    NOTHING = "nothing"
    PENDING = "pending"
    PROPOSED = "proposed"
    TOO_THIN = "too_thin"

    def __str__(self) -> str:
        return str(self.value)
