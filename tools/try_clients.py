"""Checks that clients which users generate from openapi.json compile and send.

`python -m tools.try_clients` needs npm, pip and their registries, so it is not part of the
gate. openapi-typescript makes types with its default flags; tsc compiles a request with
only `to` and `content`. openapi-python-client makes a client; it sends the same.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from herald.api.openapi import document
from herald.resources import everything

_TYPESCRIPT: Final = """
import type { components, operations } from "./api";
type Send = components["schemas"]["SendMessagesRequest"];
const hello: Send = { to: [{ address: "+12065550100", channel: "PHONE" }], content: { text: "Hello" } };
const search: components["schemas"]["SenderSearch"] = { channel: "SMS", address: "+12065550100" };
type Query = NonNullable<operations["ListMessages"]["parameters"]["query"]>;
const query: Query = { status: "READ" };
// @ts-expect-error null is refused
const refused: Send = { ...hello, schedule: null };
console.log(hello, search, query, refused);
"""

_PYTHON: Final = """
import json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from herald_client import AuthenticatedClient
from herald_client.api.messages import send_messages
from herald_client.models import AddressChannel, AddressRecipient, SendMessagesRequest, TextWithMedia

class Api(BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.rfile.read(int(self.headers["Content-Length"])).decode())
        operation = "comms_operation_01h9krwprkeee8fzqspvwy6nq8"
        answer = {"operationId": operation, "operationLocation": f"https://x.test/v1/Messages/Operations/{operation}"}
        self.send_response(202)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_): pass

server = HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = AuthenticatedClient(base_url=f"http://127.0.0.1:{server.server_port}", token="x", prefix="Basic")
person = AddressRecipient(address="+12065550100", channel=AddressChannel.PHONE)
body = SendMessagesRequest(to=[person], content=TextWithMedia(text="Hello"))
answer = send_messages.sync_detailed(client=client, body=body)
assert answer.status_code == 202, answer
assert answer.parsed.operation_id.startswith("comms_operation_"), answer
"""
_HELLO: Final = {"to": [{"address": "+12065550100", "channel": "PHONE"}], "content": {"text": "Hello"}}


def main() -> None:
    endpoints = [endpoint for resource in everything() for endpoint in resource]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        description = folder / "openapi.json"
        description.write_text(json.dumps(document("https://example.org/v1", endpoints)))
        _typescript(folder, description)
        _python(folder, description)


def _typescript(folder: Path, description: Path) -> None:
    (folder / "use.ts").write_text(_TYPESCRIPT)
    _run(folder, "npm", "init", "-y")
    _run(folder, "npm", "install", "--no-audit", "--no-fund", "openapi-typescript@7", "typescript@5")
    _run(folder, "npx", "openapi-typescript", str(description), "-o", "api.d.ts")
    _run(folder, "npx", "tsc", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "use.ts")
    print("openapi-typescript: compiles")


def _python(folder: Path, description: Path) -> None:
    _run(folder, sys.executable, "-m", "venv", "venv")
    _run(folder, "venv/bin/pip", "install", "--quiet", "openapi-python-client")
    made = ["--path", str(description), "--output-path", "client", "--meta", "none"]
    # A package in the folder `client`, whose name its own imports do not need.
    _run(folder, "venv/bin/openapi-python-client", "generate", *made)
    (folder / "client").rename(folder / "herald_client")
    (folder / "use.py").write_text(_PYTHON)
    sent: Any = json.loads(_run(folder, "venv/bin/python", "use.py"))
    if sent != _HELLO:
        raise SystemExit(f"openapi-python-client: sends {sent}")
    print("openapi-python-client: sends", json.dumps(sent))


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr if command[0] != "venv/bin/python" else done.stdout


if __name__ == "__main__":
    main()
