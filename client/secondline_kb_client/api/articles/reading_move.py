from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.moving import Moving
from ...models.problem import Problem
from ...models.reading_list_out import ReadingListOut
from typing import cast



def _get_kwargs(
    list_id: int,
    number: str,
    *,
    body: Moving,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/reading-lists/{list_id}/entries/{number}/move".format(list_id=quote(str(list_id), safe=""),number=quote(str(number), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | ReadingListOut | None:
    if response.status_code == 200:
        response_200 = ReadingListOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | ReadingListOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    list_id: int,
    number: str,
    *,
    client: AuthenticatedClient,
    body: Moving,

) -> Response[Problem | ReadingListOut]:
    """ Move an article on a reading list

     By one place among those that you see; at the end of the list nothing changes.

    Args:
        list_id (int): Its id, as lists and hits give it.
        number (str): Its number: KB-12, also kb 12 or 12.
        body (Moving): The next place of an article. Example: {'direction': 'up'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadingListOut]
     """


    kwargs = _get_kwargs(
        list_id=list_id,
number=number,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    list_id: int,
    number: str,
    *,
    client: AuthenticatedClient,
    body: Moving,

) -> Problem | ReadingListOut | None:
    """ Move an article on a reading list

     By one place among those that you see; at the end of the list nothing changes.

    Args:
        list_id (int): Its id, as lists and hits give it.
        number (str): Its number: KB-12, also kb 12 or 12.
        body (Moving): The next place of an article. Example: {'direction': 'up'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadingListOut
     """


    return sync_detailed(
        list_id=list_id,
number=number,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    list_id: int,
    number: str,
    *,
    client: AuthenticatedClient,
    body: Moving,

) -> Response[Problem | ReadingListOut]:
    """ Move an article on a reading list

     By one place among those that you see; at the end of the list nothing changes.

    Args:
        list_id (int): Its id, as lists and hits give it.
        number (str): Its number: KB-12, also kb 12 or 12.
        body (Moving): The next place of an article. Example: {'direction': 'up'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReadingListOut]
     """


    kwargs = _get_kwargs(
        list_id=list_id,
number=number,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    list_id: int,
    number: str,
    *,
    client: AuthenticatedClient,
    body: Moving,

) -> Problem | ReadingListOut | None:
    """ Move an article on a reading list

     By one place among those that you see; at the end of the list nothing changes.

    Args:
        list_id (int): Its id, as lists and hits give it.
        number (str): Its number: KB-12, also kb 12 or 12.
        body (Moving): The next place of an article. Example: {'direction': 'up'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReadingListOut
     """


    return (await asyncio_detailed(
        list_id=list_id,
number=number,
client=client,
body=body,

    )).parsed
