"""A licence says how far somebody's word on articles goes; roles say what they work as."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles import remarks, review, store
from articles.models import ArticleState
from kb import licences, people
from kb.models import Event, Licence, OrganisationKind, Person, Role
from kb.visibility import OPERATOR, LicenceMissing, Reader, reader_of
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_audience, make_person

SHARED = "shared"


def reader(session: Session, person: Person) -> Reader:
    return reader_of(session, person, at=MONDAY)


def give(session: Session, person: Person, licence: Licence) -> Reader:
    licences.give(session, OPERATOR, licences.Subject(person_id=person.id), licence, at=MONDAY)
    session.flush()
    return reader(session, person)


def engineer(session: Session, *audiences: str) -> Person:
    return make_person(
        session, roles=(Role.SECOND_LEVEL,), audiences=audiences or (people.INTERNAL,)
    )


def contractor(session: Session) -> Person:
    return make_person(
        session,
        "kim@nordwind.example",
        organisation="Nordwind",
        kind=OrganisationKind.CONTRACTOR,
        roles=(Role.SECOND_LEVEL,),
        audiences=(SHARED,),
    )


class TestWhoHasWhich:
    @pytest.mark.parametrize(
        ("role", "licence"),
        [
            (Role.READER, None),
            (Role.FIRST_LEVEL, None),
            (Role.SECOND_LEVEL, Licence.CANDIDATE),
            (Role.PUBLISHER, Licence.PUBLISHER),
            (Role.COACH, Licence.COACH),
            (Role.ADMINISTRATOR, Licence.COACH),
            (Role.AUDITOR, None),
        ],
    )
    def test_without_one_the_roles_decide(
        self, session: Session, role: Role, licence: Licence | None
    ) -> None:
        assert reader(session, make_person(session, roles=(role,))).licence is licence

    def test_a_team_gives_it_to_its_people_while_they_are_in_it(self, session: Session) -> None:
        person = engineer(session)
        team = people.put_team(session, "Net", level=2, organisation_id=person.organisation_id)
        licences.give(
            session, OPERATOR, licences.Subject(team_id=team.id), Licence.PUBLISHER, at=MONDAY
        )
        people.join(session, person.id, team.id)
        session.flush()

        assert reader(session, person).licence is Licence.PUBLISHER
        people.join(session, person.id, team.id, until=MONDAY)
        session.flush()
        assert reader(session, person).licence is Licence.CANDIDATE

    def test_ones_own_counts_more_than_the_teams_also_when_lower(self, session: Session) -> None:
        person = engineer(session)
        team = people.put_team(session, "Net", level=2, organisation_id=person.organisation_id)
        licences.give(
            session, OPERATOR, licences.Subject(team_id=team.id), Licence.PUBLISHER, at=MONDAY
        )
        people.join(session, person.id, team.id)

        assert give(session, person, Licence.CANDIDATE).licence is Licence.CANDIDATE

    def test_a_first_level_agent_with_one_works_on_articles(self, session: Session) -> None:
        person = make_person(session, roles=(Role.FIRST_LEVEL,))
        draft = make_draft(session).id

        with pytest.raises(store.ArticleNotFound):
            store.get(session, reader(session, person), draft)
        assert store.get(session, give(session, person, Licence.CANDIDATE), draft).id == draft

    def test_an_account_that_ended_has_none(self, session: Session) -> None:
        person = engineer(session)
        give(session, person, Licence.COACH)
        person.active = False

        assert reader(session, person).licence is None


class TestDeciding:
    def test_a_candidate_writes_and_others_publish(self, session: Session) -> None:
        person = engineer(session)
        draft = make_draft(session).id
        candidate = give(session, person, Licence.CANDIDATE)
        review.edit(
            session, candidate, draft, base=1, title="Better", markdown="Better.", at=MONDAY
        )

        with pytest.raises(LicenceMissing, match="contributor"):
            review.publish(session, candidate, draft, at=MONDAY)
        review.publish(session, give(session, person, Licence.CONTRIBUTOR), draft, at=MONDAY)
        assert store.get(session, candidate, draft).state is ArticleState.PUBLISHED

    def test_a_contributor_widens_nothing_beyond_our_company(self, session: Session) -> None:
        contractor(session)
        person = engineer(session, people.INTERNAL, SHARED)
        contributor = give(session, person, Licence.CONTRIBUTOR)
        draft = make_draft(session).id
        shared = make_audience(session, SHARED)

        with pytest.raises(LicenceMissing, match="publisher"):
            review.publish(session, contributor, draft, audience_id=shared, at=MONDAY)
        publisher = give(session, person, Licence.PUBLISHER)
        review.publish(session, publisher, draft, audience_id=shared, at=MONDAY)

    @pytest.mark.parametrize(
        "decide",
        [
            lambda *asked: review.publish(*asked, at=MONDAY),
            lambda *asked: review.reject(*asked, reason="No.", at=MONDAY),
            lambda session, asking, draft: remarks.suggest_edits(
                session, asking, draft, "Say more.", at=MONDAY
            ),
        ],
        ids=["publish", "reject", "return"],
    )
    def test_what_others_read_is_not_for_contributors(
        self, session: Session, decide: Callable[[Session, Reader, int], None]
    ) -> None:
        """A contractor's own contributor neither: everything that they see is read outside."""
        theirs = give(session, contractor(session), Licence.CONTRIBUTOR)
        ours = give(session, engineer(session, people.INTERNAL, SHARED), Licence.CONTRIBUTOR)
        both = people.both(session, make_audience(session, SHARED), make_audience(session, SHARED))
        for asking in (theirs, ours):
            draft = make_draft(session, audience=SHARED, external_id=str(asking.person_id)).id
            with pytest.raises(LicenceMissing, match="publisher"):
                decide(session, asking, draft)
        assert not review.may_decide(session, ours, both)

    def test_who_has_none_learns_nothing_of_drafts(self, session: Session) -> None:
        draft = make_draft(session).id
        nobody = reader(session, make_person(session, "r@own.example", roles=(Role.READER,)))

        with pytest.raises(LicenceMissing):
            review.publish(session, nobody, draft, at=MONDAY)


class TestGiving:
    def test_it_leaves_an_event_once(self, session: Session) -> None:
        person = engineer(session)
        give(session, person, Licence.PUBLISHER)
        give(session, person, Licence.PUBLISHER)
        licences.take_back(session, OPERATOR, licences.Subject(person_id=person.id), at=MONDAY)

        rows = session.execute(
            select(Event.verb, Event.subject_id, Event.detail).where(Event.verb.like("licence%"))
        ).all()
        assert [tuple(row) for row in rows] == [
            ("licence.give", person.id, "licence=publisher"),
            ("licence.take_back", person.id, ""),
        ]

    def test_a_coach_gives_up_to_publisher_in_the_own_company(self, session: Session) -> None:
        coach = reader(session, make_person(session, "coach@own.example", roles=(Role.COACH,)))
        newcomer, other = engineer(session), contractor(session)
        subject = licences.of_person(session, coach, newcomer.email)

        licences.give(session, coach, subject, Licence.PUBLISHER, at=MONDAY)
        with pytest.raises(LicenceMissing, match="administrator"):
            licences.give(session, coach, subject, Licence.COACH, at=MONDAY)
        mine = licences.of_person(session, coach, "coach@own.example")
        with pytest.raises(LicenceMissing, match="administrator"):
            licences.give(session, coach, mine, Licence.PUBLISHER, at=MONDAY)
        with pytest.raises(people.PersonNotFound):
            licences.of_person(session, coach, other.email)

    def test_a_coach_does_not_see_those_of_other_companies(self, session: Session) -> None:
        coach = reader(session, make_person(session, "coach@own.example", roles=(Role.COACH,)))
        give(session, contractor(session), Licence.PUBLISHER)
        give(session, engineer(session), Licence.CANDIDATE)

        assert [one.person for one in licences.listed(session, coach)] == ["agent@own.example"]
        assert len(licences.listed(session, OPERATOR)) == 2

    def test_a_publisher_gives_none(self, session: Session) -> None:
        publisher = reader(session, make_person(session))

        with pytest.raises(LicenceMissing):
            licences.of_person(session, publisher, "agent@own.example")
