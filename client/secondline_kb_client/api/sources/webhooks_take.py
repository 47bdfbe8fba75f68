from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.taken import Taken
from typing import cast



def _get_kwargs(
    name: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/sources/{name}/webhook".format(name=quote(str(name), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Taken | None:
    if response.status_code == 202:
        response_202 = Taken.from_dict(response.json())



        return response_202

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())



        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())



        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Taken]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[Problem | Taken]:
    """ Take a webhook

     For ticket systems alone: the body is what the system sends, with its own signature.

    A webhook is a hint.  Nothing but the numbers of cases is taken from it, and each is read from
    the system itself soon after; alarms, which cannot be asked for, are taken as they are sent.
    Sent twice, it does nothing twice.  The answer never tells more
    than that the source exists and the signature is right.

    Args:
        name (str): The source, as `kb source add` named it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Taken]
     """


    kwargs = _get_kwargs(
        name=name,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> Problem | Taken | None:
    """ Take a webhook

     For ticket systems alone: the body is what the system sends, with its own signature.

    A webhook is a hint.  Nothing but the numbers of cases is taken from it, and each is read from
    the system itself soon after; alarms, which cannot be asked for, are taken as they are sent.
    Sent twice, it does nothing twice.  The answer never tells more
    than that the source exists and the signature is right.

    Args:
        name (str): The source, as `kb source add` named it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Taken
     """


    return sync_detailed(
        name=name,
client=client,

    ).parsed

async def asyncio_detailed(
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[Problem | Taken]:
    """ Take a webhook

     For ticket systems alone: the body is what the system sends, with its own signature.

    A webhook is a hint.  Nothing but the numbers of cases is taken from it, and each is read from
    the system itself soon after; alarms, which cannot be asked for, are taken as they are sent.
    Sent twice, it does nothing twice.  The answer never tells more
    than that the source exists and the signature is right.

    Args:
        name (str): The source, as `kb source add` named it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Taken]
     """


    kwargs = _get_kwargs(
        name=name,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    name: str,
    *,
    client: AuthenticatedClient | Client,

) -> Problem | Taken | None:
    """ Take a webhook

     For ticket systems alone: the body is what the system sends, with its own signature.

    A webhook is a hint.  Nothing but the numbers of cases is taken from it, and each is read from
    the system itself soon after; alarms, which cannot be asked for, are taken as they are sent.
    Sent twice, it does nothing twice.  The answer never tells more
    than that the source exists and the signature is right.

    Args:
        name (str): The source, as `kb source add` named it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Taken
     """


    return (await asyncio_detailed(
        name=name,
client=client,

    )).parsed
