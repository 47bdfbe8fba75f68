from enum import StrEnum

class Verdict(StrEnum):
    CHANGE = "change"
    LINK = "link"
    NEW = "new"
    NOTHING = "nothing"

    def __str__(self) -> str:
        return str(self.value)
