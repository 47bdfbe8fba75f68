from enum import StrEnum

class Item(StrEnum):
    ENVIRONMENT = "environment"
    EVIDENCE = "evidence"
    IMAGES = "images"
    ISSUE = "issue"
    LINKS = "links"
    PRIVATE = "private"
    RESOLUTION = "resolution"
    STEPS = "steps"
    TITLE = "title"

    def __str__(self) -> str:
        return str(self.value)
