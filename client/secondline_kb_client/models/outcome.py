from enum import StrEnum

class Outcome(StrEnum):
    IMPOSSIBLE = "impossible"
    NO_HELP = "no_help"

    def __str__(self) -> str:
        return str(self.value)
