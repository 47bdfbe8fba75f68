from enum import StrEnum

class Band(StrEnum):
    LIKELY = "likely"
    NOTHING = "nothing"
    RELATED = "related"

    def __str__(self) -> str:
        return str(self.value)
