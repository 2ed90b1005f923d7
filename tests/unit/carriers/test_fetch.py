"""What a client's URL may lead to, and what it may not."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from herald.carriers import fetch
from herald.carriers.fetch import Fetched, Fetcher, Refused, Unavailable, is_public
from tests.unit.carriers.https import Host, Page, https_host

NAME = "media.test"
LIMITS = {"image/png": 100, "application/pdf": 10}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The addresses of the names that there are; all others do not exist."""
    known = {NAME: ["127.0.0.1"], "other.test": ["127.0.0.1"], "inside.test": ["127.0.0.1", "10.0.0.1"]}

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host in known:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in known[host]]
        try:
            socket.inet_aton(host)
        except OSError:
            raise socket.gaierror(socket.EAI_NONAME, "no such name") from None
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def host(tmp_path: Path, names: dict[str, list[str]]) -> Iterator[Host]:
    with https_host(tmp_path, NAME) as host:
        yield host


@pytest.fixture
def fetcher(host: Host) -> Fetcher:
    """One for which 127.0.0.1 is the internet, and nothing else."""
    return Fetcher(
        port=host.port, is_allowed=lambda address: address == "127.0.0.1", trust=lambda: host.trust
    )


def url(host: Host, path: str = "/a.png", name: str = NAME) -> str:
    return f"https://{name}:{host.port}{path}"


def refused(fetcher: Fetcher, target: str) -> int:
    with pytest.raises(Refused) as failure:
        fetcher.fetch(target, LIMITS)
    return failure.value.problem.code


def test_what_is_there_is_fetched(host: Host, fetcher: Fetcher) -> None:
    host.pages["/a.png?b=c"] = Page()

    assert fetcher.fetch(url(host, "/a.png?b=c#d"), LIMITS) == Fetched("image/png", b"picture")
    assert host.asked == [("/a.png?b=c", f"{NAME}:{host.port}")]


# ---------------------------------------------------------------------- where it leads


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.1.2.3",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:a9fe:a9fe::1",
        "2001:0:1::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "::7f00:1",
        "::ffff:0:7f00:1",
        "ff02::1",
        "nonsense",
    ],
)
def test_an_address_that_is_not_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "target",
    [
        "http://media.test/a.png",
        "ftp://media.test/a.png",
        "file:///etc/passwd",
        "https:///a.png",
        "https://user@media.test/a.png",
        "https://user:secret@media.test/a.png",
        "https://media.test:22/a.png",
        "https://media.test:x/a.png",
        "https://nowhere.test/a.png",
        "https://[::1",
        "media.test/a.png",
        "",
    ],
)
def test_a_url_that_is_not_followed(host: Host, target: str) -> None:
    assert refused(Fetcher(trust=lambda: host.trust), target) == 21620
    assert host.asked == []


def test_a_name_with_one_address_inside_is_not_connected_to(host: Host, fetcher: Fetcher) -> None:
    host.pages["/a.png"] = Page()

    assert refused(fetcher, url(host, name="inside.test")) == 21620
    assert host.asked == []


def test_the_real_guard_refuses_this_machine(host: Host) -> None:
    host.pages["/a.png"] = Page()

    for name in (NAME, "127.0.0.1", "2130706433", "0x7f000001"):
        assert refused(Fetcher(port=host.port, trust=lambda: host.trust), url(host, name=name)) == 21620
    assert host.asked == []


def test_a_name_is_looked_up_once(
    host: Host, fetcher: Fetcher, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host whose second look-up answers differently gains nothing."""
    host.pages["/a.png"] = Page()
    look_up = socket.getaddrinfo
    asked: list[str] = []

    def first_then_inside(name: str, port: int, *more: Any, **named: Any) -> Any:
        asked.append(name)
        found = look_up(name, port, *more, **named)
        names[NAME] = ["10.0.0.1"]
        return found

    monkeypatch.setattr(socket, "getaddrinfo", first_then_inside)

    assert fetcher.fetch(url(host), LIMITS).body == b"picture"
    assert asked.count(NAME) == 1


def test_a_host_that_cannot_prove_its_name_is_refused(host: Host, fetcher: Fetcher) -> None:
    host.pages["/a.png"] = Page()

    assert refused(fetcher, url(host, name="other.test")) == 21620


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(host: Host, fetcher: Fetcher, status: int) -> None:
    host.pages["/a.png"] = Page(b"", status, {"Location": "/b.png"})
    host.pages["/b.png"] = Page()

    assert fetcher.fetch(url(host), LIMITS).body == b"picture"


@pytest.mark.parametrize(
    "target", ["http://media.test/b", "https://10.0.0.1/b", "https://inside.test/b", "file:///etc/passwd"]
)
def test_a_redirect_is_a_url_like_the_first(host: Host, fetcher: Fetcher, target: str) -> None:
    host.pages["/a.png"] = Page(b"", 302, {"Location": target})

    assert refused(fetcher, url(host)) == 21620
    assert len(host.asked) == 1


def test_redirects_end(host: Host, fetcher: Fetcher) -> None:
    host.pages["/a.png"] = Page(b"", 302, {"Location": "/a.png"})

    assert refused(fetcher, url(host)) == 21620
    assert len(host.asked) == 4


# ------------------------------------------------------------------------ what is there


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Page(status=404), 21620),
        (Page(status=403), 21620),
        (Page(b""), 21620),
        (Page(headers={"Content-Type": "text/html"}), 12300),
        (Page(headers={"Content-Type": "image/png", "Content-Encoding": "gzip"}), 21620),
        (Page(b"x" * 101), 30019),
        # Longer than it says, or without saying: no more is read than may be.
        (Page(b"x" * 101, headers={"Content-Type": "image/png", "Content-Length": ""}), 30019),
        (Page(b"x" * 11, headers={"Content-Type": "application/pdf; charset=x"}), 30019),
    ],
)
def test_what_is_not_wanted_is_refused(host: Host, fetcher: Fetcher, page: Page, code: int) -> None:
    host.pages["/a.png"] = page

    assert refused(fetcher, url(host)) == code


@pytest.mark.parametrize("told", ["", "application/octet-stream", "binary/octet-stream"])
def test_a_type_that_is_not_told_is_that_of_the_name(host: Host, fetcher: Fetcher, told: str) -> None:
    host.pages["/a.png"] = Page(headers={"Content-Type": told})

    assert fetcher.fetch(url(host), LIMITS).content_type == "image/png"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_hosts_own_trouble_passes(host: Host, fetcher: Fetcher, status: int) -> None:
    host.pages["/a.png"] = Page(status=status)

    with pytest.raises(Unavailable):
        fetcher.fetch(url(host), LIMITS)


def test_a_host_that_is_slow_or_breaks_off_is_unavailable(
    host: Host, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_READ_SECONDS", 0.2)
    host.pages["/slow.png"] = Page(seconds=0.6)
    host.pages["/short.png"] = Page(b"x", length=50)

    for path in ("/slow.png", "/short.png"):
        with pytest.raises(Unavailable):
            fetcher.fetch(url(host, path), LIMITS)


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    ],
    ids=["status", "headers", "body", "body without a length", "chunks", "size of a chunk"],
)
def test_a_host_that_sends_slowly_is_given_up(
    host: Host, fetcher: Fetcher, start: bytes, piece: bytes
) -> None:
    host.pages["/a.png"] = Page(drips=(start, piece))

    began = time.monotonic()
    with pytest.raises(Unavailable):
        fetcher.fetch(url(host), {"image/png": 10_000}, 0.7)

    assert host.asked
    assert time.monotonic() - began < 4


def test_no_time_left_is_unavailable(host: Host, fetcher: Fetcher) -> None:
    host.pages["/a.png"] = Page()

    with pytest.raises(Unavailable):
        fetcher.fetch(url(host), LIMITS, 0.0)
    assert host.asked == []


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: hanging.wait(20) and [])
    try:
        with pytest.raises(Unavailable):
            Fetcher().fetch(f"https://{NAME}/a.png", LIMITS, 0.2)
        assert not hanging.is_set()
    finally:
        hanging.set()


def test_a_host_that_says_nothing_while_it_encrypts_is_given_up(names: dict[str, list[str]]) -> None:
    """Each byte of a handshake would start a socket's own time limit again."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        taken: list[socket.socket] = []
        Thread(target=lambda: taken.append(server.accept()[0]), daemon=True).start()
        slow = Fetcher(port=port, is_allowed=lambda _: True)

        with pytest.raises(Unavailable):
            slow.fetch(f"https://{NAME}:{port}/a.png", LIMITS, 0.3)

        assert taken
        # The deadline has shut the connection, and did not wait for the socket's own.
        taken[0].settimeout(5)
        while taken[0].recv(4_096):
            pass
        taken[0].close()


@pytest.mark.parametrize(
    "location",
    ["https://[bad", "https://a b.test/", "//[", "https://media.test:99999999/", "https://%zz\xff.test/"],
)
def test_a_redirect_to_what_is_no_url_is_refused(host: Host, fetcher: Fetcher, location: str) -> None:
    host.pages["/a.png"] = Page(status=302, headers={"Location": location})

    assert refused(fetcher, url(host)) == 21620


def test_a_closed_port_is_unavailable(fetcher: Fetcher, host: Host) -> None:
    closed = Fetcher(port=9, is_allowed=lambda _: True, trust=lambda: host.trust)

    with pytest.raises(Unavailable):
        closed.fetch(f"https://{NAME}:9/a.png", LIMITS)
