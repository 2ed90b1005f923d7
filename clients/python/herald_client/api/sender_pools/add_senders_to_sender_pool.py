from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.errors import Errors
from ...models.new_member import NewMember
from ...models.operation_accepted import OperationAccepted
from typing import cast



def _get_kwargs(
    sender_pool_id: str,
    *,
    body: list[NewMember],

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/SenderPools/{sender_pool_id}/Senders".format(sender_pool_id=quote(str(sender_pool_id), safe=""),),
    }

    _kwargs["json"] = []
    for componentsschemas_new_members_item_data in body:
        componentsschemas_new_members_item = componentsschemas_new_members_item_data.to_dict()
        _kwargs["json"].append(componentsschemas_new_members_item)




    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Errors | OperationAccepted | None:
    if response.status_code == 202:
        response_202 = OperationAccepted.from_dict(response.json())



        return response_202

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

    if response.status_code == 413:
        response_413 = Errors.from_dict(response.json())



        return response_413

    if response.status_code == 415:
        response_415 = Errors.from_dict(response.json())



        return response_415

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Errors | OperationAccepted]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[NewMember],

) -> Response[Errors | OperationAccepted]:
    """ Adds senders to a pool. 202 with the id of an operation.

     Adds senders to a pool. 202 with the id of an operation.

    Args:
        sender_pool_id (str):
        body (list[NewMember]): The body of POST /SenderPools/{senderPoolId}/Senders: a list, or
            the one object of an old guide.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | OperationAccepted]
     """


    kwargs = _get_kwargs(
        sender_pool_id=sender_pool_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[NewMember],

) -> Errors | OperationAccepted | None:
    """ Adds senders to a pool. 202 with the id of an operation.

     Adds senders to a pool. 202 with the id of an operation.

    Args:
        sender_pool_id (str):
        body (list[NewMember]): The body of POST /SenderPools/{senderPoolId}/Senders: a list, or
            the one object of an old guide.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | OperationAccepted
     """


    return sync_detailed(
        sender_pool_id=sender_pool_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[NewMember],

) -> Response[Errors | OperationAccepted]:
    """ Adds senders to a pool. 202 with the id of an operation.

     Adds senders to a pool. 202 with the id of an operation.

    Args:
        sender_pool_id (str):
        body (list[NewMember]): The body of POST /SenderPools/{senderPoolId}/Senders: a list, or
            the one object of an old guide.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | OperationAccepted]
     """


    kwargs = _get_kwargs(
        sender_pool_id=sender_pool_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: list[NewMember],

) -> Errors | OperationAccepted | None:
    """ Adds senders to a pool. 202 with the id of an operation.

     Adds senders to a pool. 202 with the id of an operation.

    Args:
        sender_pool_id (str):
        body (list[NewMember]): The body of POST /SenderPools/{senderPoolId}/Senders: a list, or
            the one object of an old guide.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | OperationAccepted
     """


    return (await asyncio_detailed(
        sender_pool_id=sender_pool_id,
client=client,
body=body,

    )).parsed
