"""`herald doctor`: checks a deployed stack."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from herald_cli import exits
from herald_cli.outside import Outside, outside, print_json
from herald_cli.settings import LOCAL, SettingsError, local, settings

if TYPE_CHECKING:
    from herald_cli.doctor.examination import Examination

NAMED = "herald"
_CHECKS = """\b
The stack      stack, concurrency, event-sources, dead-letters, ages,
               alarms, alarm-email, ttl, stream, pitr, encryption, authorizer
Where AWS      sms-account, sms-limits, sms-spend, sms-events
carries
The API        api-no-credentials, api-wrong-credentials,
               api-own-credentials, api-cached-credential, api-unknown-path, api-wrong-method,
               api-escapes, api-body-5mb, api-body-7mb, api-head, api-gzip
With --canary  table-insert, table-condition, table-or, table-remove,
               table-stream, canary-send, canary-schedule, canary-cancel,
               canary-cleanup
"""


@click.command(epilog=_CHECKS)
@click.option(
    "--stack-name",
    help="Of the CloudFormation stack.  [default: the stack of `make run` in this folder, else herald]",
)
@click.option(
    "--canary",
    "with_canary",
    is_flag=True,
    help="Also write: rows of the doctor's own, and an account that sends 320 messages by the sandbox.",
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write requests and answers to a file, without numbers, credentials and ids.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=10, max=1800),
    default=180,
    show_default=True,
    metavar="SECONDS",
    help="How long each operation of the canary may take.",
)
@click.option("--json", "as_json", is_flag=True, help="A finding per line.")
@outside
def doctor(
    world: Outside,
    stack_name: str | None,
    with_canary: bool,
    record: Path | None,
    patience: float,
    as_json: bool,
) -> None:
    """Check a deployed stack: a line for each finding, with what it means and the cure.

    Needs AWS credentials for the stack (not for that of `make run`). Without --canary nothing is
    written and nothing is sent. Requests that need an account's credentials use those of the profile
    or the environment, if they are for this stack, or with --canary those of the canary's account.

    Exits with 1 if a check fails, with 4 if the stack cannot be read, with 6 if there are only
    warnings, else with 0. A check that has no answer, for example on an emulator, is reported as unchecked
    and counts as neither.
    """
    from herald_cli import show_doctor
    from herald_cli.doctor.findings import State, worst
    from herald_cli.doctor.transcript import LeakError

    examination = _examination(world, stack_name, patience)
    found = []
    for finding in examination.findings(with_canary=with_canary):
        found.append(finding)
        if as_json:
            print_json(show_doctor.as_json(finding))
        else:
            show_doctor.line(finding)
    if not as_json:
        show_doctor.sums(found)
    if record:
        try:
            examination.transcript.save(record, examination.secrets)
        except (LeakError, OSError) as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{len(examination.transcript.entries)} answers are in {record}", err=True)
    if found[0].state == State.UNCHECKED:
        # Nothing of the stack in AWS was checked: that must not look like success.
        click.get_current_context().exit(exits.UNREACHED)
    code = {State.FAILURE: exits.LEFT, State.WARNING: exits.WARNED}.get(worst(found), exits.DONE)
    click.get_current_context().exit(code)


def _examination(world: Outside, stack_name: str | None, patience: float) -> "Examination":
    from herald_cli.aws import bounded_client, local_client
    from herald_cli.doctor.deployed import BOUNDED, Deployed
    from herald_cli.doctor.examination import LOCAL_LACKS, Examination

    if stack_name is None and LOCAL.exists():
        found = local()
        endpoint = found.base_url.removesuffix("/v1")
        with suppress(SettingsError):
            # The auth token of the file may have been rotated: options and environment take precedence.
            given = settings(world.base_url, world.account_sid, world.profile)
            found = given if given.base_url.rstrip("/") == found.base_url else found
        return Examination(
            Deployed(NAMED, lambda service: local_client(service, endpoint, BOUNDED)),
            base_url=f"{endpoint}/v1",
            own=(found.account_sid, found.auth_token),
            own_urls=frozenset({f"{endpoint}/v1"}),
            lacks=LOCAL_LACKS,
            patience=patience,
            transport=world.transport,
            clock=world.clock,
            sleep=world.sleep,
        )
    examination = Examination(
        Deployed(stack_name or NAMED, lambda service: bounded_client(service, BOUNDED)),
        patience=patience,
        transport=world.transport,
        clock=world.clock,
        sleep=world.sleep,
    )
    try:
        own = settings(world.base_url, world.account_sid, world.profile)
    except SettingsError:
        return examination
    examination.own = (own.account_sid, own.auth_token)
    examination.own_urls = frozenset({own.base_url.rstrip("/")})
    return examination
