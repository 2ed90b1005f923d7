"""The clients' actions in a run: the representative journeys, and random ones."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from herald.carriers import sandbox
from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.status import Status
from tests.sim import carrier
from tests.sim.carrier import Fate
from tests.sim.replaced import Sizes
from tests.sim.service import (
    PACED,
    PACED_AND_SENDS_AGAIN,
    POOL_NUMBERS,
    SENDS_AGAIN,
    START_AGAIN,
    STOP,
    Service,
    after,
)
from tests.sim.weather import GOOD, Weather

SMS: Final[dict[str, Any]] = {"from": {"address": "+15005550006", "channel": "SMS"}}
_STORE: Final = "mem_store_00000000000000000000000000"
_PATIENCE: Final = 40
_OUTAGE: Final = 40
# The key is another body's.
KEY_REUSED: Final = 99010


class Journey(NamedTuple):
    """`fates` are what the carrier does with numbers; every other is delivered to.

    `metered`: how many parts a day every account may send, by a carrier that is no sandbox; 0: no limit.
    `sizes`: of chunks, groups and blocks, if they are not the usual ones.
    """

    name: str
    begin: Callable[[Service], None]
    fates: Mapping[str, Fate] = {}
    weather: Weather = GOOD
    metered: int = 0
    sizes: Sizes | None = None


def number(place: int, where: str = "+1206555") -> str:
    """A number of a person, by default in Seattle."""
    return f"{where}{place:0{3 if where.startswith('+44') else 4}}"


def person(*places: int) -> dict[str, Any]:
    """A recipient with one number, or with several to try."""
    addresses = [{"address": number(place), "channel": "PHONE"} for place in places]
    return addresses[0] if len(addresses) == 1 else {"addresses": addresses}


def group(*places: int) -> dict[str, Any]:
    return {"group": {"addresses": [{"address": number(place), "channel": "PHONE"} for place in places]}}


def profile_id(place: int) -> str:
    return f"mem_profile_{place:026}"


def profile(place: int) -> dict[str, Any]:
    return {"profileId": profile_id(place), "memoryStoreId": _STORE}


# --------------------------------------------------------------------- what clients do


def insist(service: Service, method: str, path: str, account: str, body: object = None) -> int:
    """Repeat a request until its answer is definite; return its status."""
    for attempt in range(_PATIENCE):
        response = service.request(method, path, account, body)
        if response.status and response.status < 500:
            return response.status
        service.sleep(1.0 + attempt)
    raise AssertionError(f"{method} {path} is never answered")


def control(service: Service, account: str, operation_id: str | None, action: str) -> None:
    """Cancel, Pause or Resume an operation."""
    if operation_id:
        if action == "Resume":
            service.resume(operation_id)
        status = insist(service, "POST", f"/Messages/Operations/{operation_id}/{action}", account)
        service.kernel.note(f"{action} is answered {status}")
        assert status in (202, 409), status
        if action != "Resume" and status == 202:
            service.hold(operation_id, is_cancel=action == "Cancel")


def put_profile(service: Service, account: str, place: int, *addresses: int) -> None:
    body: dict[str, Any] = {
        "addresses": [{"address": number(each), "channel": "PHONE"} for each in addresses],
        "traits": {"name": f"N{place}"},
    }
    service.profiles[account, profile_id(place)] = body["addresses"]
    status = insist(service, "PUT", f"/MemoryStores/{_STORE}/Profiles/{profile_id(place)}", account, body)
    assert status == 200, status


def send_with_key(
    service: Service, account: str, to: list[Any], *, mark: str, key: str, **more: Any
) -> str | None:
    """Send until an answer tells what became of it, as a client with a key may.

    A request that died holds its key for 40 s by its own clock, which may be minutes ahead.
    """
    # And the table may have an outage of ten minutes before.
    for attempt in range(_PATIENCE + _OUTAGE + int(service.weather.clocks)):
        operation_id = service.send(account, to, mark=mark, key=key, **more)
        response = service.sent[-1].response
        if operation_id:
            return operation_id
        if response.status == 409 and response.body["errors"][0]["code"] == KEY_REUSED:
            return None
        if response.status == 409:
            service.sleep(float(response.headers.get("Retry-After", 1)))
        elif 400 <= response.status < 500:
            return None
        else:
            service.sleep(1.0 + attempt)
    raise AssertionError("the request is never taken over")


# ------------------------------------------------------------------------- the journeys


def simple(
    script: Callable[[Service], None],
    name: str,
    fates: Mapping[str, Fate] | None = None,
    weather: Weather = GOOD,
) -> Journey:
    return Journey(name, lambda service: service.act(name, lambda: script(service)), fates or {}, weather)


def _plain(service: Service) -> None:
    service.send(service.accounts[0], [person(place) for place in range(5)], mark="plain", **SMS)


def _scheduled(service: Service) -> None:
    due: dict[str, Any] = {"schedule": {"sendAt": [after(7_200)]}}
    service.send(service.accounts[0], [person(place) for place in range(3)], mark="later", **due)


def _soon(service: Service) -> None:
    due: dict[str, Any] = {"schedule": {"sendAt": [after(300)]}}
    service.send(service.accounts[0], [person(0), person(1)], mark="soon", **due)


def _canceled(service: Service) -> None:
    account = service.accounts[0]
    operation = service.send(account, [person(place) for place in range(9)], mark="cancel")
    service.sleep(0.15)
    control(service, account, operation, "Cancel")


def _disabled(service: Service) -> None:
    """An operator disables an account while it sends, and while another request of it is accepted."""
    account = service.accounts[0]

    def meanwhile() -> None:
        service.send(account, [person(9), person(10, 11)], mark="meanwhile", **SMS)

    service.send(account, [person(place) for place in range(9)], mark="before")
    due: dict[str, Any] = {"schedule": {"sendAt": [after(3_600)]}}
    service.send(account, [person(12)], mark="later", **due)
    service.act("meanwhile", meanwhile)
    service.sleep(0.02)
    service.disable(account)
    operations = [each.response.body["operationId"] for each in service.sent if each.response.status == 202]
    for each in operations:
        found = service.request("GET", f"/Messages/Operations/{each}", account)
        if found.status == 200 and found.body["status"] == "CANCELED":
            service.hold(each, is_cancel=True)
    refused = {"to": [person(13)], "content": {"text": "Hello"}}
    assert insist(service, "POST", "/Messages", account, refused) == 403


def _canceled_schedule(service: Service) -> None:
    account = service.accounts[0]
    due: dict[str, Any] = {"schedule": {"sendAt": [after(3_600)]}}
    operation = service.send(account, [person(0), person(1)], mark="cancel", **due)
    service.sleep(600)
    control(service, account, operation, "Cancel")


def _paused(service: Service) -> None:
    account = service.accounts[0]
    operation = service.send(account, [person(place) for place in range(6)], mark="pause")
    service.sleep(0.12)
    control(service, account, operation, "Pause")
    service.sleep(60)
    control(service, account, operation, "Resume")


def _throttled(service: Service) -> None:
    """The carrier asks for pauses of several lengths, and again after one that is over."""
    service.send(service.accounts[0], [person(0, 4), person(1, 2), person(3)], mark="throttled", **SMS)


def _unknown(service: Service) -> None:
    service.send(service.accounts[0], [person(place) for place in range(5)], mark="unknown", **SMS)


def sent_again(service: Service) -> None:
    service.send(service.accounts[SENDS_AGAIN], [person(place) for place in range(4)], mark="again", **SMS)


def _fallback(service: Service) -> None:
    to = [person(0, 1), person(2, 3), person(4, 5), person(6, 7)]
    service.send(service.accounts[0], to, mark="fallback", **SMS)


def _groups(service: Service) -> None:
    service.send(service.accounts[0], [group(0, 1, 2), person(3), group(4, 5)], mark="group", **SMS)


def _profiles(service: Service) -> None:
    """A message goes to the addresses that its profile had when it was made."""
    account = service.accounts[0]
    put_profile(service, account, 1, 0)
    put_profile(service, account, 2, 1, 2)
    to = [profile(1), profile(2), profile(3)]
    due: dict[str, Any] = {"schedule": {"sendAt": [after(1_200)]}}
    service.send(account, to, mark="profile", **due, **SMS)
    # The messages are made by then.
    service.sleep(600)
    put_profile(service, account, 1, 3)


def _tags(service: Service) -> None:
    to = [{**person(place)} for place in range(3)]
    service.send(service.accounts[0], to, mark="tags", tags={"campaign": "spring", "wave": "1"})


def _paced(service: Service) -> None:
    service.send(service.accounts[PACED], [person(place) for place in range(6)], mark="paced", **SMS)


def _with_key(service: Service) -> None:
    to = [person(0), person(1)]
    send_with_key(service, service.accounts[0], to, mark="key", key="one", **SMS)
    send_with_key(service, service.accounts[0], to, mark="key", key="one", **SMS)


def _two_accounts(service: Service) -> None:
    def other() -> None:
        service.send(service.accounts[1], [person(place) for place in range(3)], mark="theirs", **SMS)

    service.act("other", other)
    operation = service.send(service.accounts[0], [person(place) for place in range(3)], mark="ours", **SMS)
    if operation:
        path = f"/Messages/Operations/{operation}"
        message = f"/Messages/comms_message_{operation.removeprefix('comms_operation_')}000"
        for method, asked in (
            ("GET", path),
            ("GET", f"{path}/Errors"),
            ("GET", message),
            ("POST", f"{path}/Cancel"),
        ):
            if (status := insist(service, method, asked, service.accounts[1])) != 404:
                service.complaints.append(f"{method} {asked} of another account is answered {status}")


def _forged(service: Service) -> None:
    ours, theirs = service.accounts[:2]
    operation = service.send(ours, [person(0)], mark="forged", **SMS)
    service.sleep(1.5)
    forge(service, theirs, operation)
    forge(service, ours, None)
    service.forge_call(forged(ours, operation))


def forge(service: Service, account: str, operation_id: str | None) -> None:
    """A receipt of a message that is not this account's, or of none at all."""
    service.forged += 1
    service.carrier.put(forged(account, operation_id))


def forged(account: str, operation_id: str | None) -> Receipt:
    ulid = (operation_id or f"comms_operation_{'0' * 26}").removeprefix("comms_operation_")
    return Receipt(account=account, message_id=f"comms_message_{ulid}000", attempt=1, status=Status.READ)


def _answered(service: Service) -> None:
    """A person gets a message, answers, and gets another message."""
    account = service.accounts[0]
    service.send(account, [person(0)], mark="question", **SMS)
    service.sleep(20)
    write(service, account, 0, "first")
    write(service, account, 1, "of another person")
    write(service, account, 0, "second")
    write(service, account, 0, "first")
    service.sleep(20)
    service.send(account, [person(0)], mark="reply", **SMS)


def write(
    service: Service,
    account: str,
    person: int | str,
    identifier: str,
    text: str = "Yes please",
    *,
    ahead: float = 0.0,
    late: float = 0.0,
    held: float = 0.0,
    to: str = SMS["from"]["address"],
) -> None:
    """Let a person, by place or number, write to a sender of the account; the same again is brought again.

    `ahead`: by how many seconds the carrier's clock is ahead for this word alone; `late`: so many
    seconds after it was written the carrier brings it. `held`: so many seconds later than that the queue
    hands it over.
    """
    at = datetime.fromtimestamp(service.kernel.now + service.weather.carrier_clock + ahead - late, UTC)
    service.said.setdefault(identifier, service.kernel.now - late)
    if identifier in service.written:
        at = service.written[identifier].at
    message = Inbound(
        carrier=carrier.NAME,
        id=identifier,
        account=account,
        source=number(person) if isinstance(person, int) else person,
        to=to,
        channel=SenderChannel.SMS,
        text=text,
        at=at,
    )
    service.written[identifier] = message
    if service.weather.calls_back and to in POOL_NUMBERS:
        service.bring(message)
    else:
        service.queues["InboundQueue"].put(sandbox.inbound(message), held)


def _second_route_later(service: Service) -> None:
    """What a receipt calls failed while its row is still of a schedule."""
    due: dict[str, Any] = {"schedule": {"sendAt": [after(300)]}}
    service.send(service.accounts[0], [person(0, 1), person(2, 3)], mark="route", **due, **SMS)


def _second_route_after_a_pause(service: Service) -> None:
    """What a receipt calls failed when its operation is over, which was paused before it was."""
    account = service.accounts[0]
    operation = service.send(account, [person(0, 1)], mark="route", **SMS)
    service.sleep(0.6)
    control(service, account, operation, "Pause")
    service.sleep(60)
    control(service, account, operation, "Resume")


def _group_sent_again(service: Service) -> None:
    to = [group(0, 1), person(2)]
    service.send(service.accounts[SENDS_AGAIN], to, mark="again", **SMS)


def _corrected(service: Service) -> None:
    """What is to be tried once more has arrived after all, as the carrier says before it comes to that."""
    service.send(service.accounts[0], [person(0, 1)], mark="corrected", **SMS)
    to = [person(2), group(3, 4), person(5)]
    service.send(service.accounts[PACED_AND_SENDS_AGAIN], to, mark="late", **SMS)


def _stopped(service: Service) -> None:
    """The carrier stops a sender: the others go by the next one, or not at all."""
    service.send(service.accounts[0], [person(place) for place in range(6)], mark="next")
    to = [person(6), person(7), person(8, 9), group(10, 11), person(12)]
    service.send(service.accounts[0], to, mark="none", **SMS)


def _opted_out(service: Service) -> None:
    """People opt out: before the messages are sent, and meanwhile."""
    account = service.accounts[0]
    write(service, account, 0, "stop-0", STOP)
    write(service, account, 2, "stop-2", STOP)
    service.sleep(5)
    to = [person(0), person(1), person(2, 3), group(0, 4), person(5), person(6)]
    service.send(account, to, mark="unwanted", **SMS)
    write(service, account, 6, "stop-6", STOP)
    service.sleep(20)
    write(service, account, 0, "start-0", START_AGAIN)
    service.sleep(5)
    service.send(account, [person(0), person(2)], mark="wanted", **SMS)


LATE: Final = (Status.UNDELIVERED,)
_LONG_AWAY: Final = (*(carrier.TURN_AWAY,) * 3, carrier.ACCEPT)

EASIER: Final = (
    simple(
        _plain,
        "plain",
        {number(1): Fate(is_early=True), number(2): Fate(reports=(Status.DELIVERED, Status.READ))},
    ),
    simple(_scheduled, "scheduled"),
    simple(_soon, "soon"),
    simple(_canceled, "canceled"),
    simple(_canceled_schedule, "canceled-schedule"),
    simple(_disabled, "disabled"),
    simple(_paused, "paused"),
    simple(
        _throttled,
        "throttled",
        {
            number(0): Fate((carrier.TURN_AWAY, carrier.TURN_AWAY, carrier.ACCEPT), LATE, pause=30),
            number(1): Fate((carrier.REJECT,)),
            number(2): Fate((carrier.TURN_AWAY, carrier.ACCEPT)),
            number(4): Fate((carrier.TURN_AWAY, carrier.ACCEPT), pause=30),
        },
    ),
    simple(
        _unknown,
        "unknown",
        {
            number(0): Fate((carrier.RAISE_TAKEN,)),
            number(1): Fate((carrier.HANG_UNTAKEN,)),
            number(2): Fate((carrier.HANG_TAKEN,)),
            number(3): Fate((carrier.RAISE_TAKEN,), reports=()),
        },
    ),
    simple(
        sent_again,
        "sent-again",
        {
            number(0): Fate((carrier.RAISE_UNTAKEN, carrier.ACCEPT)),
            number(1): Fate((carrier.RAISE_TAKEN,)),
            number(2): Fate((carrier.RAISE_UNTAKEN,)),
        },
    ),
    simple(
        _fallback,
        "fallback",
        {
            number(0): Fate((carrier.REJECT,)),
            number(2): Fate(reports=LATE),
            number(4): Fate(reports=LATE),
            number(5): Fate((carrier.REJECT,)),
            # It may have arrived: nothing follows.
            number(6): Fate(reports=LATE, is_certain=False),
        },
    ),
    simple(
        _groups,
        "group",
        {
            number(1): Fate((carrier.REJECT,)),
            number(2): Fate((carrier.TURN_AWAY, carrier.ACCEPT)),
            number(4): Fate((carrier.RAISE_UNTAKEN,)),
            number(5): Fate(is_early=True),
        },
    ),
    simple(_profiles, "profile", {number(1): Fate((carrier.REJECT,))}),
    simple(_tags, "tags"),
    simple(_paced, "paced"),
    # A late call takes effect before or while the client asks again.
    simple(_with_key, "key", weather=Weather(late=(0.05, 1.5))),
    simple(_two_accounts, "two-accounts"),
    simple(_forged, "forged"),
    simple(_answered, "answered"),
    simple(
        _second_route_later,
        "later-fallback",
        {number(0): Fate((carrier.RAISE_TAKEN,), LATE), number(2): Fate(reports=LATE)},
    ),
    simple(_second_route_after_a_pause, "paused-fallback", {number(0): Fate(reports=LATE)}),
    simple(
        _group_sent_again,
        "group-sent-again",
        {
            number(0): Fate((carrier.RAISE_UNTAKEN, carrier.ACCEPT)),
            number(1): Fate((carrier.RAISE_TAKEN,)),
        },
    ),
    simple(
        _corrected,
        "corrected",
        {
            number(0): Fate(reports=(Status.UNDELIVERED, Status.DELIVERED), delays=(1.0, 5.0)),
            number(1): Fate(_LONG_AWAY),
            number(2): Fate((carrier.RAISE_TAKEN, *_LONG_AWAY), delays=(905.0,)),
            number(3): Fate((carrier.RAISE_TAKEN, *_LONG_AWAY), delays=(905.0,)),
            number(5): Fate((carrier.RAISE_TAKEN, carrier.ACCEPT), delays=(2_000.0,)),
        },
    ),
    simple(
        _stopped,
        "stopped",
        {
            number(0): Fate((carrier.STOP_SENDER, carrier.ACCEPT)),
            number(3): Fate((carrier.TURN_AWAY, carrier.ACCEPT)),
            number(6): Fate((carrier.STOP_SENDER,)),
        },
    ),
    simple(_opted_out, "opted-out", {number(1): Fate((carrier.TURN_AWAY, carrier.ACCEPT))}),
)
