"""Every kind of id that a request can name, made in an account; and a valid body for every endpoint.

An endpoint whose id, query or body is of a kind that is not here fails the matrices of
tests/unit/test_isolation.py: add a way to make it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from herald.api.endpoints import Endpoint
from herald.model.ids import session_id_of
from herald.model.inbound import Inbound
from tests.world import Response, World

STORE: Final = "mem_store_00000000000000000000000000"
_PERSON: Final = {"address": "+12065550100", "channel": "PHONE"}


@dataclass
class Household:
    """An account, and what is made in it."""

    world: World
    account: str
    number: int = 0

    def call(
        self, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None
    ) -> Response:
        return self.world.request(method, path, body, account=self.account, query=query)

    def id(self, kind: str) -> str:
        """A new resource of this kind, by its id."""
        return str(MAKERS[kind](self))

    def next(self) -> int:
        self.number += 1
        return self.number

    def send(self, **more: Any) -> str:
        body = {"to": [_PERSON], "content": {"text": "Hello"}, **more}
        found = str(self._made("/Messages", body)["operationId"])
        self.world.settle(wait=1)
        return found

    def message(self) -> str:
        [found] = self.call("GET", "/Messages", query={"operationId": self.send()}).body["messages"]
        return str(found["id"])

    def sender(self) -> str:
        return str(self._made("/Senders", {"address": self._number(), "channel": "SMS"})["resourceId"])

    def _number(self) -> str:
        """A number that the other account does not name."""
        return f"+1206{int(self.account[-8:], 16) % 7_000_000 + 2_000_000 + self.next():07}"

    def pool_operation(self) -> str:
        return str(self._made("/SenderPools", {"senders": [{"senderId": self.sender()}]})["operationId"])

    def pool(self) -> str:
        query = {"operationId": self.pool_operation()}
        [found] = self.call("GET", "/SenderPools", query=query).body["senderPools"]
        return str(found["id"])

    def content(self) -> str:
        return str(
            self._made("/Content", {"friendlyName": "hi", "types": {"twilio/text": {"body": "Hi"}}})["id"]
        )

    def suppression(self) -> str:
        person = {"address": f"+1206555{self.next():04}", "channel": "PHONE"}
        [found] = self._made("/Suppressions", {"suppressions": [person]})["suppressions"]
        return str(found["id"])

    def pool_with_operation(self) -> dict[str, str]:
        operation = self.pool_operation()
        [found] = self.call("GET", "/SenderPools", query={"operationId": operation}).body["senderPools"]
        return {"senderPoolId": found["id"], "operationId": operation}

    def pool_with_sender(self) -> dict[str, str]:
        pool = self.pool()
        [found] = self.call("GET", f"/SenderPools/{pool}/Senders").body["senders"]
        return {"senderPoolId": pool, "senderId": found["id"]}

    def profile(self) -> str:
        profile_id = f"mem_profile_0{self.account[2:18]}{self.next():09}"
        body = {"addresses": [_PERSON], "traits": {"name": "Ada"}}
        answer = self.call("PUT", f"/MemoryStores/{STORE}/Profiles/{profile_id}", body)
        assert answer.status == 200, answer.body
        return profile_id

    def session(self) -> str:
        self._hear(_PERSON["address"])
        [found, *_] = self.call("GET", "/Messages", query={"status": "INBOUND"}).body["messages"]
        return session_id_of(found["id"])

    def _hear(self, number: str) -> None:
        """Let a person write."""
        message = {
            "carrier": "sandbox",
            "id": f"inbound-{self.next()}",
            "account": self.account,
            "from": number,
            "to": "+15005550006",
            "channel": "SMS",
            "text": "Hi",
            "at": self.world.aws.now,
        }
        self.world.inbound(Inbound.model_validate(message, strict=False))
        self.world.settle()

    def person(self) -> str:
        """The number of a person to whom this account alone has sent."""
        number = self._number()
        self.send(to=[{"address": number, "channel": "PHONE"}])
        return number

    def writer(self) -> str:
        """The number of a person who has written to this account alone."""
        number = self._number()
        self._hear(number)
        return number

    def credential(self) -> str:
        """The auth token's SID, which has changed something."""
        self.sender()
        return self.account

    def carrier_id(self) -> str:
        answer = self.call("GET", f"/Messages/{self.message()}")
        return str(answer.body["attempts"][-1]["carrierId"])

    def _made(self, path: str, body: Any) -> Any:
        answer = self.call("POST", path, body)
        assert answer.status in (200, 201, 202), answer.body
        return answer.body


MAKERS: Final[dict[str, Callable[[Household], str]]] = {
    "message": Household.message,
    "operation": Household.send,
    "pool operation": Household.pool_operation,
    "sender": Household.sender,
    "pool": Household.pool,
    "content": Household.content,
    "suppression": Household.suppression,
    "profile": Household.profile,
    # The client chooses it with a profile: several accounts may have one of this name.
    "memory store": lambda _: STORE,
    "session": Household.session,
    "carrier id": Household.carrier_id,
    "credential": Household.credential,
    "person": Household.person,
    "writer": Household.writer,
}

# The kind of an id by the name of the path's part, of the parameter or of the property.
_KINDS: Final = {
    "messageId": "message",
    "operationId": "operation",
    "senderId": "sender",
    "senderPoolId": "pool",
    "contentId": "content",
    "suppressionId": "suppression",
    "profileId": "profile",
    "profile": "profile",
    "memoryStoreId": "memory store",
    "sessionId": "session",
    "identifier": "carrier id",
    # Of an event: of whatever was changed.
    "resourceId": "sender",
    "actor": "credential",
    "to": "person",
    "from": "writer",
}
# Ids that are of each other, by the names of the path's parts.
_TOGETHER: Final[dict[tuple[str, ...], Callable[[Household], dict[str, str]]]] = {
    ("senderPoolId", "operationId"): Household.pool_with_operation,
    ("senderPoolId", "senderId"): Household.pool_with_sender,
}
# What looks like an id in a body and names nothing of an account.
_NO_IDS: Final = frozenset({"carrierSenderId"})
# Parameters of lists that name nothing.
_FILTERS: Final = frozenset(
    {
        *(
            "address",
            "channel",
            "endDate",
            "looksLike",
            "pageSize",
            "pageToken",
            "startDate",
            "status",
            "tags",
        ),
    }
)


def kind_of(endpoint: Endpoint, name: str) -> str:
    """The kind of id that a part of a path, a parameter or a property holds."""
    if name == "operationId" and endpoint.tag == "SenderPools":
        return "pool operation"
    return _KINDS[name]


def ids_in_path(endpoint: Endpoint, household: Household) -> dict[str, str]:
    """New ids for the parts of an endpoint's path, by their names; the endpoint finds what they name."""
    names = tuple(to_camel(name) for name in endpoint.parts)
    if names in _TOGETHER:
        return _TOGETHER[names](household)
    return {name: household.id(kind_of(endpoint, name)) for name in names}


def path_of(endpoint: Endpoint, ids: Mapping[str, str]) -> str:
    """The path of a request with these ids."""
    path = endpoint.rule
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def ids_in_query(endpoint: Endpoint) -> list[str]:
    """The parameters of an endpoint's query string that are ids."""
    fields = endpoint.query.model_fields if endpoint.query else {}
    names = [field.alias or name for name, field in fields.items()]
    return [name for name in names if name not in _FILTERS]


def ids_in_body(endpoint: Endpoint) -> set[str]:
    """The properties of an endpoint's body that are ids of something of an account."""
    if endpoint.body is None:
        return set()
    return {name for name in _properties(endpoint.body) if re.search(r"(Id|Sid)$", name)} - _NO_IDS


def _properties(shape: type[BaseModel]) -> Iterator[str]:
    """The names of all properties in a shape, however deep."""
    schema = shape.model_json_schema(by_alias=True)
    for each in (schema, *schema.get("$defs", {}).values()):
        yield from each.get("properties", {})


def body_of(endpoint: Endpoint, household: Household) -> Any:
    """A body that the endpoint takes."""
    if endpoint.body is None:
        return None
    body = BODIES[endpoint.name]
    return body(household) if callable(body) else body


BODIES: Final[dict[str, Any]] = {
    "SendMessages": {"to": [_PERSON], "content": {"text": "Hello"}},
    "CreateContent": {"friendlyName": "hi", "types": {"twilio/text": {"body": "Hi"}}},
    "PutKeywords": {"stop": {"*": ["STOP"]}},
    "PutProfile": {"addresses": [{**_PERSON, "address": "+12065550199"}], "traits": {}},
    "PutQuietHours": {"open": "09:00-20:00"},
    "CreateSenderPool": {"name": "Another"},
    "UpdateSenderPool": {"name": "Another"},
    "AddSendersToSenderPool": lambda household: [{"senderId": household.sender()}],
    "CreateSender": lambda household: {"address": f"+1206556{household.next():04}", "channel": "SMS"},
    "UpdateSender": {"displayName": "Another"},
    "SearchSenders": {"address": "+15005550006", "channel": "SMS"},
    "ResolveSenders": {"recipientAddresses": [_PERSON]},
    "CreateSuppressions": {"suppressions": [_PERSON]},
}
