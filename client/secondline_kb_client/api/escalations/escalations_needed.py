from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.impact import Impact
from ...models.needs_out import NeedsOut
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    ticket_id: int,
    *,
    impact: Impact,
    category: None | str | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    json_impact = impact.value
    params["impact"] = json_impact

    json_category: None | str | Unset
    if isinstance(category, Unset):
        json_category = UNSET
    else:
        json_category = category
    params["category"] = json_category


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/tickets/{ticket_id}/escalation".format(ticket_id=quote(str(ticket_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> NeedsOut | Problem | None:
    if response.status_code == 200:
        response_200 = NeedsOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[NeedsOut | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    impact: Impact,
    category: None | str | Unset = UNSET,

) -> Response[NeedsOut | Problem]:
    """ Ask what an escalation needs

     Where the ticket would go, what is missing for it, and what may make it needless.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        impact (Impact): How many people a fault stops.
        category (None | str | Unset): Left out: that of the ticket.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NeedsOut | Problem]
     """


    kwargs = _get_kwargs(
        ticket_id=ticket_id,
impact=impact,
category=category,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    impact: Impact,
    category: None | str | Unset = UNSET,

) -> NeedsOut | Problem | None:
    """ Ask what an escalation needs

     Where the ticket would go, what is missing for it, and what may make it needless.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        impact (Impact): How many people a fault stops.
        category (None | str | Unset): Left out: that of the ticket.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NeedsOut | Problem
     """


    return sync_detailed(
        ticket_id=ticket_id,
client=client,
impact=impact,
category=category,

    ).parsed

async def asyncio_detailed(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    impact: Impact,
    category: None | str | Unset = UNSET,

) -> Response[NeedsOut | Problem]:
    """ Ask what an escalation needs

     Where the ticket would go, what is missing for it, and what may make it needless.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        impact (Impact): How many people a fault stops.
        category (None | str | Unset): Left out: that of the ticket.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[NeedsOut | Problem]
     """


    kwargs = _get_kwargs(
        ticket_id=ticket_id,
impact=impact,
category=category,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    impact: Impact,
    category: None | str | Unset = UNSET,

) -> NeedsOut | Problem | None:
    """ Ask what an escalation needs

     Where the ticket would go, what is missing for it, and what may make it needless.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        impact (Impact): How many people a fault stops.
        category (None | str | Unset): Left out: that of the ticket.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        NeedsOut | Problem
     """


    return (await asyncio_detailed(
        ticket_id=ticket_id,
client=client,
impact=impact,
category=category,

    )).parsed
