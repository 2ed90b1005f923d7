"""Rounds of hostile requests, and of what follows from those that were accepted."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random

import pytest

from herald import runtime
from herald.api.openapi import document
from herald.carriers.queued import parse_inbound
from herald.model.addresses import SenderChannel
from herald.model.prices import Prices
from herald.model.quiet import QuietHours
from herald.model.senders import OperatorSender
from herald.operator import limits
from herald.resources import everything
from herald.store import owners, quiet, senders
from tests.fuzz import requests
from tests.fuzz.limits import enforce
from tests.fuzz.requests import Sent, send, targets
from tests.template import event_sources, resource_of
from tests.unit.carriers.web_harnesses import PUBLIC_URL, HttpHarness, TwilioHarness
from tests.world import World

# Steps of all that AWS delivers by itself, after a round: enough for what ends.
_STEPS = 12


@dataclass
class Found:
    """What a run has seen: answers by status, and what must not be."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def run(world: World, seed: int, rounds: int) -> Iterator[Found]:
    """After each round, in which every endpoint is asked once, what was found so far.

    The account has limits of every kind from the half on.
    """
    random = Random(seed)
    described = document(
        "https://fuzz.example/v1", [endpoint for resource in everything() for endpoint in resource]
    )
    every = list(targets(described))
    found = Found()
    known = _known(world)
    for number in range(rounds):
        if number == rounds // 2:
            _limit(world)
        for target in every:
            try:
                sent = send(world, target, described["components"]["schemas"], known, random)
            except Exception as error:
                found.wrong.append(f"{target.method} {target.path} raised {error!r}")
                continue
            found.statuses[sent.status] += 1
            if problem := _problem(sent):
                found.wrong.append(f"{target.method} {target.path}: {problem}: {str(sent.event)[:1_500]}")
        found.wrong += _aftermath(world)
        yield found


def at_the_ends(world: World, seed: int, most: int) -> Found:
    """Every field of every endpoint at the ends of its kind; `most` requests of one endpoint."""
    random = Random(seed)
    endpoints = [endpoint for resource in everything() for endpoint in resource]
    described = document("https://fuzz.example/v1", endpoints)
    found = Found()
    known = _known(world)
    for target in targets(described):
        events = list(requests.at_the_ends(world, target, described["components"]["schemas"], known, random))
        for event in random.sample(events, min(most, len(events))):
            answer = world._call(event)
            found.statuses[answer.status] += 1
            if problem := _problem(Sent(event, answer.status, answer.body)):
                found.wrong.append(f"{target.method} {target.path}: {problem}: {str(event)[:1_500]}")
        found.wrong += _aftermath(world)
    return found


def _known(world: World) -> list[str]:
    """Ids of what there is, so that not everything is a 404."""
    operation = world.send("+15005550100", "+15005550110")
    world.settle()
    messages = [each["id"] for each in world.messages(operationId=operation)]
    senders = [each.sender_id for each in world.senders()]
    pool = world.post("/SenderPools", {"senders": [{"senderId": each} for each in senders]}).body
    pools = world.get("/SenderPools", {"operationId": pool["operationId"]}).body["senderPools"]
    template = {"friendlyName": "x", "types": {"twilio/text": {"body": "Hi {{ 1 }}"}}}
    content = world.post("/Content", template).body["id"]
    person = {"suppressions": [{"address": "+15005550111", "channel": "PHONE"}]}
    suppressed = world.post("/Suppressions", person).body["suppressions"][0]["id"]
    return [operation, *messages, *senders, pools[0]["id"], content, suppressed]


def _limit(world: World) -> None:
    """Give the account limits, prices and quiet hours, and a sender whose messages count."""
    now = runtime.app().clock()
    numbers = ("recipientsPerDay", "partsPerDay", "dollarsPerDay", "dollarsPerMonth", "requestsPerSecond")
    limits.change(
        world.table, world.account, {**dict.fromkeys(numbers, 10**9), "countries": "US CA GB GG"}, now
    )
    limits.put_prices(world.table, Prices({"SMS": {"US": 8_000_000, "GG": 1}}, "fuzz", now))
    quiet.put(world.table, world.account, QuietHours(open="00:00-23:59"), now)
    sender = OperatorSender(channel=SenderChannel.SMS, address="+12065550177", carrier="http")
    senders.add(world.table, world.account, sender, now)


def _problem(sent: Sent) -> str | None:
    """What is wrong with an answer, whatever was asked."""
    if sent.status >= 500:
        return f"answered {sent.status}"
    if sent.status < 400:
        return None
    if not isinstance(sent.body, dict) or sent.body.get("status") != sent.status:
        return f"answered {sent.status} without our envelope"
    if not 1 <= len(sent.body["errors"]) <= 100 or len(json.dumps(sent.body)) > 500_000:
        return "answered at too great a length"
    return None


def _aftermath(world: World) -> Iterator[str]:
    """Let follow what follows; a task or a report that always fails is one that stops a queue.

    But not a part that Herald has put aside, which says why: it fails alone until it is a dead letter.
    """
    for _ in range(_STEPS):
        try:
            if not world.step():
                return
        except Exception as error:
            yield f"what followed raised {error!r}"
            return
    for source in event_sources("SQS"):
        queue = resource_of(source.properties["Queue"])
        for body in world.bodies(queue):
            if _is_alone(world, body):
                continue
            yield f"{queue} cannot be emptied of {body[:500]}"
    _empty(world)


def _is_alone(world: World, body: str) -> bool:
    """Whether a queue message is one message to a number that is no sender, or from none."""
    message = json.loads(body)
    written = parse_inbound(message) if "inbound" in message else []
    return len(written) == 1 and all(
        owner is None or each.person is None
        for each, owner in owners.find(world.table, written, runtime.app().carriers)
    )


def _empty(world: World) -> None:
    for queue in world.queues:
        for handle, _ in world.aws.visible(queue):
            world.aws.delete(queue, handle)


@contextmanager
def world_of(environment: pytest.MonkeyPatch) -> Iterator[World]:
    """A stack whose carriers may call back, in the AWS that is installed, with the limits of AWS."""
    secret = {
        "twilio": TwilioHarness.settings(TwilioHarness.__new__(TwilioHarness), "http://127.0.0.1:9"),
        "http": HttpHarness.settings(HttpHarness.__new__(HttpHarness), "http://127.0.0.1:9"),
    }
    # Of its own: what it changes has to be as it was before the AWS is taken away.
    with pytest.MonkeyPatch.context() as patch:
        enforce(patch)
        world = World.create(environment.setenv, PublicUrl=PUBLIC_URL)
        patch.setattr(runtime, "carrier_secret", cache(lambda _: secret))
        yield world
