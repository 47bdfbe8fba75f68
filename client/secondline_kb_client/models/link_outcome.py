from enum import StrEnum

class LinkOutcome(StrEnum):
    DID_NOT_HELP = "did_not_help"
    SOLVED = "solved"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
