from enum import StrEnum

class Licence(StrEnum):
    CANDIDATE = "candidate"
    COACH = "coach"
    CONTRIBUTOR = "contributor"
    PUBLISHER = "publisher"

    def __str__(self) -> str:
        return str(self.value)
