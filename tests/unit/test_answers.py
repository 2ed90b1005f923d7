"""What every answer has in its headers, and which base URL its links have."""

import gc
import re
import tracemalloc
from types import SimpleNamespace
from typing import Any

import pytest

from herald.api import routing
from herald.resources import description
from tests.world import World

HOST = "abc123.execute-api.us-east-1.amazonaws.com"


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


@pytest.mark.parametrize(
    ("path", "cached"),
    [("/Messages", False), ("/Senders/none", False), ("/openapi.json", True), ("/docs", True)],
)
def test_an_answer_is_safe_to_show_and_to_keep(world: World, path: str, cached: bool) -> None:
    headers = world.get(path).headers

    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == ("public, max-age=300" if cached else "no-store")


@pytest.mark.parametrize("path", ["/docs", "/docs/try"])
def test_a_page_runs_only_what_lies_beside_it_and_is_in_no_frame(world: World, path: str) -> None:
    answer = world.get(path)
    policy = answer.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    named = re.findall(r"<(?:script src|link rel=stylesheet href)=([^> ]+)>", answer.body)
    assert named
    for name in named:
        file = world.get(f"/docs/{name.removeprefix('docs/')}")
        assert file.status == 200
        assert file.headers["Content-Type"].startswith(("text/javascript", "text/css"))
        assert file.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("name", ["nothing", "..", "try.html", "%2e%2e%2fhtml.py"])
def test_beside_the_page_lies_nothing_else(world: World, name: str) -> None:
    assert world.get(f"/docs/{name}").status == 404


def test_a_file_that_is_not_there_is_not_remembered(world: World) -> None:
    """Anybody may ask for any number of names: none may take memory for good."""
    names = [f"{number:010000}" for number in range(101)]
    assert world.get(f"/docs/{names.pop()}").status == 404
    tracemalloc.start()
    try:
        for name in names:
            assert world.get(f"/docs/{name}").status == 404
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert kept < sum(map(len, names)) / 2


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_a_description_is_rendered_once(world: World, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.get(path)
    monkeypatch.setattr("herald.api.openapi.document", lambda _: pytest.fail("rendered again"))
    monkeypatch.setattr("herald.api.docs_page.page", lambda _: pytest.fail("rendered again"))

    other = world.get(path, host="api.example.com")

    assert other.status == 200
    assert str(other.body) == str(first.body).replace(HOST, "api.example.com")
    assert description._BASE not in str(other.body)


def location(world: World, headers: dict[str, str]) -> str:
    to = [{"address": "+12065550100", "channel": "PHONE"}]
    answer = world.post("/Messages", {"to": to, "content": {"text": "x"}}, headers=headers)
    assert answer.status == 202
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({}, f"https://{HOST}/v1"),
        ({"X-Forwarded-Proto": "http"}, f"http://{HOST}/v1"),
        ({"X-Forwarded-Proto": "javascript"}, f"https://{HOST}/v1"),
        ({"X-Forwarded-Proto": "https, http"}, f"https://{HOST}/v1"),
        ({"Host": "api.example.com:8443"}, "https://api.example.com:8443/v1"),
        ({"Host": 'a"><script>'}, "https://localhost/v1"),
        ({"Host": "a/b@c"}, "https://localhost/v1"),
        ({"Host": "a" * 300}, "https://localhost/v1"),
    ],
)
def test_what_a_proxy_forwards_is_believed_if_it_can_be(world: World, headers: Any, base: str) -> None:
    assert location(world, headers).startswith(f"{base}/Messages/Operations/")


def test_the_public_url_comes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = SimpleNamespace(public_url="https://sms.example.com/api")
    monkeypatch.setattr(routing, "settings", lambda: chosen)

    found = location(world, {"Host": "elsewhere.example.com"})

    assert re.match(r"https://sms\.example\.com/api/Messages/Operations/comms_operation_\w+$", found)
    assert world.get("/openapi.json").body["servers"] == [{"url": "https://sms.example.com/api"}]
