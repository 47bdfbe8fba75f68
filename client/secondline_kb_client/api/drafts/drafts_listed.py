from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.part_draft_summary_out import PartDraftSummaryOut
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    limit: int | Unset = 20,
    next_: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_next_: None | str | Unset
    if isinstance(next_, Unset):
        json_next_ = UNSET
    else:
        json_next_ = next_
    params["next"] = json_next_


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/drafts",
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> PartDraftSummaryOut | Problem | None:
    if response.status_code == 200:
        response_200 = PartDraftSummaryOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[PartDraftSummaryOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    next_: None | str | Unset = UNSET,

) -> Response[PartDraftSummaryOut | Problem]:
    """ List drafts

     What waits for a review, oldest first: drafts, and changes to published articles.

    Args:
        limit (int | Unset): How many at most. Default: 20.
        next_ (None | str | Unset): `next` of the part before this one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PartDraftSummaryOut | Problem]
     """


    kwargs = _get_kwargs(
        limit=limit,
next_=next_,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    next_: None | str | Unset = UNSET,

) -> PartDraftSummaryOut | Problem | None:
    """ List drafts

     What waits for a review, oldest first: drafts, and changes to published articles.

    Args:
        limit (int | Unset): How many at most. Default: 20.
        next_ (None | str | Unset): `next` of the part before this one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PartDraftSummaryOut | Problem
     """


    return sync_detailed(
        client=client,
limit=limit,
next_=next_,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    next_: None | str | Unset = UNSET,

) -> Response[PartDraftSummaryOut | Problem]:
    """ List drafts

     What waits for a review, oldest first: drafts, and changes to published articles.

    Args:
        limit (int | Unset): How many at most. Default: 20.
        next_ (None | str | Unset): `next` of the part before this one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[PartDraftSummaryOut | Problem]
     """


    kwargs = _get_kwargs(
        limit=limit,
next_=next_,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 20,
    next_: None | str | Unset = UNSET,

) -> PartDraftSummaryOut | Problem | None:
    """ List drafts

     What waits for a review, oldest first: drafts, and changes to published articles.

    Args:
        limit (int | Unset): How many at most. Default: 20.
        next_ (None | str | Unset): `next` of the part before this one.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        PartDraftSummaryOut | Problem
     """


    return (await asyncio_detailed(
        client=client,
limit=limit,
next_=next_,

    )).parsed
