from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.using import Using
from typing import cast



def _get_kwargs(
    cluster_id: int,
    *,
    body: Using,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/v1/clusters/{cluster_id}/article".format(cluster_id=quote(str(cluster_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | Problem | None:
    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())



        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())



        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())



        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())



        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    body: Using,

) -> Response[Any | Problem]:
    """ Use an article for a cluster

     Link all tickets of a cluster to a published article, or let one of them change it.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        body (Using): The article that says what the tickets of a cluster say. Example:
            {'article_id': 12, 'change': False}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem]
     """


    kwargs = _get_kwargs(
        cluster_id=cluster_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    body: Using,

) -> Any | Problem | None:
    """ Use an article for a cluster

     Link all tickets of a cluster to a published article, or let one of them change it.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        body (Using): The article that says what the tickets of a cluster say. Example:
            {'article_id': 12, 'change': False}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem
     """


    return sync_detailed(
        cluster_id=cluster_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    body: Using,

) -> Response[Any | Problem]:
    """ Use an article for a cluster

     Link all tickets of a cluster to a published article, or let one of them change it.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        body (Using): The article that says what the tickets of a cluster say. Example:
            {'article_id': 12, 'change': False}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem]
     """


    kwargs = _get_kwargs(
        cluster_id=cluster_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    body: Using,

) -> Any | Problem | None:
    """ Use an article for a cluster

     Link all tickets of a cluster to a published article, or let one of them change it.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        body (Using): The article that says what the tickets of a cluster say. Example:
            {'article_id': 12, 'change': False}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem
     """


    return (await asyncio_detailed(
        cluster_id=cluster_id,
client=client,
body=body,

    )).parsed
