from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.errors import Errors
from ...models.new_sender import NewSender
from ...models.resource_accepted import ResourceAccepted
from typing import cast



def _get_kwargs(
    *,
    body: NewSender,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/Senders",
    }

    _kwargs["json"] = body.to_dict()


    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Errors | ResourceAccepted | None:
    if response.status_code == 202:
        response_202 = ResourceAccepted.from_dict(response.json())



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

    if response.status_code == 409:
        response_409 = Errors.from_dict(response.json())



        return response_409

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Errors | ResourceAccepted]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewSender,

) -> Response[Errors | ResourceAccepted]:
    """ Creates a sender. A sender of a real carrier waits until the operator has approved it.

     Creates a sender. A sender of a real carrier waits until the operator has approved it.

    Args:
        body (NewSender): The body of POST /Senders: a sender as an account may request it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | ResourceAccepted]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewSender,

) -> Errors | ResourceAccepted | None:
    """ Creates a sender. A sender of a real carrier waits until the operator has approved it.

     Creates a sender. A sender of a real carrier waits until the operator has approved it.

    Args:
        body (NewSender): The body of POST /Senders: a sender as an account may request it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | ResourceAccepted
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewSender,

) -> Response[Errors | ResourceAccepted]:
    """ Creates a sender. A sender of a real carrier waits until the operator has approved it.

     Creates a sender. A sender of a real carrier waits until the operator has approved it.

    Args:
        body (NewSender): The body of POST /Senders: a sender as an account may request it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | ResourceAccepted]
     """


    kwargs = _get_kwargs(
        body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewSender,

) -> Errors | ResourceAccepted | None:
    """ Creates a sender. A sender of a real carrier waits until the operator has approved it.

     Creates a sender. A sender of a real carrier waits until the operator has approved it.

    Args:
        body (NewSender): The body of POST /Senders: a sender as an account may request it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | ResourceAccepted
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
