"""The checks of one run, in their order: the stack, the API, and with a canary the table and sending."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from herald.store.refusals import Unavailable
from herald_cli.admin import StackError
from herald_cli.doctor import canary, probes, sms, stack, statements
from herald_cli.doctor.canary import Canary
from herald_cli.doctor.deployed import Deployed
from herald_cli.doctor.exchange import Asker
from herald_cli.doctor.findings import CannotCheckError, Check, Finding, State, examine, redacted
from herald_cli.doctor.statements import Rows
from herald_cli.doctor.transcript import Transcript

# Seconds for the checks that read. Writing and sending have a time limit of their own.
SECONDS_TO_READ: Final = 90.0

# Parts of the template that the local AWS of `make run` does not implement.
LOCAL_LACKS: Final = {
    "alarm-email": "the local AWS sends no mail",
    "ttl": "the local AWS deletes nothing that has expired",
    "pitr": "the local AWS has no backups",
    "encryption": "the local AWS encrypts nothing",
}

ALL: Final[tuple[Check[Any], ...]] = (
    *stack.CHECKS,
    *sms.CHECKS,
    *probes.CHECKS,
    *statements.CHECKS,
    *canary.CHECKS,
)


@dataclass
class Examination:
    """The subject and the options of one run. `base_url` None: it is the stack's output ApiUrl.

    `own` are the SID and the token of an account, and the base URLs that they are for: they are
    sent nowhere else.
    """

    deployed: Deployed
    base_url: str | None = None
    own: tuple[str, str] | None = None
    own_urls: frozenset[str] = frozenset()
    patience: float = 180
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    transcript: Transcript = field(default_factory=Transcript)
    canary: Canary | None = None
    # Checks that an emulator cannot answer, and why.
    lacks: Mapping[str, str] = field(default_factory=dict)

    def findings(self, *, with_canary: bool) -> Iterator[Finding]:
        """Every finding, as it is found."""
        deadline = self.clock() + SECONDS_TO_READ

        def has_time() -> bool:
            return self.clock() < deadline

        first, *others = stack.CHECKS
        yield from examine([first], self.deployed, has_time)
        is_readable = "description" in vars(self.deployed)
        carrier = sms.CHECKS if is_readable and self.deployed.carries_with_aws else ()
        if is_readable:
            can = [each for each in (*others, *carrier) if each.name not in self.lacks]
            yield from examine(can, self.deployed, has_time)
            for name, why in self.lacks.items():
                yield Finding(name, State.UNCHECKED, f"cannot be checked here: {why}")
        else:
            yield from _skipped(others, "the stack cannot be read")
        if not with_canary:
            yield from self._probed(has_time)
            return
        if not is_readable:
            yield from _skipped(
                [*probes.CHECKS, *statements.CHECKS, *canary.CHECKS], "the stack cannot be read"
            )
            return
        yield from self._with_canary(has_time)

    @property
    def secrets(self) -> list[str]:
        """The secrets that no output may hold."""
        return [
            *(self.own or ()),
            *((self.canary.account_sid, self.canary.auth_token) if self.canary else ()),
        ]

    def _url(self) -> str | None:
        if self.base_url:
            return self.base_url
        try:
            return self.deployed.outputs.get("ApiUrl")
        except (BotoCoreError, ClientError):
            return None

    def _probed(self, has_time: Callable[[], bool]) -> Iterator[Finding]:
        url = self._url()
        if url is None:
            yield from _skipped(probes.CHECKS, "it is not known where the API is")
            return
        own = self.own if url.rstrip("/") in self.own_urls else None
        asker = Asker(url.rstrip("/"), own, self.transcript.exchange, self.transport)
        try:
            yield from examine(probes.CHECKS, asker, has_time)
        finally:
            asker.close()

    def _with_canary(self, has_time: Callable[[], bool]) -> Iterator[Finding]:
        url = self._url()
        *sending, last = canary.CHECKS
        try:
            self.canary = made = self._canary(url or "")
            made.make()
        except (BotoCoreError, ClientError, KeyError, Unavailable, StackError) as error:
            yield Finding(
                sending[0].name,
                State.FAILURE,
                redacted(f"the canary's account cannot be made: {error}"),
                "It needs to read the stack's secret and to write to its table.",
            )
            yield from _skipped([*probes.CHECKS, *statements.CHECKS, *sending[1:]], "there is no canary")
            if self.canary:
                # The account may have been made nevertheless.
                yield from examine([last], self.canary, lambda: True)
            return
        try:
            self.own, self.own_urls = (
                (made.account_sid, made.auth_token),
                frozenset({(url or "").rstrip("/")}),
            )
            yield from self._probed(has_time)
            yield from self._written()
            # Each has the canary's patience, which ends it.
            yield from examine(sending, made, lambda: True)
        finally:
            yield from examine([last], made, lambda: True)

    def _canary(self, url: str) -> Canary:
        secret = self.deployed.client("secretsmanager").get_secret_value(
            SecretId=self.deployed.outputs["KeySecretArn"]
        )
        return Canary(
            self.deployed.client("dynamodb"),
            self.deployed.outputs["TableName"],
            secret["SecretString"],
            url,
            patience=self.patience,
            token_secret=self._token_secret(),
            record=self.transcript.sums,
            clock=self.clock,
            sleep=self.sleep,
        )

    def _token_secret(self) -> str:
        """The stack's second secret, or nothing if it cannot be read: then some rows are left to expire."""
        try:
            arn = self.deployed.resource("TokenSecret")
            found = self.deployed.client("secretsmanager").get_secret_value(SecretId=arn)
        except (BotoCoreError, ClientError, CannotCheckError):
            return ""
        return str(found["SecretString"])

    def _written(self) -> Iterator[Finding]:
        rows = Rows(
            self.deployed.client("dynamodb"),
            lambda: self.deployed.client("dynamodbstreams"),
            self.deployed.outputs["TableName"],
            self.transcript.write,
            self.clock,
            self.sleep,
        )
        try:
            yield from examine(statements.CHECKS, rows, lambda: True)
        finally:
            # Rows that stay expire by themselves within a day.
            with suppress(BotoCoreError, ClientError, Unavailable):
                rows.clean_up()


def _skipped(checks: Iterable[Check[Any]], why: str) -> Iterator[Finding]:
    for check in checks:
        yield Finding(check.name, State.UNCHECKED, f"cannot be checked here: {why}")


def names() -> list[str]:
    """The names of all checks."""
    return [each.name for each in chain(ALL)]
