"""The queues of a stack, and the function that reads each."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from herald_cli.doctor.deployed import Deployed

# The consumers, and the logical ids of the queues that each reads; "" is the table's stream.
SOURCES: Final = {
    "FanOutFunction": ("ChunkQueue",),
    "ReceiveFunction": ("ReceiptQueue", "InboundQueue"),
    "DispatchFunction": ("",),
    "TallyFunction": ("",),
}
DEAD_LETTERS: Final = {
    "ChunkDeadLetters": "chunks",
    "ReceiptDeadLetters": "receipts",
    "InboundDeadLetters": "inbound",
    "StreamDeadLetters": "stream",
}
QUEUES: Final = ("ChunkQueue", "ReceiptQueue", "InboundQueue")


def mappings(stack: Deployed) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each consumer, its source, and its mapping, which is empty if there is none."""
    lambda_ = stack.client("lambda")
    for consumer, sources in SOURCES.items():
        found = lambda_.list_event_source_mappings(FunctionName=stack.resource(consumer))[
            "EventSourceMappings"
        ]
        for source in sources:
            wanted = (
                stack.resource(source).rsplit("/", 1)[-1] if source else f"table/{stack.outputs['TableName']}"
            )
            fitting = [each for each in found if _reads(each.get("EventSourceArn", ""), wanted)]
            yield consumer, source or "the table's stream", fitting[0] if fitting else {}


def _reads(arn: str, wanted: str) -> bool:
    """Whether a mapping reads a queue of this name, or a stream of this table."""
    return f"{wanted}/stream/" in arn if wanted.startswith("table/") else arn.rsplit(":", 1)[-1] == wanted
