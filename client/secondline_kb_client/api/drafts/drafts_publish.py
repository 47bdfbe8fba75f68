from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.publishing import Publishing
from ...models.saved_out import SavedOut
from typing import cast



def _get_kwargs(
    draft_id: int,
    *,
    body: Publishing,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/drafts/{draft_id}/publish".format(draft_id=quote(str(draft_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | SavedOut | None:
    if response.status_code == 200:
        response_200 = SavedOut.from_dict(response.json())



        return response_200

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | SavedOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    draft_id: int,
    *,
    client: AuthenticatedClient,
    body: Publishing,

) -> Response[Problem | SavedOut]:
    """ Publish a draft

     Let an audience find the newest version, from the next search on.

    The answer names articles that say nearly the same.

    Args:
        draft_id (int): Its id, as lists and hits give it.
        body (Publishing): Who shall read it. Example: {'audience': 'internal', 'version': 1}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SavedOut]
     """


    kwargs = _get_kwargs(
        draft_id=draft_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    draft_id: int,
    *,
    client: AuthenticatedClient,
    body: Publishing,

) -> Problem | SavedOut | None:
    """ Publish a draft

     Let an audience find the newest version, from the next search on.

    The answer names articles that say nearly the same.

    Args:
        draft_id (int): Its id, as lists and hits give it.
        body (Publishing): Who shall read it. Example: {'audience': 'internal', 'version': 1}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SavedOut
     """


    return sync_detailed(
        draft_id=draft_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    draft_id: int,
    *,
    client: AuthenticatedClient,
    body: Publishing,

) -> Response[Problem | SavedOut]:
    """ Publish a draft

     Let an audience find the newest version, from the next search on.

    The answer names articles that say nearly the same.

    Args:
        draft_id (int): Its id, as lists and hits give it.
        body (Publishing): Who shall read it. Example: {'audience': 'internal', 'version': 1}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | SavedOut]
     """


    kwargs = _get_kwargs(
        draft_id=draft_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    draft_id: int,
    *,
    client: AuthenticatedClient,
    body: Publishing,

) -> Problem | SavedOut | None:
    """ Publish a draft

     Let an audience find the newest version, from the next search on.

    The answer names articles that say nearly the same.

    Args:
        draft_id (int): Its id, as lists and hits give it.
        body (Publishing): Who shall read it. Example: {'audience': 'internal', 'version': 1}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | SavedOut
     """


    return (await asyncio_detailed(
        draft_id=draft_id,
client=client,
body=body,

    )).parsed
