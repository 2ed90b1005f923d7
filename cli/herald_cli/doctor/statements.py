"""The checks of the table's behaviour that Herald relies on, by writes to rows of the doctor's own.

The rows are in the partition DOCTOR, which no function reads. They are deleted at the end, and
expire by themselves if the doctor dies before. The statements are those of the store.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ulid import ULID

from herald.store import Table, keys, updates
from herald.store.statements import STATEMENTS_A_CALL
from herald.store.table import ConditionFailed
from herald.store.updates import Condition, Update, at_most, compared, equals, missing
from herald.store.writers import typed_item
from herald_cli.doctor.findings import CannotCheckError, Check, Verdict, failure, ok

# Answers of the table to a write.
DONE: Final = "done"
DUPLICATE: Final = "DuplicateItem"
REFUSED: Final = "ConditionalCheckFailed"
WITH_ITEM: Final = "ConditionalCheckFailed, with the item"
_EXPIRES_AFTER: Final = timedelta(days=1)
_SECONDS_FOR_THE_STREAM: Final = 20.0
_PAUSE_SECONDS: Final = 0.5
# Shards of the stream that are read; a new table has one or two.
_MOST_SHARDS: Final = 50
_CURE: Final = "Tell us, with the transcript (--record). BatchWrites=false makes each write a call."

Record = Callable[[str, str], None]


class Rows:
    """Rows of the doctor's own in a stack's table, all of one run."""

    def __init__(
        self,
        dynamodb: Any,
        streams: Callable[[], Any],
        table: str,
        record: Record = lambda name, answer: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = dynamodb
        self.streams = streams
        self.table = Table(dynamodb, table)
        self.clock, self.sleep = clock, sleep
        self._record = record
        self._run = str(ULID())
        self._made: set[keys.Key] = set()

    def key(self, name: str) -> keys.Key:
        key = keys.doctor(f"{self._run}#{name}")
        self._made.add(key)
        return key

    def insert(self, *names: str) -> list[str]:
        expires = int((datetime.now(UTC) + _EXPIRES_AFTER).timestamp())
        items = [typed_item(self.key(name), {"n": 1, "expiresAt": expires}) for name in names]
        return self._call([updates.insertion(item, self.table.name) for item in items])

    def update(self, name: str, fields: dict[str, Any], *conditions: Condition) -> str:
        change = Update(self.key(name), fields, conditions)
        return self._call([updates.statement(change, self.table.name)])[0]

    def _call(self, statements: list[Any]) -> list[str]:
        answers = self.client.batch_execute_statement(Statements=statements)["Responses"]
        return [_told(each) for each in answers]

    def compare(self, name: str, found: object, wanted: object) -> Iterator[str]:
        """Record the table's answers; return how they differ from those that Herald needs."""
        self._record(name, str(found))
        if found != wanted:
            yield f"{name}: {found} in place of {wanted}"

    def clean_up(self) -> None:
        """Delete all rows of this run."""
        self.table.delete_many(sorted(self._made))
        self._made = set()


def _told(answer: Any) -> str:
    error = answer.get("Error")
    if error is None:
        return DONE
    return WITH_ITEM if error["Code"] == REFUSED and error.get("Item") else str(error["Code"])


def _verdict(rows: Rows, wrong: list[str], right: str, means: str) -> Iterator[Verdict]:
    yield failure(f"{means}: {'; '.join(wrong)}", _CURE) if wrong else ok(right)


def insert(rows: Rows) -> Iterator[Verdict]:
    many = [f"insert-{number}" for number in range(STATEMENTS_A_CALL)]
    wrong = [
        *rows.compare("25 new rows in a call", {*rows.insert(*many)}, {DONE}),
        *rows.compare("a row that is there", rows.insert(many[0]), [DUPLICATE]),
        *rows.compare("one of two is there", rows.insert(many[1], "insert-new"), [DUPLICATE, DONE]),
    ]
    yield from _verdict(
        rows, wrong, "25 rows are written in a call, each once", "rows may be written twice, or not at all"
    )


def condition(rows: Rows) -> Iterator[Verdict]:
    rows.insert("condition")
    wrong = [
        *rows.compare("a condition that holds", rows.update("condition", {"n": 2}, equals("n", 1)), DONE),
        *rows.compare(
            "a condition that does not hold", rows.update("condition", {"n": 3}, equals("n", 1)), WITH_ITEM
        ),
        *rows.compare(
            "a comparison with what is missing",
            rows.update("condition", {"n": 3}, compared("m", "<", 9)),
            WITH_ITEM,
        ),
        *rows.compare("a row that is not there", rows.update("nowhere", {"n": 1}, missing("m")), REFUSED),
        *rows.compare("which is not made", rows.table.get(rows.key("nowhere")), None),
    ]
    yield from _verdict(
        rows,
        wrong,
        "a write is made where its condition holds, else the row is told",
        "conditions of writes fail",
    )


def either(rows: Rows) -> Iterator[Verdict]:
    rows.insert("or")

    def claim(now: int) -> str:
        try:
            rows.table.write(Update(rows.key("or"), {"lease": now + 10}, (at_most("lease", now),)))
        except ConditionFailed as failed:
            return WITH_ITEM if failed.item else REFUSED
        return DONE

    wrong = [
        *rows.compare("a lease that is free", claim(100), DONE),
        *rows.compare("a lease that another has", claim(105), WITH_ITEM),
        *rows.compare("a lease that has ended", claim(110), DONE),
    ]
    yield from _verdict(
        rows,
        wrong,
        "a chunk is claimed by one worker at a time",
        "two workers may claim one chunk, or none can",
    )


def remove(rows: Rows) -> Iterator[Verdict]:
    rows.insert("remove")
    wrong = [
        *rows.compare("REMOVE of what is not there", rows.update("remove", {"n": 2, "m": None}), DONE),
        *rows.compare("REMOVE of what is there", rows.update("remove", {"n": None}), DONE),
        *rows.compare("which is gone", "n" in (rows.table.get(rows.key("remove")) or {}), False),
    ]
    yield from _verdict(
        rows, wrong, "attributes are removed, also where there are none", "a row cannot be moved on"
    )


def stream_record(rows: Rows) -> Iterator[Verdict]:
    iterators = _listening(rows)
    rows.insert("stream")
    rows.update("stream", {"n": 2})
    key, deadline = rows.key("stream"), rows.clock() + _SECONDS_FOR_THE_STREAM
    seen: list[tuple[str, bool, bool]] = []
    began = rows.clock()
    while len(seen) < 2 and rows.clock() < deadline and iterators:
        iterators = [following for each in iterators if (following := _read(rows, each, key, seen))]
        if len(seen) < 2:
            rows.sleep(_PAUSE_SECONDS)
    wanted = [("INSERT", False, True), ("MODIFY", True, True)]
    wrong = list(rows.compare("the stream tells a new and a changed row (old, new image)", seen, wanted))
    yield from _verdict(
        rows,
        wrong,
        f"the stream tells of a row within {max(rows.clock() - began, 0.1):.1f} seconds",
        f"the table's stream does not tell of changes within {_SECONDS_FOR_THE_STREAM:.0f} seconds",
    )


def _listening(rows: Rows) -> list[str]:
    """An iterator at the end of each open shard of the table's stream."""
    described = rows.client.describe_table(TableName=rows.table.name)["Table"]
    arn = described.get("LatestStreamArn")
    if not arn:
        raise CannotCheckError("the table has no stream (see the check `stream`)")
    client, shards, request = rows.streams(), [], {"StreamArn": arn}
    while True:
        page = client.describe_stream(**request)["StreamDescription"]
        shards += page["Shards"]
        if not page.get("LastEvaluatedShardId"):
            break
        request["ExclusiveStartShardId"] = page["LastEvaluatedShardId"]
    is_open = [each for each in shards if "EndingSequenceNumber" not in each.get("SequenceNumberRange", {})]
    if len(is_open) > _MOST_SHARDS:
        raise CannotCheckError(
            f"the stream has {len(is_open)} open shards; {_MOST_SHARDS} are listened to at most"
        )
    return [
        client.get_shard_iterator(StreamArn=arn, ShardId=each["ShardId"], ShardIteratorType="LATEST")[
            "ShardIterator"
        ]
        for each in is_open
    ]


def _read(rows: Rows, iterator: str, key: keys.Key, seen: list[tuple[str, bool, bool]]) -> str | None:
    """Read one page of a shard; return its records and the next iterator."""
    page = rows.streams().get_records(ShardIterator=iterator, Limit=1000)
    for record in page["Records"]:
        change = record["dynamodb"]
        if change["Keys"].get("sk", {}).get("S") == key.sk:
            seen.append((record["eventName"], bool(change.get("OldImage")), bool(change.get("NewImage"))))
    following: str | None = page.get("NextShardIterator")
    return following


CHECKS: Final[tuple[Check[Rows], ...]] = (
    Check("table-insert", "conditional inserts in company, and duplicates", insert),
    Check("table-condition", "conditional updates in company, and the item that refuses one", condition),
    Check("table-or", "a condition with OR, as a chunk's lease has it", either),
    Check("table-remove", "REMOVE of what is there and of what is not", remove),
    Check("table-stream", "records of the stream, with both images", stream_record),
)
