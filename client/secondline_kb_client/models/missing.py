from enum import StrEnum

class Missing(StrEnum):
    CAUSE = "cause"
    EXACT = "exact"
    STEP = "step"
    VERIFICATION = "verification"
    VERSION = "version"

    def __str__(self) -> str:
        return str(self.value)
