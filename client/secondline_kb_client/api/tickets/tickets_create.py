from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.new_ticket import NewTicket
from ...models.problem import Problem
from ...models.ticket_out import TicketOut
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    body: NewTicket,
    idempotency_key: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/tickets",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | TicketOut | None:
    if response.status_code == 201:
        response_201 = TicketOut.from_dict(response.json())



        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | TicketOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: NewTicket,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[Problem | TicketOut]:
    """ Create a ticket

     Create a ticket; sent again with the same `Idempotency-Key`, it is created once.

    Args:
        idempotency_key (None | str | Unset): Any text of your own, new for each thing to create;
            lets you send again.
        body (NewTicket): A ticket to be made. Example: {'description': 'Since Monday the tunnel
            is gone after an hour.', 'language': 'en', 'level': 2, 'queue': 'Network', 'title': 'VPN
            drops every hour'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TicketOut]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    body: NewTicket,
    idempotency_key: None | str | Unset = UNSET,

) -> Problem | TicketOut | None:
    """ Create a ticket

     Create a ticket; sent again with the same `Idempotency-Key`, it is created once.

    Args:
        idempotency_key (None | str | Unset): Any text of your own, new for each thing to create;
            lets you send again.
        body (NewTicket): A ticket to be made. Example: {'description': 'Since Monday the tunnel
            is gone after an hour.', 'language': 'en', 'level': 2, 'queue': 'Network', 'title': 'VPN
            drops every hour'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TicketOut
     """


    return sync_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: NewTicket,
    idempotency_key: None | str | Unset = UNSET,

) -> Response[Problem | TicketOut]:
    """ Create a ticket

     Create a ticket; sent again with the same `Idempotency-Key`, it is created once.

    Args:
        idempotency_key (None | str | Unset): Any text of your own, new for each thing to create;
            lets you send again.
        body (NewTicket): A ticket to be made. Example: {'description': 'Since Monday the tunnel
            is gone after an hour.', 'language': 'en', 'level': 2, 'queue': 'Network', 'title': 'VPN
            drops every hour'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TicketOut]
     """


    kwargs = _get_kwargs(
        body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    body: NewTicket,
    idempotency_key: None | str | Unset = UNSET,

) -> Problem | TicketOut | None:
    """ Create a ticket

     Create a ticket; sent again with the same `Idempotency-Key`, it is created once.

    Args:
        idempotency_key (None | str | Unset): Any text of your own, new for each thing to create;
            lets you send again.
        body (NewTicket): A ticket to be made. Example: {'description': 'Since Monday the tunnel
            is gone after an hour.', 'language': 'en', 'level': 2, 'queue': 'Network', 'title': 'VPN
            drops every hour'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TicketOut
     """


    return (await asyncio_detailed(
        client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
