"""A send whose process is killed: the same command resumes, and no recipient is sent to twice or left out."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.unit.cli.fake_api import OPERATION_ID

ROWS = 20_001
Moment = Literal["before it is taken", "before it is answered", "after it is answered"]


@dataclass
class Api:
    """An API that takes each Idempotency-Key once, and kills its client at a moment of the second request."""

    moment: Moment | None = None
    victim: int = 0
    requests: int = 0
    taken: dict[str, list[str]] = field(default_factory=dict)

    def take(self, key: str, body: Any) -> str:
        self.requests += 1
        is_last = self.requests == 2 and self.moment is not None
        if is_last and self.moment == "before it is taken":
            self.kill()
        else:
            self.taken.setdefault(key, [each["address"] for each in body["to"]])
            if is_last and self.moment == "before it is answered":
                self.kill()
        return f"{OPERATION_ID[:-3]}{list(self.taken).index(key) if key in self.taken else 0:03}"

    def kill(self) -> None:
        os.kill(self.victim, signal.SIGKILL)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def url(api: Api) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {
                "operationId": api.take(self.headers["Idempotency-Key"], body),
                "operationLocation": "x",
            }
            text = json.dumps(answer).encode()
            try:
                self.send_response(202)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                self.wfile.flush()
            except OSError:
                return
            if api.requests == 2 and api.moment == "after it is answered":
                api.kill()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("moment", ["before it is taken", "before it is answered", "after it is answered"])
def test_nobody_is_sent_to_twice_or_left_out(api: Api, url: str, tmp_path: Path, moment: Moment) -> None:
    numbers = [f"+1212{number:07}" for number in range(2_000_000, 2_000_000 + ROWS)]
    (tmp_path / "people.csv").write_text("address\n" + "\n".join(numbers) + "\n")
    environment = os.environ | {
        "HERALD_BASE_URL": url, "HERALD_ACCOUNT_SID": "AC1", "HERALD_AUTH_TOKEN": "token", "NO_PROXY": "*",
        "HERALD_CONFIG_DIR": str(tmp_path / "config"), "HERALD_STATE_DIR": str(tmp_path / "state"),
    }  # fmt: skip
    command = [
        sys.executable,
        "-c",
        "from herald_cli.main import cli; cli()",
        "send",
        "people.csv",
        "--text",
        "Hi",
    ]

    api.moment = moment
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL) as first:
        api.victim = first.pid
    assert first.returncode == -signal.SIGKILL
    api.moment = None
    second = subprocess.run(
        command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )

    assert second.returncode == 0, second.stderr
    assert len(second.stdout.split()) == 3
    assert Counter(number for batch in api.taken.values() for number in batch) == Counter(numbers)
