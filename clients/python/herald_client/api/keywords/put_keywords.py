from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.errors import Errors
from ...models.keywords_out import KeywordsOut
from ...models.new_keywords import NewKeywords
from typing import cast



def _get_kwargs(
    *,
    body: NewKeywords,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}


    

    

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/Keywords",
    }

    _kwargs["json"] = body.to_dict()


    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Errors | KeywordsOut | None:
    if response.status_code == 200:
        response_200 = KeywordsOut.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Errors | KeywordsOut]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewKeywords,

) -> Response[Errors | KeywordsOut]:
    """ Sets the keywords by which people opt out, opt in again and ask for help.

     Sets the keywords by which people opt out, opt in again and ask for help.

    Args:
        body (NewKeywords): The body of PUT /Keywords.

            `stop` adds to Herald's words, which always hold. Of `start` and `help`, what is left out
            is Herald's.
            `stopCovers`: which channels a STOP, and a START, holds for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | KeywordsOut]
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
    body: NewKeywords,

) -> Errors | KeywordsOut | None:
    """ Sets the keywords by which people opt out, opt in again and ask for help.

     Sets the keywords by which people opt out, opt in again and ask for help.

    Args:
        body (NewKeywords): The body of PUT /Keywords.

            `stop` adds to Herald's words, which always hold. Of `start` and `help`, what is left out
            is Herald's.
            `stopCovers`: which channels a STOP, and a START, holds for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | KeywordsOut
     """


    return sync_detailed(
        client=client,
body=body,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewKeywords,

) -> Response[Errors | KeywordsOut]:
    """ Sets the keywords by which people opt out, opt in again and ask for help.

     Sets the keywords by which people opt out, opt in again and ask for help.

    Args:
        body (NewKeywords): The body of PUT /Keywords.

            `stop` adds to Herald's words, which always hold. Of `start` and `help`, what is left out
            is Herald's.
            `stopCovers`: which channels a STOP, and a START, holds for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | KeywordsOut]
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
    body: NewKeywords,

) -> Errors | KeywordsOut | None:
    """ Sets the keywords by which people opt out, opt in again and ask for help.

     Sets the keywords by which people opt out, opt in again and ask for help.

    Args:
        body (NewKeywords): The body of PUT /Keywords.

            `stop` adds to Herald's words, which always hold. Of `start` and `help`, what is left out
            is Herald's.
            `stopCovers`: which channels a STOP, and a START, holds for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | KeywordsOut
     """


    return (await asyncio_detailed(
        client=client,
body=body,

    )).parsed
