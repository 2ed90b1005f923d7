"""One request, once, over a connection that is alive."""

import socket
import threading

import pytest

from herald.carriers.protocol import NotSent, Unknown
from herald.carriers.transport import Answer, Transport
from tests.unit.carriers.far_end import FarEnd, Reply


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be changed."""
    times = [1_000.0]
    monkeypatch.setattr("herald.carriers.transport.time.time", lambda: times[0])
    return times


def connections(transport: Transport, url: str) -> int:
    """How many connections were ever made to a host."""
    return sum(pool.num_connections for pool in [transport._pool.connection_from_url(url)])


def test_a_connection_is_used_again_but_not_after_a_pause(now: list[float]) -> None:
    with FarEnd(lambda _: Reply(200)) as far_end:
        transport = Transport(read_seconds=1)
        for _ in range(3):
            assert isinstance(transport.post(far_end.url, b"{}", {}), Answer)
        assert connections(transport, far_end.url) == 1

        now[0] += 6
        # A new pool counts from 0.
        first = transport._pool.connection_from_url(far_end.url)
        transport.post(far_end.url, b"{}", {})

        assert transport._pool.connection_from_url(far_end.url) is not first


def test_a_port_without_a_listener_was_not_written_to() -> None:
    transport = Transport(connect_seconds=0.5, read_seconds=0.5)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{bound.getsockname()[1]}"

        assert transport.post(refused, b"{}", {}) == NotSent(5)


@pytest.mark.parametrize("url", ["http://[bad/", "http://a.example:99999/"])
def test_a_place_that_cannot_be_was_not_written_to(url: str) -> None:
    assert Transport().post(url, b"{}", {}) == NotSent(5)


def test_a_server_without_tls_may_have_read_the_request() -> None:
    """It speaks no TLS at all: it is unknown whether the request was read; it surely was not accepted."""
    with FarEnd(lambda _: Reply(200)) as far_end:
        outcome = Transport(read_seconds=0.5).post(far_end.url.replace("http", "https"), b"{}", {})

        assert outcome == Unknown()
        assert far_end.requests == []


def test_a_body_that_is_cut_off_is_no_answer() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    thread = threading.Thread(target=answer)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"

    assert Transport(read_seconds=1).post(url, b"{}", {}) == Unknown()
    thread.join()
    listener.close()


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with FarEnd(lambda _: Reply(302, headers=(("Location", "/x"),))) as far_end:
        answer = Transport().post(far_end.url, b"{}", {})

        assert isinstance(answer, Answer)
        assert (answer.status, len(far_end.requests)) == (302, 1)
