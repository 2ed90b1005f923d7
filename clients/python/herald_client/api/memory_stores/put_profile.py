from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.errors import Errors
from ...models.profile_contents import ProfileContents
from ...models.profile_out import ProfileOut
from typing import cast



def _get_kwargs(
    memory_store_id: str,
    profile_id: str,
    *,
    body: ProfileContents,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/MemoryStores/{memory_store_id}/Profiles/{profile_id}".format(memory_store_id=quote(str(memory_store_id), safe=""),profile_id=quote(str(profile_id), safe=""),),
    }

    _kwargs["json"] = body.to_dict()


    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Errors | ProfileOut | None:
    if response.status_code == 200:
        response_200 = ProfileOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Errors | ProfileOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    memory_store_id: str,
    profile_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ProfileContents,

) -> Response[Errors | ProfileOut]:
    """ Creates or replaces a profile: a person's addresses and traits.

     Creates or replaces a profile: a person's addresses and traits.

    Args:
        memory_store_id (str):
        profile_id (str):
        body (ProfileContents): What an account tells of a person: the addresses, the preferred
            one first, and traits.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | ProfileOut]
     """


    kwargs = _get_kwargs(
        memory_store_id=memory_store_id,
profile_id=profile_id,
body=body,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    memory_store_id: str,
    profile_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ProfileContents,

) -> Errors | ProfileOut | None:
    """ Creates or replaces a profile: a person's addresses and traits.

     Creates or replaces a profile: a person's addresses and traits.

    Args:
        memory_store_id (str):
        profile_id (str):
        body (ProfileContents): What an account tells of a person: the addresses, the preferred
            one first, and traits.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | ProfileOut
     """


    return sync_detailed(
        memory_store_id=memory_store_id,
profile_id=profile_id,
client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    memory_store_id: str,
    profile_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ProfileContents,

) -> Response[Errors | ProfileOut]:
    """ Creates or replaces a profile: a person's addresses and traits.

     Creates or replaces a profile: a person's addresses and traits.

    Args:
        memory_store_id (str):
        profile_id (str):
        body (ProfileContents): What an account tells of a person: the addresses, the preferred
            one first, and traits.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | ProfileOut]
     """


    kwargs = _get_kwargs(
        memory_store_id=memory_store_id,
profile_id=profile_id,
body=body,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    memory_store_id: str,
    profile_id: str,
    *,
    client: AuthenticatedClient | Client,
    body: ProfileContents,

) -> Errors | ProfileOut | None:
    """ Creates or replaces a profile: a person's addresses and traits.

     Creates or replaces a profile: a person's addresses and traits.

    Args:
        memory_store_id (str):
        profile_id (str):
        body (ProfileContents): What an account tells of a person: the addresses, the preferred
            one first, and traits.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | ProfileOut
     """


    return (await asyncio_detailed(
        memory_store_id=memory_store_id,
profile_id=profile_id,
client=client,
body=body,

    )).parsed
