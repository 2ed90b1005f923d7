"""`make docs`: checks /docs and /docs/try in a browser, by axe-core: contrast, names, sideways scroll, links.

It needs Chromium and npm with its registry, so it is not part of the gate. CHROMIUM names the browser;
SCREENSHOTS a folder for screenshots.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, cast

from herald.api.endpoints import Request
from herald.api.errors import ApiError
from herald.resources import description

_PACKAGES: Final = ("playwright-core@1", "axe-core@4")
_SCRIPT: Final = Path(__file__).with_suffix(".mjs")


class Api(BaseHTTPRequestHandler):
    """The pages as the API answers them; every other request is refused for its credentials."""

    def do_GET(self) -> None:
        port = cast(ThreadingHTTPServer, self.server).server_port
        request = Request(cast(Any, None), "", f"http://127.0.0.1:{port}/v1")
        match self.path.removeprefix("/v1").split("/"):
            case ["", "openapi.json"]:
                answer = description.fetch_openapi(request)
            case ["", "docs"]:
                answer = description.fetch_docs(request)
            case ["", "docs", file]:
                try:
                    answer = description.fetch_docs_file(request, file)
                except ApiError:
                    return self.send_error(404)
            case _:
                return self.send_error(401)
        body = str(answer.body).encode()
        self.send_response(200)
        for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
            self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(401)

    def log_message(self, *_: Any) -> None:
        pass


def main() -> int:
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("There is no Chromium: install it, or name one in CHROMIUM", file=sys.stderr)
        return 1
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(_SCRIPT, folder)
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *_PACKAGES],
            check=True,
        )
        pictures = os.environ.get("SCREENSHOTS", "")
        base = f"http://127.0.0.1:{server.server_port}/v1"
        command = ["node", str(Path(folder) / _SCRIPT.name), base, browser, pictures]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
