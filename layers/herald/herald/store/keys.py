"""All keys of the table, which no other module builds.

docs/architecture.md has a table of them, and of the indexes.

Indexes are sparse. In messages_by_status are messages whose status
few have, those that wait for another try, and recipients without a message; the bulk is
QUEUED or SCHEDULED, then SENT, DELIVERED or CANCELED, and found by what was counted of it
(store.counted). In messages_by_channel are received messages, those that are alone in
their chunk, and those tried by another channel than planned; the others have postings.
A profile, or session, has few messages, so its messages are in one partition.

An account's messages are spread over shards, because their ids rise with time and
DynamoDB cannot split a partition that only grows at its end. The id of an operation holds the
number of its shards; the account has the number for its next operations. A shard
holds whole blocks of an operation (model.block), so a chunk touches one or two
shards, and the rows of an operation are read by one Query a shard. A recipient has one item,
a message or an unaddressable; the people of a group sort behind their message.
"""

import hashlib
import zlib
from enum import StrEnum
from typing import Final, NamedTuple

from herald.model.addresses import SenderChannel
from herald.model.ids import BLOCK_SIZE, index_of, operation_id_of, shards_of
from herald.model.numbers import key_of
from herald.model.status import Status

PK: Final = "pk"
SK: Final = "sk"
STATUS_KEY: Final = "statusKey"
CHANNEL_KEY: Final = "channelKey"
PROFILE_KEY: Final = "profileKey"
SESSION_KEY: Final = "sessionKey"
CARRIER_KEY: Final = "carrierKey"
RECIPIENT_KEY: Final = "toKey"
ACCOUNT_KEY: Final = "accountKey"
OPERATION_ID: Final = "id"


class Index(NamedTuple):
    """An index of the table: its name, and by which attributes it is partitioned and sorted."""

    name: str
    partition: str
    sort: str = SK


MESSAGES_BY_STATUS: Final = Index("messages_by_status", STATUS_KEY)
MESSAGES_BY_CHANNEL: Final = Index("messages_by_channel", CHANNEL_KEY)
MESSAGES_BY_PROFILE: Final = Index("messages_by_profile", PROFILE_KEY)
MESSAGES_BY_SESSION: Final = Index("messages_by_session", SESSION_KEY)
MESSAGES_BY_CARRIER_ID: Final = Index("messages_by_carrier_id", CARRIER_KEY)
MESSAGES_BY_RECIPIENT: Final = Index("messages_by_recipient", RECIPIENT_KEY)
OPERATIONS_BY_ACCOUNT: Final = Index("operations_by_account", ACCOUNT_KEY, OPERATION_ID)

DOCTOR: Final = "DOCTOR"
OPERATION: Final = "OPERATION"
SUPPRESSION: Final = "SUPPRESSION"
# Of a suppression's item: until when it is kept for what the person wrote. Only then it has one.
KEPT_UNTIL: Final = "keptUntil"
HEAD: Final = "HEAD"
# Below the sort key of every block of counts, which are below HEAD.
FIRST_BLOCK: Final = "BLOCK#"
OPERATION_PREFIX: Final = "OPERATION#"
MESSAGES_PREFIX: Final = "MESSAGES#"
# Below and above the sort key of every message.
FIRST_MESSAGE: Final = "comms_message_"
LAST_MESSAGE: Final = "comms_message_~"

ACCOUNTS: Final = "ACCOUNTS"
"""The partition of operations_by_account with all accounts."""
# A changing request writes two units to one of them, and a partition takes 1,000 a second.
_AUDIT_PARTITIONS: Final = 4
_UNINDEXED: Final = frozenset({Status.SENT, Status.DELIVERED, Status.CANCELED})


# Behind every id, and behind all that begins with one.
BEHIND: Final = "~"


class Key(NamedTuple):
    pk: str
    sk: str


class Party(StrEnum):
    """By what address a message is found (store.parties)."""

    TO = "TO"
    FROM = "FROM"
    TRIED = "TRIED"
    WROTE = "WROTE"
    GOT = "GOT"


def account(account_sid: str) -> Key:
    return Key(f"ACCOUNT#{account_sid}", "ACCOUNT")


def sender(account_sid: str, sender_id: str) -> Key:
    return Key(account(account_sid).pk, f"SENDER#{sender_id}")


def sender_address(account_sid: str, channel: SenderChannel, address: str) -> Key:
    return Key(account(account_sid).pk, f"ADDRESS#{channel}#{_sender_key(address)}")


def address_owner(channel: SenderChannel, address: str) -> Key:
    return Key(f"ADDRESS#{channel}#{_sender_key(address)}", "OWNER")


def _sender_key(address: str) -> str:
    """Equal for all spellings of a number, and of a name: people read `Bank` and ` BANK ` as the same."""
    return " ".join(key_of(address).split()).casefold()


def pending_senders() -> str:
    """The partition of operations_by_account with the owners whose sender waits for an approval."""
    return "SENDERS#PENDING"


def pool(account_sid: str, pool_id: str) -> Key:
    return Key(account(account_sid).pk, f"POOL#{pool_id}")


def pool_operation(account_sid: str, operation_id: str) -> Key:
    return Key(account(account_sid).pk, f"POOLOPERATION#{operation_id}")


def pool_member(pool_id: str, sender_id: str) -> Key:
    """Short, so that the 10,000 of a pool are one read of 1 MB. Whose pool it is, its readers check."""
    return Key(pool_id, sender_id)


def content(account_sid: str, content_id: str) -> Key:
    return Key(account(account_sid).pk, f"CONTENT#{content_id}")


def credential(sid: str) -> Key:
    """Of an auth token, whose SID is its account's, or of a key."""
    return Key(f"CREDENTIAL#{sid}", "CREDENTIAL")


def use(sid: str) -> Key:
    """Of the hour in which a credential was last used."""
    return Key(f"USE#{sid}", "USE")


def account_key(account_sid: str, sid: str) -> Key:
    """The item that assigns a key to an account; the key itself is in its credential."""
    return Key(account(account_sid).pk, f"KEY#{sid}")


def sid_in(text: str) -> str:
    """The SID at the end of a key of a credential, of its use, or of an account's key."""
    return text.rsplit("#", 1)[1]


def audit_event(account_sid: str, event_id: str) -> Key:
    """In the partition that the last bits of the id name, which are random."""
    return Key(f"AUDIT#{account_sid}#{int(event_id[-2:], 16) % _AUDIT_PARTITIONS}", event_id)


def audit_partitions(account_sid: str) -> list[str]:
    """The partitions of an account's audit events."""
    return [f"AUDIT#{account_sid}#{number}" for number in range(_AUDIT_PARTITIONS)]


def profile(account_sid: str, memory_store_id: str, profile_id: str) -> Key:
    return Key(f"PROFILE#{account_sid}#{memory_store_id}#{profile_id}", "PROFILE")


def profile_in(partition: str) -> tuple[str, str]:
    """The memory store and the profile in a profile's partition key."""
    _, _, memory_store_id, profile_id = partition.split("#")
    return memory_store_id, profile_id


def operation(operation_id: str) -> Key:
    return Key(f"{OPERATION_PREFIX}{operation_id}", OPERATION)


def operation_in(partition: str) -> str:
    """The operation in an operation's partition key."""
    return partition.split("#")[1]


def head(operation_id: str) -> Key:
    """The first block of an operation's counts, and the sums of the others."""
    return Key(operation(operation_id).pk, HEAD)


def block(operation_id: str, number: int) -> Key:
    """A block of an operation's counts: the first is in the head."""
    return Key(operation(operation_id).pk, f"{FIRST_BLOCK}{number:03}") if number else head(operation_id)


def block_name(number: int) -> str:
    """The attribute of the head with the sums of a block."""
    return f"b{number}"


def block_in(name: str) -> int | None:
    """The block whose sums an attribute of the head has; None of another attribute."""
    return int(name[1:]) if name[0] == "b" and name[1:].isdigit() else None


def chunk(operation_id: str, number: int) -> Key:
    return Key(f"CHUNK#{operation_id}#{number:03}", "RECIPIENTS")


def chunk_in(partition: str) -> int:
    """The number of the chunk in a chunk's partition key."""
    return int(partition.rsplit("#", 1)[1])


def progress(operation_id: str, number: int) -> Key:
    return Key(chunk(operation_id, number).pk, "PROGRESS")


def messages(account_sid: str, shard: int) -> str:
    """The partition of an account's messages in one shard."""
    return f"{MESSAGES_PREFIX}{account_sid}#{shard}"


def message(account_sid: str, message_id: str) -> Key:
    return Key(messages(account_sid, shard_of(message_id)), message_id)


def receipt(account_sid: str, message_id: str, person: int) -> Key:
    """Of one person, counted from 0, of a group."""
    return Key(messages(account_sid, shard_of(message_id)), f"{message_id}#{person}")


def is_receipt(sort_key: str) -> bool:
    """Whether an item among the rows of messages is a person's receipt."""
    return "#" in sort_key


def message_id_in(sort_key: str) -> str:
    """The message that a row, or a person's receipt, is of."""
    return sort_key.partition("#")[0]


def person_in(sort_key: str) -> tuple[str, int]:
    """The message and the person in a receipt's sort key."""
    message_id, _, person = sort_key.partition("#")
    return message_id, int(person)


def status_key(account_sid: str, status: Status, shard: int) -> str | None:
    """The partition of messages_by_status, or None if that index leaves the status out."""
    return None if status in _UNINDEXED else f"STATUS#{account_sid}#{status}#{shard}"


def unaddressable_key(account_sid: str, shard: int) -> str:
    """The partition of messages_by_status with the recipients who have no message."""
    return f"STATUS#{account_sid}#UNADDRESSABLE#{shard}"


def channel_key(account_sid: str, channel: SenderChannel, shard: int) -> str:
    """The partition of messages_by_channel."""
    return f"CHANNEL#{account_sid}#{channel}#{shard}"


def profile_key(account_sid: str, profile_id: str) -> str:
    """The partition of messages_by_profile."""
    return f"PROFILE#{account_sid}#{profile_id}"


def looks_like_key(account_sid: str, keyword: str) -> str:
    """The partition of messages_by_profile with received messages that look like a keyword.

    A received message has no profile of its own.
    """
    return f"LOOKSLIKE#{account_sid}#{keyword}"


def session_key(account_sid: str, session_id: str) -> str:
    """The partition of messages_by_session."""
    return f"SESSION#{account_sid}#{session_id}"


def session_in(partition: str) -> str:
    """The session in a partition key of messages_by_session."""
    return partition.split("#")[2]


def carrier_key(account_sid: str, carrier_id: str) -> str:
    """The partition of messages_by_carrier_id."""
    return f"CARRIER#{account_sid}#{carrier_id}"


def recipient_key(digest: str) -> str:
    """The partition of messages_by_recipient, by the hash of an address: short, because each row has it."""
    return f"TO#{digest}"


def operations_of(account_sid: str) -> str:
    """The partition of operations_by_account."""
    return f"OPERATIONS#{account_sid}"


def keywords(account_sid: str) -> Key:
    return Key(account(account_sid).pk, "KEYWORDS")


def quiet_hours(account_sid: str) -> Key:
    return Key(account(account_sid).pk, "QUIET")


def limits(account_sid: str) -> Key:
    return Key(account(account_sid).pk, "LIMITS")


def usage(account_sid: str, month: str) -> Key:
    """The sum that an account's requests of a month, such as 2026-11, have reserved."""
    return Key(f"USAGE#{account_sid}", month)


def released(account_sid: str, month: str, stripe: int) -> Key:
    """The released part of that sum; in partitions of their own, because many chunks release at once."""
    return Key(f"USAGE#{account_sid}#{stripe}", month)


def rate(account_sid: str, second: int) -> Key:
    return Key(f"RATE#{account_sid}#{second}", "RATE")


def prices() -> Key:
    return Key("PRICES#STACK", "PRICES")


def suppression(account_sid: str, suppression_id: str) -> Key:
    """In a partition of its own: every group that is sent reads those of its people."""
    return Key(f"SUPPRESSION#{account_sid}#{suppression_id}", SUPPRESSION)


def suppression_in(partition: str) -> str:
    """The suppression in a suppression's partition key."""
    return partition.split("#")[2]


def suppressions_of(account_sid: str) -> str:
    """The partition of operations_by_account in which an account's suppressions are."""
    return f"SUPPRESSIONS#{account_sid}"


def postings(account_sid: str, tag: str, value: str) -> str:
    """The partition of the postings of one tag with one value."""
    return f"TAG#{account_sid}#{tag}:{value}"


def channel_postings(account_sid: str, channel: SenderChannel, shard: int) -> str:
    """The partition of the postings of a channel; it cannot be a tag's, which has a colon."""
    return f"TAG#{account_sid}##{channel}#{shard}"


def party(account_sid: str, party: Party, digest: str) -> str:
    """The partition of the messages that a party is found by, by the hash of its address."""
    return f"PARTY#{account_sid}#{party}#{digest}"


def session(account_sid: str, channel: SenderChannel, address: str, person: str) -> Key:
    """Of a sender of a channel and a person. The hash keeps the key short; it does not hide the number."""
    pair = hashlib.sha256(f"{channel}\n{key_of(address)}\n{key_of(person)}".encode()).hexdigest()[:32]
    return Key(f"SESSION#{account_sid}#{pair}", "SESSION")


def pacing(account_sid: str, sender_id: str) -> Key:
    return Key(f"PACING#{account_sid}#{sender_id}", "PACING")


def idempotency(account_sid: str, key: str) -> Key:
    """Of a request that the client gave a key of its own: visible ASCII."""
    return Key(f"IDEMPOTENCY#{account_sid}#{key}", "IDEMPOTENCY")


def doctor(name: str) -> Key:
    """An account of `herald doctor`, or a row on which it tries the table. No function reads it."""
    return Key(DOCTOR, name)


def arrival(account_sid: str, carrier: str, carrier_id: str) -> Key:
    return Key(f"ARRIVAL#{account_sid}#{carrier}#{carrier_id}", "ARRIVAL")


def shard_of(message_id: str) -> int:
    """The shard of a message: that of its block. Neighbouring blocks are in different shards."""
    block_number = index_of(message_id) // BLOCK_SIZE
    return (zlib.crc32(operation_id_of(message_id).encode()) + block_number) % shards_of(message_id)


def account_in(partition: str) -> str:
    """The account in a messages partition key."""
    return partition.split("#")[1]
