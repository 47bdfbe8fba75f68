from enum import StrEnum

class Governance(StrEnum):
    COMPLIANCE = "compliance"
    EXPERIENCE = "experience"

    def __str__(self) -> str:
        return str(self.value)
