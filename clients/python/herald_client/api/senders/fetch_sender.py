from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.errors import Errors
from ...models.sender_out import SenderOut
from typing import cast



def _get_kwargs(
    sender_id: str,

) -> dict[str, Any]:
    

    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/Senders/{sender_id}".format(sender_id=quote(str(sender_id), safe=""),),
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Errors | SenderOut | None:
    if response.status_code == 200:
        response_200 = SenderOut.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Errors.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Errors.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Errors.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Errors.from_dict(response.json())



        return response_404

    if response.status_code == 429:
        response_429 = Errors.from_dict(response.json())



        return response_429

    if response.status_code == 500:
        response_500 = Errors.from_dict(response.json())



        return response_500

    if response.status_code == 503:
        response_503 = Errors.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Errors | SenderOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    sender_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[Errors | SenderOut]:
    """ One sender.

     One sender.

    Args:
        sender_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | SenderOut]
     """


    kwargs = _get_kwargs(
        sender_id=sender_id,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    sender_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Errors | SenderOut | None:
    """ One sender.

     One sender.

    Args:
        sender_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | SenderOut
     """


    return sync_detailed(
        sender_id=sender_id,
client=client,

    ).parsed

async def asyncio_detailed(
    sender_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Response[Errors | SenderOut]:
    """ One sender.

     One sender.

    Args:
        sender_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | SenderOut]
     """


    kwargs = _get_kwargs(
        sender_id=sender_id,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    sender_id: str,
    *,
    client: AuthenticatedClient | Client,

) -> Errors | SenderOut | None:
    """ One sender.

     One sender.

    Args:
        sender_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | SenderOut
     """


    return (await asyncio_detailed(
        sender_id=sender_id,
client=client,

    )).parsed
