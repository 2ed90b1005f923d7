"""Every key of the table, and nowhere else.

| entity         | pk                          | sk                          |
|----------------|-----------------------------|-----------------------------|
| Account        | ACCOUNT#AC…                 | ACCOUNT                     |
| Sender         | ACCOUNT#AC…                 | SENDER#comms_sender_…       |
| Credential     | CREDENTIAL#AC…              | CREDENTIAL                  |
| Operation      | OPERATION#comms_operation_… | OPERATION                   |
| Tally          | OPERATION#comms_operation_… | TALLY#3                     |
| Chunk          | CHUNK#comms_operation_…#07  | RECIPIENTS                  |
| Chunk progress | CHUNK#comms_operation_…#07  | PROGRESS                    |
| Message        | MESSAGES#AC…#3              | comms_message_…             |
| Unaddressable  | MESSAGES#AC…#3              | UNADDRESSABLE#comms_message_…|

Index messages_by_status (statusKey, sk): STATUS#AC…#FAILED#3, the message's id;
only messages that are neither SENT nor DELIVERED, which are the bulk, are in it.

An account's messages are spread over SHARDS partitions, because their ids rise
with time and DynamoDB cannot split a partition that only grows at its end. All
messages of one operation and shard share a partition key, so the stream has
their changes in order: the tally counts on it.
"""

import zlib
from typing import Final, NamedTuple

from herald.model.ids import index_of, operation_id_of
from herald.model.status import Status

# A constant of the table: rows are found by it. It cannot change under a filled table.
SHARDS: Final = 8

PK: Final = "pk"
SK: Final = "sk"
STATUS_KEY: Final = "statusKey"
MESSAGES_BY_STATUS: Final = "messages_by_status"

OPERATION: Final = "OPERATION"
SENDER_PREFIX: Final = "SENDER#"
TALLY_PREFIX: Final = "TALLY#"
UNADDRESSABLE_PREFIX: Final = "UNADDRESSABLE#"

_UNINDEXED: Final = frozenset({Status.SENT, Status.DELIVERED})


class Key(NamedTuple):
    pk: str
    sk: str


def account(account_sid: str) -> Key:
    return Key(f"ACCOUNT#{account_sid}", "ACCOUNT")


def sender(account_sid: str, sender_id: str) -> Key:
    return Key(account(account_sid).pk, f"{SENDER_PREFIX}{sender_id}")


def credential(username: str) -> Key:
    return Key(f"CREDENTIAL#{username}", "CREDENTIAL")


def operation(operation_id: str) -> Key:
    return Key(f"OPERATION#{operation_id}", OPERATION)


def tally(operation_id: str, shard: int) -> Key:
    return Key(operation(operation_id).pk, f"{TALLY_PREFIX}{shard}")


def chunk(operation_id: str, number: int) -> Key:
    return Key(f"CHUNK#{operation_id}#{number:02}", "RECIPIENTS")


def progress(operation_id: str, number: int) -> Key:
    return Key(chunk(operation_id, number).pk, "PROGRESS")


def messages(account_sid: str, shard: int) -> str:
    """The partition of an account's messages in one shard."""
    return f"MESSAGES#{account_sid}#{shard}"


def message(account_sid: str, message_id: str) -> Key:
    return Key(messages(account_sid, shard_of(message_id)), message_id)


def unaddressable(account_sid: str, message_id: str) -> Key:
    return Key(messages(account_sid, shard_of(message_id)), f"{UNADDRESSABLE_PREFIX}{message_id}")


def status_key(account_sid: str, status: Status, shard: int) -> str | None:
    """The partition of messages_by_status, or None where that index leaves a status out."""
    return None if status in _UNINDEXED else f"STATUS#{account_sid}#{status}#{shard}"


def shard_of(message_id: str) -> int:
    """Neighbours in an operation are in different shards, and so are operations' first messages."""
    return (zlib.crc32(operation_id_of(message_id).encode()) + index_of(message_id)) % SHARDS


def shard_in(partition: str) -> int:
    """The shard at the end of a messages partition key."""
    return int(partition.rsplit("#", 1)[1])


def account_in(partition: str) -> str:
    """The account in a messages partition key."""
    return partition.split("#")[1]
