from enum import StrEnum

class OrganisationKind(StrEnum):
    CONTRACTOR = "contractor"
    CUSTOMER = "customer"
    OWN = "own"

    def __str__(self) -> str:
        return str(self.value)
