"""A host on this machine that speaks https, under names of its own."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Page:
    body: bytes = b"picture"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "image/png"})
    # Before the body, and for it, in bytes: more or fewer than there are.
    seconds: float = 0
    length: int | None = None
    # In place of all that: what is written at once, and what is then written again and again.
    drips: tuple[bytes, bytes] | None = None


@dataclass
class Host:
    """`pages` by path; `asked` is every request: its path, and the host that it names."""

    port: int
    trust: ssl.SSLContext
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def https_host(folder: Path, name: str) -> Iterator[Host]:
    """A host whose certificate is for `name`, and who trusts it."""
    certificate, key = _certificate(folder, name)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

        def do_GET(self) -> None:
            host.asked.append((self.path, self.headers["Host"]))
            page = host.pages.get(self.path, Page(b"", 404))
            if page.drips:
                self._drip(*page.drips)
                return
            time.sleep(page.seconds)
            self.send_response(page.status)
            length = len(page.body) if page.length is None else page.length
            for header, value in ({"Content-Length": str(length)} | page.headers).items():
                if value:
                    self.send_header(header, value)
            self.end_headers()
            self.wfile.write(page.body)
            self.close_connection = True

        def _drip(self, start: bytes, piece: bytes) -> None:
            """For ten seconds, unless the other side hangs up."""
            self.close_connection = True
            with suppress(OSError):
                self.wfile.write(start)
                for _ in range(200):
                    self.wfile.write(piece)
                    time.sleep(0.05)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    host = Host(server.server_address[1], ssl.create_default_context(cafile=str(certificate)))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    shown = folder / "certificate.pem"
    shown.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return shown, secret
