from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from articles import coaching, review
from articles.checklist import Item
from kb.models import OrganisationKind
from tests.articles.writing import make_draft
from tests.factories import MONDAY, make_person, make_reader

TUESDAY = MONDAY + timedelta(days=1)


def places(session: Session, article_id: int, audience: str, item: Item) -> tuple[str, ...]:
    reader = make_reader(session, audience)
    (result,) = coaching.results(session, reader, article_id, items={item})
    return result.places


def test_a_sentence_that_a_person_added_has_no_source(session: Session) -> None:
    article, reader = make_draft(session), make_reader(session)
    text = "## Issue\n\nSince Monday the tunnel is gone after an hour. It is the moon."
    title = "VPN drops every hour"
    review.edit(session, reader, article.id, base=1, title=title, markdown=text, at=TUESDAY)

    assert places(session, article.id, "internal", Item.EVIDENCE) == ("It is the moon.",)


def test_host_names_are_private_only_towards_others(session: Session) -> None:
    make_person(
        session,
        "c@contractor.example",
        organisation="Contractor",
        kind=OrganisationKind.CONTRACTOR,
        audiences=("contractor",),
    )
    words: dict[str, Any] = {"description": "Tunnel to 10.20.30.40 is gone."}
    own = make_draft(session, external_id="1", **words)
    shared = make_draft(session, external_id="2", audience="contractor", **words)

    assert places(session, own.id, "internal", Item.PRIVATE) == ()
    assert places(session, shared.id, "contractor", Item.PRIVATE) == ("IP, line 3",)
