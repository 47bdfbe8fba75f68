from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.care_out import CareOut
from ...models.problem import Problem
from typing import cast



def _get_kwargs(
    draft_id: int,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/drafts/{draft_id}/care".format(draft_id=quote(str(draft_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> CareOut | Problem | None:
    if response.status_code == 200:
        response_200 = CareOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[CareOut | Problem]:
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

) -> Response[CareOut | Problem]:
    """ Show who looks after an article

     Its owner and its governance.

    Args:
        draft_id (int): Its id, as lists and hits give it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CareOut | Problem]
     """


    kwargs = _get_kwargs(
        draft_id=draft_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    draft_id: int,
    *,
    client: AuthenticatedClient,

) -> CareOut | Problem | None:
    """ Show who looks after an article

     Its owner and its governance.

    Args:
        draft_id (int): Its id, as lists and hits give it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CareOut | Problem
     """


    return sync_detailed(
        draft_id=draft_id,
client=client,

    ).parsed

async def asyncio_detailed(
    draft_id: int,
    *,
    client: AuthenticatedClient,

) -> Response[CareOut | Problem]:
    """ Show who looks after an article

     Its owner and its governance.

    Args:
        draft_id (int): Its id, as lists and hits give it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CareOut | Problem]
     """


    kwargs = _get_kwargs(
        draft_id=draft_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    draft_id: int,
    *,
    client: AuthenticatedClient,

) -> CareOut | Problem | None:
    """ Show who looks after an article

     Its owner and its governance.

    Args:
        draft_id (int): Its id, as lists and hits give it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CareOut | Problem
     """


    return (await asyncio_detailed(
        draft_id=draft_id,
client=client,

    )).parsed
