"""The checks of the API by requests that change nothing: each is refused, or reads.

A wrong answer is a failure. Requests and answers are in the transcript (`transcript`), so that the tests can
replay them against the local stack.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

import httpx

from herald_cli.doctor.exchange import Answer, Asker, Body, Credentials, Exchange
from herald_cli.doctor.findings import CannotCheckError, Check, Verdict, failure, ok, warning

# Herald's codes.
AUTHENTICATE: Final = 20003
WRONG_METHOD: Final = 20004
NOT_FOUND: Final = 20404
TOO_LARGE: Final = 413
_DEPLOY: Final = "Deploy the stack again; if that does not help, send us the transcript (--record)."


class Wanted(NamedTuple):
    """The wanted answer: `code` of Herald's own errors, and headers by their beginning."""

    status: int
    code: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Probe(NamedTuple):
    """Requests and their wanted answers; what a difference means, and the cure."""

    asked: tuple[tuple[Exchange, Wanted], ...]
    means: str
    cure: str = _DEPLOY


def _get(path: str, credentials: Credentials = "own", method: str = "GET", **headers: str) -> Exchange:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(f"{method} {path} ({credentials})", method, path, credentials, named)


def _post(name: str, body: Body, **headers: str) -> Exchange:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Exchange(f"POST /Messages, {name}", "POST", "/Messages", "own", named, body)


_OWN: Final = "api-own-credentials"
_CHALLENGE: Final = (("www-authenticate", "Basic "),)
PROBES: Final[dict[str, Probe]] = {
    "api-no-credentials": Probe(
        (
            (_get("/Messages", "none"), Wanted(401, AUTHENTICATE, _CHALLENGE)),
            (_get("/Nothing", "none"), Wanted(401, AUTHENTICATE, _CHALLENGE)),
        ),
        "a client without credentials is not asked for them, or gets data",
    ),
    "api-wrong-credentials": Probe(
        ((_get("/Messages", "wrong"), Wanted(401, AUTHENTICATE, _CHALLENGE)),),
        "a client with wrong credentials is not told so, or gets data",
    ),
    _OWN: Probe(
        ((_get("/Messages?pageSize=1"), Wanted(200)),),
        "the API refuses the account's credentials",
        "They were rotated or disabled, lack the scope read, or are another stack's: `herald login` keeps "
        "others. If they are right, look at `AuthorizeErrorsAlarm`.",
    ),
    "api-cached-credential": Probe(
        tuple(
            (_get(path), Wanted(200))
            for path in ("/Messages?pageSize=1", "/Senders?pageSize=1", "/Messages/Operations?pageSize=1")
        ),
        "the policy that API Gateway keeps for a credential does not cover every route",
    ),
    "api-unknown-path": Probe(
        ((_get("/Nothing"), Wanted(404, NOT_FOUND)), (_get("/Messages/nonsense"), Wanted(404, NOT_FOUND))),
        "API Gateway answers unknown paths itself, and takes credentials of Herald for some of AWS",
    ),
    "api-wrong-method": Probe(
        (
            (_get("/Messages", method="DELETE"), Wanted(405, WRONG_METHOD, (("allow", ""),))),
            (_get("/Senders", method="DELETE"), Wanted(405, WRONG_METHOD, (("allow", ""),))),
        ),
        "a wrong method is not told which ones there are",
    ),
    "api-escapes": Probe(
        (
            (_get("/Messages/Seek/a%2Fb%2Bc%20d"), Wanted(404, NOT_FOUND)),
            (_get("/Messages/Seek/a+b"), Wanted(404, NOT_FOUND)),
            (_get("/Suppressions?pageSize=1&address=%2B15005550100"), Wanted(200)),
            (_get("/Messages?pageSize=1&startDate=2026-01-02T03:04:05%2B01:00"), Wanted(200)),
            # A + that is not escaped is a space, which no date-time has.
            (_get("/Messages?pageSize=1&startDate=2026-01-02T03:04:05+01:00"), Wanted(400, 400)),
        ),
        "paths or queries reach Herald with other characters than the client sent",
    ),
    "api-body-5mb": Probe(
        ((_post("5.2 MB", Body(size=5_200_000)), Wanted(413, TOO_LARGE)),),
        "a body that is larger than Herald takes is not told so",
    ),
    "api-body-7mb": Probe(
        ((_post("7 MB", Body(size=7_000_000)), Wanted(413, TOO_LARGE)),),
        "a body that is larger than Lambda takes is not told so: clients may repeat it",
    ),
    "api-head": Probe(
        (
            (_get("/Messages?pageSize=1", method="HEAD"), Wanted(200)),
            (_get("/Nothing", method="HEAD"), Wanted(404)),
        ),
        "HEAD is not answered as GET is",
    ),
    "api-gzip": Probe(
        (
            (_get("/openapi.json", "none", Accept_Encoding="gzip"), Wanted(200)),
            (_post("gzipped", Body("{}", gzipped=True), Content_Encoding="gzip"), Wanted(400)),
        ),
        "compressed bodies are answered by something else than Herald",
    ),
}
_ABOUT: Final = {
    "api-no-credentials": "requests without credentials",
    "api-wrong-credentials": "requests with wrong credentials",
    _OWN: "the account's credentials",
    "api-cached-credential": "one credential on three routes, as API Gateway keeps its policy",
    "api-unknown-path": "unknown paths, with credentials",
    "api-wrong-method": "methods that a path does not take",
    "api-escapes": "%2F and + in paths and queries",
    "api-body-5mb": "a body of 5.2 MB, which Herald refuses",
    "api-body-7mb": "a body of 7 MB, which Lambda refuses",
    "api-head": "HEAD",
    "api-gzip": "gzip of answers and requests",
}


def differences(asked: Iterable[tuple[Exchange, Wanted]], ask: Callable[[Exchange], Answer]) -> Iterator[str]:
    """How the answers differ from the wanted ones, one line for each request."""
    for exchange, wanted in asked:
        answer = ask(exchange)
        if found := list(_difference(exchange, wanted, answer)):
            yield f"{exchange.name}: {', '.join(found)}"


def _difference(exchange: Exchange, wanted: Wanted, answer: Answer) -> Iterator[str]:
    if answer.status != wanted.status:
        yield f"{answer.status} in place of {wanted.status}"
    if wanted.code is not None and answer.code != wanted.code:
        yield f"no error of Herald's with the code {wanted.code} but {answer.code or 'another body'}"
    for name, begin in wanted.headers:
        if not answer.headers.get(name, "-").startswith(begin) or name not in answer.headers:
            yield f"no header {name}: {begin}" if begin else f"no header {name}"
    if exchange.method == "HEAD":
        if answer.body:
            yield "a body"
    elif answer.json is None:
        yield "no JSON"


def _run(name: str) -> Callable[[Asker], Iterator[Verdict]]:
    probe = PROBES[name]

    def run(asker: Asker) -> Iterator[Verdict]:
        if any(each.credentials == "own" for each, _ in probe.asked):
            if asker.own is None:
                raise CannotCheckError(
                    "it needs credentials of an account: give --profile, or --canary, which makes an account"
                )
            if asker.is_refused:
                raise CannotCheckError(f"the account's credentials are refused: see {_OWN}")
        try:
            found = list(differences(probe.asked, asker.ask))
        except httpx.TransportError as error:
            yield failure(
                f"the API does not answer ({type(error).__name__})",
                "Check the network, and the check `stack`.",
            )
            return
        if name == _OWN:
            # The refusals say nothing about the other checks.
            asker.is_refused = bool(found)
        if not found:
            yield ok(f"{_ABOUT[name]}: answered as documented")
        elif _is_later(found):
            yield warning(f"{probe.means}: {'; '.join(found)}", probe.cure)
        else:
            yield failure(f"{probe.means}: {'; '.join(found)}", probe.cure)

    return run


def _is_later(found: Iterable[str]) -> bool:
    """Whether every difference is an answer that asks the client to retry later."""
    return all(": 429 in" in each or ": 503 in" in each for each in found)


CHECKS: Final[tuple[Check[Asker], ...]] = tuple(Check(name, _ABOUT[name], _run(name)) for name in PROBES)
