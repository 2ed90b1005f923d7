"""Reserves the most that a request can use of its account's limits, in the transaction that commits it.

The bound needs no Liquid program: it follows from the literal text and each
recipient's variables, and is ten parts for a text with filters or tags of Liquid. A worker releases
the unused rest, and reserves more before it sends more (sending.meter).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from herald.model.amounts import NOTHING, Amount, Charges, total
from herald.model.limits import Limits
from herald.model.operation import Operation
from herald.model.problems import MOST_ERRORS, REGION_NOT_ENABLED, Problem, Refused
from herald.model.recipients import GroupRecipient, ProfileRecipient, Recipient
from herald.sending.app import App
from herald.sending.tariff import Tariff, tariff_of
from herald.store import limits, operations
from herald.store.chunks import Placed
from herald.store.limits import Use
from herald.store.table import Unavailable, Unmet, Update

if TYPE_CHECKING:
    from herald.content import Personalizer

# Each try uses the values that were read after the one before had failed.
_TRIES: Final = 10


class Reservation(NamedTuple):
    """The most that a request can use: of each chunk by place, and of the account by day."""

    charges: Sequence[Charges]
    days: Mapping[date, Amount]
    shards: int
    # The limits and their use as they were when the request was checked.
    limits: Limits
    use: Use


def metered(app: App, operation: Operation, known: Limits) -> Operation:
    """The operation, with the facts about its account's limits that its workers need."""
    if not known.counts and not known.countries:
        return operation
    if not any(map(Tariff(operation, app.carrier_name, None).counts, operation.senders)):
        return operation
    return operation.model_copy(
        update={
            "metered": known.counts,
            "priced": known.counts_money,
            "countries": tuple(sorted(known.countries or ())),
        }
    )


def check_countries(
    operation: Operation, people: Sequence[Recipient], country_of: Callable[[str], str | None]
) -> None:
    """Raises Refused: a recipient's number is of a country that the account may not send to."""
    if not operation.countries:
        return
    allowed = frozenset(operation.countries)
    wrong: dict[str, Problem] = {}
    others = 0
    for place, recipient in enumerate(people):
        if allowed.issuperset([country_of(to.address) for to in recipient.addresses]):
            continue
        for number, to in enumerate(recipient.addresses):
            country = country_of(to.address)
            if country in allowed:
                continue
            # A request may have 100,000 of them.
            if len(wrong) == MOST_ERRORS:
                others += 1
                continue
            wrong[_path(recipient, place, number)] = REGION_NOT_ENABLED._replace(
                message=f"The account may not send to {country or 'numbers of no country'}."
                f" Its limit countries allows {', '.join(operation.countries)}."
            )
    if wrong:
        raise Refused(wrong, others=others)


def _path(recipient: Recipient, place: int, number: int) -> str:
    if isinstance(recipient, GroupRecipient):
        return f"$.to[{place}].group.addresses[{number}].address"
    inner = "" if "address" in type(recipient).model_fields else f".addresses[{number}]"
    return f"$.to[{place}]{inner}.address"


def reservation(
    app: App,
    operation: Operation,
    parts: Sequence[Sequence[Placed]],
    renders: "Personalizer",
    known: Limits,
    shards: int,
    country_of: Callable[[str], str | None],
) -> Reservation:
    """The most that an operation can use, if the account has that left. Raises LimitReached."""
    tariff = tariff_of(app, operation, country_of)
    charges = []
    days: defaultdict[date, Amount] = defaultdict(Amount)
    for number, chunk in enumerate(parts):
        bounds = ((place, _bound(placed, operation, renders, tariff)) for place, placed in enumerate(chunk))
        charges.append({place: amount for place, amount in bounds if amount != NOTHING})
        day = operation.day_of(number)
        days[day] = days[day].plus(total(charges[-1].values()))
    _, use = limits.use(app.table, operation.account, days, shards)
    use.check(known, days)
    return Reservation(charges, days, shards, known, use)


def _bound(placed: Placed, operation: Operation, renders: "Personalizer", tariff: Tariff) -> Amount:
    """The most that a recipient can use with the first attempt that succeeds."""
    recipient = placed.recipient
    if operation.is_left_out(placed.place):
        return NOTHING
    if isinstance(recipient, ProfileRecipient):
        # Whose traits and addresses are read later.
        return tariff.most(None, renders.most_parts(None))
    sms_parts = renders.most_parts(recipient.variables)
    if isinstance(recipient, GroupRecipient):
        return total(tariff.most(to, sms_parts) for to in recipient.addresses)
    return tariff.most_of(recipient.addresses, sms_parts)


def commit(
    app: App,
    operation: Operation,
    reserved: Reservation,
    write: Callable[[Sequence[Update]], None],
) -> None:
    """Commit an operation together with its reservation. Raises LimitReached and Unavailable.

    `write` makes the transaction with these further parts, and raises Unmet if only these fail.
    """
    known, use = reserved.limits, reserved.use
    for _ in range(_TRIES):
        use.check(known, reserved.days)
        try:
            write(use.reserve(known, reserved.days))
        except Unmet:
            if operations.get(app.table, operation.id):
                # The answer to an earlier try was lost.
                return
        else:
            return
        own, use = limits.use(app.table, operation.account, reserved.days, reserved.shards)
        known = own.over(app.limits)
    raise Unavailable("the account's limits change too fast")
