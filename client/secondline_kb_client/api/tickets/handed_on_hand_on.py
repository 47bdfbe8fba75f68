from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.handed_on_out import HandedOnOut
from ...models.packet_in import PacketIn
from ...models.problem import Problem
from typing import cast



def _get_kwargs(
    ticket_id: int,
    *,
    body: PacketIn,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/tickets/{ticket_id}/handed-on".format(ticket_id=quote(str(ticket_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> HandedOnOut | Problem | None:
    if response.status_code == 202:
        response_202 = HandedOnOut.from_dict(response.json())



        return response_202

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[HandedOnOut | Problem]:
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
    body: PacketIn,

) -> Response[HandedOnOut | Problem]:
    """ Hand a ticket on to another system

     Open a case for it there; soon after, the list has its number and link.

    It is followed there, and what solved it comes back as an internal message of the ticket.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        body (PacketIn): What goes out, and where to. Example: {'scope': 'VPN', 'source':
            'developers', 'text': 'Seen at two sites since Monday. The log of the gateway is below.',
            'title': 'Tunnel drops every hour with firmware 7.1'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HandedOnOut | Problem]
     """


    kwargs = _get_kwargs(
        ticket_id=ticket_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    body: PacketIn,

) -> HandedOnOut | Problem | None:
    """ Hand a ticket on to another system

     Open a case for it there; soon after, the list has its number and link.

    It is followed there, and what solved it comes back as an internal message of the ticket.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        body (PacketIn): What goes out, and where to. Example: {'scope': 'VPN', 'source':
            'developers', 'text': 'Seen at two sites since Monday. The log of the gateway is below.',
            'title': 'Tunnel drops every hour with firmware 7.1'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HandedOnOut | Problem
     """


    return sync_detailed(
        ticket_id=ticket_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    body: PacketIn,

) -> Response[HandedOnOut | Problem]:
    """ Hand a ticket on to another system

     Open a case for it there; soon after, the list has its number and link.

    It is followed there, and what solved it comes back as an internal message of the ticket.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        body (PacketIn): What goes out, and where to. Example: {'scope': 'VPN', 'source':
            'developers', 'text': 'Seen at two sites since Monday. The log of the gateway is below.',
            'title': 'Tunnel drops every hour with firmware 7.1'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HandedOnOut | Problem]
     """


    kwargs = _get_kwargs(
        ticket_id=ticket_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    ticket_id: int,
    *,
    client: AuthenticatedClient,
    body: PacketIn,

) -> HandedOnOut | Problem | None:
    """ Hand a ticket on to another system

     Open a case for it there; soon after, the list has its number and link.

    It is followed there, and what solved it comes back as an internal message of the ticket.

    Args:
        ticket_id (int): Its id, as lists and hits give it.
        body (PacketIn): What goes out, and where to. Example: {'scope': 'VPN', 'source':
            'developers', 'text': 'Seen at two sites since Monday. The log of the gateway is below.',
            'title': 'Tunnel drops every hour with firmware 7.1'}.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HandedOnOut | Problem
     """


    return (await asyncio_detailed(
        ticket_id=ticket_id,
client=client,
body=body,

    )).parsed
