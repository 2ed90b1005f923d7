"""`herald restore`: bring missing items back into the live table, from a table that was restored beside it.

No item of the live table is changed, because the live table is newer. Operations that come back, whole or in
part, are paused: it is unknown what was sent since the backup, so an operator decides for each
whether to resume it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import click

from herald.model.batches import batched
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import confirm, json_option, print_json, yes_option

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from herald.sending import App

Item: TypeAlias = Mapping[str, Any]

# By the prefix of partition keys. Kinds of items that users delete themselves come back only on request.
ALWAYS: Final = (
    "OPERATION",
    "CHUNK",
    "MESSAGES",
    "TAG",
    "SESSION",
    "SUPPRESSION",
    "PACING",
    "AUDIT",
    "USE",
    "USAGE",
    "PARTY",
)
ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": ("ACCOUNT", "ADDRESS", "CREDENTIAL", "PRICES", "comms_senderpool_"),
    "profiles": ("PROFILE",),
}
_A_CALL: Final = 100
_SIDE_BY_SIDE: Final = 8
_OPERATION: Final = "OPERATION"
_OVER: Final = ("COMPLETED", "CANCELED")


class Name(NamedTuple):
    """The key of an item."""

    pk: str
    sk: str

    @property
    def kind(self) -> str:
        """The prefix of the partition key."""
        return "comms_senderpool_" if self.pk.startswith("comms_senderpool_") else self.pk.split("#")[0]

    @property
    def key(self) -> dict[str, Any]:
        """The key in DynamoDB's form."""
        return {"pk": {"S": self.pk}, "sk": {"S": self.sk}}


class Found(NamedTuple):
    """The items that the live table lacks: their number by kind, and their operations."""

    missing: list[Name]
    kinds: Counter[str]
    operation_ids: set[str]


def compare(client: "DynamoDBClient", source: str, target: str, kinds: Collection[str], now: int) -> Found:
    """The items of some kinds that one table has and another lacks, unexpired at `now` (Unix seconds)."""
    missing: list[Name] = []
    for page in _pages(client, source):
        names = [
            Name(item["pk"]["S"], item["sk"]["S"])
            for item in page
            if int(item.get("expiresAt", {}).get("N", now + 1)) > now
        ]
        wanted = [name for name in names if name.kind in kinds]
        there = {
            name for some in batched(wanted, _A_CALL) for name, _ in _items(client, target, some, "pk, sk")
        }
        missing += [name for name in wanted if name not in there]
    return Found(missing, Counter(name.kind for name in missing), set(_operations_in(missing)))


def bring_back(client: "DynamoDBClient", source: str, target: str, missing: Iterable[Name]) -> int:
    """Write the missing items, unless they have come meanwhile; return the number written.

    Operations come last: the stream starts them, and their recipients must exist by then.
    """
    parts = sorted(missing, key=lambda name: (name.sk == _OPERATION, name))
    first = [name for name in parts if name.sk != _OPERATION]
    written = 0
    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        for names in (first, parts[len(first) :]):
            for some in batched(names, _A_CALL):
                items = [_paused(item) for _, item in _items(client, source, some)]
                written += sum(pool.map(lambda item: _put(client, target, item), items))
    return written


def _pages(client: "DynamoDBClient", table: str) -> Iterator[Sequence[Item]]:
    pages = client.get_paginator("scan").paginate(
        TableName=table, ConsistentRead=True, ProjectionExpression="pk, sk, expiresAt"
    )
    for page in pages:
        yield page["Items"]


def _items(
    client: "DynamoDBClient", table: str, names: Iterable[Name], fields: str | None = None
) -> Iterator[tuple[Name, Item]]:
    """The items of a table with the given keys, as far as they exist."""
    wanted: Any = {"Keys": [name.key for name in names], "ConsistentRead": True}
    if fields:
        wanted["ProjectionExpression"] = fields
    while wanted["Keys"]:
        answer = client.batch_get_item(RequestItems={table: wanted})
        for item in answer["Responses"].get(table, []):
            yield Name(item["pk"]["S"], item["sk"]["S"]), item
        left: Mapping[str, Any] = answer.get("UnprocessedKeys", {})
        wanted = {**wanted, "Keys": left[table]["Keys"] if table in left else []}


def _paused(item: Item) -> Item:
    """An operation that waits comes back paused; any other item comes back unchanged."""
    if item["sk"]["S"] != _OPERATION or item.get("status", {}).get("S") in _OVER:
        return item
    return {**item, "paused": {"BOOL": True}}


def _put(client: "DynamoDBClient", table: str, item: Item) -> bool:
    try:
        client.put_item(TableName=table, Item=item, ConditionExpression="attribute_not_exists(pk)")
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _operations_in(names: Iterable[Name]) -> Iterator[str]:
    from herald.model.ids import is_message_id, operation_id_of
    from herald.store import keys

    for name in names:
        if name.kind in (_OPERATION, "CHUNK"):
            yield name.pk.split("#")[1]
        elif name.kind == "MESSAGES" and is_message_id(identifier := keys.message_id_in(name.sk)):
            yield operation_id_of(identifier)


def pause(app: "App", operation_ids: Iterable[str]) -> list[str]:
    """Pause those operations that the live table has and that are not over; return their ids."""
    from herald.store import operations

    paused = []
    for operation in operations.get_many(app.table, sorted(operation_ids)):
        if not operation.is_over:
            operations.pause(app.table, operation, True, app.clock())
            paused.append(operation.id)
    return paused


def _show_missing(kinds: Mapping[str, int]) -> None:
    for kind, number in sorted(kinds.items()):
        click.echo(f"{kind:<18} {number:>10,} missing")
    if not kinds:
        click.echo("Nothing is missing.")


@click.command()
@click.argument("table")
@click.option(
    "--also",
    multiple=True,
    type=click.Choice(tuple(ALSO)),
    help="What users delete by themselves, and would be back: accounts with their senders, pools and "
    "credentials; profiles.",
)
@click.option("--dry-run", is_flag=True, help="Only show what the live table lacks.")
@yes_option
@json_option
@stack_option
def restore(
    table: str, also: tuple[str, ...], dry_run: bool, yes: bool, as_json: bool, stack_name: str
) -> None:
    """Bring back the items of TABLE that the stack's table lacks; existing items are not changed.

    TABLE was restored from a backup beside the live table. Needs AWS credentials for the stack. Every
    operation that comes back, whole or in part, is paused: resume it, which may send again what was sent
    since the backup, or cancel it. Run `herald repair --all` afterwards.
    """
    import boto3

    from herald_cli import admin

    kinds = {*ALWAYS, *(kind for name in also for kind in ALSO[name])}
    with plain_errors():
        app = admin.open_app(stack_name)
        client, target = boto3.client("dynamodb"), app.table.name
        if table == target:
            raise admin.StackError(f"{table} is the live table: name the table that was restored beside it")
        try:
            client.describe_table(TableName=table)
        except client.exceptions.ResourceNotFoundException:
            raise admin.StackError(
                f"there is no table {table}: `aws dynamodb list-tables` shows the names"
            ) from None
        found = compare(client, table, target, kinds, int(app.clock().timestamp()))
        if as_json:
            print_json({"missing": dict(sorted(found.kinds.items()))})
        else:
            _show_missing(found.kinds)
        if dry_run or not found.missing:
            return
        confirm(f"Bring back {len(found.missing):,} items?", yes=yes, needed=False)
        pause(app, found.operation_ids)
        written = bring_back(client, table, target, found.missing)
        waiting = pause(app, found.operation_ids)
    if as_json:
        print_json({"broughtBack": written, "paused": waiting})
        return
    click.echo(f"{written:,} items were brought back.")
    for operation_id in waiting:
        click.echo(f"paused: {operation_id}")
