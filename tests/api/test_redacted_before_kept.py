"""No statement ever carries a draft's text with private data: killed at any, none is left."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

from api.wiring import Services
from api.worker import work_all
from articles import review
from articles.models import Article, ArticleVersion
from kb import tickets
from tests.factories import MONDAY, make_reader, make_ticket

LATER = MONDAY + timedelta(hours=1)
PRIVATE = ("kim.berg@firma.example", "Hunter2secret")
STEPS = (
    "Set the MTU of the tunnel to 1400. Restart the client afterwards."
    f" Mail {PRIVATE[0]} the log file. Sign in with the password: {PRIVATE[1]}."
)


@contextmanager
def written(services: Services) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, values included."""
    sent = list[str]()

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE")):
            sent.append(f"{sql} {values!r}")

    event.listen(services.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(services.database.engine, "before_cursor_execute", note)


def close(services: Services, name: str, resolution: str) -> None:
    with services.database.write() as session:
        ticket = make_ticket(session, external_id=name, level=2, language="en")
        reader = make_reader(session, email="closer@own.example")
        tickets.close(session, reader, ticket, resolution, at=MONDAY)


def assert_clean(sent: list[str], *, table: str) -> None:
    """Passages of the ticket, for its own readers, are as it says them."""
    sent = [each for each in sent if not each.startswith("INSERT INTO passages")]
    assert any(table in each for each in sent)
    assert [each for each in sent for secret in PRIVATE if secret in each] == []


def test_of_a_draft_and_of_a_change(services: Services) -> None:
    close(services, "1", STEPS)
    with written(services) as sent:
        work_all(services, at=LATER)
    assert_clean(sent, table="article_version")

    with services.database.write() as session:
        article = session.scalars(select(Article)).one()
        review.publish(session, make_reader(session), article.id, at=LATER)
    work_all(services, at=LATER)
    close(services, "2", f"{STEPS} Delete the folder C:\\Temp\\vpn of {PRIVATE[0]} and wait.")
    with written(services) as sent:
        work_all(services, at=LATER)

    assert_clean(sent, table="article_version")
    with services.database.read() as session:
        newest = session.scalars(select(ArticleVersion).order_by(ArticleVersion.id.desc())).first()
    assert newest is not None
    assert "[EMAIL-" in newest.markdown.replace("\\", "")
