"""Sending to the local stack, and waiting for what comes of it."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from herald_cli.client import Herald, MessageOperation
from tests.stack.conftest import PATIENCE_SECONDS

COUNTED = ("scheduled", "queued", "sent", "delivered", "read", "undelivered", "failed", "canceled")


def wait_for(herald: Herald, operation_id: str, expected: Counter[str]) -> MessageOperation:
    """Poll an operation until it is complete with these counts; each answer must add up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        operation = herald.operation(operation_id)
        stats: dict[str, int] = {**operation["stats"]}  # type: ignore[dict-item]
        counts = {name: stats[name] for name in (*COUNTED, "unaddressable")}
        assert sum(counts.values()) == stats["total"] == expected.total()
        if operation["status"] == "COMPLETED" and +Counter(counts) == expected:
            return operation
        assert time.monotonic() < deadline, f"{operation} never came to {expected}"
        time.sleep(0.2)


def send(api: httpx.Client, *to: Any, **more: Any) -> str:
    answer = api.post("/Messages", json={"to": list(to), "content": {"text": "Hello"}, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["operationId"])


def messages(api: httpx.Client, operation_id: str) -> list[Any]:
    listed = api.get("/Messages", params={"operationId": operation_id}).json()["messages"]
    return [api.get(f"/Messages/{message['id']}").json() for message in listed]


def wait_until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found


def wait_for_output(text: str, process: "subprocess.Popen[bytes]", output: Path) -> None:
    """Return when a program has said something; fail when it ends or takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.2)
