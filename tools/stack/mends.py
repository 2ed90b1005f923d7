"""Fixes of MiniStack 1.5.33, its newest release, where it differs from AWS or is slow.

MiniStack's own Python runs this file, so it imports nothing of ours. Each function fixes one
fault, and fails at the start of the local stack if MiniStack has changed.

    write_streams        a PartiQL write reaches no stream of its table
    check_rights         a PartiQL write asks for a right that does not exist on AWS
    parse_once           every statement of a batch is parsed twice, and each text every time
    copy_plainly         every update copies its item twice, in Python's general and slow way
    measure_once         every number is checked and measured anew, most of them often
    draw_ids             each id asks the kernel for random bytes
    compare_keys         a Query parses its key condition for every item of the partition
    wait_less_for_logs   every invocation that logs nothing takes 50 ms more
    take_any_method      the method ANY of an API's definition is ignored
    unpack_once          every process of a function writes the layer twice, packed and unpacked

The fixes of API Gateway are in gateway.py, those of queues, streams and schedules in sources.py.
"""

import copy
import io
import json
import os
import random
import re
import threading
import zipfile
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import Any

import gateway as api_gateway  # type: ignore[import-not-found, unused-ignore]
import sources  # type: ignore[import-not-found, unused-ignore]

# So many shapes of statements are kept; Herald has some hundred.
_SHAPES = 1_000
# So many numbers are kept.
_NUMBERS = 10_000
# How long a log line may take through its pipe, and another one after it.
_LOGS_SECONDS = 0.005


def mend() -> None:
    api_gateway.mend()
    sources.mend()
    write_streams()
    check_rights()
    parse_once()
    copy_plainly()
    measure_once()
    draw_ids()
    compare_keys()
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

    parse, read, last = dynamodb.parse_partiql_statement, dynamodb._parse_partiql, threading.local()
    makers: dict[Any, Callable[[Any], Any]] = {}

    def read_once(statement: Any, parameters: Any) -> Any:
        """A batch reads each statement, and runs it with the same objects, which reads it again."""
        known, last.known = getattr(last, "known", None), None
        if known and known[0] is statement and known[1] is parameters:
            return known[2]
        found = read(statement, parameters)
        last.known = statement, parameters, found
        return found

    def parsed(statement: Any, parameters: Any) -> Any:
        given = parameters or []
        kind = (statement, *(next(iter(each), None) for each in given))
        if make := makers.get(kind):
            return make(given)
        found = parse(statement, parameters)
        places = {id(each): number for number, each in enumerate(given)}
        make, known = maker_of(found, places)
        if make and known == len(given) == len(places) and len(makers) < _SHAPES:
            makers[kind] = make
        return found

    def maker_of(node: Any, places: dict[int, int]) -> tuple[Callable[[Any], Any] | None, int]:
        """What makes a part of given parameters, or None if it is always the same; how many it takes."""
        if id(node) in places:
            return itemgetter(places[id(node)]), 1
        if isinstance(node, dict):
            parts = [(name, each, *maker_of(each, places)) for name, each in node.items()]
            return lambda given: {name: make(given) if make else each for name, each, make, _ in parts}, sum(
                known for *_, known in parts
            )
        if isinstance(node, (list, tuple)):
            kind, some = type(node), [(each, *maker_of(each, places)) for each in node]
            if kind is tuple and not any(make for _, make, _ in some):
                return None, 0
            return lambda given: kind([make(given) if make else each for each, make, _ in some]), sum(
                known for *_, known in some
            )
        return None, 0

    dynamodb.parse_partiql_statement, dynamodb._parse_partiql = parsed, read_once


def copy_plainly() -> None:
    """Items are what JSON can hold: nothing in them is shared, or holds itself."""
    from ministack.services import dynamodb  # type: ignore[import-not-found, unused-ignore]

    plain = frozenset({str, int, float, bool, type(None), bytes})

    def copied(value: Any) -> Any:
        kind = type(value)
        if kind is dict:
            return {name: copied(each) for name, each in value.items()}
        if kind is list:
            return [copied(each) for each in value]
        return value if kind in plain else copy.deepcopy(value)

    class Copies:
        deepcopy = staticmethod(copied)

        def __getattr__(self, name: str) -> Any:
            return getattr(copy, name)

    dynamodb.copy = Copies()


def measure_once() -> None:
    from ministack.services import dynamodb  # type: ignore[import-not-found, unused-ignore]

    dynamodb._number_size_bytes = lru_cache(_NUMBERS)(dynamodb._number_size_bytes)
    dynamodb._partiql_number_param_error = lru_cache(_NUMBERS)(dynamodb._partiql_number_param_error)


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
    """Unpack each layer into one folder, to which the folders of all processes link.

    A process that begins gets an archive of a single file instead of the layer: the name of that folder.
    """
    from ministack.core import lambda_runtime  # type: ignore[import-not-found, unused-ignore]
    from ministack.services import lambda_svc  # type: ignore[import-not-found, unused-ignore]

    spawn, resolve = lambda_runtime.Worker._spawn, lambda_svc._resolve_layer_zip
    here, unpacking, name_of_link = threading.local(), threading.Lock(), "herald-unpacked"

    def spawn_with_link(worker: Any) -> None:
        here.spawns = True
        try:
            spawn(worker)
        finally:
            here.spawns = False

    def resolve_to_link(layer: Any) -> bytes | None:
        packed: bytes | None = resolve(layer)
        if not packed or not getattr(here, "spawns", False):
            return packed
        folder = os.path.join(os.environ["TMPDIR"], f"unpacked-{hash(packed):x}")
        with unpacking:
            if not os.path.isdir(folder):
                with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                    archive.extractall(f"{folder}.new")
                os.rename(f"{folder}.new", folder)
        link = io.BytesIO()
        with zipfile.ZipFile(link, "w") as archive:
            archive.writestr(name_of_link, folder)
        return link.getvalue()

    class Archive(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            if self.namelist() != [name_of_link]:
                super().extractall(path, members, pwd)
                return
            os.rmdir(str(path))
            os.symlink(self.read(name_of_link).decode(), str(path))

    class Zipfile:
        ZipFile = Archive

        def __getattr__(self, name: str) -> Any:
            return getattr(zipfile, name)

    lambda_runtime.Worker._spawn, lambda_svc._resolve_layer_zip = spawn_with_link, resolve_to_link
    lambda_runtime.zipfile = Zipfile()
