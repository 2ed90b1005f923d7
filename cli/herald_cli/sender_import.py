"""The import of senders into an account: compared first, then done.

    AWS has it    the account has it         action
    usable        no                         added
    usable        yes, carrier aws or none   updated, if anything differs; else nothing
    usable        yes, another carrier       nothing: the operator has chosen that carrier
    usable        another account has it     nothing: `herald sender move` is the way
    not yet       no                         nothing: a later import adds it
    no            yes, carrier aws           gone: reported, or deactivated with --deactivate

Each step is independent and may be repeated, so the next import completes an interrupted one.
A sender that was deactivated stays deactivated.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import ValidationError

from herald.model.addresses import SANDBOX, SenderChannel
from herald.model.senders import (
    MAX_PARTS_PER_SECOND,
    Approval,
    OperatorChange,
    OperatorSender,
    OwnSender,
    SenderStatus,
)
from herald.operator import proving
from herald.store import Table, owners, senders
from herald_cli.aws_senders import AwsSender, State

_AWS = "aws"


class Outcome(StrEnum):
    ADDED = "added"
    UPDATED = "updated"
    AS_IT_WAS = "as it was"
    WAITS = "waits"
    LEFT_ALONE = "left alone"
    REFUSED = "refused"
    GONE = "gone"
    DEACTIVATED = "deactivated"


class Step(NamedTuple):
    """The action for one sender, and the reason for people."""

    outcome: Outcome
    channel: SenderChannel
    address: str
    per_second: int | None
    note: str
    sender_id: str | None = None
    new: OperatorSender | None = None
    change: OperatorChange | None = None
    approves: bool = False


def steps(
    own: Iterable[OwnSender],
    found: Iterable[AwsSender],
    *,
    carrier: str,
    channels: Collection[SenderChannel],
    addresses: Collection[str] = (),
    deactivate: bool = False,
) -> list[Step]:
    """The steps after which an account has the senders of AWS.

    `found` are all senders of AWS for `channels`; the account's senders of other channels are ignored.
    With `addresses`, so are other addresses. `carrier` is that of senders that name none.
    """
    mine = {
        (each.channel, each.address): each
        for each in own
        if each.channel in channels and (not addresses or each.address in addresses)
    }
    theirs = {
        (each.channel, each.address): each
        for each in found
        if each.state is not State.GONE and (not addresses or each.address in addresses)
    }
    return [_of_found(each, mine.get(key), carrier) for key, each in theirs.items()] + [
        _of_gone(each, deactivate=deactivate)
        for key, each in mine.items()
        if key not in theirs and each.carrier == _AWS and each.status is SenderStatus.ACTIVATED
    ]


def take(table: Table, account: str, planned: Iterable[Step], now: datetime) -> Iterator[Step]:
    """Take the steps; yield each when it was taken, an added sender with its id."""
    for step in planned:
        if step.new:
            try:
                made = senders.add(table, account, step.new, now)
            except senders.Exists as exists:
                # The account got the sender meanwhile; the next import compares it.
                yield step._replace(
                    outcome=Outcome.LEFT_ALONE, sender_id=exists.sender_id, note="just made by somebody else"
                )
                continue
            except (owners.Taken, owners.Moving) as refusal:
                yield step._replace(outcome=Outcome.LEFT_ALONE, note=str(refusal))
                continue
            yield step._replace(sender_id=made.id)
            continue
        if step.change and step.sender_id:
            senders.update(table, account, step.sender_id, step.change, now)
        if step.approves and step.sender_id:
            try:
                proving.approve(table, account, step.sender_id, now)
            except (owners.Taken, owners.Moving, proving.NoSuchSender) as refusal:
                yield step._replace(outcome=Outcome.LEFT_ALONE, note=str(refusal))
                continue
        yield step


def _of_found(found: AwsSender, own: OwnSender | None, carrier: str) -> Step:
    rate = min(found.per_second, MAX_PARTS_PER_SECOND) if found.per_second else None
    if own is None:
        return _of_new(found, rate)
    step = Step(
        Outcome.AS_IT_WAS,
        found.channel,
        found.address,
        own.parts_per_second,
        _note(found) if own.status is SenderStatus.ACTIVATED else f"{_note(found)}; deactivated here",
        own.id,
    )
    carried_by = own.carrier or carrier
    # A sender of the sandbox has no carrier, unless it names the sandbox itself.
    if carried_by != _AWS and (own.carrier or carried_by != SANDBOX):
        return step._replace(outcome=Outcome.LEFT_ALONE, note=f"its carrier is {carried_by}")
    if found.state is State.WAITING:
        return step._replace(outcome=Outcome.WAITS)
    change = OperatorChange.model_validate(_differences(found, own, rate))
    if own.approval is Approval.PENDING:
        # A number in the operator's AWS account is the operator's, who gives it to this account.
        step = step._replace(approves=True, outcome=Outcome.UPDATED, note=f"{step.note}; approved")
    if not change.model_fields_set:
        return step
    return step._replace(
        outcome=Outcome.UPDATED, per_second=change.parts_per_second or own.parts_per_second, change=change
    )


def _of_new(found: AwsSender, rate: int | None) -> Step:
    step = Step(Outcome.ADDED, found.channel, found.address, rate, _note(found))
    if found.state is State.WAITING:
        return step._replace(outcome=Outcome.WAITS)
    fields = {
        "channel": found.channel,
        "address": found.address,
        "display_name": found.name,
        "carrier": _AWS,
        "carrier_sender_id": found.carrier_sender_id,
        "parts_per_second": rate,
    }
    try:
        new = OperatorSender.model_validate(
            {name: value for name, value in fields.items() if value is not None}
        )
    except ValidationError as error:
        return step._replace(
            outcome=Outcome.REFUSED, note="; ".join(problem["msg"] for problem in error.errors())
        )
    return step._replace(new=new)


def _of_gone(own: OwnSender, *, deactivate: bool) -> Step:
    change = OperatorChange(status=SenderStatus.DEACTIVATED) if deactivate else None
    return Step(
        Outcome.DEACTIVATED if deactivate else Outcome.GONE,
        own.channel,
        own.address,
        own.parts_per_second,
        "AWS has it no more",
        own.id,
        change=change,
    )


def _differences(found: AwsSender, own: OwnSender, rate: int | None) -> dict[str, Any]:
    """The changes of an import to a sender. A name that was set stays."""
    wanted = {
        "carrier": _AWS,
        "carrier_sender_id": found.carrier_sender_id,
        "parts_per_second": rate,
        "display_name": own.display_name or found.name,
    }
    return {
        name: value for name, value in wanted.items() if value is not None and value != getattr(own, name)
    }


def _note(found: AwsSender) -> str:
    is_plain = found.state is State.USABLE and found.status in ("ACTIVE", "COMPLETE")
    return found.kind if is_plain else f"{found.kind}, {found.status}"
