from enum import StrEnum

class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    COACH = "coach"
    FIRST_LEVEL_AGENT = "first_level_agent"
    PUBLISHER = "publisher"
    READER = "reader"
    SECOND_LEVEL_ENGINEER = "second_level_engineer"

    def __str__(self) -> str:
        return str(self.value)
