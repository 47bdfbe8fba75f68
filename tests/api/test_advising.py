"""A closed ticket leads to a link, a change or a new article, and never names a hidden one."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.wiring import Services
from api.worker import work_all
from articles import links, review, store
from articles.models import Article, ArticleVersion, Decision, DraftOutcome, LinkRole
from kb import jobs, tickets
from kb.models import Event, Grant
from tests.factories import MONDAY, make_audience, make_person, make_reader, make_ticket

LATER = MONDAY + timedelta(hours=1)
TITLE = "VPN drops every hour"
ISSUE = "Since Monday the VPN tunnel is gone after an hour. The client shows error 809."
STEPS = "Set the MTU of the tunnel to 1400. Restart the client afterwards."


def solve(
    services: Services,
    resolution: str,
    audience: str = "internal",
    *,
    title: str = TITLE,
    issue: str = ISSUE,
) -> int:
    """Close a ticket on the issue and let the worker draft from it."""
    with services.database.write() as session:
        ticket = make_ticket(
            session,
            audience=audience,
            external_id=f"{title}{resolution}{audience}",
            level=2,
            title=title,
            description=issue,
            language="en",
        )
        reader = make_reader(session, audience, email=f"{audience}@own.example")
        tickets.close(session, reader, ticket, resolution, at=MONDAY)
        ticket_id = ticket.id
    work_all(services, at=LATER)
    return ticket_id


def publish(services: Services, ticket_id: int) -> str:
    with services.database.write() as session:
        article = session.scalars(select(Article).where(Article.ticket_id == ticket_id)).one()
        reader = make_reader(session, "internal", email="publisher@own.example")
        review.publish(session, reader, article.id, at=LATER)
        number = article.number
    work_all(services, at=LATER)
    return number


def decided(services: Services, ticket_id: int) -> tuple[Decision, str | None]:
    """What became of the ticket, and the number of the article that this is about."""
    with services.database.read() as session:
        outcome = session.get(DraftOutcome, ticket_id)
        assert outcome is not None
        article = session.get(Article, outcome.article_id) if outcome.article_id else None
        return outcome.decision, None if article is None else article.number


def versions(services: Services, number: str) -> list[str]:
    with services.database.read() as session:
        return list(
            session.scalars(
                select(ArticleVersion.markdown)
                .join(Article, Article.id == ArticleVersion.article_id)
                .where(Article.number == number)
                .order_by(ArticleVersion.number)
            )
        )


MORE = f"{STEPS} Delete the folder C:\\Temp\\vpn and restart the computer."


@pytest.fixture
def number(services: Services) -> str:
    return publish(services, solve(services, STEPS))


def test_an_article_that_says_it_all_is_to_be_linked(services: Services, number: str) -> None:
    ticket_id = solve(services, f"Again. {STEPS}")

    assert decided(services, ticket_id) == (Decision.LINK, number)


def test_an_article_that_lacks_a_step_is_changed(services: Services, number: str) -> None:
    ticket_id = solve(services, MORE)

    assert decided(services, ticket_id) == (Decision.PROPOSED, number)
    before, after = versions(services, number)
    assert "vpn and restart" in after
    assert set(before.split("\n")) <= set(after.split("\n"))


def test_a_second_change_waits_for_a_person(services: Services, number: str) -> None:
    solve(services, MORE)
    ticket_id = solve(services, f"{STEPS} Renew the certificate with certutil -pulse.")

    assert decided(services, ticket_id) == (Decision.CHANGE, number)
    assert len(versions(services, number)) == 2


def test_done_twice_it_changes_nothing(services: Services, number: str) -> None:
    ticket_id = solve(services, MORE)
    with services.database.write() as session:
        jobs.promise(session, "draft", ticket_id, at=LATER)
    work_all(services, at=LATER)

    assert decided(services, ticket_id) == (Decision.PROPOSED, number)
    assert len(versions(services, number)) == 2


def test_another_solution_is_a_new_article(services: Services, number: str) -> None:
    decision, draft = decided(
        services, solve(services, "Replaced the broken router in the cellar.")
    )

    assert decision is Decision.DRAFTED
    assert draft != number


def test_a_solution_copied_from_an_article_makes_no_second_one(
    services: Services, number: str
) -> None:
    """The article would else be evidence for itself, by way of those who copy it."""
    ticket_id = solve(services, STEPS, title="Home office", issue="My screen shows no files.")

    decision, article = decided(services, ticket_id)

    assert (decision, article) == (Decision.PROPOSED, number)
    old, new = versions(services, number)
    added = [line for line in new.splitlines() if line and line not in old.splitlines()]
    assert len(added) == 1
    assert "MTU" not in added[0]


def test_the_ticket_behind_an_article_is_no_evidence_for_it(
    services: Services, number: str
) -> None:
    """Opened again, and solved by linking the article that was made from it."""
    with services.database.write() as session:
        article = session.scalars(select(Article).where(Article.number == number)).one()
        assert article.ticket_id is not None
        ticket_id, article_id = article.ticket_id, article.id
        reader = make_reader(session, "internal", email="second@own.example")
        links.link(session, reader, ticket_id, article_id, role=LinkRole.RESOLVED_BY, at=LATER)
        jobs.promise(session, "draft", ticket_id, at=LATER)
    work_all(services, at=LATER)

    with services.database.read() as session:
        assert session.scalars(select(Article.id)).all() == [article_id]
        assert links.reuse(session, reader, [article_id]) == {article_id: 0}
    assert len(versions(services, number)) == 1


def test_a_change_is_not_proposed_again_by_the_ticket_behind_it(
    services: Services, number: str
) -> None:
    ticket_id = solve(services, MORE)
    with services.database.write() as session:
        article = session.scalars(select(Article).where(Article.number == number)).one()
        reader = make_reader(session, "internal", email="publisher@own.example")
        review.publish(session, reader, article.id, at=LATER)
    work_all(services, at=LATER)
    with services.database.write() as session:
        jobs.promise(session, "draft", ticket_id, at=LATER)
    work_all(services, at=LATER)

    assert decided(services, ticket_id) == (Decision.LINK, number)
    assert len(versions(services, number)) == 2


def test_an_article_for_others_is_never_named(services: Services, number: str) -> None:
    decision, draft = decided(services, solve(services, f"Again. {STEPS}", audience="elsewhere"))

    assert decision is Decision.DRAFTED
    assert draft != number


def test_an_article_for_more_readers_counts(services: Services, number: str) -> None:
    """An internal ticket is compared with what contractors may read as well."""
    with services.database.write() as session:
        article = session.scalars(select(Article).where(Article.number == number)).one()
        reader = make_reader(session, "internal", email="publisher@own.example")
        wide = make_wider(session, "internal", "with contractors")
        review.publish(session, reader, article.id, audience_id=wide, at=LATER)
    work_all(services, at=LATER)

    assert decided(services, solve(services, f"Again. {STEPS}")) == (Decision.LINK, number)


def test_a_change_from_a_narrower_ticket_is_widened_by_a_person_alone(
    services: Services, number: str
) -> None:
    with services.database.write() as session:
        article = session.scalars(select(Article).where(Article.number == number)).one()
        reader = make_reader(session, "internal", email="publisher@own.example")
        wide = make_wider(session, "internal", "with contractors")
        review.publish(session, reader, article.id, audience_id=wide, at=LATER)
        article_id = article.id
    work_all(services, at=LATER)
    assert decided(services, solve(services, MORE)) == (Decision.PROPOSED, number)

    with services.database.write() as session:
        both = make_reader(session, "internal", "with contractors", email="both@own.example")
        outside = make_reader(session, "with contractors", email="outside@wide.example")
        assert store.get(session, outside, article_id).version == 1
        assert store.get(session, both, article_id).version == 2
        with pytest.raises(review.AudienceUndecided, match="name the audience"):
            review.publish(session, both, article_id, at=LATER)
        session.flush()
        before = len(widenings(session, article_id))

        review.publish(session, both, article_id, audience_id=wide, at=LATER)

        session.flush()
        assert len(widenings(session, article_id)) == before + 1
        assert store.get(session, outside, article_id).version == 2


def widenings(session: Session, article_id: int) -> list[Event]:
    return list(
        session.scalars(
            select(Event).where(Event.verb == "article.widen", Event.subject_id == article_id)
        )
    )


def make_wider(session: Session, audience: str, name: str) -> int:
    """An audience with all the grants of another one, and a contractor's."""
    wide = make_audience(session, name)
    make_person(session, "engineer@wide.example", audiences=(name,))
    inner = make_audience(session, audience)
    for row in session.scalars(select(Grant).where(Grant.audience_id == inner)).all():
        session.add(
            Grant(
                audience_id=wide,
                organisation_id=row.organisation_id,
                team_id=row.team_id,
                person_id=row.person_id,
            )
        )
    session.flush()
    return wide
