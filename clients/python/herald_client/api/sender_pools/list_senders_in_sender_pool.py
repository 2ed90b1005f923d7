from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.any_channel import AnyChannel
from ...models.errors import Errors
from ...models.sender_status import SenderStatus
from ...models.senders_page import SendersPage
from ...types import UNSET, Unset
from dateutil.parser import isoparse
from typing import cast
import datetime



def _get_kwargs(
    sender_pool_id: str,
    *,
    page_size: int | Unset = UNSET,
    page_token: str | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    channel: AnyChannel | Unset = UNSET,
    status: SenderStatus | Unset = UNSET,

) -> dict[str, Any]:
    

    

    params: dict[str, Any] = {}

    params["pageSize"] = page_size

    params["pageToken"] = page_token

    json_start_date: str | Unset = UNSET
    if not isinstance(start_date, Unset):
        json_start_date = start_date.isoformat()
    params["startDate"] = json_start_date

    json_end_date: str | Unset = UNSET
    if not isinstance(end_date, Unset):
        json_end_date = end_date.isoformat()
    params["endDate"] = json_end_date

    json_channel: str | Unset = UNSET
    if not isinstance(channel, Unset):
        json_channel = channel.value

    params["channel"] = json_channel

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/SenderPools/{sender_pool_id}/Senders".format(sender_pool_id=quote(str(sender_pool_id), safe=""),),
        "params": params,
    }


    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Errors | SendersPage | None:
    if response.status_code == 200:
        response_200 = SendersPage.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Errors | SendersPage]:
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
    page_size: int | Unset = UNSET,
    page_token: str | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    channel: AnyChannel | Unset = UNSET,
    status: SenderStatus | Unset = UNSET,

) -> Response[Errors | SendersPage]:
    """ Lists the senders of a pool.

     Lists the senders of a pool.

    Args:
        sender_pool_id (str):
        page_size (int | Unset):
        page_token (str | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        channel (AnyChannel | Unset): The contract's channels of senders. Herald has no sender of
            EMAIL and PUSH: such are never found.
        status (SenderStatus | Unset): A DEACTIVATED sender is kept, and sends nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | SendersPage]
     """


    kwargs = _get_kwargs(
        sender_pool_id=sender_pool_id,
page_size=page_size,
page_token=page_token,
start_date=start_date,
end_date=end_date,
channel=channel,
status=status,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    page_size: int | Unset = UNSET,
    page_token: str | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    channel: AnyChannel | Unset = UNSET,
    status: SenderStatus | Unset = UNSET,

) -> Errors | SendersPage | None:
    """ Lists the senders of a pool.

     Lists the senders of a pool.

    Args:
        sender_pool_id (str):
        page_size (int | Unset):
        page_token (str | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        channel (AnyChannel | Unset): The contract's channels of senders. Herald has no sender of
            EMAIL and PUSH: such are never found.
        status (SenderStatus | Unset): A DEACTIVATED sender is kept, and sends nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | SendersPage
     """


    return sync_detailed(
        sender_pool_id=sender_pool_id,
client=client,
page_size=page_size,
page_token=page_token,
start_date=start_date,
end_date=end_date,
channel=channel,
status=status,

    ).parsed

async def asyncio_detailed(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    page_size: int | Unset = UNSET,
    page_token: str | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    channel: AnyChannel | Unset = UNSET,
    status: SenderStatus | Unset = UNSET,

) -> Response[Errors | SendersPage]:
    """ Lists the senders of a pool.

     Lists the senders of a pool.

    Args:
        sender_pool_id (str):
        page_size (int | Unset):
        page_token (str | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        channel (AnyChannel | Unset): The contract's channels of senders. Herald has no sender of
            EMAIL and PUSH: such are never found.
        status (SenderStatus | Unset): A DEACTIVATED sender is kept, and sends nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Errors | SendersPage]
     """


    kwargs = _get_kwargs(
        sender_pool_id=sender_pool_id,
page_size=page_size,
page_token=page_token,
start_date=start_date,
end_date=end_date,
channel=channel,
status=status,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    sender_pool_id: str,
    *,
    client: AuthenticatedClient | Client,
    page_size: int | Unset = UNSET,
    page_token: str | Unset = UNSET,
    start_date: datetime.datetime | Unset = UNSET,
    end_date: datetime.datetime | Unset = UNSET,
    channel: AnyChannel | Unset = UNSET,
    status: SenderStatus | Unset = UNSET,

) -> Errors | SendersPage | None:
    """ Lists the senders of a pool.

     Lists the senders of a pool.

    Args:
        sender_pool_id (str):
        page_size (int | Unset):
        page_token (str | Unset):
        start_date (datetime.datetime | Unset):
        end_date (datetime.datetime | Unset):
        channel (AnyChannel | Unset): The contract's channels of senders. Herald has no sender of
            EMAIL and PUSH: such are never found.
        status (SenderStatus | Unset): A DEACTIVATED sender is kept, and sends nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Errors | SendersPage
     """


    return (await asyncio_detailed(
        sender_pool_id=sender_pool_id,
client=client,
page_size=page_size,
page_token=page_token,
start_date=start_date,
end_date=end_date,
channel=channel,
status=status,

    )).parsed
