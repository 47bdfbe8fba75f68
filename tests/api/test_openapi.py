"""The OpenAPI document is complete, for every route."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

NEEDED = ("summary", "description", "tags", "responses")
OPEN = {"/health/live", "/health/ready", "/api/v1/sources/{name}/webhook"}
"""Routes that answer without a token."""


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def has_example(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Whether the schema, or each part that it is made of, shows an example."""
    if "$ref" in schema:
        return has_example(document, document["components"]["schemas"][schema["$ref"][21:]])
    if "example" in schema or "examples" in schema:
        return True
    if schema.get("type") == "array":
        return has_example(document, schema["items"])
    if "items" in schema.get("properties", {}):  # a part of a list
        return has_example(document, schema["properties"]["items"])
    return False


def shortcomings(document: dict[str, Any]) -> list[str]:
    found = []
    for path, method, operation in operations(document):
        place = f"{method.upper()} {path}"
        found += [f"{place}: no {needed}" for needed in NEEDED if not operation.get(needed)]
        if path not in OPEN and not operation.get("security"):
            found.append(f"{place}: no security")
        found += [f"{place}: {what}" for what in answers_short_of(document, operation)]
        for media in operation.get("requestBody", {}).get("content", {}).values():
            if not has_example(document, media["schema"]):
                found.append(f"{place}: the body has no example")
        for parameter in operation.get("parameters", []):
            if not parameter.get("description"):
                found.append(f"{place}: {parameter['name']} has no description")
    return found


def answers_short_of(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    found = []
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if int(status) >= 400:
            if list(content) != ["application/problem+json"]:
                found.append(f"{status} is no problem document")
        elif int(status) != 204 and not any(
            "example" in media or has_example(document, media.get("schema", {}))
            for media in content.values()
        ):
            found.append(f"{status} has no example")
    if "500" not in operation["responses"]:
        found.append("500 is missing")
    return found


def test_every_operation_is_described(app: FastAPI) -> None:
    assert shortcomings(app.openapi()) == []


def test_a_bare_route_would_be_noticed(app: FastAPI) -> None:
    @app.post("/bare")
    def bare(body: dict[str, str]) -> dict[str, str]:
        return body

    app.openapi_schema = None
    found = shortcomings(app.openapi())

    assert "POST /bare: no security" in found
    assert "POST /bare: 200 has no example" in found
    assert "POST /bare: the body has no example" in found
    assert "POST /bare: 422 is no problem document" in found


def test_ids_of_operations_are_unique(app: FastAPI) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(app.openapi())]

    assert len(ids) == len(set(ids))


def test_the_document_is_served(stranger: TestClient, app: FastAPI) -> None:
    answer = stranger.get("/api/v1/openapi.json")

    assert answer.json() == app.openapi()


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_fetches_scripts_from_elsewhere(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 404
