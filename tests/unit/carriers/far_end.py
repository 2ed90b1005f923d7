"""An HTTP server on this machine, in threads, that answers POST requests as a test wants."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    path: str
    # In lower case.
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """`after` seconds; status None hangs up without an answer."""

    status: int | None
    body: Any = None
    after: float = 0
    headers: tuple[tuple[str, str], ...] = ()


class FarEnd:
    """Asks `answer` for the reply to each request, and keeps the requests."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        far_end = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Else the second of two small packets waits for the acknowledgement of the first.
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.path, headers, body)
                with far_end._lock:
                    far_end.requests.append(request)
                reply = answer(request)
                time.sleep(reply.after)
                if reply.status is None:
                    self.close_connection = True
                    return
                text = b"" if reply.body is None else json.dumps(reply.body).encode()
                # Who asked may be gone.
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers:
                        self.send_header(name, value)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                except OSError:
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                """Nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
