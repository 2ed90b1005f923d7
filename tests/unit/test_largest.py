"""The largest that a request may be fits into the items that are made of it: 400 KB each."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from herald.model.addresses import MessageAddress, Sender, SenderChannel
from herald.model.content import CONTENT, MAX_CONTENT_BYTES
from herald.model.ids import new_operation_id
from herald.model.operation import Due, Operation, OperationStatus
from herald.model.recipients import MAX_VARIABLES_BYTES, ConnectedAddressRecipient
from herald.model.routes import MAX_SENDERS
from herald.model.senders import SenderSettings
from herald.model.templates import ContentTemplate
from herald.store import chunks, operations
from herald.store.chunks import Placed
from tests.fuzz.limits import size_of
from tests.world import World

ITEM = 400 * 1024
NOW = datetime(2026, 12, 1, tzinfo=UTC)
# A character of four bytes.
WIDE = "\U0001f600"
TEXT = "{{ a }}" + WIDE * 9_900


def test_an_operation_with_the_most_of_everything_fits() -> None:
    sender = "comms_sender_01h9krwprkeee8fzqspvwy6n{:02}"
    senders = tuple(
        Sender(
            sender_id=sender.format(number),
            address="a" * 128,
            channel=SenderChannel.RCS,
            sender_pool_id="comms_senderpool_01h9krwprkeee8fzqspvwy6nq8",
        )
        for number in range(MAX_SENDERS)
    )
    ids = [each.sender_id for each in senders]
    content = CONTENT.validate_python({"text": TEXT, "media": [{"url": TEXT}]}, strict=False)
    assert MAX_CONTENT_BYTES * 0.7 < len(content.model_dump_json().encode()) < MAX_CONTENT_BYTES
    template = ContentTemplate.model_validate(
        {
            "friendlyName": WIDE * 256,
            "variables": {"a": "x" * 2_990},
            "types": {"twilio/media": {"body": TEXT, "media": [TEXT]}},
            "id": "HX" + "0" * 32,
            "createdAt": NOW,
        },
        strict=False,
    )
    operation = Operation(
        id=new_operation_id(NOW),
        account="AC" + "0" * 32,
        status=OperationStatus.SCHEDULED,
        total=10_000,
        content=content,
        template=template,
        senders=senders,
        settings=dict.fromkeys(
            ids, SenderSettings(carrier="sandbox", carrier_sender_id="x" * 256, parts_per_second=10_000)
        ),
        stopped=dict.fromkeys(ids, 30_007),
        tags={f"{number}" + "k" * 127: "{{ a }}" + WIDE * 2_040 for number in range(10)},
        dues=tuple(Due(at=NOW, first=number, chunks=1) for number in range(100)),
        updated_at=NOW,
        expires_at=2**31,
    )

    _, item = operations.new(operation)

    assert size_of(item) < ITEM


@pytest.mark.parametrize("alphabet", [range(0x20, 0x7F), range(0x4E00, 0x9FFF), range(0x10000, 0x1F000)])
def test_a_chunk_of_the_wordiest_recipients_fits(alphabet: range) -> None:
    """With any text: incompressible data does not grow."""
    chosen = random.Random(1)
    each = MAX_VARIABLES_BYTES // len(chr(alphabet[0]).encode()) - 2
    people = [
        ConnectedAddressRecipient(
            addresses=tuple(
                MessageAddress.model_validate(
                    {"address": f"+1{chosen.randrange(2 * 10**9, 10**10)}", "channel": "PHONE"}, strict=False
                )
                for _ in range(10)
            ),
            variables={"a": "".join(map(chr, chosen.choices(alphabet, k=each)))},
        )
        for _ in range(100)
    ]

    packed = chunks._packed(0, [Placed(place, person) for place, person in enumerate(people)])

    assert 100_000 < size_of(packed) < ITEM


@pytest.mark.simulated
@pytest.mark.parametrize("unit", ["x", "é", "漢", WIDE])
def test_a_limit_in_bytes_counts_bytes(world: World, unit: str) -> None:
    def answer(characters: int) -> Any:
        url = {"url": "{{ a }}" + unit * (characters // 11)}
        content = {"text": "{{ a }}" + unit * (characters // 11), "media": [url] * 10}
        to = [{"address": "+12065550100", "channel": "PHONE"}]
        return world.post("/Messages", {"to": to, "content": content})

    # What stands around the texts has some hundred bytes.
    most = (MAX_CONTENT_BYTES - 500) // len(unit.encode())

    assert answer(most).status == 202
    refused = answer(most + 1_000)
    assert (refused.status, refused.body["errors"][0]["context"]) == (400, "$.content")
