from enum import StrEnum

class MembershipOrigin(StrEnum):
    DIRECTORY = "directory"
    HAND = "hand"
    PROVIDER = "provider"

    def __str__(self) -> str:
        return str(self.value)
