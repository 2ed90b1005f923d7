"""The plan for one recipient of a chunk: the row it gets, and the routes to reach it."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from herald.content import Personalizer, Rendered
from herald.model import problems
from herald.model.addresses import MessageAddress, distinct
from herald.model.ids import message_id
from herald.model.message import Attempt, Message, Unaddressable
from herald.model.operation import Operation
from herald.model.phase import Phase
from herald.model.problems import Problem
from herald.model.routes import Choice, Route
from herald.model.segments import parts_on
from herald.model.status import Status
from herald.model.zones import country_of
from herald.sending.app import App
from herald.sending.people import Person
from herald.sending.sessions import open_conversations


@dataclass(slots=True)
class Plan:
    """One recipient of the chunk: the row it gets, and the routes to reach it, best first.

    `routes_without` are the routes when some senders are left out, with others instead.
    The content is rendered when it is first needed.
    """

    row: Message | Unaddressable
    render: Callable[[], Rendered]
    routes: list[Route] = field(default_factory=list)
    routes_without: Callable[[Container[str]], list[Route]] = lambda senders: []
    _rendered: Rendered | None = None

    @property
    def rendered(self) -> Rendered:
        if self._rendered is None:
            self._rendered = self.render()
        return self._rendered

    @property
    def message(self) -> Message | None:
        """The recipient's message; None for a recipient that cannot be reached."""
        return self.row if isinstance(self.row, Message) else None

    @property
    def phase(self) -> Phase:
        return self.row.phase if isinstance(self.row, Message) else Phase.ENDED

    def open_routes(self, stopped: Mapping[str, int], tries: Sequence[Attempt] = ()) -> Sequence[Route]:
        """The routes that have not failed yet, also in `tries`; in the place of a sender that
        is stopped, another one of its channel. `stopped` has the code of why.

        A route with an unknown outcome may be taken again: reopening the row decided that.
        """
        if not isinstance(self.row, Message):
            return []
        # A group's attempts are stored with its people.
        attempts = () if self.row.group else self.row.attempts
        if not (attempts or tries or stopped):
            # As nearly always, and for every place of a chunk that waits.
            return self.routes
        failed = {
            (attempt.sender.channel, attempt.to)
            for attempt in chain(attempts, tries)
            if not attempt.is_unknown and not _is_stop(attempt, stopped)
        }
        is_affected = any(route.sender.sender_id in stopped for route in self.routes)
        routes = self.routes_without(stopped) if is_affected else self.routes
        return [route for route in routes if (route.sender.channel, route.to) not in failed]

    def parts(self, route: Route) -> int:
        """How many message parts the carrier counts by this route, for all people of a group.

        None where the content does not render.
        """
        if self.rendered.problem:
            return 0
        shown = self.rendered.on(route.sender.channel)
        parts = parts_on(route.sender.channel, shown.text, shown.media)
        return parts * len(self.row.group or (None,)) if isinstance(self.row, Message) else parts


def personalizer_of(operation: Operation, *, careful: bool) -> Personalizer:
    """The renderer of an operation's content; `careful` as in Personalizer."""
    return Personalizer(
        operation.content, operation.tags, operation.template, by_number=operation.by_number, careful=careful
    )


def choice_of(
    app: App, operation: Operation, personalizer: Personalizer, people: Iterable[MessageAddress]
) -> Choice:
    """The choice of senders for recipients, among the channels that the content supports.

    `people` are the first addresses of the recipients: their open conversations are read if a
    channel has several senders.
    """
    senders = [sender for sender in operation.senders if personalizer.supports(sender.channel)]
    choice = Choice(senders, operation.rates, channel_first=operation.channel_first, country_of=country_of)
    if channels := choice.channels_with_a_choice:
        choice.conversations = open_conversations(app.table, operation.account, channels, people, app.clock())
    return choice


def plan_of(
    operation: Operation,
    index: int,
    place: int,
    person: Person,
    personalizer: Personalizer,
    choice: Choice,
    status: Status,
    due: datetime | None,
) -> Plan:
    """The recipient at `place` of the request, which gets message number `index`.

    A recipient that has a row keeps it; its content is rendered when it is sent to.
    """
    identifier = message_id(operation.id, index)
    is_left_out = operation.is_left_out(place)
    # Of a scheduled request chunks leave gaps between the numbers: then the place is kept.
    number = place if place != index else None
    # A number that has failed is not tried again in another spelling. Each address of a group is a person.
    addresses = person.addresses if person.is_group else distinct(person.addresses)

    def routes_without(senders: Container[str]) -> list[Route]:
        return [] if is_left_out else choice.routes(addresses, senders)

    def render() -> Rendered:
        return personalizer.render(person.variables)

    routes = routes_without(())
    if isinstance(person.row, Message):
        # A message with a row is sent to the row's recipient, even if no route would be found today.
        last_resort = [Route(person.row.sender, person.row.to)]
        return Plan(person.row, render, routes or last_resort, routes_without)
    if person.row:
        return Plan(person.row, render)
    if not routes:
        return Plan(_unaddressable(operation, identifier, person, number, is_left_out), render)
    rendered = render()
    problem = person.problem or rendered.problem
    row = Message(
        id=identifier,
        account=operation.account,
        status=Status.FAILED if problem else status,
        to=routes[0].to,
        sender=routes[0].sender,
        profile_id=person.profile_id,
        memory_store_id=person.memory_store_id,
        # What a request says itself is with its chunk.
        addresses=person.addresses if person.profile_id else None,
        group=person.addresses if person.is_group else None,
        variables=person.variables,
        tags=dict(rendered.tags),
        error=problem.code if problem else None,
        reason=None if person.problem else rendered.reason,
        scheduled_for=None if due == operation.created_at else due,
        place=number,
        updated_at=operation.created_at,
        expires_at=operation.expires_at,
    )
    return Plan(row, render, routes, routes_without, rendered)


def _unaddressable(
    operation: Operation, identifier: str, person: Person, place: int | None, is_left_out: bool
) -> Unaddressable:
    """The item of a recipient that no sender reaches."""
    return Unaddressable(
        id=identifier,
        account=operation.account,
        addresses=person.addresses,
        error=_why_unaddressable(person, is_left_out).code,
        profile_id=person.profile_id,
        memory_store_id=person.memory_store_id,
        is_group=person.is_group,
        place=place,
        expires_at=operation.expires_at,
    )


def _why_unaddressable(person: Person, is_left_out: bool) -> Problem:
    if is_left_out:
        return problems.DUPLICATE
    return problems.UNADDRESSABLE if person.addresses else problems.UNKNOWN_PROFILE


def _is_stop(attempt: Attempt, stopped: Mapping[str, int]) -> bool:
    """Whether an attempt failed because of its sender, and not because of the recipient."""
    code = stopped.get(attempt.sender.sender_id)
    return code is not None and code == attempt.error and not attempt.is_reported
