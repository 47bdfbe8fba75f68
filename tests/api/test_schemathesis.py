"""Generated requests over the whole OpenAPI, as three kinds of readers.

No crash, no undocumented status or shape, and never a word of what the reader may not see.
"""

from contextlib import suppress
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

from api.wiring import Services
from tests.api.conftest import CONTRACTOR
from tests.factories import make_ticket, message
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

load_all_checks()


@pytest.fixture
def hidden(services: Services) -> None:
    """A case of our own company, and one that is shared but for a message."""
    with services.database.write() as session:
        make_ticket(session, external_id="1", title=f"The {HIDDEN} case")
        make_ticket(
            session,
            external_id="2",
            audience=CONTRACTOR,
            messages=(message(f"Not for them: {HIDDEN}", internal=True), message("For all")),
        )
    index_all(services.finder)


@pytest.mark.usefixtures("hidden")
@pytest.mark.parametrize("who", ["agent", "contractor", "stranger"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_generated_requests(
    app: FastAPI, who: str, mode: GenerationMode, request: pytest.FixtureRequest
) -> None:
    client: TestClient = request.getfixturevalue(who)
    headers = {name: client.headers[name] for name in ("authorization",) if name in client.headers}
    tried = 0
    for found in from_asgi("/api/v1/openapi.json", app).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

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
            if who != "agent":
                assert HIDDEN not in answer.text

        if mode is GenerationMode.POSITIVE or operation.body or list(operation.iter_parameters()):
            # Nearly every text is a name: of such an operation nothing wrong can be made.
            with suppress(Unsatisfiable):
                answers()
    assert tried > EXAMPLES
