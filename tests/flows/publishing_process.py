"""A process that publishes every draft, one transaction each, for tests that kill it."""

import sys

from articles import review, store
from kb import people
from kb.db import Database
from kb.visibility import reader_of
from tests.factories import MONDAY


def run(url: str, email: str) -> None:
    """Publish until no draft is left; say when it begins."""
    database = Database(url)
    with database.read() as session:
        reader = reader_of(session, people.person(session, email), at=MONDAY)
        drafts = [draft.id for draft in store.waiting(session, reader, limit=1_000)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for article_id in drafts:
        with database.write() as session:
            review.publish(session, reader, article_id, at=MONDAY)


if __name__ == "__main__":
    run(*sys.argv[1:])
