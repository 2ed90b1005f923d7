"""Fetches a client's URL, without becoming a way into our own network.

The client chooses the URL, so it is not trusted: https only, on its own
port; every address of the host has to be public, and the connection goes to one of
those addresses, so that a second look-up cannot lead elsewhere.
Each redirect is checked like the first URL. Nothing is read beyond a type's limit.
"""

import ipaddress
import mimetypes
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from threading import Lock, Thread, Timer
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from urllib3 import HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from herald.model import problems
from herald.model.problems import Problem

SECONDS: Final = 6.0
_CONNECT_SECONDS: Final = 2.0
_READ_SECONDS: Final = 4.0
_MOST_REDIRECTS: Final = 3
_PIECE: Final = 64 * 1024
_REDIRECTS: Final = (301, 302, 303, 307, 308)
# The host has an error, or asks the client to wait.
_TRANSIENT: Final = (408, 425, 429)
_UNTOLD_TYPES: Final = ("", "application/octet-stream", "binary/octet-stream")
# A host in IPv6 may stand for one in IPv4 that is not public.
_TRANSLATED: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96"))
)
# A name that does not exist; others could not be looked up.
_NO_SUCH_NAME: Final = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


class Fetched(NamedTuple):
    content_type: str
    body: bytes


class Refused(Exception):
    """The URL is not fetched, and will not be: `problem` is the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Unavailable(Exception):
    """The URL could not be fetched now."""


class _Place(NamedTuple):
    """A URL, checked, and the addresses that its host has."""

    url: str
    host: str
    target: str
    addresses: tuple[str, ...]


class Fetcher:
    """Fetches over https. `port` and `is_allowed` are parameters for tests."""

    def __init__(
        self,
        *,
        port: int = 443,
        is_allowed: Callable[[str], bool] | None = None,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._port = port
        self._is_allowed = is_allowed or is_public
        self._trust = trust

    @cached_property
    def _ssl_context(self) -> ssl.SSLContext:
        return self._trust()

    def fetch(self, url: str, limits: Mapping[str, int], seconds: float = SECONDS) -> Fetched:
        """The file at a URL. `limits`: the most bytes of each allowed media type.

        Looking up names, connecting, encrypting, reading and following redirects take at most
        `seconds` together. Raises Refused and Unavailable.
        """
        with closing(_Deadline(seconds)) as deadline:
            for _ in range(_MOST_REDIRECTS + 1):
                place = self._check(url, deadline)
                with self._answer(place, deadline) as answer:
                    if answer.status not in _REDIRECTS:
                        return _read(place, answer, limits)
                    location = answer.headers.get("Location", "")
                url = _joined(place.url, location)
        raise Refused(problems.INVALID_MEDIA)

    def _check(self, url: str, deadline: "_Deadline") -> _Place:
        try:
            parts = urlsplit(url)
            port = parts.port or self._port
        except ValueError:
            raise Refused(problems.INVALID_MEDIA) from None
        host = parts.hostname
        if parts.scheme != "https" or not host or port != self._port or parts.username is not None:
            raise Refused(problems.INVALID_MEDIA)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _Place(url, host, target, self._resolve(host, deadline))

    def _resolve(self, host: str, deadline: "_Deadline") -> tuple[str, ...]:
        try:
            found = _looked_up(host, self._port, deadline.left)
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                raise Refused(problems.INVALID_MEDIA) from None
            raise Unavailable from None
        except (UnicodeError, ValueError):
            raise Refused(problems.INVALID_MEDIA) from None
        if not found or not all(map(self._is_allowed, found)):
            raise Refused(problems.INVALID_MEDIA)
        return found

    @contextmanager
    def _answer(self, place: _Place, deadline: "_Deadline") -> Iterator[BaseHTTPResponse]:
        left = deadline.left
        if left <= 0:
            raise Unavailable
        # IPv4 first: a function outside of a network of its own has no other.
        address = min(place.addresses, key=lambda each: ":" in each)
        pool = HTTPSConnectionPool(
            address,
            self._port,
            timeout=Timeout(connect=min(_CONNECT_SECONDS, left), read=min(_READ_SECONDS, left)),
            maxsize=1,
            retries=False,
            ssl_context=self._ssl_context,
            server_hostname=place.host,
        )
        pool.ConnectionCls = deadline.connection_class
        headers = {
            "Host": place.host if self._port == 443 else f"{place.host}:{self._port}",
            "User-Agent": "Herald",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        answer: BaseHTTPResponse | None = None
        try:
            with deadline.kept():
                answer = pool.urlopen(
                    "GET",
                    place.target,
                    headers=headers,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
                # What is raised meanwhile is of reading from the network: nothing else is done.
                yield answer
        except (HTTPError, OSError) as error:
            # A host that cannot prove who it is will not be able to later.
            if any(isinstance(each, ssl.CertificateError) for each in (error, *error.args)):
                raise Refused(problems.INVALID_MEDIA) from None
            raise Unavailable from None
        except ValueError:
            # A name or a path that cannot stand in a request.
            raise Refused(problems.INVALID_MEDIA) from None
        finally:
            if answer is not None:
                answer.close()
            pool.close()


class _Deadline:
    """Ends connections when its time is up, even if bytes still arrive slowly.

    A timeout of a socket starts again with each byte.
    """

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds
        self._lock = Lock()
        self._open: list[socket.socket] = []
        self._is_over = False

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._at - time.monotonic()

    @property
    def connection_class(self) -> type[HTTPSConnection]:
        """The class of connections that end with the deadline."""
        deadline = self

        class Connection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                # Before it is encrypted: a host may say as little at a time in that as in its answer.
                connected = super()._new_conn()
                deadline._add(connected)
                return connected

        return Connection

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Raises Unavailable if the time was up before the end."""
        timer = Timer(self.left, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception:
            # What came of a connection that was ended says nothing.
            self._check()
            raise
        finally:
            timer.cancel()
        self._check()

    def _check(self) -> None:
        with self._lock:
            if self._is_over:
                raise Unavailable

    def _add(self, connected: socket.socket) -> None:
        # A handle of our own: encrypting takes the one that was given away.
        kept = connected.dup()
        with self._lock:
            self._open.append(kept)
            is_late = self._is_over
        if is_late:
            _shut(kept)

    def close(self) -> None:
        """Forget the connections; each is closed by the request that made it."""
        with self._lock:
            kept, self._open = self._open, []
        for each in kept:
            each.close()

    def _end(self) -> None:
        with self._lock:
            self._is_over = True
            for each in self._open:
                _shut(each)


def _shut(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused(problems.INVALID_MEDIA) from None


def _looked_up(host: str, port: int, seconds: float) -> tuple[str, ...]:
    """The addresses of a host. Raises Unavailable, and the resolver's errors.

    A resolver has time limits of its own: it is abandoned when our time is up.
    """
    answer: Future[tuple[str, ...]] = Future()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except BaseException as error:
            answer.set_exception(error)
        else:
            answer.set_result(tuple(dict.fromkeys(str(each[4][0]) for each in found)))

    Thread(target=look_up, daemon=True).start()
    try:
        return answer.result(timeout=max(seconds, 0))
    except TimeoutError:
        raise Unavailable from None


def is_public(address: str) -> bool:
    """Whether an address is a public internet address: not private, local, reserved or multicast."""
    try:
        known = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address):
        if known.is_site_local or any(known in network for network in _TRANSLATED):
            return False
        inner = known.ipv4_mapped or known.sixtofour
        if inner is not None or known.teredo is not None:
            return inner is not None and is_public(str(inner))
    return known.is_global and not known.is_multicast


def _read(place: _Place, answer: BaseHTTPResponse, limits: Mapping[str, int]) -> Fetched:
    if answer.status in _TRANSIENT or answer.status >= 500:
        raise Unavailable
    if answer.status != 200 or answer.headers.get("Content-Encoding", "identity") != "identity":
        raise Refused(problems.INVALID_MEDIA)
    content_type = _type_of(place, answer.headers.get("Content-Type", ""))
    if content_type not in limits:
        raise Refused(problems.MEDIA_TYPE)
    most = limits[content_type]
    told = answer.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > most:
        raise Refused(problems.TOO_LARGE)
    body = bytearray()
    for piece in answer.stream(_PIECE):
        body += piece
        if len(body) > most:
            raise Refused(problems.TOO_LARGE)
    if not body:
        raise Refused(problems.INVALID_MEDIA)
    return Fetched(content_type, bytes(body))


def _type_of(place: _Place, header: str) -> str:
    """The media type from the host's header, or else from the name of the file."""
    told = header.split(";", 1)[0].strip().lower()
    if told not in _UNTOLD_TYPES:
        return told
    return mimetypes.guess_type(urlsplit(place.url).path)[0] or ""
