"""`make clients`: typed clients for Python and TypeScript, generated from openapi.json.

They are kept in clients/ and generated again when openapi.json changes; a contract test compares the
openapi.json that they were generated from. The generators are maintained projects, pinned here, and fetched
from PyPI and npm.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from herald.api.openapi import document
from herald.resources import everything
from tools.stack.commands import ROOT

CLIENTS: Final = ROOT / "clients"
DESCRIPTION: Final = CLIENTS / "openapi.json"
PACKAGE: Final = "herald_client"
_README: Final = """# herald-client

A typed client of Herald's API, made from its description by `make clients`; it needs httpx and attrs.

    from base64 import b64encode

    from herald_client import AuthenticatedClient
    from herald_client.api.messages import send_messages
    from herald_client.models import SendMessagesRequest

    token = b64encode(f"{account_sid}:{auth_token}".encode()).decode()
    client = AuthenticatedClient(base_url="https://.../v1", token=token, prefix="Basic")
    body = SendMessagesRequest.from_dict({
        "to": [{"address": "+15005550100", "channel": "PHONE"}],
        "content": {"text": "Hello"},
    })
    accepted = send_messages.sync(client=client, body=body)
    print(accepted.operation_id)
"""
_BASE: Final = "https://api.example.org/v1"
_PYTHON_GENERATOR: Final = "openapi-python-client==0.28.0"
_TYPESCRIPT_GENERATOR: Final = "openapi-typescript@7.13.0"


def description() -> dict[str, Any]:
    """The openapi.json that clients are generated from."""
    return document(_BASE, [endpoint for resource in everything() for endpoint in resource])


def main() -> int:
    """Write openapi.json and generate both clients from it; 1 if a generator leaves something out."""
    CLIENTS.mkdir(exist_ok=True)
    DESCRIPTION.write_text(json.dumps(description(), indent=1, sort_keys=True) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.json"
        names = {"project_name_override": "herald-client", "package_name_override": PACKAGE}
        config.write_text(json.dumps({**names, "post_hooks": []}))
        made = Path(folder) / "python"
        done = subprocess.run(
            [
                *(ROOT / ".uv/bin/uv", "tool", "run", "--from", _PYTHON_GENERATOR, "openapi-python-client"),
                *("generate", "--path", DESCRIPTION, "--output-path", made, "--meta", "uv"),
                *("--config", config, "--fail-on-warning"),
            ],
            # It writes sets as they come: the same description is to make the same files.
            env=os.environ | {"PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout[-4000:], done.stderr[-2000:], file=sys.stderr)
            return 1
        shutil.rmtree(CLIENTS / "python", ignore_errors=True)
        shutil.copytree(made, CLIENTS / "python", ignore=shutil.ignore_patterns(".*", "__pycache__"))
        (CLIENTS / "python/README.md").write_text(_README)
    (CLIENTS / "typescript").mkdir(exist_ok=True)
    types = CLIENTS / "typescript/herald.d.ts"
    return subprocess.run(
        ["npx", "--yes", _TYPESCRIPT_GENERATOR, DESCRIPTION, "--output", types], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
