"""The sender of an account that a person last wrote to, on each channel.

It is in the person's item, beside the suppression (`store.suppressions`), because a worker
reads that item before each hand-over in any case. If the item has no conversation, the person
has no session, so none is read.

Each channel has fields of its own; the later of two concurrent messages counts.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from herald.model.addresses import REACHES, MessageAddress, Sender, SenderChannel
from herald.model.ids import milliseconds, suppression_id
from herald.model.routes import Conversation
from herald.model.suppressions import People
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, at_most, compared, either, missing, present


def remember(
    table: Table, account: str, sender: Sender, person: MessageAddress, at: datetime, *, kept_until: int
) -> None:
    """Store that a person wrote to a sender at `at`. A late or repeated call changes nothing.

    `kept_until`: when the message itself expires, in seconds since 1970. Sessions are found until then.
    """
    key, moment = _key(account, sender.channel, person.key), milliseconds(at)
    written, field = _written(sender.channel), _sender(sender.channel)
    known = {"senderId": sender.sender_id, "address": sender.address}
    fields = {written: moment, field: known, keys.KEPT_UNTIL: kept_until}
    is_newest = at_most(written, moment)
    # An item that says that its person may not be written to does not expire, and none expires earlier
    # for a message.
    expires_later = either(present("since"), compared("expiresAt", ">=", kept_until))
    expires_before = either(missing("expiresAt"), compared("expiresAt", "<", kept_until))
    kept = Update(key, fields, (is_newest, expires_later), creates=True)
    prolonged = {**fields, "expiresAt": kept_until}
    prolongs = Update(key, prolonged, (is_newest, missing("since"), expires_before), creates=True)
    is_kept_longer = False
    while True:
        try:
            table.write(kept if is_kept_longer else prolongs)
        except ConditionFailed as failed:
            item = failed.item or {}
            if item.get(written, 0) > moment:
                return
            is_kept_longer = "since" in item or item.get("expiresAt", 0) >= kept_until
        else:
            return


def last_written_to(
    table: Table, account: str, channels: Collection[SenderChannel], people: Iterable[str]
) -> dict[Conversation, Sender]:
    """The sender of each channel that people, by their keys, last wrote to."""
    wanted: dict[keys.Key, list[Conversation]] = {}
    for person in people:
        for channel in channels:
            wanted.setdefault(_key(account, channel, person), []).append(Conversation(channel, person))
    return {
        each: Sender(
            sender_id=item[_sender(each.channel)]["senderId"],
            address=item[_sender(each.channel)]["address"],
            channel=each.channel,
        )
        for item in table.get_many(list(wanted))
        for each in wanted[keys.Key(item[keys.PK], item[keys.SK])]
        if _sender(each.channel) in item
    }


def writers(account: str, people: Iterable[MessageAddress], items: Iterable[Item]) -> People:
    """The people who have written, from items that were read; items of another kind are ignored."""
    wrote = {item[keys.PK] for item in items if item[keys.SK] == keys.SUPPRESSION and keys.KEPT_UNTIL in item}
    return People(
        person
        for person in people
        if wrote
        and keys.suppression(account, suppression_id(account, person.channel, person.key)).pk in wrote
    )


def _key(account: str, channel: SenderChannel, person: str) -> keys.Key:
    return keys.suppression(account, suppression_id(account, REACHES[channel], person))


def _written(channel: SenderChannel) -> str:
    """The field with the time of a person's last message, in milliseconds since 1970."""
    return f"written{channel}"


def _sender(channel: SenderChannel) -> str:
    return f"sender{channel}"
