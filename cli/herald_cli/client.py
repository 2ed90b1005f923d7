"""A client of the Bulk Messaging API: `Herald(base_url, account_sid, auth_token)`.

Names are the contract's, and answers are the contract's JSON with types on it.
Knows HTTP and nothing of terminals, so tests and benchmarks use it too, not only
the command line. Its errors:

    HeraldError
    ├── ApiError          the API answered with errors
    ├── NotReachedError   no connection: the request did nothing
    └── NoAnswerError     no answer came back: the request may have been carried out
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Any, Literal, NotRequired, Self, TypedDict, Unpack
from urllib.parse import quote

import httpx

MAX_RECIPIENTS = 10_000
"""Recipients that one request may have."""
MAX_SUPPRESSIONS = 1_000
"""Addresses that one request may suppress."""

RecipientChannel = Literal["PHONE", "WHATSAPP"]
SenderChannel = Literal["SMS", "RCS", "WHATSAPP"]
OperationStatus = Literal["SCHEDULED", "PROCESSING", "COMPLETED", "CANCELED"]
MessageStatus = Literal[
    "SCHEDULED",
    "QUEUED",
    "SENT",
    "DELIVERED",
    "READ",
    "UNDELIVERED",
    "FAILED",
    "CANCELED",
    "GROUP",
    "INBOUND",
]

# ------------------------------------------------------------------ requests


class Recipient(TypedDict):
    address: str
    channel: RecipientChannel
    variables: NotRequired[dict[str, str]]


class MediaUrl(TypedDict):
    url: str


class Content(TypedDict, total=False):
    text: str
    media: list[MediaUrl]


class AddressSender(TypedDict):
    address: str
    channel: SenderChannel


class Delivery(TypedDict):
    dryRun: NotRequired[bool]


# `from` is a keyword of Python, hence the functional form.
MessageToSend = TypedDict(
    "MessageToSend",
    {
        "content": Content,
        "delivery": NotRequired[Delivery],
        "from": NotRequired[AddressSender],
        "schedule": NotRequired[dict[str, list[str]]],
        "tags": NotRequired[dict[str, str]],
    },
)
"""A send request without its recipients."""


class SendMessagesRequest(MessageToSend):
    to: list[Recipient]


class MessageFilters(TypedDict, total=False):
    operationId: str
    sessionId: str
    startDate: str
    endDate: str
    profile: str
    channel: SenderChannel
    status: MessageStatus
    tags: str
    pageToken: str
    pageSize: int


class OperationFilters(TypedDict, total=False):
    startDate: str
    endDate: str
    status: OperationStatus
    pageToken: str
    pageSize: int


SuppressionSource = Literal["API", "IMPORT", "CARRIER"]


class PersonAddress(TypedDict):
    address: str
    channel: RecipientChannel


class SuppressionFilters(TypedDict, total=False):
    channel: RecipientChannel
    address: str
    startDate: str
    endDate: str
    pageToken: str
    pageSize: int


# ------------------------------------------------------------------- answers


class Accepted(TypedDict):
    operationId: str
    operationLocation: str


class Stats(TypedDict):
    total: int
    recipients: int
    attempts: int
    unaddressable: int
    scheduled: int
    queued: int
    sent: int
    delivered: int
    read: int
    undelivered: int
    failed: int
    canceled: int


class MessageOperation(TypedDict):
    id: str
    status: OperationStatus
    paused: NotRequired[bool]
    dryRun: NotRequired[bool]
    stats: Stats
    groups: NotRequired[int]
    duplicates: NotRequired[int]
    quiet: NotRequired[int]
    createdAt: str
    updatedAt: str


class MessageAddress(TypedDict):
    address: str
    channel: str
    senderId: NotRequired[str]
    senderPoolId: NotRequired[str]
    profileId: NotRequired[str]
    memoryStoreId: NotRequired[str]


class RelatedResource(TypedDict):
    name: str
    id: str
    uri: str


class TwilioError(TypedDict):
    code: int
    message: str
    infoUrl: NotRequired[str]
    context: NotRequired[str | None]


MessageMetadata = TypedDict(
    "MessageMetadata",
    {
        "id": str,
        "index": NotRequired[int],
        "from": MessageAddress,
        "to": list[MessageAddress],
        "status": MessageStatus,
        "related": list[RelatedResource],
        "tags": dict[str, str],
        "scheduledFor": str | None,
        "createdAt": str,
        "updatedAt": str,
        "deletedAt": str | None,
        "error": NotRequired[TwilioError | None],
    },
)
"""A message as lists show it; they leave out its `error`."""

MessageAttempt = TypedDict(
    "MessageAttempt",
    {
        "from": MessageAddress,
        "to": list[MessageAddress],
        "status": MessageStatus,
        "attemptedAt": str,
        "infoUrl": str,
        "error": TwilioError | None,
        "billing": NotRequired[dict[str, Any]],
    },
)


class Message(MessageMetadata):
    content: dict[str, Any]
    attempts: list[MessageAttempt]


class Pagination(TypedDict):
    next: str | None
    self: str


class ListMessagesResponse(TypedDict):
    messages: list[MessageMetadata]
    pagination: Pagination


class ListMessageOperationsResponse(TypedDict):
    operations: list[MessageOperation]
    pagination: Pagination


class Suppression(TypedDict):
    id: str
    address: str
    channel: RecipientChannel
    source: str
    createdAt: str


class AddedSuppressions(TypedDict):
    suppressions: list[Suppression]
    added: int
    known: int


class ListSuppressionsResponse(TypedDict):
    suppressions: list[Suppression]
    pagination: Pagination


# -------------------------------------------------------------------- errors


class HeraldError(Exception):
    """A request did not succeed."""


class ApiError(HeraldError):
    """The API answered with errors, which are in `errors`."""

    def __init__(self, status: int, errors: list[TwilioError], asked: str = "") -> None:
        super().__init__(f"{status}: " + "; ".join(f"{error['code']} {error['message']}" for error in errors))
        self.status = status
        self.errors = errors
        # The method and the path of the request.
        self.asked = asked
        # Whether another server than the API has answered.
        self.is_foreign = False


class NotReachedError(HeraldError):
    """No connection could be made, so the request did nothing."""


class NoAnswerError(HeraldError):
    """The connection broke or timed out after the request may have arrived."""


# -------------------------------------------------------------------- client

_NOT_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_ATTEMPTS = 5
# A request that may have been accepted is retried for longer than the API holds the key of
# a request that died.
_SEND_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0)
_UNSURE = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
_LONGEST_RETRY_AFTER_SECONDS = 30.0
# A limit of a day or a month: waiting for its reset would take hours.
LIMITS_REACHED = frozenset({63038, 99020})


class Herald:
    """The Messages resource of one account.

    `base_url` is the URL before `/Messages`: the stack's output ApiUrl.
    A request is retried when the API is busy or its answer is lost, if a repeat changes nothing.
    That holds for sends too, because they have an Idempotency-Key.
    """

    def __init__(
        self,
        base_url: str,
        account_sid: str,
        auth_token: str,
        *,
        timeout: float = 60,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url
        self.account_sid = account_sid
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=base_url,
            auth=httpx.BasicAuth(account_sid, auth_token),
            headers={"Accept": "application/json", "User-Agent": "herald-cli"},
            timeout=httpx.Timeout(timeout, connect=5),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, request: SendMessagesRequest, key: str | None = None) -> Accepted:
        """Have the messages of one request accepted, once, however often the request has to be retried.

        `key` is its Idempotency-Key, by default a new one. NoAnswerError says
        that the request may have been accepted: with the same key it can be sent again.
        """
        headers = {"Idempotency-Key": key or secrets.token_urlsafe()}
        unsure: HeraldError | None = None
        for number, pause in enumerate((*_SEND_PAUSES, 0.0)):
            try:
                accepted: Accepted = self._request("POST", "Messages", json=request, headers=headers)
            except HeraldError as error:
                if _is_final(error):
                    raise
                unsure = error if is_unsure(error) else unsure
                if number == (len(_SEND_PAUSES) if unsure else _ATTEMPTS - 1):
                    raise unsure or error from None
                self._sleep(max(pause, error.retry_after if isinstance(error, _BusyError) else 0))
            else:
                return accepted
        raise AssertionError("the last try neither succeeds nor raises")

    def message(self, message_id: str) -> Message:
        """One message, with its content and its attempts."""
        message: Message = self._read(f"Messages/{quote(message_id, safe='')}")
        return message

    def messages_page(self, **filters: Unpack[MessageFilters]) -> ListMessagesResponse:
        """One page of messages."""
        page: ListMessagesResponse = self._read("Messages", filters)
        return page

    def messages(self, **filters: Unpack[MessageFilters]) -> Iterator[MessageMetadata]:
        """All messages from the given page on, fetched lazily."""
        for page in self.messages_pages(**filters):
            yield from page["messages"]

    def messages_pages(self, **filters: Unpack[MessageFilters]) -> Iterator[ListMessagesResponse]:
        """All pages of messages from the given one on, fetched lazily."""
        token: str | None = ""
        while token is not None:
            page = self.messages_page(**filters)
            yield page
            token = page["pagination"]["next"]
            filters["pageToken"] = token or ""

    def operation(self, operation_id: str) -> MessageOperation:
        """One operation with its counts."""
        operation: MessageOperation = self._read(f"Messages/Operations/{quote(operation_id, safe='')}")
        return operation

    def operations_page(self, **filters: Unpack[OperationFilters]) -> ListMessageOperationsResponse:
        """One page of operations."""
        page: ListMessageOperationsResponse = self._read("Messages/Operations", filters)
        return page

    def suppress(self, addresses: Sequence[PersonAddress], source: SuppressionSource) -> AddedSuppressions:
        """Suppress some addresses: the account no longer writes to them."""
        body = {"suppressions": addresses, "source": source}
        added: AddedSuppressions = self._repeatedly("POST", "Suppressions", json=body)
        return added

    def unsuppress(self, suppression_id: str) -> bool:
        """Let the account write to an address again; False if the address was not suppressed."""
        try:
            self._repeatedly("DELETE", f"Suppressions/{quote(suppression_id, safe='')}")
        except ApiError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return False
            raise
        return True

    def suppressions_pages(self, **filters: Unpack[SuppressionFilters]) -> Iterator[ListSuppressionsResponse]:
        """All pages of suppressions from the given one on, fetched lazily."""
        token: str | None = ""
        while token is not None:
            page: ListSuppressionsResponse = self._read("Suppressions", filters)
            yield page
            token = page["pagination"]["next"]
            filters["pageToken"] = token or ""

    def read(self, path: str, **filters: object) -> Any:
        """The answer to a GET of a path below the base URL, such as `Keywords`."""
        return self._read(path, {name: value for name, value in filters.items() if value is not None})

    def prices(self) -> Any:
        """The prices of message parts; None if the API does not answer. Not retried: prices only inform."""
        try:
            return self._request("GET", "Prices")
        except HeraldError:
            return None

    def pages(self, path: str, **filters: object) -> Iterator[Any]:
        """All pages of a list, fetched lazily."""
        token: str | None = ""
        while token is not None:
            page = self.read(path, **filters)
            yield page
            token = page["pagination"]["next"]
            filters["pageToken"] = token or None

    def change(self, method: Literal["PUT", "PATCH", "DELETE"], path: str, body: object = None) -> Any:
        """The answer to a change that may be repeated."""
        return self._repeatedly(method, path, **({} if body is None else {"json": body}))

    def post(self, path: str, body: object = None) -> Any:
        """The answer to a POST, made once."""
        return self._request("POST", path, **({} if body is None else {"json": body}))

    def act(self, operation_id: str, action: Literal["Cancel", "Pause", "Resume"]) -> Any:
        """Cancel, pause or resume an operation; it may be repeated."""
        return self._repeatedly("POST", f"Messages/Operations/{quote(operation_id, safe='')}/{action}")

    def _read(self, path: str, filters: Mapping[str, object] | None = None) -> Any:
        return self._repeatedly("GET", path, params=filters)

    def _repeatedly(self, method: str, path: str, **content: Any) -> Any:
        """Make a request that may be repeated, until it is answered."""
        pause = 0.5
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._request(method, path, **content)
            except NoAnswerError:
                self._sleep(pause)
            except _BusyError as busy:
                self._sleep(max(pause, busy.retry_after))
            pause *= 2
        return self._request(method, path, **content)

    def _request(self, method: str, path: str, **content: Any) -> Any:
        try:
            response = self._http.request(method, path, **content)
        except _NOT_CONNECTED as error:
            raise NotReachedError(f"no connection to {self.base_url}: {error}") from error
        except httpx.TransportError as error:
            raise NoAnswerError(f"no answer from {self.base_url}: {error or type(error).__name__}") from error
        if not response.is_success:
            raise _refusal(response)
        if response.status_code == HTTPStatus.NO_CONTENT:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise ApiError(response.status_code, [_unreadable(response)]) from error


class _BusyError(ApiError):
    """The API asks the client to retry later; nothing was done."""

    def __init__(self, status: int, errors: list[TwilioError], asked: str, retry_after: float) -> None:
        super().__init__(status, errors, asked)
        self.retry_after = retry_after


def is_unsure(error: HeraldError) -> bool:
    """Whether the request may have been carried out."""
    return isinstance(error, NoAnswerError) or (isinstance(error, ApiError) and error.status in _UNSURE)


def _is_final(error: HeraldError) -> bool:
    """Whether the same request would have the same answer."""
    return isinstance(error, ApiError) and not isinstance(error, _BusyError) and not is_unsure(error)


def _refusal(response: httpx.Response) -> ApiError:
    is_foreign = False
    try:
        errors = [_error(error) for error in response.json()["errors"]]
    except (ValueError, KeyError, TypeError):
        errors, is_foreign = [_unreadable(response)], True
    asked = f"{response.request.method} {response.request.url.path}"
    is_spent = any(error["code"] in LIMITS_REACHED for error in errors)
    if not is_spent and (response.status_code in _BUSY or "Retry-After" in response.headers):
        return _BusyError(response.status_code, errors, asked, _retry_after(response))
    refusal = ApiError(response.status_code, errors, asked)
    refusal.is_foreign = is_foreign and response.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    return refusal


def _error(error: dict[str, Any]) -> TwilioError:
    return {"code": error["code"], "message": error["message"], "context": error.get("context")}


def _retry_after(response: httpx.Response) -> float:
    try:
        return min(float(response.headers.get("Retry-After", "0")), _LONGEST_RETRY_AFTER_SECONDS)
    except ValueError:
        return 0.0


def _unreadable(response: httpx.Response) -> TwilioError:
    """The answer of a proxy or another server instead of the API."""
    text = " ".join(response.text.split())[:200]
    return {
        "code": response.status_code,
        "message": f"{response.url} did not answer as this API does: {text or '(nothing)'}",
        "context": None,
    }
