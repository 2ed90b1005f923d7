"""The data that a local stack keeps over a restart: the table, the secrets, and the credentials.

Loading is like restoring a backup into a new table on AWS: the stream is new, and queue messages and
schedules are gone, so `herald repair --all` afterwards restarts the operations under way.
"""

import base64
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from itertools import batched
from pathlib import Path
from typing import Any, Final

_WRITES_A_CALL: Final = 25


def save(
    path: Path, dynamodb: Any, secrets: Any, outputs: Mapping[str, str], caller: Mapping[str, str]
) -> int:
    """Write the data to a file that only its owner can read; return the number of items."""
    items = list(_items(dynamodb, outputs["TableName"]))
    state = {
        "caller": dict(caller),
        "secrets": {
            name: secrets.get_secret_value(SecretId=arn)["SecretString"] for name, arn in _secrets(outputs)
        },
        "items": items,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file, gzip.open(file, "wt", compresslevel=1) as text:
        json.dump(state, text, default=_encoded)
    draft.replace(path)
    return len(items)


def load(path: Path, dynamodb: Any, secrets: Any, outputs: Mapping[str, str]) -> Mapping[str, str] | None:
    """Put the saved data into a fresh stack; return its credentials, or None if nothing was saved."""
    try:
        with gzip.open(path, "rt") as file:
            state = json.load(file, object_hook=_decoded)
    except FileNotFoundError:
        return None
    for name, arn in _secrets(outputs):
        if name in state["secrets"]:
            secrets.put_secret_value(SecretId=arn, SecretString=state["secrets"][name])
    table = outputs["TableName"]
    for some in batched(state["items"], _WRITES_A_CALL, strict=False):
        request: Any = {table: [{"PutRequest": {"Item": item}} for item in some]}
        while request:
            request = dynamodb.batch_write_item(RequestItems=request).get("UnprocessedItems")
    caller: Mapping[str, str] = state["caller"]
    return caller


def _items(dynamodb: Any, table: str) -> Iterator[Any]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _secrets(outputs: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in outputs.items() if name.endswith("SecretArn")]


def _encoded(value: object) -> Any:
    if isinstance(value, bytes):
        return {"__bytes__": base64.b64encode(value).decode()}
    raise TypeError(f"no JSON of a {type(value).__name__}")


def _decoded(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["__bytes__"]) if set(value) == {"__bytes__"} else value
