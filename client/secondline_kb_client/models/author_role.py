from enum import StrEnum

class AuthorRole(StrEnum):
    AGENT = "agent"
    CONTRACTOR = "contractor"
    REQUESTER = "requester"
    SYSTEM = "system"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)
