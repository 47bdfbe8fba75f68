from enum import StrEnum

class TicketState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"

    def __str__(self) -> str:
        return str(self.value)
