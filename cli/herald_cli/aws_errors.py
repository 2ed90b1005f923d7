"""Errors of AWS, explained to an operator: cause, next command, exit code."""

import re
from typing import Final

import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from herald_cli import exits

_EXPIRED: Final = re.compile(r"Expired|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch")
_RIGHTS: Final = re.compile(r"AccessDenied|Unauthorized|NotAuthorized")


class Explained(click.ClickException):
    """An error with an exit code of its own."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.exit_code = code  # type: ignore[misc]


def explained(error: Exception) -> click.ClickException:
    """An error of AWS, or of a stack, for a person: what was asked, why it failed, what to do next."""
    cause = error.__cause__ if isinstance(error.__cause__, BotoCoreError | ClientError) else error
    match cause:
        case ClientError():
            return Explained(_with(error, _next_after(cause)), exits.REFUSED)
        case NoCredentialsError() | PartialCredentialsError() | NoRegionError() | ProfileNotFound():
            hint = (
                "Next: set AWS_PROFILE and AWS_DEFAULT_REGION, or run `aws configure`. "
                "For the stack of `make run` see README.md: it takes any credentials"
            )
            return Explained(_with(error, hint), exits.USAGE)
        case BotoCoreError():
            hint = "Next: check the network, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL, then run it again"
            return Explained(_with(error, hint), exits.UNREACHED)
    return click.ClickException(str(error))


def _next_after(error: ClientError) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if "does not exist" in message and error.operation_name.startswith(("DescribeStack", "ListStack")):
        return (
            "Next: give the name of the stack (--stack-name), its AWS account (AWS_PROFILE) and its region "
            "(AWS_DEFAULT_REGION); `aws cloudformation describe-stacks` lists the stacks"
        )
    if _EXPIRED.search(code):
        return "Next: log in to AWS again; the credentials are wrong or have expired"
    if _RIGHTS.search(code):
        return f"Next: let these AWS credentials call {error.operation_name}, or use others (AWS_PROFILE)"
    return "Next: `herald doctor` tells what is wrong with the stack"


def _with(error: Exception, hint: str) -> str:
    return f"{str(error).rstrip('.')}.\n{hint}."
