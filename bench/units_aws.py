"""The write units of a message that AWS End User Messaging carries, for `bench.units`.

A stub accepts the messages of the functions. AWS has four events for each message, each with the
price; only the events that the template's configuration set subscribes to are delivered.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Final
from unittest import mock

from herald import runtime
from tests.template import is_true, resources
from tests.world import World
from tools.fake_carrier.reports import sms_event

# Of one message, in their order.
TOLD: Final = ("TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED")


class _Phones:
    """Accepts every text, as the client of the service does."""

    def __init__(self) -> None:
        self.taken: list[Mapping[str, Any]] = []

    def send_text_message(self, **parameters: Any) -> dict[str, str]:
        self.taken.append(parameters)
        return {"MessageId": _id(len(self.taken))}


def _id(number: int) -> str:
    """As long as AWS's."""
    return f"{number:08}-0000-4000-8000-000000000000"


def carried() -> AbstractContextManager[Any]:
    """Replace AWS's client by a stub, on whose messages `tell` reports."""
    return mock.patch.dict(runtime._carrier_clients, {"pinpoint-sms-voice-v2": _Phones()})


def tell(world: World) -> int:
    """Deliver the events of all accepted messages, kind after kind; return the number of events a message."""
    phones: Any = runtime._carrier_clients["pinpoint-sms-voice-v2"]
    kinds = [kind for kind in TOLD if kind in _subscribed(world)]
    for kind in kinds:
        for number, parameters in enumerate(phones.taken, 1):
            event = sms_event(kind, dict(parameters), _id(number))
            world.aws.send("ReceiptQueue", json.dumps(event))
        world.settle()
    return len(kinds)


def _subscribed(world: World) -> set[str]:
    counts = world.environment["COUNT_SUCCESSFUL_AS_DELIVERED"]
    [made] = resources("AWS::SMSVOICE::ConfigurationSet").values()
    [destination] = made["EventDestinations"]
    kinds = set()
    for each in destination["MatchingEventTypes"]:
        if isinstance(each, str):
            kinds.add(each)
        elif is_true({"Condition": each["Fn::If"][0]}, {"CountSuccessfulAsDelivered": counts}):
            kinds.add(each["Fn::If"][1])
    return kinds | {kind for kind in TOLD if "TEXT_ALL" in kinds}
