"""Generated requests over the whole OpenAPI, as three kinds of readers and as administrator.

No crash, no undocumented status or shape, and never a word or an id of what the reader may not see.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.openapi import from_asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import event
from sqlalchemy.orm import Session

from api.wiring import Services
from articles import offering
from articles.models import Article, ArticleState, ArticleVersion
from kb.db import Base
from kb.models import OrganisationKind, TicketState
from tests.api.conftest import CONTRACTOR
from tests.factories import MONDAY, make_audience, make_person, make_ticket, message
from tests.fakes import index_all

EXAMPLES = 12
"""Requests per operation, mode and reader; 250 took seven minutes and found nothing more."""

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

HIDDEN = "swordfish"

FIRST_HIDDEN, STEP = 7_000_000, 1_000
"""Ids of hidden rows: far from all others, and from those that a database gives after them."""

load_all_checks()


@contextmanager
def far_ids() -> Iterator[set[int]]:
    """Rows made meanwhile get ids that no other row has; which ones."""
    given: set[int] = set()
    numbers = count(FIRST_HIDDEN, STEP)

    def number(_mapper: object, _connection: object, row: Any) -> None:
        if hasattr(row, "id") and row.id is None:
            row.id = next(numbers)
            given.add(row.id)

    event.listen(Base, "before_insert", number, propagate=True)
    try:
        yield given
    finally:
        event.remove(Base, "before_insert", number)


@pytest.fixture
def hidden(services: Services) -> set[int]:
    """What is not for the contractor, beside a case that is shared but for a message; the ids."""
    with services.database.write() as session:
        make_ticket(
            session,
            external_id="2",
            audience=CONTRACTOR,
            messages=(message(f"Not for them: {HIDDEN}", internal=True), message("For all")),
        )
        with far_ids() as given:
            make_ticket(
                session,
                external_id="1",
                title=f"The {HIDDEN} case",
                level=2,
                state=TicketState.CLOSED,
                closed_at=MONDAY,
                resolution=f"Fed the {HIDDEN}",
                messages=(message(f"The {HIDDEN} swims"),),
            )
            for number, state in enumerate(ArticleState):
                _article(session, f"KB-{number}", state)
            make_person(
                session,
                f"{HIDDEN}@ostwerk.example",
                organisation=HIDDEN,
                kind=OrganisationKind.CUSTOMER,
                audiences=(HIDDEN,),
            )
            session.flush()  # within, so that all have such ids
    index_all(services.finder)
    return given


def _article(session: Session, number: str, state: ArticleState) -> None:
    version = ArticleVersion(
        number=1,
        title=f"The {HIDDEN}",
        markdown=f"## Issue\n\n{HIDDEN}\n",
        audience_id=make_audience(session),
        at=MONDAY,
        statements=[],
        replacements=[],
    )
    published = state is ArticleState.PUBLISHED
    article = Article(
        number=number,
        source="test",
        external_id=number,
        state=state,
        audience_id=version.audience_id,
        published_version=1 if published else None,
        created_at=MONDAY,
        updated_at=MONDAY,
        versions=[version],
    )
    session.add(article)
    session.flush()  # the document needs the id
    if published:
        offering.offer(session, [(article, version)])


@pytest.mark.parametrize("who", ["agent", "contractor", "stranger", "administrator"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_generated_requests(
    app: FastAPI,
    hidden: set[int],
    who: str,
    mode: GenerationMode,
    request: pytest.FixtureRequest,
) -> None:
    client: TestClient = request.getfixturevalue(who)
    headers = {name: client.headers[name] for name in ("authorization",) if name in client.headers}
    tried = 0
    for found in from_asgi("/api/v1/openapi.json", app).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if who == "administrator" and "/admin/" not in operation.path:
            continue  # may there what the others may

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            deadline=None,
            database=None,
            derandomize=True,
        )
        def answers(case: schemathesis.Case[Any]) -> None:
            nonlocal tried
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            tried += 1
            if who in {"contractor", "stranger"}:
                assert HIDDEN not in answer.text
                assert not hidden & {int(number) for number in re.findall(r"\d+", answer.text)}

        if mode is GenerationMode.POSITIVE or operation.body or list(operation.iter_parameters()):
            # Nearly every text is a name: of such an operation nothing wrong can be made.
            with suppress(Unsatisfiable):
                answers()
    assert tried > EXAMPLES
