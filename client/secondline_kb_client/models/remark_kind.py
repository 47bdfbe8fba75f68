from enum import StrEnum

class RemarkKind(StrEnum):
    COMMENT = "comment"
    CONFIRMED = "confirmed"
    EDITS_SUGGESTED = "edits_suggested"
    FLAG = "flag"

    def __str__(self) -> str:
        return str(self.value)
