"""The finding of a check, in one line: its state, what it means, and the cure."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from herald.store.refusals import Unavailable

Subject = TypeVar("Subject")


class State(StrEnum):
    OK = "ok"
    # The check has no answer here: an emulator, missing rights, no credentials.
    UNCHECKED = "unchecked"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True)
class Finding:
    """`what` says what was found and what it means; `cure` says what to do, and is empty if all is well."""

    check: str
    state: State
    what: str
    cure: str = ""


@dataclass(frozen=True)
class Verdict:
    """A finding before it has the name of its check."""

    state: State
    what: str
    cure: str = ""


def ok(what: str) -> Verdict:
    return Verdict(State.OK, what)


def unchecked(what: str, cure: str = "") -> Verdict:
    return Verdict(State.UNCHECKED, f"cannot be checked here: {what}", cure)


def warning(what: str, cure: str) -> Verdict:
    return Verdict(State.WARNING, what, cure)


def failure(what: str, cure: str) -> Verdict:
    return Verdict(State.FAILURE, what, cure)


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """A check of a stack. `run` yields a verdict for each resource that it has examined."""

    name: str
    about: str
    run: Callable[[Subject], Iterable[Verdict]]


class CannotCheckError(Exception):
    """The check has no answer here; the text says why."""


def examine(
    checks: Iterable[Check[Subject]], subject: Subject, has_time: Callable[[], bool]
) -> Iterator[Finding]:
    """The findings of some checks. An error of one does not prevent the others."""
    for check in checks:
        if not has_time():
            verdicts: Iterable[Verdict] = [unchecked("the time for all checks is used up", "Run it again.")]
        else:
            verdicts = _verdicts(check, subject)
        for each in verdicts:
            yield Finding(check.name, each.state, redacted(each.what), redacted(each.cure))


def _verdicts(check: Check[Subject], subject: Subject) -> Iterator[Verdict]:
    try:
        yield from check.run(subject)
    except CannotCheckError as error:
        yield unchecked(str(error))
    except ClientError as error:
        yield _of_refusal(error)
    except Unavailable as error:
        if isinstance(error.__cause__, BotoCoreError):
            yield _unanswered(error.__cause__)
        else:
            yield unchecked("the table is busy", "Run it again in a minute.")
    except BotoCoreError as error:
        yield _unanswered(error)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        yield unchecked(f"the answer has another shape than AWS's ({type(error).__name__}: {error})")


def _unanswered(error: BotoCoreError) -> Verdict:
    return unchecked(
        f"no answer from AWS ({type(error).__name__})",
        "Check the network, AWS_PROFILE and AWS_DEFAULT_REGION.",
    )


_MISSING: Final = re.compile(r"NotFound|NonExistentQueue|NoSuch|does not exist")
_RIGHTS: Final = re.compile(
    r"AccessDenied|Unauthorized|NotAuthorized|UnrecognizedClient|InvalidClientTokenId"
)


def _of_refusal(error: ClientError) -> Verdict:
    """The verdict when AWS refuses a read."""
    details: Any = error.response.get("Error", {})
    code, status = (
        str(details.get("Code", "")),
        error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
    )
    call = error.operation_name
    if _RIGHTS.search(code):
        return unchecked(
            f"these AWS credentials may not call {call}", f"Allow {call} to read, and run it again."
        )
    if _MISSING.search(code):
        return failure(f"{call}: what the stack made is not there ({code})", "Deploy the stack again.")
    return unchecked(f"{call} is refused ({code or status})")


def worst(findings: Iterable[Finding]) -> State:
    """The worst state; OK if there is none."""
    order = list(State)
    return max((each.state for each in findings), key=order.index, default=State.OK)


# ----------------------------------------------------------------------- what must not be shown

_PERSONAL: Final = (
    (re.compile(r"\b(AC|SK)[0-9a-f]{32}\b"), r"\1…"),
    (re.compile(r"(arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:)\d{12}\b"), r"\1…"),
    (re.compile(r"(?<![\w.])\d{12}(?![\w.])"), "…"),
    (re.compile(r"(\+|%2B)\d{7,15}\b"), r"\1…"),
)
_OF_ONE_STACK: Final = (
    (re.compile(r"\b(comms_[a-z]+|mem_[a-z]+|HX)_?[0-9a-z]{26,40}\b"), r"\1_…"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"https?://[^\s\"'<>/]*(amazonaws\.com|127\.0\.0\.1|localhost)[^\s\"'<>/]*"), "<host>"),
)


def redacted(text: str) -> str:
    """A text without numbers of people, ids of accounts, and AWS account ids."""
    return _without(text, _PERSONAL)


def comparable(text: str) -> str:
    """A redacted text without data that differ between stacks or days: ids, times, hosts."""
    return _without(text, (*_PERSONAL, *_OF_ONE_STACK))


def _without(text: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, by in patterns:
        text = pattern.sub(by, text)
    return text
