"""Audiences as doors take them: by name, and only those that the asker belongs to."""

from sqlalchemy.orm import Session

from kb import people
from kb.errors import InvalidInput
from kb.visibility import Reader


class AudienceUnclear(InvalidInput):
    """The audience is not one of the reader's own, or there are several to choose from."""


def chosen(session: Session, reader: Reader, name: str | None) -> int:
    """The id of the reader's audience called `name`; of their only one, if no name is given.

    Raises:
        AudienceUnclear: it is none of theirs; whether it exists is not told.
    """
    own = {audience.name: audience.id for audience in people.own_audiences(session, reader)}
    if name is None and len(own) == 1:
        return next(iter(own.values()))
    if name is None or name not in own:
        raise AudienceUnclear("name one of your audiences; GET /api/v1/audiences lists them")
    return own[name]


def names(session: Session, reader: Reader) -> dict[int, str]:
    """The reader's own audiences: names by id."""
    return {audience.id: audience.name for audience in people.own_audiences(session, reader)}
