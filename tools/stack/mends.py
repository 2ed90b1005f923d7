"""Fixes of MiniStack 1.5.33, its newest release, where it differs from AWS or is slow.

MiniStack's own Python runs this file, so it imports nothing of ours. Each function fixes one
fault, and fails at the start of the local stack if MiniStack has changed.

    write_streams        a PartiQL write reaches no stream of its table
    check_rights         a PartiQL write asks for a right that does not exist on AWS
    parse_once           every statement of a batch is parsed twice, and each text every time
    draw_ids             each id asks the kernel for random bytes
    compare_keys         a Query parses its key condition for every item of the partition
    poll_streams_apart   one thread polls all queues and streams, and runs the functions of streams
    poll_more_often      a message with a delay waits up to a second more, and a schedule 10 s
    wait_less_for_logs   every invocation that logs nothing takes 50 ms more
    take_any_method      the method ANY of an API's definition is ignored
    unpack_once          every process of a function unpacks the layer

The fixes of API Gateway are in gateway.py.
"""

import json
import os
import random
import re
import shutil
import threading
import zipfile
from collections.abc import Callable
from typing import Any

import gateway as api_gateway  # type: ignore[import-not-found, unused-ignore]

# So many shapes of statements are kept; Herald has some hundred.
_SHAPES = 1_000
# Between two looks for messages whose delay is over.
_QUEUES_SECONDS = 0.2
# Between two looks for schedules that are due.
_SCHEDULES_SECONDS = 1
# How long a log line may take through its pipe, and another one after it.
_LOGS_SECONDS = 0.005


def mend() -> None:
    api_gateway.mend()
    write_streams()
    check_rights()
    parse_once()
    draw_ids()
    compare_keys()
    poll_streams_apart()
    poll_more_often()
    wait_less_for_logs()
    take_any_method()
    unpack_once()


def write_streams() -> None:
    from ministack.services import dynamodb  # type: ignore[import-not-found, unused-ignore]

    here = threading.local()
    set_item = dynamodb._set_item

    def set_and_tell(table: Any, pk: Any, sk: Any, item: Any) -> Any:
        old = set_item(table, pk, sk, item)
        if getattr(here, "is_partiql", False):
            event = "INSERT" if old is None else "MODIFY"
            dynamodb._emit_stream_event(table["TableName"], event, old, item)
        return old

    def telling(write: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            here.is_partiql = True
            try:
                return write(*arguments)
            finally:
                here.is_partiql = False

        return run

    dynamodb._set_item = set_and_tell
    dynamodb._partiql_insert = telling(dynamodb._partiql_insert)
    dynamodb._partiql_update = telling(dynamodb._partiql_update)


def check_rights() -> None:
    from ministack.core import iam_actions  # type: ignore[import-not-found, unused-ignore]

    actions = {"INSERT": "dynamodb:PartiQLInsert", "UPDATE": "dynamodb:PartiQLUpdate"}
    named = re.compile(r'\s*(INSERT\s+INTO|UPDATE)\s+"([^"]+)"', re.IGNORECASE)
    checks_of_transaction = iam_actions.dynamodb_transaction_checks

    def checks(iam_action: str, body: bytes, region: str, account_id: str) -> Any:
        if iam_action != "dynamodb:BatchExecuteStatement":
            return checks_of_transaction(iam_action, body, region, account_id)
        found = []
        for statement in json.loads(body or b"{}").get("Statements", ()):
            match = named.match(statement.get("Statement", ""))
            # What is neither has no right that would do.
            action = actions[match[1].split()[0].upper()] if match else iam_action
            table = match[2] if match else "none"
            found.append((action, iam_actions._dynamodb_table_arn(table, region, account_id)))
        return list(dict.fromkeys(found))

    iam_actions.dynamodb_transaction_checks = checks


def parse_once() -> None:
    """Parse a text once for parameters of the same types; the values are then put into the result."""
    from ministack.services import dynamodb  # type: ignore[import-not-found, unused-ignore]

    parse = dynamodb.parse_partiql_statement
    shapes: dict[Any, Any] = {}

    def parsed(statement: Any, parameters: Any) -> Any:
        given = parameters or []
        kind = (statement, *(next(iter(each), None) for each in given))
        if kind in shapes:
            return filled(shapes[kind], given)
        found = parse(statement, parameters)
        places = {id(each): number for number, each in enumerate(given)}
        shape, known = shape_of(found, places)
        if known == len(given) == len(places) and len(shapes) < _SHAPES:
            shapes[kind] = shape
        return found

    def shape_of(node: Any, places: dict[int, int]) -> tuple[Any, int]:
        """A part of a statement with places instead of parameters, and their number."""
        if id(node) in places:
            return Place(places[id(node)]), 1
        if isinstance(node, dict):
            parts = {name: shape_of(each, places) for name, each in node.items()}
            return {name: part for name, (part, _) in parts.items()}, sum(n for _, n in parts.values())
        if isinstance(node, (list, tuple)):
            found = [shape_of(each, places) for each in node]
            return type(node)(part for part, _ in found), sum(n for _, n in found)
        return node, 0

    def filled(node: Any, given: Any) -> Any:
        kind = type(node)
        if kind is Place:
            return given[node.number]
        if kind is dict:
            return {name: filled(each, given) for name, each in node.items()}
        if kind is tuple or kind is list:
            return kind([filled(each, given) for each in node])
        return node

    dynamodb.parse_partiql_statement = parsed


class Place:
    """Where a parameter belongs."""

    def __init__(self, number: int) -> None:
        self.number = number


def draw_ids() -> None:
    """Ids of requests, records and queue messages are names, and no secrets."""
    from ministack.core import responses  # type: ignore[import-not-found, unused-ignore]

    uuid = responses.uuid

    class Names:
        def uuid4(self) -> Any:
            return uuid.UUID(int=random.getrandbits(128), version=4)

        def __getattr__(self, name: str) -> Any:
            return getattr(uuid, name)

    responses.uuid = Names()


def compare_keys() -> None:
    """A Query of a partition of 100,000 items took 5 s, and as long for each of its pages."""
    from ministack.services import dynamodb  # type: ignore[import-not-found, unused-ignore]

    evaluate, last = dynamodb._evaluate_condition, threading.local()
    between = re.compile(r"(\w+) = (:\w+) AND (\w+) BETWEEN (:\w+) AND (:\w+)")

    def compiled(expression: str, values: Any) -> Callable[[Any], bool] | None:
        match = between.fullmatch(expression)
        if not match:
            return None
        of_partition, of_low, of_high = (values.get(match[number], {}) for number in (2, 4, 5))
        if not all(each.keys() == {"S"} for each in (of_partition, of_low, of_high)):
            return None
        partition_name, sort_name, low, high = match[1], match[3], of_low["S"], of_high["S"]

        def holds(item: Any) -> bool:
            sort_key = item.get(sort_name, {}).get("S")
            return (
                item.get(partition_name) == of_partition and sort_key is not None and low <= sort_key <= high
            )

        return holds

    def evaluated(expr: Any, item: Any, values: Any, names: Any, slot: str = "ConditionExpression") -> Any:
        if slot != "KeyConditionExpression":
            return evaluate(expr, item, values, names, slot)
        known = getattr(last, "known", None)
        if known is None or known[0] is not values or known[1] != expr:
            # The first item of a Query, for which MiniStack checks the condition.
            last.known = values, expr, compiled(expr, values)
            return evaluate(expr, item, values, names, slot)
        holds = known[2]
        return holds(item) if holds else evaluate(expr, item, values, names, slot)

    dynamodb._evaluate_condition = evaluated


def poll_streams_apart() -> None:
    from ministack.services import lambda_svc  # type: ignore[import-not-found, unused-ignore]

    poll, busy = lambda_svc._poll_dynamodb_streams, threading.Lock()

    def poll_until_idle() -> None:
        try:
            while poll():
                pass
        finally:
            busy.release()

    def poll_apart() -> bool:
        if busy.acquire(blocking=False):
            threading.Thread(target=poll_until_idle, daemon=True).start()
        # Whether there was something, the thread knows.
        return False

    lambda_svc._poll_dynamodb_streams = poll_apart


def poll_more_often() -> None:
    from ministack.services import lambda_svc, scheduler  # type: ignore[import-not-found, unused-ignore]

    # Set when a queue or a stream gets something, but not when a delay ends.
    wake = lambda_svc._esm_wake
    wait = wake.wait

    def wait_a_little(timeout: float) -> bool:
        woken: bool = wait(min(timeout, _QUEUES_SECONDS))
        return woken

    wake.wait = wait_a_little
    if scheduler._SCHEDULE_TICK_INTERVAL < _SCHEDULES_SECONDS:
        raise RuntimeError("the schedules of MiniStack are looked at more often than this would")
    scheduler._SCHEDULE_TICK_INTERVAL = _SCHEDULES_SECONDS


def wait_less_for_logs() -> None:
    """A function writes what it logs before its answer, so it is in the pipe by then."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found, unused-ignore]

    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drain_soon(worker: Any, **_: float) -> Any:
        return drain(worker, first_line_wait=_LOGS_SECONDS, idle_confirm=_LOGS_SECONDS)

    lambda_runtime.Worker._drain_stderr_bounded = drain_soon


def take_any_method() -> None:
    from ministack.services import apigateway_v1 as gateway

    any_method = "x-amazon-apigateway-any-method"
    take = gateway._import_operation

    def take_any(api_id: str, resource_id: str, method: str, *more: Any) -> Any:
        return take(api_id, resource_id, "ANY" if method == any_method.upper() else method, *more)

    gateway._OPENAPI_HTTP_METHODS.add(any_method)
    gateway._import_operation = take_any


def unpack_once() -> None:
    """Unpack each layer into one folder, to which the folders of all processes link."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found, unused-ignore]

    unpacking = threading.Lock()

    class Archive(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            name = os.path.basename(str(path))
            if not name.startswith("layer_"):
                super().extractall(path, members, pwd)
                return
            contents = "".join(f"{each.filename} {each.CRC}" for each in self.infolist())
            shared = os.path.join(os.environ["TMPDIR"], f"unpacked-{hash(contents):x}")
            with unpacking:
                if not os.path.isdir(shared):
                    super().extractall(f"{shared}.new", members, pwd)
                    os.rename(f"{shared}.new", shared)
            shutil.rmtree(str(path))
            os.symlink(shared, str(path))

    class Zipfile:
        ZipFile = Archive

        def __getattr__(self, name: str) -> Any:
            return getattr(zipfile, name)

    lambda_runtime.zipfile = Zipfile()
