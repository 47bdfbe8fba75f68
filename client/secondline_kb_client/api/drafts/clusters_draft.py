from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.draft_out import DraftOut
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    cluster_id: int,
    *,
    anyway: bool | Unset = False,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["anyway"] = anyway


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/clusters/{cluster_id}/draft".format(cluster_id=quote(str(cluster_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DraftOut | Problem | None:
    if response.status_code == 201:
        response_201 = DraftOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DraftOut | Problem]:
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
    anyway: bool | Unset = False,

) -> Response[DraftOut | Problem]:
    """ Draft an article from a cluster

     Write one draft from all tickets of a cluster; they are in no cluster from then on.

    Where an article is there to be linked or changed, this is a conflict, unless `anyway` is set.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        anyway (bool | Unset): write it also where an article is there to be linked or changed
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DraftOut | Problem]
     """


    kwargs = _get_kwargs(
        cluster_id=cluster_id,
anyway=anyway,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    anyway: bool | Unset = False,

) -> DraftOut | Problem | None:
    """ Draft an article from a cluster

     Write one draft from all tickets of a cluster; they are in no cluster from then on.

    Where an article is there to be linked or changed, this is a conflict, unless `anyway` is set.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        anyway (bool | Unset): write it also where an article is there to be linked or changed
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DraftOut | Problem
     """


    return sync_detailed(
        cluster_id=cluster_id,
client=client,
anyway=anyway,

    ).parsed

async def asyncio_detailed(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    anyway: bool | Unset = False,

) -> Response[DraftOut | Problem]:
    """ Draft an article from a cluster

     Write one draft from all tickets of a cluster; they are in no cluster from then on.

    Where an article is there to be linked or changed, this is a conflict, unless `anyway` is set.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        anyway (bool | Unset): write it also where an article is there to be linked or changed
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DraftOut | Problem]
     """


    kwargs = _get_kwargs(
        cluster_id=cluster_id,
anyway=anyway,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    cluster_id: int,
    *,
    client: AuthenticatedClient,
    anyway: bool | Unset = False,

) -> DraftOut | Problem | None:
    """ Draft an article from a cluster

     Write one draft from all tickets of a cluster; they are in no cluster from then on.

    Where an article is there to be linked or changed, this is a conflict, unless `anyway` is set.

    Args:
        cluster_id (int): Its id, as lists and hits give it.
        anyway (bool | Unset): write it also where an article is there to be linked or changed
            Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DraftOut | Problem
     """


    return (await asyncio_detailed(
        cluster_id=cluster_id,
client=client,
anyway=anyway,

    )).parsed
