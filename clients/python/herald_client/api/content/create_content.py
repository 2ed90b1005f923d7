from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.content_out import ContentOut
from ...models.errors import Errors
from ...models.template_contents import TemplateContents
from typing import cast



def _get_kwargs(
    *,
    body: TemplateContents,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/Content",
    }

    _kwargs["json"] = body.to_dict()


    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ContentOut | Errors | None:
    if response.status_code == 201:
        response_201 = ContentOut.from_dict(response.json())



        return response_201

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ContentOut | Errors]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TemplateContents,

) -> Response[ContentOut | Errors]:
    """ Creates a content template.

     Creates a content template.

    Args:
        body (TemplateContents): A template as a client defines it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContentOut | Errors]
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
    body: TemplateContents,

) -> ContentOut | Errors | None:
    """ Creates a content template.

     Creates a content template.

    Args:
        body (TemplateContents): A template as a client defines it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContentOut | Errors
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TemplateContents,

) -> Response[ContentOut | Errors]:
    """ Creates a content template.

     Creates a content template.

    Args:
        body (TemplateContents): A template as a client defines it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ContentOut | Errors]
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
    body: TemplateContents,

) -> ContentOut | Errors | None:
    """ Creates a content template.

     Creates a content template.

    Args:
        body (TemplateContents): A template as a client defines it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ContentOut | Errors
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
