from enum import StrEnum

class Impact(StrEnum):
    COMPANY = "company"
    PERSON = "person"
    SITE = "site"
    TEAM = "team"

    def __str__(self) -> str:
        return str(self.value)
