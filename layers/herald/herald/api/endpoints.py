"""The declaration of an endpoint: from it follow its route, checks, answers and description.

A resource declares an endpoint by decorating the function that answers it:

    routes = Resource("Messages")

    @routes.get("/Messages", "ListMessages", "Lists messages, newest first.")
    def list_messages(request: Request, query: ListMessages) -> MessagePage: ...

The signature completes the declaration. `query` and `body` are the shapes of the query
string and of the body, the result is the shape of the answer, and every other parameter
is a part of the path, whose annotation may limit it (`PathPart`).
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Final, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from herald.api.bodies import LongList
from herald.api.pages import Page
from herald.api.shapes import Accepted
from herald.model.access import Scope

Handler = TypeVar("Handler", bound="Callable[..., Any]")

Model = type[BaseModel]


class Function(StrEnum):
    """The Lambda function that answers an endpoint. Each has its own rights."""

    ACCEPT = "accept"
    CONFIGURE = "configure"
    QUERY = "query"
    # One for each carrier that calls back: it reads no other carrier's secret.
    TWILIO_CALLBACK = "twilio_callback"
    HTTP_CALLBACK = "http_callback"


class Caller(StrEnum):
    """The clients that may call an endpoint."""

    # With credentials of an account; the endpoint sees nothing of another account.
    ACCOUNT = "account"
    # Without credentials.
    ANYBODY = "anybody"
    # Without credentials: the carrier has signed the request.
    CARRIER = "carrier"


# The scope that an endpoint needs, unless its declaration names another.
_SCOPES: Final = {
    Function.QUERY: Scope.READ,
    Function.ACCEPT: Scope.SEND,
    Function.CONFIGURE: Scope.CONFIGURE,
}


class PathPart(NamedTuple):
    """Limits of a part of a path. A part beyond them is the id of nothing: 404."""

    is_valid: Callable[[str], bool]
    pattern: str
    example: str
    about: str
    # Whether it stands for a person, and so is kept out of logs.
    is_personal: bool = False


@dataclass(slots=True)
class Request:
    """A request besides its query, body and path.

    `headers` are those of the answer, beyond what the declaration gives it.
    """

    event: APIGatewayProxyEvent
    account: str
    base: str
    page: Page = field(default_factory=Page)
    # The Idempotency-Key.
    key: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Redirect(NamedTuple):
    """The answer of an endpoint that leads elsewhere: 301."""

    location: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    method: str
    # In OpenAPI's form. The last part may be greedy: `{identifier+}` matches slashes too.
    path: str
    tag: str
    # The operationId; Twilio's, where Twilio publishes the endpoint.
    name: str
    about: str
    answers: Callable[..., Any]
    function: Function
    caller: Caller
    # The scope that the credential needs; None if the endpoint takes no credentials.
    scope: Scope | None
    # Not in the published contract.
    ours: bool
    # Further statuses of errors, besides those that follow from the rest.
    statuses: tuple[HTTPStatus, ...]
    # Takes the header Idempotency-Key.
    keyed: bool
    # The context for validating the body, and its list of up to thousands of entries.
    context: Callable[[], Mapping[str, Any]]
    long: LongList | None
    status: HTTPStatus
    query: Model | None
    body: Model | None
    answer: Model | None
    parts: Mapping[str, PathPart | None]

    @property
    def rule(self) -> str:
        """The path in OpenAPI's form, without the mark of a greedy part."""
        return self.path.replace("+}", "}")

    @property
    def is_change(self) -> bool:
        """Whether a request may change something, and so has an event in the audit log."""
        return self.scope not in (None, Scope.READ)

    def logged_path(self, arguments: Mapping[str, Any]) -> str:
        """The path of a request, with the ids that may be logged."""
        path = self.rule
        for name, part in self.parts.items():
            if not (part and part.is_personal):
                path = path.replace(f"{{{to_camel(name)}}}", str(arguments[name]))
        return path

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of the route: wherever there is a GET, there is a HEAD."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    def arguments(self, path: Mapping[str, str]) -> dict[str, str] | None:
        """The parts of a path by the names of the function's parameters; None if one cannot be an id."""
        found = {}
        for name, part in self.parts.items():
            value = path[name]
            if part and not part.is_valid(value):
                return None
            found[name] = value
        return found


class Resource:
    """The endpoints of one resource, in the order of their declaration."""

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._endpoints: list[Endpoint] = []

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self._endpoints)

    def get(self, path: str, name: str, about: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._declare("GET", path, name, about, **{"function": Function.QUERY, **more})

    def post(self, path: str, name: str, about: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._declare("POST", path, name, about, **more)

    def put(self, path: str, name: str, about: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._declare("PUT", path, name, about, **more)

    def patch(self, path: str, name: str, about: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._declare("PATCH", path, name, about, **more)

    def delete(self, path: str, name: str, about: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._declare("DELETE", path, name, about, **more)

    def _declare(
        self,
        method: str,
        path: str,
        name: str,
        about: str,
        *,
        function: Function = Function.CONFIGURE,
        caller: Caller = Caller.ACCOUNT,
        scope: Scope | None = None,
        ours: bool = False,
        statuses: tuple[HTTPStatus, ...] = (),
        keyed: bool = False,
        context: Callable[[], Mapping[str, Any]] = dict,
        long: LongList | None = None,
        status: HTTPStatus | None = None,
    ) -> Callable[[Handler], Handler]:
        def declare(answers: Handler) -> Handler:
            shapes = _shapes_of(answers)
            self._endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    tag=self._tag,
                    name=name,
                    about=about,
                    answers=answers,
                    function=function,
                    caller=caller,
                    scope=(scope or _SCOPES[function]) if caller is Caller.ACCOUNT else None,
                    ours=ours,
                    statuses=statuses,
                    keyed=keyed,
                    context=context,
                    long=long,
                    status=status or shapes.status,
                    query=shapes.query,
                    body=shapes.body,
                    answer=shapes.answer,
                    parts=shapes.parts,
                )
            )
            return answers

        return declare


class _Shapes(NamedTuple):
    query: Model | None
    body: Model | None
    answer: Model | None
    status: HTTPStatus
    parts: Mapping[str, PathPart | None]


_STATUSES: Final = {type(None): HTTPStatus.NO_CONTENT, Redirect: HTTPStatus.MOVED_PERMANENTLY}


def _shapes_of(answers: Callable[..., Any]) -> _Shapes:
    """The shapes in the signature of a function that answers an endpoint."""
    hints = get_type_hints(answers, include_extras=True)
    result = hints.pop("return")
    answer = result if inspect.isclass(result) and issubclass(result, BaseModel) else None
    query, body = hints.pop("query", None), hints.pop("body", None)
    del hints["request"]
    if answer and issubclass(answer, Accepted):
        status = HTTPStatus.ACCEPTED
    else:
        status = _STATUSES.get(result, HTTPStatus.OK)
    return _Shapes(query, body, answer, status, {name: _part(hint) for name, hint in hints.items()})


def _part(hint: Any) -> PathPart | None:
    limits = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((each for each in limits if isinstance(each, PathPart)), None)
